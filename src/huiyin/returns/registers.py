"""Registers and sheets: one line for each happening, each cell as the reader may see it, as the record stood at an instant.

Lines come from the same question as the numbers (`queries.behind`); what stands in them is drawn from the events and
values recorded by ``as_of``, so that a register can be made again later and be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import rights
from huiyin.core.diagram_common import state_label
from huiyin.core.effects import NOTE_HANDOVER
from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Procedure
from huiyin.core.returns import Rate, RegisterColumn
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import Principal, Text
from huiyin.ids import uuid7
from huiyin.matters import definitions, directory, doors, fold
from huiyin.matters.access import reading_as
from huiyin.matters.models import Content, Event
from huiyin.returns import amounts, queries
from huiyin.returns.shapes import Asked, Behind, Head, RegisterCell, RegisterLine, RegisterPage

PAGE = 50
EMPTY = RegisterCell("blank", None)
_PERSONAL = frozenset({"P2", "P3", "P4"})
_YES, _NO = Text("是", "yes"), Text("否", "no")


@dataclass(frozen=True, slots=True)
class _Known:
    """One matter as it was known at an instant, and as one reader may see it."""

    behind: Behind
    procedure: Procedure
    library: Library
    snapshot: Snapshot
    view: rights.View
    relation: rights.Relation
    events: tuple[Event, ...]
    dates: Mapping[int, datetime]
    persons: Mapping[str, str]


def page(asked: Asked, *, start: int = 0, limit: int = PAGE) -> RegisterPage:
    """Return a part of a register or sheet. Staff who see personal content in it leave a row in each matter's access log.

    Raises:
        ValueError: the return is a table.
    """
    register = asked.one.register
    if register is None:
        raise ValueError(f"{asked.one.name} is no register")
    listed = queries.behind(asked, register.of, start=start, limit=limit)
    library = city.library()
    table = library.rates.get(asked.one.name)
    rows = () if table is None else table.rows
    lines, cents, without = [], 0, 0
    for number, known in enumerate(_known(asked, listed.rows, library), start=start + 1):
        rate = _rate(rows, known)
        cells = tuple(_cell(column, number, known, rate) for column in register.columns)
        lines.append(RegisterLine(known.behind, cells))
        cents += 0 if rate is None else rate.cents
        without += rate is None
        _log(asked.principal, known, register.columns)
    heads = tuple(Head(column.label) for column in register.columns)
    sheet = asked.one.kind == "sheet"
    return RegisterPage(heads, tuple(lines), listed.total, start, without if sheet else 0, cents, {row.name: row.ground for row in rows})


def _known(asked: Asked, rows: Sequence[Behind], library: Library) -> list[_Known]:
    """Return what the lines are made of, in their order."""
    matters = list({row.matter for row in rows})
    with reading_as(asked.principal) as connection:
        events: dict[UUID, list[Event]] = {}
        for event in Event.objects.filter(matter__in=matters, now__lte=asked.as_of, sealed=False).order_by("matter", "seq"):
            events.setdefault(event.matter, []).append(event)
        said: dict[UUID, list[Content]] = {}
        for content in Content.objects.filter(matter__in=matters).order_by("matter", "seq", "n"):
            said.setdefault(content.matter, []).append(content)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, body FROM matters_matter WHERE id = ANY(%s)", [matters])
            bodies = {id_: amounts.loaded(body) for id_, body in cursor.fetchall()}
    return [_one(asked, row, events.get(row.matter, []), said.get(row.matter, []), bodies[row.matter], library) for row in rows]


def _one(asked: Asked, row: Behind, events: list[Event], said: list[Content], body: dict[str, Any], library: Library) -> _Known:
    snapshot = from_plain(body)
    procedure, _ = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    recorded = {event.seq for event in events}
    parts = [one for one in said if one.seq in recorded]
    folded = fold.fold((one.field, one.party, one.op, one.value, one.erased_at is not None) for one in parts)
    parties = tuple(
        replace(party, name=folded.names.get(party.id, ""), facts=folded.parties.get(party.id, {})) for party in snapshot.parties
    )
    last = events[-1]
    then = replace(snapshot, facts=folded.facts, parties=parties, state=last.state)
    then, _ = fold.without_erased(then)
    return _Known(
        behind=row,
        procedure=procedure,
        library=library,
        snapshot=then,
        view=rights.view(procedure, then, asked.principal),
        relation=rights.relation(asked.principal, then, procedure),
        events=tuple(events),
        dates=_dates(events),
        persons=_persons(procedure, parts),
    )


def _dates(events: Sequence[Event]) -> dict[int, datetime]:
    """Return when each event happened, corrections known so far included."""
    found = {event.seq: event.at for event in events}
    for event in events:
        corrected = event.effects.get("corrected")
        if corrected is not None:
            found[corrected["event"]] = datetime.fromisoformat(corrected["at"])
    return found


def _persons(procedure: Procedure, said: Sequence[Content]) -> dict[str, str]:
    """Return post -> account id of the person who held it last in this matter."""
    found: dict[str, str] = {}
    for one in said:
        field = procedure.fields.get(one.field)
        if field is not None and field.type == "member" and field.post is not None and isinstance(one.value, str):
            found[field.post] = one.value
        elif one.field == NOTE_HANDOVER and isinstance(one.value, dict):
            found[str(one.value.get("post"))] = str(one.value.get("to"))
    return found


def _cell(column: RegisterColumn, number: int, known: _Known, rate: Rate | None) -> RegisterCell:
    if column.show == "number":
        return RegisterCell("number", number)
    if column.show == "grade":
        return EMPTY if rate is None else RegisterCell("text", rate.label)
    if column.show == "rate":
        return EMPTY if rate is None else RegisterCell("money", rate.cents)
    make = _PUBLIC.get(column.show)
    if make is not None:
        return make(column, known)
    # What stands in the matter itself is only for those who stand in a relation to it.
    inner = _INNER.get(column.show)
    return EMPTY if inner is None or known.relation == "stranger" else inner(column, known)


def _day(moment: datetime | None, known: _Known) -> RegisterCell:
    return EMPTY if moment is None else RegisterCell("day", known.library.calendar.local_date(moment))


def _reference(_: RegisterColumn, known: _Known) -> RegisterCell:
    return RegisterCell("id", known.behind.reference)


def _happened(_: RegisterColumn, known: _Known) -> RegisterCell:
    return _day(known.behind.at, known)


def _opened(_: RegisterColumn, known: _Known) -> RegisterCell:
    return _day(known.dates.get(1), known)


def _ended(_: RegisterColumn, known: _Known) -> RegisterCell:
    return _day(next((known.dates[event.seq] for event in known.events if "outcome" in event.effects), None), known)


def _topic(_: RegisterColumn, known: _Known) -> RegisterCell:
    topic = known.library.topics.get(known.behind.topic)
    return RegisterCell("text", known.behind.topic if topic is None else topic.label)


def _place(_: RegisterColumn, known: _Known) -> RegisterCell:
    return RegisterCell("text", queries.place_name(known.behind.division))


def _state(_: RegisterColumn, known: _Known) -> RegisterCell:
    state = known.procedure.states[known.snapshot.state]
    return RegisterCell("text", state_label(state))


def _unit(column: RegisterColumn, known: _Known) -> RegisterCell:
    for alias in column.what:
        field = known.procedure.fields.get(alias)
        unit = known.snapshot.facts.get(alias) if field is not None and field.type == "unit" else known.snapshot.units.get(alias)
        found = city.unit(unit) if isinstance(unit, str) else None
        if found is not None:
            return RegisterCell("text", found.title)
    return EMPTY


def _field(column: RegisterColumn, known: _Known) -> RegisterCell:
    for name in column.what:
        if name in known.view.facts:
            return _value(known.procedure.fields[name], known.view.facts[name])
    return EMPTY


def _value(field: Field, value: Any) -> RegisterCell:
    """Return one fact as a cell; a masked one is text already."""
    match field.type, value:
        case _, None:
            return EMPTY
        case "choice", str():
            return RegisterCell("text", next((choice.label for choice in field.values if choice.value == value), value))
        case "flag", bool():
            return RegisterCell("text", _YES if value else _NO)
        case "date", str():
            return RegisterCell("day", _as_date(value)) if _as_date(value) is not None else RegisterCell("text", value)
        case "datetime", str():
            return RegisterCell("text", value[:16].replace("T", " "))
        case "money", int():
            return RegisterCell("money", value)
        case "number", int():
            return RegisterCell("number", value)
        case "place", {"division": str(division)}:
            name = queries.place_name(division)
            detail = str(value.get("detail") or "")
            return RegisterCell(
                "text", Text(f"{'' if name is None else name.zh}{detail}", f"{detail} {'' if name is None else name.en}".strip())
            )
        case "unit", str():
            unit = city.unit(value)
            return RegisterCell("text", value if unit is None else unit.title)
        case _:
            return RegisterCell("text", str(value))


def _as_date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _parties(column: RegisterColumn, known: _Known) -> RegisterCell:
    names = [party.name for party in known.view.parties if party.role in column.what and party.name]
    return RegisterCell("text", "、".join(names)) if names else EMPTY


def _act(column: RegisterColumn, known: _Known) -> RegisterCell:
    taken = (
        known.dates[event.seq]
        for event in reversed(known.events)
        if "assented" not in event.effects and any(move[0] in column.what for move in event.effects.get("moves", ()))
    )
    return _day(next(taken, None), known)


def _paper(column: RegisterColumn, known: _Known) -> RegisterCell:
    printed = (
        known.dates[event.seq]
        for event in reversed(known.events)
        if any(paper[0] in column.what for paper in event.effects.get("papers", ()))
    )
    return _day(next(printed, None), known)


def _clock(column: RegisterColumn, known: _Known) -> RegisterCell:
    """Return the date a clock runs to, as computed last."""
    for event in reversed(known.events):
        for name, change in reversed(event.effects.get("clocks", [])):
            due = change.get("due") if name in column.what else None
            if due is not None:
                return _day(datetime.fromisoformat(due["strict"]), known)
    return EMPTY


def _sum(column: RegisterColumn, known: _Known) -> RegisterCell:
    if column.amount is None or column.amount.list not in known.view.facts:
        return EMPTY
    field = known.procedure.fields[column.amount.list]
    if rights.SIGHT[known.relation][field.cls] != "see":
        return EMPTY
    total = amounts.of_facts(column.amount, known.view.facts)
    money = any(part.name == column.amount.part and part.type == "money" for part in field.record)
    return RegisterCell("money" if money else "number", total) if total else EMPTY


def _person(column: RegisterColumn, known: _Known) -> RegisterCell:
    names = [directory.person_name(known.persons[post]) for post in column.what if post in known.persons]
    return RegisterCell("text", "、".join(names)) if names else EMPTY


_Maker = Callable[[RegisterColumn, _Known], RegisterCell]
_PUBLIC: Mapping[str, _Maker] = {
    "reference": _reference,
    "happened": _happened,
    "opened": _opened,
    "ended": _ended,
    "topic": _topic,
    "place": _place,
    "state": _state,
    "blank": lambda _column, _known: EMPTY,
}
_INNER: Mapping[str, _Maker] = {
    "unit": _unit,
    "field": _field,
    "parties": _parties,
    "act": _act,
    "paper": _paper,
    "clock": _clock,
    "sum": _sum,
    "person": _person,
}


def _rate(rows: Sequence[Rate], known: _Known) -> Rate | None:
    """Return the first row of the operator's rule that fits a matter."""
    day = known.library.calendar.local_date(known.behind.at)
    printed = {paper[0] for event in known.events for paper in event.effects.get("papers", ())}
    for row in rows:
        fits = (
            row.holds(day)
            and (not row.states or known.snapshot.state in row.states)
            and set(row.papers) <= printed
            and all(_plain(known.snapshot.facts.get(name)) in values for name, values in row.facts.items())
        )
        if fits:
            return row
    return None


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _log(principal: Principal, known: _Known, columns: Sequence[RegisterColumn]) -> None:
    """Leave a row in the access log when a member of staff was shown something personal of this matter."""
    if principal.kind != "staff" or known.relation == "stranger":
        return
    fields: set[str] = set()
    for column in columns:
        if column.show == "parties" and any(party.name and party.role in column.what for party in known.view.parties):
            fields.add(fold.PARTY_NAME)
        shown = column.what if column.show == "field" else (column.amount.list,) if column.amount is not None else ()
        fields |= {name for name in shown if name in known.view.facts and known.procedure.fields[name].cls in _PERSONAL}
    if not fields:
        return
    doors.log_access(
        known.behind.home,
        {
            "id": str(uuid7()),
            "matter": str(known.behind.matter),
            "principal": principal.id,
            "unit": principal.unit or "",
            "post": principal.post or "",
            "purpose": principal.purpose,
            "fields": sorted(fields),
            "at": clock.now().isoformat(),
        },
    )
