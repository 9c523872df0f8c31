"""The responsibility list: who must answer, and why this row and not another.

A row says: for this topic, at this place, when these facts are known, this kind of unit leads. Several rows may fit one
matter. The one that decides is, in this order, the one with the narrowest place, the narrowest topic, the most facts
asked for, and the newest first day. Two rows alike in all four are a defect of the list, which `core.responsibility_check` finds
before the list is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from huiyin.core.procedure import Basis
from huiyin.core.values import Text

ANY = "*"
# What a row for every topic is called in a reason.
EVERYTHING = Text("其他事项", "Everything else")
AGREED = "agreed list"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list.

    Attributes:
        topic: dotted topic, covering every narrower one, or ``*``.
        place: division code, covering every place in it, or ``*`` for the whole city.
        when: fact -> values for which the row holds; a fact nobody knows fits no row that asks for it.
        level: level at which the lead unit is looked for; None takes the nearest at or above the place.
        direct: the duty is clear and the matter goes straight to the lead; else a dispatcher decides.
        basis: the law's article; None means the units agreed on it.
        terms: working goals agreed between the units, by name.
        line: line in the pack's file, 0 when read from the store.
    """

    id: str
    topic: str
    lead: str
    from_date: date
    place: str = ANY
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    level: str | None = None
    helpers: tuple[str, ...] = ()
    direct: bool = False
    basis: Basis | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    agreed_by: Text = field(default=Text("", ""))
    to_date: date | None = None
    keywords: tuple[str, ...] = ()
    line: int = 0

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Row:
        """Build a row from plain data; the inverse of `to_plain`.

        Raises:
            ValueError: a date or a basis cannot be read; the message says which.
        """
        agreed = plain.get("agreed_by") or {"zh": "", "en": ""}
        return cls(
            id=str(plain["id"]),
            topic=str(plain["topic"]),
            lead=str(plain["lead"]),
            from_date=_day(plain["from"]),
            place=str(plain.get("place") or ANY),
            when={str(name): _values(values) for name, values in dict(plain.get("when") or {}).items()},
            level=plain.get("level"),
            helpers=tuple(plain.get("helpers") or ()),
            direct=bool(plain.get("direct", False)),
            basis=_basis(str(plain.get("basis") or AGREED)),
            terms={str(name): str(term) for name, term in dict(plain.get("terms") or {}).items()},
            agreed_by=Text(str(agreed["zh"]), str(agreed["en"])),
            to_date=None if plain.get("to") is None else _day(plain["to"]),
            keywords=tuple(plain.get("keywords") or ()),
            line=int(plain.get("line", 0)),
        )

    def to_plain(self) -> dict[str, Any]:
        """Return plain data for the store; the line is left out because moving a row does not change it."""
        return {
            "id": self.id,
            "topic": self.topic,
            "place": self.place,
            "when": {name: list(values) for name, values in self.when.items()},
            "lead": self.lead,
            "level": self.level,
            "helpers": list(self.helpers),
            "direct": self.direct,
            "basis": AGREED if self.basis is None else str(self.basis),
            "terms": dict(self.terms),
            "agreed_by": self.agreed_by.to_plain(),
            "from": self.from_date.isoformat(),
            "to": None if self.to_date is None else self.to_date.isoformat(),
            "keywords": list(self.keywords),
        }

    def covers_topic(self, topic: str) -> bool:
        """Return whether the row speaks of ``topic``."""
        return self.topic == ANY or topic == self.topic or topic.startswith(f"{self.topic}.")

    def in_force(self, on: date) -> bool:
        """Return whether the row decides on that day."""
        return self.from_date <= on and (self.to_date is None or on <= self.to_date)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact rows may ask for: its label and its values with theirs."""

    name: str
    label: Text
    values: Mapping[str, Text]

    @classmethod
    def from_plain(cls, name: str, plain: Mapping[str, Any]) -> Fact:
        """Build a fact from its entry under ``conditions``."""
        values = {str(value): Text(str(label["zh"]), str(label["en"])) for value, label in dict(plain["values"]).items()}
        return cls(name, Text(str(plain["label"]["zh"]), str(plain["label"]["en"])), values)

    def said(self, value: object) -> Text:
        """Return the label of ``value``, or the value itself when none is declared."""
        return self.values.get(str(value), Text(str(value), str(value)))


@dataclass(frozen=True, slots=True)
class Decision:
    """Who must answer, with the row that said so and the rows that lost.

    Attributes:
        direct: False when a dispatcher has to decide, with this as the proposal.
        losers: id of each row of the same topics that did not decide, and why.
    """

    row: Row
    lead_kind: str
    helpers: tuple[str, ...]
    direct: bool
    reason: Text
    losers: tuple[tuple[str, Text], ...]


class NoRowError(LookupError):
    """No row fits. A list that passed `check` has a row for everything, so this is a list that was not checked."""


def decide(
    rows: Iterable[Row],
    *,
    topic: str,
    path: Sequence[str],
    on: date,
    facts: Mapping[str, object],
    words: Mapping[str, Fact] | None = None,
    topics: Mapping[str, Text] | None = None,
) -> Decision:
    """Return who must answer for a matter.

    Args:
        rows: the list.
        topic: dotted topic of the matter.
        path: division codes from the city down to the place.
        on: the day the decision is taken for.
        facts: what is known, such as ``{"area": "rural"}``.
        words: labels of the facts, for the reasons shown to people.
        topics: labels of the topics, by which the reason names a row; a reason is printed on papers, so no key may stand in it.

    Raises:
        NoRowError: nothing in the list fits.
    """
    said = words or {}
    speaking = [row for row in rows if row.covers_topic(topic)]
    excluded = {row.id: why for row in speaking if (why := _why_not(row, path, on, facts, said)) is not None}
    fitting = sorted((row for row in speaking if row.id not in excluded), key=lambda row: row.id)
    if not fitting:
        place = path[-1] if path else ANY
        raise NoRowError(f"no row of the responsibility list fits topic {topic!r} at {place} on {on}; add a catch-all row for its line")
    winner = max(fitting, key=lambda row: _rank(row, path))
    tied = [row for row in fitting if row is not winner and _rank(row, path) == _rank(winner, path)]
    beaten = [(row.id, _why_beaten(row, winner, path)) for row in fitting if row is not winner]
    order = [row.id for row in speaking]
    losers = sorted([*beaten, *excluded.items()], key=lambda entry: order.index(entry[0]))
    return Decision(
        row=winner,
        lead_kind=winner.lead,
        helpers=winner.helpers,
        direct=winner.direct and not tied,
        reason=_reason(winner, tied, said, topics or {}),
        losers=tuple(losers),
    )


def _rank(row: Row, path: Sequence[str]) -> tuple[int, int, int, date]:
    place = 0 if row.place == ANY else path.index(row.place) + 1
    topic = 0 if row.topic == ANY else row.topic.count(".") + 1
    return place, topic, len(row.when), row.from_date


def _why_not(row: Row, path: Sequence[str], on: date, facts: Mapping[str, object], words: Mapping[str, Fact]) -> Text | None:
    if on < row.from_date:
        return Text("这一条{day}才开始执行。", "This row begins on {day}.").fill(day=row.from_date)
    if row.to_date is not None and on > row.to_date:
        return Text("这一条{day}之后不再执行。", "This row ended on {day}.").fill(day=row.to_date)
    if row.place != ANY and row.place not in path:
        return Text("这一条只管{place}。", "This row is only for {place}.").fill(place=row.place)
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


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{str(value)!r} is no date; write it as 2026-01-31") from None


def _values(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(str(entry) for entry in value)
    return (str(value),)


def _basis(value: str) -> Basis | None:
    if value == AGREED:
        return None
    law, mark, article = value.partition("#")
    if not (law and mark and article):
        raise ValueError(f"basis {value!r} is neither 'LAW(YEAR)#ARTICLE' nor '{AGREED}'")
    return Basis(law, article)
