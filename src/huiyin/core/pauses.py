"""Stretches in which a period stands still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from huiyin.core.calendar import ONE_DAY, Calendar


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a period does not run.

    The day of the pausing act still counts; the days from the next one to the day the period is resumed, both
    inclusive, do not. Hours stop and go on at the instants themselves.
    """

    since: datetime
    until: datetime

    @classmethod
    def of_days(cls, first: date, last: date, calendar: Calendar) -> Pause:
        """Return the pause whose first and last uncounted days are given."""
        return cls(calendar.end_of_day(first - ONE_DAY), calendar.end_of_day(last))

    def days(self, calendar: Calendar) -> tuple[date, date]:
        """Return first and last uncounted day; the first is after the last when no day is lost."""
        return calendar.local_date(self.since) + ONE_DAY, calendar.local_date(self.until)


def disjoint(pauses: Sequence[Pause]) -> list[tuple[datetime, datetime]]:
    """Return the pauses in order, overlapping ones joined, so that no hour is given back twice."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted((pause.since, pause.until) for pause in pauses if pause.until > pause.since):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


def without(begin: datetime, end: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return what is left of ``begin`` to ``end`` outside the pauses."""
    left = []
    for since, until in pauses:
        if until > begin and since < end:
            if since > begin:
                left.append((begin, since))
            begin = until
    if begin < end:
        left.append((begin, end))
    return left
