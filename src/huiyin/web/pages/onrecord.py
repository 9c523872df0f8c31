"""What is recorded of a party already, on the forms in which staff write for it: shown, kept, never erased by an empty box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from huiyin.core.rights import PartyView
from huiyin.core.values import Text
from huiyin.ui import forms
from huiyin.ui.forms import Question

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

# Classes whoever handles a matter reads whole; of the others a form says only that there is something.
WHOLE: Final = frozenset({"P0", "P1", "P2"})
KEPT: Final = Text("这是已经登记的。清空不会删掉它。", "This is on record. Emptying the box erases nothing.")
KNOWN: Final = Text("已登记，不填就不变。", "On record; left empty, it stays as it is.")


def of(act: Act) -> Mapping[str, Any]:
    """Return what the form about a party starts with: what is recorded, as far as this post reads it whole."""
    party = _party(act)
    if party is None or act.view.relation != "handler":
        return {}
    fields = act.view.procedure.fields
    return {
        name: party.facts[name]
        for name in _optional(act)
        if party.facts.get(name) not in (None, "") and fields[name].cls in WHOLE and fields[name].type != "file"
    }


def told(act: Act, questions: Sequence[Question]) -> list[Question]:
    """Return the questions; those about something recorded say so, and what an empty answer means."""
    party = _party(act)
    if party is None:
        return list(questions)
    whole = forms.raw_of(act.view.procedure, act.entries, of(act), act.library.zone)
    known = {f"f.{name}" for name in _optional(act) if party.facts.get(name) not in (None, "")}
    return [replace(one, hint=_before(_noted(one, whole), one.hint)) if one.name in known else one for one in questions]


def _noted(one: Question, whole: forms.Raw) -> Text:
    """Return what is said of one answer on record; where the box says something else by now, what the record says."""
    recorded = whole.get(one.name)
    if recorded is None:
        return KNOWN
    typed = next((option.value for option in one.options if option.chosen), one.value)
    if typed == recorded:
        return KEPT
    said = next((option.label for option in one.options if option.value == recorded), Text(recorded, recorded))
    return Text(f"现在登记的是“{said.zh}”。清空不会删掉它。", f"On record now: “{said.en}”. Emptying the box erases nothing.")


def _party(act: Act) -> PartyView | None:
    """Return the party staff write for."""
    return next((one for one in act.view.parties if one.id == act.standpoint.principal.acting_for), None)


def _optional(act: Act) -> list[str]:
    fields = act.view.procedure.fields
    return [entry.field for entry in act.entries if fields[entry.field].of and not entry.required and not entry.add]


def _before(says: Text, hint: Text | None) -> Text:
    return says if hint is None else Text(f"{says.zh}{hint.zh}", f"{says.en} {hint.en}")
