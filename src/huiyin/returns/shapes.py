"""What evaluating a return gives: tables, the matters behind a number, registers. Nothing here says more than the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from huiyin.core.returns import Return
from huiyin.core.values import Principal, Text
from huiyin.returns.periods import Period

ScopeKind = Literal["unit", "below"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose matters are meant: those in which one of ``units`` has a part, and of these only those of ``division`` if given."""

    kind: ScopeKind
    units: tuple[str, ...]
    label: Text
    division: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: which return, for whom, of what, when, as the record stood at which instant."""

    one: Return
    principal: Principal
    scope: Scope
    period: Period
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Number:
    """One number and where it comes from.

    Attributes:
        value: a count, or a sum in whole cents or units; None when it may not be shown.
        late: how many of the happenings were recorded after the period.
        matters: how many happenings lie behind it.
        money: the value is an amount of CNY.
    """

    count: str
    key: str
    value: int | None
    late: int = 0
    matters: int = 0
    money: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; ``heading`` begins a group."""

    key: str
    label: Text
    numbers: tuple[Number, ...]
    means: Text | None = None
    heading: Text | None = None
    part_of: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """One column of numbers."""

    label: Text
    means: Text | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A table as evaluated; ``total`` is the last row where rows add up."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    total: Line | None
    corner: Text

    @property
    def empty(self) -> bool:
        """Whether nothing at all happened in the period."""
        return not any(number.matters for line in self.lines for number in line.numbers)


@dataclass(frozen=True, slots=True)
class Behind:
    """One happening behind a number; ``openable`` when its matter may be opened by the reader."""

    home: str
    matter: UUID
    seq: int
    reference: str
    procedure: str
    title: Text
    topic: str
    division: str
    at: datetime
    now: datetime
    late: bool
    openable: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the list behind a number, and how many there are in all."""

    rows: tuple[Behind, ...]
    total: int


Value = str | int | date | datetime | Text | None
CellKind = Literal["text", "id", "day", "money", "number", "blank"]


@dataclass(frozen=True, slots=True)
class RegisterCell:
    """One cell of a register. ``kind`` decides how it is shown and written."""

    kind: CellKind
    value: Value


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line of a register."""

    behind: Behind
    cells: tuple[RegisterCell, ...]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Lines of a register from ``start`` on; ``sum_cents`` adds up the sheet's amounts on these lines."""

    heads: tuple[Head, ...]
    lines: tuple[RegisterLine, ...]
    total: int
    start: int
    without_rate: int = 0
    sum_cents: int = 0
    rates: Mapping[str, Text] | None = None
