"""What the tests of time share: the shipped calendar and tables."""

from __future__ import annotations

from datetime import date, datetime
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
