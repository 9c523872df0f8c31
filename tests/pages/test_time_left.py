"""How long is left, and what a clock that was met too late is called."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from huiyin.core.clock_life import ClockEvent, ClockLife
from huiyin.core.terms import Due
from huiyin.ui.shown import left

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 10:00 in the city


@pytest.mark.parametrize(
    ("due", "zh", "en"),
    [
        (datetime(2026, 10, 27, 15, 59, tzinfo=UTC), "超期26天", "26 days overdue"),
        (datetime(2026, 11, 21, 15, 59, tzinfo=UTC), "超期1天", "1 day overdue"),
        (datetime(2026, 11, 22, 1, 0, tzinfo=UTC), "今天超期", "overdue today"),
        (datetime(2026, 11, 22, 2, 30, tzinfo=UTC), "不到1小时", "under an hour"),
        (datetime(2026, 11, 22, 6, 14, tzinfo=UTC), "还剩4小时", "4 h left"),
        (datetime(2026, 11, 27, 15, 59, tzinfo=UTC), "还剩5天", "5 days left"),
    ],
)
def test_days_are_counted_by_the_calendar_and_the_last_day_in_hours(due: datetime, zh: str, en: str) -> None:
    assert (left(due, NOW, ZONE).zh, left(due, NOW, ZONE).en) == (zh, en)


def _life(kind: str, met: datetime | None) -> ClockLife:
    start = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
    limit = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
    due = Due(limit, limit, provisional=False, rule="", calendar="", steps=())
    events = [ClockEvent("started", start, start, 1, trigger=start, due=due)]
    if met is not None:
        events.append(ClockEvent("met", met, met, 2))
    return ClockLife("assign", kind, "2 hours", None, tuple(events))  # type: ignore[arg-type]


def test_a_clock_met_after_its_date_was_not_met_in_time() -> None:
    late, early = datetime(2026, 11, 22, 2, 0, tzinfo=UTC), datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
    assert _life("target", late).met_late
    assert not _life("target", early).met_late
    assert not _life("target", None).met_late
    assert not _life("minimum", late).met_late
