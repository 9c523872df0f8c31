"""Returns as plain values: what an office has to report, register or pay from the record, and what each number means.

The reader (`core.reader_returns`) makes these from a pack's ``returns/*.yaml``, the soundness check
(`core.soundness_returns`) proves that every name exists and that no number is drawn from what people said;
`huiyin.returns` evaluates them under the rights of whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from huiyin.core.procedure import Basis
from huiyin.core.values import Text

ReturnKind = Literal["table", "register", "sheet"]
PeriodKind = Literal["week", "month", "quarter", "year", "any"]
When = Literal["opened", "ended", "done"]
Dimension = Literal["counts", "topic", "place", "unit", "state", "field"]
Show = Literal[
    "number", "reference", "happened", "opened", "ended", "topic", "place", "state", "unit", "field", "parties", "clock", "act", "paper",
    "sum", "person", "grade", "rate", "blank",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """What is added up instead of counting matters.

    Attributes:
        list: list field whose entries are meant.
        part: money or number in each entry; None counts the entries.
        where: part of the entry -> the values it must have.
    """

    list: str
    part: str | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Count:
    """One number: which happenings of which matters it counts, and what it means in words.

    Attributes:
        of: procedures.
        when: ``opened`` and ``ended`` happen once to a matter; ``done`` is each time one of ``acts`` was taken.
        states: for ``ended``: the ends that count; for ``done``: the state the act led to; empty is all.
        after: only matters in which one of these acts was taken too; empty is all.
        facts: choice or flag field -> the values it must have, as the matter stands.
        said: the same, as the very act said it: another act of the matter may have said otherwise since.
        amount: what is added up over the matters counted; None counts the happenings.
        part_of: the count this one is a share of; both are shown.
    """

    name: str
    label: Text
    means: Text
    of: tuple[str, ...]
    when: When
    acts: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    amount: Amount | None = None
    part_of: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over some rows of a table whose rows are counts."""

    label: Text
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by columns of numbers.

    Attributes:
        by: ``counts``: one row for each count, this period beside the one before; else what the rows are.
        groups: the rows when they are counts.
        columns: the counts shown when rows are a dimension.
        line_of_work: for ``topic``: the line whose topics are the rows.
        level: for ``place``: the level of place.
        field: for ``field``: the choice whose values are the rows.
    """

    by: Dimension
    groups: tuple[Group, ...] = ()
    columns: tuple[str, ...] = ()
    line_of_work: str | None = None
    level: str | None = None
    field: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """One column of a register.

    Attributes:
        what: name of the field, clock, paper, act or post, role or alias shown; empty where nothing more is needed.
        amount: for ``sum``.
    """

    label: Text
    show: Show
    what: tuple[str, ...] = ()
    amount: Amount | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """One line for each happening of one count."""

    of: str
    columns: tuple[RegisterColumn, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A number of visits or the like that is planned for a week; fewer is told with reasons, never scored.

    Attributes:
        count: the count compared.
        least: how many are planned.
        note: where the plan comes from, in words.
    """

    count: str
    least: int
    note: Text


@dataclass(frozen=True, slots=True)
class Return:
    """Something an office reports, keeps as a register or pays by.

    Attributes:
        asked_by: who asks for it, in words.
        kinds: kinds of unit whose staff may make it.
        posts: posts that may make it; empty is every post of those units.
        periods: the kinds of period it is made for, the usual one first.
        notes: what is counted and what is not.
        wide: printed on A4 lying down.
    """

    name: str
    kind: ReturnKind
    title: Text
    asked_by: Text
    notes: Text
    kinds: tuple[str, ...]
    periods: tuple[PeriodKind, ...]
    counts: Mapping[str, Count]
    posts: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    table: Table | None = None
    register: Register | None = None
    plan: Plan | None = None
    wide: bool = False
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """What one matter of a sheet is paid, by the operator's own rule; the first row that fits decides.

    Attributes:
        cents: the amount in whole cents of CNY.
        ground: the document the operator's rule stands in.
        states: ends it is for; empty is every end.
        papers: papers that must stand; empty is none.
        facts: choice or flag field -> values.
    """

    name: str
    label: Text
    cents: int
    ground: Text
    from_: date
    to: date | None
    states: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    line: int = 0

    def holds(self, day: date) -> bool:
        """Tell whether the row is in force on a day."""
        return self.from_ <= day and (self.to is None or day <= self.to)


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate table of one sheet, in a file ``rates/NAME.yaml`` of the operator's pack."""

    name: str
    rows: tuple[Rate, ...]
    source: str = ""
    line: int = 0
