"""A sum paid in parts, with interest if any: exact to the cent."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

MOST: Final = 60
DAYS_OF_YEAR: Final = 365

Every = Literal["month", "quarter", "year"]
STEP: Final[dict[Every, int]] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a sum: what of it is principal and what interest, in whole cents, and the day it is due."""

    number: int
    due: date
    principal: int
    interest: int

    @property
    def cents(self) -> int:
        """What is paid on that day."""
        return self.principal + self.interest


def simple_interest(cents: int, yearly: Decimal, begin: date, end: date) -> int:
    """Return the interest on a sum from one day to another, in whole cents, half a cent rounded up.

    Args:
        yearly: per cent a year, counted by days of a year of 365.

    Raises:
        ValueError: a day before the first, a negative sum or rate.
    """
    if end < begin or cents < 0 or yearly < 0:
        raise ValueError(f"no interest on {cents} cents at {yearly} % from {begin} to {end}")
    exact = Decimal(cents) * yearly * (end - begin).days / (100 * DAYS_OF_YEAR)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def later(day: date, by: int, every: Every) -> date:
    """Return the day so many steps later: the same day of the month, or its last where the month is shorter."""
    count = day.year * 12 + day.month - 1 + by * STEP[every]
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def spread(
    cents: int, times: int, first: date, every: Every = "month", yearly: Decimal = Decimal(0), since: date | None = None
) -> tuple[Instalment, ...]:
    """Return a sum in equal parts of principal, the odd cents in the last, each with the interest on what was still owed.

    Args:
        first: day the first part is due.
        since: day interest runs from; without it, one step before the first part.

    Raises:
        ValueError: fewer than one part or more than `MOST`, more parts than cents, interest that would begin after the first day.
    """
    if not 1 <= times <= MOST or cents < times:
        raise ValueError(f"{cents} cents cannot be paid in {times} parts")
    before = later(first, -1, every) if since is None else since
    if yearly and before > first:
        raise ValueError(f"interest from {before} begins after the first part on {first}")
    part, owed, made = cents // times, cents, []
    for number in range(1, times + 1):
        due = later(first, number - 1, every)
        principal = owed if number == times else part
        interest = simple_interest(owed, yearly, before, due) if yearly else 0
        made.append(Instalment(number, due, principal, interest))
        owed, before = owed - principal, due
    return tuple(made)
