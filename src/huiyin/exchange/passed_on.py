"""What a neighbour passes on later about a matter it brought: its reporter's further words, withdrawal, rating. Nothing is typed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huiyin import clock
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Field, FormEntry, Procedure
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.step import offered
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.exchange import neighbours
from huiyin.exchange.models import Neighbour
from huiyin.matters import definitions, doors, fold, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Key, Matter

UNKNOWN = Refusal("not_found", Text("没有这个编号，或者不是贵方送来的。", "There is no such number among those you brought in."))


@dataclass(frozen=True, slots=True)
class Theirs:
    """A matter a neighbour brought in, as it stands."""

    row: Matter
    snapshot: Snapshot
    definition: Procedure
    library: Library


def find(neighbour: Neighbour, number: str) -> Theirs | None:
    """Return the matter of a message a neighbour brought; None for a number that is not its own, and for a court's commission."""
    found = theirs(neighbour, number)
    return None if found is None or found.snapshot.opened_by != neighbours.OPENED_BY else found


def theirs(neighbour: Neighbour, number: str) -> Theirs | None:
    """Return the matter of a neighbour's number, whatever it brought under it; None for a number that is not its own."""
    reader = neighbours.principal_of(neighbour)
    with reading_as(reader):
        row = Matter.objects.filter(feeder=neighbour.name, feeder_number=number).first()
    if row is None:
        return None
    seen = doors.snapshot(row.home, row.id, reader)
    if seen is None:
        return None
    snapshot, _ = fold.without_erased(from_plain(seen["body"]))
    definition, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    return Theirs(row, snapshot, definition, library)


def may_pass_on(theirs: Theirs, neighbour: Neighbour) -> list[Action]:
    """Return what the reporter may do now, and so the neighbour may pass on."""
    speaker = _speaker(neighbour, theirs.row)
    return [one.action for one in offered(theirs.definition, theirs.library, theirs.snapshot, speaker, clock.now()) if one.blocked is None]


def pass_on(neighbour: Neighbour, number: str, action: str, data: Mapping[str, Any], *, own_number: str) -> services.Receipt | Refusal:
    """Record an act of the reporter that the neighbour passes on.

    Args:
        own_number: the neighbour's number of this very message; the same is done once.
    """
    theirs = find(neighbour, number)
    if theirs is None or not theirs.row.holder:
        return UNKNOWN
    return services.act(
        home=theirs.row.home,
        matter=theirs.row.id,
        action=action,
        data=data,
        principal=_speaker(neighbour, theirs.row),
        evidence=[{"kind": "feeder", "feeder_name": neighbour.name, "feeder_number": own_number}],
        key=_key(neighbour, own_number),
    )


def foresee(neighbour: Neighbour, theirs: Theirs, action: str, data: Mapping[str, Any]) -> Refusal | bool:
    """Return why an act could not be passed on now, or False: it would be new."""
    answer = services.foresee(
        home=theirs.row.home,
        matter=theirs.row.id,
        action=action,
        data=data,
        principal=_speaker(neighbour, theirs.row),
        evidence=[{"kind": "feeder"}],
    )
    return answer if isinstance(answer, Refusal) else False


def was_passed_on(neighbour: Neighbour, theirs: Theirs, own_number: str) -> bool:
    """Tell whether a message of the neighbour's about a matter was recorded before."""
    with reading_as(SYSTEM):
        return Key.objects.filter(home=theirs.row.home, key=_key(neighbour, own_number), matter=theirs.row.id).exists()


def _key(neighbour: Neighbour, own_number: str) -> str:
    return f"passed:{neighbour.name}:{own_number}"


def data_of(definition: Procedure, action: str, text: str, chosen: str = "") -> dict[str, Any] | Refusal:
    """Return an act's data from one text and one choice, as files bring them: each into the first field that takes it."""
    found = next((one for one in _actions(definition) if one.name == action), None)
    if found is None:
        return Refusal("action", Text(f"没有“{action[:40]}”这一步。", f"There is no action “{action[:40]}”."), field="act")
    entries = definition.forms[found.form].entries if found.form is not None else ()
    data: dict[str, Any] = {}
    for entry in entries:
        field = definition.fields[entry.field]
        if text and _takes_text(field, entry) and not any(_takes_text(definition.fields[name], None) for name in data):
            data[field.name] = text if field.type == "text" else {field.record[0].name: text}
        elif chosen and field.type == "choice" and chosen in {one.value for one in field.values}:
            data[field.name] = chosen
    return data


def _takes_text(field: Field, entry: FormEntry | None) -> bool:
    if field.type == "text":
        return True
    return field.type == "list" and len(field.record) == 1 and field.record[0].type == "text" and (entry is None or entry.add)


def _actions(definition: Procedure) -> list[Action]:
    return [*definition.always, *(action for state in definition.states.values() for action in state.actions)]


def reporters_actions(definition: Procedure) -> list[Action]:
    """Return what reporters may ever do in a procedure, each once: what a mapping may choose from."""
    roles, found = set(definition.roles), dict[str, Action]()
    for action in definition.always:
        if set(action.by) & roles:
            found.setdefault(action.name, action)
    for state in definition.states.values():
        for action in state.actions:
            if set(definition.actors(state, action)) & roles:
                found.setdefault(action.name, action)
    return list(found.values())


def _speaker(neighbour: Neighbour, row: Matter) -> Principal:
    return Principal(kind="feeder", id=neighbour.name, purpose="intake", acting_for=row.holder)
