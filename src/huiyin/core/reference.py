"""The number people quote for a matter: twelve digits in groups of four, the last one a check digit.

Year (2), number of the home in that year's table (4), serial (5), check digit (1). Digits only, because it is read
over the telephone; the check digit is Damm's, which catches every wrong digit and every swap of neighbours.
"""

from __future__ import annotations

import unicodedata

LENGTH = 12
SERIALS = 100_000

# A totally anti-symmetric quasigroup of order 10 (H. Michael Damm, 2004).
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def _check(digits: str) -> int:
    row = 0
    for digit in digits:
        row = _DAMM[row][int(digit)]
    return row


def make(year: int, home_number: int, serial: int) -> str:
    """Return the twelve-digit reference.

    Args:
        year: full year; its last two digits are used.
        home_number: number of the home in that year's table, 0 to 9999.
        serial: 0 to 99,999.

    Raises:
        ValueError: a part is out of range.
    """
    if not 0 <= home_number <= 9999:
        raise ValueError(f"home number {home_number} is not within 0..9999")
    if not 0 <= serial < SERIALS:
        raise ValueError(f"serial {serial} is not within 0..{SERIALS - 1}; take the next home number")
    body = f"{year % 100:02d}{home_number:04d}{serial:05d}"
    return f"{body}{_check(body)}"


def normalise(text: str) -> str | None:
    """Return the twelve digits in what a person typed (spaces, hyphens, full-width digits allowed), or None."""
    digits = ""
    for character in unicodedata.normalize("NFKC", text):
        if character.isascii() and character.isdigit():
            digits += character
        elif not (character.isspace() or character in "-–—·."):
            return None
    return digits if len(digits) == LENGTH else None


def is_valid(text: str) -> bool:
    """Tell whether ``text`` holds twelve digits whose check digit is right."""
    digits = normalise(text)
    return digits is not None and _check(digits) == 0


def shown(reference: str) -> str:
    """Return the reference in groups of four."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))
