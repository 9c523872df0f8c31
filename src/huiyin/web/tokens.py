"""Bearer tokens: signed, expiring, and refused the moment the right behind them ends.

A token names a row in the session table, so that it can be taken back; the signature keeps guesses from reaching the
database. For staff it stands for one account in one post. It stops working when the account is switched off, the
password changes or the appointment ends. For a party it stands for one matter.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare

from huiyin import clock
from huiyin.city.models import Account
from huiyin.core.values import Principal
from huiyin.web import people

SALT = "huiyin.web.tokens"
STAFF_LASTS = timedelta(hours=12)
PARTY_LASTS = timedelta(hours=2)
FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=15)
_KIND = "token_kind"


@dataclass(frozen=True, slots=True)
class Token:
    """A new token and when it ends."""

    text: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many wrong passwords for one name: no answer for this many seconds."""

    seconds: int


def for_staff(account: Account, seat: str) -> Token:
    """Return a token for ``account`` acting in one post."""
    return _make({_KIND: "staff", "account": str(account.pk), "seat": seat, "hash": account.get_session_auth_hash()}, STAFF_LASTS)


def for_party(principal: Principal, *, reference: str) -> Token:
    """Return a token for the party ``principal`` of one matter."""
    return _make({_KIND: "party", "party": principal.id, "matter": principal.matter, "reference": reference}, PARTY_LASTS)


def principal_of(text: str) -> Principal | None:
    """Return whom a token speaks for now, or None when it is false, over, taken back or without a right behind it."""
    store = _store(text)
    if store is None:
        return None
    if store[_KIND] == "party":
        return Principal(kind="party", id=store["party"], purpose="own", matter=store["matter"])
    found = _staff(store)
    return None if found is None else people.principal_in(*found)


def matter_of(text: str) -> tuple[str, str, str] | None:
    """Return home, matter and reference of a party's token, or None."""
    store = _store(text)
    if store is None or store[_KIND] != "party":
        return None
    home, _, matter = str(store["matter"]).partition("/")
    return home, matter, store["reference"]


def take_back(text: str) -> bool:
    """End a token; True when it was in force."""
    store = _store(text)
    if store is None:
        return False
    store.delete()
    return True


def check_password(username: str, password: str) -> Account | Wait | None:
    """Return the account of a name and password; None when they do not fit, a wait after too many wrong ones.

    Each try is counted before the password is looked at, so that many at once are not more than one after the other.
    Names that do not exist are counted alike: the answer does not tell which names there are.
    """
    key = _tries_key(username)
    waiting = _count_try(key)
    if waiting is not None:
        return waiting
    account = authenticate(username=username, password=password)
    if not isinstance(account, Account):
        return None
    Session.objects.filter(pk=key).delete()
    return account


def _make(content: dict[str, Any], lasts: timedelta) -> Token:
    store = SessionStore()
    for name, value in content.items():
        store[name] = value
    ends = clock.now() + lasts
    store["ends"] = ends.timestamp()
    # The row outlives the token by nothing that matters; a cleaning command removes what is over.
    store.set_expiry(int(lasts.total_seconds()))
    store.create()
    return Token(signing.dumps(store.session_key, salt=SALT), ends)


def _store(text: str) -> SessionStore | None:
    try:
        key = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    store = SessionStore(session_key=key)
    if _KIND not in store or store["ends"] <= clock.now().timestamp():
        return None
    return store


def _staff(store: SessionStore) -> tuple[Account, people.Seat] | None:
    account = Account.objects.filter(pk=store["account"], is_active=True).first()
    if account is None or not constant_time_compare(store["hash"], account.get_session_auth_hash()):
        return None
    seat = next((seat for seat in people.seats_of(account) if seat.id == store["seat"]), None)
    return None if seat is None else (account, seat)


def _tries_key(username: str) -> str:
    digest = hmac.new(str(settings.SECRET_KEY).encode(), f"tries\x00{username.strip().lower()}".encode(), hashlib.sha256)
    return f"tries{digest.hexdigest()[:35]}"


def _count_try(key: str) -> Wait | None:
    """Count one more try, or say how long to wait before the next may be made."""
    now = clock.now()
    with transaction.atomic():
        row, _ = Session.objects.select_for_update().get_or_create(
            pk=key, defaults={"session_data": json.dumps({"tries": 0, "last": 0.0}), "expire_date": now + LONGEST_WAIT * 4}
        )
        past = json.loads(row.session_data)
        if row.expire_date <= now:
            past = {"tries": 0, "last": 0.0}
        if past["tries"] >= FREE_TRIES:
            wait = min(LONGEST_WAIT.total_seconds(), 2.0 ** min(past["tries"] - FREE_TRIES, 12))
            left = past["last"] + wait - now.timestamp()
            if left > 0:
                return Wait(int(left) + 1)
        row.session_data = json.dumps({"tries": past["tries"] + 1, "last": now.timestamp()})
        row.expire_date = now + LONGEST_WAIT * 4
        row.save(update_fields=["session_data", "expire_date"])
    return None
