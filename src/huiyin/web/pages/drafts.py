"""A report on its way: kept sealed for seven days, opened by this browser's own secret, sent once.

Until the first answer nothing is stored but a place and a topic in the session, so that whoever only looks leaves no draft.
The secret is a cookie of its own and never reaches the database; without it the address of a draft opens nothing.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from huiyin import clock
from huiyin.core.values import Refusal
from huiyin.intake import services
from huiyin.intake.services import Held

KEY = "begun"
MOST = 6
COOKIE = "huiyin_draft"
SECRET_BYTES = 32
Rest = ParamSpec("Rest")


@dataclass(slots=True)
class Draft:
    """What was typed so far.

    Attributes:
        kind: ``report`` or ``dispute``.
        raw: what was typed, by input name.
        key: idempotency key of the matter it will become.
        done: reference and code once it was sent.
        visited: steps answered, in order.
        edited: at which version each step was last saved.
        other: by step, the answers that a later page of somebody else's took the place of.
        version: of what is stored; 0 while nothing is.
        held: the stored draft, for what belongs to it (pictures).
    """

    token: str
    kind: str
    key: str
    raw: dict[str, str] = field(default_factory=dict)
    done: dict[str, Any] | None = None
    visited: list[str] = field(default_factory=list)
    edited: dict[str, int] = field(default_factory=dict)
    other: dict[str, dict[str, str]] = field(default_factory=dict)
    version: int = 0
    held: Held | None = None

    @property
    def expires_at(self) -> datetime | None:
        """Until when it is kept."""
        return None if self.held is None else self.held.expires_at


def keeping(view: Callable[Concatenate[HttpRequest, Rest], HttpResponse]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Give a browser that opens a draft the secret it will be kept under, for as long as the browser stays open."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        made = getattr(request, "huiyin_draft_secret", None)
        if made is not None:
            response.set_cookie(COOKIE, made.hex(), secure=request.is_secure(), httponly=True, samesite="Lax")
        return response

    return answered


def secret_of(request: HttpRequest) -> bytes:
    """Return this browser's secret; a new one is made when it has none."""
    known: bytes | None = getattr(request, "huiyin_draft_secret", None) or _brought(request)
    if known is None:
        known = secrets.token_bytes(SECRET_BYTES)
        request.huiyin_draft_secret = known  # type: ignore[attr-defined]
    return known


def _brought(request: HttpRequest) -> bytes | None:
    try:
        found = bytes.fromhex(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return None
    return found if len(found) == SECRET_BYTES else None


def begin(request: HttpRequest, kind: str, raw: dict[str, str] | None = None) -> Draft:
    """Begin a draft; it is stored with its first answer."""
    draft = Draft(token=secrets.token_urlsafe(9), kind=kind, key=f"page:{uuid.uuid4()}", raw=raw or {})
    every = dict(request.session.get(KEY, {}))
    newest = sorted(every.items(), key=lambda entry: entry[1]["at"])[-(MOST - 1) :]
    begun = {"kind": kind, "key": draft.key, "raw": draft.raw, "at": clock.now().timestamp()}
    request.session[KEY] = {**dict(newest), draft.token: begun}
    return draft


def load(request: HttpRequest, token: str) -> Draft | None:
    """Return the draft of that token as this browser may have it, or None."""
    held = services.load(token, secret_of(request))
    return _begun(request, token) if held is None else _draft(token, held)


@contextmanager
def changing(request: HttpRequest, token: str) -> Iterator[Draft | None]:
    """Hold a draft while one page of it is taken; nobody else changes it meanwhile."""
    secret, begun = secret_of(request), _begun(request, token)
    if begun is not None:
        services.create(token, secret, _plain(begun))
        _end_begun(request, token)
    with services.changing(token, secret) as held:
        yield None if held is None else _draft(token, held)


def save(draft: Draft) -> None:
    """Write a draft back that `changing` gave."""
    if draft.held is not None:
        draft.held.plain = {**draft.held.plain, **_plain(draft)}
        services.write(draft.held)


def save_sent(draft: Draft) -> None:
    """Write a draft back that was sent: from now on it is its browser's alone, and opens by the matter's own reference and code."""
    if draft.held is not None:
        services.end_code(draft.held)
        save(draft)


def resume(request: HttpRequest, typed: str) -> str | Refusal:
    """Give this browser the draft of a resume code; return its token."""
    return services.open_with_code(typed, secret_of(request))


def forget(request: HttpRequest, token: str) -> None:
    """Delete a draft for good."""
    services.discard(token, secret_of(request))
    _end_begun(request, token)


def _begun(request: HttpRequest, token: str) -> Draft | None:
    plain = request.session.get(KEY, {}).get(token)
    return None if plain is None else Draft(token, plain["kind"], plain["key"], dict(plain["raw"]))


def _end_begun(request: HttpRequest, token: str) -> None:
    every = dict(request.session.get(KEY, {}))
    if every.pop(token, None) is not None:
        request.session[KEY] = every


def _plain(draft: Draft) -> dict[str, Any]:
    names = ("kind", "key", "raw", "done", "visited", "edited", "other")
    return {name: getattr(draft, name) for name in names}


def _draft(token: str, held: Held) -> Draft:
    plain = held.plain
    return Draft(
        token,
        plain["kind"],
        plain["key"],
        dict(plain["raw"]),
        plain["done"],
        list(plain["visited"]),
        dict(plain["edited"]),
        dict(plain["other"]),
        held.row.version,
        held,
    )
