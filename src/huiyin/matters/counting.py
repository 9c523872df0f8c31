"""Counts of matters: for a supervisor under their own rights, for the public in sums that name nobody.

A supervisor's count and the list behind it come from the same conditions, so that they agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from huiyin import clock
from huiyin.core.clocks import ClockLife, explain
from huiyin.core.procedure import Procedure
from huiyin.core.values import SYSTEM, Principal, Text
from huiyin.matters import directory, lists
from huiyin.matters.access import reading_as
from huiyin.matters.views import Page, Row

Cause = Literal["soon", "late", "paused", "returned", "reopened", "no_owner"]
Group = Literal["unit", "line", "street"]
CAUSES: Final[tuple[Cause, ...]] = ("late", "soon", "no_owner", "paused", "returned", "reopened")
GROUPS: Final[tuple[Group, ...]] = ("unit", "line", "street")
SOON: Final = timedelta(hours=24)

# How often the acts a pack lists for a procedure were taken in a matter.
_TIMES: Final = """coalesce((SELECT sum((m.body -> 'done' ->> act)::int)
    FROM jsonb_array_elements_text(%s::jsonb -> m.procedure) act), 0) >= 2"""
_CONDITIONS: Final[Mapping[Cause, str]] = {
    "late": "coalesce(m.next_due < %s, false)",
    "soon": "coalesce(m.next_due BETWEEN %s AND %s, false)",
    "no_owner": """m.unit <> '' AND %s::jsonb ? m.procedure AND NOT (m.body -> 'units') ?|
        ARRAY(SELECT jsonb_array_elements_text(%s::jsonb -> m.procedure))""",
    "paused": """EXISTS (SELECT FROM matters_clock k WHERE k.home = m.home AND k.matter = m.id AND k.status = 'paused')
        AND (SELECT max((happened ->> 'at')::timestamptz)
               FROM jsonb_each(m.body -> 'clocks') life, jsonb_array_elements(life.value -> 'events') happened
              WHERE happened ->> 'kind' = 'paused') < %s""",
    "returned": _TIMES,
    "reopened": _TIMES,
}
# Where a matter stands whose topic is kept from lists, and what it is, tells too much: it counts with its unit and in the whole.
_KEYS: Final[Mapping[Group, str]] = {
    "unit": "m.unit",
    "line": "CASE WHEN NOT m.topic = ANY(%s) THEN m.line END",
    "street": """CASE WHEN NOT m.topic = ANY(%s)
        THEN coalesce((SELECT d.path[3] FROM city_division d WHERE d.code = m.division), m.division) END""",
}


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many open matters there are for one unit, line or street, and how many of them for each cause."""

    key: str
    total: int
    causes: Mapping[Cause, int]


@dataclass(frozen=True, slots=True)
class Board:
    """What a supervisor sees at one moment; ``groups`` hold the same matters three times, each time divided otherwise."""

    at: datetime
    all: Tallied
    groups: Mapping[Group, tuple[Tallied, ...]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One matter in a public count: no key, no content.

    Attributes:
        days: from the day it came in to the day it ended; None while it is open.
        overdue: whether it is open and past its next date.
    """

    line: str
    district: str
    week: date
    outcome: str
    days: int | None
    overdue: bool
    number: int


def board(principal: Principal) -> Board:
    """Return the counts of open matters this principal may see, by cause; sealed ones by unit only."""
    now = clock.now()
    source = lists._every(principal)
    sealed = lists.sealed_topics()
    flags, values = [], list[Any]([sealed, sealed])
    for cause in CAUSES:
        condition, given = _condition(cause, now)
        flags.append(f"({condition}) AS {cause}")
        values += given
    counted = ", ".join(f"count(*) FILTER (WHERE {cause})" for cause in CAUSES)
    # The texts put together here are this module's own; every value is a parameter.
    statement = f"""
        WITH seen AS MATERIALIZED (
            SELECT {_KEYS["unit"]} AS unit, {_KEYS["line"]} AS line, {_KEYS["street"]} AS street, {", ".join(flags)}
              FROM {source.sql} s JOIN matters_matter m ON m.home = s.home AND m.id = s.matter
             WHERE m.outcome = '' AND NOT m.procedure = ANY(%s))
        SELECT grouping(unit), grouping(line), grouping(street), unit, line, street, count(*), {counted}
          FROM seen GROUP BY GROUPING SETS ((), (unit), (line), (street))"""  # noqa: S608
    with reading_as(principal) as connection, connection.cursor() as rows:
        rows.execute(statement, [*values, *source.values, parts()])
        found = rows.fetchall()
    groups: dict[Group, list[Tallied]] = {group: [] for group in GROUPS}
    whole = Tallied("", 0, dict.fromkeys(CAUSES, 0))
    for no_unit, no_line, no_street, unit, line, street, total, *numbers in found:
        key = unit if not no_unit else line if not no_line else street
        made = Tallied(key or "", total, dict(zip(CAUSES, numbers, strict=True)))
        group: Group | None = "unit" if not no_unit else "line" if not no_line else "street" if not no_street else None
        if group is None:
            whole = made
        elif key is not None:
            groups[group].append(made)
    return Board(now, whole, {group: tuple(sorted(rows, key=_worst_first)) for group, rows in groups.items()})


def behind(
    principal: Principal, cause: Cause | None, group: Group | None = None, key: str = "", *, after: str | None = None, limit: int = 50
) -> Page:
    """Return the matters behind one number of the board; without a cause, all open ones of the group."""
    every = lists._every(principal)
    conditions, values = ["m.outcome = ''", "NOT m.procedure = ANY(%s)"], [*every.values, parts()]
    if cause is not None:
        condition, given = _condition(cause, clock.now())
        conditions.append(f"({condition})")
        values += given
    if group is not None:
        conditions.append(f"{_KEYS[group]} = %s")
        values += [key] if group == "unit" else [lists.sealed_topics(), key]
    source = lists._Source(
        f"""(SELECT m.home, m.id AS matter, m.opened_at AS since FROM {every.sql} s
             JOIN matters_matter m ON m.home = s.home AND m.id = s.matter WHERE {" AND ".join(conditions)})""",  # noqa: S608
        tuple(values),
    )
    return lists._page(principal, source, after, limit, {"bare": True})


def by_place(principal: Principal, line: str | None = None) -> dict[str, tuple[int, int]]:
    """Return (open, late) matters this principal may see for every place and each place above it; sealed ones have no place."""
    source, now = lists._every(principal), clock.now()
    narrowed = "" if line is None else "AND m.line = %s"
    statement = f"""
        SELECT place, count(*), count(*) FILTER (WHERE coalesce(m.next_due < %s, false))
          FROM {source.sql} s JOIN matters_matter m ON m.home = s.home AND m.id = s.matter
          JOIN city_division d ON d.code = m.division CROSS JOIN unnest(d.path) place
         WHERE m.outcome = '' AND NOT m.procedure = ANY(%s) AND NOT m.topic = ANY(%s) {narrowed} GROUP BY place"""  # noqa: S608
    with reading_as(principal) as connection, connection.cursor() as rows:
        rows.execute(statement, [now, *source.values, parts(), lists.sealed_topics(), *([] if line is None else [line])])
        return {place: (total, late) for place, total, late in rows.fetchall()}


def facts(since: datetime) -> tuple[list[Fact], datetime]:
    """Return what came in since a moment, as sums for the public, and the moment they were taken.

    Only what residents can ask for is counted: what officers note of their own rounds would make the city look busy. These
    sums are not yet fit to be shown: small ones are hidden by who shows them.
    """
    asked_for = [name for name, one in directory.library().procedures.items() if "party" in one.opened_by]
    now, zone = clock.now(), str(directory.library().zone)
    statement = """
        SELECT m.line, coalesce(d.path[2], ''), date_trunc('week', m.opened_at AT TIME ZONE %s)::date, m.outcome,
               (m.closed_at AT TIME ZONE %s)::date - (m.opened_at AT TIME ZONE %s)::date,
               m.outcome = '' AND coalesce(m.next_due < %s, false), count(*)
          FROM matters_matter m LEFT JOIN city_division d ON d.code = m.division
         WHERE m.procedure = ANY(%s) AND m.opened_at >= %s GROUP BY 1, 2, 3, 4, 5, 6"""
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute(statement, [zone, zone, zone, now, asked_for, since])
        return [Fact(*row) for row in rows.fetchall()], now


def parts() -> list[str]:
    """Return the procedures whose matters are parts of another one and are counted with it, never by themselves."""
    return sorted(name for name, one in directory.library().procedures.items() if one.part)


def assigned(procedure: Procedure) -> tuple[str, ...]:
    """Return the units of a procedure that somebody has to name before they have the matter."""
    return tuple(alias for alias in procedure.units if alias in procedure.fields and procedure.fields[alias].type == "unit")


def _condition(cause: Cause, now: datetime) -> tuple[str, Sequence[Any]]:
    library = directory.library()
    values: Mapping[Cause, Sequence[Any]] = {
        "late": [now],
        "soon": [now, now + SOON],
        "no_owner": [json.dumps(_owners())] * 2,
        "paused": [now - timedelta(days=library.board.paused_days)],
        "returned": [json.dumps(dict(library.board.returned))],
        "reopened": [json.dumps(dict(library.board.reopened))],
    }
    return _CONDITIONS[cause], values[cause]


def _owners() -> dict[str, list[str]]:
    return {name: list(found) for name, one in directory.library().procedures.items() if (found := assigned(one))}


def _worst_first(tallied: Tallied) -> tuple[int, int, str]:
    return -tallied.causes["late"], -tallied.total, tallied.key


@dataclass(frozen=True, slots=True)
class Dated:
    """One open clock of a matter in a list, with the reasons for its date."""

    label: Text
    status: str
    explained: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a supervisor's list shows beside a line: its open clocks, and the unit each alias stands for."""

    clocks: tuple[Dated, ...]
    units: Mapping[str, str]


def beside(principal: Principal, rows: Sequence[Row]) -> dict[UUID, Beside]:
    """Return, for each line of a list, why its dates are what they are; no content, and nothing of a sealed one."""
    library = directory.library()
    statement = "SELECT id, procedure, procedure_version, body -> 'clocks', body -> 'units' FROM matters_matter WHERE id = ANY(%s)"
    with reading_as(principal) as connection, connection.cursor() as cursor:
        cursor.execute(statement, [[row.matter for row in rows if not row.sealed]])
        found = cursor.fetchall()
    made = {}
    for matter, name, version, clocks, units in found:
        procedure = directory.procedure(name, version)
        lives = [ClockLife.from_plain(life) for life in _plain(clocks).values()]
        made[matter] = Beside(
            tuple(
                Dated(procedure.clocks[life.name].label, life.status, explain(life, library.zone))
                for life in lives
                if life.status in ("running", "paused")
            ),
            _plain(units),
        )
    return made


def _plain(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return found
