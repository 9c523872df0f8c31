"""Words that hand a matter on are refused where what they say cannot be done: each a sound procedure with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from test_scenarios import library

from huiyin.core.procedure import Opens, Procedure, Teaches
from huiyin.core.soundness_common import Case
from huiyin.core.soundness_handing import check_handing

Change = Callable[[Procedure], Procedure]


def request() -> Procedure:
    return library().procedures["plain_request"]


def acting(state: str, name: str, **changed: Any) -> Change:
    def change(procedure: Procedure) -> Procedure:
        here = procedure.states[state]
        actions = tuple(replace(one, **changed) if one.name == name else one for one in here.actions)
        assert actions != here.actions
        return replace(procedure, states={**procedure.states, state: replace(here, actions=actions)})

    return change


def field(name: str, **changed: Any) -> Change:
    return lambda procedure: replace(procedure, fields={**procedure.fields, name: replace(procedure.fields[name], **changed)})


def problems(change: Change, procedure: Procedure | None = None) -> list[tuple[str, str]]:
    case = Case(change(procedure or request()), library())
    check_handing(case)
    assert all(one.line for one in case.problems)
    return [(one.rule, one.text.en) for one in case.problems]


def test_what_the_pack_says_is_sound() -> None:
    for procedure in library().procedures.values():
        assert problems(lambda same: same, procedure) == []


CHANGED = {
    "the list and a person": (acting("received", "dispatch_by_list", by=("list", "dispatcher")), "8", "dispatch_by_list"),
    "a list that leads nowhere": (acting("received", "dispatch_by_list", to=None), "8", "dispatch_by_list"),
    "a list asked for what it cannot know": (acting("received", "dispatch_by_list", form="reply"), "8", "dispatch_by_list"),
    "two acts of the list": (acting("received", "dispatch", by=("list",)), "8", "dispatch_by_list"),
    "units that cannot have the child": (field("asked_units", kind="next_host"), "8", "governance_centre cannot have “consultation”"),
    "a child for each of no units": (
        acting("received", "consult", opens=Opens("consultation", {}, each="detail")),
        "8",
        "“consult.opens.each” names “detail”",
    ),
    "a unit of the wrong kind": (acting("passing", "accept_pass", becomes={"host": "lead"}), "8", "Not every unit of “lead” can be “host”"),
    "a field that is no unit": (acting("passing", "accept_pass", becomes={"host": "reason"}), "8", "Not every unit of “reason”"),
    "units kept where none can be": (acting("handling", "return_order", declines="return_reason"), "8", "“return_order.declines”"),
    "a party that declines": (acting("handling", "return_order", by=("reporter",)), "8", "a post of a unit takes it"),
    "a recall that stays": (acting("handling", "recall_dispatch", to=None), "8", "“recall_dispatch” is open for minutes only"),
    "a recall of what opened a matter": (
        acting("received", "dispatch", opens=Opens("consultation", {}, each="asked_units")),
        "2",
        "cannot be called back",
    ),
    "a recall of what was told, of which nobody hears": (
        acting("handling", "recall_dispatch", word_at_once=True),
        "8",
        "those who have it must hear",
    ),
    "word that never waited": (acting("received", "dispatch", word_at_once=True), "8", "those who have it must hear"),
    "a list taught a resident's words": (
        acting("received", "dispatch", teaches=Teaches("return", "lead", "detail")),
        "8",
        "“dispatch.teaches” takes",
    ),
}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_a_change_that_cannot_be_done_is_named(name: str) -> None:
    change, rule, said = CHANGED[name]
    found = problems(change)
    assert any(one == rule and said in text for one, text in found), found


@pytest.mark.parametrize("told", ["what_was_said", "parties", "names"])
def test_a_matter_reports_facts_and_nobody_s_words(told: str) -> None:
    child = library().procedures["consultation"]
    reason = child.fields["position_reason"]
    kinds: dict[str, dict[str, Any]] = {
        "what_was_said": {"talk": True},
        "parties": {"cls": "P2"},
        "names": {"type": "member", "post": "handler"},
    }
    changed = replace(child, fields={**child.fields, "position_reason": replace(reason, **kinds[told])})
    assert ("11", "“position_reason” cannot be told to another matter.") in problems(lambda same: same, changed)


SEALED = {
    "no topic of its own": (Opens("danger_report", {}), "has no topic"),
    "an open topic": (Opens("danger_report", {}, topic="safety.theft"), "others would see"),
    "a topic nobody knows": (Opens("danger_report", {}, topic="safety.nothing"), "no “safety.nothing”"),
    "no part": (Opens("hazard_repair", {}, topic="safety.violence"), "others would see"),
}


@pytest.mark.parametrize("name", sorted(SEALED))
def test_what_a_sealed_act_opens_is_sealed(name: str) -> None:
    opens, said = SEALED[name]
    mediation = library().procedures["people_mediation"]
    always = tuple(replace(one, opens=opens) if one.name == "report_danger" else one for one in mediation.always)
    found = problems(lambda same: replace(same, always=always), mediation)
    assert any(said in text for _, text in found), found
