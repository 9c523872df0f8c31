"""The responsibility list: who must answer, and why this row and not another.

A row says: for this topic, at this place, when these facts are known, this kind of unit leads. Several rows may fit one
matter. The one that decides is, in this order, the one with the narrowest place, the narrowest topic, the most facts
asked for, and the newest first day. Two rows alike in all four are a defect of the list, which `core.responsibility_check` finds
before the list is loaded. Where an answer nobody has given yet could bring in a narrower row, the list only proposes.

A `RowList` reads its rows once: which of them speak of a topic, and the sentence with which each loses. A decision then looks only at
the rows along its topic's line. ``tests/core/responsibility/reference.py`` says the same slowly; the two are compared case by case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from huiyin.core import responsibility_words as sentences
from huiyin.core.packs_values import under
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
        unit: id of the one unit that leads, where the row names one of its kind; then neither place nor level is looked at.
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
    unit: str | None = None
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
            unit=plain.get("unit"),
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
            "unit": self.unit,
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
        return self.topic == ANY or under(topic, self.topic)

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
class Waiting:
    """A narrower row that would send the matter another way, if answers nobody has given yet were the ones it asks for."""

    row: Row
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Who must answer, with the row that said so and the rows that lost.

    Attributes:
        direct: False when a dispatcher has to decide, with this as the proposal.
        losers: id of each row of the same topics that did not decide, and why.
        open: the rows an answer nobody has given yet could bring in; while there are any the list proposes and sends nothing.
    """

    row: Row
    lead_kind: str
    helpers: tuple[str, ...]
    direct: bool
    reason: Text
    losers: tuple[tuple[str, Text], ...]
    open: tuple[Waiting, ...] = ()


class NoRowError(LookupError):
    """No row fits. A list that passed `check` has a row for everything, so this is a list that was not checked."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row, with everything about it that no matter changes."""

    row: Row
    topic: int
    asks: tuple[tuple[str, tuple[str, ...]], ...]
    not_yet: Text
    over: Text
    elsewhere: Text


# Topics whose rows are remembered in the order of the list; a city's tree has about a hundred.
TOPICS_REMEMBERED = 2_000


class RowList:
    """A responsibility list, read once to decide often."""

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        words: Mapping[str, Fact] | None = None,
        topics: Mapping[str, Text] | None = None,
        places: Mapping[str, Text] | None = None,
    ) -> None:
        """Read the rows.

        Args:
            rows: the list, in the order in which losers are told.
            words: labels of the facts, for the reasons shown to people.
            topics: labels of the topics, by which the reason names a row; a reason is printed on papers, so no key may stand in it.
            places: names of the places, by their codes.
        """
        self.rows = tuple(rows)
        self._words, self._topics, self._places = words or {}, topics or {}, places or {}
        self._of_topic: dict[str, list[tuple[int, _Entry]]] = {}
        for position, row in enumerate(self.rows):
            self._of_topic.setdefault(row.topic, []).append((position, self._entry(row)))
        self._speaking: dict[str, tuple[_Entry, ...]] = {}
        self._facts_said: dict[tuple[str, tuple[str, ...], str | None], Text] = {}
        self._reasons: dict[int, Text] = {}

    def decide(self, *, topic: str, path: Sequence[str], on: date, facts: Mapping[str, object]) -> Decision:
        """Return who must answer for a matter.

        Args:
            topic: dotted topic of the matter.
            path: division codes from the city down to the place.
            on: the day the decision is taken for.
            facts: what is known, such as ``{"area": "rural"}``.

        Raises:
            NoRowError: nothing in the list fits.
        """
        depth = {code: place for place, code in enumerate(path, 1)}
        depth[ANY] = 0
        fitting: list[tuple[tuple[int, int, int, date], _Entry]] = []
        lost: list[tuple[_Entry, Text | None]] = []
        waiting: list[tuple[tuple[int, int, int, date], Waiting]] = []
        for entry in self._entries(topic):
            row = entry.row
            why = None
            if on < row.from_date:
                why = entry.not_yet
            elif row.to_date is not None and on > row.to_date:
                why = entry.over
            elif row.place not in depth:
                why = entry.elsewhere
            elif entry.asks:
                why = self._missing(entry, facts)
                if why is not None and (unknown := _unknown(entry, facts)):
                    waiting.append(((depth[row.place], entry.topic, len(entry.asks), row.from_date), Waiting(row, unknown)))
            if why is None:
                fitting.append(((depth[row.place], entry.topic, len(entry.asks), row.from_date), entry))
            lost.append((entry, why))
        if not fitting:
            place = path[-1] if path else ANY
            raise NoRowError(f"no row of the responsibility list fits topic {topic!r} at {place} on {on}; add a catch-all row for its line")
        best = max(rank for rank, _ in fitting)
        equal = sorted((entry.row for rank, entry in fitting if rank == best), key=lambda row: row.id)
        winner, tied = equal[0], equal[1:]
        ranks = {id(entry): rank for rank, entry in fitting}
        losers = tuple(
            (entry.row.id, why or sentences.why_beaten(ranks[id(entry)], best, winner)) for entry, why in lost if entry.row is not winner
        )
        way = _way(winner)
        open_ = tuple(one for rank, one in waiting if rank > best and _way(one.row) != way)
        return Decision(
            row=winner,
            lead_kind=winner.lead,
            helpers=winner.helpers,
            direct=winner.direct and not tied and not open_,
            reason=sentences.tied(winner, tied) if tied else self._reason(winner),
            losers=losers,
            open=open_,
        )

    def winner(self, *, topic: str, path: Sequence[str], on: date, facts: Mapping[str, object]) -> Row | None:
        """Return the row that would decide, without a reason; None when none fits. For those who prove a list or try a draft."""
        best: tuple[int, int, int, date] | None = None
        found: Row | None = None
        depth = {code: place for place, code in enumerate(path, 1)}
        depth[ANY] = 0
        for entry in self._entries(topic):
            row = entry.row
            if on < row.from_date or (row.to_date is not None and on > row.to_date) or row.place not in depth:
                continue
            if any((known := facts.get(name)) is None or str(known) not in values for name, values in entry.asks):
                continue
            rank = (depth[row.place], entry.topic, len(entry.asks), row.from_date)
            if best is None or found is None or rank > best or (rank == best and row.id < found.id):
                best, found = rank, row
        return found

    def speaking(self, topic: str) -> tuple[Row, ...]:
        """Return the rows that speak of a topic, in the order of the list."""
        return tuple(entry.row for entry in self._entries(topic))

    def _entries(self, topic: str) -> tuple[_Entry, ...]:
        found = self._speaking.get(topic)
        if found is None:
            parts = topic.split(".")
            line = {ANY, *(".".join(parts[:count]) for count in range(1, len(parts) + 1))}
            entries = sorted((one for name in line for one in self._of_topic.get(name, ())), key=lambda one: one[0])
            if len(self._speaking) >= TOPICS_REMEMBERED:
                self._speaking.clear()
            found = self._speaking[topic] = tuple(entry for _, entry in entries)
        return found

    def _entry(self, row: Row) -> _Entry:
        return _Entry(
            row,
            0 if row.topic == ANY else row.topic.count(".") + 1,
            tuple(row.when.items()),
            Text("这一条{day}才开始执行。", "This row begins on {day}.").fill(day=row.from_date),
            Text("这一条{day}之后不再执行。", "This row ended on {day}.").fill(day=row.to_date),
            sentences.only_at(self._places.get(row.place, Text(row.place, row.place))),
        )

    def _missing(self, entry: _Entry, facts: Mapping[str, object]) -> Text | None:
        for name, values in entry.asks:
            known = facts.get(name)
            if known is None or str(known) not in values:
                return self._why_fact(name, values, None if known is None else str(known))
        return None

    def _why_fact(self, name: str, values: tuple[str, ...], known: str | None) -> Text:
        key = (name, values, known)
        found = self._facts_said.get(key)
        if found is None:
            found = sentences.why_fact(name, values, known, self._words)
            # Values come from people: only those the list knows are worth remembering.
            if known is None or (name in self._words and known in self._words[name].values):
                self._facts_said[key] = found
        return found

    def _reason(self, row: Row) -> Text:
        found = self._reasons.get(id(row))
        if found is None:
            name = EVERYTHING if row.topic == ANY else self._topics.get(row.topic, Text(row.id, row.id))
            found = self._reasons[id(row)] = sentences.reason(row, name, self._words)
        return found


def _unknown(entry: _Entry, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Return what nobody has said yet of what a row asks for; nothing where something that is known speaks against the row."""
    missing = []
    for name, values in entry.asks:
        known = facts.get(name)
        if known is None:
            missing.append(name)
        elif str(known) not in values:
            return ()
    return tuple(missing)


def _way(row: Row) -> tuple[object, ...]:
    """Return where a row sends a matter: rows alike in this differ for nobody who asks whose it is."""
    return row.lead, row.level, row.unit, row.helpers, row.direct


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
