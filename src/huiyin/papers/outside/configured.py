"""Which signature service an installation uses and whose certificates it trusts: ``signature-service.json`` in the home folder.

    {"title": {"zh": "...", "en": "..."}, "address": "https://gateway.example/", "secret": "at least 32 characters",
     "trust": [{"certificate": "roots/ca.pem", "licensed": false, "title": {"zh": "...", "en": "..."}}]}

Without the file there is no service, and nothing of it is shown. Paths are relative to the home folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from huiyin.core.values import Text

if TYPE_CHECKING:
    from asn1crypto import x509

FILE: Final = "signature-service.json"
SHORTEST_SECRET: Final = 32


class SettingError(Exception):
    """The file is there and cannot be used; says which part is wrong."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """A certification body whose certificates are accepted.

    Attributes:
        licensed: the installation says that this body holds the State's licence (Electronic Signature Law, art. 18).
    """

    root: x509.Certificate
    licensed: bool
    title: Text


@dataclass(frozen=True, slots=True)
class Configured:
    """The service: what people call it, where its gateway listens, the secret both sides share, and whom to trust."""

    title: Text
    address: str
    secret: str
    trust: tuple[Trusted, ...]


def configured(home: Path) -> Configured | None:
    """Return the service of an installation, or None when it uses none.

    Raises:
        SettingError: the file cannot be read, or something in it is missing or wrong.
    """
    place = home / FILE
    if not place.exists():
        return None
    try:
        told = json.loads(place.read_text("utf-8"))
        found = Configured(
            _text(told["title"]), str(told["address"]), str(told["secret"]), tuple(_trusted(home, one) for one in told["trust"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingError(f"{place}: {type(error).__name__}: {error}") from error
    if len(found.secret) < SHORTEST_SECRET:
        raise SettingError(f"{place}: “secret” has at least {SHORTEST_SECRET} characters")
    parts = urlsplit(found.address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise SettingError(f"{place}: “address” begins with https://, except on this machine")
    if not found.trust:
        raise SettingError(f"{place}: “trust” names at least one certificate")
    return found


def _text(told: Any) -> Text:
    return Text(str(told["zh"]), str(told["en"]))


def _trusted(home: Path, told: Any) -> Trusted:
    from pyhanko.keys import load_cert_from_pemder

    # Nobody is called licensed by a word left out or half written.
    return Trusted(load_cert_from_pemder(str(home / str(told["certificate"]))), told.get("licensed") is True, _text(told["title"]))
