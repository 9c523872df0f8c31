"""Guesses are counted by the address of whoever guesses, also behind proxies; nobody chooses that address themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from looking import COMMITTEE, PASSWORD, Visitor, account

from huiyin.web.client import address_of

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, None, PROXY),
        (0, "198.51.100.9", PROXY),
        (1, None, PROXY),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.9, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        # It came past the outer proxy: what the inner one saw is still true.
        (2, "203.0.113.7", "203.0.113.7"),
        (1, "203.0.113.7:4711", "203.0.113.7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "2001:DB8:0::7", "2001:db8::7"),
        (1, "203.0.113.7, unknown", PROXY),
        (1, "", PROXY),
    ],
)
def test_the_address_is_the_one_the_outermost_trusted_proxy_saw(settings: Any, proxies: int, header: str | None, address: str) -> None:
    settings.HUIYIN_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY)
    if header is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = header
    assert address_of(request) == address


def signs_in(address: str, password: str) -> bool:
    visitor = Visitor()
    visitor.client.defaults |= {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": address}
    page = visitor.post("/sign-in/", username=account(COMMITTEE, "clerk").username, password=password)
    return page.headings == ["以哪个岗位办事"]


def test_a_forged_header_gives_no_more_guesses_and_a_proxy_takes_none_from_others(served: object, settings: Any) -> None:
    from django.core.cache import cache

    for proxies, forged, others_may in ((0, "198.51.100.{}", False), (1, "198.51.100.{}, 203.0.113.7", True)):
        cache.clear()
        settings.HUIYIN_PROXIES = proxies
        for number in range(12):
            signs_in(forged.format(number), "wrong")
        assert not signs_in(forged.format(99), PASSWORD)
        assert signs_in("203.0.113.8", PASSWORD) == others_may
