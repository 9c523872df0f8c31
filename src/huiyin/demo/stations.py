"""A matter at every stage, in the hands of those one can sign in as: so that whoever looks around finds work at each step.

The year of history is left to chance; rare stages may have nobody in them. Here a life is led toward one stage by trying
seeds, then stopped there; of three, one lately enough for its clocks still to run. Stages no act of people leads to are left out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from huiyin.city.models import Account
from huiyin.core.procedure import Procedure
from huiyin.demo import earlier, history
from huiyin.demo.history import SEED, Author
from huiyin.demo.people import ROLES, home_community
from huiyin.demo.walk import OFFICE_CLOSES, OFFICE_OPENS, PEOPLE_FROM, PEOPLE_UNTIL, Act, Words, route_to
from huiyin.ids import uuid7
from huiyin.matters import codes, doors, references

TRIES = 40
# How long ago the last act was: today's, yesterday's, last week's.
AGES = (timedelta(hours=2), timedelta(days=1, hours=3), timedelta(days=4))
# Long enough for a petition that goes through all its three instances; short enough for the newest law to be in force.
SPAN = timedelta(days=300)
# A weekend moves a date by up to so many days.
REST = 4
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

    A city of few matters has one at each stage; a larger one has three of what the city does every day.
    """
    every = [(name, state) for name in sorted(author.life.stories) for state in author.life.stages(author.library.procedures[name])]
    ages = range(len(AGES) if matters >= LIVELY else 1)
    return [(name, state, age) for age in ages for name, state in every if age == 0 or name in author.life.daily]


def write_station(stage: tuple[str, str, int], until: datetime) -> Station | None:
    """Lead a matter to one stage and write it; None where no try got there."""
    author = history.author()
    procedure, state, age = author.library.procedures[stage[0]], *stage[1:]
    led = _lead(author, procedure, state, age, until)
    if led is None:
        return None
    home, matter, acts, before = led
    name = f"station:{SEED}:{procedure.name}:{state}:{age}"
    if before is not None:
        doors.many(before.home, list(author.written(before.procedure, before.acts, before.matter, f"{name}:before")))
    doors.many(home, list(author.written(procedure, acts, matter, name)))
    return Station(procedure.name, state, home, str(matter), acts[-1].effects.after.reference, codes.code_for(matter))


def _lead(
    author: Author, procedure: Procedure, state: str, age: int, until: datetime
) -> tuple[str, UUID, list[Act], earlier.Earlier | None] | None:
    route = route_to(procedure, state)
    if procedure.start not in route:
        return None
    texts = {name: texts for name, texts in author.life.words.texts.items() if name != "result"}
    words = replace(author.life.words, route=route, rare=0.0, texts=texts)
    last = _in_office(author, until - AGES[age])
    home, matter = author.home_of(procedure, home_community()), uuid7()
    taken: dict[int, str] = {}
    author = earlier.telling(author, procedure, *author.life.fitting(procedure, state))
    told = earlier.follows(author, procedure)
    for attempt in range(TRIES):
        name = f"{SEED}:{procedure.name}:{state}:{age}:{attempt}"
        story = told[attempt % len(told)] if told else None
        trying = author if story is None else earlier.telling(author, procedure, earlier.tried(story))
        tried = _walk(trying, procedure, words, name, matter, earlier.NO_REFERENCE, until - SPAN, until, state)
        if tried is None:
            continue
        # The same seed, begun so much later that the last act falls where it should; office hours may move it a little. What the end of a
        # day or of a weekend brings about may not be there yet today, and is there where it begins some days earlier.
        for days in range(REST):
            begin = _by_day(author, until - SPAN + (last - tried[-1].at) - timedelta(days=days))
            if begin > until - MARGIN:
                continue
            before, telling = None, author
            if story is not None:
                if _walk(trying, procedure, words, name, matter, earlier.NO_REFERENCE, begin, until - MARGIN, state) is None:
                    continue
                before = earlier.lead(author, story, name, begin, until - MARGIN)
                if before is None:
                    continue
                telling = earlier.telling(author, procedure, before.story(story, begin))
            local = author.library.calendar.local(begin)
            if local.year not in taken:
                taken[local.year] = references.take(home, local)
            acts = _walk(telling, procedure, words, name, matter, taken[local.year], begin, until - MARGIN, state)
            if acts is not None:
                if age == 0 and attempt < TRIES // 2 and _overdue(acts[-1], until):
                    break
                return home, matter, acts, before
    return None


def _by_day(author: Author, when: datetime) -> datetime:
    """Return that time, or an hour of that day at which people are up: nobody comes to a window at night."""
    local = author.library.calendar.local(when)
    return (
        local
        if PEOPLE_FROM <= local.hour < PEOPLE_UNTIL
        else local.replace(hour=PEOPLE_FROM + 1 if local.hour < PEOPLE_FROM else PEOPLE_UNTIL - 1)
    )


def _in_office(author: Author, when: datetime) -> datetime:
    """Return the last time not after ``when`` at which an office works: what staff do on a Sunday would be done on Monday."""
    calendar = author.library.calendar
    local = calendar.local(when)
    if not calendar.is_rest(local.date()) and local.hour >= OFFICE_OPENS:
        return min(local, local.replace(hour=OFFICE_CLOSES - 1))
    day = local.date() - timedelta(days=1)
    while calendar.is_rest(day):
        day -= timedelta(days=1)
    return local.replace(year=day.year, month=day.month, day=day.day, hour=OFFICE_CLOSES - 1)


def _walk(
    author: Author,
    procedure: Procedure,
    words: Words,
    name: str,
    matter: UUID,
    reference: str,
    begin: datetime,
    until: datetime,
    state: str,
) -> list[Act] | None:
    """Return the acts up to the stage, or None when this seed does not get there."""
    known = _signed_in()
    acts = author.live(
        procedure,
        random.Random(name),  # noqa: S311 - invented lives, not secrets
        words,
        lambda people: next((one for one in people if one in known), people[0]),
        division=home_community(),
        matter=matter,
        reference=reference,
        begin=begin,
        until=until,
        stop_in=state,
    )
    return acts if acts[-1].effects.after.state == state else None


def _overdue(act: Act, until: datetime) -> bool:
    lives = act.effects.after.clocks.values()
    return any(life.due is not None and life.due.strict <= until for life in lives if life.status == "running")


@lru_cache(maxsize=1)
def _signed_in() -> frozenset[str]:
    ids = Account.objects.filter(username__in=[role.username for role in ROLES]).values_list("pk", flat=True)
    return frozenset(str(one) for one in ids)
