"""A matter made ready for its page: facts, people, history, dates and acts in words. It decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.city import queries as city
from huiyin.core import nameless
from huiyin.core.clock_words import KIND_WORDS
from huiyin.core.diagram_common import state_label
from huiyin.core.effects import NOTE_REPORTED, Offer
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Field, Procedure
from huiyin.core.rights import PURPOSES
from huiyin.core.service_parts import proof_fields
from huiyin.core.signing import SERVICE_PROOF
from huiyin.core.values import Text
from huiyin.matters import queries, related
from huiyin.matters.views import ClockView, Entry, Look, MatterView, PaperLine, Row, Said
from huiyin.ui.facts import Fact, fact_of
from huiyin.web.pages import elsewhere, guide, places
from huiyin.web.pages.seats import Standpoint

# An act entered this much later than it happened says so.
LATE_ENTRY_SECONDS = 15 * 60
# What procedures call a question put to whoever has the next step.
QUESTION = "question"
ERASED = Text("（内容已依法删除）", "(erased)")
STATUS: dict[str, tuple[Text, str]] = {
    "running": (Text("计时中", "running"), "wait"),
    "paused": (Text("暂停", "paused"), "warn"),
    "met": (Text("已按时办", "met"), "good"),
    "stopped": (Text("已停止", "stopped"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A party as shown: role, name, what is known of it, and since when it is no longer in."""

    id: str
    role: Text
    name: str
    facts: tuple[Fact, ...]
    left: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """One event of the history in words.

    Attributes:
        papers: what it printed, signed or sealed.
        printed: of these what it printed.
    """

    seq: int
    action: str
    label: Text
    by: Text
    at: datetime
    recorded: datetime | None
    moved_to: Text | None
    said: tuple[Fact, ...]
    papers: tuple[tuple[Text, str], ...]
    printed: tuple[tuple[Text, str], ...]
    sealed: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """An act that is open now: its page, or why not yet."""

    name: str
    label: Text
    address: str
    why_not: Text | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A clock in words; ``address`` tells why it ends when it does."""

    clock: ClockView
    kind: Text
    status: Text
    tone: str
    address: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper in the list: where it is, and how far it is."""

    line: PaperLine
    address: str
    status: Text
    tone: str


@dataclass(frozen=True, slots=True)
class Kin:
    """A matter this one opened or came from.

    Attributes:
        address: None while it is being opened, and for staff who may not see it.
        hidden: it is there and this reader may not see it.
        reference, state, who: as a list shows it to staff; residents read them on its own page.
        told: what it reported.
        asked: a unit was asked something by it, and answers here.
    """

    title: Text
    address: str | None
    outcome: Text | None
    hidden: bool = False
    reference: str = ""
    state: Text | None = None
    who: Text | None = None
    told: tuple[Fact, ...] = ()
    asked: bool = False


class Wording:
    """Words one matter for one reader."""

    def __init__(self, view: MatterView, standpoint: Standpoint) -> None:
        self.view = view
        self.standpoint = standpoint
        self.library: Library = city.library()
        self.procedure: Procedure = view.procedure
        # Proofs of service stand in the list of services.
        self._proofs = proof_fields(view.procedure)
        self._people = {party.id: party.name for party in view.parties}

    def name(self, key: str) -> Text | None:
        """Return the words behind an id: party, unit, topic, place or person."""
        if key in self._people:
            return Text(self._people[key] or "（未留姓名）", self._people[key] or "(no name given)")
        if key in self.library.topics:
            return self.library.topics[key].label
        if key.isdigit():
            return places.name_of(key)
        unit = city.unit(key)
        if unit is not None:
            return unit.title
        from huiyin.matters import directory

        person = directory.person_name(key)
        return Text(person, person) if person else None

    def topic(self) -> Text:
        """What the matter is about."""
        return self.library.about(self.view.topic, self.procedure.title)

    def place(self) -> Text | None:
        """Where the matter stands."""
        return places.name_of(self.view.division)

    def fact(self, definition: Field, value: Any) -> Fact:
        """One value in words."""
        return fact_of(definition, value, zone=self.library.zone, names=self.name)

    def facts(self) -> tuple[Fact, ...]:
        """The facts of the matter in the order of its procedure; those that point at an entry, and files, are left out."""
        return tuple(
            self.fact(definition, self.view.facts[name])
            for name, definition in self.procedure.fields.items()
            if self.view.facts.get(name) is not None and definition.type not in ("item", "file") and name not in self._proofs
        )

    def asked(self) -> str | None:
        """The question this step waits to have answered, when its sentence says one."""
        asked = self.view.facts.get(QUESTION)
        return asked if isinstance(asked, str) and f"{{{QUESTION}}}" in self.procedure.states[self.view.state].says.zh else None

    def hidden(self) -> tuple[Text, ...]:
        """Labels of fields that hold something this reader may not see."""
        return tuple(self.procedure.fields[name].label for name in self.view.hidden if name in self.procedure.fields)

    def people(self) -> tuple[Person, ...]:
        """The parties."""
        return tuple(
            Person(
                party.id,
                self.procedure.roles[party.role].label,
                party.name,
                tuple(
                    self.fact(self.procedure.fields[name], value)
                    for name, value in party.facts.items()
                    if value is not None and name not in self._proofs
                ),
                party.left,
            )
            for party in self.view.parties
        )

    def deeds(self) -> tuple[tuple[Deed, ...], tuple[Deed, ...]]:
        """The acts open now: those of this step, and those that are open at any step."""
        always = {action.name for action in self.procedure.always}
        deeds = [(offer.action, self._deed(offer)) for offer in self.view.offers]
        return (
            tuple(deed for action, deed in deeds if not self._always(action, always)),
            tuple(deed for action, deed in deeds if self._always(action, always)),
        )

    def _always(self, action: Action, always: set[str]) -> bool:
        here = {one.name for one in self.procedure.states[self.view.state].actions}
        return action.name in always and action.name not in here

    def _deed(self, offer: Offer) -> Deed:
        why_not = None if offer.blocked is None else offer.blocked.text
        apart = None
        if self.standpoint.shell == "staff":
            apart = elsewhere.act_address(self.procedure.name, offer.action.name, self.view.home, self.view.matter)
        return Deed(offer.action.name, offer.action.label, apart or self.standpoint.act(offer.action.name), why_not)

    def history(self, *, newest_first: bool) -> tuple[Told, ...]:
        """The events in words."""
        entries = queries.timeline(self.standpoint.principal, self.view.home, self.view.matter)
        told = tuple(self._told(entry) for entry in entries)
        return tuple(reversed(told)) if newest_first else told

    def _told(self, entry: Entry) -> Told:
        late = (entry.now - entry.at).total_seconds() > LATE_ENTRY_SECONDS
        moved = entry.state != entry.source_state and entry.state in self.procedure.states
        said = tuple(fact for one in entry.said if (fact := self._said(one)) is not None)
        target = self.procedure.states.get(entry.state)
        return Told(
            seq=entry.seq,
            action=entry.action,
            label=self._label(entry),
            by=entry.by,
            at=entry.at,
            recorded=entry.now if late else None,
            moved_to=state_label(target) if moved and target is not None else None,
            said=said,
            papers=self._links(_papers(entry)),
            printed=self._links([paper[:2] for paper in entry.effects.get("papers", [])]),
            sealed=entry.sealed,
        )

    def _links(self, papers: Sequence[list[Any]]) -> tuple[tuple[Text, str], ...]:
        """Return (title, address) of the papers of these names and numbers."""
        found = [line for line in self.view.papers if [line.name, line.number] in papers]
        return tuple((line.title, self.standpoint.paper(line.name, line.number)) for line in found)

    def _label(self, entry: Entry) -> Text:
        """Return what was done; recorded for a party, or done in part by one of several, it says so."""
        party = self.name(entry.effects["acting_for"]) if "acting_for" in entry.effects else None
        label = entry.label
        if party is not None:
            label = Text(f"{label.zh}（代{party.zh}登记）", f"{label.en} (recorded for {party.en})")
        if entry.effects.get("assented"):
            label = Text(f"{label.zh}（还要等其他各方）", f"{label.en} (the other sides are awaited)")
        return label

    def _said(self, said: Said) -> Fact | None:
        if said.erased:
            return Fact(said.field, said.label, "text", ERASED)
        if said.value is None:
            return None
        definition = self.procedure.fields.get(said.field)
        if definition is None:
            reported = said.field == NOTE_REPORTED and isinstance(said.value, dict)
            return Fact(said.field, said.label, "text", self._reported(said.value) if reported else _note(said.value, self.name))
        value = said.value
        if definition.type == "list" and isinstance(value, str):
            return Fact(said.field, said.label, "text", value)  # entries this reader may know of and not read
        if definition.type == "list" and not isinstance(value, list):
            value = [value] if definition.record == () or "index" not in value else None
        return None if value is None or (definition.type == "item" and not isinstance(value, int)) else self.fact(definition, value)

    def _reported(self, told: Mapping[str, Any]) -> Text:
        """Return what a matter that was opened from this one reported, in its own words."""
        child = next((one for one in self.view.children if one.key == told.get("key")), None)
        procedure = None if child is None else self.library.procedures.get(child.procedure)
        given = told.get("facts") or {}
        names = () if procedure is None else (name for name in procedure.reports if given.get(name) is not None)
        facts = [] if procedure is None else [self.fact(procedure.fields[name], given[name]) for name in names]
        words = [(one.label, one.text if isinstance(one.text, Text) else Text(one.text, one.text)) for one in facts]
        return Text("；".join(f"{a.zh}：{b.zh}" for a, b in words), "; ".join(f"{a.en}: {b.en}" for a, b in words))

    def dates(self) -> tuple[Dated, ...]:
        """The clocks: running ones first, the earliest first."""
        order = {"running": 0, "paused": 1}
        clocks = sorted(self.view.clocks, key=lambda clock: (order.get(clock.status, 2), clock.due is None, clock.due))
        return tuple(self._dated(clock) for clock in clocks)

    def _dated(self, clock: ClockView) -> Dated:
        status, tone = STATUS.get(clock.status, (Text(clock.status, clock.status), "plain"))
        if clock.overdue:
            status, tone = Text("已超期", "overdue"), "late"
        elif clock.met_late:
            status, tone = Text("过期后办了", "met late"), "warn"
        return Dated(clock, KIND_WORDS[clock.kind], status, tone, self.standpoint.dates(clock.name))

    def sheets(self) -> tuple[Sheet, ...]:
        """The papers, the latest first."""
        return tuple(self._sheet(line) for line in reversed(self.view.papers))

    def _sheet(self, line: PaperLine) -> Sheet:
        needs = self.library.papers.get(line.name)
        if line.voided:
            status, tone = Text("已作废", "void"), "plain"
        elif line.effective_at is not None:
            status, tone = Text("已生效", "in force"), "good"
        elif needs is not None and (needs.signed_by or needs.sealed_by):
            marks = len(line.signatures) + (line.sealed is not None)
            status, tone = (Text(f"已有{marks}个签章", f"{marks} signed"), "wait") if marks else (Text("待签", "to be signed"), "warn")
        else:
            status, tone = Text("已出具", "issued"), "plain"
        return Sheet(line, self.standpoint.paper(line.name, line.number), status, tone)

    def kin(self) -> tuple[tuple[Kin, ...], Kin | None]:
        """The matters this one opened, and the one it came from."""
        places = [child.matter for child in self.view.children] + [self.view.parent]
        ids = [UUID(place.partition("/")[2]) for place in places if place]
        lines = related.lines(self.standpoint.principal, ids) if self.standpoint.shell == "staff" else {}
        children = []
        for child in self.view.children:
            procedure = self.library.procedures.get(child.procedure)
            if procedure is not None and (procedure.part or nameless.spares(procedure)) and self.standpoint.shell != "staff":
                continue  # what units do between themselves has no page for the person who asked
            title = Text(child.procedure, child.procedure) if procedure is None else procedure.title
            outcome = None if child.outcome is None else guide.OUTCOMES[child.outcome][0]
            unit = self.name(child.unit) if child.unit and procedure is not None and procedure.reports else None
            called = title if unit is None else Text(f"{title.zh}：{unit.zh}", f"{title.en}: {unit.en}")
            fields = {} if procedure is None else procedure.fields
            reports = () if procedure is None else procedure.reports
            told = tuple(self.fact(fields[name], child.facts[name]) for name in reports if child.facts.get(name) is not None)
            asked = unit is not None or (procedure is not None and procedure.part)
            children.append(replace(self._kin(called, child.matter, outcome, lines), told=told, asked=asked))
        parent = None
        # A household of a project has no part in the project, and no way to it.
        if self.view.parent and (self.standpoint.shell == "staff" or related.reads(self.standpoint.principal, self.view.parent)):
            parent = self._kin(Text("由这件事引出", "Came from this matter"), self.view.parent, None, lines)
        return tuple(children), parent

    def _kin(self, title: Text, place: str | None, outcome: Text | None, lines: Mapping[UUID, Row]) -> Kin:
        address = self._elsewhere(place)
        if place is None or self.standpoint.shell != "staff":
            return Kin(title, address, outcome)
        row = lines.get(UUID(place.partition("/")[2]))
        if row is None:
            return Kin(title, None, outcome, hidden=True)
        procedure = self.library.procedures.get(row.procedure)
        state = None if procedure is None or row.outcome else procedure.states.get(row.state)
        ended = guide.OUTCOMES[row.outcome][0] if row.outcome in guide.OUTCOMES else None
        word = None if state is None else state_label(state)
        return Kin(title, address, outcome or ended, False, row.reference, word, None if row.outcome else row.who)

    def _elsewhere(self, matter: str | None) -> str | None:
        home, _, id_ = (matter or "").partition("/")
        return self.standpoint.other(home, UUID(id_)) if id_ else None

    def looks(self) -> Sequence[tuple[Look, Text, Text]]:
        """Who of the staff looked: (look, who, purpose), the latest first."""
        found = queries.looks(self.standpoint.principal, self.view.home, self.view.matter)
        names = {look.unit: city.unit(look.unit) for look in found}
        rows = []
        for look in reversed(found[-30:]):
            unit, post = names[look.unit], self.library.post_label(look.post)
            title = Text(look.unit, look.unit) if unit is None else unit.title
            rows.append(
                (look, Text(f"{title.zh}{post.zh}", f"{post.en}, {title.en}"), PURPOSES.get(look.purpose, Text(look.purpose, look.purpose)))
            )
        return rows

    def state(self) -> tuple[Text, str]:
        """The state as a word with its tone."""
        state = self.procedure.states[self.view.state]
        label = state_label(state)
        if self.view.left:
            return Text("您已退出", "you have left"), "plain"
        if state.end is not None:
            outcome, tone = guide.OUTCOMES[state.end]
            return Text(f"已结束：{outcome.zh}", f"closed: {outcome.en}"), tone
        return label, "wait"


def _papers(entry: Entry) -> list[list[Any]]:
    """Return (name, number) of the papers an act printed, signed or sealed."""
    return [paper[:2] for paper in (*entry.effects.get("papers", []), *entry.effects.get("signatures", []))]


ROUTING = "routing"
KINDS_OF_EVIDENCE: dict[str, Text] = {
    "in_person": Text("当面", "in person"),
    "telephone": Text("电话", "by telephone"),
    "paper": Text("书面", "on paper"),
}
# What no form offers: known by what a signature service sent back, or brought in by the desk of a project.
UNOFFERED: dict[str, Text] = {
    SERVICE_PROOF: Text("电子签名服务", "a signature service"),
    "project": Text("由项目录入", "brought in by a project"),
}


def _note(value: Any, name: Any) -> Text | str:
    """Return what staff noted about an act: evidence, a reason, a handover."""
    if isinstance(value, dict) and value.get("kind") == ROUTING:
        return _routed(value)
    if isinstance(value, dict):
        kind = {**KINDS_OF_EVIDENCE, **UNOFFERED}.get(str(value.get("kind", "")))
        rest = [str(part) for key, part in value.items() if key not in ("kind", "post", "event") and part]
        named = [name(part) or Text(part, part) for part in rest]
        words = [*([kind] if kind is not None else []), *named]
        return Text("，".join(word.zh for word in words), ", ".join(word.en for word in words))
    if isinstance(value, list):
        parts = [_note(part, name) for part in value]
        texts = [part if isinstance(part, Text) else Text(part, part) for part in parts]
        return Text("；".join(part.zh for part in texts), "; ".join(part.en for part in texts))
    return str(value)


def _routed(value: Mapping[str, Any]) -> Text:
    """Return how the responsibility list stood when an act was taken: the row that decided, and why the others did not."""
    lost = [(pair(one.get("row", {}).get("topic")), pair(one.get("why"))) for one in value.get("losers", ()) if isinstance(one, Mapping)]
    reason = pair(value.get("reason"))
    zh = "".join(f"没有用“{row.zh}”条：{why.zh}" for row, why in lost)
    en = " ".join(f"Not “{row.en}”: {why.en}" for row, why in lost)
    return Text(f"{reason.zh}{zh}", f"{reason.en} {en}".strip())


def pair(plain: Any) -> Text:
    """Return a pair of texts kept as plain data."""
    given = plain if isinstance(plain, Mapping) else {}
    return Text(str(given.get("zh") or ""), str(given.get("en") or ""))
