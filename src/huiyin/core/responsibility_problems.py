"""What is told of a defect of a responsibility list, and what of a city a list is proved against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from huiyin.core.responsibility import ANY, Row
from huiyin.core.values import Text

ProblemKind = Literal[
    "gap",
    "tie",
    "unreachable",
    "unknown_unit",
    "unit_gone",
    "unknown_topic",
    "unknown_fact",
    "unasked",
    "bad_term",
    "twice",
    "outdated",
    "unit_ends",
    "unit_partly",
    "helper_gone",
    "only_catch_all",
]
# What does not make the list decide wrongly today, but should be looked at; everything else forbids a load.
NOTICES: frozenset[ProblemKind] = frozenset({"outdated", "unit_ends", "unit_partly", "helper_gone", "only_catch_all"})
KINDS: Mapping[ProblemKind, Text] = {
    "gap": Text("空白", "gap"),
    "tie": Text("重叠", "overlap"),
    "unreachable": Text("永远用不上", "dead row"),
    "unknown_unit": Text("没有这种单位", "no such kind of unit"),
    "unit_gone": Text("单位没有了", "unit gone"),
    "unknown_topic": Text("没有这个类别", "no such topic"),
    "unknown_fact": Text("没有这个条件", "no such fact"),
    "unasked": Text("没有人问", "nobody asks"),
    "bad_term": Text("期限读不懂", "unreadable term"),
    "twice": Text("编号重复", "id used twice"),
    "outdated": Text("今后用不上", "decides nothing any more"),
    "unit_ends": Text("单位快没有了", "unit about to end"),
    "unit_partly": Text("有的地方没有这种单位", "no such unit in places"),
    "helper_gone": Text("协办单位没有了", "helper gone"),
    "only_catch_all": Text("只有兜底", "only the catch-all"),
}


@dataclass(frozen=True, slots=True)
class ListProblem:
    """A defect of the list.

    Attributes:
        kind: machine word of the defect.
        row: id of the row, or the topic for a gap.
        line: line of the row in its file, 0 for a gap.
        text: what is wrong.
        mend: what to do.
    """

    kind: ProblemKind
    row: str
    line: int
    text: Text
    mend: Text

    @property
    def notice(self) -> bool:
        """Whether it is something to look at, and no reason to refuse the list."""
        return self.kind in NOTICES


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit, as far as a list needs to know it.

    Attributes:
        place: code of the place it stands at; it serves that place and every place within.
        last: its last day; None while no end is known.
    """

    id: str
    kind: str
    place: str
    first: date
    last: date | None = None

    def there(self, on: date) -> bool:
        """Tell whether the unit is there on a day."""
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class Ground:
    """The places of a city, and what is known of a matter from its place alone.

    Attributes:
        paths: code of each place -> codes from the city down to it.
        names: code -> what the place is called.
        facts: code -> facts that follow from the place, such as ``{"area": "rural"}``.
    """

    paths: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Text] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def name(self, code: str) -> Text:
        """Return what a place is called."""
        return Text("全市", "the whole city") if code == ANY else self.names.get(code, Text(code, code))


def problem(kind: ProblemKind, row: Row, zh: str, en: str, mend_zh: str, mend_en: str) -> ListProblem:
    """Return a problem of one row."""
    return ListProblem(kind, row.id, row.line, Text(zh, en), Text(mend_zh, mend_en))
