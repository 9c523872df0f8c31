"""The responsibility list decided the slow way: every row is looked at for every matter, and nothing is remembered.

What `core.responsibility.RowList` answers is compared with this, to the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from huiyin.core.responsibility import ANY, EVERYTHING, Decision, Fact, NoRowError, Row, Waiting
from huiyin.core.values import Text


def decide(
    rows: Iterable[Row],
    *,
    topic: str,
    path: Sequence[str],
    on: date,
    facts: Mapping[str, object],
    words: Mapping[str, Fact] | None = None,
    topics: Mapping[str, Text] | None = None,
    places: Mapping[str, Text] | None = None,
) -> Decision:
    """Return who must answer for a matter; see `RowList.decide`."""
    said = words or {}
    speaking = [row for row in rows if row.covers_topic(topic)]
    excluded = {row.id: why for row in speaking if (why := _why_not(row, path, on, facts, said, places or {})) is not None}
    fitting = sorted((row for row in speaking if row.id not in excluded), key=lambda row: row.id)
    if not fitting:
        place = path[-1] if path else ANY
        raise NoRowError(f"no row of the responsibility list fits topic {topic!r} at {place} on {on}; add a catch-all row for its line")
    winner = max(fitting, key=lambda row: _rank(row, path))
    tied = [row for row in fitting if row is not winner and _rank(row, path) == _rank(winner, path)]
    beaten = [(row.id, _why_beaten(row, winner, path)) for row in fitting if row is not winner]
    waiting = [
        (row, _unknown(row, path, on, facts)) for row in speaking if row.id in excluded and _rank_if_here(row, path) > _rank(winner, path)
    ]
    open_ = tuple(Waiting(row, unknown) for row, unknown in waiting if unknown and _elsewhere(row, winner))
    order = [row.id for row in speaking]
    losers = sorted([*beaten, *excluded.items()], key=lambda entry: order.index(entry[0]))
    return Decision(
        row=winner,
        lead_kind=winner.lead,
        helpers=winner.helpers,
        direct=winner.direct and not tied and not open_,
        reason=_reason(winner, tied, said, topics or {}),
        losers=tuple(losers),
        open=open_,
    )


def _unknown(row: Row, path: Sequence[str], on: date, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Return the facts that keep a row from fitting by being unknown, where nothing else does."""
    guessed = {name: facts[name] if facts.get(name) is not None else values[0] for name, values in row.when.items()}
    if _why_not(row, path, on, guessed, {}, {}) is not None:
        return ()
    return tuple(name for name in row.when if facts.get(name) is None)


def _elsewhere(row: Row, winner: Row) -> bool:
    return any(getattr(row, part) != getattr(winner, part) for part in ("lead", "level", "unit", "helpers", "direct"))


def _rank_if_here(row: Row, path: Sequence[str]) -> tuple[int, int, int, date]:
    return _rank(row, path) if row.place == ANY or row.place in path else (-1, 0, 0, row.from_date)


def _rank(row: Row, path: Sequence[str]) -> tuple[int, int, int, date]:
    place = 0 if row.place == ANY else path.index(row.place) + 1
    topic = 0 if row.topic == ANY else row.topic.count(".") + 1
    return place, topic, len(row.when), row.from_date


def _why_not(
    row: Row, path: Sequence[str], on: date, facts: Mapping[str, object], words: Mapping[str, Fact], places: Mapping[str, Text]
) -> Text | None:
    if on < row.from_date:
        return Text("这一条{day}才开始执行。", "This row begins on {day}.").fill(day=row.from_date)
    if row.to_date is not None and on > row.to_date:
        return Text("这一条{day}之后不再执行。", "This row ended on {day}.").fill(day=row.to_date)
    if row.place != ANY and row.place not in path:
        named = places.get(row.place)
        if named is None:
            return Text("这一条只管{place}。", "This row is only for {place}.").fill(place=row.place)
        return Text("这一条只管" + named.zh + "。", "This row is only for " + named.en + ".")
    for name, values in row.when.items():
        known = facts.get(name)
        if known is None or str(known) not in values:
            return _why_fact(name, values, known, words)
    return None


def _why_fact(name: str, values: Sequence[str], known: object, words: Mapping[str, Fact]) -> Text:
    label = words[name].label if name in words else Text(name, name)
    wanted = _said(name, values, words)
    if known is None:
        zh = f"这一条只管“{label.zh}”为{wanted.zh}的，现在还不知道。"
        return Text(zh, f"This row is for {wanted.en} ({label.en}), which is not known here.")
    have = _said(name, (str(known),), words)
    return Text(f"这一条只管{wanted.zh}的，这里是{have.zh}。", f"This row is for {wanted.en}; here it is {have.en}.")


def _said(name: str, values: Sequence[str], words: Mapping[str, Fact]) -> Text:
    labels = [words[name].said(value) if name in words else Text(value, value) for value in values]
    return Text("、".join(label.zh for label in labels), " or ".join(label.en for label in labels))


def _why_beaten(row: Row, winner: Row, path: Sequence[str]) -> Text:
    mine, best = _rank(row, path), _rank(winner, path)
    if mine[0] != best[0]:
        return Text("另一条管的地方更具体。", "Another row is for a narrower place.")
    if mine[1] != best[1]:
        return Text("另一条管的事更具体。", "Another row is for a narrower topic.")
    if mine[2] != best[2]:
        return Text("另一条的条件更具体。", "Another row fits more of the facts.")
    if mine[3] != best[3]:
        return Text("另一条更新，从{day}起执行。", "Another row is newer, from {day}.").fill(day=winner.from_date)
    return Text("与{row}完全相当，清单需要修正。", "Equal to {row}; the list needs mending.").fill(row=winner.id)


def _reason(row: Row, tied: Sequence[Row], words: Mapping[str, Fact], topics: Mapping[str, Text]) -> Text:
    if tied:
        names = ", ".join(sorted([row.id, *(other.id for other in tied)]))
        return Text("清单里有几条不分先后（{rows}），由派单员决定。", "Rows {rows} are equal; a dispatcher decides.").fill(rows=names)
    asked = [_said(name, values, words) for name, values in row.when.items()]
    name = EVERYTHING if row.topic == ANY else topics.get(row.topic, Text(row.id, row.id))
    zh = f"责任清单“{name.zh}”条" + (f"（{'，'.join(part.zh for part in asked)}）" if asked else "")
    en = f"“{name.en}” in the responsibility list" + (f" ({', '.join(part.en for part in asked)})" if asked else "")
    if row.basis is not None:
        return Text(f"{zh}，依据{row.basis.law}第{row.basis.article}条。", f"{en}; {row.basis.law}, art. {row.basis.article}.")
    if row.agreed_by.zh:
        return Text(f"{zh}，依据：{row.agreed_by.zh}。", f"{en}; {row.agreed_by.en}.")
    return Text(f"{zh}，由各单位商定。", f"{en}; agreed between the units.")
