"""Lengths of time as laws and promises state them, such as ``30 days`` or ``7 working days before``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from huiyin.core.values import Text

Unit = Literal["days", "working days", "months", "years", "hours", "working hours"]
Direction = Literal["forward", "backward"]
UNITS: tuple[Unit, ...] = ("days", "working days", "months", "years", "hours", "working hours")
LARGEST_AMOUNT = 36_600
UNIT_TEXTS: dict[Unit, Text] = {
    "days": Text("日", "days"),
    "working days": Text("个工作日", "working days"),
    "months": Text("个月", "months"),
    "years": Text("年", "years"),
    "hours": Text("小时", "hours"),
    "working hours": Text("个工作小时", "working hours"),
}
_TERM = re.compile(r"(\d+) (full )?(working )?(day|month|year|hour)s?( before)?")

# The codes a term counts by where no law says more.
PLAIN_CODES: dict[Unit, str] = {
    "days": "CAL_STRICT",
    "working days": "WD",
    "months": "MONTH_STRICT",
    "years": "YEAR_STRICT",
    "hours": "HOUR",
    "working hours": "WORKING_HOUR",
}
FULL_CODES: dict[Unit, str] = {**PLAIN_CODES, "days": "CAL_FULL", "working days": "WD_MIN"}
BACKWARD_CODES: dict[Unit, str] = {"days": "CAL_BACK", "working days": "WD_BACK", "hours": "HOUR_BACK"}


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as a law or a promise states it.

    Attributes:
        amount: how many of ``unit``, at least one.
        unit: what is counted.
        direction: ``backward`` counts from an event to the last day on which one may still act.
        full: the period must run out in full before the act it guards.
    """

    amount: int
    unit: Unit
    direction: Direction = "forward"
    full: bool = False

    def __post_init__(self) -> None:
        """Check what the type cannot.

        Raises:
            ValueError: the amount is out of range, or the unit cannot be counted backwards.
        """
        if not 1 <= self.amount <= LARGEST_AMOUNT:
            raise ValueError(f"a term's amount must be 1 to {LARGEST_AMOUNT}, found {self.amount}")
        if self.direction == "backward" and (self.unit not in BACKWARD_CODES or self.full):
            raise ValueError(f"a term counted backwards is in days, working days or hours, and not full: {self}")

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read ``3 working days``, ``60 full days``, ``7 working days before``, ``24 hours``.

        Raises:
            ValueError: the text has another shape.
        """
        found = _TERM.fullmatch(text.strip())
        if found is None or (found[3] and found[4] not in ("day", "hour")):
            raise ValueError(
                f"{text!r} is no term; write an amount and days, working days, months, years, hours or working hours, "
                "such as '3 working days', '60 full days' or '7 days before'"
            )
        unit = cast("Unit", f"{found[3] or ''}{found[4]}s")
        return cls(int(found[1]), unit, "backward" if found[5] else "forward", bool(found[2]))

    def __str__(self) -> str:
        """Return the shape ``parse`` reads."""
        unit = self.unit[:-1] if self.amount == 1 else self.unit
        before = " before" if self.direction == "backward" else ""
        return f"{self.amount} {'full ' if self.full else ''}{unit}{before}"

    def text(self) -> Text:
        """Return the term in words for people."""
        zh = f"{'满' if self.full else ''}{self.amount}{UNIT_TEXTS[self.unit].zh}"
        return Text(zh + ("前" if self.direction == "backward" else ""), str(self))


def plain_codes(term: Term) -> tuple[str, str]:
    """Return the strict and the latest code of a term no law says more about; they are equal."""
    if term.direction == "backward":
        code = BACKWARD_CODES[term.unit]
    else:
        code = FULL_CODES[term.unit] if term.full else PLAIN_CODES[term.unit]
    return code, code
