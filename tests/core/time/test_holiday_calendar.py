"""The shipped holiday tables, and what the calendar makes of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import chinese_calendar
import pytest
from second_routine import tables
from timetools import PACK, at, china, load

from huiyin.core.calendar import Calendar


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def plain_2026(**changes: Any) -> dict[str, Any]:
    return {**load(PACK / "calendars" / "2026.yaml"), **changes}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_agrees_with_an_independent_package(year: int) -> None:
    calendar = china()
    for d in days(date(year, 1, 1), date(year, 12, 31)):
        assert calendar.is_working(d) == chinese_calendar.is_workday(d), d
        assert calendar.is_rest(d) == (d in tables()[0]), d
        assert not calendar.provisional(d)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_holidays_and_exchanged_weekends_are_those_of_the_independent_package(year: int) -> None:
    """A plain weekend is told from a holiday, for the laws that move a last day off the one and not the other."""
    for d in days(date(year, 1, 1), date(year, 12, 31)):
        day = china().day(d)
        assert china().in_holiday_block(d) == (d in chinese_calendar.holidays), d
        assert (day is not None and day.kind == "work") == (d in chinese_calendar.workdays), d


def test_a_year_the_package_knows_is_official_here() -> None:
    """When a newer package brings the next notice, the year's file is due too."""
    known = {d.year for d in chinese_calendar.holidays if d.year >= 2024}
    assert known >= {2024, 2025, 2026}
    assert [year for year in sorted(known) if china().provisional(date(year, 6, 1))] == []


def test_the_fixed_days_of_2027_rest_and_stay_provisional() -> None:
    calendar = china()
    fixed = [d for d in days(date(2027, 1, 1), date(2027, 12, 31)) if calendar.in_holiday_block(d)]
    assert len(fixed) == 13, "the holiday regulation gives thirteen public holidays"
    assert date(2027, 2, 5) in fixed
    assert date(2027, 2, 9) not in fixed
    assert all(calendar.provisional(d) and calendar.is_rest(d) for d in fixed)


def test_a_year_without_a_file_rests_on_weekends_and_solar_holidays() -> None:
    calendar = china()
    resting = [d for d in days(date(2031, 1, 1), date(2031, 12, 31)) if calendar.in_holiday_block(d)]
    assert [(d.month, d.day) for d in resting] == [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
    assert calendar.is_rest(date(2031, 1, 4)), "a Saturday"
    assert calendar.is_working(date(2019, 5, 2)), "the second day of Labour Day came with 2025"
    assert calendar.provisional(date(2031, 6, 2))
    assert calendar.provisional(date(2019, 6, 3))


def test_a_plain_weekend_is_no_holiday_block() -> None:
    assert china().is_rest(date(2026, 10, 11))
    assert not china().in_holiday_block(date(2026, 10, 11))
    assert china().in_holiday_block(date(2026, 10, 4))
    assert not china().in_holiday_block(date(2026, 10, 10))


def test_neighbouring_working_days_exclude_the_day_itself() -> None:
    assert china().next_working(date(2026, 9, 30)) == date(2026, 10, 8)
    assert china().previous_working(date(2026, 10, 8)) == date(2026, 9, 30)


def test_an_instant_near_midnight_belongs_to_the_local_day() -> None:
    assert china().local_date(datetime(2026, 9, 30, 16, 30, tzinfo=UTC)) == date(2026, 10, 1)
    assert china().end_of_day(date(2026, 10, 1)) == datetime(2026, 10, 1, 15, 59, 59, tzinfo=UTC)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        china().local_date(datetime(2026, 10, 1, 12))  # noqa: DTZ001


def test_plain_data_comes_back_the_same_with_the_same_version() -> None:
    plain = china().to_plain()
    again = Calendar.from_plain(plain["years"], plain["zone"])
    assert again == china()
    assert again.version == china().version


def test_a_changed_row_changes_the_version() -> None:
    one = Calendar.from_plain([plain_2026()], "Asia/Shanghai")
    other = Calendar.from_plain([plain_2026(days=plain_2026()["days"][1:])], "Asia/Shanghai")
    assert one.version != other.version


def test_dates_may_be_strings_as_a_strict_reader_gives_them() -> None:
    rows = [{key: str(v) if isinstance(v, date) else v for key, v in row.items()} for row in plain_2026()["days"]]
    assert Calendar.from_plain([plain_2026(days=rows)], "Asia/Shanghai") == Calendar.from_plain([plain_2026()], "Asia/Shanghai")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"official": "yes"}, "official"),
        ({"days": [{"date": "2026-02-30", "kind": "off", "name": {"zh": "x", "en": "x"}}]}, "row 1.*expected a date"),
        ({"days": [{"date": "2026-03-01", "kind": "rest", "name": {"zh": "x", "en": "x"}}]}, "kind must be one of"),
        ({"days": [{"date": "2026-03-01", "kind": "fixed", "name": {"zh": "x", "en": "x"}}]}, "fixed days belong"),
        ({"days": [{"date": "2025-03-01", "kind": "off", "name": {"zh": "x", "en": "x"}}]}, "not a stretch of days of 2026"),
        ({"days": [{"date": "2026-03-01", "kind": "off", "name": {"zh": "x"}}]}, "both languages"),
        ({"days": [{"date": "2026-03-01", "kind": "off", "name": {"zh": "x", "en": "x"}}] * 2}, "listed twice"),
        ({"office_hours": ["17:00-08:30"]}, "close before they open"),
        ({"office_hours": ["08:30-12:00", "11:00-17:00"]}, "overlap"),
        ({"office_hours": ["all day"]}, "such as 08:30-17:00"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Calendar.from_plain([plain_2026(**changes)], "Asia/Shanghai")


def test_a_new_year_break_may_begin_in_december() -> None:
    row = {"from": "2025-12-31", "to": "2026-01-03", "kind": "off", "name": {"zh": "元旦", "en": "New Year"}}
    calendar = Calendar.from_plain([plain_2026(days=[row])], "Asia/Shanghai")
    assert calendar.is_rest(date(2025, 12, 31))


def test_the_same_year_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="given twice"):
        Calendar.from_plain([plain_2026(), plain_2026()], "Asia/Shanghai")


def test_working_hours_need_office_hours_and_rest_days_have_none() -> None:
    bare = Calendar.from_plain([plain_2026(office_hours=[])], "Asia/Shanghai")
    with pytest.raises(ValueError, match="office_hours"):
        bare.office_hours(at("2026-09-07 09:00").date())
    assert china().office_hours(date(2026, 10, 1)) == ()
    assert [str(hours) for hours in china().office_hours(date(2031, 6, 2))] == ["08:30-12:00", "13:00-17:00"]
