"""Why a date: every day told once, skipped days with their notice, both readings, each setting with what else it could be."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timetools import at as instant
from timetools import china, table

from huiyin.core import clocks, why
from huiyin.core.clocks import Counting
from huiyin.core.counting import CODES, reckon
from huiyin.core.durations import Term
from huiyin.core.pauses import Pause
from huiyin.core.terms import count


def told(
    term: str, rule: str | None, at: str, *, kind: clocks.ClockKind = "duty", pauses: tuple[Pause, ...] = (), more: str = ""
) -> why.Why:
    row = None if rule is None else table().pick(rule, instant(at).date())
    return why.explain(Term.parse(term), instant(at), row, china(), pauses, [Term.parse(more)] if more else [], kind=kind)


def test_working_days_tell_weekends_holidays_and_the_days_made_working() -> None:
    found = told("20 days", "administrative_licensing", "2026-09-15 10:00").strict
    stretches = [(one.first.isoformat(), one.days, one.kind) for one in found.passed]
    assert stretches == [
        ("2026-09-19", 1, "weekend"),
        ("2026-09-20", 1, "adjusted"),
        ("2026-09-25", 3, "holiday"),
        ("2026-10-01", 7, "holiday"),
        ("2026-10-10", 1, "adjusted"),
        ("2026-10-11", 1, "weekend"),
        ("2026-10-17", 2, "weekend"),
    ]
    holidays = [one for one in found.passed if one.kind in ("holiday", "adjusted")]
    assert all("国务院办公厅" in one.notice for one in holidays)
    assert [one.name.zh for one in holidays if one.name is not None and one.kind == "holiday"] == ["中秋节", "国庆节"]
    assert [day.number for day in found.days if day.number] == list(range(1, 21))
    assert found.days[-1].last


def test_an_end_that_moves_names_the_days_it_is_moved_over_and_the_last_day_counted_among_them() -> None:
    found = told("30 days", "petition_citizen", "2026-09-04 10:00", kind="right")
    assert found.latest is not None
    (moved,) = found.latest.passed
    assert (moved.first, moved.last, moved.kind) == (date(2026, 10, 4), date(2026, 10, 7), "moved")
    assert [day.date for day in found.latest.days if day.last] == [date(2026, 10, 8)]
    assert not found.strict.passed


def test_a_choice_the_law_leaves_says_what_was_chosen_and_what_else_it_could_be() -> None:
    found = told("30 days", "petition_citizen", "2026-09-04 10:00", kind="right")
    (setting,) = found.settings
    assert setting.name == "petition_citizen.days"
    assert "顺延到其后第一个工作日" in setting.chosen.zh
    assert setting.reason == table().pick("petition_citizen", date(2026, 9, 4)).note
    others = {other.code: china().local_date(other.due) for other in setting.others if other.due is not None}
    assert others == {"CAL_STRICT": date(2026, 10, 4), "CAL_HOLIDAY": date(2026, 10, 8)}
    held = told("30 days", "petition_citizen", "2026-09-04 10:00", kind="duty").settings[0]
    assert "不因休息日顺延" in held.chosen.zh, "what is somebody's duty is held to the strict reading"


def test_where_the_text_decides_there_is_no_setting() -> None:
    assert told("30 days", "civil_procedure", "2026-09-04 10:00").settings == ()
    assert told("60 days", None, "2026-09-04 10:00").settings == ()


def test_counting_back_and_pausing_are_settings_of_their_own() -> None:
    back = told("3 working days before", "administrative_licensing", "2026-10-12 09:00")
    assert [setting.name for setting in back.settings] == ["backward.event_day"]
    (other,) = back.settings[0].others
    assert other.due is not None
    assert china().local_date(other.due) > china().local_date(back.due.strict)
    pause = Pause.of_days(date(2026, 6, 10), date(2026, 6, 12), china())
    paused = told("20 days", "civil_procedure", "2026-06-01 09:00", pauses=(pause,))
    assert [setting.name for setting in paused.settings] == ["pause.edges"]
    assert [(one.first, one.days) for one in paused.strict.passed if one.kind == "paused"] == [(date(2026, 6, 10), 3)]


def test_years_without_a_notice_are_named() -> None:
    found = told("30 working days", None, "2026-12-20 09:00")
    assert found.due.provisional
    assert found.unknown == (2027,)
    assert told("3 working days", None, "2026-09-07 09:00").unknown == ()


def test_hours_have_no_days_to_draw_and_long_periods_none_that_help() -> None:
    assert told("24 hours", "civil_procedure", "2026-09-07 09:30").strict.days == ()
    assert told("2 years", "civil_procedure", "2026-09-07 09:30").strict.weeks == ()
    weeks = told("15 days", "civil_procedure", "2026-09-07 09:30").strict.weeks
    assert all(len(week) == 7 for week in weeks)
    assert next(day.date for week in weeks for day in week if day is not None) == date(2026, 9, 7)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_says_in_both_languages_how_it_counts(code: str) -> None:
    said = why.code_text(code)
    assert said.zh
    assert said.en
    assert code not in said.zh + said.en


@given(
    code=st.sampled_from([name for name, code in CODES.items() if code.base in ("days", "working days", "months")]),
    amount=st.integers(1, 60),
    start=st.dates(date(2024, 1, 2), date(2026, 9, 1)),
    pause=st.one_of(st.none(), st.tuples(st.integers(1, 20), st.integers(0, 12))),
)
def test_the_days_told_are_those_the_arithmetic_passed(code: str, amount: int, start: date, pause: tuple[int, int] | None) -> None:
    calendar = china()
    pauses = []
    if pause is not None and not CODES[code].backward:
        first = start + timedelta(days=pause[0])
        pauses = [Pause.of_days(first, first + timedelta(days=pause[1]), calendar)]
    trigger = datetime.combine(start, datetime.min.time(), calendar.zone)
    plain, marked = (reckon([(amount, code)], trigger, calendar, pauses, marked=asked) for asked in (False, True))
    assert plain.due == marked.due
    assert plain.marks == ()
    days = [mark.date for mark in marked.marks]
    assert days == sorted(set(days)), "every day once, in order"
    last = calendar.local_date(marked.due)
    assert {days[0], days[-1]} == {start, last}
    assert (days[-1] - days[0]).days == len(days) - 1, "none left out"
    if CODES[code].base != "months":
        assert sum(mark.kind == "counted" for mark in marked.marks) == amount
    if CODES[code].base == "working days":
        assert all(calendar.is_working(mark.date) for mark in marked.marks if mark.kind == "counted")
        assert all(calendar.is_rest(mark.date) for mark in marked.marks if mark.kind == "rest")


def life(rule: str = "petition", term: str = "60 days") -> clocks.ClockLife:
    at = instant("2026-08-03 10:00")
    made = clocks.start(
        None, name="handle", kind="duty", term=Term.parse(term), count=rule, trigger=at, until=None, at=at, now=at, seq=1,
        counting=Counting(table(), china()),
    )  # fmt: skip
    assert isinstance(made, clocks.ClockLife)
    return made


def test_a_stored_clock_is_told_with_its_pauses_and_extensions() -> None:
    counting = Counting(table(), china())
    at = instant("2026-08-10 10:00")
    one = clocks.pause(life(), at=at, now=at, seq=2, counting=counting, reason="鉴定")
    assert isinstance(one, clocks.ClockLife)
    one = clocks.resume(one, at=instant("2026-08-20 10:00"), now=at, seq=3, counting=counting)
    assert isinstance(one, clocks.ClockLife)
    one = clocks.extend(one, by=Term.parse("30 days"), at=at, now=at, seq=4, counting=counting, reason="情况复杂")
    assert isinstance(one, clocks.ClockLife)
    found = why.of_life(one, counting)
    assert found is not None
    assert found.due.strict == one.due.strict if one.due is not None else False
    assert [str(term) for term in found.extensions] == ["30 days"]
    assert [(stretch.first, stretch.last) for stretch in found.strict.passed if stretch.kind == "paused"] == [
        (date(2026, 8, 11), date(2026, 8, 20))
    ]
    happened = why.history(one)
    assert [one.says.zh for one in happened] == ["开始计时", "停钟", "恢复计时", "延长30日"]
    assert [one.superseded for one in happened] == [True, False, True, False]
    assert happened[3].reason == "情况复杂"


def test_a_date_the_rules_of_today_no_longer_give_is_not_drawn_by_them() -> None:
    stored = life(rule="civil_procedure")
    changed = clocks.ClockLife(stored.name, stored.kind, "75 days", stored.count, stored.events)
    assert why.of_life(stored, Counting(table(), china())) is not None
    assert why.of_life(changed, Counting(table(), china())) is None


def test_the_reasons_of_a_period_are_those_its_date_was_stored_with() -> None:
    row = table().pick("petition", date(2026, 8, 3))
    found = told("60 days", "petition", "2026-08-03 10:00")
    assert found.due == count(Term.parse("60 days"), instant("2026-08-03 10:00"), row, china())
