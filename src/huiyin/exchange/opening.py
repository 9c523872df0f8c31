"""Opening a matter for a neighbour: what it says put into the fields of a procedure, under its own number, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError

from huiyin.city import places
from huiyin.core.forms import Known as FormKnown
from huiyin.core.forms import marked_lists, read_form
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import doors, refusals, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Key

Plain = dict[str, Any]
# Facts of the person a message speaks for that the procedures have fields for.
PERSON: Final = ("phone", "address")
# Where a procedure must have a place and none was said: the dispatcher reads that it was not.
NO_PLACE: Final = "来件没有写明地点"


@dataclass(frozen=True, slots=True)
class Said:
    """What a neighbour says of one matter, in words every procedure understands.

    Attributes:
        text: what happened.
        more: further facts by field name; those the procedure has no field for stand in the evidence.
        evidence: further evidence of the opening.
        person: name and contact facts of whom the message is from, as far as the neighbour passes them on.
    """

    number: str
    text: str
    topic: str
    division: str
    title: str = ""
    place: Mapping[str, str] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    evidence: Sequence[Mapping[str, Any]] = ()
    person: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The matter a number of a neighbour belongs to already."""

    home: str
    matter: UUID
    content_hash: str


def key_of(feeder: str, number: str) -> str:
    """Return the key under which a neighbour's number is opened; the same number is the same matter, whichever way it came."""
    return f"intake:{feeder}:{number}"


def known(feeder: str, numbers: Sequence[str]) -> dict[str, Known]:
    """Return the matters of numbers that came before, wherever they were born."""
    keys = {key_of(feeder, number): number for number in numbers}
    with reading_as(SYSTEM):
        found = Key.objects.filter(home__in=tuple(places.homes()), key__in=list(keys)).values_list("key", "home", "matter", "body_hash")
        return {keys[key]: Known(home, matter, content) for key, home, matter, content in found}


def text_field(definition: Procedure) -> str | None:
    """Return the field of the opening form that takes what happened: the first text that must be given."""
    entries = definition.forms[definition.opening_form].entries
    return next((one.field for one in entries if one.required and definition.fields[one.field].type == "text"), None)


def place_field(definition: Procedure) -> str | None:
    """Return the field of the opening form that takes where."""
    entries = definition.forms[definition.opening_form].entries
    return next((one.field for one in entries if definition.fields[one.field].type == "place"), None)


def prepare(
    definition: Procedure, said: Said, *, principal: Principal, content_hash: str, unit: str | None = None
) -> services.Pending | services.Receipt | Refusal:
    """Return the opening ready to be written; a receipt means the number was known."""
    data, evidence = data_of(definition, said, principal.id)
    made = services.prepare_opening(
        procedure=definition.name,
        home="",
        data=data,
        principal=principal,
        at=None,
        evidence=evidence,
        key=key_of(principal.id, said.number),
        topic=said.topic,
        division=said.division,
        opened_by="feeder",
        parties=parties(definition, said.person),
        opener=0,
        unit=unit,
        feeder=(principal.id, said.number),
        parent=None,
    )
    if isinstance(made, services.Pending):
        # What the neighbour asked is the message; where it goes is our doing and may be another tomorrow.
        made.payload["body_hash"] = content_hash
    return made


def open_one(definition: Procedure, said: Said, *, principal: Principal, content_hash: str) -> services.Receipt | Refusal:
    """Open one matter; the same number with the same content answers as the first time, with other content it is refused."""
    before = known(principal.id, [said.number]).get(said.number)
    if before is not None and before.content_hash != content_hash:
        return refusals.fed_already((principal.id, said.number))
    return written(prepare(definition, said, principal=principal, content_hash=content_hash), principal.id, said.number, content_hash)


def written(made: services.Pending | services.Receipt | Refusal, feeder: str, number: str, content_hash: str) -> services.Receipt | Refusal:
    """Write an opening that is ready, under what the neighbour asked: where it goes is our doing and may be another tomorrow."""
    if not isinstance(made, services.Pending):
        return made
    made.payload["body_hash"] = content_hash
    try:
        return services.answered(made, doors.open_matter(made.home, made.payload))
    except IntegrityError as error:
        if "matters_matter_feeder_number" in str(error):
            return refusals.fed_already((feeder, number))
        raise


def data_of(definition: Procedure, said: Said, feeder: str) -> tuple[Plain, list[Plain]]:
    """Return the opening's facts and its evidence; what the procedure has no field for is kept as evidence."""
    fields = {entry.field for entry in definition.forms[definition.opening_form].entries}
    told: Plain = {"title": said.title, "feeder_name": feeder, "feeder_number": said.number, **said.more}
    text, place = text_field(definition), place_field(definition)
    told[text or "detail"] = said.text
    where = said.place
    if where is None and place is not None and _must(definition, place):
        where = {"division": said.division, "detail": NO_PLACE}
    if where is not None:
        told[place or "place"] = dict(where)
    rest = {name: value for name, value in told.items() if name not in fields and value}
    data = {name: value for name, value in told.items() if name in fields and value}
    return data, [*([{"kind": "feeder", **rest}] if rest else []), *(dict(piece) for piece in said.evidence)]


def problem(definition: Procedure, library: Library, said: Said, feeder: str) -> Refusal | None:
    """Return what the opening form would refuse, without opening anything."""
    data, _ = data_of(definition, said, feeder)
    known = FormKnown(topics=frozenset(library.topics), parties=frozenset(), facts={}, marked=marked_lists(definition), opening=True)
    read = read_form(definition, definition.forms[definition.opening_form], data, known)
    return read if isinstance(read, Refusal) else None


def _must(definition: Procedure, name: str) -> bool:
    return any(one.field == name and one.required for one in definition.forms[definition.opening_form].entries)


def parties(definition: Procedure, person: Mapping[str, str]) -> tuple[Plain, ...]:
    """Return whom the matter is from. Without a name it is still somebody: the neighbour passes on what they say later."""
    role = next(iter(definition.roles), None)
    if role is None:
        return ()
    fits = {name for name in PERSON if name in definition.fields and definition.fields[name].of == role}
    facts = {name: value for name, value in person.items() if name in fits and value}
    return ({"role": role, "name": person.get("name", ""), "facts": facts},)
