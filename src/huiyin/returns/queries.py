"""Reads of returns. Each takes the principal it answers; what one may not see is in no number, no list and no line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.backends.utils import CursorWrapper

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.diagram_common import state_label
from huiyin.core.packs import Library
from huiyin.core.returns import Count, Return, Table
from huiyin.core.values import Principal, Text
from huiyin.matters import definitions
from huiyin.matters.access import reading_as
from huiyin.parties.access import AUDIT_POST
from huiyin.returns import amounts, happenings
from huiyin.returns.happenings import Ground, Statement
from huiyin.returns.periods import Period
from huiyin.returns.shapes import Asked, Behind, Figures, Head, Line, Listed, Number, Scope

MAX_LISTED = 500
NONE = Text("没有写明", "not stated")
TOTAL = Text("合计", "Total")
_CORNERS: Mapping[str, Text] = {
    "counts": Text("项目", "Item"),
    "topic": Text("事项类别", "Kind"),
    "place": Text("地方", "Place"),
    "unit": Text("单位", "Unit"),
    "state": Text("结果", "Result"),
}
Found = dict[tuple[str, str, int], Number]
# Totals of the sums among them, by (count, period): what a sum left out would be seen from is left out too.
Totals = dict[tuple[str, int], int | None]


def available(principal: Principal) -> tuple[Return, ...]:
    """Return the returns this principal's post may make, in the order of their titles."""
    unit = city.unit(principal.unit or "") if principal.kind == "staff" else None
    if unit is None or principal.post == AUDIT_POST:
        return ()
    found = (one for one in city.library().returns.values() if unit.kind in one.kinds and (not one.posts or principal.post in one.posts))
    return tuple(sorted(found, key=lambda one: (one.kind != "table", one.name)))


def of_name(principal: Principal, name: str) -> Return | None:
    """Return one of the returns this principal may make, or None."""
    return next((one for one in available(principal) if one.name == name), None)


def scopes(principal: Principal) -> tuple[Scope, ...]:
    """Return whose matters this principal may ask about: the own unit's, and with those of units the post oversees."""
    unit = city.unit(principal.unit or "")
    if principal.kind != "staff" or unit is None or principal.post == AUDIT_POST:
        return ()
    own = Scope("unit", (unit.id,), unit.title)
    if not principal.supervises:
        return (own,)
    label = Text(f"{unit.name_zh}和所督办的单位", f"{unit.name_en} and the units it oversees")
    return (own, Scope("below", (unit.id, *principal.supervises), label))


def figures(asked: Asked) -> Figures:
    """Return the table of a return: every number, late entries marked, as the record stood at ``as_of``.

    Raises:
        ValueError: the return is no table.
    """
    one, table = asked.one, asked.one.table
    if table is None:
        raise ValueError(f"{one.name} is no table")
    library = city.library()
    periods = (asked.period.before(), asked.period) if table.by == "counts" else (asked.period,)
    names = [name for group in table.groups for name in group.counts] if table.by == "counts" else list(table.columns)
    found, totals = _numbers(asked, [one.counts[name] for name in names], table, periods, library)
    if table.by == "counts":
        heads = (Head(Text("本期", "This period")), Head(Text("上期", "The one before")))
        lines = tuple(
            _count_line(library, one.counts[name], group.label if place == 0 else None, found)
            for group in table.groups
            for place, name in enumerate(group.counts)
        )
        return Figures(heads, lines, None, _CORNERS["counts"])
    counts = [one.counts[name] for name in names]
    labels = _row_labels(library, one, table, {key for _, key, _ in found})
    lines = tuple(
        Line(key, label, tuple(found.get((count.name, key, 1)) or _zero(library, count, key) for count in counts)) for key, label in labels
    )
    total = Line("", TOTAL, tuple(_sum(library, count, lines, place, totals) for place, count in enumerate(counts)))
    corner = _corner(library, one, table)
    return Figures(tuple(Head(count.label, count.means) for count in counts), lines, total, corner)


def trend(asked: Asked, counts: Sequence[str], periods: Sequence[Period]) -> dict[str, list[Number]]:
    """Return the numbers of some counts over adjoining periods, the earliest first, for a chart."""
    library = city.library()
    wanted = [asked.one.counts[name] for name in counts]
    found, _ = _numbers(asked, wanted, None, periods, library)
    return {
        count.name: [found.get((count.name, "", place)) or _zero(library, count, "") for place in range(1, len(periods) + 1)]
        for count in wanted
    }


def behind(asked: Asked, count: str, key: str | None = None, *, start: int = 0, limit: int = MAX_LISTED) -> Listed:
    """Return the happenings behind one number: the same ones, for it is the same question.

    Args:
        key: the row of the table; None for the total.
    """
    library = city.library()
    wanted = asked.one.counts[count]
    table = asked.one.table
    ground = _ground(asked, [wanted], table, (asked.period,), library)
    begin, where = happenings.common(ground, library), happenings.condition(wanted, asked.as_of)
    chosen = Statement(where.text, list(where.values))
    if key is not None and table is not None and table.by != "counts":
        chosen.text += f" AND {ground.key} = %s"
        chosen.values.append(key)
    units = list(asked.scope.units)
    # The texts put together here are this room's own; every value is a parameter.
    statement = f"""{begin.text}, chosen AS (SELECT h.* {happenings.source(ground)} WHERE {chosen.text})
        SELECT c.home, c.matter, c.seq, c.reference, c.procedure, c.procedure_version, c.topic, c.division, c.at, c.now,
               EXISTS (SELECT FROM jsonb_each_text(m.body -> 'units') u WHERE u.value = ANY(%s)), count(*) OVER ()
          FROM chosen c JOIN matters_matter m ON m.home = c.home AND m.id = c.matter
         ORDER BY c.at, c.matter, c.seq LIMIT %s OFFSET %s"""  # noqa: S608
    with reading_as(asked.principal) as connection, connection.cursor() as rows:
        rows.execute(statement, [*begin.values, *chosen.values, units, max(1, min(limit, MAX_LISTED)), max(0, start)])
        found = rows.fetchall()
    end = ground.edges[-1]
    lines = tuple(_behind(row, end) for row in found)
    return Listed(lines, found[0][11] if found else 0)


def _behind(row: tuple[Any, ...], end: datetime) -> Behind:
    home, matter, seq, reference, procedure, version, topic, division, at, now, openable, _ = row
    definition, _ = definitions.pinned(procedure, version)
    return Behind(home, matter, seq, reference, procedure, definition.title, topic, division, at, now, now >= end, openable)


def _ground(asked: Asked, counts: Sequence[Count], table: Table | None, periods: Sequence[Period], library: Library) -> Ground:
    edges = [period.instants(library.zone)[0] for period in periods] + [periods[-1].instants(library.zone)[1]]
    return Ground(
        principal=asked.principal,
        scope=asked.scope,
        procedures=tuple(sorted({name for count in counts for name in count.of})),
        edges=tuple(edges),
        as_of=asked.as_of,
        facts=happenings.facts_of(counts, table),
        key=happenings.key_of(table),
    )


def _numbers(
    asked: Asked, counts: Sequence[Count], table: Table | None, periods: Sequence[Period], library: Library
) -> tuple[Found, Totals]:
    """Return every number that is not nought, all out of one question, and the totals of sums."""
    ground = _ground(asked, counts, table, periods, library)
    begin, from_ = happenings.common(ground, library), happenings.source(ground)
    plain = [count for count in counts if count.amount is None]
    summed = [count for count in counts if count.amount is not None]
    found: Found = {}
    totals: Totals = {}
    with reading_as(asked.principal) as connection, connection.cursor() as rows:
        if plain:
            edges = list(ground.edges)
            selects, values = [], list(begin.values)
            for count in plain:
                where = happenings.condition(count, asked.as_of)
                selects.append(
                    f"SELECT %s::text, {ground.key}, h.bucket, count(*), "
                    f"count(*) FILTER (WHERE h.now >= (%s::timestamptz[])[h.bucket + 1]) {from_} WHERE {where.text} GROUP BY 2, 3"
                )
                values += [count.name, edges, *where.values]
            rows.execute(f"{begin.text} {' UNION ALL '.join(selects)}", values)
            for name, key, bucket, many, late in rows.fetchall():
                found[name, key, bucket] = Number(name, key, many, late, many)
        for alike in _alike(summed):
            sums, of_sums = _sums(rows, asked, ground, begin, alike, library)
            found |= sums
            totals |= of_sums
    return found, totals


def _alike(counts: Iterable[Count]) -> list[list[Count]]:
    """Return sums in groups that are drawn from the same list of the same happenings, to be read once."""
    groups: dict[tuple[object, ...], list[Count]] = {}
    for count in counts:
        of = None if count.amount is None else count.amount.list
        key = (count.of, count.when, count.acts, count.states, count.after, tuple(count.facts.items()), tuple(count.said.items()), of)
        groups.setdefault(key, []).append(count)
    return list(groups.values())


def _sums(
    rows: CursorWrapper, asked: Asked, ground: Ground, begin: Statement, alike: Sequence[Count], library: Library
) -> tuple[Found, Totals]:
    where = happenings.condition(alike[0], asked.as_of)
    rows.execute(
        f"{begin.text} SELECT {ground.key}, h.bucket, h.home, h.matter, h.now {happenings.source(ground)} WHERE {where.text}",
        [*begin.values, *where.values],
    )
    hits = rows.fetchall()
    if not hits:
        return {}, {}
    field = "" if alike[0].amount is None else alike[0].amount.list
    matters = list({(home, matter) for _, _, home, matter, _ in hits})
    facts = amounts.facts_of(rows, field, matters, ground.as_of)
    whole = amounts.seen_whole(rows, asked.principal, field, matters)
    wide = not asked.scope.division and asked.period.kind != "any"
    by_bucket: dict[int, dict[str, list[tuple[tuple[str, Any], datetime]]]] = {}
    for key, bucket, home, matter, now in hits:
        by_bucket.setdefault(bucket, {}).setdefault(key, []).append(((home, matter), now))
    found: Found = {}
    totals: Totals = {}
    for count in alike:
        if count.amount is None:
            continue
        values = {one: amounts.of_facts(count.amount, said) for one, said in facts.items()}
        money = amounts.is_money(library, count)
        for bucket, cells in by_bucket.items():
            column = amounts.added({key: [one for one, _ in cell] for key, cell in cells.items()}, values, whole, wide=wide)
            totals[count.name, bucket] = column.total
            for key, cell in cells.items():
                late = sum(now >= ground.edges[bucket] for _, now in cell)
                found[count.name, key, bucket] = Number(count.name, key, column.cells[key], late, len(cell), money)
    return found, totals


def _count_line(library: Library, count: Count, heading: Text | None, found: Found) -> Line:
    numbers = tuple(found.get((count.name, "", bucket)) or _zero(library, count, "") for bucket in (2, 1))
    whole = None
    if count.part_of is not None:
        of = found.get((count.part_of, "", 2))
        whole = 0 if of is None else of.value
    return Line(count.name, count.label, numbers, count.means, heading, whole)


def _zero(library: Library, count: Count, key: str) -> Number:
    return Number(count.name, key, 0, money=amounts.is_money(library, count))


def _sum(library: Library, count: Count, lines: Iterable[Line], place: int, totals: Totals) -> Number:
    parts = [line.numbers[place] for line in lines]
    value = totals.get((count.name, 1), 0) if count.amount is not None else sum(part.value or 0 for part in parts)
    money = amounts.is_money(library, count)
    return Number(count.name, "", value, sum(part.late for part in parts), sum(part.matters for part in parts), money)


def _corner(library: Library, one: Return, table: Table) -> Text:
    if table.by == "field" and table.field is not None:
        procedure = library.procedures[next(iter(one.counts.values())).of[0]]
        return procedure.fields[table.field].label
    return _CORNERS[table.by]


def _row_labels(library: Library, one: Return, table: Table, keys: set[str]) -> list[tuple[str, Text]]:
    """Return the rows: all that the packs name, and whatever else came up."""
    known = _known_rows(library, one, table)
    if table.by == "place":
        known = [(key, title) for key in sorted(keys - {""}) if (title := place_name(key)) is not None]
    elif table.by == "unit":
        known = [(key, unit.title) for key in sorted(keys - {""}) if (unit := city.unit(key)) is not None]
    there = {key for key, _ in known}
    rest = [(key, NONE if not key else Text(key, key)) for key in sorted(keys - there)]
    return known + rest


def _known_rows(library: Library, one: Return, table: Table) -> list[tuple[str, Text]]:
    first = next(iter(one.counts.values()))
    procedure = library.procedures[first.of[0]]
    match table.by:
        case "topic":
            line = table.line_of_work or ""
            named = [(key, topic.label) for key, topic in library.topics.items() if topic.line_of_work == line and key.count(".") == 1]
            return [*named, (line, Text("其他" + library.topics[line].label.zh, f"other: {library.topics[line].label.en}"))]
        case "state":
            ends = (state for state in procedure.states.values() if state.end is not None)
            return [(state.name, state_label(state)) for state in ends]
        case "field":
            return [(choice.value, choice.label) for choice in procedure.fields[table.field or ""].values]
        case _:
            return []


def place_name(code: str) -> Text | None:
    """Return what a place is called; None when there is no such place."""
    path = places.ancestors(code) if code else []
    return path[-1].title if path else None
