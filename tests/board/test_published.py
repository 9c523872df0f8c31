"""The public tables, given any history: what is hidden cannot be computed, also by a reader who knows every total."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from huiyin.core.suppression import SMALLEST_SHOWN, safe
from huiyin.matters.counting import Fact

pytestmark = pytest.mark.usefixtures("served")
SINCE = date(2026, 8, 31)


def history(seed: int, size: int) -> list[Fact]:
    dice = random.Random(seed)
    return [
        Fact(
            line=dice.choice(["request", "request", "request", "hazard", "dispute"]),
            district=dice.choice(["210102000000", "210103000000", "210104000000", "210106000000", ""]),
            week=SINCE + timedelta(weeks=dice.randrange(12)),
            outcome=(outcome := dice.choice(["", "", "resolved", "declined", "withdrawn"])),
            days=None if not outcome else dice.randrange(60),
            overdue=False,
            number=dice.randrange(1, 9),
        )
        for _ in range(size)
    ]


@pytest.mark.parametrize("size", [1, 3, 12, 60, 400])
@pytest.mark.parametrize("seed", range(4))
def test_no_small_number_is_shown_and_none_can_be_computed(seed: int, size: int) -> None:
    from huiyin.web.pages.board import figures

    facts = history(seed, size)
    for table in figures.published(facts, SINCE):
        shown = [cell.count for row in table.rows for cell in (*row.cells, row.total)] + [cell.count for cell in table.total.cells]
        assert not [number for number in shown if number is not None and 0 < number < SMALLEST_SHOWN]
        counts, out = truth(table, facts)
        assert safe(counts, out), (table.key, seed, size)


def truth(table: Any, facts: list[Fact]) -> tuple[dict[tuple[int, int], int], set[tuple[int, int]]]:
    """Return the real numbers of a table as its rows and columns stand on the page, and which of them are hidden."""
    from huiyin.web.pages.board import figures

    lines = list(figures._lines())
    districts = [place.code for place in figures._districts()] + [""]
    weeks = [(SINCE + timedelta(weeks=n)).isoformat() for n in range(12)]
    outcomes = list(figures._outcomes(facts))
    spans = ["3", "7", "30", "more"]
    rows, columns, row_of, column_of = {
        "weeks": (weeks, lines, lambda fact: fact.week.isoformat(), lambda fact: fact.line),
        "speed": (lines, spans, lambda fact: fact.line, lambda fact: figures._span(fact.days or 0)),
        "outcomes": (lines, outcomes, lambda fact: fact.line, lambda fact: fact.outcome),
        "districts": (districts, lines, lambda fact: fact.district, lambda fact: fact.line),
    }[table.key]
    counts: dict[tuple[int, int], int] = {}
    for fact in facts:
        if table.key == "speed" and fact.days is None:
            continue
        cell = (rows.index(row_of(fact)), columns.index(column_of(fact)))
        counts[cell] = counts.get(cell, 0) + fact.number
    names = [row.label for row in table.rows]
    out = set()
    for (row, column), number in counts.items():
        if table.key == "districts" and not rows[row]:
            label = figures.ELSEWHERE
        else:
            label = list(figures_rows(table.key, figures))[row]
        if not table.rows:
            continue
        shown = table.rows[names.index(label)].cells[column].count
        if shown is None:
            out.add((row, column))
        else:
            assert shown == number
    return counts, out


def figures_rows(key: str, figures: Any) -> list[Any]:
    from huiyin.core.values import Text

    if key == "weeks":
        return [Text(one, one) for one in ((SINCE + timedelta(weeks=n)).isoformat() for n in range(12))]
    if key == "districts":
        return [place.title for place in figures._districts()]
    return list(figures._lines().values())


def test_one_report_alone_is_not_published_at_all() -> None:
    from huiyin.web.pages.board import figures

    fact = Fact("dispute", "210102000000", SINCE, "", None, False, 1)
    for table in figures.published([fact], SINCE):
        assert not table.rows or all(cell.count in (0, None) for row in table.rows for cell in row.cells)
        assert table.total.total.count in (0, None)
