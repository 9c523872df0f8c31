"""Which units an act proposes, by the responsibility list: who takes the matter, who stands beside it, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from huiyin import clock
from huiyin.core.handing import listed_action, listed_unit
from huiyin.core.procedure import Procedure
from huiyin.core.values import Text
from huiyin.routing import queries as routing
from huiyin.routing.explain import Explanation, explanation
from huiyin.routing.outgoing import evidence
from huiyin.routing.queries import Owner, Second
from huiyin.ui.forms import Question
from huiyin.web.pages import standing

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act


AGAIN: Final = "f.again_reason"
DECIDER: Final = "decided_by"


def decider(act: Act) -> str:
    """Return who decides, by name and post: whoever fills this in, unless they write down somebody else's decision."""
    principal = act.standpoint.principal
    name = act.words.name(principal.id)
    post = act.library.post_label(principal.post or "")
    return "" if name is None else f"{name.zh}（{post.zh}）"


def owner(act: Act) -> Owner | None:
    """Return whom the responsibility list names, when this act chooses who takes the matter.

    Once a unit has said that it is not theirs the list proposes and settles nothing: whoever decides then gives reasons of their own.
    Where it names a body that cannot take the part of the lead here, its words are told and no unit is chosen.
    """
    if not act.chooses or act.view.procedure.line_of_work == "dispute":
        return None
    field = act.view.procedure.fields[act.chooses[0]]
    if lists(act.view.procedure) and field.name != listed_unit(act.view.procedure):
        return None
    found = _by_list(act)
    if found.decision is not None and found.unit is not None and found.decision.lead_kind not in act.view.procedure.kinds_of(field):
        # An act that asks for another part than the lead is none the list speaks of.
        return replace(found, unit=None, direct=False) if field.name == listed_unit(act.view.procedure) else None
    # Agreed or ordered, it is somebody's decision, and the reason is theirs.
    elsewhere = lists(act.view.procedure) and listed_action(act.view.procedure, act.view.state) is None
    return replace(found, direct=False) if elsewhere or _declined(act) is not None else found


def _by_list(act: Act) -> Owner:
    view = act.view
    today = clock.now().astimezone(act.library.zone).date()
    facts = routing.facts_of(view.procedure, view.topic, view.facts)
    return routing.decide_owner(topic=view.topic or "*", division=view.division or None, on=today, facts=facts)


def lists(procedure: Procedure) -> bool:
    """Tell whether the list itself may act in some state of a procedure."""
    return any(listed_action(procedure, state) is not None for state in procedure.states)


def kept(act: Act) -> dict[str, Any] | None:
    """Return what the list proposed to whoever decides, as the act keeps it."""
    found = owner(act) if act.by_staff else None
    return None if found is None else evidence(found)


def explained(act: Act) -> Explanation | None:
    """Return why the list proposes whom it does, and which rows did not decide."""
    found = owner(act) if act.by_staff else None
    return None if found is None or found.decision is None else explanation(found)


def _declined(act: Act) -> Text | None:
    """Return which unit last said that the matter is not its own, why, and whose it thinks it is."""
    facts = act.view.facts
    reason = next((str(facts[name]) for name in standing.NOT_OURS if facts.get(name)), None)
    last = (facts.get("declined") or [act.view.units.get(act.chooses[0], "")])[-1]
    unit = act.words.name(str(last))
    if reason is None or unit is None:
        return None
    named = act.words.name(str(facts.get("proposed_unit") or ""))
    proposed = facts.get("proposed_owner") if named is None else named.zh
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
    # Why a unit has it again is asked where one has declined it.
    asked = [one for one in questions if one.name != AGAIN or act.view.facts.get("declined")]
    # What only the list asks is asked where it turns on it.
    of_list = {f"f.{name}" for name in routing.words_of_list() - routing.turning(act.view.topic or "*")}
    optional = {f"f.{entry.field}" for entry in act.entries if not entry.required}
    asked = [one for one in asked if one.name not in of_list & optional]
    return [replace(one, hint=named[one.name]) if one.name in named else one for one in asked]


def adds(act: Act, lead: Owner) -> str | None:
    """Return where the first answer is written down that nobody has given yet and the list turns on; None where there is none."""
    unknown = next((name for name in lead.open if name in act.view.procedure.fields), None)
    if unknown is None:
        return None
    address = act.standpoint.act("correct")
    return f"{address}{'&' if '?' in address else '?'}field={unknown}"


def said_of(act: Act, lead: Owner) -> Text:
    """Return what the list says of a lead, for the person who decides, who else goes with it at one press, and who declined."""
    named, declined = _named(act, lead), _declined(act)
    return named if declined is None else Text(f"{named.zh}{declined.zh}", f"{named.en} {declined.en}")


def _named(act: Act, lead: Owner) -> Text:
    if lead.unit_name is None:
        return lead.reason
    if lead.unit is None:
        return Text(
            f"{lead.unit_name.zh}。{lead.reason.zh}这里不能直接派给它：由您选承办单位，或者提级、移送。",
            f"{lead.unit_name.en}. {lead.reason.en} It cannot be sent there from here: choose who takes it, or pass the matter on.",
        )
    fields = act.view.procedure.fields
    with_it = [(fields[name].label, second.unit_name) for name, second in beside(act, lead).items()]
    return Text(
        "".join((f"{lead.unit_name.zh}。{lead.reason.zh}", *(f"{label.zh}：{name.zh}。" for label, name in with_it))),
        " ".join((f"{lead.unit_name.en}. {lead.reason.en}", *(f"{label.en}: {name.en}." for label, name in with_it))),
    )
