"""Outgoing work, clocks, children, sealing: each piece once, also after a crash, also beside a poisoned row."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import small
from small import did, opened, working

from huiyin import clock
from huiyin.core.values import SYSTEM, Refusal, Text
from huiyin.matters import batch, deadlines, doors, outbox, prove, queries, sealing, services
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Event, Matter, Notice, Order, Outbox
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

pytestmark = pytest.mark.usefixtures("record")


def rows(model: Any, **where: Any) -> list[Any]:
    with reading_as(SYSTEM):
        return list(model.objects.filter(**where).order_by("id"))


def sql(database: Any, statement: str) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(statement)


def spawned() -> tuple[Receipt, Matter]:
    receipt = working()
    did(receipt, "spawn", principal=small.HELPER)
    loop.drain()
    (child,) = rows(Matter, procedure="smaller")
    return receipt, child


def test_a_child_is_opened_with_what_was_handed_down_and_reports_its_end() -> None:
    receipt, child = spawned()
    assert child.body["facts"]["detail"] == "楼上漏水，请帮忙"
    assert child.body["parties"][0]["name"] == "张三0"
    assert (child.parent_home, child.parent) == (receipt.home, receipt.matter)
    parent = queries.get(small.CLERK, receipt.home, receipt.matter)
    assert parent is not None
    assert parent.children[0].matter == f"{child.home}/{child.id}"
    services.act(home=child.home, matter=child.id, action="finish", data={"note": "好了"}, principal=small.CLERK, key="end")
    loop.drain()
    ended = queries.get(small.CLERK, receipt.home, receipt.matter)
    assert ended is not None
    assert (ended.state, ended.outcome, ended.children[0].outcome) == ("closed", "resolved", "resolved")
    assert audit().passed


def test_everything_outgoing_done_twice_has_one_effect(record: Any) -> None:
    _, child = spawned()
    services.act(home=child.home, matter=child.id, action="finish", data={"note": "好了"}, principal=small.CLERK, key="end")
    with psycopg.connect(record.owner_url, autocommit=True) as owner:
        before = {row[0]: row[1] for row in owner.execute("SELECT id, payload::text FROM matters_outbox WHERE done_at IS NULL")}
    loop.drain()
    counts = (len(rows(Matter)), len(rows(Event)), len(rows(Notice)))
    with psycopg.connect(record.owner_url, autocommit=True) as owner:
        for id_, payload in before.items():
            owner.execute("UPDATE matters_outbox SET done_at = NULL, claimed_until = NULL, payload = %s WHERE id = %s", [payload, id_])
    assert loop.drain() == len(before)
    assert (len(rows(Matter)), len(rows(Event)), len(rows(Notice))) == counts
    assert audit().passed


def test_an_opening_handed_on_twice_opens_one_child(record: Any) -> None:
    receipt = working()
    did(receipt, "spawn", principal=small.HELPER)
    (row,) = rows(Outbox, kind="open_child")
    payload = row.payload
    loop.drain()
    (done,) = rows(Outbox, kind="open_child")
    assert "opening" not in done.payload
    outbox._open_child(receipt.home, {"matter": receipt.matter, "payload": payload})
    assert len(rows(Matter)) == 2


def test_a_poisoned_row_waits_longer_each_time_and_blocks_no_other(record: Any) -> None:
    first, second = working(), working()
    did(first, "spawn", principal=small.HELPER)
    did(second, "spawn", principal=small.HELPER)
    poisoned = f"kind = 'open_child' AND matter = '{first.matter}'"
    sql(record, f"UPDATE matters_outbox SET payload = jsonb_set(payload, '{{procedure}}', '\"gone\"') WHERE {poisoned}")
    loop.drain()
    (bad,) = rows(Outbox, kind="open_child", matter=first.matter)
    (good,) = rows(Outbox, kind="open_child", matter=second.matter)
    assert good.done_at is not None
    assert bad.done_at is None
    assert "no procedure" in bad.error
    waits = []
    for _ in range(3):
        with clock.set_to(bad.due_at + timedelta(milliseconds=1)):
            assert outbox.run_once(first.home) == 0
        (bad,) = rows(Outbox, kind="open_child", matter=first.matter)
        waits.append(bad.attempts)
    assert waits == [2, 3, 4]
    sql(record, "UPDATE matters_outbox SET payload = jsonb_set(payload, '{procedure}', '\"smaller\"') WHERE done_at IS NULL")
    assert doors.outbox_again(first.home, bad.id, clock.now())
    loop.drain()
    assert len(rows(Matter, procedure="smaller")) == 2


def test_a_crash_while_a_row_is_held_lets_another_worker_have_it_after_the_lease(record: Any) -> None:
    opened()
    claimed = doors.outbox_claim(small.HOME, 10, clock.now(), outbox.LEASE)
    assert claimed
    assert outbox.run_once(small.HOME) == 0
    with clock.set_to(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        assert outbox.run_once(small.HOME) == len(claimed)
        # The one who lost its claim finishes nothing any more.
        assert not doors.outbox_done(small.HOME, claimed[0]["id"], claimed[0]["attempts"], clock.now())


def test_two_workers_share_the_rows() -> None:
    for _ in range(6):
        opened()
    now = clock.now()
    first = doors.outbox_claim(small.HOME, 4, now, outbox.LEASE)
    second = doors.outbox_claim(small.HOME, 10, now, outbox.LEASE)
    assert (len(first), len(second)) == (4, 2)
    assert not {row["id"] for row in first} & {row["id"] for row in second}


def test_a_clock_that_ran_out_is_acted_upon_once() -> None:
    with clock.set_to(small.MORNING):
        receipt = opened()
    with clock.set_to(small.MORNING + timedelta(days=2)):
        assert deadlines.run_once(small.HOME) == 0
    with clock.set_to(small.MORNING + timedelta(days=10)):
        assert doors.clocks_homes(clock.now()) == [small.HOME]
        assert deadlines.run_once(small.HOME) == 1
        assert deadlines.run_once(small.HOME) == 0
        assert doors.clocks_homes(clock.now()) == []
        loop.drain()
        told = [notice.text.zh for notice in queries.notices(small.CLERK) if notice.text]
    assert any("已到期" in text for text in told)
    assert [event.action for event in rows(Event, matter=receipt.matter)] == ["open", "clock_due"]
    assert audit().passed


def test_a_clock_that_ran_out_may_move_the_matter() -> None:
    with clock.set_to(small.MORNING):
        receipt = working()
    with clock.set_to(small.MORNING + timedelta(days=30)):
        loop.drain()
        view = queries.get(small.CLERK, receipt.home, receipt.matter)
    assert view is not None
    assert view.state == "failed"
    assert [paper.name for paper in view.papers] == ["slip", "farewell"]
    assert audit().passed


def test_a_paused_clock_does_not_run_out() -> None:
    with clock.set_to(small.MORNING):
        receipt = working()
        did(receipt, "pause", principal=small.HELPER)
    with clock.set_to(small.MORNING + timedelta(days=300)):
        assert deadlines.run_once(small.HOME) == 0


def test_a_clock_that_cannot_be_acted_upon_holds_up_no_other(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.set_to(small.MORNING):
        bad, good = opened(), opened()
    real = services.act

    def failing(**arguments: Any) -> Any:
        if arguments["matter"] == bad.matter:
            raise RuntimeError("broken")
        return real(**arguments)

    monkeypatch.setattr(services, "act", failing)
    with clock.set_to(small.MORNING + timedelta(days=10)):
        assert deadlines.run_once(small.HOME, limit=1) + deadlines.run_once(small.HOME, limit=1) == 1
    monkeypatch.undo()
    with clock.set_to(small.MORNING + timedelta(days=11)):
        assert deadlines.run_once(small.HOME) == 1
    assert good.version == 1


def test_handing_over_moves_the_inbox_and_who_has_it() -> None:
    receipt = working()
    assert [row.matter for row in queries.inbox(small.HELPER).rows] == [receipt.matter]
    assert queries.inbox(small.OTHER_HELPER).rows == ()
    did(receipt, "hand_over", {"post": "helper", "to": str(small.CAI), "reason": "休假"}, small.HEAD)
    assert queries.inbox(small.HELPER).rows == ()
    assert [row.matter for row in queries.inbox(small.OTHER_HELPER).rows] == [receipt.matter]
    assert [row.matter for row in queries.inbox(small.CLERK).rows] == [receipt.matter]


def test_who_has_it_is_never_somebody_on_leave() -> None:
    from huiyin.city.models import Absence

    receipt = opened()
    named = queries.get(small.HEAD, receipt.home, receipt.matter)
    assert named is not None
    assert named.who.zh == "试验办事处0经办人（艾达）"
    absence = Absence.objects.using("owner").create(
        account_id=small.ADA, from_date="2026-01-01", to_date=None, deputy_id=small.DUO, reason_kind="sick"
    )
    try:
        away = queries.get(small.HEAD, receipt.home, receipt.matter)
        assert away is not None
        assert away.who.zh == "试验办事处0经办人（朵）"
        Absence.objects.using("owner").update(deputy_id=None)
        nobody = queries.get(small.HEAD, receipt.home, receipt.matter)
        assert nobody is not None
        assert nobody.who.zh == "试验办事处0经办人"
    finally:
        absence.delete(using="owner")


def test_an_inbox_is_paged_without_gaps_or_repetitions() -> None:
    for number in range(7):
        with clock.set_to(small.MORNING + timedelta(days=number)):
            opened()
    first = queries.inbox(small.CLERK, limit=3)
    second = queries.inbox(small.CLERK, limit=3, after=first.after)
    third = queries.inbox(small.CLERK, limit=3, after=second.after)
    found = [row for page in (first, second, third) for row in page.rows]
    assert len({row.matter for row in found}) == 7
    assert [row.due for row in found] == sorted(row.due for row in found if row.due)
    assert third.after is None
    assert len(queries.inbox(small.CLERK, after="nonsense").rows) == 7
    assert len(queries.matters(small.HEAD, overdue=True).rows) == 7
    assert queries.matters(small.HEAD, state="closed").rows == ()


def test_reference_and_code_open_the_matter_to_its_holder_and_guessing_is_slowed_down() -> None:
    receipt = opened()
    shown = " ".join([receipt.reference[:4], receipt.reference[4:8], receipt.reference[8:]])
    holder = queries.find_by_reference(shown, receipt.code or "")
    assert holder is not None
    assert not isinstance(holder, Refusal)
    view = queries.get(holder, receipt.home, receipt.matter)
    assert view is not None
    assert view.facts["claim"] == "楼上漏水，请帮忙"
    wrong = "000000" if receipt.code != "000000" else "000001"
    now = clock.now()
    with clock.set_to(now):
        assert [queries.find_by_reference(receipt.reference, wrong) for _ in range(5)] == [None] * 5
        slowed = queries.find_by_reference(receipt.reference, receipt.code or "")
    assert isinstance(slowed, Refusal)
    assert slowed.code == "slow_down"
    with clock.set_to(now + timedelta(seconds=5)):
        assert not isinstance(queries.find_by_reference(receipt.reference, receipt.code or ""), Refusal)
    assert queries.find_by_reference("123", "456") is None


def test_staff_who_read_personal_content_leave_a_row_that_the_person_sees() -> None:
    receipt = opened()
    queries.get(small.CLERK, receipt.home, receipt.matter)
    queries.paper(small.CLERK, receipt.home, receipt.matter, "slip", 1)
    looks = queries.looks(small.party_of(receipt), receipt.home, receipt.matter)
    assert [(look.unit, look.post, look.purpose) for look in looks] == [(small.OFFICE, "clerk", "handle")] * 2
    assert "claim" in looks[0].fields
    assert looks[1].fields == ("paper:slip",)


def test_an_order_is_named_by_every_act_that_carries_it_out() -> None:
    first, second = working(), working()
    order = services.make_order(kind="test", basis="某决定", text=Text("全部暂停", "Pause all"), principal=small.HEAD)
    for receipt in (first, second):
        did(receipt, "pause", principal=small.HELPER, order=order)
    assert [event.matter for event in rows(Event, order=order)] == [first.matter, second.matter]
    assert Order.objects.get(id=order).decided_by == f"staff:{small.DUO}"
    assert audit().passed


def test_events_are_sealed_once_and_every_one_can_be_proved() -> None:
    receipts = [opened() for _ in range(5)]
    unsealed = prove.prove(receipts[0].reference)
    assert unsealed is not None
    assert unsealed["root"] is None
    assert unsealed["ok"]
    assert loop.seal() == 1
    assert loop.seal() == 0
    later = working()
    assert loop.seal() == 1
    for receipt in [*receipts, later]:
        for asked in (receipt.reference, receipt.head):
            proof = prove.prove(asked)
            assert proof is not None
            assert proof["ok"]
            assert proof["included"]
            assert proof["head_ok"]
            assert proof["published"]
            assert proof["root"]["home"] == receipt.home
    assert prove.prove("no such thing") is None
    assert [line["number"] for line in sealing.published(small.HOME)] == [1, 2]
    assert [line["number"] for line in queries.roots()] == [2, 1]
    assert audit().passed


def test_a_changed_event_has_no_proof(record: Any) -> None:
    receipt = working()
    loop.seal()
    sql(record, "UPDATE matters_event SET at = at + interval '1 second' WHERE seq = 1")
    proof = prove.prove(receipt.reference)
    assert proof is not None
    assert not proof["ok"]
    assert proof["broken_at"] == 1


def test_a_torn_published_line_is_closed_off_and_written_again() -> None:
    opened()
    loop.seal()
    file = next(sealing.folder(small.HOME).glob("*.jsonl"))
    file.write_text(file.read_text()[:-20])
    assert sealing.publish(small.HOME) == 1
    assert [line["number"] for line in sealing.published(small.HOME)] == [1]
    assert audit().passed


def test_of_two_who_seal_at_once_one_does() -> None:
    opened()
    waiting = doors.seal_waiting(small.HOME, 10)
    assert sealing.seal_once(small.HOME) is not None
    root = {"id": str(UUID(int=1)), "size": 1, "tree_root": "\\x", "previous": "\\x", "head": "\\x", "sealed_at": clock.now().isoformat()}
    assert not doors.seal_write(small.HOME, 1, root, [event for event, _ in waiting])
    assert audit().passed


def test_many_are_opened_in_one_go_and_again_gives_the_same() -> None:
    wanted: list[dict[str, Any]] = [
        {
            "procedure": "small", "data": {"claim": f"第{number}件"}, "principal": small.CLERK, "topic": "dispute.leak",
            "division": small.STREET, "opened_by": "party", "parties": [{"role": "asker", "name": ""}], "key": f"many:{number}",
        }
        for number in range(30)
    ]  # fmt: skip
    wanted[7]["data"] = {"claim": ""}
    first = batch.open_many(wanted)
    assert isinstance(first[7], Refusal)
    again = batch.open_many(wanted)
    heads = [answer.head for answer in first if isinstance(answer, Receipt)]
    assert heads == [answer.head for answer in again if isinstance(answer, Receipt)]
    assert all(answer.known for answer in again if isinstance(answer, Receipt))
    report = audit()
    assert report.passed
    assert report.matters == 29


def test_the_worker_does_all_of_it_until_it_is_told_to_stop() -> None:
    stop = threading.Event()
    worker = threading.Thread(target=loop.run, args=(stop,), kwargs={"poll": 0.05, "seal_every": 0.1})
    worker.start()
    try:
        receipt = working()
        did(receipt, "spawn", principal=small.HELPER)
        for _ in range(100):
            if rows(Matter, procedure="smaller") and queries.roots() and not rows(Outbox, done_at=None):
                break
            stop.wait(0.05)
    finally:
        stop.set()
        worker.join(10)
    assert not worker.is_alive()
    assert len(rows(Matter, procedure="smaller")) == 1
    assert audit().passed
