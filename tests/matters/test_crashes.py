"""A process killed before or after any statement of an act leaves all of it or nothing, and asking again completes it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
import small
from django.db import connection, connections

from huiyin.core.values import SYSTEM
from huiyin.matters import doors, outbox, services
from huiyin.matters.audit import audit
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

pytestmark = pytest.mark.usefixtures("record")


def killed_at(point: int, after: bool, work: Callable[[], Any]) -> bool:
    """Do ``work`` in a forked process that is killed at its ``point``-th statement; False when it came to its end."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        count = 0

        def wrapper(execute: Any, statement: Any, values: Any, many: Any, context: Any) -> Any:
            nonlocal count
            count += 1
            if count == point and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = execute(statement, values, many, context)
            if count == point and after:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        status = 1
        try:
            with connection.execute_wrapper(wrapper):
                work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return os.WIFSIGNALED(status)


def points(work: Callable[[int], Callable[[], Any]], check: Callable[[int], None]) -> int:
    """Kill ``work`` at each point in turn until it is no longer reached; returns how many points there were."""
    number = 0
    for point in range(1, 200):
        reached = False
        for after in (False, True):
            number += 1
            reached = killed_at(point, after, work(number)) or reached
            check(number)
        if not reached:
            return number - 2
    raise AssertionError("the work has no end")


def test_an_opening_is_whole_or_nothing_at_every_point() -> None:
    def work(number: int) -> Callable[[], Any]:
        return lambda: small.opened(f"crash:{number}")

    def check(number: int) -> None:
        report = audit()
        assert report.passed, report.findings
        receipt = small.opened(f"crash:{number}")
        assert audit().matters == number
        assert small.opened(f"crash:{number}").head == receipt.head

    assert points(work, check) >= 8


def test_an_act_is_whole_or_nothing_at_every_point() -> None:
    receipt = small.working()

    def arguments(number: int) -> dict[str, Any]:
        return {
            "home": receipt.home, "matter": receipt.matter, "action": "list", "data": {"tasks": {"what": f"{number}"}},
            "principal": small.CLERK, "key": f"act:{number}",
        }  # fmt: skip

    def work(number: int) -> Callable[[], Any]:
        return lambda: services.act(**arguments(number))

    def check(number: int) -> None:
        report = audit()
        assert report.passed, report.findings
        answer = services.act(**arguments(number))
        assert isinstance(answer, Receipt)
        assert answer.version == 2 + number
        again = services.act(**arguments(number))
        assert isinstance(again, Receipt)
        assert again.known
        assert audit().events == 2 + number

    assert points(work, check) >= 4


def test_outgoing_work_is_done_once_whatever_point_the_worker_dies_at(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from huiyin import clock

    made: list[Receipt] = []

    def work(number: int) -> Callable[[], Any]:
        receipt = small.working()
        small.did(receipt, "spawn", principal=small.HELPER)
        made.append(receipt)
        return lambda: outbox.run_once(small.HOME)

    def check(number: int) -> None:
        with clock.set_to(clock.now() + outbox.LEASE * 2 + timedelta(hours=1)):
            loop.drain()
        report = audit()
        assert report.passed, report.findings
        seen = doors.snapshot(made[-1].home, made[-1].matter, SYSTEM)
        assert seen is not None
        assert [child["matter"] is not None for child in seen["body"]["children"]] == [True]
        assert report.matters == 2 * number

    assert points(work, check) > 20
