"""The key of each room, wrapped by this installation's secret. Once the wrapped key is gone, so are the words, in every copy."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from huiyin.host.envelope import KEY_BYTES, new_key, seal, unseal

SECRET_NAME = "room_keys"  # noqa: S105 - the name of a file, not its content
_KEY = "room key"


class SpoiltError(RuntimeError):
    """A stored row does not open under the key it should; names the room or the message, never content."""


def new_wrapped(room: UUID) -> bytes:
    """Return a new room's key, wrapped."""
    return seal(_wrapping(room), new_key(), room, _KEY)


def key_of(room: UUID, wrapped: bytes | memoryview[int]) -> bytes:
    """Return a room's key.

    Raises:
        SpoiltError: it was wrapped by another installation's secret, or changed.
    """
    return _opened(unseal(_wrapping(room), bytes(wrapped), room, _KEY), room)


def sealed(key: bytes, message: UUID, sender: str, what: str, plain: bytes) -> bytes:
    """Return a part of a message, bound to it, to who sent it and to what part it is."""
    return seal(key, plain, message, f"{what} {sender}")


def opened(key: bytes, message: UUID, sender: str, what: str, body: bytes | memoryview[int]) -> bytes:
    """Return a part of a message.

    Raises:
        SpoiltError: it was changed, stands under another's name, or is another part.
    """
    return _opened(unseal(key, bytes(body), message, f"{what} {sender}"), message)


def digest(key: bytes, sent: bytes) -> bytes:
    """Return what tells whether a repeated message is the same; without the room's key it tells nothing."""
    return hmac.new(key, sent, hashlib.sha256).digest()


def _wrapping(room: UUID) -> bytes:
    secret = str(settings.HOME.secret(SECRET_NAME)).encode()
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=room.bytes, info=b"huiyin room").derive(secret)


def _opened(plain: bytes | None, owner: UUID) -> bytes:
    if plain is None:
        raise SpoiltError(str(owner))
    return plain
