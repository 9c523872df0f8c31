"""Opaque cursors: where a page ended, packed so that nobody builds on what is inside."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from huiyin.core.values import Refusal, Text
from huiyin.web.api.problems import Problem

MOST = 200
_BAD = Text("翻页标记不对，请从第一页重新开始。", "The page mark is not one of ours; start again from the first page.")


def pack(*values: Any) -> str:
    """Return a cursor for the last row of a page."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def unpack(cursor: str, *kinds: type) -> list[Any]:
    """Return what ``pack`` was given.

    Raises:
        Problem: 422 when it was made by somebody else or for another list.
    """
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        values = None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise bad_cursor()
    return values


def bad_cursor() -> Problem:
    """Return the problem of a cursor that is none of ours."""
    return Problem(422, "after", _BAD, errors=[Refusal("after", _BAD, field="after")])
