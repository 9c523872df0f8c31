"""An address nobody recognised and the place a desk chose: the estate's name is put forward, once, and nothing else of it."""

from __future__ import annotations

from typing import Any

import pytest
from test_gazetteer import keeper

from huiyin.core.values import ANONYMOUS, Refusal

STREET = "210102019000"


def test_the_name_of_an_estate_is_put_forward_and_leads_nowhere_yet(city: Any) -> None:
    from huiyin.city.name_learning import learn
    from huiyin.city.places import find_places

    row = learn(keeper("clerk"), "和平区望月花园3号楼2单元501王先生", STREET)
    assert row is not None
    assert (row.name, row.kind, row.place_id, row.state) == ("望月花园", "estate", STREET, "proposed")
    assert find_places("望月花园8号楼") == []
    assert learn(keeper("clerk"), "望月花园9号楼", STREET) is None, "once is enough"


def test_what_was_declined_is_not_put_forward_again(city: Any) -> None:
    from huiyin.city import gazetteer
    from huiyin.city.name_learning import learn

    row = learn(keeper("clerk"), "望月花园3号楼", STREET)
    assert row is not None
    assert not isinstance(gazetteer.decide(keeper(), row.id, accept=False, reason="不是小区"), Refusal)
    assert learn(keeper("clerk"), "望月花园3号楼", STREET) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [("和平区南湖街道文体路8号", STREET), ("张三家楼下", STREET), ("望月花园3号楼", "210100000000"), ("", STREET)],
)
def test_nothing_is_put_forward_where_nothing_is_to_be_learned(city: Any, words: str, code: str) -> None:
    from huiyin.city.name_learning import learn

    assert learn(keeper("clerk"), words, code) is None


def test_residents_teach_nothing(city: Any) -> None:
    from huiyin.city.name_learning import learn

    assert learn(ANONYMOUS, "望月花园3号楼", STREET) is None
