"""Where a request came from: the address that guesses are counted by."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the address of whoever asked, as the outermost trusted proxy saw it.

    ``HUIYIN_PROXIES`` says how many proxies of the operator's own a request passes. Each adds the address it was asked from
    at the right end of ``X-Forwarded-For``; what stands further left anybody may have written, and is not read.
    """
    here = str(request.META.get("REMOTE_ADDR", ""))
    if settings.HUIYIN_PROXIES < 1:
        return here
    seen = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    found = seen[-min(settings.HUIYIN_PROXIES, len(seen))]
    try:
        return str(ip_address(_without_port(found)))
    except ValueError:
        return here


def _without_port(text: str) -> str:
    """Return an address as some proxies write it, 203.0.113.7:4711 or [2001:db8::7]:4711, without its port."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
