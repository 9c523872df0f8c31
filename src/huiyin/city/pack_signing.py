"""Signatures over packs: Ed25519, with a key of the office kept under its home folder.

The private key is derived from a secret of the installation, like the keys of drafts; nobody sees or copies it. What is
signed is the pack's name, its version label and the hash over all its files.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from huiyin.core import chain

SECRET_NAME = "pack_signing"  # noqa: S105 - the name of a file, not its content
PUBLIC_BYTES = 32


def sign(pack: str, label: str, content: str) -> str:
    """Return the office's signature over one content of a pack, in hex."""
    return _own().sign(_signed(pack, label, content)).hex()


def verify(public: str, signature: str, *, pack: str, label: str, content: str) -> bool:
    """Tell whether a signature over a content was made with the key whose public half is ``public`` (hex)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), _signed(pack, label, content))
    except (InvalidSignature, ValueError):
        return False
    return True


def own_public() -> str:
    """Return the public half of the office's key, in hex."""
    return _own().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def fingerprint(public: str) -> str:
    """Return the name of a public key: the SHA-256 of its bytes.

    Raises:
        ValueError: it is not the hex of 32 bytes.
    """
    raw = bytes.fromhex(public)
    if len(raw) != PUBLIC_BYTES:
        raise ValueError("a public key has 32 bytes")
    return hashlib.sha256(raw).hexdigest()


def _own() -> Ed25519PrivateKey:
    secret = str(settings.HOME.secret(SECRET_NAME)).encode()
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"huiyin pack, Ed25519").derive(secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _signed(pack: str, label: str, content: str) -> bytes:
    return b"huiyin pack\x00" + chain.canonical({"pack": pack, "label": label, "content": content})
