"""What article 29 of the People's Mediation Law asks of an agreement: each element that is missing is refused by its name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from step_cases import MEDIATOR, drafted, library, mediating, party, procedure

from huiyin.core.run import Run, StoppedError

PAPER = "mediation_agreement"
LINE = {"who": "li", "what": "修好防水", "amount": "3000.00", "due": "2026-09-30"}
GIVEN: dict[str, Any] = {
    "agreed_facts": "楼上漏水",
    "responsibilities": "楼上修复",
    "performance_way": "上门修理",
    "agreement_touches": "ordinary",
    "obligations": [LINE],
}
ELEMENTS = {
    "agreed_facts": "纠纷的主要事实",
    "claim": "争议事项",
    "responsibilities": "各方的责任",
    "obligations": "协议内容和期限",
    "performance_way": "履行方式",
}


@pytest.mark.parametrize("field", ELEMENTS)
def test_the_paper_is_not_printed_without_an_element_and_says_which(field: str) -> None:
    walk = drafted()
    seen = replace(walk.snapshot, facts={name: value for name, value in walk.snapshot.facts.items() if name != field})
    run = Run(procedure("people_mediation"), library(), seen, walk.now, walk.now, seen.version + 1, lambda: b"salt")
    with pytest.raises(StoppedError) as stopped:
        run.print(PAPER)
    assert stopped.value.refusal.code == "element_missing"
    assert stopped.value.refusal.field == field
    assert ELEMENTS[field] in stopped.value.refusal.text.zh


def test_an_agreement_of_nobody_is_not_printed() -> None:
    walk = drafted()
    seen = replace(walk.snapshot, parties=())
    run = Run(procedure("people_mediation"), library(), seen, walk.now, walk.now, seen.version + 1, lambda: b"salt")
    with pytest.raises(StoppedError) as stopped:
        run.print(PAPER)
    assert "当事人的基本情况" in stopped.value.refusal.text.zh


@pytest.mark.parametrize("field", ["agreed_facts", "responsibilities", "performance_way", "agreement_touches"])
def test_what_the_form_asks_is_asked_at_its_own_question(field: str) -> None:
    walk = ready()
    refusal = walk.tries(MEDIATOR, "draft_agreement", {name: value for name, value in GIVEN.items() if name != field})
    assert (refusal.code, refusal.field) == ("required", field)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "obligations_listed"),
        ([{**LINE, "due": ""}], "payments_have_dates"),
        ([{name: value for name, value in LINE.items() if name != "what"}], "bad_value"),
        ([{**LINE, "due": "2026-09-01"}], "dates_ahead"),
        ([{**LINE, "who": "nobody"}], "bad_value"),
    ],
)
def test_each_line_says_who_does_what_by_when(lines: list[dict[str, str]], code: str) -> None:
    assert ready().refused(MEDIATOR, "draft_agreement", {**GIVEN, "obligations": lines}) == code


def ready() -> Any:
    """A mediation with signed minutes, before its agreement."""
    walk = mediating()
    walk.does(
        MEDIATOR,
        "hold_session",
        {"session_at": "2026-09-09T09:00+08:00", "session_place": "调解室", "minutes": "谈成了"},
        when="2026-09-09T09:30",
    )
    walk.signs(party("zhang"), "sign_minutes", "mediation_minutes", when="2026-09-09T09:40")
    return walk
