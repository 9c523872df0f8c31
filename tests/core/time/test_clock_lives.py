"""The life of a clock: events are never lost, dates never silently changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timetools import at, china, counting, day, table

from huiyin.core import clocks
from huiyin.core.calendar import Calendar
from huiyin.core.clocks import ClockLife, Counting
from huiyin.core.terms import Term
from huiyin.core.values import Refusal

START = at("2026-09-07 09:10")


def begun(
    term: str | None = "30 days",
    *,
    life: ClockLife | None = None,
    count: str | None = "civil_procedure",
    kind: Any = "right",
    trigger: datetime = START,
    until: datetime | None = None,
) -> ClockLife:
    parsed = Term.parse(term) if term else None
    return alive(clocks.start(life, name="window", kind=kind, term=parsed, count=count, trigger=trigger, until=until, **when(START, 1)))


def alive(result: ClockLife | Refusal) -> ClockLife:
    assert isinstance(result, ClockLife), result
    return result


def refused(result: ClockLife | Refusal) -> str:
    assert isinstance(result, Refusal), result
    assert result.text.zh
    assert result.text.en
    return result.code


def when(moment: str | datetime, seq: int = 2) -> dict[str, Any]:
    instant = at(moment) if isinstance(moment, str) else moment
    return {"at": instant, "now": instant, "seq": seq, "counting": counting()}


def due_day(life: ClockLife) -> date:
    assert life.due is not None
    return day(life.due.strict)


def test_a_started_clock_runs_towards_its_date() -> None:
    life = begun()
    assert life.status == "running"
    assert due_day(life) == date(2026, 10, 8), "day 30 is 7 October, a holiday"
    assert life.trigger == START


def test_starting_a_running_or_paused_clock_is_refused() -> None:
    life = begun()
    again: dict[str, Any] = {
        "name": "window",
        "kind": "right",
        "term": Term.parse("30 days"),
        "count": None,
        "trigger": START,
        "until": None,
    }
    assert refused(clocks.start(life, **again, **when("2026-09-08 09:00"))) == "clock_running"
    paused = alive(clocks.pause(life, **when("2026-09-08 09:00")))
    assert refused(clocks.start(paused, **again, **when("2026-09-09 09:00"))) == "clock_running"


def test_a_restart_by_law_counts_from_zero_and_forgets_no_event() -> None:
    life = alive(clocks.pause(begun("20 working days", count=None, kind="duty"), **when("2026-09-08 09:00")))
    again = alive(
        clocks.start(
            life, name="window", kind="duty", term=Term.parse("20 working days"), count=None,
            trigger=at("2026-10-08 09:00"), until=None, restart=True, **when("2026-10-08 09:00", 3),
        )
    )  # fmt: skip
    assert again.status == "running"
    assert again.events[:2] == life.events
    assert due_day(again) == date(2026, 11, 4), "the old pause does not count against the new run"


def test_a_restart_leaves_the_extensions_and_pauses_of_the_old_run_behind() -> None:
    life = alive(clocks.pause(begun("10 days", count=None), **when("2026-09-08 09:00")))
    life = alive(clocks.resume(life, **when("2026-09-12 09:00", 3)))
    life = alive(clocks.extend(life, by=Term.parse("10 days"), **when("2026-09-13 09:00", 4)))
    life = alive(clocks.stop(life, **when("2026-09-14 09:00", 5)))
    assert due_day(begun("10 days", count=None, life=life)) == date(2026, 9, 17)


def test_a_clock_that_ended_may_be_started_again() -> None:
    met = alive(clocks.meet(begun(), **when("2026-09-10 09:00")))
    again = begun("10 days", count=None, life=met)
    assert [event.kind for event in again.events] == ["started", "met", "started"]
    assert again.status == "running"
    assert again.events[0].by_term == "30 days"
    assert again.term == "10 days"


def test_a_clock_needs_a_term_or_a_date_and_not_both() -> None:
    both = clocks.start(None, name="x", kind="target", term=Term.parse("3 days"), count=None, trigger=START, until=START, **when(START))
    neither = clocks.start(None, name="x", kind="target", term=None, count=None, trigger=START, until=None, **when(START))
    assert refused(both) == refused(neither) == "clock_without_end"


def test_a_count_without_a_row_is_refused_not_guessed() -> None:
    early = clocks.start(
        None, name="x", kind="duty", term=Term.parse("5 days"), count="administrative_review",
        trigger=at("2023-05-05 09:00"), until=None, **when("2023-05-05 09:00"),
    )  # fmt: skip
    assert refused(early) == "no_counting_rule"


@pytest.mark.parametrize("act", [clocks.pause, clocks.resume, clocks.meet, clocks.stop])
def test_nothing_but_a_correction_or_a_start_follows_the_end(act: Any) -> None:
    for end in (clocks.meet, clocks.stop):
        ended = alive(end(begun(), **when("2026-09-10 09:00")))
        refused(act(ended, **when("2026-09-11 09:00", 3)))
        refused(clocks.extend(ended, by=Term.parse("3 days"), **when("2026-09-11 09:00", 3)))
        refused(clocks.recount(ended, **when("2026-09-11 09:00", 3)))


def test_pausing_twice_and_resuming_a_running_clock_are_refused() -> None:
    assert refused(clocks.resume(begun(), **when("2026-09-08 09:00"))) == "clock_not_paused"
    paused = alive(clocks.pause(begun(), **when("2026-09-08 09:00")))
    assert refused(clocks.pause(paused, **when("2026-09-09 09:00"))) == "clock_not_running"
    assert refused(clocks.resume(paused, **when("2026-09-07 23:00"))) == "resumed_before_pause"


def test_a_set_date_and_a_backward_term_are_not_paused() -> None:
    ordered = begun(None, until=at("2026-09-30 18:00"), count=None, kind="ordered")
    assert refused(clocks.pause(ordered, **when("2026-09-08 09:00"))) == "clock_has_set_date"
    notice = begun("7 days before", count=None, kind="duty", trigger=at("2026-10-20 09:00"))
    assert refused(clocks.pause(notice, **when("2026-09-08 09:00"))) == "clock_backward"
    assert refused(clocks.extend(notice, by=Term.parse("3 days"), **when("2026-09-08 09:00"))) == "clock_backward"


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["20 days", "20 working days", "2 months"]), st.integers(0, 60), st.sampled_from([None, "civil_procedure", "petition"])
)
def test_pausing_and_resuming_on_one_day_moves_nothing(term: str, after: int, count: str | None) -> None:
    life = begun(term, count=count)
    stop = START.replace(hour=11) + timedelta(days=after)
    there = alive(clocks.pause(life, **when(stop)))
    back = alive(clocks.resume(there, **when(stop.replace(hour=16), 3)))
    assert back.due is not None
    assert life.due is not None
    assert (back.due.strict, back.due.latest) == (life.due.strict, life.due.latest)


def test_a_pause_shifts_the_date_by_the_days_after_the_pausing_day_to_the_resuming_day() -> None:
    paused = alive(clocks.pause(begun("30 days", count="petition", kind="duty"), **when("2026-09-09 15:00")))
    assert due_day(paused) == date(2026, 10, 7), "while it stands still the old date is kept"
    resumed = alive(clocks.resume(paused, **when("2026-09-19 10:00", 3)))
    assert due_day(resumed) == date(2026, 10, 17)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            ("30 days", "civil_procedure"), ("30 days", "petition"), ("5 days", "administrative_review"),
            ("6 months", "civil_procedure"), ("48 hours", "civil_procedure"), ("8 working hours", "hotline_target"),
            ("20 working days", None), ("60 days", "market_complaint"),
        ]
    ),
    st.sampled_from(["1 day", "10 days", "15 days", "5 working days", "1 month", "24 hours", "4 working hours"]),
    st.integers(0, 300),
)  # fmt: skip
def test_an_extension_never_brings_the_date_forward(clock: tuple[str, str | None], by: str, shift: int) -> None:
    life = begun(clock[0], count=clock[1], trigger=START - timedelta(days=shift) + timedelta(hours=shift % 24))
    longer = alive(clocks.extend(life, by=Term.parse(by), **when("2026-09-10 09:00")))
    assert longer.due is not None
    assert life.due is not None
    assert longer.due.strict >= life.due.strict
    assert longer.due.latest >= life.due.latest
    assert longer.due.latest >= longer.due.strict


def test_a_corrected_trigger_adds_an_event_and_keeps_pauses_and_extensions() -> None:
    life = begun("30 days", count="petition", kind="duty")
    life = alive(clocks.pause(life, **when("2026-09-09 15:00", 2)))
    life = alive(clocks.resume(life, **when("2026-09-19 10:00", 3)))
    life = alive(clocks.extend(life, by=Term.parse("30 days"), **when("2026-09-21 10:00", 4)))
    before = life.events
    mended = alive(clocks.redate(life, trigger=at("2026-09-04 10:00"), until=None, reason="签收回证", **when("2026-09-22 10:00", 5)))
    assert mended.events[:-1] == before
    assert mended.trigger == at("2026-09-04 10:00")
    assert due_day(mended) == date(2026, 11, 13), "4 September + 60 + 10 days"


def test_a_paused_clock_stays_paused_when_its_trigger_is_corrected() -> None:
    paused = alive(clocks.pause(begun("30 days", count="petition"), **when("2026-09-09 15:00")))
    mended = alive(clocks.redate(paused, trigger=at("2026-09-08 10:00"), until=None, **when("2026-09-10 10:00", 3)))
    assert mended.status == "paused"
    resumed = alive(clocks.resume(mended, **when("2026-09-19 10:00", 4)))
    assert due_day(resumed) == date(2026, 10, 18), "8 September + 30 + 10 days"


def test_a_correction_may_pick_another_dated_row() -> None:
    life = begun("60 days", count="market_complaint", trigger=at("2026-04-20 09:00"))
    assert life.due is not None
    assert "处理办法(2026)" in life.due.rule
    mended = alive(clocks.redate(life, trigger=at("2026-04-10 09:00"), until=None, **when("2026-05-10 10:00")))
    assert mended.due is not None
    assert "暂行办法(2022)" in mended.due.rule
    assert mended.events[0].due == life.due, "the old computation stays on record"


def test_a_set_date_is_corrected_by_its_date_and_a_term_by_its_trigger() -> None:
    ordered = begun(None, until=at("2026-09-30 18:00"), count=None, kind="ordered")
    later = alive(clocks.redate(ordered, trigger=None, until=at("2026-10-20 18:00"), **when("2026-09-10 09:00")))
    assert later.due is not None
    assert later.due.strict == at("2026-10-20 18:00")
    assert refused(clocks.redate(begun(), trigger=None, until=START, **when("2026-09-10 09:00"))) == "clock_has_term"
    assert refused(clocks.redate(begun(), trigger=None, until=None, **when("2026-09-10 09:00"))) == "nothing_to_correct"


def test_a_new_notice_is_a_new_computation_beside_the_old() -> None:
    life = begun("30 days", trigger=at("2026-12-10 10:00"))
    assert life.provisional
    years = china().to_plain()["years"]
    work = {"date": "2027-01-09", "kind": "work", "name": {"zh": "调休", "en": "exchange"}}
    years[-1] = {"year": 2027, "official": True, "notice": "test notice", "days": [work]}
    loaded = Counting(table(), Calendar.from_plain(years, "Asia/Shanghai"))
    assert due_day(life) == date(2027, 1, 11), "9 January was taken for a plain Saturday"
    anew = alive(clocks.recount(life, **{**when("2026-12-20 10:00"), "counting": loaded}))
    assert due_day(anew) == date(2027, 1, 9)
    assert not anew.provisional
    assert due_day(replace(anew, events=anew.events[:-1])) == date(2027, 1, 11)
    assert refused(clocks.recount(life, **when("2026-12-20 10:00"))) == "nothing_changed"


def test_a_right_lasts_to_the_latest_lawful_end_and_a_duty_to_the_strict_one() -> None:
    trigger = at("2025-09-05 09:00")
    right = begun("30 days", count="petition_citizen", kind="right", trigger=trigger)
    duty = begun("30 days", count="petition_citizen", kind="duty", trigger=trigger)
    between = at("2025-10-07 12:00")
    assert duty.overdue(between)
    assert not right.overdue(between)
    assert right.overdue(at("2025-10-10 00:00"))
    assert not duty.overdue(at("2025-10-05 23:59")), "the last day lasts to midnight"


def test_the_last_second_is_still_in_time() -> None:
    life = begun()
    assert life.due is not None
    assert not life.overdue(life.due.latest)
    assert life.overdue(life.due.latest + timedelta(seconds=1))


def test_a_minimum_that_has_run_out_makes_nobody_late() -> None:
    cooling = begun("15 full days", count=None, kind="minimum")
    assert cooling.run_out(at("2026-09-23 00:00"))
    assert not cooling.overdue(at("2026-09-23 00:00"))


def test_an_ended_or_paused_clock_is_never_overdue() -> None:
    late = at("2027-09-10 09:00")
    for act in (clocks.pause, clocks.meet, clocks.stop):
        assert not alive(act(begun(), **when("2026-09-08 09:00"))).overdue(late)


def test_running_out_is_recorded_once_for_each_date() -> None:
    life = begun("3 days", count=None, kind="target")
    assert refused(clocks.expire(life, **when("2026-09-10 23:59"))) == "not_run_out"
    gone = alive(clocks.expire(life, **when("2026-09-11 00:00")))
    assert gone.expired
    assert gone.status == "running"
    assert refused(clocks.expire(gone, **when("2026-09-12 00:00"))) == "already_recorded"
    longer = alive(clocks.extend(gone, by=Term.parse("3 days"), **when("2026-09-12 00:00", 3)))
    assert not longer.expired


def test_the_explanation_tells_the_history_and_then_the_count() -> None:
    life = alive(
        clocks.pause(begun("30 days", count="petition", kind="duty"), reason="送鉴定", **when(datetime(2026, 9, 9, 16, 30, tzinfo=UTC)))
    )
    life = alive(clocks.resume(life, **when("2026-09-19 10:00", 3)))
    life = alive(clocks.extend(life, by=Term.parse("30 days"), **when("2026-09-21 10:00", 4)))
    told = clocks.explain(life)
    assert "2026年9月10日" in told[0].zh, "shown in local time"
    assert "送鉴定" in told[0].zh
    assert "延长30日" in told[2].zh
    assert "extended" not in told[2].zh
    assert "by 30 days" in told[2].en
    assert life.due is not None
    assert told[-len(life.due.steps) :] == life.due.steps


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["pause", "resume", "extend", "redate", "meet", "stop", "expire", "recount", "start", "restart"]),
        st.integers(0, 20),
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(ACTS)
def test_whatever_happens_no_event_is_lost_and_the_life_reads_back(acts: list[tuple[str, int]]) -> None:
    life, now = begun("30 days", count="petition", kind="duty"), START
    for seq, (act, after) in enumerate(acts, start=2):
        now += timedelta(days=after)
        more: dict[str, Any] = when(now, seq)
        if act in ("start", "restart"):
            result = clocks.start(
                life, name="window", kind="duty", term=Term.parse("30 days"), count="petition", trigger=now, until=None,
                restart=act == "restart", **more,
            )  # fmt: skip
        elif act == "extend":
            result = clocks.extend(life, by=Term.parse("5 days"), **more)
        elif act == "redate":
            result = clocks.redate(life, trigger=now, until=None, **more)
        else:
            result = getattr(clocks, act)(life, **more)
        if isinstance(result, Refusal):
            continue
        assert result.events[:-1] == life.events
        assert result.status == {"pause": "paused", "resume": "running", "meet": "met", "stop": "stopped", "start": "running",
                                 "restart": "running"}.get(act, life.status)  # fmt: skip
        life = result
        assert ClockLife.from_plain(life.to_plain()) == life
        assert life.due is not None
        assert clocks.explain(life)
