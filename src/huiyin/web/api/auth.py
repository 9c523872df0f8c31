"""Who asks the API: a bearer token, or the browser session of the pages. Tells who, never what they may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.utils import check_csrf

from huiyin.core.values import ANONYMOUS, Principal, Text
from huiyin.web import people, tokens
from huiyin.web.api.problems import Problem, sign_in
from huiyin.web.api.reading import check_address

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Bearer:
    """Authentication of every operation: finds the principal, and lets the operation decide whether it needs one."""

    openapi_security_schema: dict[str, Any] = {  # noqa: RUF012 - read by the framework as a class attribute
        "type": "http",
        "scheme": "bearer",
        "description": "From POST /tokens (staff) or POST /track (a party, by reference and code).",
    }

    def __call__(self, request: HttpRequest) -> Principal:
        """Return the principal; ``ANONYMOUS`` when nobody is named.

        Raises:
            Problem: 401 for a token that is not or no longer good; 403 for a session that writes without its CSRF token.
        """
        check_address(request)
        text = token_of(request)
        if text is not None:
            principal = tokens.principal_of(text)
            if principal is None:
                raise Problem(
                    401,
                    "token_over",
                    Text("令牌无效或者已经失效，请重新登录。", "The token is not or no longer valid; sign in again."),
                    headers={"WWW-Authenticate": 'Bearer realm="huiyin", error="invalid_token"'},
                )
            return principal
        principal = people.principal_of(request)
        # A browser sends its cookie along with any form of any site; only a page of ours knows the second token.
        if principal.kind != "anonymous" and request.method not in SAFE and check_csrf(request) is not None:
            raise Problem(
                403,
                "csrf",
                Text("请求缺少防伪标记，请刷新页面。", "The request lacks its anti-forgery token; reload the page."),
            )
        return principal


def token_of(request: HttpRequest) -> str | None:
    """Return the bearer token of a request, or None."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def asker(request: HttpRequest) -> Principal:
    """Return who asks."""
    found = getattr(request, "auth", None)
    return found if isinstance(found, Principal) else ANONYMOUS


def known_asker(request: HttpRequest) -> Principal:
    """Return who asks.

    Raises:
        Problem: 401 when nobody is named.
    """
    principal = asker(request)
    if principal.kind == "anonymous":
        raise sign_in()
    return principal
