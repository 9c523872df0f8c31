"""Sums over lists of facts, as recorded by an instant: what was agreed, what was performed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.backends.utils import CursorWrapper

from huiyin.core import rights
from huiyin.core.packs import Library
from huiyin.core.returns import Amount, Count
from huiyin.core.snapshot import from_plain
from huiyin.core.suppression import Closed, hidden_sums
from huiyin.core.values import Principal
from huiyin.matters import definitions, fold

Key = tuple[str, UUID]


def loaded(value: Any) -> Any:
    """Return a JSON value of the database, which a cursor gives as text."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def is_money(library: Library, count: Count) -> bool:
    """Tell whether a count adds up amounts of CNY."""
    if count.amount is None or count.amount.part is None:
        return False
    listed = library.procedures[count.of[0]].fields[count.amount.list]
    return any(part.name == count.amount.part and part.type == "money" for part in listed.record)


def facts_of(rows: CursorWrapper, field: str, matters: Sequence[Key], as_of: datetime) -> dict[Key, dict[str, Any]]:
    """Return what one field of each matter said by ``as_of``. Runs within the reader's transaction."""
    rows.execute(
        """SELECT c.home, c.matter, c.op, c.value, c.erased_at IS NOT NULL
             FROM unnest(%s::text[], %s::uuid[]) b (home, matter)
             JOIN matters_content c ON c.home = b.home AND c.matter = b.matter AND c.field = %s AND c.party = ''
             JOIN matters_event e ON e.home = c.home AND e.matter = c.matter AND e.seq = c.seq
            WHERE e.now <= %s ORDER BY c.home, c.matter, c.seq, c.n""",
        [[home for home, _ in matters], [matter for _, matter in matters], field, as_of],
    )
    said: dict[Key, list[tuple[str, str, str, Any, bool]]] = {}
    for home, matter, op, value, erased in rows.fetchall():
        said.setdefault((home, matter), []).append((field, "", op, loaded(value), erased))
    return {key: fold.fold(parts).facts for key, parts in said.items()}


def of_facts(amount: Amount, facts: Mapping[str, Any]) -> int:
    """Return what one matter's facts add."""
    entries = facts.get(amount.list)
    if not isinstance(entries, list):
        return 0
    chosen = [
        entry
        for entry in entries
        if isinstance(entry, dict) and all(str(entry.get(part)) in values for part, values in amount.where.items())
    ]
    if amount.part is None:
        return len(chosen)
    return sum(value for entry in chosen if isinstance(value := entry.get(amount.part), int))


def seen_whole(rows: CursorWrapper, principal: Principal, field: str, matters: Sequence[Key]) -> frozenset[Key]:
    """Return the matters whose value of ``field`` the principal may read in full.

    A right follows from the units and persons of a matter, so one matter is looked at for all that have the same ones.
    """
    homes, ids = [home for home, _ in matters], [matter for _, matter in matters]
    joined = "FROM unnest(%s::text[], %s::uuid[]) b (home, matter) JOIN matters_matter m ON m.home = b.home AND m.id = b.matter"
    rows.execute(f"SELECT m.home, m.id, m.procedure_version, (m.body -> 'units')::text, (m.body -> 'named')::text {joined}", [homes, ids])
    alike: dict[tuple[str, str, str], list[Key]] = {}
    for home, matter, version, units, named in rows.fetchall():
        alike.setdefault((version, units, named), []).append((home, matter))
    first = {keys[0]: keys for keys in alike.values()}
    rows.execute(f"SELECT m.home, m.id, m.body {joined}", [[home for home, _ in first], [matter for _, matter in first]])
    found: set[Key] = set()
    for home, matter, body in rows.fetchall():
        snapshot = from_plain(loaded(body))
        procedure, _ = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
        how = rights.relation(principal, snapshot, procedure)
        if rights.sight(procedure.fields[field], how, principal, snapshot, procedure, None) == "see":
            found.update(first[home, matter])
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Column:
    """The sums of one column: row -> sum, None where it would tell what the reader may not read; and their total."""

    cells: Mapping[str, int | None]
    total: int | None


def added(cells: Mapping[str, Sequence[Key]], values: Mapping[Key, int], whole: frozenset[Key], *, wide: bool) -> Column:
    """Return the sums over the matters of each row, and their total.

    Args:
        whole: the matters whose amount the reader may read.
        wide: the question is one of whole periods and places. Of a narrower one, which another question less or more could
            be set against, only what may be read is shown.
    """
    closed = {}
    for row, cell in cells.items():
        hidden = [values[key] for key in cell if key not in whole and values.get(key)]
        closed[row] = Closed(len(hidden), sum(hidden))
    if wide:
        out, total = hidden_sums(closed)
    else:
        out = frozenset(row for row, one in closed.items() if one.matters)
        total = not out
    sums = {row: sum(values.get(key, 0) for key in cell) for row, cell in cells.items()}
    return Column({row: None if row in out else sums[row] for row in cells}, sum(sums.values()) if total else None)
