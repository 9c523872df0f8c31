"""Hidden numbers stay hidden: tried against a reader who lists every table that fits what is published."""

from __future__ import annotations

from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyin.core.suppression import SMALLEST_SHOWN, Closed, hidden, hidden_sums, safe

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


def sums_that_fit(column: dict[int, Closed], out: frozenset[int], total: bool) -> dict[int, set[int]]:
    """Return, for each sum left out, every value it has in some column that agrees with all that is shown.

    What is shown: the other sums, perhaps the total; that a sum left out is one at least.
    """
    rows = sorted(out)
    whole = sum(column[row].amount for row in rows)
    found: dict[int, set[int]] = {row: set() for row in rows}
    for values in product(range(1, whole + 2), repeat=len(rows)):
        if not total or sum(values) == whole:
            for row, value in zip(rows, values, strict=True):
                found[row].add(value)
    return found


@st.composite
def columns_of_sums(draw: st.DrawFn) -> dict[int, Closed]:
    matters = draw(st.lists(st.sampled_from([0, 0, 1, 1, 2, 4, 5, 6]), min_size=1, max_size=5))
    return {row: Closed(number, number and number + draw(st.integers(0, 3))) for row, number in enumerate(matters)}


@settings(max_examples=300, deadline=None)
@given(columns_of_sums())
def test_a_reader_who_tries_every_column_of_sums_learns_none_that_is_left_out(column: dict[int, Closed]) -> None:
    out, total = hidden_sums(column)
    assert {row for row, one in column.items() if 0 < one.matters < SMALLEST_SHOWN} <= out
    assert all(column[row].matters for row in out)
    if total:
        # What the total leaves over is a sum of its own.
        assert not out or sum(column[row].matters for row in out) >= SMALLEST_SHOWN
    assume(sum(column[row].amount for row in out) <= 16 and len(out) <= 4)
    assert all(len(possible) > 1 for possible in sums_that_fit(column, out, total).values())


def test_one_small_sum_takes_the_next_smallest_with_it_and_the_total_stays() -> None:
    column = {"neighbour": Closed(2, 80_000), "money": Closed(9, 500_000), "tenancy": Closed(6, 90_000), "land": Closed(0, 0)}
    assert hidden_sums(column) == (frozenset({"neighbour", "tenancy"}), True)


def test_where_no_other_sum_is_there_the_total_is_left_out() -> None:
    assert hidden_sums({"neighbour": Closed(2, 80_000), "money": Closed(0, 0)}) == (frozenset({"neighbour"}), False)
    assert hidden_sums({"a": Closed(1, 1), "b": Closed(1, 1), "c": Closed(1, 1)}) == (frozenset({"a", "b", "c"}), False)
    assert hidden_sums({"a": Closed(7, 70), "b": Closed(5, 50)}) == (frozenset(), True)
