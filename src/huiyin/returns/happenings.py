"""The one question every return asks the record: which events of which matters happened in a period, as known at an instant.

Numbers and the lists behind them are made from the same text of SQL, so they cannot disagree. Everything is read under
the asking principal: row security shows only their matters, and the scope narrows that to units the principal stands in
a relation to. Sealed events and topics are left out of both.

An event counts at the time it happened (``at``, or what the last correction known at ``as_of`` says), and is there only
if it was recorded by ``as_of``: asking again with the same ``as_of`` gives the same answer for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huiyin.core.packs import Library
from huiyin.core.returns import Count, Table
from huiyin.core.values import Principal
from huiyin.returns.shapes import Scope

_LEVEL_PLACE = {"district": 2, "street": 3, "community": 4}


@dataclass(slots=True)
class Statement:
    """Text of SQL with its values, in order."""

    text: str
    values: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """What all counts of one question share.

    Attributes:
        edges: instants between the periods compared, earliest first; the last period lies between the last two.
    """

    principal: Principal
    scope: Scope
    procedures: tuple[str, ...]
    edges: tuple[datetime, ...]
    as_of: datetime
    facts: tuple[str, ...]
    key: str


def sealed_topics(library: Library) -> list[str]:
    """Return the topics kept from lists."""
    return sorted(name for name, topic in library.topics.items() if topic.sealed)


def facts_of(counts: Sequence[Count], table: Table | None) -> tuple[str, ...]:
    """Return the fields some count is filtered by, or rows are divided by."""
    used = {name for count in counts for name in count.facts}
    if table is not None and table.field is not None:
        used.add(table.field)
    return tuple(sorted(used))


def key_of(table: Table | None) -> str:
    """Return the SQL of what the rows of a table are; constant when they are counts."""
    if table is None:
        return "''::text"
    match table.by:
        case "topic":
            return "array_to_string((string_to_array(h.topic, '.'))[1:2], '.')"
        case "place":
            return f"coalesce(h.path[{_LEVEL_PLACE[table.level or 'community']}], '')"
        case "unit":
            return "coalesce(h.host, '')"
        case "state":
            return "h.state"
        case "field":
            return f"coalesce(fact_{table.field}.value, '')"
        case _:
            return "''::text"


def common(ground: Ground, library: Library) -> Statement:
    """Return the WITH clause every question begins with; it ends with the table ``happened``."""
    scope = ground.scope
    tokens = [f"unit:{unit}" for unit in scope.units]
    place = "AND d.path @> ARRAY[%s]::varchar[]" if scope.division else ""
    host = "m.body -> 'units' ->> 'host'" if "h.host" in ground.key else "''::text"
    parts = [
        """WITH scope AS MATERIALIZED (
            SELECT DISTINCT a.home, a.matter FROM matters_access a
             WHERE (a.kind || ':' || a.principal) = ANY(%s) AND a.since <= %s)""",
        f"""about AS MATERIALIZED (
            SELECT m.home, m.id AS matter, m.procedure, m.procedure_version, m.topic, m.division, m.reference, d.path, {host} AS host
              FROM scope s JOIN matters_matter m ON m.home = s.home AND m.id = s.matter
              LEFT JOIN city_division d ON d.code = m.division
             WHERE m.procedure = ANY(%s) AND NOT (m.topic = ANY(%s)) {place})""",  # noqa: S608 - this room's own texts
        """moved AS MATERIALIZED (
            SELECT DISTINCT ON (c.home, c.matter, 3) c.home, c.matter, (c.effects -> 'corrected' ->> 'event')::int AS seq,
                   (c.effects -> 'corrected' ->> 'at')::timestamptz AS at
              FROM about b JOIN matters_event c ON c.home = b.home AND c.matter = b.matter
             WHERE c.action = 'correct' AND c.now <= %s AND c.effects -> 'corrected' IS NOT NULL
             ORDER BY c.home, c.matter, 3, c.seq DESC)""",
        """happened AS MATERIALIZED (
            SELECT b.*, e.seq, coalesce(v.at, e.at) AS at, e.now, e.state, e.effects ->> 'outcome' AS outcome,
                   ARRAY(SELECT step ->> 0 FROM jsonb_array_elements(coalesce(e.effects -> 'moves', '[]')) step) AS acts,
                   width_bucket(coalesce(v.at, e.at), %s::timestamptz[]) AS bucket
              FROM about b JOIN matters_event e ON e.home = b.home AND e.matter = b.matter
              LEFT JOIN moved v ON v.home = e.home AND v.matter = e.matter AND v.seq = e.seq
             WHERE e.now <= %s AND NOT e.sealed AND e.effects -> 'assented' IS NULL
               AND coalesce(v.at, e.at) >= %s AND coalesce(v.at, e.at) < %s)""",
    ]
    edges = list(ground.edges)
    values: list[Any] = [
        tokens, ground.as_of,
        list(ground.procedures), sealed_topics(library), *([scope.division] if scope.division else []),
        ground.as_of,
        edges, ground.as_of, edges[0], edges[-1],
    ]  # fmt: skip
    for name in ground.facts:
        parts.append(
            f"""fact_{name} AS MATERIALIZED (
            SELECT DISTINCT ON (c.home, c.matter) c.home, c.matter, c.value #>> '{{}}' AS value
              FROM (SELECT DISTINCT home, matter FROM happened) b
              JOIN matters_content c ON c.home = b.home AND c.matter = b.matter AND c.field = %s AND c.party = ''
              JOIN matters_event e ON e.home = c.home AND e.matter = c.matter AND e.seq = c.seq
             WHERE e.now <= %s ORDER BY c.home, c.matter, c.seq DESC, c.n DESC)"""  # noqa: S608 - a field's name of a proved pack
        )
        values += [name, ground.as_of]
    return Statement(",\n".join(parts), values)


def source(ground: Ground) -> str:
    """Return the FROM clause: the happenings with the facts they are divided by."""
    joins = (f"LEFT JOIN fact_{name} ON fact_{name}.home = h.home AND fact_{name}.matter = h.matter" for name in ground.facts)
    return " ".join(("FROM happened h", *joins))


def condition(count: Count, as_of: datetime) -> Statement:
    """Return which happenings one count counts."""
    tests = ["h.procedure = ANY(%s)"]
    values: list[Any] = [list(count.of)]
    match count.when:
        case "opened":
            tests.append("h.seq = 1")
        case "ended":
            tests.append("h.outcome IS NOT NULL")
        case "done":
            tests.append("h.acts && %s::text[]")
            values.append(list(count.acts))
    if count.states:
        tests.append("h.state = ANY(%s)")
        values.append(list(count.states))
    if count.after:
        tests.append(
            "EXISTS (SELECT FROM matters_event p, jsonb_array_elements(coalesce(p.effects -> 'moves', '[]')) step"
            " WHERE p.home = h.home AND p.matter = h.matter AND p.now <= %s AND NOT p.sealed AND step ->> 0 = ANY(%s))"
        )
        values += [as_of, list(count.after)]
    for name, wanted in count.facts.items():
        tests.append(f"fact_{name}.value = ANY(%s)")
        values.append(list(wanted))
    for name, wanted in count.said.items():
        tests.append(
            "EXISTS (SELECT FROM matters_content c WHERE c.home = h.home AND c.matter = h.matter AND c.seq = h.seq"
            " AND c.field = %s AND c.party = '' AND c.value #>> '{}' = ANY(%s))"
        )
        values += [name, list(wanted)]
    return Statement(" AND ".join(tests), values)
