"""How values look to a reader: dates and times in the city's zone, money, references, lengths of time left."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

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


def size(count: int) -> str:
    """Return a file's size in the unit people read.

    Args:
        count: bytes.
    """
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{max(1, round(count / 2**10))} KB"


def stamp(value: datetime, zone: tzinfo) -> str:
    """Return a local date and time as tables show it: 2026-11-21 14:05."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"


def money(cents: int) -> str:
    """Return an amount of CNY: ¥23,000.00."""
    return f"¥{cents // 100:,}.{cents % 100:02d}"


def reference(value: str) -> str:
    """Return a reference in groups of four."""
    return references.shown(value)


def left(due: datetime, now: datetime, zone: tzinfo) -> Text:
    """Return how long is left or by how much it is late: days by the calendar, the last day in hours.

    Every list and page counts by this rule, so that one matter is never two numbers of days late.
    """
    days = (due.astimezone(zone).date() - now.astimezone(zone).date()).days
    if due < now:
        return Text(f"超期{-days}天", f"{_days(-days)} overdue") if days < 0 else Text("今天超期", "overdue today")
    hours = int((due - now).total_seconds() // 3600)
    if hours < 1:
        return Text("不到1小时", "under an hour")
    return Text(f"还剩{hours}小时", f"{hours} h left") if hours < 24 else Text(f"还剩{days}天", f"{_days(days)} left")


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def has_han(text: str) -> bool:
    """Tell whether a text holds Chinese characters, so that an English page can mark their language."""
    return HAN.search(text) is not None
