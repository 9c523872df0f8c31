"""One act on a matter: who may, when it counts from, what it binds, and what nothing changes when it is refused."""

from __future__ import annotations

from datetime import date

import pytest
from step_cases import ACCEPTANCE, MEDIATOR, Walk, at, drafted, library, mediating, opened, party, performing, procedure, staff

from huiyin.core.effects import Effects
from huiyin.core.rights import relation, view
from huiyin.core.snapshot import from_plain, to_plain
from huiyin.core.step import offered
from huiyin.core.values import ANONYMOUS, SYSTEM, Principal, Refusal


def due(walk: Walk, clock: str) -> date:
    life = walk.snapshot.clocks[clock]
    assert life.due is not None
    return library().calendar.local_date(life.due.strict)


def test_an_act_needs_the_post_of_the_unit_that_has_the_matter() -> None:
    walk = Walk()
    assert walk.refused(staff("clerk", unit="u-other"), "accept", ACCEPTANCE) == "not_yours"
    assert walk.refused(staff("seal_keeper"), "accept", ACCEPTANCE) == "not_yours"
    assert walk.refused(party("zhang"), "accept", ACCEPTANCE) == "not_yours"
    assert walk.refused(ANONYMOUS, "accept", ACCEPTANCE) == "not_yours"
    walk.does(staff("clerk"), "accept", ACCEPTANCE)


def test_only_the_named_mediator_mediates() -> None:
    walk = mediating()
    note = {"private_notes": {"with": "zhang", "note": "愿意分期"}}
    assert walk.refused(staff("mediator", person="m-2"), "talk_with_one", note) == "not_yours"
    walk.does(MEDIATOR, "talk_with_one", note)


def test_staff_record_a_partys_word_only_with_evidence() -> None:
    walk = Walk()
    walk.does(staff("clerk"), "accept", ACCEPTANCE)
    for_li = Principal(kind="staff", id="p-1", unit="u-host", post="clerk", acting_for="li")
    assert walk.refused(for_li, "agree") == "evidence"
    stranger = Principal(kind="staff", id="p-9", unit="u-other", post="clerk", acting_for="li")
    assert walk.refused(stranger, "agree", evidence=({"kind": "phone"},)) == "not_yours"
    result = walk.tries(for_li, "agree", evidence=({"kind": "phone"},))
    assert isinstance(result, Effects)
    assert result.acting_for == "li"
    li = walk.snapshot.party("li")
    assert li is not None
    assert li.facts["consent"] == "agreed"


def test_what_the_step_does_not_offer_is_refused_with_what_to_do() -> None:
    walk = Walk()
    assert walk.refused(MEDIATOR, "hold_session") == "not_offered"
    assert walk.refused(staff("clerk"), "no_such_action") == "not_offered"
    assert walk.refused(staff("clerk"), "clock_due", {"clock": "answer"}) == "not_offered"
    assert walk.refused(staff("clerk"), "begin") == "not_offered"


def test_every_wrong_field_is_named_at_once() -> None:
    result = Walk().tries(staff("clerk"), "accept", {"impartial": "maybe", "colour": "red"})
    assert isinstance(result, Refusal)
    assert {detail.field for detail in result.details} == {"mediator_person", "impartial", "case_source", "colour"}


@pytest.mark.parametrize("text", ["漏水" * 100_000, "a\x00b", "\ud83d"])
def test_a_text_that_cannot_be_kept_is_refused_and_named(text: str) -> None:
    result = opened(data={"claim": text, "facts": "漏水"})
    assert isinstance(result, Refusal)
    assert result.field == "claim"


@pytest.mark.parametrize("text", ["𠮷野家、㐂、🙂", "\u202eabc", "<script>alert(1)</script>", "'; DROP TABLE x; --"])
def test_rare_characters_are_kept_as_they_are(text: str) -> None:
    result = opened(data={"claim": text, "facts": "漏水"})
    assert isinstance(result, Effects)
    assert result.after.facts["claim"] == text


def test_nothing_happens_in_the_future_or_before_its_step_began() -> None:
    walk = Walk()
    assert walk.refused(staff("clerk"), "accept", ACCEPTANCE, when="2026-09-08T09:00", recorded="2026-09-07T15:00") == "future"
    assert walk.refused(staff("clerk"), "accept", ACCEPTANCE, when="2026-09-07T09:00", recorded="2026-09-07T15:00") == "before_step"


def test_fridays_seal_entered_on_monday_counts_from_friday() -> None:
    walk = performing()
    issue = walk.snapshot.paper("mediation_agreement")
    assert issue is not None
    assert issue.effective_at == at("2026-09-11T16:20")
    assert due(walk, "confirmation_window") == date(2026, 10, 12)


def test_a_corrected_date_moves_the_clock_and_keeps_the_first_computation() -> None:
    walk = performing()
    sealed = next(mark.seq for mark in [walk.snapshot.paper("mediation_agreement").sealed] if mark)  # type: ignore[union-attr]
    before = walk.snapshot.clocks["confirmation_window"]
    data = {"event": sealed, "at": at("2026-09-14T08:30").isoformat(), "reason": "盖章是周一早上"}
    walk.does(staff("clerk"), "correct", data, when="2026-09-15T09:00")
    assert walk.effects.correction is not None
    issue = walk.snapshot.paper("mediation_agreement")
    assert issue is not None
    assert issue.effective_at == at("2026-09-14T08:30")
    after = walk.snapshot.clocks["confirmation_window"]
    assert due(walk, "confirmation_window") == date(2026, 10, 14)
    assert after.events[: len(before.events)] == before.events
    assert after.events[-1].kind == "redated"


def test_a_matter_two_years_old_is_corrected_by_the_calendar_of_its_time() -> None:
    walk = Walk(when="2024-09-02T09:00")
    walk.does(staff("clerk"), "decline", {"reason": "不属于民间纠纷"}, when="2024-09-03T09:00")
    assert walk.snapshot.outcome == "declined"
    assert due(walk, "answer") == date(2024, 9, 5)
    data = {"event": 1, "at": at("2024-09-13T16:00").isoformat(), "reason": "收件日期记错"}
    assert walk.refused(staff("clerk"), "correct", data, when="2026-09-15T09:00") in ("ended", "impossible_date")


def test_a_correction_needs_a_reason_and_a_step_that_exists() -> None:
    walk = performing()
    assert walk.refused(staff("clerk"), "correct", {"event": 2, "at": at("2026-09-08T08:00").isoformat()}) == "required"
    bad = {"event": 99, "at": at("2026-09-08T08:00").isoformat(), "reason": "x"}
    assert walk.refused(staff("clerk"), "correct", bad) == "what_to_correct"
    early = {"event": 2, "at": at("2020-09-08T08:00").isoformat(), "reason": "x"}
    assert walk.refused(staff("clerk"), "correct", early) == "impossible_date"


def test_signed_words_are_not_corrected_but_printed_and_signed_anew() -> None:
    walk = performing()
    data = {"field": "claim", "value": "修好防水并粉刷", "reason": "写漏了"}
    code = walk.refused(staff("clerk"), "correct", data) if "claim" in _shown("mediation_agreement") else "signed_text"
    assert code == "signed_text"


def test_an_unsigned_paper_is_reprinted_when_what_it_says_is_corrected() -> None:
    walk = Walk()
    printed = [name for name in walk.snapshot.papers if "claim" in _shown(name)]
    walk.does(staff("clerk"), "accept", ACCEPTANCE)
    walk.does(staff("clerk"), "correct", {"field": "claim", "value": "修好防水并粉刷", "reason": "写漏了"})
    assert walk.snapshot.facts["claim"] == "修好防水并粉刷"
    printed += [name for name in walk.snapshot.papers if "claim" in _shown(name)]
    assert printed
    for name in printed:
        issues = walk.snapshot.papers[name]
        assert [issue.corrects for issue in issues] == [None, 1]
        assert issues[0].hash != issues[1].hash


def _shown(paper: str) -> frozenset[str]:
    from huiyin.core.papers import fields_in

    return fields_in(library().papers[paper])


def test_a_signature_binds_the_text_that_was_read() -> None:
    walk = drafted()
    assert walk.refused(party("zhang"), "sign", {"hash": "0" * 64}) == "text_changed"
    assert walk.refused(party("zhang"), "sign") == "text_changed"
    walk.signs(party("zhang"), "sign", "mediation_agreement")
    issue = walk.snapshot.paper("mediation_agreement")
    assert issue is not None
    assert walk.refused(party("zhang"), "sign", {"hash": issue.hash}) == "already_signed"


def test_a_changed_text_voids_every_signature() -> None:
    walk = drafted()
    walk.signs(party("zhang"), "sign", "mediation_agreement")
    walk.does(MEDIATOR, "change_text", {"reason": "数额写错"})
    assert walk.snapshot.paper("mediation_agreement") is None
    assert all(issue.voided for issue in walk.snapshot.papers["mediation_agreement"])


def test_nobody_confirms_their_own_performance() -> None:
    walk = performing()
    walk.does(party("li"), "report_done", {"which": 0, "performance_note": "修好了"})
    assert walk.refused(party("li"), "confirm_done", {"which": 0}) == "own_entry"
    assert walk.refused(MEDIATOR, "close_performed") == "everything_performed"
    walk.does(party("zhang"), "confirm_done", {"which": 0})
    walk.does(MEDIATOR, "close_performed")
    assert walk.snapshot.outcome == "resolved"


def test_a_joint_act_waits_for_every_side() -> None:
    walk = performing()
    walk.does(party("zhang"), "mediate_again")
    assert walk.effects.assented
    assert walk.snapshot.state == "performing"
    assert walk.refused(party("zhang"), "mediate_again") == "already_done"
    walk.does(party("li"), "mediate_again")
    assert walk.snapshot.state == "superseded"
    assert [child.procedure for child in walk.effects.opens] == ["people_mediation"]


def test_an_end_stops_every_clock_and_offers_no_more_moves() -> None:
    walk = mediating()
    walk.does(party("li"), "leave")
    assert walk.snapshot.outcome == "failed"
    assert walk.effects.closed
    assert {life.status for life in walk.snapshot.clocks.values()} <= {"met", "stopped"}
    assert walk.refused(MEDIATOR, "draft_agreement", {}) == "ended"


def test_silence_is_told_and_decides_nothing() -> None:
    walk = Walk()
    walk.does(staff("clerk"), "accept", ACCEPTANCE)
    assert walk.refused(SYSTEM, "clock_due", {"clock": "asking"}) == "not_due"
    life = walk.snapshot.clocks["asking"]
    assert life.due is not None
    walk.now = life.due.strict
    walk.does(SYSTEM, "clock_due", {"clock": "asking"})
    assert walk.snapshot.state == "inviting"
    assert {tell.to for tell in walk.effects.tells} >= {"disputant"}
    assert walk.refused(SYSTEM, "clock_due", {"clock": "asking"}) == "already_recorded"


def test_every_party_is_told_of_every_move() -> None:
    walk = Walk()
    walk.does(staff("clerk"), "decline", {"reason": "已经起诉"})
    told = [tell for tell in walk.effects.tells if tell.to in ("zhang", "li")]
    assert {tell.to for tell in told} == {"zhang", "li"}
    assert all("已经起诉" in tell.text.zh for tell in told)


def test_a_handover_leaves_the_first_mediator_without_the_matter() -> None:
    walk = mediating()
    assert walk.refused(staff("head", person="h"), "hand_over", {"post": "clerk", "to": "m-2", "reason": "x"}) == "post"
    assert walk.refused(staff("head", person="h"), "hand_over", {"post": "mediator", "to": "m-1", "reason": "x"}) == "same_person"
    walk.does(staff("head", person="h"), "hand_over", {"post": "mediator", "to": "m-2", "reason": "休产假"})
    assert walk.refused(MEDIATOR, "end_without", {"reason": "x"}) == "not_yours"
    walk.does(staff("mediator", person="m-2"), "end_without", {"reason": "差距太大"})


def test_offers_are_those_of_the_person_and_say_what_is_missing() -> None:
    walk = mediating()
    offers = {offer.action.name: offer for offer in offered(procedure("people_mediation"), library(), walk.snapshot, MEDIATOR, walk.now)}
    assert "draft_agreement" in offers
    blocked = offers["draft_agreement"].blocked
    assert blocked is not None
    assert blocked.code == "minutes_exist"
    assert "begin" not in offers
    assert offered(procedure("people_mediation"), library(), walk.snapshot, staff("clerk", unit="u-x"), walk.now) == ()


def test_a_matter_reads_back_as_it_was_stored() -> None:
    snapshot = performing().snapshot
    assert from_plain(to_plain(snapshot)) == snapshot


def test_a_private_word_is_seen_by_the_mediator_and_its_party_only() -> None:
    walk = mediating()
    walk.does(party("zhang"), "tell_mediator", {"private_statement": "最低三千"})
    definition = procedure("people_mediation")

    def text(who: Principal) -> str:
        return repr(view(definition, walk.snapshot, who))

    assert "最低三千" in text(MEDIATOR)
    for who in (
        party("li"),
        staff("clerk"),
        staff("head"),
        staff("mediator", person="m-2"),
        SYSTEM,
        staff("audit_admin"),
        ANONYMOUS,
    ):
        assert "最低三千" not in text(who)
    assert relation(staff("clerk", unit="u-x"), walk.snapshot, definition) == "stranger"


def test_a_clock_date_in_a_year_without_a_notice_is_provisional() -> None:
    walk = Walk(when="2026-12-31T10:00")
    life = walk.snapshot.clocks["answer"]
    assert life.due is not None
    assert life.due.provisional


def test_files_are_added_one_by_one_to_those_there() -> None:
    walk = Walk("hazard_repair")
    walk.does(party("zhao"), "add_evidence", {"evidence": {"what": "今早拍的"}, "files": ["f-1", "f-2"]})
    walk.does(party("zhao"), "add_evidence", {"evidence": {"what": "下午又拍"}, "files": "f-3"})
    assert walk.snapshot.facts["files"] == ["f-1", "f-2", "f-3"]
    assert [content.value for content in walk.effects.content if content.field == "files"] == ["f-3"]
