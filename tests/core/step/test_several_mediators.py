"""One mediator or several: who may act, who signs, who goes on after a handover; and what the record has under a candidate's name."""

from __future__ import annotations

from typing import Any

from step_cases import ACCEPTANCE, Walk, at, library, party, procedure, staff

from huiyin.core import rights, rooms, ties
from huiyin.core.effects import Effects
from huiyin.core.scope import paper_signers
from huiyin.core.snapshot import Party
from huiyin.core.values import Refusal

FIRST, SECOND, THIRD = (staff("mediator", person=f"m-{number}") for number in (1, 2, 3))
TWO = {**ACCEPTANCE, "mediator_person": "m-1", "more_mediators": ["m-2", "m-1", "m-2"]}


def accepted(given: dict[str, Any] | None = None, **changes: Any) -> Walk:
    walk = Walk(**changes)
    walk.does(staff("clerk"), "accept", given or TWO, when="2026-09-07T14:00")
    return walk


def test_each_of_several_acts_reads_and_has_a_place_and_nobody_twice() -> None:
    walk = accepted()
    assert walk.snapshot.named["mediator"] == ("m-1", "m-2")
    for side in ("zhang", "li"):
        walk.does(party(side), "agree")
    definition = procedure("people_mediation")
    assert definition.rooms is not None
    for who in (FIRST, SECOND):
        assert rights.relation(who, walk.snapshot, definition) == "handler"
        assert rooms.has_place(definition, walk.snapshot, who, "")
        walk.does(who, "talk_with_one", {"private_notes": {"with": "zhang", "note": "可以分期"}})
    assert not rooms.has_place(definition, walk.snapshot, THIRD, "")
    signers = paper_signers(library().papers["mediation_agreement"], definition, walk.snapshot, library())
    assert [one.id for one in signers if one.role == "mediator"] == ["m-1", "m-2"]


def test_a_handover_gives_one_place_of_several_and_leaves_the_others() -> None:
    walk = accepted()
    walk.does(staff("head"), "hand_over", {"post": "mediator", "to": "m-3", "reason": "休假"})
    assert walk.snapshot.named["mediator"] == ("m-3", "m-2")
    assert set(walk.snapshot.ever_named["mediator"]) == {"m-1", "m-2", "m-3"}


def test_who_is_replaced_is_out_and_every_side_is_asked_anew() -> None:
    walk = accepted()
    walk.does(party("zhang"), "accept_mediator")
    walk.does(party("li"), "ask_other_mediator", {"reason": "和对方是亲戚", "mediator_wish": "m-3"})
    walk.does(staff("head"), "replace_mediator", {"mediator_person": "m-3", "impartial": True, "reason": "李四要求"})
    assert walk.snapshot.named["mediator"] == ("m-3",)
    assert {one.facts.get("mediator_answer") for one in walk.snapshot.parties} == {None}
    notice = next(rendered for issue, rendered, _ in walk.effects.printed if issue.paper == "mediator_notice")
    assert "李四要求" in notice.text_zh
    answer = walk.tries(FIRST, "tell_mediator", {"private_statement": "x"})
    assert isinstance(answer, Refusal)


def test_minutes_bear_every_mediator_s_name() -> None:
    walk = accepted()
    for side in ("zhang", "li"):
        walk.does(party(side), "agree")
    held = {"session_at": at("2026-09-09T09:00").isoformat(), "session_place": "调解室", "minutes": "谈了"}
    walk.does(SECOND, "hold_session", held, when="2026-09-09T09:30")
    assert isinstance(walk.effects, Effects)
    text = walk.effects.printed[0][1].text_zh
    assert "m-1、m-2" in text


def test_the_record_is_asked_for_a_name_and_for_nothing_else() -> None:
    parties = (Party("zhang", "disputant", "张三", {"representative": "王 芳（律师）"}), Party("li", "disputant", "李四"))
    facts = {
        "attending": [{"name": "邻居赵六", "role": "helper"}],
        "inquiries": [{"of_whom": "门卫钱七", "found": "听王芳说过"}],
        "mediated_by": ["孙八"],
    }
    definition = procedure("people_mediation")

    def found(name: str) -> list[tuple[bool, str]]:
        return [(one.side, one.what.zh) for one in ties.of(definition, parties, facts, name)]

    assert found("李四") == [(True, "和当事人同名")]
    assert found("王芳") == [(True, "“代理人姓名”（张三）里写到：王 芳（律师）")]
    assert [side for side, _ in found("赵六") + found("钱七") + found("孙八")] == [False] * 3
    assert found("") == found("周九") == []
