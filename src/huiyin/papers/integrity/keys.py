"""The installation's own key: made when first needed, kept among the home's secrets; its certificates, also old ones, are public."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from huiyin import clock
from huiyin.host.home import Home

BITS: Final = 3072
# Papers are looked at for longer than most keys live; a new key is made by renewing, not by running out.
YEARS: Final = 30
NAME: Final = "integrity_seal.pem"
SUBJECT: Final = (
    (NameOID.ORGANIZATION_NAME, "回音 Huiyin"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "不是许可的电子签名，也不是单位印章"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "Not a licensed electronic signature and no unit's seal"),
    (NameOID.COMMON_NAME, "本系统完整性封记 Integrity seal"),
)


@dataclass(frozen=True, slots=True)
class Key:
    """What seals: the private key and its self-signed certificate, both PEM."""

    private: bytes
    certificate: bytes


def current(home: Home) -> Key:
    """Return the key that seals now, made on first use (file mode 0600); its certificate then stands among the public ones."""
    place = home.secrets / NAME
    if not place.exists():
        home.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put(place, _made(), replace=False)
    both = place.read_bytes()
    start = both.index(b"-----BEGIN CERTIFICATE-----")
    key = Key(both[:start], both[start:])
    certificate = x509.load_pem_x509_certificate(key.certificate)
    public = public_of(home, certificate)
    if not public.exists():
        public.parent.mkdir(parents=True, exist_ok=True)
        _put(public, key.certificate, replace=False)
    return key


def renew(home: Home) -> Key:
    """Put a new key in the old one's place; what the old one sealed is known as before by its certificate."""
    current(home)
    _put(home.secrets / NAME, _made(), replace=True)
    return current(home)


def certificates(home: Home) -> tuple[x509.Certificate, ...]:
    """Return every certificate this installation ever sealed with, oldest first."""
    found = [x509.load_pem_x509_certificate(place.read_bytes()) for place in _folder(home).glob("*.pem")]
    return tuple(sorted(found, key=lambda one: one.not_valid_before_utc))


def public_of(home: Home, certificate: x509.Certificate) -> Path:
    """Return where a certificate stands for everybody who wants to check with a program of their own."""
    return _folder(home) / f"{certificate.fingerprint(hashes.SHA256()).hex()}.pem"


def _folder(home: Home) -> Path:
    return home.published / "seals"


def _made() -> bytes:
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    name = x509.Name([x509.NameAttribute(oid, words) for oid, words in SUBJECT])
    now = clock.now()
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        # Clocks of two machines of one installation may differ a little.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem + certificate.public_bytes(serialization.Encoding.PEM)


def _put(place: Path, content: bytes, *, replace: bool) -> None:
    """Write a file whole or not at all, mode 0600; of two who put a first one at once, one wins."""
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            os.replace(draft, place)
        else:
            with suppress(FileExistsError):
                os.link(draft, place)
    finally:
        Path(draft).unlink(missing_ok=True)
