"""Who sits at the table of a mediation and who may listen, as the papers have it."""

from __future__ import annotations

from step_cases import ACCEPTANCE, MEDIATOR, Walk, at, mediating, party, staff

from huiyin.core.snapshot import Party

ARRANGED = {"session_at": at("2026-09-10T09:00").isoformat(), "session_place": "调解室"}


def test_a_session_is_closed_unless_every_side_says_open() -> None:
    walk = mediating()
    walk.does(party("zhang"), "choose_openness", {"openness": "open"})
    walk.does(MEDIATOR, "arrange_session", ARRANGED)
    notice = walk.effects.printed[-1][1]
    assert (notice.paper, "方式：不公开" in notice.text_zh) == ("session_notice", True)
    walk.does(party("li"), "choose_openness", {"openness": "open"})
    walk.does(MEDIATOR, "arrange_session", ARRANGED)
    assert "方式：公开" in walk.effects.printed[-1][1].text_zh
    walk.does(party("zhang"), "choose_openness", {"openness": "closed"})
    walk.does(MEDIATOR, "hold_session", {**ARRANGED, "minutes": "谈了"}, when="2026-09-10T10:00")
    assert "方式：不公开" in walk.effects.printed[-1][1].text_zh


def test_the_notice_does_not_say_that_the_sides_are_kept_apart() -> None:
    walk = mediating()
    walk.does(party("li"), "feel_unsafe")
    walk.does(MEDIATOR, "arrange_session", {**ARRANGED, "session_way": "apart"})
    text = walk.effects.printed[-1][1].text_zh
    assert "分开" not in text
    assert "安全" not in text


def test_who_else_is_there_stands_in_the_minutes_and_is_told() -> None:
    walk = mediating()
    interpreter = {"name": "周翻译", "role": "interpreter", "for": "li", "from": "2026-09-08"}
    walk.does(MEDIATOR, "seat_others", {"attending": [interpreter]})
    assert {tell.to for tell in walk.effects.tells} == {"disputant"}
    walk.does(MEDIATOR, "hold_session", {**ARRANGED, "minutes": "谈了"}, when="2026-09-10T10:00")
    text = walk.effects.printed[-1][1].text_zh
    assert "周翻译\t翻译（含手语）\t李四" in text
    walk.does(MEDIATOR, "seat_others", {"attending": [{**interpreter, "until": "2026-09-10"}]})
    walk.does(MEDIATOR, "hold_session", {**ARRANGED, "minutes": "又谈"}, when="2026-09-10T11:00")
    assert "2026年9月10日" in walk.effects.printed[-1][1].text_zh.split("周翻译")[1]


def _workers() -> Walk:
    """Three workers against one firm; 王五 gave 张三 a special mandate, 赵六 lets 张三 speak only."""
    names = {"zhang": "张三", "wang": "王五", "zhao": "赵六", "firm": "某公司"}
    sides = {one: Party(one, "disputant", name, {"side": "respondent" if one == "firm" else "applicant"}) for one, name in names.items()}
    walk = Walk(parties=tuple(sides.values()))
    walk.does(staff("clerk"), "accept", ACCEPTANCE, when="2026-09-07T14:00")
    walk.does(party("wang"), "choose_delegate", {"delegate": "张三", "delegate_scope": "settle", "delegate_until": "2026-12-31"})
    walk.does(party("zhao"), "choose_delegate", {"delegate": "张三", "delegate_scope": "speak"})
    for one in names:
        walk.does(party(one), "agree")
    return walk


OFFER = {"terms": [{"who": "firm", "what": "付工资", "amount": "30000.00"}]}


def _said(walk: Walk) -> set[str]:
    return {one.party for one in walk.snapshot.assents.get("accept_offer", ())}


def test_a_delegate_accepts_for_whoever_gave_a_special_mandate_and_for_nobody_else() -> None:
    walk = _workers()
    walk.does(party("firm"), "make_offer", OFFER)
    walk.does(party("zhang"), "accept_offer")
    assert _said(walk) == {"firm", "zhang", "wang"}
    assert walk.snapshot.facts["terms_stand"] == "open"
    walk.does(party("zhao"), "accept_offer")
    assert walk.snapshot.facts["terms_stand"] == "accepted"
    # An offer of the delegate's own says the same yes.
    walk.does(party("zhang"), "make_offer", OFFER)
    assert _said(walk) == {"zhang", "wang"}


def test_a_mandate_taken_back_run_out_or_left_says_nothing() -> None:
    walk = _workers()
    walk.does(party("wang"), "end_delegation")
    walk.does(party("firm"), "make_offer", OFFER)
    walk.does(party("zhang"), "accept_offer")
    assert _said(walk) == {"firm", "zhang"}
    walk = _workers()
    walk.does(party("firm"), "make_offer", OFFER, when="2027-01-04T09:00")
    walk.does(party("zhang"), "accept_offer")
    assert _said(walk) == {"firm", "zhang"}
    walk = _workers()
    walk.does(party("wang"), "leave")
    walk.does(MEDIATOR, "carry_on", {"divisible_reason": "各算各的"})
    walk.does(party("firm"), "make_offer", OFFER)
    walk.does(party("zhang"), "accept_offer")
    assert _said(walk) == {"firm", "zhang"}
