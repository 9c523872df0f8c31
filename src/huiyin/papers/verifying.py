"""The public check of a printed sheet: genuine or not, what kind, which unit, whether it still counts. Never what it says."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import connections

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.paper_codes import hash_start
from huiyin.core.signing import EVERY_METHOD, SEALINGS
from huiyin.core.values import Text
from huiyin.parties.access import DATABASE


@dataclass(frozen=True, slots=True)
class Mark:
    """One signature or the seal, without whose: how, when, whether a scan of the sheet is kept."""

    how: Text
    at: datetime
    scanned: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known of a genuine sheet.

    Attributes:
        corrected: it was printed anew after a correction, and the new one counts.
        later: a later issue of the same kind of paper was printed, such as the record of the next session.
        erased: its text was erased by law; the fingerprint stays.
    """

    title: Text
    unit: Text
    hash: str
    printed_at: datetime
    effective_at: datetime | None
    voided: bool
    corrected: bool
    later: bool
    erased: bool
    signed: tuple[Mark, ...]
    sealed: Mark | None


def verify(typed: str, client: str) -> Verified | int | None:
    """Return what the sheet with this code is; None when there is none; seconds to wait after many wrong codes.

    Args:
        typed: the code as somebody typed or scanned it.
        client: where the question comes from; kept for a day and only as a keyed hash.
    """
    start = hash_start(typed)
    if start is None:
        return None
    now = clock.now()
    day = f"{now.date().isoformat()}/{client}".encode()
    asker = hmac.new(settings.SECRET_KEY.encode(), b"papers.verify/" + day, hashlib.sha256).hexdigest()
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("SELECT papers_verify_v1(%s, %s, %s)", [start, asker, now])
        answer = cursor.fetchone()[0]
    if answer is None:
        return None
    found: dict[str, Any] = orjson.loads(answer) if isinstance(answer, str | bytes) else answer
    return int(found["wait"]) if "wait" in found else _verified(found)


def _verified(found: dict[str, Any]) -> Verified:
    paper = city.library().papers.get(found["paper"])
    unit = city.unit(found["unit"]) if found["unit"] else None
    named = found["unit_name"] or found["unit"] or ""
    return Verified(
        title=Text(found["paper"], found["paper"]) if paper is None else paper.title,
        unit=Text(named, named) if unit is None else unit.title,
        hash=found["hash"],
        printed_at=datetime.fromisoformat(found["printed_at"]),
        effective_at=None if found["effective_at"] is None else datetime.fromisoformat(found["effective_at"]),
        voided=bool(found["voided"]),
        corrected=bool(found["corrected"]),
        later=bool(found["later"]),
        erased=bool(found["erased"]),
        signed=tuple(_mark(one, seal=False) for one in found["signed"]),
        sealed=None if found["sealed"] is None else _mark(found["sealed"], seal=True),
    )


def _mark(one: dict[str, Any], *, seal: bool) -> Mark:
    known = SEALINGS if seal else EVERY_METHOD
    return Mark(known.get(one["method"], Text(one["method"], one["method"])), datetime.fromisoformat(one["at"]), bool(one["scan"]))
