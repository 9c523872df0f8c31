"""What is proved of a responsibility list before it is loaded: no gap, no tie, nothing unknown, nothing that can never decide.

`check` finds what is wrong with rows by themselves and with each other; what needs places, days and facts put together stands in
`core.responsibility_cover`, what needs the city's units in `core.responsibility_units`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from huiyin.core.responsibility import ANY, Fact, Row
from huiyin.core.responsibility_cover import dead, gaps
from huiyin.core.responsibility_facts import Asked
from huiyin.core.responsibility_problems import Ground, ListProblem, Standing, problem
from huiyin.core.responsibility_units import missing_units
from huiyin.core.terms import Term
from huiyin.core.values import Text


def check(
    rows: Sequence[Row],
    *,
    topics: Iterable[str],
    unit_levels: Mapping[str, Iterable[str]],
    facts: Mapping[str, Fact],
    ground: Ground | None = None,
    units: Iterable[Standing] | None = None,
    since: date | None = None,
    asked: Asked | None = None,
) -> list[ListProblem]:
    """Find what would make the list decide wrongly or not at all.

    Args:
        rows: the list.
        topics: every topic of the tree; each must be covered on every day from ``since`` on.
        unit_levels: kind of unit -> levels it exists at.
        facts: the facts a row may ask for.
        ground: the places of the city; None skips what needs them.
        units: the units of the city; None skips what needs them.
        since: first day that must be right; the earliest ``from`` of the list when None.
        asked: what the procedures ask of the facts, by topic (`responsibility_facts.asked_by_topic`); None skips what needs it.
    """
    known_topics = set(topics)
    levels = {kind: set(at) for kind, at in unit_levels.items()}
    codes = None if ground is None else set(ground.paths)
    found: list[ListProblem] = []
    of_place = {name for known in ground.facts.values() for name in known} if ground is not None else set()
    seen: set[str] = set()
    broken: set[str] = set()
    for row in rows:
        mine = _row_problems(row, known_topics, levels, facts, codes)
        if asked is not None and row.topic in asked and not mine:
            mine += _unasked(row, facts, asked[row.topic], of_place)
        if row.id in seen:
            mine.append(
                problem("twice", row, "这个编号用了两次。", "This id is used twice.", "改成不同的编号。", "Give it an id of its own.")
            )
        seen.add(row.id)
        broken |= {row.id} if mine else set()
        found += mine
    found += _ties(rows)
    if not rows:
        return found
    start = since or min(row.from_date for row in rows)
    # A row that is wrong in itself is told once, and not again for what follows from it.
    sound = [row for row in rows if row.id not in broken]
    found += gaps(sound, sorted(known_topics), facts, ground, start)
    found += dead(sound, ground, start)
    if units is not None and ground is not None:
        found += missing_units(sound, tuple(units), ground, start)
    order = {row.id: place for place, row in enumerate(rows)}
    return sorted(found, key=lambda one: (one.notice, order.get(one.row, -1)))


def _row_problems(
    row: Row, topics: set[str], levels: Mapping[str, set[str]], facts: Mapping[str, Fact], places: set[str] | None
) -> list[ListProblem]:
    found: list[ListProblem] = []
    if row.topic != ANY and row.topic not in topics:
        zh, en = f"没有“{row.topic}”这个事项类别。", f"There is no topic {row.topic!r}."
        found.append(problem("unknown_topic", row, zh, en, "改用 topics.yaml 里的类别。", "Use a topic of topics.yaml."))
    for kind in (row.lead, *row.helpers):
        if kind not in levels:
            zh, en = f"没有“{kind}”这种单位。", f"There is no kind of unit {kind!r}."
            found.append(problem("unknown_unit", row, zh, en, "改用 units.yaml 里的单位种类。", "Use a kind of unit of units.yaml."))
    if row.level is not None and row.level not in levels.get(row.lead, {row.level}):
        zh, en = f"{row.level} 一级没有“{row.lead}”。", f"There is no {row.lead!r} at level {row.level!r}."
        found.append(problem("unknown_unit", row, zh, en, "改 level，或者去掉它。", "Change the level or leave it out."))
    for name, asked in row.when.items():
        if name not in facts or not set(asked) <= set(facts[name].values):
            zh, en = f"条件“{name}”或它的取值没有登记。", f"The fact {name!r}, or a value of it, is not declared."
            found.append(problem("unknown_fact", row, zh, en, "在 conditions 里登记。", "Declare it under conditions."))
    if row.to_date is not None and row.to_date < row.from_date:
        zh, en = "结束日在开始日之前，这一条永远不起作用。", "It ends before it begins and can never decide."
        found.append(problem("unreachable", row, zh, en, "改 from 或 to。", "Change from or to."))
    if places is not None and row.place != ANY and row.place not in places:
        zh, en = f"这座城市没有{row.place}，这一条永远不起作用。", f"The city has no place {row.place}; the row can never decide."
        found.append(problem("unreachable", row, zh, en, "改用 divisions.csv 里的代码。", "Use a code of divisions.csv."))
    for term in row.terms.values():
        try:
            Term.parse(term)
        except ValueError:
            zh, en = f"期限“{term}”读不懂。", f"The term {term!r} cannot be read."
            found.append(problem("bad_term", row, zh, en, "写成“3 working days”这样。", "Write it as '3 working days'."))
    return found


def _unasked(row: Row, facts: Mapping[str, Fact], asked: Mapping[str, AbstractSet[str]], of_place: AbstractSet[str]) -> list[ListProblem]:
    """Return the conditions of a row that nobody can ever say are met: neither the place tells nor any procedure of its line asks."""
    found: list[ListProblem] = []
    for name, values in row.when.items():
        if name in of_place or set(values) & asked.get(name, set()):
            continue
        label = facts[name].label
        zh = f"没有一个办这类事的程序问“{label.zh}”，或者问了却选不到这一条要的答案，这一条永远用不上。"
        en = f"No procedure for such matters asks for “{label.en}” ({name}), or none offers the answer; the row can never decide."
        mend = Text(
            f"在这类事的程序里加一个叫{name}的选择项（P0到P2类），或者去掉这个条件。",
            f"Let a procedure of this line ask a choice named {name} of class P0 to P2, or drop the condition.",
        )
        found.append(problem("unasked", row, zh, en, mend.zh, mend.en))
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
                    found.append(problem("tie", second, zh, en, mend_zh, mend_en))
    return found


def _together(first: Row, second: Row) -> bool:
    apart = (first.to_date is not None and first.to_date < second.from_date) or (
        second.to_date is not None and second.to_date < first.from_date
    )
    return not apart and all(set(first.when[name]) & set(second.when[name]) for name in first.when.keys() & second.when.keys())
