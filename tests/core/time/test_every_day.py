"""Every rule on every day of 2024 to 2026, by two routines; and what must hold of any holiday table."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from second_routine import last_day, last_instant
from timetools import CHINA, china, day, table

from huiyin.core.calendar import Calendar
from huiyin.core.counting import CODES, reckon
from huiyin.core.pauses import Pause
from huiyin.core.terms import Term, count

DAYS = [date(2024, 1, 1) + timedelta(n) for n in range(1096)]
HOURLY = {"HOUR", "HOUR_NEXT", "HOUR_BACK", "WORKING_HOUR"}
DAILY = sorted(set(CODES) - HOURLY)
# Lengths that laws use; each day takes one of them in turn, so that every length meets every kind of day.
LENGTHS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90)
FORWARD = sorted(code for code in DAILY if not CODES[code].backward)
BACKWARD = ["WD_BACK", "CAL_BACK"]


def length(code: str, number: int) -> int:
    if code.startswith("YEAR"):
        return number % 3 + 1
    return number % 7 + 1 if code.startswith("MONTH") else LENGTHS[number % len(LENGTHS)]


@pytest.mark.parametrize("code", DAILY)
def test_two_routines_agree_on_every_day_of_three_years(code: str) -> None:
    for number, start in enumerate(DAYS):
        amount = length(code, number)
        got = reckon([(amount, code)], datetime.combine(start, time(10), CHINA), china())
        assert day(got.due) == last_day(code, amount, start), (code, amount, start)


@pytest.mark.parametrize("code", sorted(HOURLY - {"WORKING_HOUR"}))
def test_two_routines_agree_on_hours_of_every_day(code: str) -> None:
    for number, start in enumerate(DAYS):
        moment = datetime.combine(start, time(number % 24, number * 7 % 60, number * 11 % 60), CHINA)
        amount = (1, 2, 24, 48, 72)[number % 5]
        assert reckon([(amount, code)], moment, china()).due == last_instant(code, amount, moment)


def test_two_routines_agree_on_working_hours_of_every_day() -> None:
    for number, start in enumerate(DAYS[::3]):
        moment = datetime.combine(start, time(number % 24, number * 7 % 60), CHINA)
        amount = (1, 2, 8)[number % 3]
        assert reckon([(amount, "WORKING_HOUR")], moment, china()).due == last_instant("WORKING_HOUR", amount, moment)


@pytest.mark.parametrize("code", ["CAL_STRICT", "CAL_ROLL", "CAL_HOLIDAY", "CAL_PAUSE", "WD", "WD_PAUSE", "MONTH_ROLL", "MONTH_STRICT"])
def test_two_routines_agree_on_every_day_with_a_pause(code: str) -> None:
    for number, start in enumerate(DAYS):
        amount = number % 5 + 1 if code.startswith("MONTH") else LENGTHS[number % len(LENGTHS)]
        first = start + timedelta(number % 9 + 1)
        last = first + timedelta(number % 13)
        lost = {first + timedelta(n) for n in range((last - first).days + 1)}
        got = reckon([(amount, code)], datetime.combine(start, time(10), CHINA), china(), [Pause.of_days(first, last, china())])
        assert day(got.due) == last_day(code, amount, start, lost), (code, amount, start, first, last)


def with_holiday(added: date) -> Calendar:
    """Return the shipped calendar with one day more declared off, as a later notice would."""
    plain = china().to_plain()
    for year in plain["years"]:
        if year["year"] != added.year:
            continue
        kind = "off" if year["official"] else "fixed"
        rest: list[dict[str, Any]] = [row for row in year["days"] if row["date"] != added.isoformat()]
        year["days"] = [*rest, {"date": added.isoformat(), "kind": kind, "name": {"zh": "临时放假", "en": "added"}}]
    return Calendar.from_plain(plain["years"], "Asia/Shanghai")


STARTS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
AMOUNTS = st.sampled_from(LENGTHS)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FORWARD), AMOUNTS, STARTS, st.integers(0, 120))
def test_a_holiday_added_never_makes_a_forward_date_earlier(code: str, amount: int, start: date, ahead: int) -> None:
    amount = amount % 4 + 1 if code.startswith(("MONTH", "YEAR")) else amount
    trigger = datetime.combine(start, time(10), CHINA)
    before = reckon([(amount, code)], trigger, china()).due
    # On and around the last day, where an added holiday matters most, as well as anywhere on the way.
    for added in {start + timedelta(ahead), day(before), day(before) - timedelta(1), day(before) + timedelta(1)}:
        if not date(2024, 1, 1) <= added <= date(2027, 12, 31):
            continue
        assert reckon([(amount, code)], trigger, with_holiday(added)).due >= before, (code, amount, start, added)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(BACKWARD), AMOUNTS, st.dates(date(2024, 6, 1), date(2026, 12, 31)), st.integers(1, 120))
def test_a_holiday_added_never_makes_a_backward_date_later(code: str, amount: int, event: date, back: int) -> None:
    trigger = datetime.combine(event, time(10), CHINA)
    before = reckon([(amount, code)], trigger, china()).due
    for added in {event - timedelta(back), day(before), event - timedelta(1)}:
        assert reckon([(amount, code)], trigger, with_holiday(added)).due <= before, (code, amount, event, added)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FORWARD), AMOUNTS, STARTS, st.integers(0, 40), st.integers(0, 30))
def test_a_pause_never_makes_a_date_earlier_under_the_same_roll(code: str, amount: int, start: date, after: int, long: int) -> None:
    amount = amount % 4 + 1 if code.startswith(("MONTH", "YEAR")) else amount
    trigger = datetime.combine(start, time(10), CHINA)
    first = start + timedelta(after + 1)
    pause = Pause.of_days(first, first + timedelta(long), china())
    plain, paused = reckon([(amount, code)], trigger, china()), reckon([(amount, code)], trigger, china(), [pause])
    assert paused.due >= plain.due
    # A pause of days that come after the last counted one changes nothing but the days a roll may fall on.
    if day(plain.due) < first:
        assert paused.due == plain.due
    # Where every day counts, exactly the lost days are given back, before any roll.
    if CODES[code].base in ("days", "months") and first <= day(plain.nominal):
        assert day(paused.nominal) - day(plain.nominal) == timedelta(long + 1)


UNITS = ("days", "working days", "months", "years", "hours")


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(table().names())), st.sampled_from(UNITS), st.integers(1, 60), st.booleans(), STARTS)
def test_the_strict_date_is_never_after_the_latest_lawful_one(name: str, unit: Any, amount: int, full: bool, start: date) -> None:
    rows = [row for row in table().rows if row.name == name and row.covers(start)]
    for row in rows:
        due = count(Term(amount, unit, full=full), datetime.combine(start, time(10), CHINA), row, china())
        assert due.strict <= due.latest
        assert due.act_by is None or due.act_by <= due.strict


def test_every_open_question_of_the_text_is_a_named_setting_with_its_reason() -> None:
    open_ = [row for row in table().rows if not row.stated or any(strict != latest for strict, latest in row.codes.values())]
    assert {"petition_citizen", "market_complaint", "none_stated_authority", "none_stated_citizen", "restraint"} <= {
        row.name for row in open_
    }
    for row in open_:
        assert len(row.note.zh) > 15, row.name
        assert len(row.note.en) > 40, row.name
        assert "系统设定" in row.basis().zh or row.stated
