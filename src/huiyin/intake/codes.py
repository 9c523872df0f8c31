"""The resume code of a draft: twelve digits in groups of three, the last one a check digit.

It begins with 9, which no reference does in this century's first nine decades, so the two are not taken for each other.
The next five digits find the draft, five are the secret, and Damm's check digit catches a slip on the telephone.
"""

from __future__ import annotations

import secrets

from huiyin.core import reference as references

LOCATOR = 6
FIRST = "9"


def new() -> str:
    """Return a code nobody can guess."""
    body = f"{FIRST}{secrets.randbelow(10**10):010d}"
    return next(body + str(last) for last in range(10) if references.is_valid(body + str(last)))


def normalise(typed: str) -> str | None:
    """Return the twelve digits in what a person typed, or None when they cannot be a code: too few, or a slip."""
    digits = references.normalise(typed)
    return digits if digits is not None and digits.startswith(FIRST) and references.is_valid(digits) else None


def locator(code: str) -> str:
    """Return the part that finds the draft."""
    return code[:LOCATOR]


def grouped(code: str) -> str:
    """Return the code as it is read out."""
    return " ".join(code[at : at + 3] for at in range(0, len(code), 3))
