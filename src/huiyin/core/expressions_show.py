"""How values are shown to people in templates, and the plain value behind each."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from huiyin.core.amounts import MOST_CENTS, in_capitals
from huiyin.core.expressions_eval import Labelled, Led, Money, Record, Scope, evaluate, misfit
from huiyin.core.expressions_parse import template_parts
from huiyin.core.values import Text

NOT_GIVEN = Text("（未填）", "(not given)")
PROVISIONAL = Text("（暂定）", " (provisional)")
MISSED = Text("（已经过了）", " (already past)")
NOTHING = Text("无", "none")
STOPS = ("。", ".")
FLAG_WORDS = {True: Text("是", "yes"), False: Text("否", "no")}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def plain_value(value: Any) -> Any:
    """Return the JSON-ready value behind an evaluated one: ids, words, ISO dates, whole cents."""
    match value:
        case Record():
            return value.raw if value.raw is not None else value.key
        case tuple() | list():
            return [plain_value(item) for item in value]
        case date():
            return value.isoformat()
        case timedelta():
            return value.days
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case bool() | None:
            return value
        case str():
            return str(value)
        case _:
            return int(value)


def fill(text: str, scope: Scope, language: str, *, in_full: bool = False, marks_missed: bool = False) -> str:
    """Return a template with every ``{expression}`` shown in ``language``.

    Args:
        in_full: amounts also in the numerals of cheques and agreements, as a signed paper has them.
        marks_missed: a date somebody is late for says that it is past; papers keep the date alone.

    Raises:
        ExpressionError: when an expression of the template cannot be read or does not fit the scope.
    """
    filled = ""
    for part in template_parts(text):
        if not isinstance(part, str):
            value = evaluate(part, scope)
            filled += show(value, language, scope.zone, in_full=in_full)
            if marks_missed and getattr(value.value if isinstance(value, Led) else value, "missed", False):
                filled += MISSED.in_(language)
        elif filled.endswith(STOPS) and part.startswith(STOPS):
            # What people wrote ends with a full stop of its own; the template's would stand beside it.
            filled += part[1:]
        else:
            filled += part
    return filled


def show(value: Any, language: str, zone: tzinfo, *, in_full: bool = False) -> str:
    """Return a value as people read it: 2026年10月12日, ¥1,200.00, 是."""
    match value:
        case None | "":
            return NOT_GIVEN.in_(language)
        case bool():
            return FLAG_WORDS[value].in_(language)
        case Labelled():
            return value.label.in_(language)
        case str():
            return value
        case Money():
            figures = f"{'-' if value < 0 else ''}¥{abs(int(value)) // 100:,}.{abs(int(value)) % 100:02d}"
            words = in_full and language != "en" and 0 <= value <= MOST_CENTS
            return f"{figures}（{in_capitals(int(value))}）" if words else figures
        case int() | Decimal():
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        case date():
            mark = PROVISIONAL.in_(language) if getattr(value, "provisional", False) else ""
            return _shown_moment(value, language, zone) + mark
        case timedelta():
            return f"{value.days}天" if language != "en" else f"{value.days} days"
        case Led(words, led):
            return "" if led in (None, "") else words + show(led, language, zone, in_full=in_full)
        case tuple() | list():
            shown = [show(item, language, zone, in_full=in_full) for item in value]
            return ("、" if language != "en" else ", ").join(shown) if shown else NOTHING.in_(language)
        case Record():
            if value.label is not None:
                return value.label.in_(language)
            return show(value.members.get("name"), language, zone, in_full=in_full)
    raise misfit(type(value).__name__)


def _shown_moment(value: date, language: str, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        if language == "en":
            return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local.hour:02d}:{local.minute:02d}"
        return f"{local.year}年{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"
    if language == "en":
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"
