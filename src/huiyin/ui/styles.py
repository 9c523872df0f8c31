"""The styles every page needs, written as several files and sent as one: a telephone paints nothing before it has them all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("static") / "ui"
# In the order in which they count: the later of two rules of equal weight holds.
PARTS = ("tokens", "base", "parts", "more", "resident")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The one sheet of this release; ``mark`` is of its text, so that a browser may keep it for as long as it is the same."""

    text: str
    mark: str


@cache
def sheet() -> Sheet:
    """Return the sheet, read once in the life of a process as every static file is."""
    text = "\n".join((FOLDER / f"{part}.css").read_text("utf-8") for part in PARTS)
    return Sheet(text, hashlib.sha256(text.encode()).hexdigest()[:12])
