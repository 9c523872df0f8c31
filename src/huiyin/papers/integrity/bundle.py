"""A whole file as one archive that anybody can check: papers as PDF, attachments as they came, a manifest of hashes, and its seal.

``manifest.sig`` is the RSA signature (PKCS#1 v1.5, SHA-256) of ``manifest.json``; ``seal.pem`` is the certificate it is checked with.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from huiyin.core.values import Text
from huiyin.papers.integrity.keys import Key
from huiyin.papers.integrity.seal import Finding, Inspected

FORMAT: Final = "huiyin-file-bundle/1"
MANIFEST, SIGNATURE, CERTIFICATE = "manifest.json", "manifest.sig", "seal.pem"
MOST_BYTES: Final = 2 << 30


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a bundle."""

    path: str
    title: Text
    media_type: str
    data: bytes


def pack(members: Iterable[Member], about: Mapping[str, Any], key: Key, *, at: datetime) -> bytes:
    """Return the archive.

    Args:
        about: what the manifest says of the matter besides its files.
        at: when it is made.
    """
    held = list(members)
    listed = [
        {
            "path": one.path,
            "title": one.title.to_plain(),
            "media_type": one.media_type,
            "bytes": len(one.data),
            "sha256": hashlib.sha256(one.data).hexdigest(),
        }
        for one in held
    ]
    told = {"format": FORMAT, "made_at": at.isoformat(timespec="seconds"), **about, "files": listed}
    manifest = json.dumps(told, ensure_ascii=False, indent=1).encode()
    private = load_pem_private_key(key.private, None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("the seal's key is an RSA key")
    own = {MANIFEST: manifest, SIGNATURE: private.sign(manifest, padding.PKCS1v15(), SHA256()), CERTIFICATE: key.certificate}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in {**own, **{one.path: one.data for one in held}}.items():
            archive.writestr(path, data)
    return out.getvalue()


def inspect_bundle(data: bytes, known: Iterable[x509.Certificate]) -> Inspected:
    """Tell whether an archive is a bundle sealed by one of the known certificates, with every file as the manifest says and no other."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _inspected(archive, tuple(known))
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, EOFError, NotImplementedError, RuntimeError):
        return Inspected(Finding.UNREADABLE)


def _inspected(archive: zipfile.ZipFile, known: tuple[x509.Certificate, ...]) -> Inspected:
    names = archive.namelist()
    if sum(one.file_size for one in archive.infolist()) > MOST_BYTES or not {MANIFEST, SIGNATURE, CERTIFICATE} <= set(names):
        return Inspected(Finding.UNREADABLE)
    manifest, signature, certificate = (archive.read(name) for name in (MANIFEST, SIGNATURE, CERTIFICATE))
    own = next((one for one in known if one.public_bytes(Encoding.PEM) == certificate), None)
    if own is None:
        return Inspected(Finding.NOT_OURS)
    public = own.public_key()
    try:
        if not isinstance(public, rsa.RSAPublicKey):
            return Inspected(Finding.NOT_OURS)
        public.verify(signature, manifest, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return Inspected(Finding.ALTERED)
    told = json.loads(manifest)
    hashes = {str(one["path"]): str(one["sha256"]) for one in told["files"]}
    if sorted(names) != sorted([*hashes, MANIFEST, SIGNATURE, CERTIFICATE]):
        return Inspected(Finding.ALTERED)
    try:
        whole = all(hashlib.sha256(archive.read(path)).hexdigest() == wanted for path, wanted in hashes.items())
    except zipfile.BadZipFile:
        whole = False
    return Inspected(Finding.SEALED, datetime.fromisoformat(told["made_at"])) if whole else Inspected(Finding.ALTERED)
