"""The mediation an invented confirmation rests on: led first, so that its reference, its agreement and its parties are true."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Party
from huiyin.demo.history import Author
from huiyin.demo.people import home_community
from huiyin.demo.walk import Act, route_to
from huiyin.ids import uuid7
from huiyin.matters import references

TRIES = 60
AGREEMENT = "mediation_agreement"
# From the agreement to the matter that follows it; the law gives thirty days.
BETWEEN = timedelta(days=3)
WITHIN = timedelta(days=20)
LIFE = timedelta(days=60)
# Of a life that is only tried.
NO_REFERENCE = "260001000018"


@dataclass(frozen=True, slots=True)
class Earlier:
    """A matter another one follows from.

    Attributes:
        agreed: when its agreement took effect.
    """

    procedure: Procedure
    home: str
    matter: UUID
    acts: list[Act]
    agreed: datetime

    def story(self, told: Mapping[str, Any], begin: datetime) -> dict[str, Any]:
        """Return the story of the matter that follows, begun then, with what this one gave it."""
        first = self.acts[0].effects.after
        return {
            **told,
            "mediation_reference": first.reference,
            "days": {"agreement_in_force_at": (self.agreed - begin) / timedelta(days=1)},
            "parties": [(party.name, contact(party)) for party in first.parties],
        }


def contact(party: Party) -> dict[str, Any]:
    """Return what one needs to reach a party."""
    return {name: value for name, value in party.facts.items() if name in ("phone", "address")}


def follows(author: Author, procedure: Procedure) -> tuple[Mapping[str, Any], ...]:
    """Return the stories of a procedure that begin with another matter."""
    return tuple(story for story in author.life.stories[procedure.name] if "follows" in story)


def tried(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a story for a life that is only tried: nothing was mediated for it yet."""
    return {
        **told,
        "mediation_reference": NO_REFERENCE,
        "days": {"agreement_in_force_at": -BETWEEN / timedelta(days=1)},
    }


def telling(author: Author, procedure: Procedure, *stories: Mapping[str, Any]) -> Author:
    """Return an author who knows no other stories of that procedure."""
    narrowed = copy.copy(author)
    narrowed.life = replace(author.life, stories={**author.life.stories, procedure.name: stories})
    return narrowed


def lead(author: Author, told: Mapping[str, Any], name: str, begin: datetime, until: datetime) -> Earlier | None:
    """Lead the matter a story follows from, so that its agreement took effect shortly before ``begin``; None where no try did."""
    procedure = author.library.procedures[told["follows"]]
    story = next(one for one in author.life.stories[procedure.name] if one["topic"] == told["topic"])
    narrowed = telling(author, procedure, story)
    agreeing = {one.to for state in procedure.states.values() for one in state.actions if one.to and AGREEMENT in one.effective}
    narrowed.life = replace(narrowed.life, words=replace(narrowed.life.words, route=route_to(procedure, *sorted(agreeing))))
    home, matter = author.home_of(procedure, home_community()), uuid7()
    for attempt in range(TRIES):
        seed = f"{name}:{attempt}"
        agreed = _agreed(_walk(narrowed, procedure, seed, matter, NO_REFERENCE, begin - LIFE, until))
        if agreed is None:
            continue
        start = begin - LIFE + (begin - BETWEEN - agreed)
        # Begun so much earlier or later, office hours may still move it a little.
        agreed = _agreed(_walk(narrowed, procedure, seed, matter, NO_REFERENCE, start, until))
        if agreed is None or not begin - WITHIN < agreed < begin:
            continue
        reference = references.take(home, author.library.calendar.local(start))
        return Earlier(procedure, home, matter, _walk(narrowed, procedure, seed, matter, reference, start, until), agreed)
    return None


def _walk(author: Author, procedure: Procedure, seed: str, matter: UUID, reference: str, begin: datetime, until: datetime) -> list[Act]:
    source = random.Random(seed)  # noqa: S311 - invented lives, not secrets
    return author.live(
        procedure,
        source,
        author.life.words,
        source.choice,
        division=home_community(),
        matter=matter,
        reference=reference,
        begin=begin,
        until=until,
    )


def _agreed(acts: list[Act]) -> datetime | None:
    """Return when the agreement of a life took effect, if it came to one in writing that still stands."""
    issue = acts[-1].effects.after.paper(AGREEMENT)
    return None if issue is None else issue.effective_at
