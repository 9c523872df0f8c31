"""The second code beside a reference: six digits that follow from the home's secret and the matter's id.

It is never stored: whoever repeats an opening with the same key is told the same code again, and the database keeps a
keyed hash only.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from functools import cache
from uuid import UUID

from django.conf import settings

SECRET_NAME = "lookup_code"  # noqa: S105 - the name of a file, not its content


@cache
def _secret() -> bytes:
    return str(settings.HOME.secret(SECRET_NAME)).encode()


def code_for(matter: UUID) -> str:
    """Return the six digits that open a matter together with its reference."""
    digest = hmac.digest(_secret(), b"code\x00" + matter.bytes, hashlib.sha256)
    return f"{int.from_bytes(digest, 'big') % 1_000_000:06d}"


def code_hash(reference: str, code: str) -> str:
    """Return the keyed hash kept of a code."""
    return hmac.new(_secret(), f"hash\x00{reference}\x00{code}".encode(), hashlib.sha256).hexdigest()


def normalise(code: str) -> str | None:
    """Return the six digits in what a person typed, or None."""
    digits = "".join(mark for mark in unicodedata.normalize("NFKC", code) if not mark.isspace() and mark != "-")
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else None
