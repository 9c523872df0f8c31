"""A second opinion on every rule: lists and sets of days, read straight from the year files, without our calendar or counting."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache

from timetools import PACK, load

FIRST, LAST = date(2022, 1, 1), date(2031, 12, 31)
DAY = timedelta(1)
# Known beforehand, in any year: New Year, Labour Day (two days since 2025), National Day.
FIXED = {(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)}


@cache
def tables() -> tuple[frozenset[date], frozenset[date]]:
    """Return every rest day, and every day inside a declared holiday."""
    declared: set[date] = set()
    worked: set[date] = set()
    written: set[int] = set()
    for path in sorted((PACK / "calendars").glob("*.yaml")):
        plain = load(path)
        if plain["official"]:
            written.add(plain["year"])
        for row in plain["days"]:
            since, until = row.get("from", row.get("date")), row.get("to", row.get("date"))
            span = {since + n * DAY for n in range((until - since).days + 1)}
            (worked if row["kind"] == "work" else declared).update(span)
    every = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    for d in every:
        solar = (d.month, d.day) in FIXED or ((d.month, d.day) == (5, 2) and d.year >= 2025)
        if d.year not in written and solar:
            declared.add(d)
    rest = {d for d in every if (d.isoweekday() > 5 and d not in worked) or d in declared}
    return frozenset(rest), frozenset(declared)


def corresponding(start: date, months: int) -> date:
    """Return the same day so many months on; where the month lacks it, its last day."""
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    for number in (start.day, 30, 29, 28):
        try:
            return date(year, month, min(number, start.day))
        except ValueError:
            continue
    raise AssertionError(start)


def last_day(code: str, amount: int, start: date, lost: Collection[date] = ()) -> date:
    """Return the day a period ends on, for every code that counts days, months or years."""
    rest, declared = tables()
    if code.startswith(("MONTH", "YEAR")):
        amount = (corresponding(start, amount * (12 if code.startswith("YEAR") else 1)) - start).days
    # Long enough for every second day to be lost, and for the longest holiday behind it.
    ahead = [start + n * DAY for n in range(1, 2 * amount + 90)]
    if code in ("WD", "WD_MIN", "WD_PAUSE"):
        return [d for d in ahead if d not in rest and d not in lost][amount - 1]
    if code == "WD_BACK":
        return [d for d in (start - n * DAY for n in range(1, 400)) if d not in rest][amount - 1]
    if code == "CAL_BACK":
        return date.fromordinal(start.toordinal() - amount)
    end = [d for d in ahead if d not in lost][amount - 1]
    barred = rest if code.endswith("ROLL") else declared if code.endswith("HOLIDAY") else frozenset[date]()
    return min(d for d in ahead if d >= end and d not in barred and (d == end or d not in lost))


def last_instant(code: str, amount: int, start: datetime) -> datetime:
    """Return the instant a period of hours ends at."""
    if code == "HOUR_BACK":
        return datetime.fromtimestamp(start.timestamp() - amount * 3600, start.tzinfo)
    if code == "HOUR_NEXT":
        start = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if code in ("HOUR", "HOUR_NEXT"):
        return datetime.fromtimestamp(start.timestamp() + amount * 3600, start.tzinfo)
    # Working hours, minute by minute in the office hours of the year files.
    rest, _ = tables()
    left, now = amount * 60, start
    while left:
        noon_break = (now.hour, now.minute) >= (12, 0) and now.hour < 13
        open_ = (now.hour, now.minute) >= (8, 30) and now.hour < 17 and not noon_break and now.date() not in rest
        left -= open_
        now += timedelta(minutes=1)
    return now
