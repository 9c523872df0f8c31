"""Hidden numbers stay hidden: tried against a reader who lists every table that fits what is published."""

from __future__ import annotations

from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyin.core.suppression import SMALLEST_SHOWN, hidden, safe

Table = dict[tuple[int, int], int]


def fits(table: Table, out: frozenset[tuple[int, int]], rows: int, columns: int, column_totals: bool) -> dict[tuple[int, int], set[int]]:
    """Return, for each hidden cell, every value it has in some table that agrees with all that is shown.

    What is shown: visible cells, row totals, perhaps column totals.
    """
    cells = sorted(out)
    row_total = [sum(table[row, column] for column in range(columns)) for row in range(rows)]
    column_total = [sum(table[row, column] for row in range(rows)) for column in range(columns)]
    left = [row_total[row] - sum(table[row, c] for c in range(columns) if (row, c) not in out) for row in range(rows)]
    found: dict[tuple[int, int], set[int]] = {cell: set() for cell in cells}
    for values in product(*(range(left[row] + 1) for row, _ in cells)):
        tried = {**table, **dict(zip(cells, values, strict=True))}
        if any(sum(tried[row, c] for c in range(columns)) != row_total[row] for row in range(rows)):
            continue
        if column_totals and any(sum(tried[r, column] for r in range(rows)) != column_total[column] for column in range(columns)):
            continue
        for cell, value in zip(cells, values, strict=True):
            found[cell].add(value)
    return found


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, int, int]:
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    numbers = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 6, 9])
    return {(row, column): draw(numbers) for row in range(rows) for column in range(columns)}, rows, columns


@settings(max_examples=150, deadline=None)
@given(tables(), st.booleans())
def test_a_reader_who_tries_every_table_learns_no_hidden_number(drawn: tuple[Table, int, int], column_totals: bool) -> None:
    table, rows, columns = drawn
    out = hidden(table, column_totals=column_totals)
    assert all(cell in out for cell, number in table.items() if 0 < number < SMALLEST_SHOWN)
    assume(sum(table[cell] for cell in out) <= 12 and len(out) <= 6)
    values = fits(table, out, rows, columns, column_totals)
    certain = {cell for cell, possible in values.items() if len(possible) < 2 and table[cell]}
    # What the check says is what the reader finds; where a table cannot be made safe, it says so and its totals stay out.
    assert safe(table, out, column_totals=column_totals) == (not certain)
    if certain:
        assert out == frozenset(table)


def test_one_small_number_takes_the_next_smallest_with_it() -> None:
    table = {("a", "x"): 3, ("a", "y"): 40, ("a", "z"): 12}
    assert hidden(table, column_totals=False) == {("a", "x"), ("a", "z")}


def test_zeros_and_large_numbers_are_shown() -> None:
    assert hidden({("a", "x"): 0, ("a", "y"): 5, ("b", "x"): 700}) == frozenset()


def test_one_number_alone_cannot_be_hidden_behind_its_own_total() -> None:
    table = {("a", "x"): 3, ("b", "x"): 40}
    assert not safe(table, hidden(table))
