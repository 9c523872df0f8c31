"""An act by which a party leaves is its own, of one press, and tells it whom it may turn to."""

from __future__ import annotations

import pytest
from sound_pack import PROCEDURE, broken

OLD = "by: neighbour, to: failed, form: reason, not_from: [returning], prints: [ways_notice]}"
PLAIN = "by: neighbour, leaves: true, to: failed, not_from: [returning], prints: [ways_notice]}"


def _told(new: str) -> list[tuple[str, str]]:
    return [(one.rule, one.text.en) for one in broken(PROCEDURE, OLD, new) if "leave" in one.text.en]


def test_leaving_at_one_press_with_a_notice_is_sound() -> None:
    assert broken(PROCEDURE, OLD, PLAIN) == []


@pytest.mark.parametrize(
    ("new", "rule"),
    [
        (PLAIN.replace("by: neighbour", "by: clerk"), "2"),
        (PLAIN.replace("by: neighbour", "by: [neighbour, go_between]"), "2"),
        (PLAIN.replace("to: failed,", "to: failed, form: reason,"), "2"),
        (PLAIN.replace("to: failed,", "to: failed, needs: all_willing,"), "2"),
        (PLAIN.replace("to: failed,", "to: failed, sealed: true,"), "2"),
        (PLAIN.replace("[ways_notice]", "[note_of_terms]").replace("to: failed", "to: talks"), "5"),
    ],
)
def test_leaving_asks_for_nothing_hangs_on_nothing_and_gives_a_notice(new: str, rule: str) -> None:
    assert rule in {told for told, _ in _told(new)}


def test_sides_are_a_choice_of_that_role() -> None:
    for name, sound in (("answer", True), ("reason", False), ("nowhere", False)):
        found = broken(PROCEDURE, "min: 2, max: 6, bound: true}", f"min: 2, max: 6, bound: true, sides: {name}}}")
        assert (not [one for one in found if one.rule == "reference"]) is sound, name


@pytest.mark.parametrize(
    ("act", "sound"),
    [
        ("by: clerk, adds: neighbour", True),
        ("by: neighbour, adds: neighbour", False),
        ("by: clerk, adds: stranger", False),
        ("by: clerk, adds: neighbour, form: reason", False),
    ],
)
def test_a_post_adds_a_party_and_asks_of_that_party_alone(act: str, sound: bool) -> None:
    added = PLAIN + f"\n  join:    {{label: {{zh: 加人, en: Add}}, {act}}}"
    assert (broken(PROCEDURE, OLD, added) == []) is sound
