"""Sums of amounts told to those who may not read the amounts: none of them can be found from what is shown."""

from __future__ import annotations

from typing import Any

from living import CENTRE, COMMITTEE, COMMUNITY, accepted, agreed, asked, opened, post

from huiyin.core.values import Principal
from huiyin.returns import queries
from huiyin.returns.shapes import Asked

WEEK = "2026-W47"
DAY = "11-18"


def settled(topic: str, *cents: int) -> None:
    for amount in cents:
        one = opened(DAY, topic=topic)
        accepted(one, f"{DAY} 09:30")
        agreed(one, DAY, amount)


def officer() -> Principal:
    return post(CENTRE, "supervision_officer", supervises=(COMMITTEE,))


def amounts(question: Asked) -> dict[str, int | None]:
    """Return the column of amounts; its total under an empty key."""
    table = queries.figures(question)
    assert table.total is not None
    place = [count.count for count in table.total.numbers].index("amount")
    return {line.key: line.numbers[place].value for line in (*table.lines, table.total) if line.numbers[place].value != 0}


def test_a_total_does_not_tell_the_one_sum_that_is_left_out(served: Any) -> None:
    settled("dispute.neighbour", 50_000, 30_000)
    settled("dispute.tenancy", *[10_000] * 5)
    settled("dispute.money", *[90_000] * 5)
    question = asked("mediation_statistics", WEEK, officer(), below=True)
    assert amounts(question) == {"dispute.neighbour": None, "dispute.tenancy": None, "dispute.money": 450_000, "": 580_000}
    # Who may read every amount is told every sum.
    own = asked("mediation_statistics", WEEK, post(COMMITTEE, "clerk"))
    assert amounts(own) == {"dispute.neighbour": 80_000, "dispute.tenancy": 50_000, "dispute.money": 450_000, "": 580_000}


def test_a_narrower_question_cannot_be_set_against_a_wider_one(served: Any) -> None:
    settled("dispute.tenancy", *[10_000] * 5)
    who = officer()
    wide = asked("mediation_statistics", WEEK, who, below=True)
    assert amounts(wide) == {"dispute.tenancy": 50_000, "": 50_000}
    for narrow in (
        asked("mediation_statistics", WEEK, who, below=True, division=COMMUNITY),
        asked("mediation_statistics", "2026-11-16..2026-11-20", who, below=True),
    ):
        assert amounts(narrow) == {"dispute.tenancy": None, "": None}
