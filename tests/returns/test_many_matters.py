"""Many matters: the number of questions to the database does not grow with them, and neither does what Python holds."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext
from living import COMMITTEE, accepted, agreed, asked, numbers, opened, performed, post

from huiyin.returns import queries, registers

MANY = 1_000
_CLONES = """
CREATE TEMP TABLE clones AS
    SELECT m.home, m.id AS old, gen_random_uuid() AS new, row_number() OVER () AS n
      FROM matters_matter m, generate_series(1, %s);
INSERT INTO matters_matter
    SELECT (jsonb_populate_record(m, jsonb_build_object('id', c.new, 'reference', '8' || lpad(c.n::text, 11, '0')))).*
      FROM clones c JOIN matters_matter m ON m.id = c.old;
INSERT INTO matters_event
    SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'matter', c.new))).*
      FROM clones c JOIN matters_event e ON e.matter = c.old;
INSERT INTO matters_content
    SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'matter', c.new))).*
      FROM clones c JOIN matters_content t ON t.matter = c.old;
INSERT INTO matters_access
    SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'matter', c.new))).*
      FROM clones c JOIN matters_access a ON a.matter = c.old;
ANALYZE;
"""


def test_a_thousand_mediations_take_as_few_questions_as_one(served: Any) -> None:
    one = opened("11-16")
    accepted(one, "11-16 09:30")
    agreed(one, "11-16", 50_000)
    performed(one, "11-19")
    with psycopg.connect(served.owner_url, autocommit=True) as owner:
        for statement in filter(None, (part.strip() for part in _CLONES.split(";"))):
            owner.execute(statement, [MANY - 1] if "%s" in statement else None)
    clerk = post(COMMITTEE, "clerk")
    queries.figures(asked("mediation_statistics", "2026-10", clerk))  # what is read once for all is read before
    question = asked("mediation_statistics", "2026-11", clerk)
    with CaptureQueriesContext(connection) as few:
        begun = time.monotonic()
        found = numbers(question)
        took = time.monotonic() - begun
    assert found["dispute.neighbour"][:5] == (MANY, MANY, 0, MANY, MANY * 50_000)
    assert len(few) < 20
    print(f"statistics of {MANY} matters: {len(few)} statements, {took:.2f} s")
    assert took < 60
    with CaptureQueriesContext(connection) as listed:
        begun = time.monotonic()
        behind = queries.behind(question, "asked", "dispute.neighbour", limit=50)
        took = time.monotonic() - begun
    assert (behind.total, len(behind.rows), len(listed) < 10) == (MANY, 50, True)
    print(f"list behind a number: {len(listed)} statements, {took:.2f} s")
    with CaptureQueriesContext(connection) as page:
        begun = time.monotonic()
        shown = registers.page(asked("mediation_register", "2026-11", clerk), limit=50)
        took = time.monotonic() - begun
    assert (shown.total, len(shown.lines)) == (MANY, 50)
    print(f"a page of the register: {len(page)} statements, {took:.2f} s")
