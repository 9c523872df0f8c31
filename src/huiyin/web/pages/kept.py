"""What a person typed, kept in the session between an error and the next try, so that no error and no change of language loses it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from huiyin import clock
from huiyin.core.values import Refusal, Text

KEY, TOLD, ACCEPTED, DONE = "kept", "told", "accepted", "done"
MOST = 12
LASTS_SECONDS = 3600
# Within this time the same words sent again from the same form are the sending whose answer was lost.
AGAIN_SECONDS = 600


def keep(request: HttpRequest, place: str, raw: Mapping[str, str], refusal: Refusal | None = None) -> None:
    """Keep what was typed in the form at ``place`` and, when it was refused, why."""
    now = clock.now().timestamp()
    every = {name: entry for name, entry in _all(request).items() if now - entry["at"] < LASTS_SECONDS and name != place}
    newest = sorted(every.items(), key=lambda entry: entry[1]["at"])[-(MOST - 1) :]
    plain = None if refusal is None else refusal_plain(refusal)
    request.session[KEY] = {**dict(newest), place: {"raw": dict(raw), "refusal": plain, "at": now}}


def kept(request: HttpRequest, place: str) -> tuple[dict[str, str] | None, Refusal | None]:
    """Return (what was typed, why it was refused) for the form at ``place``; (None, None) when it is fresh."""
    entry = _all(request).get(place)
    if entry is None or clock.now().timestamp() - entry["at"] > LASTS_SECONDS:
        return None, None
    return dict(entry["raw"]), None if entry["refusal"] is None else refusal_of(entry["refusal"])


def sent_to(address: str) -> str:
    """Return where the form at ``address`` is sent.

    It differs from where the form stands: when the network is down, a browser puts its page of error in place of a form sent to
    its own address, and what was typed is gone; sent elsewhere, the form is one step back with everything in it.
    """
    return f"{address}{'&' if '?' in address else '?'}sent=1"


def drop(request: HttpRequest, place: str) -> None:
    """Forget the form at ``place``: it was accepted."""
    every = dict(_all(request))
    if every.pop(place, None) is not None:
        request.session[KEY] = every


def accepted(request: HttpRequest, place: str, raw: Mapping[str, str]) -> None:
    """Remember under which key what was typed in the form at ``place`` was taken."""
    now = clock.now().timestamp()
    every = {name: entry for name, entry in request.session.get(ACCEPTED, {}).items() if now - entry[3] < AGAIN_SECONDS}
    newest = sorted(every.items(), key=lambda entry: float(entry[1][3]))[-(MOST - 1) :]
    request.session[ACCEPTED] = {**dict(newest), place: [_typed(raw), raw.get("key", ""), raw.get("version", ""), now]}


def sent_before(request: HttpRequest, place: str, raw: Mapping[str, str]) -> dict[str, str]:
    """Return what was posted, under the key it was taken under when the very same was taken shortly before.

    A browser that lost the answer goes back to a page drawn anew, with a new key; without this the act would be done twice.
    """
    entry = request.session.get(ACCEPTED, {}).get(place)
    same = entry is not None and entry[0] != "" and entry[0] == _typed(raw) and clock.now().timestamp() - entry[3] < AGAIN_SECONDS
    return {**raw, "key": entry[1], "version": entry[2]} if same else dict(raw)


def _typed(raw: Mapping[str, str]) -> str:
    """Return a fingerprint of what a person typed; empty where nothing was, which may well be meant twice."""
    typed = sorted((name, value) for name, value in raw.items() if name not in ("key", "version", "do") and value)
    return hashlib.sha256(json.dumps(typed).encode()).hexdigest() if typed else ""


def posted(request: HttpRequest) -> dict[str, str]:
    """Return what was posted, one string per input: of several of one name the last that is not empty.

    A file input nobody touched arrives as an empty text of its name, after the hidden one that names the files kept from the try
    before.
    """
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    return {name: next((value for value in reversed(_values(request, name)) if value), "") for name in names}


def _values(request: HttpRequest, name: str) -> list[str]:
    return [value for value in request.POST.getlist(name) if isinstance(value, str)]


def refusal_plain(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal as JSON-ready data."""
    return {
        "code": refusal.code,
        "zh": refusal.text.zh,
        "en": refusal.text.en,
        "field": refusal.field,
        "details": [refusal_plain(one) for one in refusal.details],
    }


def refusal_of(plain: Mapping[str, Any]) -> Refusal:
    """Return the refusal `refusal_plain` wrote down."""
    details = tuple(refusal_of(one) for one in plain["details"])
    return Refusal(plain["code"], Text(plain["zh"], plain["en"]), plain["field"], details)


def _all(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(KEY, {})
    return found


def tell(request: HttpRequest, text: Text, tone: str = "good") -> None:
    """Leave a sentence for the next page this person sees."""
    request.session[TOLD] = [*request.session.get(TOLD, []), [text.zh, text.en, tone]][-5:]


def told(request: HttpRequest) -> list[tuple[Text, str]]:
    """Return the sentences left for this page; they are shown once."""
    found = request.session.pop(TOLD, []) if request.session.get(TOLD) else []
    return [(Text(zh, en), tone) for zh, en, tone in found]


def did(request: HttpRequest, matter: str, version: int) -> None:
    """Leave for the page of a matter which event was just written on it."""
    request.session[DONE] = [matter, version]


def done(request: HttpRequest, matter: str) -> int | None:
    """Return the event just written on a matter, once, when its page is the next one opened."""
    found = request.session.pop(DONE, None) if request.session.get(DONE) else None
    return found[1] if found is not None and found[0] == matter else None
