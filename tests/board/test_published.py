"""The public tables, given any history: what is hidden cannot be computed, also by a reader who knows every total."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from huiyin.core.suppression import SMALLEST_SHOWN, safe
from huiyin.core.values import Text
from huiyin.matters.counting import Fact
from huiyin.web.pages.board import figures

SINCE = date(2026, 8, 31)
DISTRICTS = ["210102000000", "210103000000", "210104000000", "210106000000", ""]


def history(seed: int, size: int) -> list[Fact]:
    dice = random.Random(seed)
    return [
        Fact(
            line=dice.choice(["request", "request", "request", "hazard", "dispute"]),
            district=dice.choice(DISTRICTS),
            week=SINCE + timedelta(weeks=dice.randrange(12)),
            outcome=(outcome := dice.choice(["", "", "resolved", "declined", "withdrawn"])),
            days=None if not outcome else dice.randrange(60),
            overdue=False,
            number=dice.randrange(1, 9),
        )
        for _ in range(size)
    ]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("size", [1, 3, 12, 60, 400])
def test_no_small_number_is_shown_anywhere(size: int) -> None:
    for seed in range(6):
        facts = history(seed, size)
        for table in figures.published(facts, SINCE):
            cells = [cell for row in (*table.rows, table.total) for cell in (*row.cells, row.total)]
            assert not [cell.count for cell in cells if cell.count is not None and 0 < cell.count < SMALLEST_SHOWN]
            assert not [row for row in table.rows if row.parts and any(cell.count is None for cell in row.cells)]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("size", [12, 30, 60, 120, 400])
def test_how_few_are_open_cannot_be_told_from_how_many_are_closed(size: int) -> None:
    few = 0
    for seed in range(12):
        facts = [fact for fact in history(seed, size) if fact.outcome or fact.number == 1 or fact.line == "request"]
        speed = next(table for table in figures.published(facts, SINCE) if table.key == "speed")
        closed = {row.label: row for row in (*speed.rows, speed.total)}
        for name, label in [*figures._lines().items(), ("", figures.ALL_LINES)]:
            still_open = sum(fact.number for fact in facts if fact.days is None and name in ("", fact.line))
            if 0 < still_open < SMALLEST_SHOWN and label in closed:
                few += 1
                row = closed[label]
                assert row.total.count is None
                assert not row.cells or any(cell.count is None for cell in row.cells)
    assert few or size != 60


@pytest.mark.usefixtures("served")
def test_shown_numbers_are_the_true_ones_and_add_up() -> None:
    facts = history(1, 400)
    whole = sum(fact.number for fact in facts)
    tables = {table.key: table for table in figures.published(facts, SINCE)}
    assert tables["weeks"].total.total.count == whole
    assert tables["districts"].total.total.count == whole
    for table in tables.values():
        for row in table.rows:
            if row.cells and all(cell.count is not None for cell in row.cells) and row.total.count is not None:
                assert sum(cell.count or 0 for cell in row.cells) == row.total.count


@pytest.mark.parametrize("size", [1, 5, 20, 100])
@pytest.mark.parametrize("seed", range(10))
def test_what_is_left_out_stays_out_for_a_reader_who_knows_every_total(seed: int, size: int) -> None:
    dice = random.Random(seed * 1000 + size)
    rows = {name: Text(name, name) for name in "abcdefg"}
    columns = {name: Text(name, name) for name in "xyz"}
    counts = {(row, column): 0 for row in rows for column in columns}
    for _ in range(size):
        counts[dice.choice("aaabcdefg"), dice.choice("xxyz")] += dice.randrange(1, 4)
    counts, rows = figures.together(counts, rows, 0, Text("其他", "other"))
    assert set(counts) == {(row, column) for row in rows for column in columns}
    fit = figures.leave_out(counts)
    if fit is not None:
        out, totals = fit
        assert safe(counts, out)
        assert not [cell for cell, number in counts.items() if 0 < number < SMALLEST_SHOWN and cell not in out]
        sums = [sum(counts[row, column] for column in columns) for row in rows]
        assert not totals or not [number for number in sums if 0 < number < SMALLEST_SHOWN]


@pytest.mark.usefixtures("served")
def test_one_report_alone_is_not_published_at_all() -> None:
    fact = Fact("dispute", "210102000000", SINCE, "", None, False, 1)
    for table in figures.published([fact], SINCE):
        assert all(cell.count in (0, None) for row in (*table.rows, table.total) for cell in (*row.cells, row.total))
