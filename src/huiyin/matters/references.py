"""References, taken from the database in blocks so that opening a matter costs no extra round trip."""

from __future__ import annotations

import os
import threading
from datetime import datetime

from huiyin.core import reference
from huiyin.matters import directory, doors

BLOCK = 50

_lock = threading.Lock()
_blocks: dict[tuple[int, str, int], tuple[int, int, int]] = {}


def take(home: str, opened: datetime) -> str:
    """Return the next free reference of ``home`` for the year of ``opened`` (a local date).

    What is left of a block when the process ends stays unused.

    Raises:
        LookupError: the home has no number for that year.
    """
    year = opened.year
    # A forked process must not go on with its parent's block.
    place = (os.getpid(), home, year)
    with _lock:
        number, following, end = _blocks.get(place, (0, 0, 0))
        if following >= end:
            number, following = doors.reference_block(home, year, directory.home_numbers(home, year), BLOCK)
            end = following + BLOCK
        _blocks[place] = (number, following + 1, end)
    return reference.make(year, number, following)


def forget() -> None:
    """Drop the blocks of this process: the database they came from is another one now (tests, restore)."""
    with _lock:
        _blocks.clear()
