"""When things happened and when they were entered: late entries, corrections, and what a correction carries with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from step_cases import ACCEPTANCE, MEDIATOR, MONDAY, Walk, at, drafted, library, mediating, party, performing, staff

from huiyin.core.sentence import sentence
from huiyin.core.snapshot import PaperIssue
from huiyin.core.values import SYSTEM, Principal, Text

CLERK = staff("clerk")


def due(walk: Walk, clock: str) -> date:
    life = walk.snapshot.clocks[clock]
    assert life.due is not None
    return library().calendar.local_date(life.due.strict)


def newest(walk: Walk, paper: str) -> PaperIssue:
    issue = walk.snapshot.paper(paper)
    assert issue is not None
    return issue


def moved(event: int, when: str) -> dict[str, object]:
    return {"event": event, "at": at(when).isoformat(), "reason": "日期记错"}


def changed(field: str, value: object, **more: object) -> dict[str, object]:
    return {"field": field, "value": value, "reason": "写错", **more}


# Late entries


def test_a_condition_is_judged_at_the_time_of_the_act_not_of_its_entry() -> None:
    walk = Walk()
    walk.does(CLERK, "accept", ACCEPTANCE, when="2026-09-07T10:00")
    early = {"when": "2026-09-08T10:00", "recorded": "2026-10-08T10:00"}
    assert walk.refused(CLERK, "close_no_answer", {"reason": "没有答复"}, **early) == "waited_long_enough"
    hazard = Walk("hazard_repair")
    hazard.does(staff("dispatcher"), "dispatch", {"lead": "u-road", "checker": "u-check", "dispatch_reason": "x"})
    hazard.does(staff("handler", unit="u-road"), "made_safe", {"safety_measure": "围挡"})
    order = {"responsible": "甲", "requirement": "填平", "ground": "x", "repair_by": "2026-09-12"}
    # Ordered on the Monday with five days to go, entered a week later: the order was right when it was made.
    hazard.does(staff("inspector", unit="u-check"), "order_repair", order, when="2026-09-07T15:00", recorded="2026-09-14T09:00")


def test_a_correction_itself_is_not_dated_before_the_step_it_is_made_in() -> None:
    walk = performing()
    early = {"when": "2026-09-08T09:00", "recorded": "2026-09-15T09:00"}
    assert walk.refused(CLERK, "correct", moved(1, MONDAY), **early) == "before_step"


# Dates


def test_a_promised_date_that_was_missed_is_not_promised_again() -> None:
    asked = Walk("people_mediation")
    known = asked.snapshot

    def told(when: str) -> Text:
        return sentence(library().procedures["people_mediation"], known, library(), at(when))

    day = due(asked, "answer")
    before, after = told(f"{day}T09:00"), told(f"{day + timedelta(days=1)}T09:00")
    assert "已经过了" not in before.zh
    assert f"{day.day}日（已经过了）" in after.zh
    assert f"{day.year} (already past)" in after.en


def test_steps_stay_in_order_when_one_is_dated_anew() -> None:
    walk = performing()
    walk.does(party("li"), "report_done", {"which": 0, "performance_note": "x"}, when="2026-09-16T09:00")
    late = {"when": "2026-09-20T09:00"}
    # Accepted after the agreement was in force; reported done before it was.
    assert walk.refused(CLERK, "correct", moved(2, "2026-09-15T09:00"), **late) == "impossible_date"
    assert walk.refused(CLERK, "correct", moved(walk.snapshot.version, "2026-09-09T09:00"), **late) == "impossible_date"
    assert walk.refused(CLERK, "correct", moved(1, "2023-12-31T09:00"), **late) == "impossible_date"


@pytest.mark.parametrize("data", [
    {"event": float("inf"), "at": "2026-09-08T08:00+08:00", "reason": "x"}, {"event": True, "at": "2026-09-08T08:00+08:00", "reason": "x"},
    {"event": "9" * 5000, "at": "2026-09-08T08:00+08:00", "reason": "x"}, {"event": 2, "at": "2026-09-08T08:00", "reason": "x"},
    {"event": 1, "at": "0001-01-01T00:00+08:00", "reason": "x"}, {"event": 2, "reason": "x"}, {"event": 2, "at": ["x"], "reason": "x"},
    {"field": ["claim"], "value": "x", "reason": "x"}, {"field": "claim", "value": "\ud800", "reason": "x"},
    {"field": "claim", "value": "", "reason": "x"}, {"field": "claim", "value": None, "reason": "x"},
    {"field": "claim", "value": "x", "reason": "\ud800"}, {"field": "claim", "value": "x", "reason": ["x"]},
    {"field": "claim", "value": "x", "reason": "x" * 100_000}, {"field": "claim", "value": "x", "event": 2, "reason": "x"},
    {"field": "phone", "value": "1", "party": ["li"], "reason": "x"}, {"field": "phone", "value": "1", "reason": "x"},
])  # fmt: skip
def test_odd_corrections_are_refused_in_words(data: dict[str, object]) -> None:
    walk = mediating()
    walk.does(party("li"), "update_details", {"phone": "2"})
    walk.refused(CLERK, "correct", data)


@pytest.mark.parametrize("data", [
    {"post": "mediator", "to": "\ud800", "reason": "x"}, {"post": "mediator", "to": "m" * 1000, "reason": "x"},
    {"post": ["mediator"], "to": "m-2", "reason": "x"}, {"post": "mediator", "to": "m-2", "reason": "x" * 100_000},
    {"post": "mediator", "to": ["m-2"], "reason": "x"}, {"post": "mediator", "to": "m-2", "reason": "a\x00"},
])  # fmt: skip
def test_odd_handovers_are_refused_in_words(data: dict[str, object]) -> None:
    mediating().refused(staff("head"), "hand_over", data)


def test_correcting_the_seal_re_dates_signature_state_window_and_effect_together() -> None:
    walk = performing()
    sealed_by = newest(walk, "mediation_agreement").sealed
    assert sealed_by is not None
    assert due(walk, "confirmation_window") == date(2026, 10, 12)
    walk.does(CLERK, "correct", moved(sealed_by.seq, "2026-09-14T08:00"), when="2026-09-15T09:00")
    issue = newest(walk, "mediation_agreement")
    assert issue.sealed is not None
    assert issue.sealed.at == issue.effective_at == walk.snapshot.entered_at == at("2026-09-14T08:00")
    assert due(walk, "confirmation_window") == date(2026, 10, 14)
    assert [one.number for one in walk.snapshot.papers["mediation_agreement"]] == [1]


def test_a_correction_touches_only_what_is_drawn_from_what_it_changed() -> None:
    # The paper a window once ran from is gone; correcting something else has nothing to do with it.
    oral = mediating()
    obligations = [{"who": "li", "what": "修", "due": "2026-10-30"}]
    oral.does(MEDIATOR, "note_oral", {"agreed_facts": "x", "obligations": obligations})
    for name in ("zhang", "li"):
        oral.does(party(name), "accept_orally")
    terms = {"agreed_facts": "a", "responsibilities": "b", "performance_way": "c", "agreement_touches": "ordinary"}
    oral.does(MEDIATOR, "write_down", {**terms, "obligations": [{**obligations[0], "due": "2026-11-30"}]})
    before = oral.snapshot.clocks
    oral.does(CLERK, "correct", changed("case_source", "initiative"))
    assert oral.snapshot.clocks == before


def test_a_corrected_date_of_oral_acceptance_re_dates_the_effect_and_its_window() -> None:
    walk = mediating()
    terms = {"agreed_facts": "x", "obligations": [{"who": "li", "what": "修", "due": "2026-10-30"}]}
    walk.does(MEDIATOR, "note_oral", terms, when="2026-09-09T10:00")
    walk.does(party("zhang"), "accept_orally", when="2026-09-10T10:00")
    walk.does(party("li"), "accept_orally", when="2026-09-14T10:00")
    assert due(walk, "oral_confirmation_window") == date(2026, 10, 14)
    walk.does(CLERK, "correct", moved(walk.snapshot.version, "2026-09-11T10:00"), when="2026-09-15T09:00")
    assert newest(walk, "oral_agreement_record").effective_at == at("2026-09-11T10:00")
    assert due(walk, "oral_confirmation_window") == date(2026, 10, 12)


def test_a_pause_cannot_be_re_dated_without_its_clock() -> None:
    walk = mediating()
    walk.does(MEDIATOR, "wait_assessment", {"assessment_body": "x", "assessment_by": "2026-10-01"}, when="2026-09-10T09:00")
    assert walk.refused(CLERK, "correct", moved(walk.snapshot.version, "2026-09-09T09:00"), when="2026-09-11T09:00") == "clock_pause"


# Words


def test_a_paper_reprinted_by_a_correction_shows_the_corrected_date_too() -> None:
    walk = Walk("plain_request")
    event = 1
    assert [one.number for one in walk.snapshot.papers["request_receipt"]] == [1]
    before = newest(walk, "request_receipt")
    walk.does(staff("dispatcher"), "correct", moved(event, "2026-09-04T09:00"))
    after = newest(walk, "request_receipt")
    assert after.number == 2
    assert after.corrects == before.number
    assert after.hash != before.hash
    assert due(walk, "assign") == date(2026, 9, 7)


def test_an_oral_agreement_reprinted_by_a_correction_stays_in_force() -> None:
    walk = mediating()
    obligations = [{"who": "li", "what": "修", "due": "2026-10-30"}]
    walk.does(MEDIATOR, "note_oral", {"agreed_facts": "x", "obligations": obligations})
    for name in ("zhang", "li"):
        walk.does(party(name), "accept_orally")
    effective = newest(walk, "oral_agreement_record").effective_at
    walk.does(CLERK, "correct", changed("obligations", [{**obligations[0], "due": "2026-11-30"}]))
    issue = newest(walk, "oral_agreement_record")
    assert issue.number == 2
    assert issue.effective_at == effective
    assert due(walk, "performance") == date(2026, 11, 30)
    assert [one.kind for one in walk.snapshot.clocks["oral_confirmation_window"].events] == ["started"]


def test_a_correction_does_not_undo_or_forge_what_was_confirmed() -> None:
    walk = mediating()
    obligations = [{"who": "li", "what": "修", "due": "2026-10-30"}]
    walk.does(MEDIATOR, "note_oral", {"agreed_facts": "x", "obligations": obligations})
    for name in ("zhang", "li"):
        walk.does(party(name), "accept_orally")
    forged = [{**obligations[0], "state": "confirmed"}]
    assert walk.refused(CLERK, "correct", changed("obligations", forged)) == "bad_value"
    walk.does(party("zhang"), "confirm_done", {"which": 0})
    walk.does(CLERK, "correct", changed("obligations", [{**obligations[0], "what": "修好"}]))
    assert walk.snapshot.facts["obligations"][0]["state"] == "confirmed"


def test_somebodys_own_word_is_not_corrected_by_a_clerk() -> None:
    walk = Walk()
    walk.does(CLERK, "accept", ACCEPTANCE)
    walk.does(party("li"), "refuse")
    assert walk.refused(CLERK, "correct", changed("consent", "agreed", party="li")) == "own_word"
    assert walk.refused(CLERK, "correct", changed("consent", "agreed", party="zhang")) in ("own_word", "field")
    request = Walk("plain_request")
    request.does(staff("dispatcher"), "answer_now", {"answers": [{"about": 1, "result": "done", "text": "x"}], "reply_text": "x"})
    request.does(party("zhao"), "confirm_result", {"solved": "no", "satisfaction": "very_poor"})
    data = changed("satisfaction", "very_good")
    assert request.refused(staff("dispatcher"), "correct", data) == "own_word"


def test_what_was_never_recorded_or_may_not_be_known_is_not_corrected() -> None:
    walk = mediating()
    walk.does(party("zhang"), "tell_mediator", {"private_statement": "最低三千"})
    assert walk.refused(CLERK, "correct", changed("private_statement", "两千", party="zhang")) == "field"
    assert walk.refused(CLERK, "correct", changed("breach_note", "x")) == "field"


def test_signed_minutes_are_not_reprinted_when_a_date_is_corrected() -> None:
    walk = drafted()
    before = walk.snapshot.papers["mediation_minutes"]
    walk.does(CLERK, "correct", moved(1, "2026-09-04T09:00"))
    assert walk.snapshot.papers["mediation_minutes"] == before


def test_parties_are_told_when_a_correction_moves_a_date() -> None:
    walk = performing()
    sealed_by = newest(walk, "mediation_agreement").sealed
    assert sealed_by is not None
    walk.does(CLERK, "correct", moved(sealed_by.seq, "2026-09-14T08:00"), when="2026-09-15T09:00")
    told = {tell.to: tell.text.zh for tell in walk.effects.tells}
    assert set(told) == {"zhang", "li"}
    assert "更正" in told["li"]


# After the end


def test_a_matter_two_years_old_is_corrected_clocks_and_papers_right_originals_kept() -> None:
    walk = Walk("plain_request", when="2024-09-02T09:00")
    walk.does(staff("dispatcher"), "decline", {"reason": "不归本平台"}, when="2024-09-13T09:00")
    before = walk.snapshot
    assert before.outcome == "declined"
    walk.does(staff("dispatcher"), "correct", moved(1, "2024-09-12T16:00"), when="2026-09-15T09:00")
    after = walk.snapshot
    assert after.outcome == "declined"
    assert after.opened_at == at("2024-09-12T16:00")
    assert due(walk, "assign") == date(2024, 9, 13)
    life = after.clocks["assign"]
    assert life.status == "met"
    assert life.events[: len(before.clocks["assign"].events)] == before.clocks["assign"].events
    assert [issue.corrects for issue in after.papers["request_receipt"]] == [None, 1]
    assert after.papers["request_receipt"][0].hash == before.papers["request_receipt"][0].hash
    walk.does(staff("dispatcher"), "correct", changed("reason", "不归本市"), when="2026-09-15T09:10")
    assert walk.snapshot.papers["decline_notice"][-1].corrects == 1
    assert walk.snapshot.state == "declined"


def test_the_date_of_the_end_itself_is_corrected() -> None:
    walk = Walk("plain_request")
    walk.does(staff("dispatcher"), "decline", {"reason": "x"}, when="2026-09-08T09:00")
    walk.does(staff("dispatcher"), "correct", moved(2, "2026-09-07T15:00"), when="2026-09-15T09:00")
    assert walk.snapshot.entered_at == at("2026-09-07T15:00")


def test_every_procedure_lets_its_record_be_corrected_after_the_end() -> None:
    for name, definition in library().procedures.items():
        action = next(one for one in definition.always if one.name == "correct")
        assert action.after_end, name
        assert not action.not_from, name


# What the machine reports


def waiting() -> Walk:
    walk = performing()
    walk.does(party("zhang"), "prepare_confirmation", {"court": "court-1", "court_ground": "residence"})
    for name in ("zhang", "li"):
        walk.does(party(name), "ask_court")
    return walk


def test_what_a_child_reported_is_not_lost_by_a_later_report() -> None:
    walk = waiting()
    key = walk.snapshot.children[0].key
    ended = {"key": key, "matter": "h/m", "outcome": "resolved", "ended_at": walk.now.isoformat()}
    walk.does(SYSTEM, "child_reported", ended)
    walk.does(SYSTEM, "child_reported", {"key": key, "matter": "h/m"})
    child = walk.snapshot.children[0]
    assert (child.matter, child.outcome) == ("h/m", "resolved")
    assert child.ended_at is not None
    walk.does(SYSTEM, "child_reported", {**ended, "outcome": "failed"})
    assert walk.snapshot.children[0].outcome == "resolved"
    assert walk.refused(SYSTEM, "child_reported", {"key": "none"}) == "no_child"
    assert walk.refused(SYSTEM, "child_reported", {}) == "no_child"
    assert walk.refused(SYSTEM, "clock_due", {}) == "not_due"
    assert walk.refused(SYSTEM, "clock_due", {"clock": ["x"]}) == "not_due"


def test_nobody_but_the_machine_reports_for_a_child() -> None:
    walk = waiting()
    forged = {"key": walk.snapshot.children[0].key, "outcome": "resolved", "ended_at": walk.now.isoformat()}
    for who in (party("zhang"), CLERK, MEDIATOR, Principal(kind="feeder", id="x")):
        assert walk.refused(who, "child_reported", forged) == "not_offered"


def test_a_clock_of_an_earlier_step_that_still_runs_is_told_to_whoever_has_the_matter() -> None:
    walk = Walk("hazard_repair")
    walk.does(staff("dispatcher"), "dispatch", {"lead": "u-road", "checker": "u-check", "dispatch_reason": "x"})
    assert walk.refused(SYSTEM, "clock_due", {"clock": "assign"}) == "not_due"
    life = walk.snapshot.clocks["make_safe"]
    assert life.due is not None
    walk.now = life.due.strict + timedelta(minutes=1)
    walk.does(SYSTEM, "clock_due", {"clock": "make_safe"})
    assert {tell.to for tell in walk.effects.tells} == {"handler", "dispatcher", "supervisor"}
