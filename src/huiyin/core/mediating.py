"""What a mediator should know of a kind of dispute: what to ask, what shows it, pieces of an agreement, limits of the law.

All of it is offered; nothing fills itself in and nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from huiyin.core.procedure import Basis
from huiyin.core.reader_common import Cursor
from huiyin.core.values import Text

Side = Literal["applicant", "other", "either"]
SIDES: tuple[Side, ...] = ("applicant", "other", "either")


@dataclass(frozen=True, slots=True)
class Clause:
    """One piece of an agreement: what one side owes.

    Attributes:
        who: the side that owes it as a rule.
        money: whether a sum has to be named.
        proof: what shows that it was done.
        note: what to mind.
    """

    key: str
    who: Side
    what: Text
    money: bool
    proof: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """A limit the law or somebody's safety sets, with its articles."""

    says: Text
    basis: tuple[Basis, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Mediating:
    """What is offered for one kind of dispute and for the narrower ones under it."""

    ask: tuple[Text, ...]
    evidence: tuple[Text, ...]
    clauses: tuple[Clause, ...]
    careful: tuple[Care, ...]


def build_mediating(top: Cursor) -> dict[str, Mediating]:
    """Return what a file offers, by topic."""
    top.mapping(("topics",))
    return {topic: _of(inner) for topic, inner in top.at("topics").entries()}


def nearest(offered: Mapping[str, Mediating], topic: str) -> Mediating | None:
    """Return what is offered for a topic: its own, else that of the topic above it, None where nothing is."""
    while topic:
        if topic in offered:
            return offered[topic]
        topic = topic.rpartition(".")[0]
    return None


def _of(cursor: Cursor) -> Mediating:
    cursor.mapping(("ask", "evidence", "clauses", "careful"))
    made = Mediating(
        ask=tuple(one.at("label").text() for one in cursor.at("ask").items() if one.mapping(("key", "label"))),
        evidence=tuple(one.text() for one in cursor.at("evidence").items()),
        clauses=tuple(_clause(one) for one in cursor.at("clauses").items()),
        careful=tuple(_care(one) for one in cursor.at("careful").items()),
    )
    keys = [clause.key for clause in made.clauses]
    for key in {key for key in keys if keys.count(key) > 1}:
        cursor.wrong(f"“{key}”有两条。", f"“{key}” stands here twice.", "请给每一条一个不同的名字。", "Give each piece a name of its own.")
    return made


def _clause(cursor: Cursor) -> Clause:
    cursor.mapping(("key", "who", "what", "money", "proof"), ("note",))
    nothing = Text("", "")
    return Clause(
        key=cursor.at("key").name() if cursor.has("key") else "",
        who=cast("Side", cursor.at("who").one_of(SIDES)) if cursor.has("who") else "either",
        what=cursor.at("what").text() if cursor.has("what") else nothing,
        money=cursor.at("money").flag(),
        proof=cursor.at("proof").text() if cursor.has("proof") else nothing,
        note=cursor.at("note").text() if cursor.has("note") else None,
    )


def _care(cursor: Cursor) -> Care:
    cursor.mapping(("zh", "en", "basis"))
    says = Text(*(cursor.at(name).string() if cursor.has(name) else "" for name in ("zh", "en")))
    return Care(says, cursor.at("basis").basis() if cursor.has("basis") else (), cursor.line)
