"""Why a matter is this unit's: the row that decided, the rows that lost, the unit, in words for staff and in plain ones for residents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.responsibility import ANY, EVERYTHING, Fact, Row
from huiyin.core.responsibility_words import asking, by_answers
from huiyin.core.values import Text
from huiyin.routing import queries
from huiyin.routing.queries import Owner

WHOLE_CITY = Text("全市", "the whole city")
BY_AGREEMENT = Text("各单位商定", "agreed between the units")


@dataclass(frozen=True, slots=True)
class RowSaid:
    """A row in words.

    Attributes:
        when: what it asks for; empty where it asks for nothing.
        basis: law and article, or by whom it was agreed.
    """

    id: str
    topic: Text
    place: Text
    when: Text
    lead: Text
    helpers: tuple[Text, ...]
    basis: Text
    direct: bool

    def to_plain(self) -> dict[str, Any]:
        """Return plain data."""
        texts = {name: getattr(self, name).to_plain() for name in ("topic", "place", "when", "lead", "basis")}
        return {"id": self.id, **texts, "helpers": [one.to_plain() for one in self.helpers], "direct": self.direct}


@dataclass(frozen=True, slots=True)
class Lost:
    """A row that did not decide, and why."""

    row: RowSaid
    why: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a matter is this unit's.

    Attributes:
        winner: the row that decided; None when none fits.
        row_version: its content, as kept for good.
        losers: the other rows of its line, in the order of the list, and why each did not decide.
        unit: id of the unit; None when a dispatcher has to find one.
        unit_why: why this unit of its kind.
        direct: whether it went, or may go, without a dispatcher.
        reason: the decision in one sentence, for staff and papers.
        resident: the same in plain words, for the person who asked.
        answers: by which answers it was decided; empty where it turned on none.
        open: what nobody has said yet and could bring in another row; empty where nothing is.
    """

    winner: RowSaid | None
    row_version: str
    list_version: str
    losers: tuple[Lost, ...]
    unit: str | None
    unit_name: Text | None
    unit_why: Text
    direct: bool
    reason: Text
    resident: Text
    answers: Text = queries.NO_WORDS
    open: Text = queries.NO_WORDS

    def to_plain(self) -> dict[str, Any]:
        """Return plain data, as evidence of an act keeps it."""
        return {
            "winner": None if self.winner is None else self.winner.to_plain(),
            "row_version": self.row_version,
            "list_version": self.list_version,
            "losers": [{"row": one.row.to_plain(), "why": one.why.to_plain()} for one in self.losers],
            "unit": self.unit,
            "unit_name": None if self.unit_name is None else self.unit_name.to_plain(),
            "unit_why": self.unit_why.to_plain(),
            "direct": self.direct,
            "reason": self.reason.to_plain(),
            "resident": self.resident.to_plain(),
            "answers": self.answers.to_plain(),
            "open": self.open.to_plain(),
        }


class Words:
    """What the parts of rows are called; read once for many rows."""

    def __init__(self, rows: Sequence[Row], library: Library | None = None, facts: Mapping[str, Fact] | None = None) -> None:
        """Read the names the rows use."""
        self._library = city.library() if library is None else library
        self._facts = queries.known_facts() if facts is None else facts
        self._places = queries.place_names(row.place for row in rows)
        named = [unit for row in rows if row.unit is not None and (unit := city.unit(row.unit)) is not None]
        self._units = {unit.id: unit.title for unit in named}

    def kind(self, kind: str) -> Text:
        """Return what a kind of unit is called."""
        known = self._library.unit_kinds.get(kind)
        return Text(kind, kind) if known is None else known.label

    def topic(self, topic: str) -> Text:
        """Return what a topic is called."""
        known = self._library.topics.get(topic)
        return EVERYTHING if topic == ANY else Text(topic, topic) if known is None else known.label

    def place(self, code: str) -> Text:
        """Return what a place is called."""
        return WHOLE_CITY if code == ANY else self._places.get(code, Text(code, code))

    def answers(self, said: Mapping[str, str]) -> Text:
        """Return by which answers it was decided."""
        return by_answers(said, self._facts)

    def asking(self, unsaid: Sequence[str]) -> Text:
        """Return what nobody has said yet."""
        return asking(unsaid, self._facts) if unsaid else queries.NO_WORDS

    def row(self, row: Row) -> RowSaid:
        """Return a row in words."""
        asked = [(self._facts.get(name), name, values) for name, values in row.when.items()]
        zh = "，".join("或者".join(fact.said(value).zh if fact else value for value in values) for fact, _, values in asked)
        en = ", ".join(" or ".join(fact.said(value).en if fact else value for value in values) for fact, _, values in asked)
        lead = self.kind(row.lead)
        if row.unit is not None:
            lead = self._units.get(row.unit, Text(row.unit, row.unit))
        elif row.level is not None:
            level = queries.LEVELS.get(row.level, Text(row.level, row.level))
            lead = Text(f"{lead.zh}（{level.zh}）", f"{lead.en} ({level.en})")
        basis = row.agreed_by if row.agreed_by.zh else BY_AGREEMENT
        if row.basis is not None:
            basis = Text(f"{row.basis.law}第{row.basis.article}条", f"{row.basis.law}, art. {row.basis.article}")
        helpers = tuple(self.kind(kind) for kind in row.helpers)
        return RowSaid(row.id, self.topic(row.topic), self.place(row.place), Text(zh, en), lead, helpers, basis, row.direct)


def explanation(owner: Owner) -> Explanation:
    """Return why a matter is this unit's."""
    decision = owner.decision
    if decision is None:
        plain = Text("这件事清单上没有写，由工作人员安排单位来办。", "The list does not say; a member of staff finds who handles it.")
        return Explanation(None, "", owner.list_version, (), None, None, owner.reason, False, owner.reason, plain)
    by_id = {row.id: row for row in queries.rules()}
    lost = [(by_id[name], why) for name, why in decision.losers if name in by_id]
    words = Words([decision.row, *(row for row, _ in lost)])
    winner = words.row(decision.row)
    answers, open_ = words.answers(owner.answers), words.asking(owner.open)
    return Explanation(
        winner=winner,
        row_version=owner.row_version,
        list_version=owner.list_version,
        losers=tuple(Lost(words.row(row), why) for row, why in lost),
        unit=owner.unit,
        unit_name=owner.unit_name,
        unit_why=owner.unit_why,
        direct=owner.direct,
        reason=owner.reason,
        resident=_plainly(winner, owner.unit_name, answers, open_),
        answers=answers,
        open=open_,
    )


def _plainly(row: RowSaid, unit: Text | None, answers: Text, open_: Text) -> Text:
    """Return the decision as a resident reads it: whose work it is, by which answer and by what, without the names of rows."""
    asked_zh, asked_en = (f"（{row.when.zh}的）", f" ({row.when.en})") if row.when.zh else ("", "")
    about = Text(f"“{row.topic.zh}”{asked_zh}", f"“{row.topic.en}”{asked_en}")
    if unit is None:
        return Text(f"{about.zh}的事，工作人员正在为您找办理的单位。", f"A member of staff is finding who handles {about.en}.")
    if open_.zh:
        return Text(
            f"{about.zh}的事归哪个单位，还要看{open_.zh}，工作人员问清了再定。",
            f"Whose work {about.en} is turns on {open_.en}; a member of staff asks first, then decides.",
        )
    by_en = f"{answers.en} " if answers.en else ""
    return Text(
        f"{about.zh}的事，按全市的责任清单由{unit.zh}负责。{answers.zh}依据：{row.basis.zh}。",
        f"By the city's list of responsibilities {about.en} is the work of {unit.en}. {by_en}Basis: {row.basis.en}.",
    )
