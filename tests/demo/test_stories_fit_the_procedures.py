"""A story that speaks of a field, a choice, a stage or a party its procedure no longer has would be told by chance instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Procedure
from huiyin.demo import history


def unfit(field: Field | None, told: Any) -> bool:
    """Tell whether nothing of that kind can be said of a field."""
    if field is None:
        return True
    if isinstance(told, Mapping):
        parts = {part.name: part for part in field.record}
        return any(name != "who" and unfit(parts.get(name), value) for name, value in told.items())
    return bool(field.values) and told not in [value.value for value in field.values]


def opening(procedure: Procedure, story: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    asked = {entry.field for entry in procedure.forms[procedure.opening_form].entries}
    for name, told in story.items():
        if name not in history.NOT_DATA and (name not in asked or unfit(procedure.fields.get(name), told)):
            yield name, told


def sides(procedure: Procedure, story: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for role, people in story.get("sides", {}).items():
        known = {name: field for name, field in procedure.fields.items() if field.of == role}
        for one in people:
            facts = one if isinstance(one, Mapping) else {}
            yield from ((name, told) for name, told in facts.items() if name != "name" and unfit(known.get(name), told))
        if role not in procedure.roles:
            yield role, people


def faults(library: Library, name: str, story: Mapping[str, Any]) -> list[tuple[str, Any]]:
    procedure = library.procedures[name]
    wrong = [("stands", state) for state in story.get("stands", ()) if state not in procedure.states]
    wrong += [] if story["topic"] in library.topics else [("topic", story["topic"])]
    wrong += [(field, told) for field, rows in story.get("tells", {}).items() for told in rows if unfit(procedure.fields.get(field), told)]
    wrong += [("days", field) for field in story.get("days", {}) if field not in procedure.fields]
    return [*wrong, *opening(procedure, story), *sides(procedure, story)]


STORIES = [(name, place, story) for name, stories in history.read_life().stories.items() for place, story in enumerate(stories)]


@pytest.mark.parametrize(("name", "story"), [pytest.param(name, story, id=f"{name}-{place}") for name, place, story in STORIES])
def test_a_story_speaks_of_what_its_procedure_has(packs_read: Any, name: str, story: Mapping[str, Any]) -> None:
    assert not faults(packs_read[0], name, story)


def test_every_procedure_has_somebody_in_it(packs_read: Any) -> None:
    """Weekly reports are given by the workroom itself (`demo.reports`)."""
    assert set(packs_read[0].procedures) - {"weekly_report"} == {name for name, _, _ in STORIES}


def test_no_two_stories_of_a_procedure_are_about_the_same(packs_read: Any) -> None:
    told = [(name, story["topic"]) for name, _, story in STORIES]
    assert len(told) == len(set(told))
