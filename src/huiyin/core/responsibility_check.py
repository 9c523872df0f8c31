"""What is proved of a responsibility list before it is loaded: no gap, no tie, nothing unknown, nothing that can never decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from huiyin.core.responsibility import ANY, Row
from huiyin.core.terms import Term
from huiyin.core.values import Text

ProblemKind = Literal["gap", "tie", "unreachable", "unknown_unit", "unknown_topic", "unknown_fact", "bad_term", "twice"]


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


def check(
    rows: Sequence[Row],
    *,
    topics: Iterable[str],
    unit_levels: Mapping[str, Iterable[str]],
    facts: Mapping[str, Iterable[str]],
    places: Iterable[str] | None = None,
    cover_from: date | None = None,
) -> list[ListProblem]:
    """Find what would make the list decide wrongly or not at all.

    Args:
        rows: the list.
        topics: every topic of the tree; each must be covered on every day from ``cover_from`` on.
        unit_levels: kind of unit -> levels it exists at.
        facts: fact a row may ask for -> its values.
        places: division codes of the city; None skips the test of places.
        cover_from: first day that must be covered; the earliest ``from`` of the list when None.
    """
    known_topics = set(topics)
    levels = {kind: set(at) for kind, at in unit_levels.items()}
    values = {name: set(of) for name, of in facts.items()}
    codes = None if places is None else set(places)
    found: list[ListProblem] = []
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            found.append(
                _problem("twice", row, "这个编号用了两次。", "This id is used twice.", "改成不同的编号。", "Give it an id of its own.")
            )
        seen.add(row.id)
        found += _row_problems(row, known_topics, levels, values, codes)
    found += _ties(rows)
    if rows:
        start = cover_from or min(row.from_date for row in rows)
        for topic in sorted(known_topics):
            found += _gaps(topic, rows, start)
    return found


def _row_problems(
    row: Row, topics: set[str], levels: Mapping[str, set[str]], facts: Mapping[str, set[str]], places: set[str] | None
) -> list[ListProblem]:
    found: list[ListProblem] = []
    if row.topic != ANY and row.topic not in topics:
        zh, en = f"没有“{row.topic}”这个事项类别。", f"There is no topic {row.topic!r}."
        found.append(_problem("unknown_topic", row, zh, en, "改用 topics.yaml 里的类别。", "Use a topic of topics.yaml."))
    for kind in (row.lead, *row.helpers):
        if kind not in levels:
            zh, en = f"没有“{kind}”这种单位。", f"There is no kind of unit {kind!r}."
            found.append(_problem("unknown_unit", row, zh, en, "改用 units.yaml 里的单位种类。", "Use a kind of unit of units.yaml."))
    if row.level is not None and row.level not in levels.get(row.lead, {row.level}):
        zh, en = f"{row.level} 一级没有“{row.lead}”。", f"There is no {row.lead!r} at level {row.level!r}."
        found.append(_problem("unknown_unit", row, zh, en, "改 level，或者去掉它。", "Change the level or leave it out."))
    for name, asked in row.when.items():
        if name not in facts or not set(asked) <= facts[name]:
            zh, en = f"条件“{name}”或它的取值没有登记。", f"The fact {name!r}, or a value of it, is not declared."
            found.append(_problem("unknown_fact", row, zh, en, "在 conditions 里登记。", "Declare it under conditions."))
    if row.to_date is not None and row.to_date < row.from_date:
        zh, en = "结束日在开始日之前，这一条永远不起作用。", "It ends before it begins and can never decide."
        found.append(_problem("unreachable", row, zh, en, "改 from 或 to。", "Change from or to."))
    if places is not None and row.place != ANY and row.place not in places:
        zh, en = f"这座城市没有{row.place}，这一条永远不起作用。", f"The city has no place {row.place}; the row can never decide."
        found.append(_problem("unreachable", row, zh, en, "改用 divisions.csv 里的代码。", "Use a code of divisions.csv."))
    for term in row.terms.values():
        try:
            Term.parse(term)
        except ValueError:
            zh, en = f"期限“{term}”读不懂。", f"The term {term!r} cannot be read."
            found.append(_problem("bad_term", row, zh, en, "写成“3 working days”这样。", "Write it as '3 working days'."))
    return found


def _ties(rows: Sequence[Row]) -> list[ListProblem]:
    found: list[ListProblem] = []
    alike: dict[tuple[str, str, int, date], list[Row]] = {}
    for row in rows:
        alike.setdefault((row.topic, row.place, len(row.when), row.from_date), []).append(row)
    for group in alike.values():
        for index, first in enumerate(group):
            for second in group[index + 1 :]:
                if _together(first, second):
                    zh, en = f"与{first.id}不分先后，同一件事会有两个答案。", f"Equal to {first.id}: one matter would have two answers."
                    mend_zh, mend_en = (
                        "写明更窄的地方、类别、条件，或者不同的起始日。",
                        "Narrow the place, topic or facts, or begin on another day.",
                    )
                    found.append(_problem("tie", second, zh, en, mend_zh, mend_en))
    return found


def _together(first: Row, second: Row) -> bool:
    apart = (first.to_date is not None and first.to_date < second.from_date) or (
        second.to_date is not None and second.to_date < first.from_date
    )
    return not apart and all(set(first.when[name]) & set(second.when[name]) for name in first.when.keys() & second.when.keys())


def _gaps(topic: str, rows: Sequence[Row], start: date) -> list[ListProblem]:
    day = start
    spans = sorted(
        (row.from_date, row.to_date or date.max) for row in rows if row.covers_topic(topic) and row.place == ANY and not row.when
    )
    for begin, end in spans:
        if begin > day:
            break
        if end == date.max:
            return []
        day = max(day, end + timedelta(days=1))
    zh = f"“{topic}”从{day}起没有无条件的兜底责任单位。"
    en = f"From {day} no row without conditions covers {topic!r}."
    mend = Text("给这一类加一条全市的兜底。", "Add a city-wide catch-all row for it.")
    return [ListProblem("gap", topic, 0, Text(zh, en), mend)]


def _problem(kind: ProblemKind, row: Row, zh: str, en: str, mend_zh: str, mend_en: str) -> ListProblem:
    return ListProblem(kind, row.id, row.line, Text(zh, en), Text(mend_zh, mend_en))
