"""Weeks, months, quarters, years and chosen days: names, neighbours, addresses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core.returns import PeriodKind
from huiyin.returns import periods

KINDS: tuple[PeriodKind, ...] = ("week", "month", "quarter", "year")


def test_a_week_is_called_as_offices_call_it() -> None:
    week = periods.of_day("week", date(2026, 11, 20))
    assert (week.slug, week.start, week.last) == ("2026-W47", date(2026, 11, 16), date(2026, 11, 22))
    assert week.label.zh == "2026年第47周 11月16日至22日"
    assert week.label.en == "Week 47 of 2026, 16 to 22 November 2026"
    assert periods.of_day("week", date(2026, 10, 1)).label.zh == "2026年第40周 9月28日至10月4日"


def test_the_first_days_of_january_may_lie_in_the_last_week_of_the_year_before() -> None:
    week = periods.of_day("week", date(2027, 1, 2))
    assert week.slug == "2026-W53"
    assert week.label.zh == "2026年第53周 12月28日至1月3日"


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.sampled_from(KINDS))
def test_periods_follow_each_other_without_gap_and_their_addresses_read_back(day: date, kind: PeriodKind) -> None:
    period = periods.of_day(kind, day)
    assert period.start <= day <= period.last
    assert periods.parse(period.slug) == period
    assert period.before().end == period.start
    assert period.after().start == period.end
    assert period.after().before() == period


@given(st.dates(date(2001, 1, 1), date(2098, 1, 1)), st.integers(0, 365))
def test_chosen_days_read_back_and_their_neighbour_is_as_long(day: date, days: int) -> None:
    period = periods.any_days(day, day + timedelta(days=days))
    assert periods.parse(period.slug) == period
    assert (period.before().end, period.before().end - period.before().start) == (period.start, period.end - period.start)


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "2026",
        "2026-W54",
        "2026-13",
        "2026-Q5",
        "0000-W01",
        "9999-12",
        "2026-11-20..2026-11-01",
        "2026-01-01..2027-06-01",
        "²026",
        "2026-W00",
    ],
)
def test_what_is_no_period_is_none(slug: str) -> None:
    found = periods.parse(slug)
    assert found is None if slug != "2026" else found is not None and found.kind == "year"
