"""The second code beside a reference: six digits that follow from the home's secret and the matter's id.

It is never stored: whoever repeats an opening with the same key is told the same code again, and the database keeps a
keyed hash only.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import count
from uuid import UUID

from django.conf import settings

SECRET_NAME = "lookup_code"  # noqa: S105 - the name of a file, not its content


@dataclass(frozen=True, slots=True)
class Handed:
    """What a code that was handed to a party follows from.

    Attributes:
        version: number of the event that handed it.
        turn: how often the digits fell on another party's before.
    """

    party: str
    version: int
    turn: int


@cache
def _secret() -> bytes:
    return str(settings.HOME.secret(SECRET_NAME)).encode()


def code_for(matter: UUID, handed: Handed | None = None) -> str:
    """Return the six digits that open a matter together with its reference.

    Args:
        handed: to whom a code was handed later, and when; the first one goes to whoever opened the matter.
    """
    told = b"" if handed is None else f"\x00{handed.party}\x00{handed.version}\x00{handed.turn}".encode()
    digest = hmac.digest(_secret(), b"code\x00" + matter.bytes + told, hashlib.sha256)
    return f"{int.from_bytes(digest, 'big') % 1_000_000:06d}"


def first(matter: UUID, reference: str, holder: str) -> dict[str, str]:
    """Return what is kept of the code of a matter just opened, by party."""
    return {holder: code_hash(reference, code_for(matter))}


def hand(matter: UUID, reference: str, party: str, version: int, taken: Collection[str]) -> tuple[Handed, str]:
    """Return a code for a party of its own, as it is kept, and its keyed hash.

    Args:
        version: of the event that hands it.
        taken: the keyed hashes of the codes this matter has; no two parties get the same digits.
    """
    tried = (Handed(party, version, turn) for turn in count())
    hashed = ((handed, code_hash(reference, code_for(matter, handed))) for handed in tried)
    return next(one for one in hashed if one[1] not in taken)


def follows(hashed: object, matter: UUID, reference: str, party: str, version: int, among: int) -> bool:
    """Tell whether a kept hash is that of the code its party was handed.

    Args:
        version: of the last event that handed the party a code; 1 for the code of whoever opened it.
        among: how many codes the matter has: the digits can have fallen on another party's less often than that.
    """
    if version == 1:
        return hashed == code_hash(reference, code_for(matter))
    return any(hashed == code_hash(reference, code_for(matter, Handed(party, version, turn))) for turn in range(among))


def code_hash(reference: str, code: str) -> str:
    """Return the keyed hash kept of a code."""
    return hmac.new(_secret(), f"hash\x00{reference}\x00{code}".encode(), hashlib.sha256).hexdigest()


def normalise(code: str) -> str | None:
    """Return the six digits in what a person typed, or None."""
    digits = "".join(mark for mark in unicodedata.normalize("NFKC", code) if not mark.isspace() and mark != "-")
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else None
