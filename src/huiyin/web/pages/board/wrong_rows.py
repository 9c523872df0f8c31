"""The first rows of a file that did not go in, read back from the sheet of errors a job made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from huiyin.core.values import Principal
from huiyin.exchange import workbook
from huiyin.host.errors import HostError
from huiyin.jobs import files, queries

MOST: Final = 10
# The row below the header explains the columns.
_FIRST: Final = 3
_CELL: Final = re.compile(r"([A-Z]*)(\d+)")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One row: where it stands in the file, the sender's number, what is wrong and what to do.

    Attributes:
        column: letters of the column at fault; empty when it is the row as a whole.
    """

    row: str
    column: str
    number: str
    reason: str


def first(principal: Principal, job: UUID) -> tuple[Wrong, ...]:
    """Return the first rows a job left out; nothing when there are none, or the sheet is not this principal's or gone."""
    found = queries.file_of(principal, job, files.ERRORS)
    if found is None:
        return ()
    try:
        rows = list(islice((cells for number, cells in workbook.rows(found[0]) if number >= _FIRST), MOST))
    except HostError:
        return ()
    return tuple(one for cells in rows if (one := _wrong(cells)) is not None)


def _wrong(cells: tuple[str, ...]) -> Wrong | None:
    # The last line of the sheet is its mark and begins with no cell.
    cell, number, reason = (*cells, "", "", "")[:3]
    place = _CELL.fullmatch(cell.strip())
    return None if place is None else Wrong(place[2], place[1], number, reason)
