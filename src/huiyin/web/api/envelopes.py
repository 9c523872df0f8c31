"""What stands around the data of an act: key, version seen, time, on whose behalf. Read once, for both doors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from huiyin.core.values import Principal, Refusal, Text
from huiyin.web.api import base
from huiyin.web.api.problems import Problem

_KEY = re.compile(r'"?([\x21\x23-\x7e]{16,150})"?')
_TAG = re.compile(r'(?:W/)?"v?(\d{1,9})"')
OPEN_KEYS = frozenset({"procedure", "opened_by", "topic", "division", "unit", "parties", "data", "at", "evidence"})
ACT_KEYS = frozenset({"procedure", "action", "data", "seen_version", "at", "acting_for", "evidence"})
_STRINGS = ("procedure", "action", "opened_by", "topic", "division", "unit", "acting_for")

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request body taken apart; whatever was left out is empty."""

    body: Mapping[str, Any]
    data: Plain
    evidence: tuple[Plain, ...]
    parties: tuple[Plain, ...]
    at: datetime | None

    def text(self, name: str) -> str:
        """Return a member that is text, or an empty text."""
        return str(self.body.get(name) or "")


def key_of(request: HttpRequest, principal: Principal) -> str:
    """Return the key of a request, in the namespace of whoever asks.

    Raises:
        Problem: 400 when it is missing or too short to be nobody else's.
    """
    found = _KEY.fullmatch(request.headers.get("Idempotency-Key", "").strip())
    if found is None:
        text = Text(
            "请在请求头 Idempotency-Key 里给出一个 16～150 个字符的编号（例如一个 UUID）；重发同一请求时用同一个编号。",
            "Give an Idempotency-Key header of 16 to 150 characters, such as a UUID; use the same one when sending the same again.",
        )
        raise Problem(400, "key", text, errors=[Refusal("key", text, field="Idempotency-Key")])
    return f"api:{found[1]}"


def read(request: HttpRequest, allowed: frozenset[str], principal: Principal) -> Envelope:
    """Return the parsed body of an opening or an act.

    Raises:
        Problem: the body is not JSON, or a member around the data is not as it should be.
    """
    body = base.PARSER.parse_body(request)
    wrong = [_wrong(name, "这里不填这一项。", "This is not asked for here.") for name in sorted(set(body) - allowed)]
    wrong += [_wrong(name, "这里要写文字。", "This takes text.") for name in _STRINGS if not isinstance(body.get(name), str | None)]
    data = body.get("data") or {}
    if not isinstance(data, dict):
        wrong.append(_wrong("data", "data 应是一个对象。", "data is one object of fields."))
    evidence = _objects(body, "evidence", wrong)
    parties = _objects(body, "parties", wrong)
    wrong += [part for index, party in enumerate(parties) for part in _wrong_party(index, party)]
    at = _at(body, principal, wrong)
    if wrong:
        raise _bad(wrong)
    return Envelope(body, data, evidence, parties, at)


def seen_version(request: HttpRequest, envelope: Envelope) -> int | None:
    """Return the version the actor looked at: from the body or If-Match; None when neither says.

    Raises:
        Problem: 422 when the two differ or one is not a version.
    """
    seen = envelope.body.get("seen_version")
    if seen is not None and (not isinstance(seen, int) or isinstance(seen, bool) or not 1 <= seen < 2**31):
        raise _bad([_wrong("seen_version", "版本号是一个整数。", "The version is a whole number.")])
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return seen
    found = _TAG.fullmatch(header)
    if found is None or (seen is not None and int(found[1]) != seen):
        raise _bad([_wrong("If-Match", "If-Match 应是所读版本的 ETag。", "If-Match takes the ETag of the version that was read.")])
    return int(found[1])


def on_behalf(envelope: Envelope, principal: Principal) -> Principal:
    """Return the principal with the party whose act it records.

    Raises:
        Problem: 403 when somebody other than staff speaks for a party.
    """
    party = envelope.text("acting_for")
    if not party:
        return principal
    if principal.kind != "staff":
        raise Problem(403, "acting_for", Text("只有工作人员能代为登记。", "Only staff record another's act."))
    return replace(principal, acting_for=party)


def _at(body: Mapping[str, Any], principal: Principal, wrong: list[Refusal]) -> datetime | None:
    raw = body.get("at")
    if raw is None:
        return None
    try:
        at = datetime.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 1980 <= at.year < 9000:
        wrong.append(
            _wrong(
                "at", "应写日期、时间和时区，例如 2026-11-30T09:00+08:00。", "Give date, time and offset, such as 2026-11-30T09:00+08:00."
            )
        )
        return None
    if principal.kind != "staff":
        wrong.append(_wrong("at", "只有工作人员能补记以前的时间。", "Only staff record for an earlier time."))
    return at


def _objects(body: Mapping[str, Any], name: str, wrong: list[Refusal]) -> tuple[Plain, ...]:
    found = body.get(name) or []
    if not isinstance(found, list) or len(found) > 50 or not all(isinstance(one, dict) for one in found):
        wrong.append(_wrong(name, "应是一张最多 50 项的表。", "This is a list of at most 50 objects."))
        return ()
    return tuple(found)


def _wrong_party(index: int, party: Mapping[str, Any]) -> list[Refusal]:
    shapes: Mapping[str, type | tuple[type, ...]] = {"role": str, "name": (str, type(None)), "facts": (dict, type(None))}
    wrong = [
        _wrong(f"parties.{index}.{name}", "这里不填这一项。", "This is not asked for here.") for name in sorted(set(party) - set(shapes))
    ]
    for name, kinds in shapes.items():
        if not isinstance(party.get(name), kinds):
            wrong.append(_wrong(f"parties.{index}.{name}", "填得不对。", "This is not as it should be."))
    return wrong


def _wrong(field: str, zh: str, en: str) -> Refusal:
    return Refusal("bad_value", Text(zh, en), field=field)


def _bad(wrong: list[Refusal]) -> Problem:
    text = (
        wrong[0].text
        if len(wrong) == 1
        else Text(f"有 {len(wrong)} 处需要改，见下面各项。", f"{len(wrong)} things need a change; see each below.")
    )
    return Problem(422, "bad_form" if len(wrong) > 1 else wrong[0].code, text, errors=wrong)
