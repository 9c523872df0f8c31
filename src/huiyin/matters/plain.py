"""What may enter the record: JSON values that the database gives back exactly as they were hashed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from huiyin.core.values import Refusal, Text

MAX_DEPTH = 12
_LARGEST = 2**53


class BadPlainError(ValueError):
    """A value cannot be kept; carries the refusal to answer with."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def clean(data: Any, field: str | None = None, depth: int = 0) -> Any:
    """Return ``data`` in the one form the record keeps.

    A whole number written as a fraction becomes whole: the database would give it back so, and its hash would no
    longer fit.

    Raises:
        BadPlainError: something has no exact form (a null character, half a character, an endless number).
    """
    if depth > MAX_DEPTH:
        raise BadPlainError(_refused(field, "嵌套太深", "is nested too deeply"))
    if data is None or isinstance(data, bool):
        return data
    if isinstance(data, str):
        return _text(data, field)
    if isinstance(data, int):
        if abs(data) > _LARGEST:
            raise BadPlainError(_refused(field, "数字太大", "is too large a number"))
        return data
    if isinstance(data, float):
        if not math.isfinite(data) or abs(data) > _LARGEST:
            raise BadPlainError(_refused(field, "不是有效的数字", "is not a usable number"))
        return int(data) if data.is_integer() else data
    if isinstance(data, Mapping):
        return {_text(str(key), field): clean(value, field or str(key), depth + 1) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [clean(value, field, depth + 1) for value in data]
    raise BadPlainError(_refused(field, "类型不对", f"is of a kind that cannot be kept ({type(data).__name__})"))


def _text(value: str, field: str | None) -> str:
    if "\x00" in value:
        raise BadPlainError(_refused(field, "含有空字符（U+0000）", "holds a null character (U+0000)"))
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadPlainError(_refused(field, "含有残缺的字符", "holds half a character")) from None
    return value


def _refused(field: str | None, zh: str, en: str) -> Refusal:
    return Refusal(
        "bad_value",
        Text(f"“{field or '内容'}”{zh}，请改正后再提交。", f"“{field or 'the content'}” {en}; mend it and submit again."),
        field=field,
    )
