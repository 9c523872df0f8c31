"""What a phone kept while it had no signal comes in here: record by record, each with an answer of its own, each counted once."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_POST

from huiyin.city import queries as city
from huiyin.core.forms import bad_characters
from huiyin.core.values import Language, Principal, Refusal, Text
from huiyin.matters import queries, services
from huiyin.matters.receipts import Receipt
from huiyin.matters.refusals import MISSING
from huiyin.matters.views import Entry
from huiyin.ui import forms, shown
from huiyin.ui.language import language_of
from huiyin.web import people
from huiyin.web.pages.field import visits
from huiyin.web.pages.field.glances import Glance, action_named, fields_of, glance, is_visit
from huiyin.web.pages.field.visits import Outcome, Photo

MOST_RECORDS = 20
MOST_VALUES = 60
LONGEST_VALUE = 20_000
MOST_VERSION = 2**31 - 1
# The matter went on without the phone: what it holds is set beside what there is now, and the worker decides.
MOVED_ON = frozenset({"conflict", "not_offered", "ended", "already_done"})
UNREADABLE = Refusal(
    "unreadable",
    Text(
        "这条记录读不出来，没有收下。请打开看看，再同步。", "This record cannot be read and was not taken. Open it, look, and send again."
    ),
)


# Home, matter, action, and the version of the matter it was decided on.
Act = tuple[str, UUID, str, int]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a phone.

    Attributes:
        id: made on the phone with the record; the key under which it is taken once.
        act: what is done to which matter, for a task of the list; None for a visit.
    """

    id: str
    raw: Mapping[str, str]
    photos: tuple[Photo, ...] = ()
    act: Act | None = None
    at: datetime | None = None


def holder_of(account_id: str) -> str:
    """Return the word by which a phone knows whose records it keeps; it tells nothing about the person."""
    return salted_hmac("huiyin.field.holder", account_id).hexdigest()[:32]


@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """Take the records of one phone in.

    Answers 401 when nobody is signed in (the phone keeps its records and asks to sign in), 409 when somebody else is: what one
    person wrote down is never handed in as another's.
    """
    principal = people.staff_of(request)
    if principal is None:
        return JsonResponse({"signed_in": False}, status=401)
    try:
        given = json.loads(request.body)
        holder, listed = given["holder"], given["records"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _bad()
    if not isinstance(holder, str) or not holder.isascii() or not isinstance(listed, list) or len(listed) > MOST_RECORDS:
        return _bad()
    if not constant_time_compare(holder, holder_of(principal.id)):
        return JsonResponse({"signed_in": True, "same_person": False}, status=409)
    language = language_of(request)
    return JsonResponse({"answers": [_answered(principal, one, language) for one in listed]})


def _bad() -> HttpResponse:
    return JsonResponse({"code": UNREADABLE.code, "text": UNREADABLE.text.zh}, status=400)


def _answered(principal: Principal, given: Any, language: Language) -> dict[str, Any]:
    name = _sound(given.get("id", ""))[:80] if isinstance(given, dict) else ""
    record = read(given)
    if record is None:
        return {"id": name, **_refused(UNREADABLE, language)}
    if record.act is None:
        return {"id": name, **_said(visits.record(principal, record.raw, record.id, record.photos), language)}
    return {"id": name, **_acted(principal, record, record.act, language)}


def read(given: Any) -> Record | None:
    """Return one record as the phone sent it, or None when it is not what a phone of ours sends."""
    if not isinstance(given, dict):
        return None
    name, raw = given.get("id"), given.get("raw")
    if not isinstance(name, str) or not 8 <= len(name) <= 80 or bad_characters(name) or not isinstance(raw, dict) or len(raw) > MOST_VALUES:
        return None
    if not all(isinstance(value, str) and len(value) <= LONGEST_VALUE for value in raw.values()):
        return None
    try:
        photos = tuple(Photo(_sound(one["name"])[:100], base64.b64decode(one["data"], validate=True)) for one in given.get("photos") or ())
        act = given.get("act")
        at = datetime.fromisoformat(given["at"]) if act is not None and given.get("at") else None
        where = None if act is None else (_sound(act["home"])[:6], UUID(str(act["matter"])), str(act["action"])[:80], int(act["version"]))
    except (ValueError, KeyError, TypeError, OverflowError, binascii.Error):
        return None
    if at is not None and not visits.possible(at):
        return None
    return Record(name, raw, photos, where, at) if where is None or 0 <= where[3] <= MOST_VERSION else None


def _sound(said: Any) -> str:
    """Return a text without what no answer and no record can hold."""
    return str(said).encode("utf-8", "replace").decode().replace("\x00", "?")


def _acted(principal: Principal, record: Record, act: Act, language: Language) -> dict[str, Any]:
    home, matter, name, version = act
    now = glance(principal, home, matter)
    action = None if now is None else action_named(now.procedure, name)
    if now is None or action is None:
        return _refused(MISSING, language)
    entries = () if action.form is None else now.procedure.forms[action.form].entries
    zone = city.library().zone
    visit = is_visit(now.procedure, action)
    raw = {**record.raw, "f.at_night": "true"} if visit and record.at is not None and visits.at_night(record.at, zone) else record.raw
    data = forms.typed(now.procedure, entries, raw, zone)
    takes = next((one.name for one in fields_of(now.procedure, action) if one.type == "file"), None)
    if record.photos and takes is not None:
        ids = visits.attached(principal, home, matter, record.photos)
        if isinstance(ids, Refusal):
            return _refused(ids, language)
        data[takes] = ids
    answer = services.act(
        home=home, matter=matter, seen_version=version, action=name, data=data, principal=principal, at=record.at, key=record.id
    )
    if isinstance(answer, Refusal) and answer.code in MOVED_ON:
        done = [one for one in queries.timeline(principal, home, matter) if one.seq > version]
        return {**_refused(answer, language), "status": "conflict", "theirs": theirs(now, done, language)}
    later = visits.photographs(principal, answer, record.id, record.photos) if visit and isinstance(answer, Receipt) else ()
    return _said(Outcome(answer, later), language)


def theirs(now: Glance, done: Sequence[Entry], language: Language) -> dict[str, Any]:
    """Return how a matter stands now and what was done to bring it there, for the side the phone does not have.

    What was written is read at the desk, where the look is recorded.
    """
    zone = city.library().zone
    return {
        "done": [f"{shown.moment(one.at, zone, language)} · {one.by.in_(language)} · {one.label.in_(language)}" for one in done],
        "version": now.version,
        "state": now.state.in_(language),
        "who": now.who.in_(language),
        "at": "" if now.at is None else shown.moment(now.at, zone, language),
        "appointed": now.appointed,
        "actions": [action.name for action in now.actions],
        "note": None if now.note is None else list(now.note),
        "address": reverse("desk-matter", args=[now.home, now.matter]),
    }


def _said(outcome: Outcome, language: Language) -> dict[str, Any]:
    if isinstance(outcome.answer, Refusal):
        return _refused(outcome.answer, language)
    receipt: Receipt = outcome.answer
    return {
        "status": "known" if receipt.known else "done",
        "reference": shown.reference(receipt.reference),
        "address": reverse("desk-matter", args=[receipt.home, receipt.matter]),
        "text": receipt.says.in_(language),
        "warnings": [text.in_(language) for text in (*outcome.warnings, *receipt.warnings)],
    }


def _refused(refusal: Refusal, language: Language) -> dict[str, Any]:
    each = refusal.details or (refusal,)
    # The time of a visit is asked under its own name.
    names = {"at": "starts_at"}
    return {
        "status": "refused",
        "code": refusal.code,
        "text": " ".join(one.text.in_(language) for one in each),
        "fields": {f"f.{names.get(one.field, one.field)}": one.text.in_(language) for one in each if one.field},
    }
