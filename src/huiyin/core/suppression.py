"""Which numbers of a table must be left out, so that no small one can be read or computed.

Where a table has a number from 1 to 4, everything under 5 is hidden in it, zeros too. The totals of rows and columns could
still give one away, so others are hidden with it until every hidden number could also be another. Sums of amounts are
hidden by how many matters they come from.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

SMALLEST_SHOWN = 5

Row = TypeVar("Row", bound=Hashable)
Col = TypeVar("Col", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Closed:
    """What one sum holds that its reader may not read matter by matter.

    Attributes:
        matters: how many matters add something.
        amount: what they add.
    """

    matters: int
    amount: int


def hidden_sums(column: Mapping[Row, Closed]) -> tuple[frozenset[Row], bool]:
    """Return the sums to leave out of a column, and whether its total may be shown.

    A sum of fewer than five amounts is left out. What the total then leaves over is what the sums left out come to: so others
    are left out with it until that is of several sums and of five amounts at least, and until one more can stand in each of
    them and one less in another. Where nothing helps, the total is left out.
    """
    small = {row for row, one in column.items() if 0 < one.matters < SMALLEST_SHOWN}
    out = set(small)
    rest = sorted((row for row, one in column.items() if one.matters and row not in out), key=lambda row: (column[row].amount, repr(row)))
    while out and not _covered(column, out):
        if not rest:
            return frozenset(small), False
        out.add(rest.pop(0))
    return frozenset(out), True


def _covered(column: Mapping[Row, Closed], out: set[Row]) -> bool:
    # Each of them is known to be one at least; were the whole no more than that, every one would be known.
    amounts, whole = sum(column[row].matters for row in out), sum(column[row].amount for row in out)
    return len(out) > 1 and amounts >= SMALLEST_SHOWN and whole > len(out)


def hidden(table: Mapping[tuple[Row, Col], int], *, column_totals: bool = True) -> frozenset[tuple[Row, Col]]:
    """Return the cells to leave out of a table whose row totals are published; all of it when less does not help.

    Args:
        table: (row, column) -> number, for every cell there is.
        column_totals: whether the totals of columns are published too.
    """
    if not any(0 < number < SMALLEST_SHOWN for number in table.values()):
        return frozenset()
    out = {cell for cell, number in table.items() if number < SMALLEST_SHOWN}
    while pinned := _pinned(table, out, column_totals):
        row, column = pinned[0]
        beside = [cell for cell in table if cell not in out and (cell[0] == row or (column_totals and cell[1] == column))]
        more = _smallest(beside, table) or _smallest((cell for cell in table if cell not in out), table)
        if more is None:
            break
        out.add(more)
    return frozenset(out)


def safe(table: Mapping[tuple[Row, Col], int], out: Iterable[tuple[Row, Col]], *, column_totals: bool = True) -> bool:
    """Tell whether every hidden number could also be another, given all that is shown.

    A hidden zero may be certain: nobody stands behind it.
    """
    return not _pinned(table, set(out), column_totals)


def _pinned(table: Mapping[tuple[Row, Col], int], out: set[tuple[Row, Col]], column_totals: bool) -> list[tuple[Row, Col]]:
    return [cell for cell in sorted(out, key=repr) if table[cell] > 0 and not _may_vary(cell, out, table, column_totals)]


def _may_vary(cell: tuple[Row, Col], out: set[tuple[Row, Col]], table: Mapping[tuple[Row, Col], int], column_totals: bool) -> bool:
    """Tell whether one more or one less can stand in a cell when other hidden cells make up for it.

    The tables that fit what is shown differ by closed walks through hidden cells, row, column, row, that add one and take
    one in turn; one can be taken where there is one.
    """
    row, column = ("row", cell[0]), ("column", cell[1] if column_totals else None)
    others = [one for one in out if one != cell]
    more = _reaches(column, row, others, table, column_totals)
    return more or (table[cell] > 0 and _reaches(row, column, others, table, column_totals))


def _reaches(
    start: tuple[str, object],
    end: tuple[str, object],
    cells: Iterable[tuple[Row, Col]],
    table: Mapping[tuple[Row, Col], int],
    column_totals: bool,
) -> bool:
    steps: dict[tuple[str, object], list[tuple[str, object]]] = {}
    for cell in cells:
        row, column = ("row", cell[0]), ("column", cell[1] if column_totals else None)
        steps.setdefault(row, []).append(column)
        if table[cell] > 0:
            steps.setdefault(column, []).append(row)
    seen, waiting = {start}, [start]
    while waiting:
        for following in steps.get(waiting.pop(), ()):
            if following == end:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _smallest(cells: Iterable[tuple[Row, Col]], table: Mapping[tuple[Row, Col], int]) -> tuple[Row, Col] | None:
    return min(cells, key=lambda cell: (table[cell], repr(cell)), default=None)
