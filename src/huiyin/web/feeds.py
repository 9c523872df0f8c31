"""Secret addresses under which a calendar program reads somebody's dates.

An address is 32 random bytes; the database holds only their hash, in a row of the session table that runs out and can be
taken back. There is one for each post of a person and one for each party of a matter: a new one ends the one before.
For staff it stops working as their other tokens do: account switched off, password changed, appointment over.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import constant_time_compare

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Account
from huiyin.core import reference as references
from huiyin.core.values import Language, Principal, Text
from huiyin.matters import dates
from huiyin.matters.dates import MatterDate
from huiyin.web import people
from huiyin.web.calendar_file import escaped, instant, written

STAFF_LASTS = timedelta(days=180)
PARTY_LASTS = timedelta(days=90)
SECRET_BYTES = 32
_TITLE = Text("回音：期限", "Huiyin: dates")
_PROVISIONAL = Text("（暂定）", " (provisional)")
_PAUSED = Text("（停钟，日期会变）", " (clock stopped, the date will change)")


@dataclass(frozen=True, slots=True)
class Kept:
    """The address somebody has, without its secret."""

    made: datetime
    ends: datetime


def of_staff(account: Account, seat: str) -> str:
    """Return the owner of a member's address."""
    return f"staff/{account.pk}/{seat}"


def of_party(principal: Principal) -> str:
    """Return the owner of a party's address."""
    return f"party/{principal.matter}/{principal.id}"


def make(owner: str, who: dict[str, Any], lasts: timedelta, language: Language) -> str:
    """Return a new secret for ``owner``; the one before stops working."""
    token, now = secrets.token_urlsafe(SECRET_BYTES), clock.now()
    ends = now + lasts
    key = _key(token)
    with transaction.atomic():
        take_back(owner)
        Session.objects.create(
            pk=key, expire_date=ends, session_data=json.dumps({"owner": owner, "language": language, "made": now.timestamp(), **who})
        )
        Session.objects.create(pk=_owner_key(owner), expire_date=ends, session_data=json.dumps({"feed": key, "made": now.timestamp()}))
    return token


def make_for_staff(account: Account, seat: str, language: Language) -> str:
    """Return a new secret for one post of a person."""
    who = {"kind": "staff", "account": str(account.pk), "seat": seat, "hash": account.get_session_auth_hash()}
    return make(of_staff(account, seat), who, STAFF_LASTS, language)


def make_for_party(principal: Principal, language: Language) -> str:
    """Return a new secret for a party of one matter."""
    who = {"kind": "party", "party": principal.id, "matter": principal.matter}
    return make(of_party(principal), who, PARTY_LASTS, language)


def kept(owner: str) -> Kept | None:
    """Return the address ``owner`` has now, if any."""
    row = Session.objects.filter(pk=_owner_key(owner), expire_date__gt=clock.now()).first()
    if row is None:
        return None
    made = _content(row).get("made")
    return None if made is None else Kept(datetime.fromtimestamp(made, tz=row.expire_date.tzinfo), row.expire_date)


def take_back(owner: str) -> bool:
    """End the address of ``owner``; True when there was one."""
    row = Session.objects.filter(pk=_owner_key(owner)).first()
    if row is None:
        return False
    Session.objects.filter(pk__in=[row.pk, _content(row).get("feed", "")]).delete()
    return True


def read(token: str) -> bytes | None:
    """Return the calendar behind a secret, or None when it is false, over, taken back or without a right behind it."""
    row = Session.objects.filter(pk=_key(token), expire_date__gt=clock.now()).first()
    kept_here = {} if row is None else _content(row)
    if "kind" not in kept_here:
        return None
    if kept_here["kind"] == "party":
        principal = Principal("party", kept_here["party"], purpose="own", matter=kept_here["matter"])
        return calendar(dates.of_party(principal), kept_here["language"])
    staff = _staff(kept_here)
    return None if staff is None else calendar(dates.of_post(staff), kept_here["language"])


def _staff(kept_here: dict[str, Any]) -> Principal | None:
    account = Account.objects.filter(pk=kept_here["account"], is_active=True).first()
    if account is None or not constant_time_compare(kept_here["hash"], account.get_session_auth_hash()):
        return None
    seat = next((seat for seat in people.seats_of(account) if seat.id == kept_here["seat"]), None)
    return None if seat is None else people.principal_in(account, seat)


def calendar(found: tuple[MatterDate, ...], language: Language) -> bytes:
    """Return dates as a calendar: reference, name of the clock and unit, and nothing of anybody."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Huiyin//dates//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(_TITLE.in_(language))}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for one in found:
        lines += _event(one, language)
    return written([*lines, "END:VCALENDAR"])


def _event(one: MatterDate, language: Language) -> list[str]:
    due = one.life.limit
    if due is None:
        return []
    zone = city.library().zone
    local = due.astimezone(zone)
    ended = one.life.status not in ("running", "paused")
    unsure = one.life.provisional or one.life.status == "paused"
    words = f"{references.shown(one.reference)} {one.label.in_(language)}"
    if one.unit:
        words += f" · {one.unit}"
    if one.life.provisional:
        words += _PROVISIONAL.in_(language)
    if one.life.status == "paused":
        words += _PAUSED.in_(language)
    # A period that runs to the end of its day is a whole day; one in hours is an instant.
    whole = (local.hour, local.minute) == (23, 59)
    when = (
        [f"DTSTART;VALUE=DATE:{_day(local.date())}", f"DTEND;VALUE=DATE:{_day(local.date() + timedelta(days=1))}"]
        if whole
        else [f"DTSTART:{instant(due)}"]
    )
    changed = one.life.events[-1].now
    return [
        "BEGIN:VEVENT",
        f"UID:{one.matter}-{one.clock}@huiyin",
        f"SEQUENCE:{one.number - 1}",
        f"DTSTAMP:{instant(clock.now())}",
        f"LAST-MODIFIED:{instant(changed)}",
        *when,
        f"SUMMARY:{escaped(words)}",
        f"STATUS:{'CANCELLED' if ended else 'TENTATIVE' if unsure else 'CONFIRMED'}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _content(row: Session) -> dict[str, Any]:
    """Return what a row holds; nothing when it is a session's own and no feed's."""
    try:
        found = json.loads(row.session_data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _day(d: date) -> str:
    return f"{d:%Y%m%d}"


def _key(token: str) -> str:
    return f"feed{hashlib.sha256(token.encode()).hexdigest()[:36]}"


def _owner_key(owner: str) -> str:
    digest = hmac.new(str(settings.SECRET_KEY).encode(), f"feed\x00{owner}".encode(), hashlib.sha256)
    return f"feedof{digest.hexdigest()[:34]}"
