"""What the tests of time share: the shipped calendar and table, and a second routine that counts days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from huiyin.core.calendar import Calendar
from huiyin.core.clocks import Counting
from huiyin.core.terms import CountingTable

PACK = Path(__file__).parents[3] / "packs" / "cn"
CHINA = ZoneInfo("Asia/Shanghai")


def load(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path)


@cache
def china() -> Calendar:
    """The calendar shipped with the national pack."""
    return Calendar.from_plain([load(path) for path in sorted((PACK / "calendars").glob("*.yaml"))], "Asia/Shanghai")


@cache
def table() -> CountingTable:
    return CountingTable.from_plain(load(PACK / "counting.yaml"))


def counting() -> Counting:
    return Counting(table(), china())


def at(text: str) -> datetime:
    """``2026-09-11 16:20`` in China time."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def day(instant: datetime) -> date:
    return instant.astimezone(CHINA).date()


@cache
def rest_days() -> frozenset[date]:
    """Every rest day of 2024 to 2026, read straight from the files without the calendar class."""
    rest: set[date] = set()
    for year in (2024, 2025, 2026):
        first = date(year, 1, 1)
        year_days = [first + timedelta(n) for n in range(366) if (first + timedelta(n)).year == year]
        rest |= {d for d in year_days if d.isoweekday() in (6, 7)}
        for row in load(PACK / "calendars" / f"{year}.yaml")["days"]:
            since, until = row.get("from", row.get("date")), row.get("to", row.get("date"))
            span = {d for d in year_days if since <= d <= until}
            rest = rest | span if row["kind"] == "off" else rest - span
    return frozenset(rest)


def oracle(code: str, amount: int, start: date, pauses: Collection[date] = ()) -> date:
    """Count by lists and sets instead of steps: an independent second opinion on 2024 to 2026."""
    rest = rest_days()
    ahead = [start + timedelta(n) for n in range(1, 1200)]
    if code in ("WD", "WD_MIN", "WD_PAUSE"):
        return [d for d in ahead if d not in rest and d not in pauses][amount - 1]
    if code == "WD_BACK":
        return [d for d in (start - timedelta(n) for n in range(1, 1200)) if d not in rest][amount - 1]
    if code == "CAL_BACK":
        return date.fromordinal(start.toordinal() - amount)
    if code.startswith(("MONTH", "YEAR")):
        months = amount * (12 if code.startswith("YEAR") else 1)
        year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
        number = start.day
        while True:  # try the 31st, 30th, 29th ... until the month has it
            try:
                end = date(year, month, number)
                break
            except ValueError:
                number -= 1
        amount = (end - start).days
    end = [d for d in ahead if d not in pauses][amount - 1]
    if code.endswith("ROLL"):
        end = min(d for d in [end, *ahead] if d >= end and d not in rest and (d == end or d not in pauses))
    return end
