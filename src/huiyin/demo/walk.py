"""The plausible life of one invented matter: acts chosen by weight from those offered, with invented facts.

Pure but for the random source given in: the same seed gives the same lives. Every act goes through the same
``open_matter`` and ``step`` as a real one, so a life that the procedure forbids cannot come out.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from huiyin.core import own_code, service, turns
from huiyin.core.calendar import Calendar
from huiyin.core.effects import Effects, Opening
from huiyin.core.packs import Library
from huiyin.core.procedure import LIST_ACTOR, MENDING, SYSTEM_ACTOR, Action, Field, Procedure
from huiyin.core.snapshot import Snapshot
from huiyin.core.step import may_mark, open_matter, step
from huiyin.core.values import SYSTEM, Principal, Refusal

MAX_ACTS = 40
# Acts whose time lies ahead, and between how many days; every other one records what has been, a little while ago.
ARRANGING = {"arrange_session": (1, 5), "put_off": (1, 5), "send_again": (1, 5), "fix_hearing": (14, 24), "fix_again": (14, 24)}
ARRANGING |= {"postpone": ARRANGING["fix_hearing"], "book": ARRANGING["arrange_session"]}
SINCE = timedelta(minutes=30)
# Acts that are always open and belong to no story.
NEVER = MENDING | {own_code.NAME}
# Units that the city's list of responsibilities names, and units that stand above others of the matter.
ANSWERING = frozenset({"lead", "supervised", "competent", "respondent"})
OVER = {"higher": ("competent",), "highest": ("higher", "host"), "next_host": ("host",), "upper": ("host",)}
# Said only of a unit that has declined.
IF_DECLINED = "again_reason"
# Said only where the record has somebody of the same name.
IF_NAMED_ALIKE = frozenset({"tie_is", "tie_note"})
# Lists that are answered point by point.
ASKED = ("points", "requirements", "findings")
TRIES = 6
OFFICE_OPENS, OFFICE_CLOSES = 9, 17
PEOPLE_FROM, PEOPLE_UNTIL = 7, 21

HolderOf = Callable[[str, str, Collection[str]], str | None]
UnitOf = Callable[[str, str], str | None]
OwnerOf = Callable[[Procedure, Snapshot], str | None]
Mention = Callable[[Procedure, Snapshot, Mapping[str, Any]], Snapshot]


@dataclass(frozen=True, slots=True)
class Words:
    """What the invented people say: from the stories what belongs to one of them, else from ``life.yaml`` texts by field.

    Attributes:
        tells: (procedure, topic) -> field -> what is said of it in that story.
        weights: procedure -> action -> how likely beside the others; ``always`` actions default to ``rare``.
        texts: field -> sentences to choose from.
        rare: weight of an always action that has none of its own.
        route: state -> steps from a state that is wanted; None when a life may go where it will.
        waits: action -> the clocks that run out before anybody takes it: a hearing is not held before its day.
        by: procedure -> action -> who takes it, where several may and the story fits one of them.
    """

    weights: Mapping[str, Mapping[str, float]]
    texts: Mapping[str, tuple[Any, ...]]
    days: Mapping[str, float]
    tells: Mapping[tuple[str, str], Mapping[str, tuple[Any, ...]]] = field(default_factory=dict)
    rare: float = 0.01
    route: Mapping[str, int] | None = None
    waits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a life, ready to be written."""

    effects: Effects
    principal: Principal
    at: datetime
    now: datetime
    clock: str | None = None


def route_to(procedure: Procedure, *states: str) -> Mapping[str, int]:
    """Return state -> steps to the nearest of those wanted, of those that lead there."""
    steps = dict.fromkeys(states, 0)
    waiting = deque(states)
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
            # What is dealt with together needs another matter to follow; `demo.joint_work` plays that.
            if action.to == target and procedure.state_action(state.name, action.name) is action and not procedure.joins(action):
                yield state.name


def on_working_day(calendar: Calendar, local: datetime) -> datetime:
    """Return the same hour of the first working day from then on."""
    if not calendar.is_rest(local.date()):
        return local
    day = calendar.next_working(local.date())
    return local.replace(year=day.year, month=day.month, day=day.day)


@dataclass(slots=True)
class Walker:
    """Walks matters of one city.

    Attributes:
        holder: (unit id, post, who not) -> account id of somebody who holds it.
        unit_of: (unit kind, division) -> unit id.
        mention: makes the names of units and persons that an act brings in known to the matter.
        owner: a matter -> unit id of who must answer by what is known of it, as the city's list of responsibilities has it.
        above: unit id -> unit id of the same kind at the next higher level.
    """

    library: Library
    words: Words
    holder: HolderOf
    unit_of: UnitOf
    mention: Mention
    owner: OwnerOf
    above: Callable[[str], str | None]
    source: random.Random
    salts: Callable[[], bytes]

    def live(
        self,
        procedure: Procedure,
        opening: Opening,
        *,
        home: str,
        matter: str,
        reference: str,
        begin: datetime,
        until: datetime,
        principal: Principal,
        stop_in: str | None = None,
        known: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> list[Act]:
        """Return the acts of one matter from ``begin``, stopping at its end, at ``until``, or in the state ``stop_in``.

        Args:
            known: party -> what is recorded of it before anything else, where the opening does not ask it.
        """
        opened = open_matter(
            procedure,
            self.library,
            home=home,
            matter=matter,
            reference=reference,
            opening=opening,
            at=begin,
            now=begin,
            salts=self.salts,
        )
        if isinstance(opened, Refusal):
            raise ValueError(f"the invented matter is refused: {opened.code}: {opened.text.en} {[d.text.en for d in opened.details]}")
        acts = [Act(opened, principal, begin, begin)]
        for party, facts in (known or {}).items():
            acts += self._recorded(procedure, acts[-1].effects.after, party, facts, acts[-1].at, until)
        at = acts[-1].at
        while len(acts) < MAX_ACTS:
            snapshot = acts[-1].effects.after
            if procedure.states[snapshot.state].end is not None or snapshot.state == stop_in:
                break
            chosen = self._next(procedure, snapshot, at)
            if chosen is None:
                break
            act = self._act(procedure, snapshot, *chosen, until)
            if act is None:
                break
            at = act.at
            acts.append(act)
        return acts

    def _recorded(
        self, procedure: Procedure, snapshot: Snapshot, party: str, facts: Mapping[str, Any], at: datetime, until: datetime
    ) -> list[Act]:
        """Return the acts by which a party says of itself what the story knows, or the staff for it."""
        acts: list[Act] = []
        for action in (*procedure.states[snapshot.state].actions, *procedure.always):
            asked = (
                {entry.field for entry in procedure.forms[action.form].entries} if action.form is not None and action.to is None else set()
            )
            data: dict[str, Any] = {name: value for name, value in facts.items() if name in asked}
            principal = self._principal(procedure, snapshot, action, party) if data else None
            when = max(self._at_work(procedure, snapshot, action, at + timedelta(minutes=10)), at + timedelta(minutes=1))
            if principal is None or when > until:
                continue
            data |= {} if principal.kind == "party" else {"party": party}
            result = step(procedure, self.library, snapshot, action.name, data, principal=principal, at=when, now=when, salts=self.salts)
            if not isinstance(result, Refusal):
                acts.append(Act(result, principal, when, when))
                snapshot, at = result.after, when
                facts = {name: value for name, value in facts.items() if name not in data}
        return acts

    def opener(self, procedure: Procedure, units: Mapping[str, str]) -> Principal | None:
        """Return who of the staff opens a matter that no resident asks for, or None."""
        post = procedure.posts[procedure.opening_by[0] if procedure.opening_by else next(iter(procedure.posts))]
        unit = units.get(post.of)
        person = None if unit is None else self.holder(unit, post.post, ())
        return None if person is None or unit is None else Principal(kind="staff", id=person, unit=unit, post=post.post)

    def _act(
        self, procedure: Procedure, snapshot: Snapshot, action: Action | None, at: datetime, clock: str | None, until: datetime
    ) -> Act | None:
        if at > until:
            return None
        if clock is not None:
            result = step(
                procedure, self.library, snapshot, "clock_due", {"clock": clock}, principal=SYSTEM, at=at, now=at, salts=self.salts
            )
            return None if isinstance(result, Refusal) else Act(result, SYSTEM, at, at, clock)
        excluded: set[str] = set()
        while action is not None and len(excluded) < TRIES:
            principal = self._principal(procedure, snapshot, action)
            if principal is not None:
                data = self._data(procedure, snapshot, action, principal, at)
                known = self.mention(procedure, snapshot, data)
                result = step(procedure, self.library, known, action.name, data, principal=principal, at=at, now=at, salts=self.salts)
                if not isinstance(result, Refusal):
                    return Act(result, principal, at, at)
            excluded.add(action.name)
            action = self._choose(procedure, snapshot, excluded)
        return None

    def _next(self, procedure: Procedure, snapshot: Snapshot, at: datetime) -> tuple[Action | None, datetime, str | None] | None:
        """Return what comes next: a clock that runs out before anybody acts, or an act."""
        dues = {
            name: life.due.strict + timedelta(seconds=30)
            for name, life in snapshot.clocks.items()
            if life.status == "running" and life.due is not None and not life.expired
        }
        first = min(((due, name) for name, due in dues.items()), default=None)
        if first is not None and self._left_to_time(procedure, snapshot):
            return None, max(first[0], at), first[1]
        action = self._choose(procedure, snapshot, set())
        if action is None:
            return None
        when = self._later(procedure, snapshot, action, at)
        ran_out = [dues[name] for name in self.words.waits.get(action.name, ()) if name in dues]
        if ran_out and max(ran_out) > when:
            when = self._at_work(procedure, snapshot, action, max(ran_out))
        if first is not None and first[0] <= when:
            return None, max(first[0], at), first[1]
        return action, when, None

    def _left_to_time(self, procedure: Procedure, snapshot: Snapshot) -> bool:
        """Tell whether, on the way to a state, only a date that passes leads on from here."""
        if self.words.route is None:
            return False
        state, route = procedure.states[snapshot.state], self.words.route
        far = len(route)
        nearer = [one for one in (*state.actions, *procedure.always) if route.get(one.to or state.name, far) < route.get(state.name, far)]
        passing = {due.does for due in state.when_due if due.does}
        return bool(nearer) and all(one.by == (SYSTEM_ACTOR,) and one.name in passing for one in nearer)

    def _choose(self, procedure: Procedure, snapshot: Snapshot, excluded: set[str]) -> Action | None:
        weights = self.words.weights.get(procedure.name, {})
        state = procedure.states[snapshot.state]
        pool: list[tuple[Action, float]] = []
        for action in (*state.actions, *procedure.always):
            if action.name in excluded or action.by == (SYSTEM_ACTOR,):
                continue
            if action.opens is not None and self.words.route is None:
                continue
            if procedure.state_action(state.name, action.name) is not action or action.name in NEVER or action.agrees is not None:
                continue
            usual = 1.0 if action in state.actions else self.words.rare
            weight = weights.get(action.name, usual) / (1 + snapshot.done.get(action.name, 0)) ** 2
            if self.words.route is not None:
                weight = self._toward(self.words.route, state.name, action, weight)
            if weight > 0:
                pool.append((action, weight))
        if not pool:
            return None
        return self.source.choices([action for action, _ in pool], [weight for _, weight in pool])[0]

    def _toward(self, route: Mapping[str, int], state: str, action: Action, weight: float) -> float:
        """Return the weight of an action for somebody on the way to one state: what leads there counts, what leads away hardly.

        Whoever has arrived lives on as everybody does.
        """
        here, there = (route.get(name, len(route)) for name in (state, action.to or state))
        if here == 0:
            return weight
        if there < here:
            return max(weight, 0.2) * 30
        return weight * (1 if there == here and action.opens is None and not action.leaves else 0.02)

    def _later(self, procedure: Procedure, snapshot: Snapshot, action: Action, at: datetime) -> datetime:
        """Return a time some while after ``at`` when people act: offices in office hours, others by day."""
        days = self.words.days.get(action.name, self.words.days.get(procedure.name, 1.0))
        when = at + timedelta(minutes=10) + timedelta(days=days) * self.source.lognormvariate(0, 0.7)
        return max(self._at_work(procedure, snapshot, action, when), at + timedelta(minutes=1))

    def _at_work(self, procedure: Procedure, snapshot: Snapshot, action: Action, when: datetime) -> datetime:
        """Return that time, or the next at which whoever acts is at work or awake."""
        calendar = self.library.calendar
        local = calendar.local(when)
        staff = any(name in procedure.posts for name in procedure.actors(procedure.states[snapshot.state], action))
        opens, closes = (OFFICE_OPENS, OFFICE_CLOSES) if staff else (PEOPLE_FROM, PEOPLE_UNTIL)
        if not opens <= local.hour < closes:
            local = (local + timedelta(days=local.hour >= closes)).replace(hour=opens, minute=self.source.randrange(60))
        return on_working_day(calendar, local) if staff else local

    def _principal(self, procedure: Procedure, snapshot: Snapshot, action: Action, about: str | None = None) -> Principal | None:
        """Return somebody who may take an act; of the parties only the one it is ``about``, if that is said."""
        if action.by == (LIST_ACTOR,):
            return SYSTEM
        told = self.words.by.get(procedure.name, {}).get(action.name)
        for name in self._shuffled(procedure.actors(procedure.states[snapshot.state], action)) if told is None else (told,):
            if action.signs and turns.waits_for(self.library.papers[action.signs], procedure, snapshot, self.library, name):
                continue
            post = procedure.posts.get(name)
            if post is not None:
                unit = snapshot.units.get(post.of)
                named = [one for one in snapshot.named.get(name, ()) if not (action.signs and self._signed(snapshot, action.signs, one))]
                person = named[0] if named else (None if post.named or unit is None else self.holder(unit, post.post, ()))
                if person is not None and unit is not None:
                    return Principal(kind="staff", id=person, unit=unit, post=post.post)
            for party in self._shuffled(snapshot.of_role(name)):
                if about in (None, party.id) and not (action.signs and self._signed(snapshot, action.signs, party.id)):
                    return Principal(kind="party", id=party.id, purpose="own", matter=snapshot.matter)
        return None

    def _signed(self, snapshot: Snapshot, paper: str, by: str) -> bool:
        issue = snapshot.paper(paper)
        return issue is not None and any(signature.by == by for signature in issue.signatures)

    def _shuffled(self, things: Any) -> list[Any]:
        return self.source.sample(list(things), len(things))

    def _data(self, procedure: Procedure, snapshot: Snapshot, action: Action, principal: Principal, at: datetime) -> dict[str, Any]:
        data: dict[str, Any] = {}
        paper = action.signs or action.seals
        issue = None if paper is None else snapshot.paper(paper)
        if issue is not None:
            data = {"hash": issue.hash, "method": "wet" if action.on_screen else self.source.choice(("screen", "wet"))}
        if action.serves is not None:
            return self._served(procedure, snapshot, action.serves, at)
        form = None if action.form is None else procedure.forms[action.form]
        for entry in form.entries if form is not None else ():
            asked = procedure.fields[entry.field]
            if asked.name == IF_DECLINED:
                if data.get("lead") not in (snapshot.facts.get("declined") or ()):
                    continue
            elif not entry.required and (self._unsaid(procedure, snapshot, asked.name) or self.source.random() < 0.4):
                continue
            if entry.field in IF_NAMED_ALIKE:
                continue
            # Nobody names a sum the story says nothing of.
            if asked.type == "money" and not entry.required and not self._said(procedure, snapshot, asked.name):
                continue
            # Where a form names two people, they are two.
            value = (
                self._member(procedure, snapshot, asked, data)
                if asked.type == "member"
                else self._item(snapshot, asked, action, principal)
                if asked.type == "item"
                else self.value(procedure, snapshot, asked, at, action.name)
            )
            if entry.add and isinstance(value, list) and value:
                value = value[0]
            if value is not None:
                data[entry.field] = value
        return data

    def _served(self, procedure: Procedure, snapshot: Snapshot, name: str, at: datetime) -> dict[str, Any]:
        """Return that a paper was handed over to whoever comes next of those it is served on."""
        waiting = service.unserved(self.library.papers[name], procedure, snapshot, self.library, at)
        if not waiting:
            return {}
        taken = {"method": "direct", "on": str(self.library.calendar.local(at).date())}
        if waiting[0].party is None:
            return {**taken, "to": waiting[0].id, "signer": "收发室", "relation": "office"}
        return {**taken, "to": waiting[0].id, "signer": waiting[0].party.name or "本人"}

    def value(self, procedure: Procedure, snapshot: Snapshot, asked: Field, at: datetime, action: str = "") -> Any:
        """Return an invented value for one field, as the story has it if it says something of it."""
        source, today = self.source, self.library.calendar.local(at).date()
        texts = self.words.texts
        make: Mapping[str, Callable[[], Any]] = {
            "text": lambda: source.choice(self._said(procedure, snapshot, asked.name, action) or texts["_"]),
            "choice": lambda: source.choice(self._said(procedure, snapshot, asked.name) or tuple(choice.value for choice in asked.values)),
            "flag": lambda: source.choice(self._said(procedure, snapshot, asked.name) or (True,)),
            "number": lambda: source.randrange(1, 20),
            "money": lambda: source.choice(self._said(procedure, snapshot, asked.name) or (source.randrange(2, 300) * 10_000,)),
            "date": lambda: str(self._day(procedure, snapshot, asked, today)),
            "datetime": lambda: datetime.isoformat(self._arranged(at, *ARRANGING[action]) if action in ARRANGING else at - SINCE),
            "place": lambda: {"division": snapshot.division, "detail": source.choice(texts["_place"])},
            "topic": lambda: snapshot.topic,
            "party": lambda: self._party(procedure, snapshot),
            "list": lambda: self._list(procedure, snapshot, asked, at, action),
            "member": lambda: self._member(procedure, snapshot, asked, {}),
            "members": lambda: None,  # one mediates unless a story says otherwise
            "unit": lambda: self._unit(procedure, snapshot, asked),
            "units": lambda: self._units(procedure, snapshot, asked),
            "file": lambda: None,
        }
        return make[asked.type]()

    def _units(self, procedure: Procedure, snapshot: Snapshot, asked: Field) -> list[str]:
        """Return the units of the kinds the story names, else one or two of those that may be named."""
        kinds = self._said(procedure, snapshot, asked.name) or self._shuffled(procedure.kinds_of(asked))[:2]
        return [unit for kind in kinds if (unit := self.unit_of(str(kind), snapshot.division)) is not None]

    def _day(self, procedure: Procedure, snapshot: Snapshot, asked: Field, today: date) -> date:
        """Return a day some way ahead, or as many days from now as the story says: what lies behind may be any day."""
        said = self._said(procedure, snapshot, asked.name)
        away = self.source.choice(said) if said else self.source.randrange(5, 25)
        day = today + timedelta(days=away)
        return self._working(day) if away > 0 else day

    def _unsaid(self, procedure: Procedure, snapshot: Snapshot, name: str) -> bool:
        """Tell whether the story says that nothing is said of this."""
        return self.words.tells.get((procedure.name, snapshot.topic), {}).get(name) == ()

    def _working(self, day: date) -> date:
        """Return that day, or the next on which people work: nobody agrees to pay on a day of rest."""
        calendar = self.library.calendar
        return calendar.next_working(day) if calendar.is_rest(day) else day

    def _arranged(self, at: datetime, least: int, most: int) -> datetime:
        """Return a time of some days ahead, at an hour people come."""
        calendar = self.library.calendar
        return on_working_day(calendar, calendar.local(at + timedelta(days=self.source.randrange(least, most))))

    def _said(self, procedure: Procedure, snapshot: Snapshot, name: str, action: str = "") -> tuple[Any, ...]:
        """Return what may be said of a field: in this story, at this act, else anywhere."""
        story = self.words.tells.get((procedure.name, snapshot.topic), {})
        return story.get(name) or self.words.texts.get(f"{name}@{action}") or self.words.texts.get(name, ())

    def _party(self, procedure: Procedure, snapshot: Snapshot) -> str | None:
        bound = [party for party in snapshot.present if procedure.roles[party.role].bound] or list(snapshot.present)
        return self.source.choice(bound).id if bound else None

    def _list(self, procedure: Procedure, snapshot: Snapshot, asked: Field, at: datetime, action: str) -> list[Any]:
        said = self._said(procedure, snapshot, asked.name, action)
        if asked.name == "answers" and set(ASKED) & set(procedure.fields):
            return self._answers(snapshot, said)
        if not asked.record:
            return [self.source.choice(said or self.words.texts["_"])]
        # What is added one by one goes on in the story's order.
        known = len(snapshot.facts.get(asked.name) or ()) % max(len(said), 1)
        rows: tuple[Mapping[str, Any], ...] = (*said[known:], *said[:known]) or ({},)
        made = [self._row(procedure, snapshot, asked, row, at) for row in rows]
        # What is to be done first stands first.
        for part in asked.record:
            if part.type == "date":
                for row, day in zip(made, sorted(row[part.name] for row in made if part.name in row), strict=False):
                    row[part.name] = day
        return made

    def _row(self, procedure: Procedure, snapshot: Snapshot, asked: Field, row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        made = dict(row)
        if isinstance(row.get("who"), int):
            made["who"] = snapshot.parties[row["who"]].id
        owed = isinstance(row.get("who"), int)
        for part in asked.record:
            # What somebody is to do or pay, it does by a day.
            if (part.required or (owed and part.type == "date")) and part.name not in made:
                made[part.name] = self.value(procedure, snapshot, part, at)
        return made

    def _item(self, snapshot: Snapshot, field: Field, action: Action, principal: Principal) -> int | None:
        """Return which entry is meant: of those its actor may say something of."""
        entries = snapshot.facts.get(field.items_of or "") or []
        party = principal.id if principal.kind == "party" else None
        open_ = [number for number, entry in enumerate(entries) if may_mark(action, entry, party)]
        return self.source.choice(open_) if open_ else None

    def _member(self, procedure: Procedure, snapshot: Snapshot, field: Field, given: Mapping[str, Any]) -> str | None:
        post = procedure.posts[field.post or ""]
        unit = snapshot.units.get(post.of)
        taken = [value for name, value in given.items() if procedure.fields[name].type == "member"]
        return None if unit is None else self.holder(unit, post.post, taken)

    def _unit(self, procedure: Procedure, snapshot: Snapshot, field: Field) -> str | None:
        """Return a unit of a fitting kind that serves the place and has no other part in the matter yet."""
        told = self._said(procedure, snapshot, field.name)
        if told:  # asked again, it is still the one it was
            return snapshot.units.get(field.name) or self.unit_of(self.source.choice(told), snapshot.division)
        kinds = list(procedure.kinds_of(field))
        taken = set(snapshot.units.values())
        if field.name in OVER:
            over = (self.above(snapshot.units[alias]) for alias in OVER[field.name] if alias in snapshot.units)
            return next((unit for unit in over if unit is not None and unit not in taken), None)
        answers = self.owner(procedure, snapshot) if field.name in ANSWERING else None
        if answers is not None and answers not in taken and answers.partition(".")[0] in kinds:
            return answers
        usual = [kind for kind in self.words.texts["_checkers"] if kind in kinds] if field.name == "checker" else []
        for kind in (*self._shuffled(usual), *self._shuffled(kinds)):
            unit = self.unit_of(kind, snapshot.division)
            if unit is not None and unit not in taken:
                return unit
        return None

    def _answers(self, snapshot: Snapshot, said: tuple[Any, ...]) -> list[dict[str, Any]]:
        """Return one answer to each point asked or required, in the story's order."""
        points: Sequence[Any] = next((found for name in ASKED if (found := snapshot.facts.get(name))), [])
        texts = said or self.words.texts["_"]
        rows = [texts[place % len(texts)] for place in range(len(points))]
        told = [row if isinstance(row, Mapping) else {"text": row} for row in rows]
        return [{"about": number, "result": "done", **row} for number, row in enumerate(told, 1)]
