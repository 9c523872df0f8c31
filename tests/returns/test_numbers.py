"""Numbers of returns: what is counted, when, as known at which instant, for whom; and that lists and numbers agree."""

from __future__ import annotations

from typing import Any

from living import CENTRE, COMMITTEE, COMMUNITY, FAR, WORKROOM, accepted, agreed, asked, at, did, numbers, opened, performed, post, visited

from huiyin.core.values import Principal
from huiyin.returns import periods, queries

WEEK, BEFORE = "2026-W47", "2026-W46"


def four_mediations() -> None:
    """Two settled for 500 and 300 yuan, one ended without, one only asked for; all in week 47 but the last of week 46."""
    for day, amount in (("11-16", 50_000), ("11-17", 30_000)):
        one = opened(day)
        accepted(one, f"{day} 09:30")
        agreed(one, day, amount)
        if amount == 50_000:
            performed(one, "11-19")
    failed = opened("11-18", topic="dispute.money")
    accepted(failed, "11-18 09:30", "initiative")
    did(failed, "11-18 10:00", "refuse", _party(failed))
    opened("11-12", topic="dispute.money")


def _party(matter: object) -> Principal:
    from living import party

    return party(matter, 1)  # type: ignore[arg-type]


def test_numbers_are_those_counted_by_hand(served: Any) -> None:
    four_mediations()
    clerk = post(COMMITTEE, "clerk")
    found = numbers(asked("mediation_statistics", WEEK, clerk))
    # asked, accepted, written, oral, amount, obligations performed, performed, without, declined, unperformed
    assert found["dispute.neighbour"] == (2, 2, 0, 2, 80_000, 1, 1, 0, 0, 0)
    assert found["dispute.money"] == (1, 1, 0, 0, 0, 0, 0, 1, 0, 0)
    assert all(row == (0,) * 10 for key, row in found.items() if key not in ("dispute.neighbour", "dispute.money"))
    assert numbers(asked("mediation_statistics", BEFORE, clerk))["dispute.money"] == (1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    sources = numbers(asked("mediation_sources", "2026-11", clerk))
    assert sources["application"] == (2, 2, 0)
    assert sources["initiative"] == (1, 0, 1)


def test_rows_add_up_to_the_total_and_each_number_is_as_long_as_its_list(served: Any) -> None:
    four_mediations()
    clerk = post(COMMITTEE, "clerk")
    for name, period in (("mediation_statistics", WEEK), ("mediation_sources", "2026-11")):
        question = asked(name, period, clerk)
        table = queries.figures(question)
        assert table.total is not None
        for place, whole in enumerate(table.total.numbers):
            assert whole.value == sum(line.numbers[place].value or 0 for line in table.lines)
            assert queries.behind(question, whole.count).total == whole.matters
            for line in table.lines:
                number = line.numbers[place]
                listed = queries.behind(question, number.count, line.key)
                assert (listed.total, len(listed.rows)) == (number.matters, number.matters)
        assert not table.empty


def test_a_stranger_unit_gets_nothing(served: Any) -> None:
    four_mediations()
    question = asked("mediation_statistics", WEEK, post(FAR, "clerk"))
    table = queries.figures(question)
    assert table.empty
    assert queries.behind(question, "asked").rows == ()


def test_units_one_does_not_stand_in_a_relation_to_stay_out_even_when_named(served: Any) -> None:
    """The scope is text a program hands over; row security has the last word."""
    four_mediations()
    question = asked("mediation_statistics", WEEK, post(FAR, "clerk"), units=(COMMITTEE,))
    assert queries.figures(question).empty
    assert queries.behind(question, "asked").total == 0


def test_the_auditor_and_posts_that_have_no_use_for_them_make_no_returns(served: Any) -> None:
    assert queries.available(post("system_office.2101", "audit_admin")) == ()
    assert queries.available(Principal("party", "p1")) == ()
    assert "case_allowance" not in {one.name for one in queries.available(post(COMMITTEE, "mediator"))}
    assert "case_allowance" in {one.name for one in queries.available(post(COMMITTEE, "head"))}


def test_what_was_recorded_late_counts_when_it_happened_and_is_marked(served: Any) -> None:
    opened("11-18")
    opened("11-20", recorded="11-25")
    clerk = post(COMMITTEE, "clerk")
    (line,) = [line for line in queries.figures(asked("mediation_statistics", WEEK, clerk)).lines if line.key == "dispute.neighbour"]
    assert (line.numbers[0].value, line.numbers[0].late) == (2, 1)
    assert [one.late for one in queries.behind(asked("mediation_statistics", WEEK, clerk), "asked").rows] == [False, True]
    assert numbers(asked("mediation_statistics", "2026-W48", clerk))["dispute.neighbour"][0] == 0


def test_asking_as_of_friday_gives_fridays_answer_for_ever(served: Any) -> None:
    opened("11-18")
    clerk = post(COMMITTEE, "clerk")
    friday = asked("mediation_statistics", WEEK, clerk, as_of="11-20 16:00")
    before = queries.figures(friday)
    opened("11-19", recorded="11-23")
    assert queries.figures(friday) == before
    assert numbers(asked("mediation_statistics", WEEK, clerk, as_of="11-23 16:00"))["dispute.neighbour"][0] == 2


def test_a_corrected_date_moves_the_matter_from_the_moment_it_was_corrected(served: Any) -> None:
    one = opened("11-18")
    clerk = post(COMMITTEE, "clerk")
    did(one, "11-24 09:00", "correct", clerk, {"event": 1, "at": at("11-13 09:00").isoformat(), "reason": "上周五就来过"})
    assert numbers(asked("mediation_statistics", WEEK, clerk, as_of="11-23 00:00"))["dispute.neighbour"][0] == 1
    assert numbers(asked("mediation_statistics", WEEK, clerk))["dispute.neighbour"][0] == 0
    assert numbers(asked("mediation_statistics", BEFORE, clerk))["dispute.neighbour"][0] == 1


def test_one_half_of_a_joint_act_is_not_yet_counted(served: Any) -> None:
    one = opened("11-16")
    accepted(one, "11-16 09:30")
    from living import party

    for place in (0, 1):
        did(one, f"11-16 10:0{place}", "agree", party(one, place))
    owed = {"who": party(one, 1).id, "what": "赔偿", "due": "2026-12-01", "amount": 100}
    did(one, "11-16 11:00", "note_oral", post(COMMITTEE, "mediator"), {"agreed_facts": "属实", "obligations": [owed]})
    did(one, "11-16 11:10", "accept_orally", party(one, 0))
    clerk = post(COMMITTEE, "clerk")
    assert numbers(asked("mediation_statistics", WEEK, clerk))["dispute.neighbour"][3:5] == (0, 0)
    did(one, "11-16 11:20", "accept_orally", party(one, 1))
    assert numbers(asked("mediation_statistics", WEEK, clerk))["dispute.neighbour"][3:5] == (1, 100)


def test_sums_that_would_tell_one_matters_amount_are_not_shown_to_those_who_may_not_read_it(served: Any) -> None:
    four_mediations()
    officer = post(CENTRE, "supervision_officer", supervises=(COMMITTEE,))
    found = numbers(asked("mediation_statistics", WEEK, officer, below=True))
    assert found["dispute.neighbour"][:5] == (2, 2, 0, 2, None)
    for _ in range(3):
        more = opened("11-19")
        accepted(more, "11-19 09:30")
        agreed(more, "11-19", 10_000)
    assert numbers(asked("mediation_statistics", WEEK, officer, below=True))["dispute.neighbour"][4] == 110_000


def test_the_weekly_figures_count_visits_by_task_and_result(served: Any) -> None:
    visited("11-17", task="settle_dispute", note="谈了一次", result="solved")
    visited("11-19", recorded="11-24")
    visited("11-12")
    head = post(WORKROOM, "head")
    found = numbers(asked("weekly_figures", WEEK, head))
    assert found["visits"] == (2, 1)
    assert found["visits_settle"] == (1, 0)
    assert (found["visits_solved"], found["visits_nothing"], found["visits_matter"]) == ((1, 0), (1, 1), (0, 0))
    lines = {line.key: line for line in queries.figures(asked("weekly_figures", WEEK, head)).lines}
    assert lines["visits"].numbers[0].late == 1
    assert lines["visits_settle"].part_of == 2


def test_a_sealed_topic_stands_in_no_number_and_no_list(served: Any) -> None:
    opened("11-18", "plain_request", topic="safety.violence")
    opened("11-18", "plain_request")
    dispatcher = post(CENTRE, "dispatcher")
    question = asked("weekly_figures", WEEK, dispatcher)
    assert numbers(question)["requests_in"] == (1, 0)
    assert [one.topic for one in queries.behind(question, "requests_in").rows] == ["request.lighting"]


def test_a_place_narrows_numbers_and_lists_alike(served: Any) -> None:
    opened("11-18", "plain_request")
    dispatcher = post(CENTRE, "dispatcher")
    here = asked("weekly_figures", WEEK, dispatcher, division=COMMUNITY)
    there = asked("weekly_figures", WEEK, dispatcher, division="210102001002")
    assert (numbers(here)["requests_in"], numbers(there)["requests_in"]) == ((1, 0), (0, 0))
    assert queries.behind(there, "requests_in").total == 0


def test_a_trend_is_the_same_numbers_week_by_week(served: Any) -> None:
    opened("11-12", "plain_request")
    opened("11-18", "plain_request")
    opened("11-18", "plain_request")
    question = asked("weekly_figures", WEEK, post(CENTRE, "dispatcher"))
    weeks = [one for one in (periods.parse(f"2026-W{number}") for number in (45, 46, 47)) if one is not None]
    assert [number.value for number in queries.trend(question, ["requests_in"], weeks)["requests_in"]] == [0, 1, 2]


def test_writing_weekly_reports_or_visits_lets_nobody_oversee_workrooms(served: Any) -> None:
    """Clerks and heads open reports of their own unit; that gives no sight of another's matters."""
    from datetime import date

    from huiyin.city import queries as city

    day = date(2026, 11, 20)
    for unit, name in ((CENTRE, "head"), ("police_station.210102001", "clerk"), ("street_office.210102001", "head"), (COMMITTEE, "clerk")):
        assert city.overseen_by(unit, name, day) == ()
    assert WORKROOM in city.overseen_by(CENTRE, "supervision_officer", day)
