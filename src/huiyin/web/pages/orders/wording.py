"""An order in words: its stage, its numbers, what its rows are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from huiyin.city import queries as city
from huiyin.city.models import Unit
from huiyin.core.packs import Library
from huiyin.core.recounting import instant_or_day
from huiyin.core.values import Text
from huiyin.matters.ordered import NO_UNIT, Counted, Line, OrderView

MOST_ROWS: Final = 30
STAGES: Final[Mapping[str, tuple[Text, str]]] = {
    "counting": (Text("正在算", "Being counted"), "wait"),
    "counted": (Text("算好了，等决定", "Counted, waits for a decision"), "wait"),
    "carrying": (Text("已决定，正在执行", "Decided, being carried out"), "wait"),
    "done": (Text("执行完了", "Carried out"), "good"),
}
# What happens to a clock: its label and, where it needs one, what that means.
NUMBERS: Final[Mapping[str, tuple[Text, Text]]] = {
    "later": (Text("推后", "Later"), Text("", "")),
    "earlier": (Text("提前", "Earlier"), Text("", "")),
    "settled": (
        Text("日期不变，暂定变为确定", "Same date, no longer provisional"),
        Text("那一年的放假通知已经有了", "that year’s notice is out now"),
    ),
    "unsettled": (
        Text("日期不变，确定变为暂定", "Same date, now provisional"),
        Text("那一年的放假通知没有了", "that year’s notice is gone"),
    ),
    "beside": (
        Text("到期日不变，只变另一种理解或者建议办理日", "Same end; only the other reading or the day to act by moves"),
        Text("", ""),
    ),
    "same": (
        Text("不变", "Not moved"),
        Text("自然日、写明的日期，或者这几天不在期限里", "plain days, a set date, or the days lie outside"),
    ),
    "refused": (Text("算不出来，不动", "Cannot be counted, left alone"), Text("计算规则没有合适的条目", "no counting row fits")),
    "late_no_more": (Text("原来已到期，改后没到期", "Was past, no longer is"), Text("不再算超期", "no longer late")),
    "late_now": (Text("原来没到期，改后已到期", "Was not past, now is"), Text("执行后立即按到期处理", "treated as run out at once")),
}
OUTCOMES: Final[Mapping[str, tuple[Text, str]]] = {
    "": (Text("还没有轮到", "not reached yet"), "plain"),
    "moved": (Text("已重新计算", "counted anew"), "good"),
    "unchanged": (Text("没有变动", "left as it was"), "plain"),
    "refused": (Text("没有做成", "not done"), "late"),
}
CHANGES: Final[Mapping[str, tuple[Text, str]]] = {
    "later": (Text("推后", "later"), "wait"),
    "earlier": (Text("提前", "earlier"), "warn"),
    "settled": (Text("变为确定", "settled"), "good"),
    "unsettled": (Text("变为暂定", "provisional"), "warn"),
    "beside": (Text("到期日不变", "same end"), "plain"),
}
GROUPS: Final[Mapping[str, Text]] = {
    "unit": Text("按单位", "By unit"),
    "procedure": Text("按流程", "By procedure"),
    "rule": Text("按计算规则", "By counting rule"),
}
PROVISIONAL: Final = Text("（暂定）", " (provisional)")


@dataclass(frozen=True, slots=True)
class Number:
    """One number of an order with its label and what it means."""

    word: str
    label: Text
    hint: Text
    count: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One unit, procedure or rule."""

    key: str
    name: Text
    code: str
    later: int
    earlier: int
    marks: int
    same: int


@dataclass(frozen=True, slots=True)
class Group:
    """A table of an order's clocks; ``left`` says how many further rows there are."""

    name: str
    label: Text
    rows: tuple[GroupRow, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One clock of an order, in words."""

    line: Line
    unit: Text
    procedure: Text
    old: Text
    new: Text
    change: Text
    tone: str
    outcome: Text
    outcome_tone: str


def numbers(view: OrderView) -> tuple[Number, ...]:
    """Return what an order would do, each kind that happens; those whose dates move always."""
    whole = view.whole
    if whole is None:
        return ()
    return tuple(
        Number(word, label, hint, whole.of(word))
        for word, (label, hint) in NUMBERS.items()
        if whole.of(word) or word in ("later", "earlier", "same")
    )


def groups(view: OrderView, library: Library) -> tuple[Group, ...]:
    """Return the tables of an order, those with the most changes first."""
    made = []
    for name, label in GROUPS.items():
        counted = view.groups.get(name, ())
        units = unit_names([one.key for one in counted[:MOST_ROWS]]) if name == "unit" else {}
        rows = tuple(_row(name, one, units, library) for one in counted[:MOST_ROWS])
        made.append(Group(name, label, rows, max(0, len(counted) - MOST_ROWS)))
    return tuple(made)


def _row(group: str, one: Counted, units: Mapping[str, Text], library: Library) -> GroupRow:
    name, code = Text(one.key, one.key), ""
    if group == "unit":
        name = units.get(one.key, NO_UNIT)
    elif group == "procedure" and one.key in library.procedures:
        name = library.procedures[one.key].title
    elif group == "rule":
        name, code = rule(one.key, library)
    marks = one.of("settled") + one.of("unsettled") + one.of("beside")
    return GroupRow(one.key, name, code, one.of("later"), one.of("earlier"), marks, one.of("same") + one.of("refused"))


def rule(key: str, library: Library) -> tuple[Text, str]:
    """Return what a rule is called, and its code."""
    code, _, rest = key.partition(" ")
    if key == "SET":
        return Text("决定或者约定写明的日期", "date set by a decision or an agreement"), ""
    if rest == "target":
        return Text("工作目标，不是法定期限", "working goal, not set by law"), code
    row = next((row for row in library.counting.rows if row.name == rest.rpartition(" ")[2]), None)
    return (Text(rest, rest) if row is None else row.title), code


def unit_names(keys: Sequence[str]) -> dict[str, Text]:
    """Return the names of some units."""
    return {unit.id: unit.title for unit in Unit.objects.filter(id__in=set(keys))}


def shown(lines: Sequence[Line]) -> tuple[Shown, ...]:
    """Return an order's clocks in words."""
    library = city.library()
    units = unit_names([line.unit for line in lines])
    made = []
    for line in lines:
        change, tone = CHANGES[line.change]
        outcome, outcome_tone = OUTCOMES[line.outcome]
        procedure = library.procedures.get(line.procedure)
        new = instant_or_day(line.done_due or line.new_due, library.calendar)
        old = instant_or_day(line.old_due, library.calendar)
        made.append(
            Shown(
                line=line,
                unit=units.get(line.unit, NO_UNIT),
                procedure=Text(line.procedure, line.procedure) if procedure is None else procedure.title,
                old=_marked(old, line.old_provisional),
                new=_marked(new, line.new_provisional),
                change=change,
                tone=tone,
                outcome=outcome,
                outcome_tone=outcome_tone,
            )
        )
    return tuple(made)


def _marked(day: Text, provisional: bool) -> Text:
    return Text(day.zh + PROVISIONAL.zh, day.en + PROVISIONAL.en) if provisional else day
