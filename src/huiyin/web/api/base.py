"""The API object: how errors leave it, and how its OpenAPI document is completed from the loaded procedures."""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from psycopg_pool import PoolTimeout

from huiyin.core.values import Refusal, Text
from huiyin.web.api import openapi
from huiyin.web.api.problems import Problem, answer, not_found
from huiyin.web.api.reading import Renderer, StrictParser

PARSER = StrictParser()
logger = logging.getLogger("huiyin.api")

BUSY = Text(
    "系统现在很忙或者数据库连不上，没有写入任何内容，请稍后再试。",
    "The system is busy or cannot reach its database; nothing was written. Try again shortly.",
)
FAULT = Text("系统内部出错，已记下，没有写入任何内容。", "Something went wrong inside; it was noted and nothing was written.")
_INVALID = Text("有内容不符合要求，见下面各项。", "Something sent is not as it should be; see each below.")
# What the checking library says, in words; anything else falls back to its English sentence.
_WORDS = {
    "missing": Text("这一项必须给出。", "This is required."),
    "string_too_long": Text("太长了。", "This is too long."),
    "string_too_short": Text("不能为空。", "This must not be empty."),
    "string_type": Text("这里要写文字。", "This takes text."),
    "string_pattern_mismatch": Text("写法不对。", "This is not written as it should be."),
    "int_parsing": Text("这里要填整数。", "This takes a whole number."),
    "int_type": Text("这里要填整数。", "This takes a whole number."),
    "bool_parsing": Text("这里填 true 或 false。", "This takes true or false."),
    "greater_than_equal": Text("数字太小。", "The number is too small."),
    "less_than_equal": Text("数字太大。", "The number is too large."),
    "date_from_datetime_parsing": Text("这里要填日期，例如 2026-11-30。", "This takes a date such as 2026-11-30."),
    "date_parsing": Text("这里要填日期，例如 2026-11-30。", "This takes a date such as 2026-11-30."),
    "uuid_parsing": Text("编号写法不对。", "This is not an identifier."),
    "literal_error": Text("不在可选的值里。", "This is none of the values allowed."),
    "enum": Text("不在可选的值里。", "This is none of the values allowed."),
    "extra_forbidden": Text("没有这一项。", "There is no such field."),
    "too_short": Text("项数太少。", "There are too few of these."),
    "too_long": Text("项数太多。", "There are too many of these."),
}


class HuiyinAPI(NinjaAPI):
    """Huiyin's API: strict in what it reads, complete in what it documents."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=PARSER, renderer=Renderer(), **options)
        _handle_errors(self)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> OpenAPISchema:
        """Return the document with a schema for every opening and act of the loaded library."""
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        openapi.complete(document)
        return document


def _handle_errors(api: HuiyinAPI) -> None:
    @api.exception_handler(Problem)
    def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
        return answer(request, problem)

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, not_found())

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, _of_validation(error))

    def _busy(request: HttpRequest, error: Any) -> HttpResponse:
        logger.error("no database: %s", type(error).__name__)
        return answer(request, Problem(503, "busy", BUSY, headers={"Retry-After": "5"}))

    for kind in (OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError):
        api.add_exception_handler(kind, _busy)

    def _suspicious(request: HttpRequest, error: Any) -> HttpResponse:
        if isinstance(error, RequestDataTooBig):
            return answer(request, Problem(413, "too_large", Text("内容太大。", "The body is too large.")))
        return answer(request, Problem(400, "bad_request", Text("请求读不懂。", "The request cannot be read.")))

    api.add_exception_handler(SuspiciousOperation, _suspicious)

    @api.exception_handler(Exception)
    def _fault(request: HttpRequest, error: Any) -> HttpResponse:
        # The trace goes to the log; it may quote content and never leaves in the answer.
        route = request.resolver_match.route if request.resolver_match else ""
        logger.error("fault in %s %s: %s", request.method, route, type(error).__name__, exc_info=error)
        return answer(request, Problem(500, "fault", FAULT))


def _of_validation(error: ValidationError) -> Problem:
    found: list[Refusal] = []
    places: set[str] = set()
    for one in error.errors:
        where = [str(part) for part in one.get("loc", ())]
        places.add(where[0] if where else "")
        kind = str(one.get("type", "invalid"))
        text = _WORDS.get(kind, Text(f"填得不对（{kind}）。", str(one.get("msg", "This is not valid."))))
        # The library puts the name of the parameter group second for bodies.
        names = where[2:] if where[:1] == ["body"] and len(where) > 2 else where[1:]
        found.append(Refusal(kind, text, field=".".join(names)))
    if places == {"path"}:
        return not_found()
    if "header" in places:
        return Problem(400, "bad_header", _INVALID, errors=found)
    return Problem(422, "invalid", _INVALID, errors=found)
