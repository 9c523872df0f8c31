"""Which numbers of a published table must be left out, so that no small one can be read or computed.

A number from 1 to 4 is hidden. Where the totals of rows and columns are published, one hidden number could be computed
from them, so others are hidden with it until every hidden number could also be another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

SMALLEST_SHOWN = 5

Row = TypeVar("Row", bound=Hashable)
Col = TypeVar("Col", bound=Hashable)


def hidden(table: Mapping[tuple[Row, Col], int], *, column_totals: bool = True) -> frozenset[tuple[Row, Col]]:
    """Return the cells to leave out of a table whose row totals are published.

    Zeros are shown: nobody stands behind them. A reader therefore knows that a hidden number is at least 1, and the answer
    holds against that reader.

    Args:
        table: (row, column) -> number; a cell that is not there is 0.
        column_totals: whether the totals of columns are published too.
    """
    filled = {cell: number for cell, number in table.items() if number > 0}
    out = {cell for cell, number in filled.items() if number < SMALLEST_SHOWN}
    while pinned := [cell for cell in sorted(out, key=repr) if not _may_vary(cell, out, filled, column_totals)]:
        row, column = pinned[0]
        beside = [cell for cell in filled if cell not in out and (cell[0] == row or (column_totals and cell[1] == column))]
        # With nothing beside it the number is its own total, and elsewhere is no help.
        more = _smallest(beside, filled) or _smallest((cell for cell in filled if cell not in out), filled)
        if more is None:
            return frozenset(filled)
        out.add(more)
    return frozenset(out)


def safe(table: Mapping[tuple[Row, Col], int], out: Iterable[tuple[Row, Col]], *, column_totals: bool = True) -> bool:
    """Tell whether every hidden number could also be another, given all that is shown."""
    cells = set(out)
    filled = {cell: number for cell, number in table.items() if number > 0}
    return all(_may_vary(cell, cells, filled, column_totals) for cell in cells)


def _may_vary(cell: tuple[Row, Col], out: set[tuple[Row, Col]], filled: Mapping[tuple[Row, Col], int], column_totals: bool) -> bool:
    """Tell whether one more or one less can stand in a cell when other hidden cells make up for it.

    The tables that fit what is shown differ by closed walks through hidden cells, row, column, row, that add one and take
    one in turn; one can be taken where at least two are.
    """
    row, column = ("row", cell[0]), ("column", cell[1] if column_totals else None)
    others = [one for one in out if one != cell]
    more = _reaches(column, row, others, filled, column_totals)
    return more or (filled[cell] > 1 and _reaches(row, column, others, filled, column_totals))


def _reaches(
    start: tuple[str, object],
    end: tuple[str, object],
    cells: Iterable[tuple[Row, Col]],
    filled: Mapping[tuple[Row, Col], int],
    column_totals: bool,
) -> bool:
    steps: dict[tuple[str, object], list[tuple[str, object]]] = {}
    for cell in cells:
        row, column = ("row", cell[0]), ("column", cell[1] if column_totals else None)
        steps.setdefault(row, []).append(column)
        if filled[cell] > 1:
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


def _smallest(cells: Iterable[tuple[Row, Col]], filled: Mapping[tuple[Row, Col], int]) -> tuple[Row, Col] | None:
    return min(cells, key=lambda cell: (filled[cell], repr(cell)), default=None)
