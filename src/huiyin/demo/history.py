"""A year of plausible matters, written through the record's own writer: same step, same chain, same projections.

Seeded: the same seed, packs and day give the same lives. Matters opened lately have not come far, so that every state
has somebody in it. Each batch is one transaction with keys of its own: a run that was killed is simply run again.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import chain
from huiyin.core.effects import Opening
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.source import read_yaml
from huiyin.core.values import ANONYMOUS
from huiyin.demo.people import home_community
from huiyin.demo.town import Town
from huiyin.demo.walk import OFFICE_CLOSES, OFFICE_OPENS, Act, Walker, Words, on_working_day
from huiyin.ids import uuid7
from huiyin.matters import codes, doors, references, write
from huiyin.matters.access import effective_tokens
from huiyin.routing.queries import decide_owner, facts_of

SEED = 20261121
DAYS = 365
BATCH = 12
# One matter in three stands in the street whose staff can sign in, so that their lists are not empty.
NEAR = 0.33
# What a story says beside the facts of the opening form.
NOT_DATA = frozenset({"topic", "points", "where", "days", "tells", "parties", "follows", "sides", "stands"})
# What the city does every day, what belongs to the procedures of one law each, and what single bodies of it do: of the last
# only the stages that a story names are shown.
DAILY, OF_LAW, OF_BODIES = "stories.yaml", "stories_of_law.yaml", "stories_of_bodies.yaml"
# What several bodies do together.
TOGETHER = "stories_of_joint_work.yaml"
PEOPLE = ("赵甲子", "钱乙丑", "孙丙寅", "李丁卯", "周戊辰", "吴己巳", "郑庚午", "王辛未", "冯壬申", "陈癸酉", "卫甲戌", "蒋乙亥")


@dataclass(frozen=True, slots=True)
class Life:
    """What ``life.yaml`` and the stories say.

    Attributes:
        daily: the procedures of every day, of which a city has more than one matter at each stage.
        hosts: procedure -> the kind of body that has its invented matters, where several kinds might.
        own_initiative: the procedures a body begins by itself here, though a party might ask for them too.
    """

    shares: Mapping[str, float]
    stories: Mapping[str, tuple[Mapping[str, Any], ...]]
    words: Words
    daily: frozenset[str]
    hosts: Mapping[str, str]
    own_initiative: frozenset[str]

    def stages(self, procedure: Procedure) -> list[str]:
        """Return the stages at which matters of a procedure are shown: those its stories name, else all."""
        named = {state for story in self.stories[procedure.name] for state in story.get("stands", ())}
        return [state for state in procedure.states if not named or state in named]

    def fitting(self, procedure: Procedure, state: str) -> tuple[Mapping[str, Any], ...]:
        """Return the stories of a procedure that may stand at that stage."""
        return tuple(story for story in self.stories[procedure.name] if state in story.get("stands", (state,)))


def read_life() -> Life:
    """Read the invented stories, texts and weights."""
    here = Path(__file__)
    data = read_yaml(here.with_name("life.yaml")).data
    files = [read_yaml(here.with_name(name)).data for name in (DAILY, OF_LAW, OF_BODIES, TOGETHER)]
    stories = {name: tuple(rows) for rows_by_name in files for name, rows in rows_by_name.items()}
    tells = {(name, row["topic"]): _lists(_told(row)) for name, rows in stories.items() for row in rows}
    weights = {**data["weights"], **{name: data["weights"][of] | data["weights"].get(name, {}) for name, of in data["alike"].items()}}
    words = Words(weights, _lists(data["texts"]), data["days"], tells, waits=_lists(data["waits"]), by=data["by"])
    return Life(data["shares"], stories, words, frozenset(files[0]), data["hosts"], frozenset(data["own_initiative"]))


def _told(story: Mapping[str, Any]) -> dict[str, Any]:
    return {**({"points": story["points"]} if "points" in story else {}), **story.get("tells", {})}


def _lists(data: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(values) for name, values in data.items()}


def batches(matters: int) -> Iterator[list[int]]:
    """Yield the numbers of ``matters`` matters as they are written together."""
    for start in range(0, matters, BATCH):
        yield list(range(start, min(start + BATCH, matters)))


def write_batch(numbers: list[int], until: datetime) -> tuple[int, int]:
    """Write the lives of those numbers; return how many matters and events."""
    writer = author()
    by_home: dict[str, list[dict[str, Any]]] = {}
    for number in numbers:
        home, payloads = writer.payloads(number, until)
        by_home.setdefault(home, []).extend(payloads)
    events = 0
    for home, payloads in by_home.items():
        answers = doors.many(home, payloads)
        events += sum(answer["status"] == "written" for answer in answers)
    return len(numbers), events


@lru_cache(maxsize=1)
def author() -> Author:
    """Return this process's author."""
    return Author(city.library(), read_life())


class Author:
    """Invents matters one by one; matter ``number`` is the same in every run."""

    def __init__(self, library: Library, life: Life) -> None:
        """Take what the city has and what the texts say."""
        self.library = library
        self.life = life
        self.today = library.calendar.local_date(clock.now())
        self.town = Town(self.today)
        self.all = sorted(self.town.parents)
        street = self.town.parents[home_community()]
        self.near = [code for code in self.all if self.town.parents[code] == street]

    def payloads(self, number: int, until: datetime) -> tuple[str, list[dict[str, Any]]]:
        """Return (home, what the database is to write) of one matter's whole life."""
        source = random.Random(f"{SEED}:{number}")  # noqa: S311 - invented lives, not secrets
        procedure = self.library.procedures[source.choices(list(self.life.shares), list(self.life.shares.values()))[0]]
        begin = self._begin(source, until)
        division = self.near[0] if source.random() < NEAR / 3 else source.choice(self.near if source.random() < NEAR else self.all)
        home, matter = self.home_of(procedure, division), uuid7()
        reference = references.take(home, self.library.calendar.local(begin))
        acts = self.live(
            procedure,
            source,
            self.life.words,
            source.choice,
            division=division,
            matter=matter,
            reference=reference,
            begin=begin,
            until=until,
        )
        return home, list(self.written(procedure, acts, matter, f"life:{SEED}:{number}"))

    def home_of(self, procedure: Procedure, division: str) -> str:
        """Return the home of a matter that begins at that place."""
        return self.town.homes[self._placed(procedure, division)[procedure.host]]

    def _placed(self, procedure: Procedure, division: str) -> dict[str, str]:
        return self.town.placed(procedure, division, self.life.hosts.get(procedure.name))

    def live(
        self,
        procedure: Procedure,
        source: random.Random,
        words: Words,
        choose: Callable[[Sequence[str]], str],
        *,
        division: str,
        matter: UUID,
        reference: str,
        begin: datetime,
        until: datetime,
        stop_in: str | None = None,
    ) -> list[Act]:
        """Return the acts of one matter that begins at that place."""
        walker = self.walker(source, words, choose)
        units = self._placed(procedure, division)
        opening, known = _plain(procedure, self.opening(procedure, source, division, units, begin))
        return walker.live(
            procedure,
            opening,
            home=self.home_of(procedure, division),
            matter=str(matter),
            reference=reference,
            begin=begin,
            until=until,
            principal=(None if self._asked(procedure) else walker.opener(procedure, units)) or ANONYMOUS,
            stop_in=stop_in,
            known=known,
        )

    def walker(self, source: random.Random, words: Words, choose: Callable[[Sequence[str]], str]) -> Walker:
        """Return what walks a matter through this city; ``choose`` says which of the holders of a post acts."""
        town = self.town
        return Walker(
            self.library,
            words,
            lambda unit, post, but: choose(people) if (people := [one for one in town.holders(unit, post) if one not in but]) else None,
            town.unit_for,
            town.mention,
            self._owner,
            town.above,
            source,
            lambda: os.urandom(write.SALT_BYTES),
        )

    def _owner(self, procedure: Procedure, snapshot: Snapshot) -> str | None:
        facts = facts_of(procedure, snapshot.topic, snapshot.facts)
        return decide_owner(topic=snapshot.topic, division=snapshot.division, on=self.today, facts=facts).unit

    def _begin(self, source: random.Random, until: datetime) -> datetime:
        # Squared, so that the last weeks are busier than the first: a city that has just begun to use its front door.
        begin = until - timedelta(days=DAYS * source.random() ** 1.6, minutes=source.randrange(5, 1440))
        local = self.library.calendar.local(begin)
        return begin if 7 <= local.hour < 22 else begin - timedelta(hours=10)

    def _agreed(self, when: datetime, begin: datetime) -> datetime:
        """Return ``when``, or if it lies ahead of ``begin`` the next office hour: nobody agrees to be visited at night."""
        calendar = self.library.calendar
        local = calendar.local(when)
        if when <= begin:
            return local
        if calendar.is_rest(local.date()) or not OFFICE_OPENS <= local.hour < OFFICE_CLOSES:
            local = (local + timedelta(days=local.hour >= OFFICE_CLOSES)).replace(hour=OFFICE_OPENS, minute=30)
        return on_working_day(calendar, local)

    def opening(self, procedure: Procedure, source: random.Random, division: str, units: Mapping[str, str], begin: datetime) -> Opening:
        """Return how an invented matter of that place begins: by a party or without a name, else by the body itself."""
        story = source.choice(self.life.stories[procedure.name])
        data = {name: value for name, value in story.items() if name not in NOT_DATA}
        if "points" in story:
            data["points"] = list(story["points"])
        placed = dict(units)
        for entry in procedure.forms[procedure.opening_form].entries:
            field = procedure.fields[entry.field]
            if field.type == "place":
                data[field.name] = {"division": division, "detail": source.choice(story.get("where") or self.life.words.texts["_place"])}
            elif field.type in ("date", "datetime") and (entry.required or field.name in story.get("days", {})):
                when = self._agreed(begin + timedelta(days=story.get("days", {}).get(field.name, -1)), begin)
                data[field.name] = str(when.date()) if field.type == "date" else when.isoformat()
            elif field.type == "units" and field.name in story.get("tells", {}):
                data[field.name] = [unit for kind in story["tells"][field.name] if (unit := self.town.unit_for(kind, division))]
            elif field.type == "unit":
                told = story.get("tells", {}).get(field.name)
                kinds = told or ([field.kind] if field.kind else list(procedure.units[field.name].kinds))
                unit = next(found for kind in source.sample(kinds, len(kinds)) if (found := self.town.unit_for(kind, division)))
                data[field.name] = placed[field.name] = unit
        asked = self._asked(procedure)
        parties = self._parties(procedure, source, story)
        return Opening(
            opened_by="party" if asked else next(way for way in ("own_initiative", *procedure.opened_by) if way in procedure.opened_by),
            topic=str(story["topic"]),
            division=division,
            data=data,
            parties=parties,
            opener=parties[0].id if asked else None,
            units=placed,
            unit_names={alias: self.town.names[unit] for alias, unit in placed.items()},
        )

    def _asked(self, procedure: Procedure) -> bool:
        """Tell whether the invented matters of a procedure are asked for by a party, where the body itself might begin too."""
        return bool(procedure.roles) and "party" in procedure.opened_by and procedure.name not in self.life.own_initiative

    def _parties(self, procedure: Procedure, source: random.Random, story: Mapping[str, Any]) -> tuple[Party, ...]:
        """Return who a story is about: those it names, those an earlier matter was between, or anybody."""
        roles = list(procedure.roles.values())
        if "parties" in story:
            # Who follows an earlier matter are those it was between.
            return tuple(Party(str(uuid7()), roles[0].name, name, facts) for name, facts in story["parties"])
        sides: Mapping[str, Sequence[str | Mapping[str, Any]]] = story.get("sides", {})
        unnamed = [max(role.least, int(place == 0 and self._asked(procedure))) for place, role in enumerate(roles)]
        strangers = source.sample(PEOPLE, sum(unnamed))
        found: list[Party] = []
        for role, many in zip(roles, unnamed, strict=True):
            told = [one if isinstance(one, Mapping) else {"name": one} for one in sides.get(role.name, strangers[:many])]
            names = [str(one["name"]) for one in told]
            strangers = strangers[many:]
            if many and not role.least and source.random() < 0.2:
                told, names = [{}], [""]  # a report without a name still has somebody who follows it
            homes = source.sample(self.life.words.texts["_home"], len(names))
            known = {name for name, field in procedure.fields.items() if field.of == role.name}
            for place, name in enumerate(names):
                facts = {"phone": f"100{source.randrange(10**8):08d}"} if "phone" in known else {}
                facts |= {word: homes[place] for word in ("address", "home") if name and word in known}
                facts |= {word: value for word, value in told[place].items() if word in known}
                found.append(Party(str(uuid7()), role.name, name, facts))
        return tuple(found)

    def written(self, procedure: Procedure, acts: Sequence[Act], matter: UUID, name: str) -> Iterator[dict[str, Any]]:
        """Yield what the database is to write of the acts of one matter; ``name`` makes their keys."""
        prev = chain.GENESIS
        for place, act in enumerate(acts):
            key = f"{name}:{place}"
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
            if not act.effects.opens:
                # What was told in the year before has been read; only a matter that is opened still goes out.
                payload.pop("outbox", None)
            after = act.effects.after
            if place == 0:
                holder = after.parties[0].id if after.parties else ""
                payload["matter"] |= {
                    "codes": codes.first(matter, after.reference, holder),
                    "holder": holder,
                    "feeder": "",
                    "feeder_number": "",
                    "parent_key": "",
                }
            else:
                payload["seen"] = after.version - 1
                payload["tokens"] = list(effective_tokens(act.principal))
            prev = bytes.fromhex(receipt.head)
            yield payload


def _plain(procedure: Procedure, opening: Opening) -> tuple[Opening, dict[str, dict[str, Any]]]:
    """Return an opening with plain words about its parties, and by party what else the story knows: that is recorded afterwards."""
    words = {name for name, field in procedure.fields.items() if field.type == "text"}
    known = {party.id: {name: told for name, told in party.facts.items() if name not in words} for party in opening.parties}
    plain = (replace(party, facts={name: told for name, told in party.facts.items() if name in words}) for party in opening.parties)
    return replace(opening, parties=tuple(plain)), {party: facts for party, facts in known.items() if facts}
