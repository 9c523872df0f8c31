"""What packs know of kinds of dispute: read strictly, found for narrower kinds, with articles that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.core.mediating import nearest
from huiyin.core.pack_reading import read_packs
from huiyin.core.packs import Library
from huiyin.core.reader import read_mediating
from huiyin.core.soundness import check_library
from huiyin.core.source import PackError, Source

PACKS = Path(__file__).parents[3] / "packs"
CLAUSE = {"key": "mend", "who": "other", "what": {"zh": "修好", "en": "Mend"}, "money": False, "proof": {"zh": "去看", "en": "A look"}}


def _one(**changes: object) -> Source:
    known = {"ask": [], "evidence": [], "clauses": [CLAUSE], "careful": [], **changes}
    return Source("mediating.yaml", {"topics": {"dispute.neighbour": known}})


@pytest.fixture(scope="module")
def library() -> Library:
    read, problems = read_packs([PACKS / "cn"])
    assert read is not None, problems
    return read


def test_every_kind_of_dispute_the_pathway_sends_to_mediation_has_something(library: Library) -> None:
    lacking = [
        topic
        for topic in library.topics
        if topic.startswith("dispute.") and topic.count(".") == 1 and nearest(library.mediating, topic) is None
    ]
    assert set(lacking) <= {"dispute.housing_sale", "dispute.production", "dispute.other"}, lacking


def test_a_narrower_kind_takes_what_its_own_kind_offers(library: Library) -> None:
    leak = nearest(library.mediating, "dispute.neighbour.water_leak")
    assert leak is library.mediating["dispute.neighbour"]
    assert nearest(library.mediating, "request.heating") is None
    family = library.mediating["dispute.family"]
    assert any(str(basis).startswith("反家庭暴力法") for care in family.careful[:3] for basis in care.basis), "safety comes first"


@pytest.mark.parametrize(
    "wrong",
    [
        {"clauses": [CLAUSE, CLAUSE]},
        {"clauses": [{**CLAUSE, "who": "court"}]},
        {"clauses": [{name: value for name, value in CLAUSE.items() if name != "proof"}]},
        {"careful": [{"zh": "小心", "en": "Mind"}]},
        {"careful": [{"zh": "小心", "en": "Mind", "basis": ["民法典"]}]},
        {"more": []},
    ],
)
def test_what_is_written_wrongly_is_told(wrong: dict[str, object]) -> None:
    read_mediating(_one())
    with pytest.raises(PackError):
        read_mediating(_one(**wrong))


def test_an_article_nobody_knows_is_told(library: Library) -> None:
    from dataclasses import replace

    from huiyin.core.mediating import Care, Mediating
    from huiyin.core.procedure import Basis
    from huiyin.core.values import Text

    care = Care(Text("小心", "Mind"), (Basis("民法典", "99999"),), 1)
    wrong = replace(library, mediating={"dispute.money": Mediating((), (), (), (care,))})
    assert any("99999" in problem.text.zh for problem in check_library(wrong))
