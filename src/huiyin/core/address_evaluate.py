"""How right the reading of addresses is: by level, with "not sure" counted as wrong and shown apart from being wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from huiyin.core.address import read_address
from huiyin.core.address_index import DivisionIndex
from huiyin.core.address_names import DEPTH, DIGITS, LEVELS

MEASURED: Final = ("district", "street", "community")


@dataclass(frozen=True, slots=True)
class Row:
    """An address whose division somebody found by hand: its code, and how deep that goes."""

    text: str
    code: str
    level: str


@dataclass(slots=True)
class Measure:
    """What came of a set of addresses.

    Attributes:
        right, wrong: level -> how many were said right, and how many were said as a fact and are not so.
        asked: level -> how many addresses go at least that deep.
        unsure: addresses left open at their own level.
    """

    rows: int = 0
    unsure: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURED, 0))
    wrong: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURED, 0))
    asked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURED, 0))

    def to_plain(self) -> dict[str, Any]:
        """Return shares and counts; a share of nothing is None."""
        shares = {level: _share(self.right[level], self.asked[level]) for level in MEASURED}
        return {
            **shares,
            "unsure": _share(self.unsure, self.rows),
            "wrong": {level: _share(self.wrong[level], self.asked[level]) for level in MEASURED},
            "counts": {level: {"rows": self.asked[level], "right": self.right[level], "wrong": self.wrong[level]} for level in MEASURED},
            "rows": self.rows,
            "unsure_rows": self.unsure,
        }


def level_of(code: str) -> str:
    """Return the level a code goes down to.

    >>> level_of("330108000000"), level_of("330110011000")
    ('district', 'street')
    """
    digits = len(code.rstrip("0"))
    return next(level for level, size in zip(LEVELS, DIGITS, strict=True) if digits <= size)


def evaluate(index: DivisionIndex, rows: Iterable[Row]) -> Measure:
    """Read every address and compare it with the division known for it."""
    measure = Measure()
    for said, row in _read(index, rows):
        depth = DEPTH[row.level]
        reached = index.depths[said] if said >= 0 else -1
        code = index.codes[said] if said >= 0 else ""
        measure.rows += 1
        measure.unsure += reached < depth
        for level in MEASURED:
            if DEPTH[level] > depth:
                break
            measure.asked[level] += 1
            if reached < DEPTH[level]:
                continue
            digits = DIGITS[DEPTH[level]]
            right = code[:digits] == row.code[:digits]
            measure.right[level] += right
            measure.wrong[level] += not right
    return measure


def _read(index: DivisionIndex, rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
    for row in rows:
        yield read_address(index, row.text).said, row


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
