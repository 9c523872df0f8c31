"""Rest days and working days, as the yearly notices declare them."""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

from huiyin.core.values import Text

DayKind = Literal["off", "work", "fixed"]
DAY_KINDS: tuple[DayKind, ...] = ("off", "work", "fixed")
ONE_DAY = timedelta(days=1)
SATURDAY = 5
END_OF_DAY = time(23, 59, 59)

# Public holidays that fall on the same solar date each year (holiday regulation, art. 2). The days that
# follow the moon or a solar term stand in the year's file; without a file they cannot be known here.
SOLAR_HOLIDAYS: tuple[tuple[int, int], ...] = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
SECOND_LABOUR_DAY_SINCE = 2025


def read_date(value: object, where: str) -> date:
    """Return ``value`` as a date; pack readers may hand over dates or ISO strings.

    Raises:
        ValueError: ``value`` is neither; the message says where it stands.
    """
    if isinstance(value, datetime):
        raise ValueError(f"{where}: expected a date such as 2026-10-01, found a time: {value}")
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"{where}: expected a date such as 2026-10-01, found {value!r}")


def read_text(value: object, where: str) -> Text:
    """Return a ``{zh, en}`` mapping as a text.

    Raises:
        ValueError: one of the two languages is missing.
    """
    if isinstance(value, Mapping) and isinstance(value.get("zh"), str) and isinstance(value.get("en"), str):
        return Text(value["zh"], value["en"])
    raise ValueError(f"{where}: expected both languages as {{zh: ..., en: ...}}, found {value!r}")


def add_months(d: date, months: int) -> date:
    """Return the corresponding day ``months`` later, or the last day of that month when there is none."""
    index = d.year * 12 + d.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(d.day, monthrange(year, month)[1]))


def fingerprint(plain: object) -> str:
    """Return a short stable hash of plain data, used as its version."""
    packed = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Day:
    """A day the calendar says something special about.

    Attributes:
        date: the local date.
        kind: ``off`` and ``work`` are declared by the year's notice; ``fixed`` is a public holiday known
            from the holiday regulation before the notice is out.
        name: what the day is called, such as National Day.
        notice: the number of the notice, or the regulation behind a fixed day.
    """

    date: date
    kind: DayKind
    name: Text
    notice: str


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """One stretch of the day in which offices work, in local time."""

    opens: time
    closes: time

    @classmethod
    def parse(cls, text: object, where: str) -> OfficeHours:
        """Read ``08:30-17:00``.

        Raises:
            ValueError: the text has another shape, or closes before it opens.
        """
        try:
            opens, closes = str(text).split("-")
            hours = cls(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))
        except ValueError as error:
            raise ValueError(f"{where}: expected office hours such as 08:30-17:00, found {text!r}") from error
        if hours.closes <= hours.opens:
            raise ValueError(f"{where}: office hours {text!r} close before they open")
        return hours

    def __str__(self) -> str:
        """Return the shape ``parse`` reads."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What is known of one year: its special days, and whether its notice is out."""

    year: int
    official: bool
    notice: str
    days: tuple[Day, ...]
    office_hours: tuple[OfficeHours, ...]

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> CalendarYear:
        """Build a year from the data of its file.

        Raises:
            ValueError: a key is missing or wrong; the message names year and row.
        """
        year, official, notice = plain.get("year"), plain.get("official"), plain.get("notice")
        if not isinstance(year, int) or not isinstance(official, bool) or not isinstance(notice, str):
            raise ValueError(f"calendar year {year!r}: needs year (a number), official (true or false) and notice")
        days: list[Day] = []
        for number, row in enumerate(plain.get("days", ()), start=1):
            where = f"calendar {year}, day row {number}"
            kind = row.get("kind")
            if kind not in DAY_KINDS:
                raise ValueError(f"{where}: kind must be one of {', '.join(DAY_KINDS)}, found {kind!r}")
            if official == (kind == "fixed"):
                raise ValueError(f"{where}: fixed days belong to years without a notice, off and work to a notice")
            first = read_date(row.get("from", row.get("date")), where)
            last = read_date(row.get("to", first), where)
            # A notice may reach into the last days of the year before (a New Year break that starts in December).
            if last < first or last.year != year or first.year not in (year - 1, year):
                raise ValueError(f"{where}: {first} to {last} is not a stretch of days of {year}")
            name = read_text(row.get("name"), where)
            stretch = (first + offset * ONE_DAY for offset in range((last - first).days + 1))
            days.extend(Day(each, kind, name, notice) for each in stretch)
        if len({day.date for day in days}) != len(days):
            raise ValueError(f"calendar {year}: the same date is listed twice")
        hours = tuple(OfficeHours.parse(text, f"calendar {year}") for text in plain.get("office_hours", ()))
        if any(later.opens < earlier.closes for earlier, later in pairwise(hours)):
            raise ValueError(f"calendar {year}: office hours overlap or are out of order")
        return cls(year, official, notice, tuple(sorted(days, key=lambda day: day.date)), hours)

    def to_plain(self) -> dict[str, Any]:
        """Return data ``from_plain`` reads back, one row for each date."""
        return {
            "year": self.year,
            "official": self.official,
            "notice": self.notice,
            "office_hours": [str(hours) for hours in self.office_hours],
            "days": [
                {
                    "date": day.date.isoformat(),
                    "kind": day.kind,
                    "name": day.name.to_plain(),
                }
                for day in self.days
            ],
        }


@dataclass(frozen=True)
class Calendar:
    """The holiday tables of all known years in one time zone.

    A year whose notice is not loaded is reckoned with Saturdays, Sundays and the fixed public holidays, and
    every date that leans on it is provisional.
    """

    years: tuple[CalendarYear, ...]
    zone: ZoneInfo
    _days: Mapping[date, Day] = field(init=False, repr=False, compare=False)
    _official: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the rows by date.

        Raises:
            ValueError: a year or a date is given twice.
        """
        numbers = [year.year for year in self.years]
        if len(set(numbers)) != len(numbers):
            raise ValueError(f"calendar: a year is given twice among {numbers}")
        days: dict[date, Day] = {}
        for year in self.years:
            for day in year.days:
                if day.date in days:
                    raise ValueError(f"calendar: {day.date} is declared by {days[day.date].notice} and {day.notice}")
                days[day.date] = day
        object.__setattr__(self, "_days", days)
        object.__setattr__(self, "_official", frozenset(year.year for year in self.years if year.official))

    @classmethod
    def from_plain(cls, years: Iterable[Mapping[str, Any]], zone: str) -> Calendar:
        """Build a calendar from the data of the year files.

        Args:
            years: one mapping for each year: year, official, notice, days, office_hours.
            zone: an IANA zone name, such as ``Asia/Shanghai``.

        Raises:
            ValueError: a row is wrong; the message names year and row.
        """
        read = sorted((CalendarYear.from_plain(year) for year in years), key=lambda year: year.year)
        return cls(tuple(read), ZoneInfo(zone))

    def to_plain(self) -> dict[str, Any]:
        """Return ``{"zone": ..., "years": [...]}``; its values are what ``from_plain`` takes."""
        return {"zone": self.zone.key, "years": [year.to_plain() for year in self.years]}

    @cached_property
    def version(self) -> str:
        """Hash of all rows; a clock keeps it beside each date it was given."""
        return fingerprint(self.to_plain())

    def day(self, d: date) -> Day | None:
        """Return what a notice or the regulation says of ``d``, if anything."""
        return self._days.get(d)

    def is_weekend(self, d: date) -> bool:
        """Return whether ``d`` is a Saturday or Sunday, whatever the notice makes of it."""
        return d.weekday() >= SATURDAY

    def is_rest(self, d: date) -> bool:
        """Return whether ``d`` is a rest day: declared off, or a weekend not turned into a working day."""
        day = self._days.get(d)
        if day is not None:
            return day.kind != "work"
        return self.is_weekend(d) or self._solar_holiday(d)

    def is_working(self, d: date) -> bool:
        """Return whether ``d`` is a working day."""
        return not self.is_rest(d)

    def in_holiday_block(self, d: date) -> bool:
        """Return whether ``d`` lies in a declared holiday; a plain weekend does not."""
        day = self._days.get(d)
        if day is not None:
            return day.kind != "work"
        return self._solar_holiday(d)

    def provisional(self, d: date) -> bool:
        """Return whether the notice for the year of ``d`` is not loaded."""
        return d.year not in self._official

    def next_working(self, d: date) -> date:
        """Return the first working day after ``d``, never ``d`` itself."""
        following = d + ONE_DAY
        while self.is_rest(following):
            following += ONE_DAY
        return following

    def previous_working(self, d: date) -> date:
        """Return the last working day before ``d``, never ``d`` itself."""
        earlier = d - ONE_DAY
        while self.is_rest(earlier):
            earlier -= ONE_DAY
        return earlier

    def local_date(self, instant: datetime) -> date:
        """Return the local date of an instant.

        Raises:
            ValueError: the instant has no time zone.
        """
        return self.local(instant).date()

    def local(self, instant: datetime) -> datetime:
        """Return an instant in the calendar's zone.

        Raises:
            ValueError: the instant has no time zone.
        """
        if instant.tzinfo is None or instant.utcoffset() is None:
            raise ValueError(f"the time {instant.isoformat()} has no time zone; give one, such as +08:00")
        return instant.astimezone(self.zone)

    def at(self, d: date, moment: time) -> datetime:
        """Return a local date and time as an instant in UTC."""
        return datetime.combine(d, moment, self.zone).astimezone(UTC)

    def end_of_day(self, d: date) -> datetime:
        """Return the last second of the local day as an instant in UTC."""
        return self.at(d, END_OF_DAY)

    def office_hours(self, d: date) -> tuple[OfficeHours, ...]:
        """Return the office hours of ``d``: none on a rest day, else those of its year or the nearest known one.

        Raises:
            ValueError: no year of the calendar gives office hours.
        """
        if self.is_rest(d):
            return ()
        known = [year for year in self.years if year.office_hours]
        if not known:
            raise ValueError("the calendar gives no office hours; add office_hours to a year file")
        return min(known, key=lambda year: abs(year.year - d.year)).office_hours

    def special_days(self, first: date, last: date) -> Sequence[Day]:
        """Return the declared days between two dates, both inclusive, in order."""
        return sorted((day for day in self._days.values() if first <= day.date <= last), key=lambda day: day.date)

    def _solar_holiday(self, d: date) -> bool:
        if not self.provisional(d):
            return False
        if (d.month, d.day) == (5, 2):
            return d.year >= SECOND_LABOUR_DAY_SINCE
        return (d.month, d.day) in SOLAR_HOLIDAYS
