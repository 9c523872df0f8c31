"""Keys of drafts: one key for each draft, wrapped for every holder; AES-GCM throughout.

A browser's secret is 32 random bytes in a cookie, so it needs no slow derivation. A resume code is short enough to be read
over the telephone: its key goes through scrypt, salted with a secret of this installation, so that a stolen copy of the
database alone cannot be searched for it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SECRET_NAME = "draft_codes"  # noqa: S105 - the name of a file, not its content
KEY_BYTES = 32
_NONCE = 12


def new_key() -> bytes:
    """Return the key of a new draft."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, draft: UUID, what: str) -> bytes:
    """Return ``plain`` sealed, bound to the draft and to what it is."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, draft.bytes + what.encode())


def unseal(key: bytes, sealed: bytes, draft: UUID, what: str) -> bytes | None:
    """Return what was sealed; None when the key is not the right one or a byte was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], draft.bytes + what.encode())
    except InvalidTag:
        return None


def browser_key(secret: bytes, draft: UUID) -> bytes:
    """Return the wrapping key a browser's secret gives for one draft."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=draft.bytes, info=b"huiyin draft, browser").derive(secret)


def holder_mark(secret: bytes, draft: UUID) -> str:
    """Return under which name a browser's wrapped key is kept; it tells nothing of the browser's other drafts."""
    return hmac.new(secret, b"holder\x00" + draft.bytes, hashlib.sha256).hexdigest()


def code_key(code: str, draft: UUID) -> bytes:
    """Return the wrapping key a resume code gives for one draft."""
    pepper = str(settings.HOME.secret(SECRET_NAME)).encode()
    salt = hmac.new(pepper, b"code\x00" + draft.bytes, hashlib.sha256).digest()
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=KEY_BYTES)
