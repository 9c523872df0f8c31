"""The quick list against a slow one: the same row, the same losers in the same order, the same words."""

from __future__ import annotations

from random import Random

import pytest
from random_lists import FACTS, LABELS, NAMES, case, rows
from reference import decide

from huiyin.core.responsibility import NoRowError, RowList


@pytest.mark.parametrize("seed", range(20))
def test_ten_thousand_random_cases_are_decided_and_explained_alike(seed: int) -> None:
    chance = Random(seed)
    beaten = 0
    for _ in range(10):
        listed = rows(chance, chance.choice((1, 5, 40, 150, 400)))
        quick = RowList(listed, words=FACTS, topics=LABELS, places=NAMES)
        for _ in range(50):
            topic, path, on, facts = case(chance)
            try:
                slow = decide(listed, topic=topic, path=path, on=on, facts=facts, words=FACTS, topics=LABELS, places=NAMES)
            except NoRowError:
                with pytest.raises(NoRowError):
                    quick.decide(topic=topic, path=path, on=on, facts=facts)
                assert quick.winner(topic=topic, path=path, on=on, facts=facts) is None
                continue
            assert quick.decide(topic=topic, path=path, on=on, facts=facts) == slow
            assert quick.winner(topic=topic, path=path, on=on, facts=facts) is slow.row
            beaten += bool(slow.losers)
    assert beaten > 100, "chance made too few cases in which anything loses"


def test_chance_makes_equal_rows_too() -> None:
    chance = Random(1)
    listed = rows(chance, 1000)
    quick = RowList(listed)
    found = [quick.decide(topic=topic, path=path, on=on, facts=facts) for topic, path, on, facts in (case(chance) for _ in range(2000))]
    assert any("equal" in one.reason.en for one in found)
