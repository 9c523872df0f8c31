"""Dates in words for people, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from huiyin.core.calendar import ONE_DAY
from huiyin.core.values import Text

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_text(d: date) -> Text:
    """Return a date with its weekday, in words for people."""
    return Text(
        f"{d.year}年{d.month}月{d.day}日（星期{WEEKDAYS_ZH[d.weekday()]}）",
        f"{WEEKDAYS_EN[d.weekday()]}, {d.day} {MONTHS_EN[d.month - 1]} {d.year}",
    )


def instant_text(local: datetime) -> Text:
    """Return a local date and time, in words for people."""
    day = day_text(local.date())
    return Text(f"{day.zh}{local:%H:%M}", f"{day.en}, {local:%H:%M}")


def stretches(days: Sequence[date], to: str, comma: str) -> str:
    """Return dates as stretches, such as ``2026-10-01 to 2026-10-07``."""
    runs: list[list[date]] = []
    for d in days:
        if runs and d - runs[-1][-1] == ONE_DAY:
            runs[-1].append(d)
        else:
            runs.append([d])
    return comma.join(str(run[0]) if len(run) == 1 else f"{run[0]}{to}{run[-1]}" for run in runs)
