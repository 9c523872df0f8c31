"""Keys of drafts: one key for each draft, wrapped for every holder (`huiyin.host.envelope`).

A browser's secret is 32 random bytes in a cookie, so it needs no slow derivation. A resume code is short enough to be read
over the telephone: its key goes through scrypt, salted with a secret of this installation, so that a stolen copy of the
database alone cannot be searched for it.
"""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from huiyin.host.envelope import KEY_BYTES, new_key, seal, unseal

__all__ = ["SECRET_NAME", "browser_key", "code_key", "holder_mark", "new_key", "seal", "unseal"]
SECRET_NAME = "draft_codes"  # noqa: S105 - the name of a file, not its content


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
