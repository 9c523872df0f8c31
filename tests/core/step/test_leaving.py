"""Who leaves is asked, told and signed for no more; the others go on where their claims can be settled apart."""

from __future__ import annotations

from dataclasses import replace

from step_cases import ACCEPTANCE, MEDIATOR, Walk, at, drafted, library, mediating, party, procedure, staff

from huiyin.core import rights
from huiyin.core.effects import Effects
from huiyin.core.papers import Rendered
from huiyin.core.snapshot import Party
from huiyin.core.standing import FAREWELL, as_it_left, left_by
from huiyin.core.step import offered

WANG = Party("wang", "disputant", "王五", {"side": "applicant"})


def three() -> Walk:
    """张三 and 王五 on one side, 李四 on the other; all agreed."""
    zhang, li = Party("zhang", "disputant", "张三", {"side": "applicant"}), Party("li", "disputant", "李四", {"side": "respondent"})
    walk = Walk(parties=(zhang, li, WANG))
    walk.does(staff("clerk"), "accept", ACCEPTANCE, when="2026-09-07T14:00")
    for name in ("zhang", "li", "wang"):
        walk.does(party(name), "agree")
    assert walk.snapshot.state == "mediating"
    return walk


def drafted_for_three() -> Walk:
    walk = three()
    session = {"session_at": at("2026-09-09T09:00").isoformat(), "session_place": "调解室", "minutes": "谈成了"}
    walk.does(MEDIATOR, "hold_session", session, when="2026-09-09T09:30")
    walk.signs(party("zhang"), "sign_minutes", "mediation_minutes", when="2026-09-09T09:40")
    walk.does(MEDIATOR, "draft_agreement", _terms("li"), when="2026-09-10T09:30")
    return walk


def _terms(who: str) -> dict[str, object]:
    return {
        "obligations": [{"who": who, "what": "修好防水", "amount": "3000.00", "due": "2026-09-30", "proof": "当面查看"}],
        "agreed_facts": "楼上漏水",
        "responsibilities": "楼上修复",
        "performance_way": "上门修理",
        "agreement_touches": "ordinary",
    }


def _printed(effects: Effects, paper: str) -> Rendered:
    return next(rendered for issue, rendered, _ in effects.printed if issue.paper == paper)


def test_one_press_and_no_reason_and_the_own_notice_with_the_ways_on() -> None:
    walk = three()
    walk.does(party("wang"), "leave")
    assert {one.paper for one, _, _ in walk.effects.printed} == {"leaving_notice"}
    text = repr(_printed(walk.effects, "leaving_notice").blocks)
    assert "王五" in text
    assert "人民法院" in text
    assert "张三" not in text
    left = walk.snapshot.party("wang")
    assert left is not None
    assert left.left is not None
    assert (left.left.seq, left.left.at) == (walk.snapshot.version, walk.now)
    assert [tell.text for tell in walk.effects.tells if tell.to == "wang"] == [FAREWELL]


def test_who_left_acts_no_more_and_nobody_records_anything_for_it() -> None:
    walk = three()
    walk.does(party("wang"), "leave")
    for action in ("tell_mediator", "add_evidence", "update_details", "take_along", "leave"):
        assert walk.refused(party("wang"), action, {}) == "left"
    clerk = replace(staff("clerk"), acting_for="wang")
    assert walk.refused(clerk, "update_details", {"phone": "1"}, evidence=({"kind": "in_person"},)) == "left"
    assert offered(procedure("people_mediation"), library(), walk.snapshot, party("wang"), walk.now) == ()


def test_it_is_told_of_nothing_that_comes_after() -> None:
    walk = three()
    walk.does(party("wang"), "leave")
    walk.does(MEDIATOR, "carry_on", {"divisible_reason": "各算各的"})
    assert "wang" not in {tell.to for tell in walk.effects.tells}
    assert [one.id for one in walk.snapshot.of_role("disputant")] == ["zhang", "li"]


def test_an_agreement_in_the_making_falls_and_the_new_one_is_by_those_who_remain() -> None:
    walk = drafted_for_three()
    walk.signs(party("zhang"), "sign", "mediation_agreement")
    walk.does(party("wang"), "leave")
    assert walk.snapshot.state == "parted"
    assert walk.snapshot.paper("mediation_agreement") is None
    walk.does(MEDIATOR, "carry_on", {"divisible_reason": "各算各的"})
    assert walk.refused(MEDIATOR, "draft_agreement", _terms("wang")) == "bad_value"
    walk.does(MEDIATOR, "draft_agreement", _terms("li"))
    assert "王五" not in repr(_printed(walk.effects, "mediation_agreement").blocks)
    for who in (party("zhang"), party("li"), MEDIATOR):
        walk.signs(who, "sign", "mediation_agreement")
    walk.signs(staff("seal_keeper"), "seal", "mediation_agreement")
    assert walk.snapshot.state == "performing"


def test_where_one_side_only_remains_it_ends_at_once() -> None:
    walk = drafted()
    walk.does(party("li"), "leave")
    assert (walk.snapshot.state, walk.snapshot.outcome) == ("ended_without", "failed")
    text = repr(_printed(walk.effects, "termination_notice").blocks)
    assert "李四" not in text
    assert "张三" in text


def test_a_reason_given_for_something_else_is_not_told_as_the_reason_for_the_end() -> None:
    walk = mediating()
    walk.does(party("li"), "ask_other_mediator", {"reason": "和对方是亲戚"})
    walk.does(party("li"), "leave")
    assert "亲戚" not in repr([rendered.blocks for _, rendered, _ in walk.effects.printed])


def test_each_who_leaves_needs_a_new_word_that_the_rest_can_be_settled_apart() -> None:
    zhang, li = Party("zhang", "disputant", "张三", {"side": "applicant"}), Party("li", "disputant", "李四", {"side": "respondent"})
    four = (zhang, li, WANG, Party("zhao", "disputant", "赵六", {"side": "applicant"}))
    walk = Walk(parties=four)
    walk.does(staff("clerk"), "accept", ACCEPTANCE, when="2026-09-07T14:00")
    walk.does(party("wang"), "refuse")
    walk.does(MEDIATOR, "go_on_without", {"divisible_reason": "各算各的"})
    walk.does(party("zhao"), "refuse")
    walk.does(party("zhang"), "agree")
    walk.does(party("li"), "agree")
    assert walk.snapshot.state == "inviting"
    walk.does(MEDIATOR, "go_on_without", {"divisible_reason": "还是各算各的"})
    assert walk.snapshot.state == "mediating"


def test_a_proposal_put_to_it_too_falls_and_its_private_no_is_told_to_nobody() -> None:
    walk = three()
    walk.does(MEDIATOR, "propose", {"terms": [{"who": "li", "what": "修好防水"}]})
    walk.does(party("wang"), "answer_proposal", {"private_answer": "refuse"})
    walk.does(party("zhang"), "answer_proposal", {"private_answer": "accept"})
    walk.does(party("wang"), "leave")
    walk.does(MEDIATOR, "carry_on", {"divisible_reason": "各算各的"})
    assert walk.refused(party("li"), "answer_proposal", {"private_answer": "accept"}) == "proposal_open"
    assert walk.snapshot.facts.get("terms_stand") is None
    assert {one.facts.get("private_answer") for one in walk.snapshot.parties} == {None}


def test_of_two_the_one_who_asks_stands_on_the_first_side_and_of_three_nobody_is_guessed() -> None:
    assert [one.facts.get("side") for one in Walk().snapshot.parties] == ["applicant", "respondent"]
    people = (Party("zhang", "disputant", "张三"), Party("li", "disputant", "李四"), Party("wang", "disputant", "王五"))
    assert [one.facts.get("side") for one in Walk(parties=people).snapshot.parties] == [None, None, None]


def test_what_it_sees_is_what_there_was() -> None:
    walk = drafted_for_three()
    walk.does(party("wang"), "tell_mediator", {"private_statement": "只要两千"})
    before = walk.snapshot
    walk.does(party("wang"), "leave")
    left = left_by(party("wang"), walk.snapshot)
    assert left is not None
    walk.does(MEDIATOR, "carry_on", {"divisible_reason": "之后说的话"})
    walk.does(party("zhang"), "leave")
    parties = {one.id: one.facts for one in before.parties}
    then = as_it_left(walk.snapshot, left, "parted", before.facts, parties)
    seen = rights.view(procedure("people_mediation"), then, party("wang"))
    assert "之后" not in repr(seen)
    assert {one.id: one.left is not None for one in seen.parties} == {"zhang": False, "li": False, "wang": True}
    assert next(one for one in seen.parties if one.id == "wang").facts["private_statement"] == "只要两千"
    assert len(then.papers["leaving_notice"]) == 1
    assert (then.state, then.outcome, then.version, then.clocks) == ("parted", "withdrawn", left.seq, {})
