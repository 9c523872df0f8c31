"""A matter at a glance, for a list on a phone: where, when, which step, and what may be done on the spot.

Only what everyone with a part may know (P0, P1) is in it, so that a list names nobody and looking at it is no look at anybody's
content. The whole matter is opened one by one at the desk, where the look is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.core import rights
from huiyin.core.diagram_common import state_label
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Field, Procedure
from huiyin.core.snapshot import from_plain
from huiyin.core.values import Principal, Text
from huiyin.matters import definitions, doors, fold, present
from huiyin.matters.views import MatterView, Row
from huiyin.web.pages import places

VISIT = "visit_record"
PLAIN = frozenset({"P0", "P1"})
# What can be asked on a doorstep without looking anything up.
ASKED_ON_THE_SPOT = frozenset({"text", "choice", "flag", "date", "datetime", "number", "file"})
MOST_ASKED = 4


@dataclass(frozen=True, slots=True)
class Glance:
    """One matter of a list.

    Attributes:
        at: when it is to be done: an appointed time, else its nearest date.
        appointed: ``at`` is a time of day somebody agreed to.
        actions: what this post may do now without more than a form of plain questions.
        note: the action that adds a note and the field it fills, where there is one.
    """

    home: str
    matter: UUID
    version: int
    reference: str
    procedure: Procedure
    title: Text
    place: Text | None
    detail: str
    state: Text
    who: Text
    at: datetime | None
    appointed: bool
    overdue: bool
    actions: tuple[Action, ...]
    note: tuple[str, str] | None


def glances(principal: Principal, rows: Iterable[Row]) -> list[Glance]:
    """Return the matters of a list at a glance; what is gone meanwhile is left out."""
    found = (glance(principal, row.home, row.matter) for row in rows)
    return [one for one in found if one is not None]


def glance(principal: Principal, home: str, matter: UUID) -> Glance | None:
    """Return one matter at a glance, or None when it is not there for this principal."""
    seen = doors.snapshot(home, matter, principal)
    if seen is None:
        return None
    snapshot, marks = fold.without_erased(from_plain(seen["body"]))
    procedure, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    if not rights.may(rights.relation(principal, snapshot, procedure), "read"):
        return None
    view = present.matter(procedure, library, snapshot, marks, principal, seen["head"], clock.now())
    plain = {name: value for name, value in view.facts.items() if procedure.fields[name].cls in PLAIN}
    appointed = _appointed(procedure, view, plain)
    state = procedure.states[view.state]
    at = appointed or view.due
    return Glance(
        home=home,
        matter=matter,
        version=view.version,
        reference=view.reference,
        procedure=procedure,
        title=_title(procedure, library, view, plain),
        place=places.name_of(view.division),
        detail=_detail(procedure, plain),
        state=state_label(state),
        who=view.who,
        at=at,
        appointed=appointed is not None,
        overdue=view.due is not None and view.due < clock.now(),
        actions=tuple(offer.action for offer in view.offers if offer.blocked is None and _on_the_spot(procedure, offer.action)),
        note=_note(procedure, view),
    )


def _title(procedure: Procedure, library: Library, view: MatterView, plain: dict[str, Any]) -> Text:
    if procedure.name == VISIT:
        purpose = next((choice.label for choice in procedure.fields["purpose"].values if choice.value == plain.get("purpose")), None)
        if purpose is not None:
            return purpose
    return library.about(view.topic, procedure.title)


def _detail(procedure: Procedure, plain: dict[str, Any]) -> str:
    for name, value in plain.items():
        if procedure.fields[name].type == "place" and isinstance(value, dict):
            return str(value.get("detail") or "")
    return ""


def _appointed(procedure: Procedure, view: MatterView, plain: dict[str, Any]) -> datetime | None:
    if procedure.name != VISIT or view.state != procedure.start or not plain.get("starts_at"):
        return None
    return datetime.fromisoformat(str(plain["starts_at"]))


def _on_the_spot(procedure: Procedure, action: Action) -> bool:
    if action in procedure.always or action.signs or action.seals or action.jointly or action.marks:
        return False
    if is_visit(procedure, action):
        return True
    fields = fields_of(procedure, action)
    return len(fields) <= MOST_ASKED and all(field.type in ASKED_ON_THE_SPOT and field.of is None for field in fields)


def is_visit(procedure: Procedure, action: Action) -> bool:
    """Tell whether the act records a visit, which has a form of its own on the phone."""
    return procedure.name == VISIT and action.name == "record"


def fields_of(procedure: Procedure, action: Action) -> list[Field]:
    """Return the fields an action's form asks for."""
    return [] if action.form is None else [procedure.fields[entry.field] for entry in procedure.forms[action.form].entries]


def _note(procedure: Procedure, view: MatterView) -> tuple[str, str] | None:
    """Return the act that appends a free note, so that words written too late for a step are not lost."""
    for offer in view.offers:
        form = None if offer.action.form is None else procedure.forms[offer.action.form]
        if offer.action not in procedure.always or form is None or offer.blocked is not None:
            continue
        first = form.entries[0]
        record = procedure.fields[first.field].record
        if first.add and len(record) == 1 and record[0].type == "text" and all(not entry.required for entry in form.entries[1:]):
            return offer.action.name, f"f.{first.field}.0.{record[0].name}"
    return None


def action_named(procedure: Procedure, name: str) -> Action | None:
    """Return the action of that name, wherever in the procedure it stands."""
    every = (action for state in procedure.states.values() for action in state.actions)
    return next((action for action in (*procedure.always, *every) if action.name == name), None)
