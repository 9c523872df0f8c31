"""A paper may be signed in turn: nobody signs before those named first, each hears when the turn has come, the last mark makes it count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from step_cases import MEDIATOR, at, drafted, library, party, performing, procedure, staff

from huiyin.core.scope import unsigned
from huiyin.core.step import offered
from huiyin.core.values import Principal, Refusal

PAPER = "mediation_agreement"
KEEPER = staff("seal_keeper", person="s-1")


def given(walk: Any, **how: Any) -> dict[str, Any]:
    return {"hash": walk.snapshot.paper(PAPER).hash, "method": "wet", **how}


def blocked(walk: Any, who: Principal, action: str) -> Refusal | None:
    (offer,) = (one for one in offered(procedure("people_mediation"), library(), walk.snapshot, who, walk.now) if one.action.name == action)
    return offer.blocked


def test_the_parties_sign_in_any_order_then_the_mediator_then_the_seal() -> None:
    walk = drafted()
    assert walk.refused(MEDIATOR, "sign", given(walk)) == "not_your_turn"
    assert walk.refused(KEEPER, "seal", given(walk)) == "not_your_turn"
    walk.signs(party("li"), "sign", PAPER)
    assert walk.refused(MEDIATOR, "sign", given(walk)) == "not_your_turn"
    walk.signs(party("zhang"), "sign", PAPER)
    assert walk.refused(KEEPER, "seal", given(walk)) == "not_your_turn"
    walk.signs(MEDIATOR, "sign", PAPER)
    walk.signs(KEEPER, "seal", PAPER)
    assert walk.snapshot.state == "performing"


def test_who_waits_reads_for_whom_before_anything_is_filled_in() -> None:
    walk = drafted()
    walk.signs(party("li"), "sign", PAPER)
    waits = blocked(walk, MEDIATOR, "sign")
    assert waits is not None
    assert "张三" in waits.text.zh
    assert "李四" not in waits.text.zh
    whose_turn = blocked(walk, party("zhang"), "sign")
    assert whose_turn is None or whose_turn.code == "all_sign_on_screen"
    seal = blocked(walk, KEEPER, "seal")
    assert seal is not None
    assert "张三" in seal.text.zh
    assert "人民调解员" in seal.text.zh


def test_each_hears_when_the_turn_has_come_and_only_then() -> None:
    def told(walk: Any) -> list[str]:
        return [one.to for one in walk.effects.tells if "轮到" in one.text.zh]

    walk = drafted()
    walk.signs(party("li"), "sign", PAPER)
    assert told(walk) == []
    walk.signs(party("zhang"), "sign", PAPER)
    assert told(walk) == ["mediator"]
    walk.signs(MEDIATOR, "sign", PAPER)
    assert told(walk) == ["seal_keeper"]


def test_a_turn_is_one_of_time_as_well() -> None:
    walk = drafted()
    walk.signs(party("li"), "sign", PAPER, when="2026-09-10T11:00")
    walk.signs(party("zhang"), "sign", PAPER, when="2026-09-10T11:30")
    early = walk.tries(MEDIATOR, "sign", given(walk), when="2026-09-10T11:20", recorded="2026-09-10T12:00")
    assert isinstance(early, Refusal)
    assert (early.code, early.field) == ("before_turn", "at")
    walk.signs(MEDIATOR, "sign", PAPER, when="2026-09-10T11:31", recorded="2026-09-10T12:00")
    walk.signs(KEEPER, "seal", PAPER, when="2026-09-10T16:00", recorded="2026-09-11T09:00")
    assert walk.snapshot.papers[PAPER][0].effective_at == at("2026-09-10T16:00")


def test_without_an_order_the_last_mark_makes_it_count_whosever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = library().papers[PAPER]
    monkeypatch.setitem(library().papers, PAPER, replace(paper, order=()))
    walk = drafted()
    walk.signs(KEEPER, "seal", PAPER, when="2026-09-10T11:00")
    walk.signs(MEDIATOR, "sign", PAPER, when="2026-09-10T11:10")
    walk.signs(party("li"), "sign", PAPER, when="2026-09-10T11:20")
    assert walk.snapshot.state == "signing"
    walk.signs(party("zhang"), "sign", PAPER, when="2026-09-10T11:40")
    assert walk.snapshot.state == "performing"
    assert walk.snapshot.papers[PAPER][0].effective_at == at("2026-09-10T11:40")


def test_who_will_not_sign_gives_a_reason_that_everybody_reads_and_nothing_takes_effect() -> None:
    walk = drafted()
    walk.signs(party("zhang"), "sign", PAPER)
    assert walk.refused(party("li"), "refuse_to_sign", {}) == "required"
    walk.does(party("li"), "refuse_to_sign", {"reason": "日期太紧"})
    assert walk.snapshot.state == "reopened"
    told = {one.to for one in walk.effects.tells if "日期太紧" in one.text.zh}
    assert {"zhang", "li", "mediator"} <= told
    assert walk.snapshot.facts["reason"] == "日期太紧"
    assert walk.snapshot.papers[PAPER][0].voided
    assert walk.snapshot.papers[PAPER][0].effective_at is None
    for who, action in ((party("zhang"), "sign"), (KEEPER, "seal")):
        assert walk.refused(who, action, {"hash": walk.snapshot.papers[PAPER][0].hash}) == "not_offered"


def test_a_text_written_anew_is_signed_anew_by_everybody() -> None:
    walk = drafted()
    old = given(walk)
    walk.signs(party("zhang"), "sign", PAPER)
    walk.signs(party("li"), "sign", PAPER)
    walk.does(KEEPER, "send_back", {"reason": "没有写在哪里修"})
    walk.does(MEDIATOR, "resume")
    obligations = [{"who": "li", "what": "修好防水", "due": "2026-10-30"}]
    terms = {"agreed_facts": "楼上漏水", "responsibilities": "楼上修复", "performance_way": "到张三家修", "agreement_touches": "ordinary"}
    walk.does(MEDIATOR, "draft_agreement", {"obligations": obligations, **terms})
    paper = library().papers[PAPER]
    assert len(unsigned(paper, procedure("people_mediation"), walk.snapshot, library())) == 4
    assert walk.refused(party("zhang"), "sign", old) == "text_changed"
    assert walk.refused(MEDIATOR, "sign", given(walk)) == "not_your_turn"


def test_an_agreement_in_force_counts_from_its_seal() -> None:
    walk = performing(sealed="2026-09-11T16:20")
    assert walk.snapshot.papers[PAPER][0].effective_at == at("2026-09-11T16:20")
