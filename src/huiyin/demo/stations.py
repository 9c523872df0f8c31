"""A matter at every stage, in the hands of those one can sign in as: so that whoever looks around finds work at each step.

The year of history is left to chance; rare stages may have nobody in them. Here a life is led toward one stage by trying
seeds, then stopped there; of three, one lately enough for its clocks still to run. Stages no act of people leads to are left out.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from huiyin.city.models import Account
from huiyin.core.procedure import Procedure
from huiyin.core.values import ANONYMOUS
from huiyin.demo import history
from huiyin.demo.history import SEED, Author
from huiyin.demo.people import ROLES, home_community
from huiyin.demo.walk import Act, Words
from huiyin.ids import uuid7
from huiyin.matters import codes, doors, references

TRIES = 40
# How long ago the last act was: today's, yesterday's, last week's.
AGES = (timedelta(hours=2), timedelta(days=1, hours=3), timedelta(days=4))
SPAN = timedelta(days=120)
LIVELY = 100
MARGIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Station:
    """One matter standing at one stage, and how its party follows it."""

    procedure: str
    state: str
    home: str
    id: str
    reference: str
    code: str


def stages(author: Author, matters: int) -> list[tuple[str, str, int]]:
    """Return (procedure, state, age) of every matter to try for: each stage a matter can stand at, ends included.

    A city of few matters has one at each stage, a larger one three.
    """
    every = [(name, state) for name in sorted(author.life.stories) for state in author.library.procedures[name].states]
    ages = range(len(AGES) if matters >= LIVELY else 1)
    return [(name, state, age) for age in ages for name, state in every]


def write_station(stage: tuple[str, str, int], until: datetime) -> Station | None:
    """Lead a matter to one stage and write it; None where no try got there."""
    author = history.author()
    procedure, state, age = author.library.procedures[stage[0]], *stage[1:]
    led = _lead(author, procedure, state, age, until)
    if led is None:
        return None
    home, matter, acts = led
    name = f"station:{SEED}:{procedure.name}:{state}:{age}"
    doors.many(home, list(author.written(procedure, acts, matter, name)))
    return Station(procedure.name, state, home, str(matter), acts[-1].effects.after.reference, codes.code_for(matter))


def _lead(author: Author, procedure: Procedure, state: str, age: int, until: datetime) -> tuple[str, UUID, list[Act]] | None:
    route = _route(procedure, state)
    if procedure.start not in route:
        return None
    texts = {name: texts for name, texts in author.life.words.texts.items() if name != "result"}
    words = replace(author.life.words, route=route, rare=0.0, texts=texts)
    last = until - AGES[age]
    for attempt in range(TRIES):
        name = f"{SEED}:{procedure.name}:{state}:{age}:{attempt}"
        tried = _walk(author, procedure, words, name, until - SPAN, until, state, None)
        if tried is None:
            continue
        # The same seed, begun so much later that the last act falls where it should; office hours may move it a little.
        begin = until - SPAN + (last - tried[-1].at)
        tried = None if begin > until - MARGIN else _walk(author, procedure, words, name, begin, until - MARGIN, state, None)
        if tried is None or (age == 0 and attempt < TRIES // 2 and _overdue(tried[-1], until)):
            continue
        matter = uuid7()
        units = author.town.placed(procedure, home_community())
        home = author.town.homes[units[procedure.host]]
        acts = _walk(author, procedure, words, name, begin, until - MARGIN, state, (matter, home))
        if acts is not None:
            return home, matter, acts
    return None


def _walk(
    author: Author,
    procedure: Procedure,
    words: Words,
    name: str,
    begin: datetime,
    until: datetime,
    state: str,
    real: tuple[UUID, str] | None,
) -> list[Act] | None:
    """Return the acts up to the stage, or None when this seed does not get there; without ``real`` nothing is taken from the record."""
    source = random.Random(name)  # noqa: S311 - invented lives, not secrets
    division = home_community()
    units = author.town.placed(procedure, division)
    matter, home = real or (UUID(int=0), author.town.homes[units[procedure.host]])
    reference = references.take(home, author.library.calendar.local(begin)) if real else "260001000018"
    known = _signed_in()
    walker = author.walker(source, words, lambda people: next((one for one in people if one in known), people[0]))
    acts = walker.live(
        procedure,
        author.opening(procedure, source, division, units, begin),
        home=home,
        matter=str(matter),
        reference=reference,
        begin=begin,
        until=until,
        principal=walker.opener(procedure, units) or ANONYMOUS,
        stop_in=state,
    )
    after = acts[-1].effects.after
    return acts if after.state == state else None


def _overdue(act: Act, until: datetime) -> bool:
    lives = act.effects.after.clocks.values()
    return any(life.due is not None and life.due.strict < until for life in lives if life.status == "running")


def _route(procedure: Procedure, state: str) -> Mapping[str, int]:
    """Return state -> steps to the one wanted, of those that lead there."""
    steps = {state: 0}
    waiting = deque([state])
    while waiting:
        target = waiting.popleft()
        for source in _sources(procedure, target):
            if source not in steps:
                steps[source] = steps[target] + 1
                waiting.append(source)
    return steps


def _sources(procedure: Procedure, target: str) -> Iterator[str]:
    for state in procedure.states.values():
        for action in (*state.actions, *procedure.always):
            if action.to == target and procedure.state_action(state.name, action.name) is action:
                yield state.name


@lru_cache(maxsize=1)
def _signed_in() -> frozenset[str]:
    ids = Account.objects.filter(username__in=[role.username for role in ROLES]).values_list("pk", flat=True)
    return frozenset(str(one) for one in ids)
