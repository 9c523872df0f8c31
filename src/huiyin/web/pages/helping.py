"""Who helps by the responsibility list: proposed to whoever may ask units to help, with the form ready to send.

The list asks nobody by itself. What a helper is to do, and by when, is for the unit that leads to say; and what is opened by a
dispatch could not be called back with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Field
from huiyin.core.values import Text
from huiyin.matters.views import MatterView
from huiyin.routing import queries as routing
from huiyin.ui.forms import Question
from huiyin.web.pages.story import Deed

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act


@dataclass(frozen=True, slots=True)
class Helpers:
    """Units the list names as helpers of a matter that nobody has asked yet.

    Attributes:
        units: (id, name), in the list's order.
        address: the form that asks them.
    """

    units: tuple[tuple[str, Text], ...]
    address: str = ""

    @property
    def names(self) -> Text:
        """Their names as a list."""
        return Text("、".join(name.zh for _, name in self.units), ", ".join(name.en for _, name in self.units))


def waiting(view: MatterView, library: Library, deeds: Sequence[Deed]) -> Helpers | None:
    """Return the helpers still to be asked, where the reader may ask them now; None where there is nobody or nothing to do."""
    for deed in deeds:
        action = view.procedure.state_action(view.state, deed.name)
        field = None if action is None or deed.why_not is not None else _field(view, library, action)
        found = None if field is None else _unasked(view, library, field)
        if found is not None:
            return replace(found, address=deed.address)
    return None


def begun(act: Act) -> dict[str, str]:
    """Return what the form that asks helpers starts with: whom the list names, what for, and by when the lead must answer."""
    field = _field(act.view, act.library, act.action)
    found = None if field is None else _unasked(act.view, act.library, field)
    if field is None or found is None:
        return {}
    raw = {f"f.{field.name}.{unit}": "1" for unit, _ in found.units}
    fields = act.view.procedure.fields
    text = next((entry.field for entry in act.entries if fields[entry.field].type == "text"), None)
    if text is not None:
        raw[f"f.{text}"] = _asking(act).zh
    until = next((entry.field for entry in act.entries if fields[entry.field].type == "date"), None)
    due = act.view.due
    if until is not None and due is not None and due > clock.now():
        raw[f"f.{until}"] = due.astimezone(act.library.zone).date().isoformat()
    return raw


def told(act: Act, questions: Sequence[Question]) -> list[Question]:
    """Return the questions; the one for helpers says whom the list names, who stand first in it."""
    field = _field(act.view, act.library, act.action)
    found = None if field is None else _unasked(act.view, act.library, field)
    if field is None or found is None:
        return list(questions)
    said = Text(f"责任清单写的协办：{found.names.zh}。", f"Helpers by the responsibility list: {found.names.en}.")
    named = {unit for unit, _ in found.units}

    def first(one: Question) -> Question:
        return replace(one, hint=said, options=tuple(sorted(one.options, key=lambda option: option.value not in named)))

    return [first(one) if one.name == f"f.{field.name}" else one for one in questions]


def _asking(act: Act) -> Text:
    """Return what is asked of helpers in words that fit every matter of its kind, and name nobody."""
    lead = act.words.name(act.view.units.get("lead", "")) or Text("承办单位", "The unit in charge")
    topic = act.words.topic()
    return Text(
        f"责任清单写明由你们协办：{topic.zh}。具体做什么，由{lead.zh}和你们联系。",
        f"The responsibility list names you as helpers: {topic.en}. {lead.en} will say what exactly.",
    )


def _field(view: MatterView, library: Library, action: Action) -> Field | None:
    """Return the field of the units an act asks to take a part of a matter, None for any other act."""
    opens = action.opens
    if opens is None or opens.each is None or not library.procedures[opens.procedure].part:
        return None
    field = view.procedure.fields[opens.each]
    return field if field.type == "units" else None


def _unasked(view: MatterView, library: Library, field: Field) -> Helpers | None:
    today = clock.now().astimezone(library.zone).date()
    facts = routing.facts_of(view.procedure, view.topic, view.facts)
    owner = routing.decide_owner(topic=view.topic or "*", division=view.division or None, on=today, facts=facts)
    kinds = view.procedure.kinds_of(field)
    # Whoever has a part in the matter already is no helper beside it.
    taken = {*view.units.values(), *(child.unit for child in view.children)}
    units = [unit for one in owner.helpers if one not in taken and (unit := city.unit(one)) is not None and unit.kind in kinds]
    return Helpers(tuple((unit.id, unit.title) for unit in units)) if units else None
