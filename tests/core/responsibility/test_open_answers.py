"""What nobody has answered yet: the list proposes while it could bring in another row, and asks for nothing it may not use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from huiyin.core.pack_reading import read_library
from huiyin.core.packs import Library
from huiyin.core.responsibility import Fact, Row, RowList
from huiyin.core.responsibility_facts import answerable, answered, asked_by_topic
from huiyin.core.values import Text

DAY = date(2026, 9, 7)
WORDS = {
    name: Fact(name, Text(name, name), {value: Text(value, value) for value in values})
    for name, values in {"premises": ("estate", "public", "workplace"), "solved": ("yes", "no"), "phone": ("yes",)}.items()
}


def row(name: str, **more: Any) -> Row:
    return Row(**{"id": name, "topic": "lamp", "lead": name, "from_date": date(2024, 1, 1), "direct": True, **more})


STREET, ESTATE = row("street"), row("estate", when={"premises": ("estate",)})


def decided(*rows: Row, **facts: str) -> tuple[str, bool, list[tuple[str, tuple[str, ...]]]]:
    found = RowList(rows).decide(topic="lamp", path=["2101"], on=DAY, facts=facts)
    return found.row.id, found.direct, [(one.row.id, one.unknown) for one in found.open]


def test_an_unanswered_question_that_could_bring_in_another_row_is_left_open() -> None:
    assert decided(STREET, ESTATE) == ("street", False, [("estate", ("premises",))])
    assert decided(STREET, ESTATE, premises="public") == ("street", True, [])
    assert decided(STREET, ESTATE, premises="estate") == ("estate", True, [])


def test_what_could_change_nothing_is_not_open() -> None:
    wider = replace(ESTATE, topic="*")
    assert decided(STREET, wider) == ("street", True, []), "the narrower topic decides whatever the answer"
    same = replace(ESTATE, lead="street")
    assert decided(STREET, same) == ("street", True, []), "it goes there either way"
    elsewhere = replace(ESTATE, place="2102")
    assert decided(STREET, elsewhere) == ("street", True, [])
    ended = replace(ESTATE, to_date=date(2025, 1, 1))
    assert decided(STREET, ended) == ("street", True, [])
    town = replace(ESTATE, when={"premises": ("estate",), "area": ("urban",)})
    assert decided(STREET, town, area="rural") == ("street", True, []), "what is known speaks against the row"
    assert decided(STREET, town) == ("street", False, [("estate", ("premises", "area"))])


@pytest.fixture(scope="module")
def library() -> Library:
    found, problems = read_library([Path(__file__).parents[3] / "packs" / "cn"])
    assert found is not None, problems
    return found


def test_answers_are_those_people_gave_and_may_be_told(library: Library) -> None:
    request = library.procedures["plain_request"]
    assert answerable(request, WORDS)["premises"] == {"estate", "public", "workplace"}
    assert "phone" not in answerable(request, WORDS), "a person's own fact is none of the list's"
    given = {"premises": "estate", "phone": "yes"}
    assert answered(request, given, WORDS) == {"premises": "estate"}
    assert answered(request, given, WORDS, sealed=True) == {}
    assert answered(request, {"premises": "unclear"}, WORDS) == {}, "not knowing is no answer"
    for cls in ("P3", "P4"):
        private = replace(request, fields={**request.fields, "premises": replace(request.fields["premises"], cls=cls)})
        assert answered(private, given, WORDS) == {}


def test_what_is_asked_is_known_by_topic_and_nothing_of_a_sealed_one(library: Library) -> None:
    asked = asked_by_topic(library, WORDS)
    assert "estate" in asked["request.lighting"]["premises"]
    assert "estate" in asked["hazard.road"]["premises"]
    assert "premises" not in asked["dispute.family"]
    assert asked["safety.domestic_violence"] == {}
    assert "premises" in asked["*"]
    alone = replace(library, procedures={"weekly_report": library.procedures["weekly_report"]})
    assert "request.lighting" not in asked_by_topic(alone, WORDS), "what runs requests is in another pack"
