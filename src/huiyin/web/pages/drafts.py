"""A report on its way: kept in the session under a token, with the key that makes sending it twice the same as once."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from huiyin import clock

KEY = "drafts"
MOST = 6


@dataclass(slots=True)
class Draft:
    """What was typed so far.

    Attributes:
        kind: ``report`` or ``dispute``.
        raw: what was typed, by input name.
        key: idempotency key of the matter it will become.
        done: reference and code once it was sent.
        visited: steps answered, in order.
    """

    token: str
    kind: str
    key: str
    raw: dict[str, str] = field(default_factory=dict)
    done: dict[str, Any] | None = None
    visited: list[str] = field(default_factory=list)


def begin(request: HttpRequest, kind: str, raw: dict[str, str] | None = None) -> Draft:
    """Begin a draft and keep it."""
    draft = Draft(token=secrets.token_urlsafe(9), kind=kind, key=f"page:{uuid.uuid4()}", raw=raw or {})
    save(request, draft)
    return draft


def load(request: HttpRequest, token: str) -> Draft | None:
    """Return the draft of that token in this session, or None."""
    plain = request.session.get(KEY, {}).get(token)
    if plain is None:
        return None
    return Draft(token, plain["kind"], plain["key"], dict(plain["raw"]), plain["done"], list(plain["visited"]))


def save(request: HttpRequest, draft: Draft) -> None:
    """Keep the draft; beyond the newest few, older ones are forgotten."""
    every = dict(request.session.get(KEY, {}))
    every.pop(draft.token, None)
    newest = sorted(every.items(), key=lambda entry: entry[1]["at"])[-(MOST - 1) :]
    request.session[KEY] = {
        **dict(newest),
        draft.token: {
            "kind": draft.kind,
            "key": draft.key,
            "raw": draft.raw,
            "done": draft.done,
            "visited": draft.visited,
            "at": clock.now().timestamp(),
        },
    }
