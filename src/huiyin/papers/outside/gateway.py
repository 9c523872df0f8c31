"""The plain protocol between this server and a gateway an integrator puts before a signature service (docs/signature-services.md).

Both ways a body is JSON and its header ``Huiyin-Signature: t=SECONDS,v1=HEX`` carries HMAC-SHA256 of ``SECONDS.BODY`` with the secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from huiyin import clock
from huiyin.core.values import Refusal, Text
from huiyin.papers.outside.configured import Configured

HEADER: Final = "Huiyin-Signature"
WAITS: Final = 10
FRESH: Final = timedelta(minutes=5)
_HEADER = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
UNREACHED: Final = Refusal(
    "no_service",
    Text(
        "电子签名服务现在联系不上，什么都没有登记。可以过一会儿再试，也可以在纸上签。",
        "The signature service cannot be reached now; nothing was recorded. Try again later, or sign on paper.",
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a service: one document, one person, and where it answers."""

    session: str
    title: str
    document: bytes
    signer: str
    expires_at: datetime
    callback: str
    returns: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service says: the signed document, or None when the person declined there."""

    session: str
    document: bytes | None


class Service(Protocol):
    """What an adapter does; everything else is the same for every service."""

    def begin(self, asked: Asked) -> str | Refusal:
        """Hand a document over and return the address at which the person signs it."""

    def answer(self, body: bytes, header: str) -> Answer | None:
        """Return what a callback says; None when it does not come from the service or is not of now."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """The adapter of our own protocol."""

    told: Configured

    def begin(self, asked: Asked) -> str | Refusal:
        """Hand a document over and return the address at which the person signs it."""
        sent = {
            "session": asked.session,
            "title": asked.title,
            "document": base64.b64encode(asked.document).decode(),
            "sha256": hashlib.sha256(asked.document).hexdigest(),
            "signer": {"name": asked.signer},
            "expires_at": asked.expires_at.isoformat(),
            "callback": asked.callback,
            "return": asked.returns,
        }
        body = json.dumps(sent, ensure_ascii=False).encode()
        try:
            redirect = str(self._post(body)["redirect"])
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            return UNREACHED
        return redirect if urlsplit(redirect).scheme in ("https", urlsplit(self.told.address).scheme) else UNREACHED

    def answer(self, body: bytes, header: str) -> Answer | None:
        """Return what a callback says; None when it does not come from the service or is not of now."""
        matched = _HEADER.fullmatch(header)
        if matched is None or not hmac.compare_digest(matched[2], _mac(self.told.secret, matched[1], body)):
            return None
        if abs(clock.now().timestamp() - int(matched[1])) > FRESH.total_seconds():
            return None
        try:
            told: Mapping[str, Any] = json.loads(body)
            signed = told["outcome"] == "signed"
            return Answer(str(told["session"]), base64.b64decode(told["document"], validate=True) if signed else None)
        except (ValueError, KeyError, TypeError, binascii.Error):
            return None

    def _post(self, body: bytes) -> Mapping[str, Any]:
        parts = urlsplit(self.told.address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=WAITS)
        try:
            headers = {"Content-Type": "application/json", HEADER: header_of(self.told.secret, body, clock.now())}
            line.request("POST", f"{parts.path.rstrip('/')}/sessions", body, headers)
            answer = line.getresponse()
            if answer.status != 201:
                raise ValueError(f"the gateway answers {answer.status}")
            found: Mapping[str, Any] = json.loads(answer.read(2**20))
            return found
        finally:
            line.close()


def header_of(secret: str, body: bytes, at: datetime) -> str:
    """Return the header that proves a body."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_mac(secret, seconds, body)}"


def _mac(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
