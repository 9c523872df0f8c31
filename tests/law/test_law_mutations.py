"""Whoever changes one length, one rule or one article of the law in the pack hears of it: a kept date no longer follows.

Nothing is compared with a copy of the pack. Each change is made to the pack's data, the tables are built anew, and the
dates worked out for the clock or the rule (``law_dates.csv``, ``rule_dates.csv``) are counted again.
"""

from __future__ import annotations

import copy
import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lawdates import calendar, clock_files, counting_plain, dates_of_clocks, holds, laws, library, rules

from huiyin.core.counting import CODES
from huiyin.core.counting_rows import BASES, UNIT_KEYS, CountingRow, CountingTable
from huiyin.core.durations import Term, plain_codes
from huiyin.core.statutory import TIMELESS, StatutoryTable
from huiyin.core.terms import count

RULE_DATES = Path(__file__).parent / "rule_dates.csv"
GROUPS = [(group, row) for file in clock_files() for group in file.get("laws", ()) for row in group["clocks"]]
SHARED = next(file for file in clock_files() if "triggers" in file)


def rebuilt(group: Mapping[str, Any], row: Mapping[str, Any], changed: Mapping[str, Any]) -> StatutoryTable | None:
    """Return the tables of one law with one clock changed; None when the packs refuse the change themselves."""
    # Which clock of the version before it follows says nothing of its length; that version is not built here.
    clocks = [{key: value for key, value in (changed if one is row else one).items() if key != "follows"} for one in group["clocks"]]
    try:
        return StatutoryTable.from_plain([SHARED, {"laws": [{**group, "clocks": clocks}]}], laws(), library().counting)
    except ValueError:
        return None


def other_lengths(text: str) -> Iterator[str]:
    number, rest = text.split(" ", 1)
    yield f"{int(number) + 1} {rest}"
    if int(number) > 1:
        yield f"{int(number) - 1} {rest}"
    term = Term.parse(text)
    unit = {"days": "months", "working days": "months", "months": "days", "years": "months", "hours": "days"}[term.unit]
    yield f"{number} {unit}"
    if term.direction == "backward":
        yield text.removesuffix(" before")
    elif term.unit in ("days", "working days", "hours"):
        yield f"{number} {rest.replace('full ', '')} before"


def rule_of(group: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    return str(row.get("count", group["counted"]["party" if row["kind"] == "right" else "authority"]))


def readings(name: str, row: Mapping[str, Any]) -> list[str]:
    """Return the code that decides on the day of each kept date; whether the period is full does not move its last day."""
    term, late = Term.parse(row["term"]), row["kind"] == "right"
    found = []
    for kept in dates_of_clocks()[row["name"]]:
        on = calendar().local_date(datetime.fromisoformat(kept["trigger_iso"]))
        try:
            pair = plain_codes(term) if name == "plain" else library().counting.pick(name, on).codes_for(term)
        except LookupError:
            found.append("no row")
            continue
        code = pair[late].replace("CAL_FULL", "CAL_STRICT").replace("WD_MIN", "WD")
        # One day that rolls and one working day are the same day, whatever the calendar.
        found.append("WD" if term.amount == 1 and code == "CAL_ROLL" else code)
    return found


def changes(group: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    at = row["at"]
    first = at.split(".")[0]
    yield "article", {**row, "at": f"{int(first) + 300}{at[len(first) :]}" if first.isdecimal() else f"{at}之外"}
    for text in other_lengths(row["term"]):
        yield f"term {text}", {**row, "term": text}
    for number, text in enumerate(row.get("also", ())):
        longer = [*row["also"]]
        longer[number] = next(other_lengths(text))
        yield f"also {longer[number]}", {**row, "also": longer}
    for name in ("civil_procedure", "none_stated_authority", "market_complaint", "administrative_licensing", "restraint"):
        if readings(name, row) != readings(rule_of(group, row), row):
            yield f"count {name}", {**row, "count": name}
    kind = "duty" if row["kind"] == "right" else "right"
    changed = {**row, "kind": kind}
    if readings(rule_of(group, row), row) != readings(rule_of(group, changed), changed):
        yield f"kind {kind}", changed


@pytest.mark.parametrize(("group", "row"), GROUPS, ids=[row["name"] for _, row in GROUPS])
def test_no_change_of_a_clock_goes_unheard(group: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    if row["kind"] in TIMELESS:
        changed = rebuilt(group, row, {**row, "kind": "duty", "term": "30 days", "from": "receipt"})
        assert changed is not None
        assert dates_of_clocks().get(row["name"]) is None, "no kept date may lean on a clock the law does not have"
        return
    kept = dates_of_clocks()[row["name"]]
    survivors = []
    for what, changed_row in changes(group, row):
        table = rebuilt(group, row, changed_row)
        if table is not None and all(holds(date, rules(table)) for date in kept):
            survivors.append(what)
    assert survivors == []


# Rules


@cache
def rule_dates() -> tuple[Mapping[str, str], ...]:
    """Return dates worked out for a rule by its name: both readings of a term from a day."""
    with RULE_DATES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def rule_date_holds(kept: Mapping[str, str], table: CountingTable) -> bool:
    trigger = datetime.fromisoformat(kept["trigger_iso"])
    try:
        row = table.pick(kept["rule"], calendar().local_date(trigger))
        due = count(Term.parse(kept["term"]), trigger, row, calendar())
    except (LookupError, ValueError, KeyError):
        return False
    return all(_shown(instant, kept[name]) for name, instant in (("strict", due.strict), ("latest", due.latest)))


def _shown(instant: datetime, expected: str) -> bool:
    local = calendar().local(instant)
    return local.isoformat() == expected if "T" in expected else local.date().isoformat() == expected


def test_every_rule_date_follows() -> None:
    assert [kept for kept in rule_dates() if not rule_date_holds(kept, library().counting)] == []


def rule_changes(row: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in ("counts", "full", "backward"):
        for key, value in row.get(part, {}).items():
            readings = value if isinstance(value, dict) else {"strict": value, "latest": value}
            for side in ("strict", "latest"):
                for code in _other_codes(key, readings[side]):
                    changed = copy.deepcopy(dict(row))
                    changed[part][key] = {**readings, side: code}
                    yield f"{part} {key} {side} {code}", changed
    amounts = row.get("working_day_amounts", [])
    for amount in amounts:
        yield f"without {amount}", {**row, "working_day_amounts": [one for one in amounts if one != amount]}
    if amounts:
        yield "with 15 and 30", {**row, "working_day_amounts": [*amounts, 15, 30, 60]}
    if row.get("working_days_up_to"):
        yield "up to", {**row, "working_days_up_to": row["working_days_up_to"] - 1}
        yield "up to more", {**row, "working_days_up_to": 30}


def _other_codes(key: str, code: str) -> Sequence[str]:
    base = BASES[UNIT_KEYS[key]]
    alike = {"WD": {"WD", "WD_MIN"}, "WD_MIN": {"WD", "WD_MIN"}, "CAL_MIN_ROLL": {"CAL_ROLL"}, "CAL_ROLL": {"CAL_MIN_ROLL"}}
    unlike = alike.get(code, set()) | {code}
    # A pause or a full period ends on the same day; a code for years counts twelve times as much and is met below.
    same = {"CAL_STRICT": {"CAL_FULL", "CAL_PAUSE"}, "WD_BACK": set()}.get(code, set())
    usable = [name for name, one in CODES.items() if one.base == base and one.backward == CODES[code].backward]
    return [name for name in usable if name not in unlike | same and not name.endswith("_PAUSE")]


RULES = list(counting_plain())


@pytest.mark.parametrize("row", RULES, ids=lambda row: f"{row['name']} {row['law'] or ''}")
def test_no_change_of_a_counting_rule_goes_unheard(row: Mapping[str, Any]) -> None:
    made = CountingRow.from_plain(row)
    users = [clock.name for clock in library().statutory.clocks if clock.count == row["name"] and _shares_time(clock.law, made)]
    kept = [date for name in users for date in dates_of_clocks()[name]]
    named = [date for date in rule_dates() if date["rule"] == row["name"]]
    survivors = []
    for what, changed in rule_changes(row):
        rest = [one for one in RULES if one is not row]
        table = CountingTable.from_plain([*rest, changed])
        if all(rule_date_holds(date, table) for date in named) and all(holds(date, rules(counting=table)) for date in kept):
            survivors.append(what)
    assert survivors == []


def _shares_time(law: Any, row: CountingRow) -> bool:
    return (row.last is None or law.first <= row.last) and (law.last is None or row.first <= law.last)
