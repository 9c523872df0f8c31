"""Who holds a stream, by the same cookie and session as the pages, and what they may read of a room at this moment."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from huiyin.core.values import Principal
from huiyin.mediation import queries
from huiyin.mediation.queries import Said
from huiyin.web import people
from huiyin.web.pages.mediation.rooms import plain

_PLACE: Final = re.compile(r"/live/(?:rooms|calls)/([0-9A-Za-z_-]{1,6})/([0-9a-f-]{36})")
# Whoever signs out, or whose session ends, is out this soon; whether the room is still theirs is asked at every reading.
SESSION_HOLDS: Final = 10.0


@dataclass(slots=True)
class Reader:
    """One reader of one room.

    Attributes:
        reference: of the matter a party follows; empty for staff.
        after: the last message they have.
    """

    cookies: Mapping[str, str]
    reference: str
    home: str
    room_id: UUID
    after: int
    principal: Principal
    asked_at: float

    @property
    def room(self) -> str:
        """The room as news name it."""
        return f"{self.home} {self.room_id}"

    @property
    def who(self) -> str:
        """Whose stream it is."""
        return f"{self.principal.kind}:{self.principal.id}"

    def read(self) -> list[str] | None:
        """Return what was said since the last reading, each message as one event; None when the room is this reader's no more."""
        if time.monotonic() - self.asked_at > SESSION_HOLDS:
            if _principal(self.cookies, self.reference) != self.principal:
                return None
            self.asked_at = time.monotonic()
        found = queries.since(self.principal, self.home, self.room_id, self.after)
        if found:
            self.after = found[-1].seq
        return None if found is None else [_event(said) for said in found]


def reader_of(scope: Mapping[str, Any]) -> Reader | None:
    """Return who asks for which room; None for what is no room, or not theirs."""
    place = _PLACE.fullmatch(scope["path"])
    if place is None:
        return None
    headers = _headers(scope)
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    cookies = parse_cookie(headers.get("cookie", ""))
    reference = asked.get("of", [""])[0]
    principal = _principal(cookies, reference)
    try:
        room = UUID(place[2])
    except ValueError:
        return None
    if principal is None:
        return None
    after = max(_number(headers.get("last-event-id", "")), _number(asked.get("after", [""])[0]))
    reader = Reader(cookies, reference, place[1], room, after, principal, time.monotonic())
    # What is not theirs is not there: nobody holds a stream of another's room, however silent.
    return reader if queries.since(principal, reader.home, room, 2**31 - 2) is not None else None


def introduced(reader: Reader) -> tuple[str, Mapping[str, str]]:
    """Return the reader's name and role as everybody in the room sees them."""
    found = queries.whose(reader.principal, reader.home, reader.room_id)
    return ("", {}) if found is None else (found.name, found.role.to_plain())


def allowed_origin(scope: Mapping[str, Any]) -> str | None:
    """Return the origin of our own pages that asks, "" when the browser names none, None when it is another's."""
    headers = _headers(scope)
    host, port = split_domain_port(headers.get("host", ""))
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        return None
    origin = headers.get("origin", "")
    if not origin:
        return ""
    try:
        parts = urlsplit(origin)
        named, at = parts.hostname or "", parts.port
    except ValueError:
        return None
    bracketed = f"[{named}]" if ":" in named else named
    ports = (None, settings.HUIYIN_PAGES_PORT, _number(port) or None)
    return origin if parts.scheme in ("http", "https") and bracketed == host and at in ports else None


def _principal(cookies: Mapping[str, str], reference: str) -> Principal | None:
    request = HttpRequest()
    request.COOKIES = dict(cookies)
    request.session = SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    if reference:
        followed = people.party_of(request, reference)
        return None if followed is None else followed.principal
    request.user = get_user(request)
    return people.staff_of(request)


def _event(said: Said) -> str:
    return f"id: {said.seq}\ndata: {json.dumps(plain(said), ensure_ascii=False)}\n\n"


def _headers(scope: Mapping[str, Any]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
