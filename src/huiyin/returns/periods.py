"""Periods of returns: weeks, months, quarters, years, or any days; each with a name people use and a word for addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from huiyin.core.date_words import MONTHS_EN
from huiyin.core.returns import PeriodKind
from huiyin.core.values import Text

FIRST_YEAR, LAST_YEAR = 2000, 2099
# A return over more days is asked for year by year.
LONGEST_DAYS = 366
LABELS: dict[PeriodKind, Text] = {
    "week": Text("周", "week"),
    "month": Text("月", "month"),
    "quarter": Text("季度", "quarter"),
    "year": Text("年", "year"),
    "any": Text("自选日期", "chosen days"),
}
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"(\d{4})")
_ANY = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the city's calendar.

    Attributes:
        slug: how it stands in an address: ``2026-W47``, ``2026-11``, ``2026-Q4``, ``2026``, ``2026-11-01..2026-11-20``.
        start: first day.
        end: the day after the last.
    """

    kind: PeriodKind
    slug: str
    start: date
    end: date
    label: Text

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - timedelta(days=1)

    def instants(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return the first instant and the first instant after it."""
        return datetime.combine(self.start, time(), zone), datetime.combine(self.end, time(), zone)

    def before(self) -> Period:
        """Return the period of the same kind before this one."""
        if self.kind == "any":
            return any_days(self.start - (self.end - self.start), self.start - timedelta(days=1))
        return of_day(self.kind, self.start - timedelta(days=1))

    def after(self) -> Period:
        """Return the period of the same kind after this one."""
        if self.kind == "any":
            return any_days(self.end, self.end + (self.end - self.start) - timedelta(days=1))
        return of_day(self.kind, self.end)


def of_day(kind: PeriodKind, day: date) -> Period:
    """Return the period of a kind a day lies in; for ``any``, the month up to that day."""
    if kind == "any":
        return any_days(day.replace(day=1), day)
    return _MAKE[kind](day)


def recent(kind: PeriodKind, today: date, count: int) -> list[Period]:
    """Return the last periods of a kind, the present one first."""
    found = [of_day(kind, today)]
    while len(found) < count:
        found.append(found[-1].before())
    return found


def parse(slug: str) -> Period | None:
    """Return the period of an address, or None when it is none."""
    try:
        period = _parsed(slug)
    except (ValueError, OverflowError):
        return None
    good = period is not None and period.start.year >= FIRST_YEAR and period.last.year <= LAST_YEAR
    return period if good else None


def _parsed(slug: str) -> Period | None:
    if match := _WEEK.fullmatch(slug):
        return _week(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    if match := _MONTH.fullmatch(slug):
        return _month(date(int(match[1]), int(match[2]), 1))
    if match := _QUARTER.fullmatch(slug):
        return _quarter(date(int(match[1]), int(match[2]) * 3, 1))
    if match := _YEAR.fullmatch(slug):
        return _year(date(int(match[1]), 1, 1))
    if match := _ANY.fullmatch(slug):
        first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
        return any_days(first, last) if first <= last and (last - first).days < LONGEST_DAYS else None
    return None


def any_days(first: date, last: date) -> Period:
    """Return the period from one day to another, both within it."""
    label = Text(f"{_day_zh(first)}至{_day_zh(last, first)}", f"{_day_en(first, last)} to {_day_en(last)}")
    return Period("any", f"{first}..{last}", first, last + timedelta(days=1), label)


def _week(day: date) -> Period:
    year, week, _ = day.isocalendar()
    start = date.fromisocalendar(year, week, 1)
    last = start + timedelta(days=6)
    label = Text(
        f"{year}年第{week}周 {start.month}月{start.day}日至{_short_zh(last, start)}",
        f"Week {week} of {year}, {_day_en(start, last)} to {_day_en(last)}",
    )
    return Period("week", f"{year}-W{week:02d}", start, start + timedelta(days=7), label)


def _month(day: date) -> Period:
    start = day.replace(day=1)
    end = (start + timedelta(days=31)).replace(day=1)
    label = Text(f"{start.year}年{start.month}月", f"{MONTHS_EN[start.month - 1]} {start.year}")
    return Period("month", f"{start.year}-{start.month:02d}", start, end, label)


def _quarter(day: date) -> Period:
    number = (day.month - 1) // 3 + 1
    start = date(day.year, number * 3 - 2, 1)
    end = date(day.year + (number == 4), number % 4 * 3 + 1, 1)
    return Period("quarter", f"{day.year}-Q{number}", start, end, Text(f"{day.year}年第{number}季度", f"Quarter {number} of {day.year}"))


def _year(day: date) -> Period:
    return Period("year", f"{day.year}", date(day.year, 1, 1), date(day.year + 1, 1, 1), Text(f"{day.year}年", f"{day.year}"))


def _short_zh(day: date, after: date) -> str:
    return f"{day.day}日" if day.month == after.month else f"{day.month}月{day.day}日"


def _day_zh(day: date, after: date | None = None) -> str:
    if after is not None and after.year == day.year:
        return _short_zh(day, after)
    return f"{day.year}年{day.month}月{day.day}日"


def _day_en(day: date, until: date | None = None) -> str:
    if until is not None and until.year == day.year:
        return f"{day.day}" if until.month == day.month else f"{day.day} {MONTHS_EN[day.month - 1]}"
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


_MAKE: dict[PeriodKind, Callable[[date], Period]] = {"week": _week, "month": _month, "quarter": _quarter, "year": _year}
