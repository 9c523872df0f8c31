"""What comes in and goes out as bytes: strict JSON within limits, and nothing a database cannot keep."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from huiyin.core.values import Refusal, Text
from huiyin.web.api.problems import Problem

MAX_BODY = 2**20
MAX_DEPTH = 24
_BAD_TEXT = Text(
    "有无法保存的字符（空字符），来源可能损坏，请去掉后再提交。",
    "There is a character that cannot be kept (NUL); the source may be damaged. Remove it and submit again.",
)
_NOT_JSON = Text("内容不是合格的 JSON。", "The body is not well-formed JSON.")


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, no lone surrogates, bounded size and depth."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the parsed body.

        Raises:
            Problem: 413, 415, 400 or 422; the text says what to change.
        """
        if request.content_type != "application/json":
            raise Problem(
                415,
                "media_type",
                Text("请用 application/json 提交。", "Send the body as application/json."),
            )
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            raise Problem(
                413,
                "too_large",
                Text(
                    "一次最多提交 1 MB。长文请分开，或者作为附件。",
                    "At most 1 MB in one request. Split long texts or attach them as files.",
                ),
            )
        try:
            value = orjson.loads(request.body)
        except orjson.JSONDecodeError as wrong:
            where = Text(
                f"{_NOT_JSON.zh}第 {wrong.lineno} 行第 {wrong.colno} 列。", f"{_NOT_JSON.en} Line {wrong.lineno}, column {wrong.colno}."
            )
            raise Problem(400, "not_json", where) from None
        if not isinstance(value, dict):
            raise Problem(400, "not_an_object", Text("内容应是一个 JSON 对象。", "The body must be one JSON object."))
        _check(value)
        return value


class Renderer(BaseRenderer):
    """Compact JSON; instants are written by the rooms themselves, as text."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the bytes of one answer."""
        return orjson.dumps(data, default=str)


def check_address(request: HttpRequest) -> None:
    """Refuse an address whose path or query holds a character no table can keep.

    Raises:
        Problem: 400.
    """
    for text in (request.path, *request.GET.keys(), *(value for values in request.GET.lists() for value in values[1])):
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise Problem(400, "bad_address", Text("地址里有无法识别的字符。", "The address holds an unreadable character."))


def _check(value: dict[str, Any]) -> None:
    """Walk without recursion: depth is what is being measured."""
    level: list[tuple[str, Any]] = [("", value)]
    for _ in range(MAX_DEPTH):
        level = [
            (f"{path}/{key}", part)
            for path, whole in level
            for key, part in (whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ())
            if _clean(f"{path}/{key}", key, part)
        ]
        if not level:
            return
    raise Problem(400, "too_deep", Text("JSON 嵌套太深。", f"The JSON is nested deeper than {MAX_DEPTH} levels."))


def _clean(path: str, key: object, part: object) -> bool:
    for text in (key, part):
        if isinstance(text, str) and "\x00" in text:
            shown = path.replace("\x00", "")
            raise Problem(422, "bad_character", _BAD_TEXT, errors=[Refusal("bad_character", _BAD_TEXT, field=shown)])
    return isinstance(part, str | dict | list)
