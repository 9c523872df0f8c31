"""The law as tables: every scenario of every pack is a case, and every procedure is sound and fully exercised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from huiyin.core import scenario
from huiyin.core.effects import ChildOpening, Effects, Opening
from huiyin.core.handing import role_there
from huiyin.core.pack_reading import read_library
from huiyin.core.packs import Library
from huiyin.core.papers import fields_in
from huiyin.core.pieces import takers_of, untried
from huiyin.core.procedure import Procedure
from huiyin.core.scenario import COVERS
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.soundness import check_coverage
from huiyin.core.soundness_common import actions_of
from huiyin.core.source import read_yaml
from huiyin.core.step import open_matter, step
from huiyin.core.values import Refusal

PACKS = Path(__file__).parents[2] / "packs"
Case = Mapping[str, Any]


@lru_cache(maxsize=1)
def library() -> Library:
    """Return everything the packs say, proved sound."""
    read, problems = read_library(sorted(manifest.parent for manifest in PACKS.glob("*/pack.yaml")))
    assert read is not None, "\n".join(f"{one.file}:{one.line} rule {one.rule}: {one.text.en} {one.mend.en}" for one in problems)
    return read


@lru_cache(maxsize=1)
def tables() -> dict[str, list[Case]]:
    """Return procedure name -> its scenarios."""
    return {path.name.removesuffix(".scenario.yaml"): read_yaml(path).data for path in sorted(PACKS.glob("*/procedures/*.scenario.yaml"))}


def named_cases() -> list[Any]:
    """Return one pytest case for each scenario."""
    return [pytest.param(name, case, id=f"{name}: {case['name']}") for name, cases in tables().items() for case in cases]


def test_every_procedure_is_sound() -> None:
    assert library().procedures


@pytest.mark.parametrize(("procedure", "case"), named_cases())
def test_scenario(procedure: str, case: Case) -> None:
    trace = scenario.run(library().procedures[procedure], library(), case)
    assert trace.passed, "\n".join(f"{one.zh}\n{one.en}" for one in trace.failures)


@pytest.mark.parametrize("procedure", sorted(tables()))
def test_scenarios_take_every_action_and_see_every_condition_refuse(procedure: str) -> None:
    definition = library().procedures[procedure]
    traces = [scenario.run(definition, library(), case) for case in tables()[procedure]]
    assert [one.text.en for one in check_coverage(definition, traces) if one.file == definition.source] == []


def test_scenarios_of_some_procedure_try_what_stands_in_a_piece() -> None:
    found = {
        name: check_coverage(library().procedures[name], [scenario.run(library().procedures[name], library(), case) for case in cases])
        for name, cases in tables().items()
    }
    assert [one.in_("en") for one in untried(found, takers_of(library().documents))] == []


@pytest.mark.parametrize("procedure", sorted(tables()))
def test_scenarios_cover_each_kind_of_case(procedure: str) -> None:
    assert {case["covers"] for case in tables()[procedure]} == set(COVERS)


def test_every_procedure_has_scenarios() -> None:
    assert set(tables()) == set(library().procedures)


def test_court_is_open_in_every_ladder_for_disputes() -> None:
    courts = {"court", "court_support", "court_after_labour_arbitration"}
    for ladder in ("dispute_routes", "breach_routes", "confirmation_routes"):
        for topic in library().topics_of("dispute"):
            names = {row.name for row in library().remedies_for(ladder, topic.key)}
            assert names & courts, (ladder, topic.key)


def test_arbitration_is_named_only_as_needing_an_agreement_and_never_for_family_or_neighbours() -> None:
    for topic in library().topics_of("dispute"):
        rows = [row for row in library().remedies_for("dispute_routes", topic.key) if row.name == "arbitration"]
        assert all(row.needs_agreement for row in rows)
        if topic.key.startswith(("dispute.family", "dispute.neighbour", "dispute.labour")):
            assert rows == []


def test_wage_disputes_are_sent_to_labour_arbitration_before_court() -> None:
    names = [row.name for row in library().remedies_for("dispute_routes", "dispute.labour.wages")]
    assert names.index("labour_arbitration") < names.index("court_after_labour_arbitration")
    assert "court" not in names


def test_every_open_step_of_mediation_says_that_court_is_open() -> None:
    for state in library().procedures["people_mediation"].states.values():
        if state.end is None:
            assert "直接去法院" in state.says.zh, state.name
            assert "straight to court" in state.says.en, state.name


def test_private_talk_is_on_no_paper_and_sealed_from_the_other_side() -> None:
    fields = library().procedures["people_mediation"].fields
    private = {name for name, field in fields.items() if field.cls == "P4"}
    assert {"private_notes", "private_statement"} <= private
    for name in ("private_notes", "private_statement"):
        assert set(fields[name].seen_by) <= {"mediator", "its_party"}
    actions = [(one.sealed, set(one.prints)) for procedure in library().procedures.values() for _, one in actions_of(procedure)]
    apart = {name for sealed, prints in actions if sealed for name in prints}
    assert not apart & {name for sealed, prints in actions if not sealed for name in prints}
    for paper in library().papers.values():
        told = set(fields_in(paper))
        assert not told & {"private_notes", "private_statement"}, paper.name
        assert not private & told or (paper.name in apart and paper.internal), paper.name


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> list[Effects]:
    """Return a list that fills with the effects of every act the runner takes."""
    seen: list[Effects] = []

    def watched(*given: Any, **named: Any) -> Effects | Refusal:
        result = step(*given, **named)
        if isinstance(result, Effects):
            seen.append(result)
        return result

    monkeypatch.setattr("huiyin.core.scenario.step", watched)
    return seen


def child_of(snapshot: Snapshot, child: ChildOpening, definition: Procedure, now: datetime) -> Effects | Refusal:
    """Open what a matter opened: same topic and place, each party in its role there."""
    parties: list[Party] = []
    for party in snapshot.parties:
        role = role_there(definition, party.role, party.facts)
        if role is not None:
            parties.append(replace(party, role=role, facts={}))
    opening = Opening(
        opened_by="transfer",
        topic=snapshot.topic,
        division=snapshot.division,
        data={name: value for name, value in child.data.items() if value is not None},
        parties=tuple(parties),
        units={"host": snapshot.units["host"]},
        parent=f"{snapshot.home}/{snapshot.matter}",
    )
    return open_matter(
        definition,
        library(),
        home=snapshot.home,
        matter="00000000-0000-7000-8000-000000000002",
        reference="260001000026",
        opening=opening,
        at=now,
        now=now,
        salts=lambda: b"child",
    )


def test_every_child_a_scenario_opens_can_be_opened_from_what_was_handed_down(acts: list[Effects]) -> None:
    for procedure, cases in tables().items():
        for case in cases:
            scenario.run(library().procedures[procedure], library(), case)
    opened = [(effects.after, child) for effects in acts for child in effects.opens]
    assert {child.procedure for _, child in opened} == {
        "administrative_mediation",
        "consultation",
        "court_mediation",
        "danger_report",
        "expert_question",
        "hazard_repair",
        "joint_task",
        "judicial_confirmation",
        "knowledge_card",
        "labour_arbitration",
        "legal_aid",
        "people_mediation",
        "plain_request",
        "supervision_notice",
        "whistle",
        "whistle_response",
    }
    for snapshot, child in opened:
        json.dumps(dict(child.data))
        now = datetime.fromisoformat("2026-12-31T10:00+08:00")
        result = child_of(snapshot, child, library().procedures[child.procedure], now)
        assert isinstance(result, Effects), (child.procedure, result.text.en, [one.text.en for one in result.details])
