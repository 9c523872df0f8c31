"""Every column of every table of the record, changed by a byte behind its back: who notices, and what nobody watches.

The record's own tests show that each kind of change is named. This one walks the columns the database really has, so that a
column added tomorrow is either watched or written down here as not watched, with the reason.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import small
from psycopg import sql

from huiyin.matters.audit import audit
from huiyin.workers import loop

# What the audit does not look at, and why a change there proves nothing about the record or is seen elsewhere.
NOT_WATCHED = {
    "matters_matter": {
        "line": "taken from the procedure again at each act",
        "recorded_at": "the first event holds it",
        "feeder": "the neighbour's own list holds it",
        "feeder_number": "the neighbour's own list holds it",
        "parent_home": "says nothing where there is no parent",
        "parent_key": "the parent's body holds it",
        "held": "a hold is no event",
    },
    "matters_content": {"class": "the procedure holds it", "readers": "the event holds them", "id": "only names the row"},
    "matters_paper": {"readers": "the event holds them", "id": "only names the row"},
    "matters_clock": {"id": "only names the row", "alerted_at": "the event clock_due holds it"},
    "matters_task": {"id": "only names the row", "due": "the matter's next due date is watched", "created": "the last event holds it",
                     "state": "the matter's state is watched"},
    "matters_root": {"id": "only names the row"},
    "matters_sealed": {"position": "the order among the leaves counts, not the numbers that give it"},
    "parties_party": {"id": "only names the row", "phone": "a search column; the fact itself is watched"},
}  # fmt: skip
OTHER_VALUE = {
    "uuid": "gen_random_uuid()",
    "int4": "{c} + 1",
    "bool": "NOT {c}",
    "timestamptz": "coalesce({c}, now()) + interval '1 microsecond'",
    "bytea": "CASE WHEN length({c}) > 0 THEN set_byte({c}, 0, get_byte({c}, 0) # 1) ELSE '\\x00' END",
    "varchar": "overlay({c} placing CASE left({c}, 1) WHEN 'x' THEN 'y' ELSE 'x' END from 1 for 1)",
    "text": "overlay({c} placing CASE left({c}, 1) WHEN 'x' THEN 'y' ELSE 'x' END from 1 for 1)",
    "_varchar": "coalesce({c}, '{{}}') || ARRAY['unit:x']::varchar[]",
}


def columns(url: str, table: str) -> dict[str, str]:
    with psycopg.connect(url) as owner:
        rows = owner.execute("SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s", [table])
        return {row[0]: row[1] for row in rows}


@pytest.fixture
def lived(record: Any) -> Any:
    """A matter with something in every table, sealed and published, and a second one beside it."""
    receipt = small.working(parties=2)
    small.did(receipt, "list", {"tasks": {"what": "修管道"}}, small.HELPER)
    small.did(receipt, "draw_up", principal=small.HELPER)
    small.did(receipt, "report_danger", {"words": "燃气味"}, small.HELPER)
    small.opened()
    loop.drain()
    loop.seal()
    assert audit().passed, audit().findings
    return receipt


# A changed document: one member more, or something else altogether. Neither may bring the audit down.
OTHER_DOCUMENTS = (
    "CASE WHEN jsonb_typeof({c}) = 'object' THEN {c} || '{{\"x\": 1, \"zh\": \"x\"}}' ELSE '7' END",
    "'\"x\"'",
    "'[1]'",
    "'{{}}'",
)
# Documents in which not every change is felt.
UNFELT = (("matters_paper", "title"),)
# What a document that is none makes of code that takes it apart.
DEATHS = (ValueError, TypeError, KeyError, AttributeError)
WATCHED = (
    "matters_matter", "matters_event", "matters_content", "matters_paper", "matters_clock", "matters_task", "matters_root",
    "matters_sealed", "parties_party",
)  # fmt: skip
WITHOUT_MATTER = ("matters_root", "matters_sealed")


def others(kind: str) -> tuple[str, ...]:
    return OTHER_DOCUMENTS if kind == "jsonb" else (OTHER_VALUE[kind],)


def found_after(url: str, table: str, column: str, value: str) -> list[Any]:
    """Change one column of one row of a table, as a superuser could, and audit; everything is as before afterwards."""
    name, where = sql.Identifier(column), sql.Identifier(table)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE TEMP TABLE kept AS SELECT id, home FROM {} ORDER BY id DESC LIMIT 1").format(where))
        owner.execute(sql.SQL("CREATE TEMP TABLE whole AS SELECT * FROM {} WHERE (home, id) IN (SELECT home, id FROM kept)").format(where))
        new = sql.SQL(value).format(c=name)
        changed = owner.execute(
            sql.SQL("UPDATE {} SET {} = {} WHERE (home, id) IN (SELECT home, id FROM kept) RETURNING home, id").format(where, name, new)
        ).fetchone()
        assert changed is not None, f"{table} is empty"
        try:
            return list(audit(url=url).findings)
        finally:
            owner.execute(sql.SQL("DELETE FROM {} WHERE (home, id) = (%s, %s)").format(where), changed)
            owner.execute(sql.SQL("INSERT INTO {} SELECT * FROM whole").format(where))


@pytest.mark.parametrize("table", WATCHED)
def test_a_byte_changed_in_any_column_is_noticed_or_listed_as_not_watched(lived: Any, record: Any, table: str) -> None:
    unnoticed, nameless = unwatched(record.owner_url, table)
    assert sorted(unnoticed) == sorted(NOT_WATCHED.get(table, {})), f"of {table}"
    assert nameless == [], f"changes in {table} that were noticed, but neither matter nor event named"
    assert audit().passed, "the test itself changed something"


def unwatched(url: str, table: str) -> tuple[list[str], list[str]]:
    """Return the columns whose change nobody notices, and those noticed without matter and event being named."""
    unnoticed: list[str] = []
    nameless: list[str] = []
    for column, kind in columns(url, table).items():
        try:
            findings = found_after(url, table, column, others(kind)[0])
        except DEATHS:
            continue  # noticed, in the worst way; see the next test
        if not findings:
            unnoticed.append(column)
        elif table not in WITHOUT_MATTER and not any(one.matter and (one.seq is not None or "missing" in one.check) for one in findings):
            nameless.append(column)
    return unnoticed, nameless


@pytest.mark.parametrize("table", ["matters_matter", "matters_event", "matters_paper"])
def test_no_changed_document_brings_the_audit_down(lived: Any, record: Any, table: str) -> None:
    died = []
    for column, kind in columns(record.owner_url, table).items():
        for value in others(kind) if kind == "jsonb" else ():
            try:
                assert found_after(record.owner_url, table, column, value) or (table, column) in UNFELT
            except DEATHS as error:
                died.append(f"{column} = {value}: {error!r}")
    assert died == []


def test_a_reader_added_behind_the_records_back_is_found(lived: Any, record: Any) -> None:
    """Whoever writes themselves into the list of readers reads everything; the harness sees it."""
    from invariants import violations

    with psycopg.connect(record.owner_url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO matters_access (home, id, matter, kind, principal, since) VALUES (%s, gen_random_uuid(), %s, 'unit', %s, now())",
            [lived.home, lived.matter, small.OTHER_OFFICE],
        )
    assert [one for one in violations(record.owner_url) if "no part in it" in one]


def test_a_reader_added_behind_the_records_back_is_found_by_the_audit(lived: Any, record: Any) -> None:
    with psycopg.connect(record.owner_url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO matters_access (home, id, matter, kind, principal, since) VALUES (%s, gen_random_uuid(), %s, 'unit', %s, now())",
            [lived.home, lived.matter, small.OTHER_OFFICE],
        )
    assert not audit().passed
