"""A year of plausible matters, written through the record's own writer: same step, same chain, same projections.

Seeded: the same seed, packs and day give the same lives. Matters opened lately have not come far, so that every state
has somebody in it. Each batch is one transaction with keys of its own: a run that was killed is simply run again.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import chain
from huiyin.core.effects import Opening
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Party
from huiyin.core.source import read_yaml
from huiyin.core.values import ANONYMOUS
from huiyin.demo.people import home_community, sign_ins
from huiyin.demo.town import Town
from huiyin.demo.walk import Act, Walker, Words
from huiyin.ids import uuid7
from huiyin.matters import codes, doors, references, write
from huiyin.matters.access import effective_tokens

SEED = 20261121
DAYS = 365
BATCH = 12
PROCESSES = 2
# One matter in three stands in the street whose staff can sign in, so that their lists are not empty.
NEAR = 0.33
PEOPLE = ("赵甲子", "钱乙丑", "孙丙寅", "李丁卯", "周戊辰", "吴己巳", "郑庚午", "王辛未", "冯壬申", "陈癸酉", "卫甲戌", "蒋乙亥")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Life:
    """What ``life.yaml`` says."""

    shares: Mapping[str, float]
    stories: Mapping[str, tuple[Mapping[str, Any], ...]]
    words: Words


def read_life() -> Life:
    """Read the invented texts and weights."""
    data = read_yaml(Path(__file__).with_name("life.yaml")).data
    texts = {name: tuple(str(text) for text in texts) for name, texts in data["texts"].items()}
    return Life(data["shares"], {name: tuple(rows) for name, rows in data["stories"].items()}, Words(data["weights"], texts, data["days"]))


def give_life(*, progress: Progress | None = None, matters: int = 3000, until: datetime | None = None) -> dict[str, int]:
    """Write ``matters`` invented matters of the year before ``until``.

    Args:
        progress: told how many matters of how many are done.
        until: the day the history ends; now when not given.

    Returns:
        counts of matters and events written.
    """
    sign_ins()  # so that those who will be signed in as have a past
    end = until or clock.now()
    parts = [range(first, matters, PROCESSES) for first in range(PROCESSES)]
    counts = {"matters": 0, "events": 0}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        for done in as_completed([pool.submit(_write, list(chunk), end) for part in parts for chunk in _chunks(part)]):
            written, events = done.result()
            counts["matters"] += written
            counts["events"] += events
            if progress is not None:
                progress(counts["matters"], matters)
    return counts


def _chunks(numbers: range) -> Iterator[range]:
    for start in range(0, len(numbers), BATCH):
        yield numbers[start : start + BATCH]


def _write(numbers: list[int], until: datetime) -> tuple[int, int]:
    author = _author()
    by_home: dict[str, list[dict[str, Any]]] = {}
    for number in numbers:
        home, payloads = author.payloads(number, until)
        by_home.setdefault(home, []).extend(payloads)
    events = 0
    for home, payloads in by_home.items():
        answers = doors.many(home, payloads)
        events += sum(answer["status"] == "written" for answer in answers)
    return len(numbers), events


@lru_cache(maxsize=1)
def _author() -> Author:
    return Author(city.library(), read_life())


class Author:
    """Invents matters one by one; matter ``number`` is the same in every run."""

    def __init__(self, library: Library, life: Life) -> None:
        """Take what the city has and what the texts say."""
        self.library = library
        self.life = life
        self.town = Town(library.calendar.local_date(clock.now()))
        self.all = sorted(self.town.parents)
        street = self.town.parents[home_community()]
        self.near = [code for code in self.all if self.town.parents[code] == street]

    def payloads(self, number: int, until: datetime) -> tuple[str, list[dict[str, Any]]]:
        """Return (home, what the database is to write) of one matter's whole life."""
        source = random.Random(f"{SEED}:{number}")  # noqa: S311 - invented lives, not secrets
        procedure = self.library.procedures[source.choices(list(self.life.shares), list(self.life.shares.values()))[0]]
        begin = self._begin(source, until)
        division = self.near[0] if source.random() < NEAR / 3 else source.choice(self.near if source.random() < NEAR else self.all)
        town = self.town
        walker = Walker(
            self.library,
            self.life.words,
            lambda unit, post: source.choice(people) if (people := town.holders(unit, post)) else None,
            town.unit_for,
            town.mention,
            source,
            lambda: os.urandom(write.SALT_BYTES),
        )
        units = town.placed(procedure, division)
        home = town.homes[units[procedure.host]]
        matter = uuid7()
        acts = walker.live(
            procedure,
            self._opening(procedure, source, division, units, {alias: town.names[unit] for alias, unit in units.items()}),
            home=home,
            matter=str(matter),
            reference=references.take(home, self.library.calendar.local(begin)),
            begin=begin,
            until=until,
            principal=ANONYMOUS,
        )
        return home, list(self._payloads(procedure, acts, matter, number))

    def _begin(self, source: random.Random, until: datetime) -> datetime:
        # Squared, so that the last weeks are busier than the first: a city that has just begun to use its front door.
        begin = until - timedelta(days=DAYS * source.random() ** 1.6, minutes=source.randrange(5, 1440))
        local = self.library.calendar.local(begin)
        return begin if 7 <= local.hour < 22 else begin - timedelta(hours=10)

    def _opening(
        self, procedure: Procedure, source: random.Random, division: str, units: Mapping[str, str], names: Mapping[str, str]
    ) -> Opening:
        story = source.choice(self.life.stories[procedure.name])
        data = {name: value for name, value in story.items() if name not in ("topic", "points")}
        detail = source.choice(self.life.words.texts["_place"])
        entries = {entry.field for entry in procedure.forms[procedure.opening_form].entries}
        if "points" in story:
            data["points"] = [{"ask": point} for point in story["points"]]
        if "place" in entries:
            data["place"] = {"division": division, "detail": detail}
        role = next(iter(procedure.roles.values()))
        count = max(role.least, int(source.random() < 0.8))
        parties = tuple(
            Party(str(uuid7()), role.name, name, {"phone": f"138{source.randrange(10**8):08d}"}) for name in source.sample(PEOPLE, count)
        )
        return Opening(
            opened_by="party" if parties else "anonymous",
            topic=str(story["topic"]),
            division=division,
            data=data,
            parties=parties,
            opener=parties[0].id if parties else None,
            units=units,
            unit_names=names,
        )

    def _payloads(self, procedure: Procedure, acts: list[Act], matter: UUID, number: int) -> Iterator[dict[str, Any]]:
        prev = chain.GENESIS
        for place, act in enumerate(acts):
            key = f"life:{SEED}:{number}:{place}"
            recorded = write.Act(
                procedure,
                self.library,
                act.effects,
                act.principal,
                act.at,
                act.now,
                key,
                hashlib.sha256(key.encode()).hexdigest(),
                prev,
                alerted=act.clock,
            )
            payload, receipt = write.payload(recorded)
            # What was told in the year before has been read; only the matter's own children would still go out.
            payload.pop("outbox", None)
            after = act.effects.after
            if place == 0:
                payload["matter"] |= {
                    "code_hash": codes.code_hash(after.reference, codes.code_for(matter)),
                    "holder": after.parties[0].id if after.parties else "",
                    "feeder": "",
                    "feeder_number": "",
                    "parent_key": "",
                }
            else:
                payload["seen"] = after.version - 1
                payload["tokens"] = list(effective_tokens(act.principal))
            prev = bytes.fromhex(receipt.head)
            yield payload
