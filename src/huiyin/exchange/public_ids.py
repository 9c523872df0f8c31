"""Names for matters in public lists: one for each matter, and nobody else can tell which matter it is.

A reference would let anyone who has seen a receipt look its matter up; a matter's own id says when it was opened. The public name
is that id as one enciphered block: no table is needed to find the way back.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

SECRET_NAME = "public_ids"  # noqa: S105 - the name of a secret, not one
_LENGTH = 32


def public_id(matter: UUID) -> str:
    """Return the public name of a matter."""
    block = _cipher().encryptor()
    return (block.update(matter.bytes) + block.finalize()).hex()


def matter_of(name: str) -> UUID | None:
    """Return the matter a public name may stand for; None for what is no such name."""
    if len(name) != _LENGTH:
        return None
    try:
        given = bytes.fromhex(name)
    except ValueError:
        return None
    block = _cipher().decryptor()
    return UUID(bytes=block.update(given) + block.finalize())


def _cipher() -> Cipher[modes.ECB]:
    key = hashlib.sha256(str(settings.HOME.secret(SECRET_NAME)).encode()).digest()
    # One block of sixteen bytes that never repeats: there is nothing for a mode to chain.
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305
