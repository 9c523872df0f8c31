"""Whether a responsibility list covers its city: every topic at every place on every day, by rows that can decide.

Rows speak of few places. All places on which the same rows speak, and from which the same facts follow, are one kind of ground;
trying each kind once is trying every place. Days matter only where something begins or ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from huiyin.core.responsibility import ANY, Fact, Row, RowList
from huiyin.core.responsibility_problems import Ground, ListProblem, problem
from huiyin.core.values import Text

ONE_DAY = timedelta(days=1)
# How many places or cases a sentence names before it says how many more there are.
NAMED = 3
UNKNOWN = ""
NOT_KNOWN = Text("不知道", "not known")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of ground: one place for all those that no row and no fact tells apart."""

    place: str
    path: tuple[str, ...]
    facts: Mapping[str, str]


def gaps(rows: Sequence[Row], topics: Sequence[str], facts: Mapping[str, Fact], ground: Ground | None, start: date) -> list[ListProblem]:
    """Return topics with a place, a day and facts for which no row holds; and topics that only the catch-all of everything answers."""
    listed = RowList(rows)
    kinds = _kinds(rows, ground)
    found: list[ListProblem] = []
    for topic in topics:
        speaking = listed.speaking(topic)
        if speaking and all(row.topic == ANY for row in speaking):
            zh, en = f"“{topic}”没有自己的条目，只有“其他事项”兜底。", f"No row names {topic!r} or its line; only the catch-all answers."
            mend = Text("写明谁牵头；确实说不清的可以留着。", "Say who leads; where nobody can say, leave it.")
            found.append(ListProblem("only_catch_all", topic, 0, Text(zh, en), mend))
        if not _always(speaking, start):
            found += _gap(topic, speaking, facts, kinds, ground, start)
    return found


def _always(speaking: Sequence[Row], start: date) -> bool:
    """Tell whether rows without place or condition cover every day: then nothing else needs trying."""
    day = start
    for begin, end in sorted((row.from_date, row.to_date or date.max) for row in speaking if row.place == ANY and not row.when):
        if begin > day:
            return False
        if end == date.max:
            return True
        day = max(day, end + ONE_DAY)
    return False


def _gap(
    topic: str, speaking: Sequence[Row], facts: Mapping[str, Fact], kinds: Sequence[_Kind], ground: Ground | None, start: date
) -> list[ListProblem]:
    asked = sorted({name for row in speaking for name in row.when})
    days = _days(speaking, start)
    first: date | None = None
    lacking: dict[str, list[dict[str, str]]] = {}
    for kind in kinds:
        choices = [(kind.facts[name],) if name in kind.facts else (UNKNOWN, *facts[name].values) for name in asked]
        for day in days:
            standing = [row for row in speaking if row.in_force(day) and (row.place == ANY or row.place in kind.path)]
            cases = [dict(zip(asked, values, strict=True)) for values in product(*choices)]
            left = [known for known in cases if not any(_holds(row, known) for row in standing)]
            if left:
                lacking[kind.place] = left
                first = day if first is None else min(first, day)
                break
    if first is None:
        return []
    said = [_case(place, cases, facts, ground) for place, cases in list(lacking.items())[:NAMED]]
    more = len(lacking) - len(said)
    zh = "；".join(one.zh for one in said) + (f"；还有{more}种地方" if more else "")
    en = "; ".join(one.en for one in said) + (f"; and {more} more kinds of place" if more else "")
    text = Text(f"“{topic}”从{first}起没有责任单位：{zh}。", f"From {first} nobody answers for {topic!r}: {en}.")
    return [ListProblem("gap", topic, 0, text, Text("给这一类加一条全市的兜底。", "Add a city-wide catch-all row for it."))]


def _holds(row: Row, known: Mapping[str, str]) -> bool:
    return all(known[name] in wanted for name, wanted in row.when.items())


def _case(place: str, cases: Sequence[Mapping[str, str]], facts: Mapping[str, Fact], ground: Ground | None) -> Text:
    where = Text("不知道地点的", "a place nobody knows") if place == ANY else (ground or Ground({})).name(place)
    if not cases[0]:
        return where
    if len(cases[0]) == 1:
        ((name, _),) = cases[0].items()
        values = [facts[name].said(known[name]) if known[name] else NOT_KNOWN for known in cases]
        label = facts[name].label
        zh = f"{label.zh}：{'、'.join(value.zh for value in values)}"
        en = f"{label.en}: {' or '.join(value.en for value in values)}"
    else:
        said = [[(facts[name].label, facts[name].said(value) if value else NOT_KNOWN) for name, value in known.items()] for known in cases]
        more = len(said) - NAMED
        zh = "；".join("，".join(f"{label.zh}：{value.zh}" for label, value in one) for one in said[:NAMED])
        en = "; ".join(", ".join(f"{label.en}: {value.en}" for label, value in one) for one in said[:NAMED])
        zh, en = (f"{zh}；等{len(said)}种情形", f"{en}; and {more} more cases") if more > 0 else (zh, en)
    return Text(f"{where.zh}（{zh}）", f"{where.en} ({en})")


def dead(rows: Sequence[Row], ground: Ground | None, start: date) -> list[ListProblem]:
    """Return rows that decide no matter: on no day at all, or on no day from ``start`` on.

    A matter about exactly the row's topic, of which just what the row asks for is known, is its best chance: whatever else were
    known could only bring other rows in.
    """
    listed = RowList(rows)
    kinds = _kinds(rows, ground)
    found: list[ListProblem] = []
    for row in rows:
        if row.place != ANY and ground is not None and row.when and not _possible(row, kinds):
            zh = f"{ground.name(row.place).zh}没有这样的地方：条件和地方对不上，这一条永远不起作用。"
            en = f"No place of {ground.name(row.place).en} is like that: the conditions never hold there and the row can never decide."
            found.append(problem("unreachable", row, zh, en, "改条件，或者改地方。", "Change the conditions or the place."))
            continue
        speaking = listed.speaking(row.topic)
        later = [day for day in _days(speaking, max(start, row.from_date)) if row.in_force(day)]
        if not later or _wins(listed, row, kinds, later):
            continue
        days = [day for day in _days(speaking, row.from_date) if row.in_force(day)]
        if start > row.from_date and _wins(listed, row, kinds, days):
            zh, en = f"{start}以后都由更新或者更具体的条目决定，这一条不再起作用。", f"From {start} on other rows always decide instead."
            found.append(problem("outdated", row, zh, en, "给它写上结束日。", "Give it a last day."))
            continue
        zh, en = "凡是它管的事，总有更具体的条目先管，这一条永远不起作用。", "Another row always comes before it; it can never decide."
        found.append(
            problem("unreachable", row, zh, en, "删去它，或者改它的地方、类别、条件。", "Remove it, or change its place, topic or facts.")
        )
    return found


def _wins(listed: RowList, row: Row, kinds: Sequence[_Kind], days: Sequence[date]) -> bool:
    names = list(row.when)
    for day in days:
        for kind in kinds:
            if row.place != ANY and row.place not in kind.path:
                continue
            for values in product(*row.when.values()):
                known = {**kind.facts, **dict(zip(names, values, strict=True))}
                if any(known[name] != value for name, value in kind.facts.items()):
                    continue
                winner = listed.winner(topic=row.topic, path=kind.path, on=day, facts=known)
                # Equal rows are a tie, which is told as one: the row is not dead besides.
                if winner is not None and (winner is row or _equal(winner, row)):
                    return True
    return False


def _equal(first: Row, second: Row) -> bool:
    return (first.place, first.topic, len(first.when), first.from_date) == (
        second.place,
        second.topic,
        len(second.when),
        second.from_date,
    )


def _possible(row: Row, kinds: Sequence[_Kind]) -> bool:
    return any(
        row.place in kind.path and all(kind.facts[name] in values for name, values in row.when.items() if name in kind.facts)
        for kind in kinds
    )


def _kinds(rows: Sequence[Row], ground: Ground | None) -> tuple[_Kind, ...]:
    """Return one place for each kind of ground, a matter without a place first."""
    named = {row.place for row in rows} - {ANY}
    if ground is None:
        return (_Kind(ANY, (), {}), *(_Kind(code, (code,), {}) for code in sorted(named)))
    # A matter whose place nobody knows stands at the city itself, and nothing follows from that.
    roots = sorted({path[0] for path in ground.paths.values()})
    found = [_Kind(ANY, tuple(roots[:1]), {})]
    seen: set[tuple[object, ...]] = set()
    for code, path in ground.paths.items():
        facts = ground.facts.get(code, {})
        key = (tuple(step for step in path if step in named), tuple(sorted(facts.items())))
        if key not in seen:
            seen.add(key)
            found.append(_Kind(code, path, facts))
    return tuple(found)


def _days(rows: Sequence[Row], start: date) -> list[date]:
    """Return the days from ``start`` on at which something begins or has just ended: between two of them nothing changes."""
    days = {start}
    for row in rows:
        days.add(row.from_date)
        if row.to_date is not None and row.to_date < date.max:
            days.add(row.to_date + ONE_DAY)
    return sorted(day for day in days if day >= start)
