"""Whoever is named gets to read the matter: a name is not taken on trust. What a body keeps for itself no party reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import small

from huiyin.core.values import Refusal
from huiyin.matters import directory, queries


@pytest.mark.parametrize("person", [str(small.ADA), "0b0d2a52-5f0e-4c43-9d2c-6a1f9a3b7e11", "x", "unit:office.990101001"])
def test_only_a_holder_of_the_post_can_be_named(record: Any, person: str) -> None:
    receipt = small.opened()
    answer = small.tried(receipt, "accept", {"who_helps": person})
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.field) == ("not_there", "who_helps")
    small.did(receipt, "accept", {"who_helps": str(small.BEN)})


def test_a_matter_is_handed_over_only_to_a_holder_of_the_post(record: Any) -> None:
    receipt = small.working()
    answer = small.tried(receipt, "hand_over", {"post": "helper", "to": str(small.ADA), "reason": "休假"}, small.HEAD)
    assert isinstance(answer, Refusal)
    assert answer.code == "not_there"
    small.did(receipt, "hand_over", {"post": "helper", "to": str(small.CAI), "reason": "休假"}, small.HEAD)


def test_an_internal_paper_is_for_the_body_only(record: Any) -> None:
    receipt = small.working()
    party = small.party_of(receipt)
    (shown, *_) = queries.papers(small.CLERK, receipt.home, receipt.matter)
    assert shown.name in {line.name for line in queries.papers(party, receipt.home, receipt.matter)}
    library = small.library()
    papers = {**library.papers, shown.name: replace(library.papers[shown.name], internal=True)}
    directory._library = (float("inf"), replace(library, papers=papers))
    assert shown.name in {line.name for line in queries.papers(small.CLERK, receipt.home, receipt.matter)}
    assert shown.name not in {line.name for line in queries.papers(party, receipt.home, receipt.matter)}
    assert queries.paper(party, receipt.home, receipt.matter, shown.name, shown.number) is None
    view = queries.get(party, receipt.home, receipt.matter)
    assert view is not None
    assert shown.name not in {line.name for line in view.papers}
