"""Nobody speaks for somebody else, unless the law and the evidence say so."""

from __future__ import annotations

from step_cases import ACCEPTANCE, MEDIATOR, Walk, at, library, mediating, opened, party, performing, procedure, staff

from huiyin.core.effects import Effects
from huiyin.core.snapshot import Party
from huiyin.core.step import offered
from huiyin.core.values import Principal, Refusal

SPOKEN = ({"kind": "telephone"},)


def recording(post: str, whose: str, unit: str = "u-host", person: str = "p-1") -> Principal:
    return Principal(kind="staff", id=person, unit=unit, post=post, acting_for=whose)


def blocked(walk: Walk, who: Principal) -> dict[str, str | None]:
    offers = offered(procedure(walk.name), library(), walk.snapshot, who, walk.now)
    return {offer.action.name: None if offer.blocked is None else offer.blocked.code for offer in offers}


def test_a_party_does_not_fill_in_the_other_sides_facts() -> None:
    walk = mediating()
    assert walk.refused(party("zhang"), "update_details", {"party": "li", "phone": "13800000000"}) == "whose_value"
    assert walk.refused(party("zhang"), "set_representative", {"party": "li", "capacity": "needs_guardian"}) == "whose_value"
    assert walk.refused(recording("clerk", "zhang"), "update_details", {"party": "li", "phone": "1"}, evidence=SPOKEN) == "whose_value"
    walk.does(party("zhang"), "update_details", {"party": "zhang", "phone": "13800000000"})
    walk.does(staff("clerk"), "update_details", {"party": "li", "phone": "13900000000"})


def test_whoever_opens_a_matter_does_not_consent_for_anybody() -> None:
    for facts in ({"consent": "agreed"}, {"private_statement": "x"}, {"capacity": "needs_guardian"}):
        result = opened(parties=(Party("zhang", "disputant", "张三"), Party("li", "disputant", "李四", facts)))
        assert isinstance(result, Refusal), facts
    own = Party("zhang", "disputant", "张三", {"consent": "agreed"})
    assert isinstance(opened(parties=(own, Party("li", "disputant", "李四"))), Refusal)
    people = (Party("zhang", "disputant", "张三", {"phone": "1"}), Party("li", "disputant", "李四", {"phone": "2", "address": "楼上"}))
    assert isinstance(opened(parties=people), Effects)


def test_only_a_post_that_handles_the_matter_records_a_partys_act() -> None:
    walk = Walk()
    walk.does(staff("clerk"), "accept", ACCEPTANCE)
    for post, person in (("receptionist", "p-1"), ("mediator", "m-2"), ("audit_admin", "p-1")):
        assert walk.refused(recording(post, "li", person=person), "agree", evidence=SPOKEN) == "not_yours"
    walk.does(recording("mediator", "li", person="m-1"), "agree", evidence=SPOKEN)


def test_the_unit_that_answers_does_not_say_for_the_resident_that_it_answered_well() -> None:
    walk = Walk("plain_request")
    walk.does(staff("dispatcher"), "dispatch", {"lead": "u-heat", "dispatch_reason": "供热"})
    walk.does(staff("handler", unit="u-heat"), "reply", {"answers": [{"about": 1, "result": "done", "text": "x"}], "reply_text": "好了"})
    data = {"solved": "yes", "satisfaction": "very_good"}
    assert walk.refused(recording("handler", "zhao", unit="u-heat"), "confirm_result", data, evidence=SPOKEN) == "not_yours"
    walk.does(recording("dispatcher", "zhao"), "confirm_result", data, evidence=SPOKEN)


def test_words_for_the_mediator_alone_are_written_down_by_the_mediator_alone() -> None:
    walk = mediating()
    words = {"private_statement": "最低三千"}
    for who in (recording("clerk", "zhang"), recording("head", "zhang")):
        assert walk.refused(who, "tell_mediator", words, evidence=SPOKEN) == "not_yours"
        assert "tell_mediator" not in blocked(walk, who)
    walk.does(recording("mediator", "zhang", person="m-1"), "tell_mediator", words, evidence=SPOKEN)


def test_a_party_speaks_for_no_other_party() -> None:
    walk = Walk()
    walk.does(staff("clerk"), "accept", ACCEPTANCE)
    for kind in ("party", "system", "feeder", "anonymous"):
        who = Principal(kind=kind, id="zhang", acting_for="li")
        assert walk.refused(who, "agree", evidence=SPOKEN) == "not_yours"


def oral() -> Walk:
    walk = mediating()
    obligations = [{"who": "li", "what": "修好防水", "amount": "3000.00", "due": "2026-10-30"}]
    walk.does(MEDIATOR, "note_oral", {"agreed_facts": "漏水", "obligations": obligations}, when="2026-09-09T10:00")
    return walk


def test_a_joint_act_counts_from_the_last_side_whatever_was_entered_last() -> None:
    walk = oral()
    walk.does(party("zhang"), "accept_orally", when="2026-09-11T10:00")
    said, told = "2026-09-10T15:00", "2026-09-14T09:00"
    walk.does(recording("mediator", "li", person="m-1"), "accept_orally", evidence=SPOKEN, when=said, recorded=told)
    issue = walk.snapshot.paper("oral_agreement_record")
    assert issue is not None
    assert issue.effective_at == at("2026-09-11T10:00")
    assert walk.snapshot.entered_at == at("2026-09-11T10:00")
    assert walk.snapshot.clocks["oral_confirmation_window"].trigger == at("2026-09-11T10:00")


def test_what_one_side_accepted_is_not_another_text_when_the_other_accepts() -> None:
    walk = oral()
    walk.does(party("zhang"), "accept_orally", when="2026-09-10T10:00")
    changed = [{"who": "li", "what": "什么也不做", "due": "2026-10-30"}]
    walk.does(staff("clerk"), "correct", {"field": "obligations", "value": changed, "reason": "x"}, when="2026-09-10T11:00")
    walk.does(party("li"), "accept_orally", when="2026-09-10T12:00")
    assert walk.snapshot.state == "accepting_oral"
    walk.does(party("zhang"), "accept_orally", when="2026-09-10T13:00")
    assert walk.snapshot.state == "performing_oral"


def test_an_application_to_the_court_is_the_one_both_sides_asked_for() -> None:
    walk = performing()
    walk.does(party("zhang"), "prepare_confirmation", {"court": "court-1", "court_ground": "residence"})
    walk.does(party("zhang"), "ask_court")
    walk.does(party("li"), "prepare_confirmation", {"court": "court-2", "court_ground": "residence"})
    walk.does(party("li"), "ask_court")
    assert walk.snapshot.children == ()
    walk.does(party("zhang"), "ask_court")
    assert len(walk.snapshot.children) == 1
    assert walk.snapshot.assents.get("ask_court", ()) == ()
    assert walk.refused(party("zhang"), "ask_court") == "already_done"


def test_an_offer_says_what_is_known_to_stand_in_the_way() -> None:
    walk = performing()
    walk.does(party("zhang"), "mediate_again")
    assert blocked(walk, party("zhang"))["mediate_again"] == "already_done"
    assert blocked(walk, party("li"))["mediate_again"] is None
    walk = mediating()
    assert blocked(walk, party("zhang"))["sign_minutes"] == "not_printed"
    data = {"session_at": at("2026-09-09T09:00").isoformat(), "session_place": "x", "minutes": "y"}
    walk.does(MEDIATOR, "hold_session", data, when="2026-09-09T10:00")
    assert blocked(walk, party("zhang"))["sign_minutes"] is None
    walk.signs(party("zhang"), "sign_minutes", "mediation_minutes")
    assert blocked(walk, party("zhang"))["sign_minutes"] == "already_signed"
    request = Walk("plain_request")
    request.does(staff("dispatcher"), "ask_more", {"question": "几楼"})
    request.does(party("zhao"), "supply", {"supplement": "三楼"})
    assert blocked(request, staff("dispatcher"))["ask_more"] == "already_done"


def test_nobody_signs_before_the_text_was_there() -> None:
    walk = mediating()
    data = {"session_at": at("2026-09-09T09:00").isoformat(), "session_place": "x", "minutes": "y"}
    walk.does(MEDIATOR, "hold_session", data, when="2026-09-09T10:00")
    issue = walk.snapshot.paper("mediation_minutes")
    assert issue is not None
    early = {"when": "2026-09-08T12:00", "recorded": "2026-09-09T11:00"}
    assert walk.refused(party("zhang"), "sign_minutes", {"hash": issue.hash}, **early) == "before_text"


def test_words_told_in_confidence_do_not_follow_into_a_matter_opened_by_this_one() -> None:
    told = {"private_statement": "最低三千", "phone": "13800000001"}
    people = (Party("zhang", "disputant", "张三", told), Party("li", "disputant", "李四", told))
    result = opened(parties=people, parent="210102/x", opened_by="transfer")
    assert isinstance(result, Effects)
    assert [party.facts for party in result.after.parties] == [
        {"phone": "13800000001", "side": side} for side in ("applicant", "respondent")
    ]
    assert "最低三千" not in repr(result)
