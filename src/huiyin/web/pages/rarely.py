"""When something happened, where it differs from now: asked behind a fold, because mostly it is now."""

from __future__ import annotations

from datetime import datetime, tzinfo

from huiyin.core.values import Refusal, Text
from huiyin.ui import forms
from huiyin.ui.forms import Question

_WRONG = Text(
    "“实际发生的时间”要写日期和时间，例如 2026-11-20 16:30。", "“When it happened” takes date and time, such as 2026-11-20 16:30."
)


def happened_at(value: str, error: Text | None) -> Question:
    """Return the question when it really happened."""
    return Question(
        "at",
        Text("实际发生的时间", "When it happened"),
        "moment",
        hint=Text(
            "刚刚发生的不用填。补录以前的事，期限从实际发生时起算。",
            "Leave empty if it is happening now. Periods count from when it really happened.",
        ),
        error=error,
        value=value,
        required=False,
    )


def moment_of(value: str, zone: tzinfo) -> datetime | Refusal | None:
    """Return the moment typed, None when left empty, or the refusal."""
    if not value.strip():
        return None
    try:
        found = datetime.fromisoformat(forms.instant(value.strip(), zone))
    except ValueError:
        return Refusal("bad_value", _WRONG, field="at")
    return found if found.tzinfo is not None else Refusal("bad_value", _WRONG, field="at")
