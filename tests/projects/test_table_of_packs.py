"""What `projects.yaml` says is compared with both procedures: whatever does not fit is refused before a pack loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from huiyin.core.pack_reading import read_library
from huiyin.core.packs import Library
from huiyin.core.projects import Notices, ProjectDef
from huiyin.core.soundness_projects import check_projects

PACKS = Path(__file__).parents[2] / "packs"
NAME = "household_project"


@cache
def library() -> Library:
    read, problems = read_library([PACKS / "cn", PACKS / "cn-2101-shenyang"])
    assert read is not None, problems
    return read


def wrong(change: Callable[[ProjectDef], ProjectDef]) -> str:
    changed = replace(library(), projects={NAME: change(library().projects[NAME])})
    return " ".join(one.text.en for one in check_projects(changed))


def test_what_the_packs_say_fits() -> None:
    assert check_projects(library()) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda one: replace(one, households="no_such"), "no procedure “no_such”"),
        (lambda one: replace(one, households="hazard_repair"), "cannot be opened so"),
        (lambda one: replace(one, unit="place"), "“place” is no field"),
        (lambda one: replace(one, others="facts"), "“facts” is no field"),
        (lambda one: replace(one, title="other_side"), "“other_side” is no field"),
        (lambda one: replace(one, place="name"), "“name” is no field"),
        (lambda one: replace(one, pieces="notices"), "“notices” is no field"),
        (lambda one: replace(one, notices=Notices("look_over", "notices")), "“look_over” does not add"),
        (lambda one: replace(one, hands={"claim": "claim"}), "“facts”, which the project does not hand down"),
        (lambda one: replace(one, hands={**one.hands, "place": "reason"}), "“reason” is not asked"),
        (lambda one: replace(one, own={**one.own, "sum": "building"}), "“building” is not asked"),
        (lambda one: replace(one, own={**one.own, "words": "building"}), "“own.words”"),
        (lambda one: replace(one, naming=replace(one.naming, act="decline")), "“decline” names no"),
        (lambda one: replace(one, naming=replace(one.naming, says=("reason",))), "does not ask “reason”"),
        (lambda one: replace(one, naming=replace(one.naming, sets={"impartial": "x"})), "does not ask “impartial”"),
        (lambda one: replace(one, stages=one.stages[1:]), "“received” has to stand in one stage"),
        (lambda one: replace(one, stages=(*one.stages, one.stages[0])), "“received” has to stand in one stage"),
    ],
)
def test_what_does_not_fit_is_named(change: Callable[[ProjectDef], ProjectDef], says: str) -> None:
    assert says in wrong(change)
