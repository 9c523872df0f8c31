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
        LookupError: there is no such home.
    """
    year = opened.year
    # A forked process must not go on with its parent's block.
    place = (os.getpid(), home, year)
    with _lock:
        number, following, end = _blocks.get(place, (0, 0, 0))
        if following >= end:
            number, following = _block(home, year)
            end = following + BLOCK
        _blocks[place] = (number, following + 1, end)
    return reference.make(year, number, following)


def _block(home: str, year: int) -> tuple[int, int]:
    block = doors.reference_block(home, year, directory.home_numbers(home, year), BLOCK)
    while block is None:
        # Every number the home had is used up: a busy year takes one more.
        block = doors.reference_block(home, year, [directory.another_number(home, year)], BLOCK)
    return block


def forget() -> None:
    """Drop the blocks of this process: the database they came from is another one now (tests, restore)."""
    with _lock:
        _blocks.clear()
