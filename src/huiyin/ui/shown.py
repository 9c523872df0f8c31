"""How values look to a reader: dates and times in the city's zone, money, references, lengths of time left."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

from huiyin.core import reference as references
from huiyin.core.date_words import MONTHS_EN, WEEKDAYS_ZH
from huiyin.core.values import Language, Text

HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]")
PROVISIONAL = Text("（暂定）", " (provisional)")
NOT_GIVEN = Text("（未填）", "(not given)")


def day(value: date, language: Language, *, weekday: bool = False) -> str:
    """Return a date in words: 2026年11月21日 or 21 November 2026, with its weekday when a plan is meant."""
    if language == "en":
        name = f", {value:%A}" if weekday else ""
        return f"{value.day} {MONTHS_EN[value.month - 1]} {value.year}{name}"
    name = f"（周{WEEKDAYS_ZH[value.weekday()]}）" if weekday else ""
    return f"{value.year}年{value.month}月{value.day}日{name}"


def moment(value: datetime, zone: tzinfo, language: Language) -> str:
    """Return a local date and time in words."""
    local = value.astimezone(zone)
    return f"{day(local.date(), language)}{', ' if language == 'en' else ' '}{local:%H:%M}"


def stamp(value: datetime, zone: tzinfo) -> str:
    """Return a local date and time as tables show it: 2026-11-21 14:05."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"


def money(cents: int) -> str:
    """Return an amount of CNY: ¥23,000.00."""
    return f"¥{cents // 100:,}.{cents % 100:02d}"


def reference(value: str) -> str:
    """Return a reference in groups of four."""
    return references.shown(value)


def left(due: datetime, now: datetime, language: Language) -> str:
    """Return how long is left until ``due``, or by how much it has passed, in the two largest useful units."""
    gap = due - now
    late = gap < timedelta(0)
    length = span(abs(gap), language)
    if language == "en":
        return f"{length} overdue" if late else f"{length} left"
    return f"超期{length}" if late else f"还剩{length}"


def span(gap: timedelta, language: Language) -> str:
    """Return a length of time: days from two days on, else hours, else minutes."""
    minutes = int(gap.total_seconds() // 60)
    for size, zh, en in ((1440, "天", "day"), (60, "小时", "hour"), (1, "分钟", "minute")):
        count = minutes // size
        if count >= (2 if size == 1440 else 1):
            return f"{count} {en}{'' if count == 1 else 's'}" if language == "en" else f"{count}{zh}"
    return "less than a minute" if language == "en" else "不到1分钟"


def has_han(text: str) -> bool:
    """Tell whether a text holds Chinese characters, so that an English page can mark their language."""
    return HAN.search(text) is not None
