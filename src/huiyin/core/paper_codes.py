"""The code on a printed sheet: the first 80 bits of its text's hash in letters nobody confuses."""

from __future__ import annotations

from typing import Final

# Crockford's base 32: no I, L, O or U.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16
HEX_DIGITS: Final = 20
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def code_of(hash_: str) -> str:
    """Return the code of a text's hash, in groups of four."""
    number = int(hash_[:HEX_DIGITS], 16)
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH - 1, -1, -1))
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def hash_start(typed: str) -> str | None:
    """Return the beginning of the hash a typed code stands for, or None when it is no code."""
    letters = "".join(typed.upper().split()).replace("-", "").replace("－", "").translate(_READ_AS)
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    return f"{number:0{HEX_DIGITS}x}"
