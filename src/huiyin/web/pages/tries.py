"""How often somebody may guess: wrong tries within a quarter of an hour, counted for each client, of whom only a keyed hash is kept."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from huiyin.city.models import Account
from huiyin.web.client import address_of

WITHIN = timedelta(minutes=15)


def client_of(request: HttpRequest) -> str:
    """Return who is guessing: a member of staff by their account, for many share one address at a window; else the address."""
    account = getattr(request, "user", None)
    return f"account/{account.pk}" if isinstance(account, Account) else address_of(request)


def used_up(request: HttpRequest, what: str, most: int) -> bool:
    """Tell whether this client has guessed wrong as often as is allowed."""
    return int(cache.get(_key(request, what), 0)) >= most


def missed(request: HttpRequest, what: str) -> None:
    """Count one wrong guess."""
    key = _key(request, what)
    cache.add(key, 0, WITHIN.total_seconds())
    cache.incr(key)


def _key(request: HttpRequest, what: str) -> str:
    who = f"{what}/{client_of(request)}".encode()
    return f"tries:{hmac.new(settings.SECRET_KEY.encode(), who, hashlib.sha256).hexdigest()}"
