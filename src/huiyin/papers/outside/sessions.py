"""One signing at a service, from sending to its answer: kept beside the matter's files, used once, gone within a day."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from huiyin import clock, ids
from huiyin.papers.services import folder_of

FOLDER: Final = "signing"
LASTS: Final = timedelta(hours=1)
_TOLD, _SENT, _USED, _REFUSED = "session.json", "sent.pdf", "used.json", "refused"
_KEY = re.compile(r"([0-9]{6})-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Session:
    """Who signs what at a service.

    Attributes:
        key: what the service knows it by; begins with the home.
        names: whose certificate it may be.
        begun: ISO instant.
    """

    key: str
    home: str
    matter: str
    party: str
    action: str
    hash: str
    names: tuple[str, ...]
    begun: str

    @property
    def begun_at(self) -> datetime:
        """When it was sent."""
        return datetime.fromisoformat(self.begun)

    @property
    def expires_at(self) -> datetime:
        """Until when an answer is taken."""
        return self.begun_at + LASTS


def opened(*, home: str, matter: str, party: str, action: str, hash_: str, names: tuple[str, ...], pdf: bytes) -> tuple[Session, bytes]:
    """Keep a new session; return it and the document to be sent, which no other session has."""
    session = Session(f"{home}-{ids.uuid7().hex}", home, matter, party, action, hash_, names, clock.now().isoformat())
    sent = pdf + f"\n%{session.key}\n".encode()
    place = folder_of(home) / FOLDER / session.key
    place.mkdir(mode=0o700, parents=True)
    (place / _SENT).write_bytes(sent)
    (place / _TOLD).write_text(json.dumps(asdict(session)), "utf-8")
    return session, sent


def found(key: str) -> tuple[Session, bytes] | None:
    """Return a session that was not used, and what was sent; None when there is none."""
    place = _place(key)
    if place is None:
        return None
    try:
        told = json.loads((place / _TOLD).read_text("utf-8"))
        return Session(**{**told, "names": tuple(told["names"])}), (place / _SENT).read_bytes()
    except FileNotFoundError:
        return None


def use(session: Session) -> bool:
    """Take a session for an answer; of two answers at once, one gets it."""
    place = _place(session.key)
    try:
        if place is None:
            return False
        os.rename(place / _TOLD, place / _USED)
    except FileNotFoundError:
        return False
    return True


def note(session: Session, code: str) -> None:
    """Keep why an answer was refused, for the page of who signs."""
    place = _place(session.key)
    if place is not None:
        (place / _REFUSED).write_text(code, "utf-8")


def noted(key: str) -> str:
    """Return why the last answer of a session was refused, or nothing."""
    place = _place(key)
    with suppress(OSError):
        return "" if place is None else (place / _REFUSED).read_text("utf-8")
    return ""


def _place(key: str) -> Path | None:
    matched = _KEY.fullmatch(key)
    return None if matched is None else folder_of(matched[1]) / FOLDER / key
