"""The audit: read everything the record holds, compute every hash again, and say what does not fit.

It works on the owner's connection in one unmoving snapshot of the database, streams matter by matter and keeps
nothing. A second, independent check is whoever kept the published heads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import orjson
import psycopg
from django.conf import settings
from psycopg.adapt import Buffer, Loader
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

from huiyin.core.values import Text
from huiyin.matters import audit_matter, audit_roots

Progress = Callable[[int, int], None]
Rows = dict[str, Any]
MOST_FINDINGS: Final = 1000

_OF_MATTER: Final = {
    "matters_matter": "id, home, id AS matter, reference, procedure, procedure_version, topic, division, state, outcome, version, head, "
    "body, opened_at, entered_at, closed_at, unit, posts, who, next_due, next_due_provisional, parent_home, parent, holder, codes",
    "matters_event": "id, home, matter, seq, action, principal_kind, principal, unit, post, purpose, at, now, source_state, state, "
    'effects, commitments, sealed, readers, "order", prev, hash',
    "matters_content": "id, home, matter, seq, n, field, party, op, value, salt, erased_at",
    "matters_paper": "id, home, matter, seq, name, number, hash, salt, title, blocks, erased_at",
    "matters_clock": "home, matter, name, kind, status, due_strict, due_latest, due, provisional, calendar, rule",
    "matters_task": "home, matter, unit, post, person, party, state",
    "matters_key": "home, matter, seq, receipt ->> 'head' AS head, receipt ->> 'reference' AS reference",
    "matters_access": "home, matter, kind, principal",
    "parties_party": "home, matter, party, role, name",
}
_ORDER: Final = {
    "matters_matter": "home, id",
    "matters_event": "home, matter, seq",
    "matters_content": "home, matter, seq, n",
    "matters_paper": "home, matter, seq, name, number",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit.

    Attributes:
        check: stable word for what was checked.
        seq: the event, when it is about one.
        detail: what differs.
    """

    check: str
    home: str
    reference: str
    matter: str
    seq: int | None
    detail: Text


@dataclass(slots=True)
class Report:
    """What an audit read and found."""

    matters: int = 0
    events: int = 0
    contents: int = 0
    roots: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything fits."""
        return self.found == 0

    def add(self, finding: Finding) -> None:
        """Note a finding; the first thousand are kept, all are counted."""
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


class _Json(Loader):
    """Reads JSON as fast as the record writes it."""

    def load(self, data: Buffer) -> Any:
        return orjson.loads(data if isinstance(data, bytes | bytearray | memoryview) else bytes(data))


def audit(progress: Progress | None = None, *, home: str | None = None, url: str | None = None) -> Report:
    """Check the whole record, or one home of it.

    Args:
        progress: called with (events read, events in all) now and then.
        url: the database to read, with rights to all of it; the owner's by default.
    """
    report = Report()
    with psycopg.connect(url or settings.HOME.owner_url, row_factory=dict_row) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.adapters.register_loader("jsonb", _Json)
        connection.adapters.register_loader("uuid", TextLoader)
        connection.execute("SET TIME ZONE 'UTC'")
        total = _count(connection, home)
        matters = _merged(connection, home)
        for key, rows in matters:
            report.matters += 1
            events = rows["matters_event"]
            report.events += len(events)
            report.contents += len(rows["matters_content"])
            for finding in _checked(key, rows):
                report.add(Finding(*finding))
            if progress is not None and report.matters % 200 == 0:
                progress(report.events, total)
        for finding in audit_roots.check(connection, home):
            report.add(Finding(*finding))
        report.roots = audit_roots.count(connection, home)
    if progress is not None:
        progress(report.events, total)
    return report


def _checked(key: tuple[str, str], rows: dict[str, list[Rows]]) -> list[audit_matter.Found]:
    try:
        return audit_matter.check(key, rows)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # A document so changed that it cannot be taken apart is a finding, and must not keep the rest unread.
        text = Text(f"记录的形式被破坏，读不下去（{error!r}）", f"a document is out of shape and cannot be read on ({error!r})")
        row = next(iter(rows["matters_matter"]), {"reference": ""})
        broken = [event["seq"] for event in rows["matters_event"] if not audit_matter.hash_holds(event)]
        last = [event["seq"] for event in rows["matters_event"][-1:]]
        return [("unreadable", key[0], str(row["reference"]), str(key[1]), next(iter([*broken, *last]), None), text)]


def _count(connection: psycopg.Connection[Rows], home: str | None) -> int:
    row = connection.execute(
        "SELECT count(*) AS n FROM matters_event WHERE %(home)s::text IS NULL OR home = %(home)s", {"home": home}
    ).fetchone()
    return int(row["n"]) if row else 0


def _stream(connection: psycopg.Connection[Rows], table: str, home: str | None) -> Iterator[tuple[tuple[str, str], list[Rows]]]:
    order = _ORDER.get(table, "home, matter")
    with connection.cursor(name=f"audit_{table}") as cursor:
        cursor.itersize = 2000
        # Tables, columns and orders are this module's own.
        cursor.execute(
            f"SELECT {_OF_MATTER[table]} FROM {table} WHERE %(home)s::text IS NULL OR home = %(home)s ORDER BY {order}",  # noqa: S608
            {"home": home},
        )
        for key, rows in groupby(cursor, key=itemgetter("home", "matter")):
            yield key, list(rows)


def _merged(connection: psycopg.Connection[Rows], home: str | None) -> Iterator[tuple[tuple[str, str], dict[str, list[Rows]]]]:
    """Yield, matter by matter, the rows of every table that belong to it; also where some table has none."""
    streams = {table: _stream(connection, table, home) for table in _OF_MATTER}
    ahead = {table: next(stream, None) for table, stream in streams.items()}
    while any(ahead.values()):
        key = min(entry[0] for entry in ahead.values() if entry is not None)
        rows: dict[str, list[Rows]] = {}
        for table, entry in ahead.items():
            if entry is not None and entry[0] == key:
                rows[table] = entry[1]
                ahead[table] = next(streams[table], None)
            else:
                rows[table] = []
        yield key, rows
