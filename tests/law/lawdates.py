"""What the tests of the law's clocks share: the packs as data, the kept dates, and how a date is held against them.

``law_dates.csv`` was computed by the second routine of ``tests/core/time`` from the lengths, units and manner of counting
that the working papers give for each article, not from the packs: of each length one day that ends inside a holiday, one
that ends on a plain weekend, and one on a working day, so that a wrong roll, unit or amount shows.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from huiyin.core.calendar import Calendar
from huiyin.core.choosing import UNITS_SAID
from huiyin.core.counting_rows import CountingTable
from huiyin.core.durations import Term
from huiyin.core.pack_reading import read_packs
from huiyin.core.packs import Library
from huiyin.core.packs_values import Law
from huiyin.core.source import read_yaml
from huiyin.core.statutory import StatutoryClock, StatutoryTable
from huiyin.core.worked import COLUMNS, Rules, Worked, check

ROOT = Path(__file__).parents[2]
PACK = ROOT / "packs" / "cn"
DATES = Path(__file__).parent / "law_dates.csv"
DATA = Path(os.environ.get("HUIYIN_TEST_DATA", ROOT / ".." / "shared" / "data"))
CLOCKS = DATA / "law" / "clocks.csv"
EXAMPLES = DATA / "law" / "clock_examples_open.csv"
Row = Mapping[str, str]


@cache
def library() -> Library:
    """Return the country pack as it is read."""
    read, problems = read_packs([PACK])
    assert read is not None, "\n".join(one.in_("en") for one in problems)
    return read


def calendar() -> Calendar:
    return library().calendar


def laws() -> Mapping[str, Law]:
    return library().laws


@cache
def clock_files() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_yaml(path).data for path in sorted((PACK / "clocks").glob("*.yaml")))


@cache
def counting_plain() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_yaml(PACK / "counting.yaml").data["rows"])


def rules(table: StatutoryTable | None = None, counting: CountingTable | None = None) -> Rules:
    return Rules(table or library().statutory, counting or library().counting, calendar())


@cache
def read_csv(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def dates_of_clocks() -> Mapping[str, Sequence[Row]]:
    """Return the kept dates by the clock they are about, as the packs choose it today."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row, done in zip(read_csv(DATES), counted(read_csv(DATES), rules()), strict=True):
        found[done.clock].append(row)
    return found


def counted(rows: Sequence[Row], with_rules: Rules, *, choosing: bool = True) -> list[Worked]:
    return check(enumerate(rows, start=2), COLUMNS, with_rules, choosing=choosing)


def own_length(row: Row, clock: StatutoryClock) -> bool:
    """Return whether the row's length is one the clock has in the packs."""
    asked = Term(int(row["duration"]), UNITS_SAID[row["unit"]])
    return any(_plain(term) == _plain(asked) for term in clock.terms)


def _plain(term: Term) -> tuple[int, str]:
    if term.unit == "years":
        return term.amount * 12, "months"
    return term.amount, "days" if term.unit == "working days" else term.unit


def holds(row: Row, with_rules: Rules) -> bool:
    """Return whether a kept date still follows: rule and length from the packs alone."""
    [done] = counted([row], with_rules)
    if not done.agrees:
        return False
    clock = next(one for one in with_rules.table.clocks if one.name == done.clock)
    return clock.title.zh == row["procedure"] and own_length(row, clock)
