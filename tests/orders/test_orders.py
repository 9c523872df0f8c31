"""A new notice re-dates running clocks by one order: prepared, counted, decided by a second person, carried out once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import small

import dates
from dates import ADMIN, BASIS, MONDAY, SECOND, at, carried_out, counted, decided, due, events, notice, opened, refused, told, use
from huiyin import clock
from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import carrying, deadlines, doors, ordered, orders, services
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Clock, Matter, Order, OrderLine
from huiyin.workers import loop

pytestmark = pytest.mark.usefixtures("record")
# A Thursday on which the reply falls, and inside the twenty working days of the licence.
ADDED = "2026-09-17"


def test_the_preview_says_which_clocks_move_from_when_to_when_and_changes_nothing() -> None:
    receipt = opened()
    before = dates.hashes()
    use(notice(off=[ADDED]))
    order, tally = counted()
    assert tally["examined"] == 3
    assert tally["matters"] == 1
    assert tally["whole"] == {"later": 2, "same": 1}
    assert tally["groups"]["unit"] == {small.OFFICE: {"later": 2, "same": 1}}
    assert tally["groups"]["procedure"] == {"dated": {"later": 2, "same": 1}}
    assert tally["groups"]["rule"]["CAL_STRICT target"] == {"same": 1}
    lines, total = ordered.lines(SECOND, order)
    assert total == 2
    moves = {line.label.en: (day(line.old_due), day(line.new_due)) for line in lines}
    assert moves["Reply"] == (date(2026, 9, 17), date(2026, 9, 18))
    # Twenty working days from 7 September end on the Saturday of 10 October, which is worked; one working day later is a Monday.
    assert moves["Licence"] == (date(2026, 10, 10), date(2026, 10, 12))
    assert {line.reference for line in lines} == {receipt.reference}
    assert dates.hashes() == before
    assert due(receipt, "reply") == date(2026, 9, 17)


def day(moment: Any) -> date:
    return dates.library().calendar.local_date(moment)


def test_one_event_in_the_matter_names_the_order_and_the_old_computation_stays() -> None:
    receipt = opened()
    before = dates.hashes()
    assert audit().passed
    use(notice(off=[ADDED]))
    order = decided()
    report = carried_out(order)
    assert report == {"matters": 1, "moved": 2, "unchanged": 0, "refused": 0, "whys": []}
    assert events(receipt) == [("open", ""), ("recount", str(order))]
    after = dates.hashes()
    assert {id_: after[id_] for id_ in before} == before, "events of before are what they were"
    assert due(receipt, "reply") == date(2026, 9, 18)
    life = dates.snapshot(receipt).clocks["reply"]
    assert [event.kind for event in life.events] == ["started", "recounted"]
    started, recounted = (event.due for event in life.events)
    assert started is not None
    assert recounted is not None
    assert day(started.strict) == date(2026, 9, 17)
    assert started.calendar != recounted.calendar
    assert life.events[1].reason == BASIS
    with reading_as(SYSTEM):
        row = Clock.objects.get(matter=receipt.matter, name="reply")
        matter = Matter.objects.get(id=receipt.matter)
    assert day(row.due) == date(2026, 9, 18)
    assert row.calendar == recounted.calendar
    assert matter.next_due == dates.snapshot(receipt).clocks["reply"].limit
    assert audit().passed
    assert Order.objects.get(id=order).decided_by == f"staff:{SECOND.id}"


def test_those_concerned_are_told_old_date_new_date_and_why() -> None:
    receipt = opened()
    use(notice(off=[ADDED]))
    carried_out(decided())
    loop.drain()
    party = dates.snapshot(receipt).parties[0].id
    said = told(receipt)
    for who in (f"party:{party}", f"unit:{small.OFFICE} clerk"):
        text = next(text for text in said[who] if BASIS in text)
        assert "“答复”的日期由2026年9月17日（星期四）改为2026年9月18日（星期五）" in text
        assert "“许可决定”" in text
        assert "回访" not in text


def test_a_matter_that_waits_for_somebody_outside_tells_the_unit_that_took_it_in() -> None:
    receipt = opened()
    small.did(receipt, "wait")
    use(notice(off=[ADDED]))
    carried_out(decided())
    loop.drain()
    assert any(BASIS in text for text in told(receipt)[f"unit:{small.OFFICE}"])


def test_an_order_done_twice_changes_nothing_the_second_time() -> None:
    receipt = opened()
    use(notice(off=[ADDED]))
    order = decided()
    first = carried_out(order)
    hashes = dates.hashes()
    Order.objects.using("owner").filter(id=order).update(report=None, finished_at=None)
    assert carried_out(order) == first
    assert dates.hashes() == hashes
    # As if it had been killed after the events and before it was noted what came of them.
    _owner("UPDATE matters_order_line SET outcome = '', done_due = NULL")
    Order.objects.using("owner").filter(id=order).update(report=None, finished_at=None)
    assert carried_out(order) == first
    assert dates.hashes() == hashes
    assert len(events(receipt)) == 2


def _owner(statement: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def test_a_second_order_under_the_same_tables_has_nothing_to_do() -> None:
    opened()
    use(notice(off=[ADDED]))
    carried_out(decided())
    order, tally = counted()
    assert tally["matters"] == 0
    assert refused(orders.decide(order, basis=BASIS, reason="again", principal=SECOND)) == "nothing"


def test_a_holiday_taken_back_moves_dates_forward_again_and_both_orders_stay_on_record() -> None:
    receipt = opened()
    use(notice(off=[ADDED]))
    first = decided()
    carried_out(first)
    use()
    second, tally = counted()
    assert tally["whole"] == {"earlier": 2}
    assert orders.decide(second, basis=BASIS, reason="通知撤回", principal=SECOND) is None
    carried_out(second)
    assert due(receipt, "reply") == date(2026, 9, 17)
    assert events(receipt)[1:] == [("recount", str(first)), ("recount", str(second))]
    assert [event.kind for event in dates.snapshot(receipt).clocks["reply"].events] == ["started", "recounted", "recounted"]
    assert audit().passed


def test_a_clock_counted_backward_moves_earlier() -> None:
    receipt = opened(hearing="2026-09-28")
    small.did(receipt, "invite")
    assert due(receipt, "ready") == date(2026, 9, 17)
    use(notice(off=["2026-09-21"]))
    order, tally = counted()
    assert tally["groups"]["rule"]["WD_BACK 行政许可法(2019)#82 administrative_licensing"] == {"earlier": 1}
    assert orders.decide(order, basis=BASIS, reason="加放一天", principal=SECOND) is None
    carried_out(order)
    assert due(receipt, "ready") == date(2026, 9, 16)


def test_a_set_date_and_natural_days_do_not_move() -> None:
    receipt = opened(promised=ADDED)
    small.did(receipt, "promise")
    small.did(receipt, "answer")
    small.did(receipt, "rest")
    use(notice(off=[ADDED]))
    _, tally = counted()
    assert tally["whole"] == {"same": 2}


def test_a_paused_clock_is_counted_when_it_is_resumed_and_an_ended_one_never() -> None:
    paused, ended = opened(), opened()
    small.did(paused, "rest")
    small.did(paused, "answer")
    small.did(ended, "close")
    use(notice(off=["2026-09-22"]))
    order, tally = counted()
    assert tally["examined"] == 1
    assert refused(orders.decide(order, basis=BASIS, reason="x", principal=SECOND)) == "nothing"
    dates.it_is(MONDAY + timedelta(days=1))
    small.did(paused, "go_on")
    # One working day paused and one more off.
    assert due(paused, "licence") == date(2026, 10, 13)
    assert events(ended) == [("open", ""), ("close", "")]


def test_a_notice_for_a_year_that_had_none_makes_dates_final_and_tells_nobody_whose_date_stays() -> None:
    receipt = opened(at("2026-12-24T09:00"))
    assert dates.snapshot(receipt).clocks["reply"].provisional
    use(notice(year=2027, gone=[]))
    order, tally = counted()
    assert tally["whole"]["settled"] >= 1
    assert orders.decide(order, basis=BASIS, reason="2027年放假通知", principal=SECOND) is None
    carried_out(order)
    loop.drain()
    life = dates.snapshot(receipt).clocks["reply"]
    assert not life.provisional
    with reading_as(SYSTEM):
        assert not Clock.objects.get(matter=receipt.matter, name="reply").provisional
    said = [text for texts in told(receipt).values() for text in texts if BASIS in text]
    assert not any("“答复”" in text for text in said)
    # And back: the notice is withdrawn, the year has none again.
    use()
    _, tally = counted()
    assert tally["whole"]["unsettled"] >= 1


def test_a_clock_on_record_as_run_out_is_no_longer_late_under_its_new_date() -> None:
    receipt = opened()
    dates.it_is(at("2026-09-18T00:10"))
    assert deadlines.run_once(small.HOME) == 1
    assert dates.snapshot(receipt).clocks["reply"].expired
    use(notice(off=[ADDED]))
    order, tally = counted()
    assert tally["whole"]["late_no_more"] == 1
    assert orders.decide(order, basis=BASIS, reason="临时放假", principal=SECOND) is None
    carried_out(order)
    life = dates.snapshot(receipt).clocks["reply"]
    assert not life.expired
    assert not life.overdue(clock.now())
    assert deadlines.run_once(small.HOME) == 0
    dates.it_is(at("2026-09-19T00:10"))
    assert deadlines.run_once(small.HOME) == 1, "it runs out at its new date, once"
    assert audit().passed


def test_a_date_that_comes_earlier_and_is_past_is_said_beforehand_and_acted_upon_at_once() -> None:
    use(notice(off=[ADDED]))
    receipt = opened()
    dates.it_is(at("2026-09-18T00:10"))
    assert due(receipt, "reply") == date(2026, 9, 18)
    use()
    order, tally = counted()
    assert tally["whole"]["late_now"] == 1
    assert orders.decide(order, basis=BASIS, reason="通知有误", principal=SECOND) is None
    carried_out(order)
    assert deadlines.run_once(small.HOME) == 1


def test_what_was_acted_upon_meanwhile_is_taken_as_it_stands_then() -> None:
    answered, closed, kept = opened(), opened(), opened()
    use(notice(off=[ADDED]))
    order = decided()
    small.did(answered, "answer")
    small.did(closed, "close")
    report = carried_out(order)
    assert report["moved"] == 3
    assert report["unchanged"] == 3, "the reply that was given, and the two clocks of the matter that ended"
    assert report["refused"] == 0
    assert due(kept, "reply") == date(2026, 9, 18)
    assert dates.snapshot(answered).clocks["reply"].status == "met"
    assert events(closed) == [("open", ""), ("close", "")]
    assert audit().passed


def test_an_act_between_reading_and_writing_is_a_conflict_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = opened()
    use(notice(off=[ADDED]))
    order = decided()
    many = doors.many
    times: list[int] = []

    def late(home: str, payloads: Any) -> Any:
        if not times:
            small.did(receipt, "answer")
        times.append(len(payloads))
        return many(home, payloads)

    monkeypatch.setattr(doors, "many", late)
    report = carried_out(order)
    assert times == [1, 1]
    assert (report["moved"], report["unchanged"]) == (1, 1)
    assert [action for action, _ in events(receipt)] == ["open", "answer", "recount"]
    assert audit().passed


def test_one_matter_out_of_shape_does_not_keep_the_others_back(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = opened(), opened()
    use(notice(off=[ADDED]))
    order = decided()
    weigh = services.weigh

    def breaks(body: Any, *rest: Any) -> Any:
        if body["matter"] == str(bad.matter):
            raise KeyError("out of shape")
        return weigh(body, *rest)

    monkeypatch.setattr(services, "weigh", breaks)
    report = carried_out(order)
    assert (report["moved"], report["refused"]) == (2, 2)
    assert report["whys"][0]["count"] == 2
    assert due(good, "reply") == date(2026, 9, 18)


def test_only_those_who_keep_the_rules_prepare_look_and_decide() -> None:
    opened()
    use(notice(off=[ADDED]))
    order, _ = counted()
    clerk, auditor = small.CLERK, Principal("staff", str(uuid4()), "system_office.9901", "audit_admin")
    admin = Principal("staff", str(uuid4()), "system_office.9901", "system_admin")
    for other in (clerk, small.HEAD, auditor, admin, small.ANYONE, Principal("party", "x", matter="y")):
        assert refused(orders.prepare(principal=other)) == "not_yours"
        assert refused(orders.decide(order, basis=BASIS, reason="x", principal=other)) == "not_yours"
        assert refused(orders.drop(order, principal=other)) == "not_yours"
        assert ordered.orders_of(other) == ()
        assert ordered.order(other, order) is None
        assert ordered.lines(other, order) == ((), 0)
        assert ordered.stale(other) == 0
    assert ordered.stale(ADMIN) == 3
    for reader, seen in ((clerk, 0), (ADMIN, 0), (SYSTEM, 2)):
        with reading_as(reader):
            assert OrderLine.objects.count() == seen, "the database itself shows a line to the system alone"


def test_whoever_prepared_does_not_decide_and_notice_and_reason_are_asked_for() -> None:
    opened()
    use(notice(off=[ADDED]))
    order, _ = counted()
    assert refused(orders.decide(order, basis=BASIS, reason="x", principal=ADMIN)) == "second_person"
    both = orders.decide(order, basis=" ", reason="", principal=SECOND)
    assert refused(both) == "bad_form"
    assert {part.field for part in both.details} == {"basis", "reason"}  # type: ignore[union-attr]
    assert refused(orders.decide(order, basis=BASIS, reason="x\x00", principal=SECOND)) != "second_person"
    assert refused(orders.decide(order, basis=BASIS, reason="x", principal=SYSTEM)) == "required"
    assert orders.decide(order, basis=BASIS, reason="x", principal=SECOND) is None
    assert refused(orders.decide(order, basis=BASIS, reason="x", principal=SECOND)) == "decided"
    assert refused(orders.drop(order, principal=ADMIN)) == "decided"
    assert refused(orders.decide(uuid4(), basis=BASIS, reason="x", principal=SECOND)) == "missing"


def test_nothing_is_decided_before_it_is_counted_or_after_the_tables_changed() -> None:
    opened()
    use(notice(off=[ADDED]))
    order = orders.prepare(principal=ADMIN)
    assert isinstance(order, UUID)
    assert refused(orders.decide(order, basis=BASIS, reason="x", principal=SECOND)) == "not_counted"
    with pytest.raises(LookupError):
        carried_out(order)
    orders.count(order, dates.quiet)
    use(notice(off=[ADDED, "2026-09-18"]))
    assert refused(orders.decide(order, basis=BASIS, reason="x", principal=SECOND)) == "changed_since"
    assert orders.drop(order, principal=ADMIN) is None
    assert ordered.order(ADMIN, order) is None
    assert refused(orders.drop(order, principal=ADMIN)) == "missing"


def test_tables_that_change_half_way_stop_the_order_and_the_next_one_takes_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    receipts = [opened() for _ in range(3)]
    use(notice(off=[ADDED]))
    order = decided()
    monkeypatch.setattr(carrying, "BATCH", 1)
    later = notice(off=[ADDED, "2026-09-18"])

    def changes(done: int, total: int | None) -> None:
        if done == 1:
            use(later)

    with pytest.raises(carrying.ChangedError):
        carrying.carry_out(order, changes)
    assert sum(len(events(receipt)) == 2 for receipt in receipts) == 1
    second = decided()
    carried_out(second)
    # The Saturday is no working day, the Sunday of 20 September is one.
    assert {due(receipt, "reply") for receipt in receipts} == {date(2026, 9, 20)}
    assert audit().passed


def test_a_changed_counting_rule_is_ordered_the_same_way() -> None:
    from dataclasses import replace

    from huiyin.core.terms import CountingTable
    from huiyin.matters import directory

    receipt = opened()
    made = dates.library()
    plain = [row.to_plain() for row in made.counting.rows]
    for row in plain:
        if row["name"] == "civil_procedure":
            row["counts"] = {**row["counts"], "days": "WD"}
    changed = replace(made, counting=CountingTable.from_plain(plain))
    directory._library = (float("inf"), changed)
    order, tally = counted()
    assert tally["whole"]["later"] == 1
    assert orders.decide(order, basis="修改计算规则的决定", reason="规则改为工作日", principal=SECOND) is None
    carried_out(order)
    assert due(receipt, "reply") == date(2026, 9, 20), "the tenth working day: the Sunday of 20 September is worked"


def test_an_empty_city_has_an_empty_preview() -> None:
    use(notice(off=[ADDED]))
    order, tally = counted()
    assert tally == {"examined": 0, "matters": 0, "whole": {}, "groups": {"unit": {}, "procedure": {}, "rule": {}}}
    assert ordered.lines(ADMIN, order) == ((), 0)


def test_counting_again_from_the_beginning_leaves_each_clock_once() -> None:
    opened()
    use(notice(off=[ADDED]))
    order, first = counted()
    assert orders.count(order, dates.quiet) == first
    assert ordered.lines(ADMIN, order)[1] == 2


def test_an_unchanged_calendar_leaves_nothing_to_look_at() -> None:
    opened()
    assert orders.waiting() == 0
    _, tally = counted()
    assert tally["examined"] == 0
