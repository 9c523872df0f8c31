"""Cards of questions and answers: what a procedure publishes of its matters, and whether the law a card cites still stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from huiyin.core.citations import canonical, read_places
from huiyin.core.packs import Library
from huiyin.core.packs_values import Law, under
from huiyin.core.procedure import Basis, Procedure
from huiyin.core.search import folded
from huiyin.core.values import Text

_CITED: Final = re.compile(r"《([^《》]+)》([^《；;\n]*)")


@dataclass(frozen=True, slots=True)
class Cited:
    """One article a card rests on.

    Attributes:
        text: the citation as people write it.
        says: what the article says in the packs' own words, where they know it.
        changed: the law was replaced, or changed, after the card was last looked at; None where the packs do not know the law.
    """

    text: Text
    says: Text | None
    changed: bool | None


@dataclass(frozen=True, slots=True)
class Card:
    """One published question with its answer.

    Attributes:
        version: how often it was published.
    """

    home: str
    matter: str
    topic: str
    question: str
    answer: str
    views: str
    cited: tuple[Cited, ...]
    looked_at: datetime
    version: int

    @property
    def stands(self) -> bool:
        """Whether it may be offered: no law it cites has changed since it was last looked at."""
        return not any(one.changed for one in self.cited)


def card_of(procedure: Procedure, library: Library, row: Mapping[str, Any], today: date) -> Card | None:
    """Return the card of a published matter; None while it lacks what a card needs.

    Args:
        row: ``home``, ``matter``, ``topic``, ``facts`` and ``done`` of the matter.
    """
    published = procedure.publishes
    facts: Mapping[str, Any] = row["facts"]
    if published is None or not all(facts.get(name) for name in (published.question, published.answer, published.looked_at)):
        return None
    looked_at = datetime.fromisoformat(facts[published.looked_at])
    writing = {
        action.name
        for state in procedure.states.values()
        for action in state.actions
        if action.form is not None
        and (action.to or state.name) == published.state
        and any(entry.field == published.answer for entry in procedure.forms[action.form].entries)
    }
    return Card(
        home=row["home"],
        matter=str(row["matter"]),
        topic=row["topic"],
        question=facts[published.question],
        answer=facts[published.answer],
        views=facts.get(published.views) or "",
        cited=tuple(cited(facts.get(published.grounds) or "", library, library.calendar.local_date(looked_at), today)),
        looked_at=looked_at,
        version=sum(times for name, times in row["done"].items() if name in writing),
    )


def cited(grounds: str, library: Library, looked_at: date, today: date) -> Iterator[Cited]:
    """Yield what ``《民法典》第296条；《…》第…条`` cites, with the version in force today; what is written otherwise as it stands."""
    found = _CITED.findall(grounds)
    if not found and grounds.strip():
        yield Cited(Text(grounds.strip(), grounds.strip()), None, None)
    for name, rest in found:
        versions = sorted((law for law in library.laws.values() if canonical(law.title.zh) == canonical(name)), key=_since)
        places, _ = read_places(rest)
        law = next((one for one in reversed(versions) if one.covers(today, today)), None)
        if not versions:
            said = f"《{name}》{rest.strip()}"
            yield Cited(Text(said, said), None, None)
        for place in places if versions else ():
            basis = Basis((law or versions[-1]).id, str(place.place))
            article = Basis(basis.law, place.place.article)
            yield Cited(library.cited(basis), library.summary(article), law is None or law.in_force_from > looked_at)


def _since(law: Law) -> date:
    return law.in_force_from


def fitting(cards: Sequence[Card], words: str, topic: str) -> tuple[Card, ...]:
    """Return the cards that hold every word asked for, of a kind or a narrower one, those last looked at first."""
    wanted = folded(words).split()
    found = [
        card
        for card in cards
        if (not topic or under(card.topic, topic))
        and all(word in folded(" ".join((card.question, card.answer, card.views, *(one.text.zh for one in card.cited)))) for word in wanted)
    ]
    return tuple(sorted(found, key=lambda card: card.looked_at, reverse=True))


def offered(cards: Sequence[Card], topic: str) -> tuple[Card, ...]:
    """Return the cards that stand for whoever has a matter of that kind: of the kind, the narrower and the wider ones."""
    return tuple(
        card
        for card in fitting(cards, "", "")
        if card.stands and topic and (under(card.topic, topic) or ("." in card.topic and under(topic, card.topic)))
    )
