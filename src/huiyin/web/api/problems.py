"""Errors as problem details (RFC 9457): a status, a stable code, and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from huiyin.core.values import Refusal, Text

MEDIA_TYPE = "application/problem+json"

# A refusal's status. What is wrong with the values sent is 422; what the matter's present state forbids is 409.
_STATUS = {
    "conflict": 409,
    "key_reused": 409,
    "not_offered": 409,
    "ended": 409,
    "already_done": 409,
    "already_signed": 409,
    "text_changed": 409,
    "missing": 404,
    "not_found": 404,
    "not_yours": 403,
    "may_not": 403,
    "may_not_open": 403,
    "slow_down": 429,
}

NOT_FOUND = Text("没有找到，或者不在您能看到的范围里。", "Not found, or not within what you may see.")
SIGN_IN = Text("请先登录，或者用编号和查询码取得令牌。", "Sign in first, or get a token with the reference and its code.")
NO_SCOPE = Text("您的岗位不能做这件事。", "Your post may not do this.")


class Problem(Exception):  # noqa: N818 - the RFC's own word
    """An answer that is an error.

    Attributes:
        code: stable machine word.
        errors: one refusal per bad field.
        extra: further members of the answer, such as what changed meanwhile.
        headers: such as ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        text: Text,
        *,
        errors: Sequence[Refusal] = (),
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.text = text
        self.errors = tuple(errors)
        self.extra = extra or {}
        self.headers = headers or {}


def not_found() -> Problem:
    """Return the one answer for what is not there and for what one may not see."""
    return Problem(404, "not_found", NOT_FOUND)


def sign_in() -> Problem:
    """Return the answer for whoever has not said who they are."""
    return Problem(401, "sign_in", SIGN_IN, headers={"WWW-Authenticate": 'Bearer realm="huiyin"'})


def no_scope() -> Problem:
    """Return the answer for a post that has no part in this."""
    return Problem(403, "no_scope", NO_SCOPE)


def slow_down(seconds: int) -> Problem:
    """Return the answer for whoever guesses too fast."""
    return Problem(
        429,
        "slow_down",
        Text(f"试得太多了，请等 {seconds} 秒再试。", f"Too many tries; wait {seconds} seconds and try again."),
        headers={"Retry-After": str(seconds)},
    )


def of_refusal(refusal: Refusal, **extra: Any) -> Problem:
    """Return the problem that carries a refusal of the core or the record."""
    if refusal.code in ("missing", "not_found"):
        return not_found()
    errors = refusal.details or ((refusal,) if refusal.field is not None else ())
    return Problem(_STATUS.get(refusal.code, 422), refusal.code, refusal.text, errors=errors, extra=extra)


def language_of(request: HttpRequest) -> str:
    """Return the reader's language: asked for in the address, else by cookie, else by header, else Chinese."""
    asked = request.GET.get("lang") or request.COOKIES.get("lang") or ""
    if asked in ("zh", "en"):
        return asked
    first = next(_accepted(request.headers.get("Accept-Language", "")), "zh")
    return "en" if first == "en" else "zh"


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the response for one problem."""
    try:
        title = HTTPStatus(problem.status).phrase
    except ValueError:
        title = str(problem.status)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": problem.status,
        "detail": problem.text.in_(language_of(request)),
        "code": problem.code,
        "zh": problem.text.zh,
        "en": problem.text.en,
    }
    if problem.errors:
        body["errors"] = [
            {"field": error.field or "", "code": error.code, "zh": error.text.zh, "en": error.text.en} for error in problem.errors
        ]
    body.update(problem.extra)
    return HttpResponse(orjson.dumps(body), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def _accepted(header: str) -> Iterator[str]:
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if tag.strip():
            wanted.append((-quality, place, tag.strip().lower()[:2]))
    return (tag for _, _, tag in sorted(wanted) if tag in ("zh", "en"))
