"""The invented year goes through the same step and the same writer as real acts: it is sound, and writing it twice writes it once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from whole_city import only_these_packs

from huiyin import clock
from huiyin.core.source import read_yaml
from huiyin.core.values import SYSTEM
from huiyin.demo import history, stations
from huiyin.demo.people import ROLES, sign_ins
from huiyin.demo.reports import give_reports
from huiyin.matters import queries
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Event, Matter

NUMBERS = list(range(40))


@pytest.fixture
def town(city_loaded: Any, empty_record: Any) -> Any:
    history.author.cache_clear()
    with only_these_packs():
        yield empty_record


def test_invented_lives_pass_the_audit_and_stand_in_many_states(town: Any) -> None:
    matters, events = history.write_batch(NUMBERS, clock.now())
    assert matters == len(NUMBERS)
    report = audit()
    assert report.passed, report.findings
    assert (report.matters, report.events) == (len(NUMBERS), events)
    with reading_as(SYSTEM):
        states = Counter(Matter.objects.values_list("procedure", "state"))
        latest = max(Event.objects.values_list("now", flat=True))
    assert {procedure for procedure, _ in states} == {"plain_request", "hazard_repair", "people_mediation", "visit_record"}
    assert len(states) > 6
    assert latest <= clock.now()


def test_a_history_cut_short_is_simply_written_again(town: Any) -> None:
    until = clock.now()
    _, first = history.write_batch(NUMBERS[:10], until)
    _, again = history.write_batch(NUMBERS[:10], until)
    assert first > 10
    assert again == 0
    assert audit().matters == 10


@pytest.mark.parametrize(
    ("procedure", "state"),
    [("people_mediation", "signing"), ("plain_request", "deciding"), ("supervision_notice", "replying"), ("visit_record", "planned")],
)
def test_a_stage_that_is_asked_for_is_reached_with_its_clocks_running(town: Any, procedure: str, state: str) -> None:
    now = clock.now()
    station = stations.write_station((procedure, state, 0), now)
    assert station is not None
    with reading_as(SYSTEM):
        matter = Matter.objects.get(id=station.id)
    assert (matter.procedure, matter.state, matter.reference) == (procedure, state, station.reference)
    assert matter.next_due is not None
    assert matter.next_due > now
    assert audit().passed
    follower = queries.find_by_reference(station.reference, station.code)
    assert getattr(follower, "kind", None) == ("party" if procedure in ("people_mediation", "plain_request") else None)


@pytest.mark.parametrize("state", ["preparing", "confirmed"])
def test_a_confirmation_names_the_mediation_it_rests_on(town: Any, state: str) -> None:
    station = stations.write_station(("judicial_confirmation", state, 0), clock.now())
    assert station is not None
    with reading_as(SYSTEM):
        asked = Matter.objects.get(id=station.id).body
        mediation = Matter.objects.get(procedure="people_mediation", reference=asked["facts"]["mediation_reference"])
        told = mediation.body
    agreement = told["papers"]["mediation_agreement"][-1]
    assert mediation.topic == asked["topic"]
    assert agreement["effective_at"] == asked["facts"]["agreement_in_force_at"]
    names = [party["name"] for party in asked["parties"]]
    assert all(names)
    assert [party["name"] for party in told["parties"]] == names
    assert audit().passed


def test_a_stage_no_act_of_people_leads_to_is_left_out(town: Any) -> None:
    assert stations.write_station(("plain_request", "answering", 0), clock.now()) is None


def test_the_workroom_has_sent_its_reports_and_the_centre_has_one_to_receive(town: Any) -> None:
    sign_ins()
    assert give_reports() == 3
    assert give_reports() == 3
    with reading_as(SYSTEM):
        states = sorted(Matter.objects.filter(procedure="weekly_report").values_list("state", flat=True))
    assert states == ["received", "received", "sent"]
    assert audit().passed


def test_a_supervision_notice_can_be_walked_to_its_end_by_those_who_sign_in(town: Any) -> None:
    notice = history.author().library.procedures["supervision_notice"]
    held = {(role.kind, post) for role in ROLES for post in role.posts}
    for use in notice.posts.values():
        assert held & {(kind, use.post) for kind in notice.units[use.of].kinds}, use.name


OF_LAW = (
    "administrative_review",
    "information_disclosure",
    "labour_arbitration",
    "labour_mediation",
    "legal_aid",
    "petition",
    "public_security_mediation",
)


@pytest.mark.parametrize("procedure", OF_LAW)
def test_a_procedure_of_law_has_a_matter_at_every_step(town: Any, procedure: str) -> None:
    sign_ins()
    stations._signed_in.cache_clear()
    now, states = clock.now(), history.author().library.procedures[procedure].states
    reached = {state: stations.write_station((procedure, state, 0), now) for state in states}
    assert not [state for state, station in reached.items() if station is None]
    report = audit()
    assert report.passed, report.findings
    with reading_as(SYSTEM):
        kept = {one.state: one for one in Matter.objects.filter(procedure=procedure)}
        assert max(Event.objects.values_list("now", flat=True)) <= now
    assert set(kept) == set(states)


OF_BODIES = tuple(read_yaml(Path(history.__file__).with_name(history.OF_BODIES)).data)
# A Sunday night, the middle of the longest holidays, the first hour of a year and the eve of a rest day worked instead.
HARD_TIMES = ("2026-11-22T02:10", "2026-02-19T12:00", "2026-01-01T00:20", "2026-10-04T23:50", "2026-06-30T08:59")


@pytest.mark.parametrize("moment", HARD_TIMES)
def test_what_single_bodies_do_stands_at_the_stages_its_stories_name(town: Any, moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.set_to(now):
        sign_ins()
        stations._signed_in.cache_clear()
        author = history.author()
        wanted = [(name, state) for name in OF_BODIES for state in author.life.stages(author.library.procedures[name])]
        missing = [stage for stage in wanted if stations.write_station((*stage, 0), now) is None]
        assert not missing
        report = audit()
        assert report.passed, report.findings
        with reading_as(SYSTEM):
            assert max(Event.objects.values_list("now", flat=True)) <= now
            late = [(one.procedure, one.state) for one in Matter.objects.filter(procedure__in=OF_BODIES, next_due__lte=now)]
        assert not late
