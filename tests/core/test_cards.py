"""Cards of questions and answers: what they cite, when the law under them has changed, and to whom they are offered."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import pytest

from huiyin.core.cards import Card, cited, fitting, offered
from huiyin.core.pack_reading import read_packs
from huiyin.core.packs import Library

PACKS = Path(__file__).parents[2] / "packs"
TODAY = date(2026, 11, 23)


@lru_cache(maxsize=1)
def library() -> Library:
    read, problems = read_packs([PACKS / "cn", PACKS / "cn-2101-shenyang"])
    assert read is not None, problems
    return read


def card(
    topic: str, grounds: str, looked_at: datetime = datetime(2026, 11, 1, tzinfo=UTC), question: str = "楼上不让进门查漏水怎么办"
) -> Card:
    found = tuple(cited(grounds, library(), looked_at.date(), TODAY))
    return Card("210102", "m", topic, question, "应当让人进门查", "", found, looked_at, 1)


@pytest.mark.parametrize(
    ("grounds", "looked_at", "changed"),
    [
        ("《民法典》第296条", date(2026, 1, 1), False),
        ("《民事诉讼法》第205条", date(2025, 1, 1), False),
        ("《民事诉讼法》第二百零五条", date(2023, 6, 1), True),
        ("《没有这部法》第3条", date(2026, 1, 1), None),
        ("本院的做法", date(2026, 1, 1), None),
    ],
)
def test_a_law_that_changed_after_the_card_was_checked_is_seen(grounds: str, looked_at: date, changed: bool | None) -> None:
    (one,) = cited(grounds, library(), looked_at, TODAY)
    assert one.changed is changed


def test_several_articles_are_each_cited_with_what_they_say() -> None:
    found = tuple(cited("《民法典》第296条；《人民调解法》第33条", library(), TODAY, TODAY))
    assert [one.text.zh for one in found] == ["《民法典》第296条", "《人民调解法》第33条"]
    assert found[1].says is not None


def test_a_card_is_offered_for_its_kind_and_not_while_its_law_has_changed() -> None:
    leak = card("dispute.neighbour.water_leak", "《民法典》第296条")
    neighbours = card("dispute.neighbour", "《民法典》第288条")
    every = card("dispute", "《民法典》第7条")
    stale = card("dispute.neighbour.water_leak", "《民事诉讼法》第205条", datetime(2023, 6, 1, tzinfo=UTC))
    cards = (leak, neighbours, every, stale)
    assert set(offered(cards, "dispute.neighbour.water_leak")) == {leak, neighbours}
    assert offered(cards, "dispute.labour.wages") == ()
    assert offered(cards, "") == ()


def test_a_card_is_found_by_every_word_and_by_the_article() -> None:
    leak = card("dispute.neighbour.water_leak", "《民法典》第296条")
    assert fitting([leak], "漏水 296", "") == (leak,)
    assert fitting([leak], "漏水 工资", "") == ()
    assert fitting([leak], "", "dispute.neighbour") == (leak,)
    assert fitting([leak], "", "dispute.labour") == ()
