"""What ``check --law`` prints: nothing of the packs left out, and no line too wide for a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from huiyin.cli.law import WIDTH, lines, width
from huiyin.core.law_report import report
from huiyin.core.pack_reading import read_packs
from huiyin.core.packs import Library
from huiyin.core.scenario_files import Tried

PACKS = Path(__file__).resolve().parents[2] / "packs"


@pytest.fixture(scope="module")
def library() -> Library:
    found, problems = read_packs([PACKS / "cn"])
    assert found is not None, problems
    return found


@pytest.fixture(scope="module")
def told(library: Library) -> dict[str, Any]:
    tried = Tried(covers={"ordinary"}, actions={"received.dispatch"}, refused={"checked_by_another"}, dated={"repair"})
    return report(library, {"hazard_repair": tried})


def test_every_clock_names_the_clocks_that_run_by_it(library: Library, told: dict[str, Any]) -> None:
    used = {one["name"]: one["used_by"] for one in told["clocks"]}
    assert set(used) == {clock.name for clock in library.statutory.clocks}
    by_law = [
        (clock.law, f"{procedure.name}.{clock.name}")
        for procedure in library.procedures.values()
        for clock in procedure.clocks.values()
        if clock.law
    ]
    assert len(by_law) > 50
    assert all(name in used[law] for law, name in by_law)
    assert told["unused"] == sum(not names for names in used.values()) > 0


def test_what_was_tried_and_what_was_not(library: Library, told: dict[str, Any]) -> None:
    coverage = {one["procedure"]: one for one in told["coverage"]}
    assert set(coverage) == set(library.procedures)
    hazard = coverage["hazard_repair"]
    assert (hazard["actions"]["tried"], hazard["covers"]) == (["dispatch"], ["ordinary"])
    assert hazard["conditions_refusing"]["tried"] == ["checked_by_another"]
    assert hazard["clocks_dated"]["tried"] == ["repair"]
    assert "transfer" in hazard["actions"]["untried"]
    assert coverage["petition"]["actions"]["tried"] == []


def test_every_paper_shows_its_elements_and_what_they_are_bound_to(library: Library, told: dict[str, Any]) -> None:
    papers = {one["paper"]: one["elements"] for one in told["papers"]}
    assert set(papers) == set(library.papers)
    for name, paper in library.papers.items():
        assert [one["binds"] for one in papers[name]] == [element.binds for element in paper.elements]
        assert [bool(one["basis"]) for one in papers[name]] == [bool(element.basis) for element in paper.elements]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_fits_a_terminal_and_says_everything(library: Library, told: dict[str, Any], language: str) -> None:
    printed = list(lines(told, language))
    assert [line for line in printed if width(line) > WIDTH] == []
    text = "\n".join(printed)
    assert all(clock.name in text for clock in library.statutory.clocks)
    assert all(name in text for name in (*library.procedures, *library.papers))
    unchecked = next(one for one in told["clocks"] if one["verified"] == "M")
    at = next(number for number, line in enumerate(printed) if line.endswith(f"  {unchecked['name']}"))
    assert printed[at - 1].lstrip().startswith("#?"), "an article from memory is not quoted"
