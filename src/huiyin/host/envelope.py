"""Words sealed under a key of their own: AES-GCM, bound to whose they are and to what they are."""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE = 12


def new_key() -> bytes:
    """Return a key that nothing else has."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, owner: UUID, what: str) -> bytes:
    """Return ``plain`` sealed, bound to the thing it belongs to and to what it is."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, owner.bytes + what.encode())


def unseal(key: bytes, sealed: bytes, owner: UUID, what: str) -> bytes | None:
    """Return what was sealed; None when the key is not the right one or a byte was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.bytes + what.encode())
    except InvalidTag:
        return None
