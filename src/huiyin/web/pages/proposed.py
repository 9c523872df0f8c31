"""Which units an act proposes, by the responsibility list: who takes the matter, who stands beside it, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from huiyin import clock
from huiyin.core.values import Text
from huiyin.routing import queries as routing
from huiyin.routing.queries import Owner, Second
from huiyin.ui.forms import Question

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

# Where a unit writes why a matter is not its own, the latest word first.
DECLINED: Final = ("contest_reason", "return_reason", "objection")


def owner(act: Act) -> Owner | None:
    """Return whom the responsibility list names, when this act chooses who takes the matter.

    Once a unit has said that it is not theirs the list proposes and settles nothing: whoever decides then gives reasons of their own.
    """
    if not act.chooses or act.view.procedure.line_of_work == "dispute":
        return None
    today = clock.now().astimezone(act.library.zone).date()
    found = routing.decide_owner(topic=act.view.topic or "*", division=act.view.division or None, on=today)
    return found if _declined(act) is None else replace(found, direct=False)


def _declined(act: Act) -> Text | None:
    """Return which unit last said that the matter is not its own, why, and whose it thinks it is."""
    facts = act.view.facts
    reason = next((str(facts[name]) for name in DECLINED if facts.get(name)), None)
    unit = act.words.name(act.view.units.get(act.chooses[0], ""))
    if reason is None or unit is None:
        return None
    proposed = facts.get("proposed_owner")
    why = reason.rstrip("。. ")
    theirs = Text(f"，认为归{proposed}", f" and thinks it belongs to {proposed}") if proposed else Text("", "")
    return Text(f"{unit.zh}说过不归它{theirs.zh}：{why}。", f"{unit.en} said it is not theirs{theirs.en}: {why}.")


def beside(act: Act, lead: Owner | None) -> Mapping[str, Second]:
    """Return whom the list, or nearness, proposes for the other units this act chooses; nobody where there is no lead."""
    if lead is None or lead.unit is None:
        return {}
    today = clock.now().astimezone(act.library.zone).date()
    units, division = act.view.procedure.units, act.view.division or None
    found = {name: routing.propose_beside(lead, units[name].kinds, division=division, on=today) for name in act.chooses[1:]}
    return {name: second for name, second in found.items() if second is not None}


def told(act: Act, questions: Sequence[Question]) -> list[Question]:
    """Return the questions of an act; one about a unit beside the lead says who is proposed and why."""
    seconds = beside(act, owner(act)) if act.by_staff else {}
    named = {f"f.{name}": second.reason for name, second in seconds.items()}
    return [replace(one, hint=named[one.name]) if one.name in named else one for one in questions]


def said_of(act: Act, lead: Owner) -> Text:
    """Return what the list says of a lead, for the person who decides, who else goes with it at one press, and who declined."""
    declined = _declined(act)
    return _named(act, lead) if declined is None else Text(f"{_named(act, lead).zh}{declined.zh}", f"{_named(act, lead).en} {declined.en}")


def _named(act: Act, lead: Owner) -> Text:
    if lead.unit_name is None:
        return lead.reason
    fields = act.view.procedure.fields
    with_it = [(fields[name].label, second.unit_name) for name, second in beside(act, lead).items()]
    return Text(
        "".join((f"{lead.unit_name.zh}。{lead.reason.zh}", *(f"{label.zh}：{name.zh}。" for label, name in with_it))),
        " ".join((f"{lead.unit_name.en}. {lead.reason.en}", *(f"{label.en}: {name.en}." for label, name in with_it))),
    )
