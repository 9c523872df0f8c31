"""An order killed half way, done by two at once, and told to whom it concerns once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
import small
from django.db import connection, connections

import dates
from dates import carried_out, decided, due, events, notice, opened, use
from huiyin.core.values import SYSTEM, Refusal
from huiyin.jobs import recounting, running
from huiyin.jobs.models import Job
from huiyin.matters import carrying, ordered, orders
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Event, Notice, Order
from huiyin.workers import loop

pytestmark = pytest.mark.usefixtures("record")
ADDED = "2026-09-17"


def killed_at(point: int, after: bool, work: Callable[[], Any]) -> bool:
    """Do ``work`` in a forked process that dies before or after its ``point``-th statement; False when it came to its end."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        count = 0

        def dying(execute: Any, *given: Any) -> Any:
            nonlocal count
            count += 1
            if count == point and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = execute(*given)
            if count == point:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        status = 1
        try:
            with connection.execute_wrapper(dying):
                work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return os.WIFSIGNALED(status)


def test_killed_at_any_statement_it_goes_on_and_moves_each_matter_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "BATCH", 2)
    receipts = [opened() for _ in range(5)]
    use(notice(off=[ADDED]))
    order = decided()
    deaths = 0
    # Each try dies one statement later than the one before, until one comes to its end: together they die everywhere.
    for point in range(1, 200):
        reached = killed_at(point, point % 2 == 0, lambda: carried_out(order))
        deaths += reached
        assert all(len(events(receipt)) <= 2 for receipt in receipts)
        if not reached:
            break
    assert deaths >= 8
    assert [events(receipt) for receipt in receipts] == [[("open", ""), ("recount", str(order))]] * 5
    assert {due(receipt, "reply").isoformat() for receipt in receipts} == {"2026-09-18"}
    report = Order.objects.get(id=order).report
    assert report is not None
    assert (report["matters"], report["moved"], report["unchanged"], report["refused"]) == (5, 10, 0, 0)
    assert audit().passed
    loop.drain()
    with reading_as(SYSTEM):
        told = list(Notice.objects.filter(recipient=f"unit:{small.OFFICE}").values_list("matter", flat=True))
    assert sorted(told) == sorted(receipt.matter for receipt in receipts), "nobody is told twice"


def test_killed_while_it_counts_it_counts_again_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "COUNT_BATCH", 2)
    for _ in range(5):
        opened()
    use(notice(off=[ADDED]))
    order = orders.prepare(principal=dates.ADMIN)
    assert not isinstance(order, Refusal)
    for point in range(1, 200):
        if not killed_at(point, point % 2 == 0, lambda: orders.count(order, dates.quiet)):
            break
    view = ordered.order(dates.SECOND, order)
    assert view is not None
    assert view.whole is not None
    assert view.whole.moved == 10
    assert ordered.lines(dates.SECOND, order)[1] == 10


def test_done_by_two_at_once_each_matter_has_one_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "BATCH", 3)
    receipts = [opened() for _ in range(12)]
    use(notice(off=[ADDED]))
    order = decided()
    reports: list[Any] = []
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        try:
            reports.append(carried_out(order))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 2
    assert all(len(events(receipt)) == 2 for receipt in receipts)
    report = Order.objects.get(id=order).report
    assert report is not None
    assert report["moved"] == 24
    with reading_as(SYSTEM):
        assert Event.objects.filter(order=order).count() == 12
    assert audit().passed


def test_a_worker_that_dies_leaves_the_order_to_the_next_and_whoever_decided_need_not_be_there() -> None:
    receipts = [opened() for _ in range(3)]
    use(notice(off=[ADDED]))
    order = recounting.prepare(principal=dates.ADMIN)
    assert not isinstance(order, Refusal)
    running.drain()
    job = recounting.decide(order, basis=dates.BASIS, reason="临时放假", principal=dates.SECOND)
    assert not isinstance(job, Refusal)
    assert killed_at(12, False, running.drain)
    work = recounting.latest(order)
    assert work is not None
    assert work.open
    # Its lease runs out, and the next worker takes it up.
    Job.objects.filter(id=job).update(alive_until=dates.MONDAY)
    dates.it_is(dates.at("2026-09-07T12:00"))
    running.drain()
    view = ordered.order(dates.ADMIN, order)
    assert view is not None
    assert view.stage == "done"
    assert all(len(events(receipt)) == 2 for receipt in receipts)
    # Asked for once more, it answers with what came of it and moves nothing.
    hashes = dates.hashes()
    assert not isinstance(recounting.ask_run(order), Refusal)
    running.drain()
    assert dates.hashes() == hashes


def test_an_order_nobody_decided_is_not_carried_out_whoever_asks_for_the_work() -> None:
    receipt = opened()
    use(notice(off=[ADDED]))
    order, _ = dates.counted()
    job = recounting.ask_run(order)
    assert not isinstance(job, Refusal)
    running.drain()
    assert Job.objects.get(id=job).state == "failed"
    assert events(receipt) == [("open", "")]
