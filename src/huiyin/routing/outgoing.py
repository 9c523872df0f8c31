"""What acts ask of the responsibility list: to dispatch where a row is direct, and to hear of each decision it did not make."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.effects import NOTE_EVIDENCE
from huiyin.core.handing import listed_action
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import SYSTEM, Refusal
from huiyin.matters import definitions, doors, fold, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Content
from huiyin.matters.outbox import NotDoneError, recalled
from huiyin.matters.sorting import BY_SENDER, BY_WORDS, EVIDENCE
from huiyin.routing.explain import explanation
from huiyin.routing.queries import Owner, decide_owner, facts_of
from huiyin.routing.services import dispatched, propose_row

Plain = dict[str, Any]
DISPUTES: Final = "dispute"


def route(home: str, row: Plain) -> None:
    """Take the act the responsibility list takes by itself, where its row is direct and every unit it must name stands in the row.

    Whatever the list does not settle stays where it is: a person decides, with what the list proposes.
    """
    seen = doors.snapshot(home, row["matter"], SYSTEM)
    if seen is None:
        raise NotDoneError(f"matter {home}/{row['matter']} is gone")
    snapshot, _ = fold.without_erased(from_plain(seen["body"]))
    definition, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    action = listed_action(definition, snapshot.state)
    if action is None or action.name != row["payload"]["action"] or snapshot.entered != row["seq"]:
        return  # it has gone on: somebody was faster
    topic = library.topics.get(snapshot.topic)
    if topic is not None and topic.line_of_work == DISPUTES:
        return  # who talks a dispute over is agreed with the parties, and sent nowhere by itself
    if _guessed(home, row["matter"]):
        return  # what was only read out of a message's words is confirmed by a person first
    at = clock.now()
    owner = decide_owner(
        topic=snapshot.topic,
        division=snapshot.division or None,
        on=at.astimezone(library.zone).date(),
        facts=facts_of(definition, snapshot.topic, snapshot.facts),
    )
    form = definition.forms[action.form or ""]
    asked = [definition.fields[entry.field] for entry in form.entries if entry.required]
    named = _named(owner, snapshot, [(field.name, definition.kinds_of(field)) for field in asked if field.type == "unit"])
    if named is None:
        return
    data = {**named, **{field.name: owner.reason.zh for field in asked if field.type == "text"}}
    answer = services.act(
        home=home,
        matter=row["matter"],
        seen_version=seen["version"],
        action=action.name,
        data=data,
        principal=SYSTEM,
        key=f"route:{row['matter']}:{row['seq']}",
        evidence=[evidence(owner)],
    )
    if not isinstance(answer, Refusal):
        dispatched(home=home, matter=row["matter"], at=answer.recorded_at, topic=snapshot.topic, division=snapshot.division, owner=owner)
        return
    if answer.code == "conflict":
        raise NotDoneError("conflict: somebody acts on it at this moment")
    if answer.code not in definition.conditions and answer.code not in ("not_there", "already_done"):
        raise NotDoneError(f"{action.name} refused: {answer.code}")


def _guessed(home: str, matter: UUID) -> bool:
    """Tell whether topic or place of a matter were not said by whoever brought it, but proposed from the words of its message."""
    with reading_as(SYSTEM):
        kept = list(Content.objects.filter(home=home, matter=matter, seq=1, field=NOTE_EVIDENCE).values_list("value", flat=True))
    routed = [piece for piece in kept if isinstance(piece, dict) and piece.get("kind") == EVIDENCE]
    return any(piece.get("topic_by", BY_SENDER) != BY_SENDER or piece.get("place_by") == BY_WORDS for piece in routed)


def evidence(owner: Owner) -> Plain:
    """Return how the list decided, as the act that follows it keeps it: the row that won, those that lost, and why."""
    return {"kind": EVIDENCE, **explanation(owner).to_plain()}


def _named(owner: Owner, snapshot: Snapshot, asked: list[tuple[str, tuple[str, ...]]]) -> Plain | None:
    """Return the unit for each part the act asks for: the lead, and beside it only whom the list itself names."""
    if not owner.direct or owner.unit is None or owner.unit == snapshot.units.get("host"):
        return None
    found: Plain = {}
    for number, (name, kinds) in enumerate(asked):
        choice = (owner.unit,) if number == 0 else tuple(unit for unit in owner.helpers if unit not in found.values())
        fitting = next((unit for unit in choice if (known := city.unit(unit)) is not None and known.kind in kinds), None)
        if fitting is None:
            return None
        found[name] = fitting
    return found


def teach(home: str, row: Plain) -> None:
    """Tell the list's owner of one decision by a person: who has matters of this kind, how that came about and why."""
    told = row["payload"]
    unit = city.unit(told["unit"])
    if unit is None or recalled(home, row):
        return
    propose_row(
        topic=told["topic"],
        division=told["division"],
        lead_kind=unit.kind,
        helpers=(),
        beat=told["beat"],
        reason=told["reason"],
        decided_by=told["decided_by"],
        matter=(home, row["matter"]),
        at=datetime.fromisoformat(told["at"]),
    )
