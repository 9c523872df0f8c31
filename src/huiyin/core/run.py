"""One act in the making: the snapshot as it changes, and everything to be recorded about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NoReturn

from huiyin.core import clocks, following, handing, nameless, parts, signing, turns
from huiyin.core.clocks import ClockLife
from huiyin.core.effects import NOTE_WITNESS, ChildOpening, Content, Move, Tell
from huiyin.core.expressions import evaluate, names_in, parse, plain_value
from huiyin.core.packs import Library
from huiyin.core.papers import Element, PaperDef, Rendered, content_hash, missing_elements, render
from huiyin.core.procedure import (
    AT,
    STARTING,
    SYSTEM_ACTOR,
    Action,
    ClockDef,
    ClockUse,
    Condition,
    Field,
    LawTerm,
    Procedure,
    State,
    Teaches,
)
from huiyin.core.scope import Scope, scope_of
from huiyin.core.sentence import sentence
from huiyin.core.service import Given, counts_from, day_for, own_clocks, recipients, services_of, unserved
from huiyin.core.service_parts import SLIP, UNITS_PROOF, notice_clock, proof_of
from huiyin.core.snapshot import Assent, PaperIssue, Service, Signature, Snapshot, with_named, with_party_fact
from huiyin.core.values import Refusal, Text

MAX_CHAIN = 8
SaltSource = Callable[[], bytes]


class StoppedError(Exception):
    """The act cannot be done; carries the refusal to answer with."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(slots=True)
class Run:
    """Carries one act from its first change to its last; discarded when a condition refuses."""

    procedure: Procedure
    library: Library
    snapshot: Snapshot
    at: datetime
    now: datetime
    seq: int
    salts: SaltSource
    actor: str | None = None
    moves: list[Move] = field(default_factory=list)
    content: list[Content] = field(default_factory=list)
    clock_changes: list[tuple[str, clocks.ClockEvent]] = field(default_factory=list)
    printed: list[tuple[PaperIssue, Rendered, bytes]] = field(default_factory=list)
    opens: list[ChildOpening] = field(default_factory=list)
    recalls: list[str] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    warnings: list[Text] = field(default_factory=list)
    became: list[tuple[str, str, str]] = field(default_factory=list)
    taught: list[Teaches] = field(default_factory=list)
    elsewhere: tuple[nameless.Word, ...] = ()
    # A snapshot never changes, so what was looked at in it once need not be made again.
    _scope: Scope | None = None
    _seen: tuple[Any, ...] = ()

    def scope(self) -> Scope:
        """Return what conditions and papers may see at this moment of the act.

        They are judged as of when the act happened: an order given in time is not late because it was entered late.
        """
        seen = (self.snapshot, self.actor, self.at)
        if self._scope is None or any(new is not old for new, old in zip(seen, self._seen, strict=True)):
            self._scope, self._seen = scope_of(self.procedure, self.snapshot, self.library, now=self.at, actor=self.actor), seen
        return self._scope

    def who(self) -> tuple[nameless.Word, ...]:
        """Return whom and where a text that goes out without names must not name; asked only where there is such a text."""
        return (*nameless.known(self.procedure, self.snapshot), *self.elsewhere)

    def stop(self, refusal: Refusal) -> NoReturn:
        """Give the act up."""
        raise StoppedError(refusal)

    def holds(self, condition: Condition) -> bool:
        """Tell whether a condition holds now."""
        return evaluate(parse(condition.test), self.scope()) is True

    def require(self, names: Iterable[str]) -> None:
        """Stop with the condition's own sentence at the first one that does not hold."""
        for name in names:
            condition = self.procedure.conditions[name]
            if not self.holds(condition):
                raise StoppedError(Refusal(name, condition.fails))

    def warn(self, names: Iterable[str]) -> None:
        """Note the sentence of each condition that does not hold; they inform and do not decide."""
        for name in names:
            condition = self.procedure.conditions[name]
            if not self.holds(condition):
                self.warnings.append(condition.fails)

    # Facts

    def put(self, name: str, value: Any, *, add: bool = False, party: str | None = None) -> None:
        """Record one value of a field: of the matter, or of one party when the field belongs to a role."""
        definition = self.procedure.fields[name]
        if definition.of is not None:
            owner = self._owner(definition, party)
            known = self.snapshot.party(owner)
            before = None if known is None else known.facts.get(name)
            self.snapshot = with_party_fact(self.snapshot, owner, name, [*(before or []), value] if add else value)
            self._note(definition, "add" if add else "set", value, owner)
            return
        facts = dict(self.snapshot.facts)
        facts[name] = [*(facts.get(name) or []), value] if add else value
        self.snapshot = replace(self.snapshot, facts=facts)
        self._note(definition, "add" if add else "set", value, None)
        self._name(definition, value)
        if definition.type == "unit" and value is not None and name in self.procedure.units:
            self.snapshot = replace(self.snapshot, units={**self.snapshot.units, name: str(value)})

    def _name(self, definition: Field, value: Any) -> None:
        """Let the persons of a field hold its post: one person first, those beside it after."""
        post = definition.post
        if post is None or definition.type not in ("member", "members"):
            return
        if definition.type == "member":
            others = [field.name for field in self.procedure.fields.values() if field.type == "members" and field.post == post]
            people = [value, *(one for name in others for one in self.snapshot.facts.get(name) or ())]
        else:
            people = [*self.snapshot.named.get(post, ())[:1], *(value or ())]
        self.snapshot = with_named(self.snapshot, post, [str(one) for one in people if one is not None])

    def mark(self, name: str, index: int, state: str) -> None:
        """Give one entry of a list its new state."""
        entries = [dict(entry) for entry in self.snapshot.facts.get(name) or ()]
        entries[index]["state"] = state
        self.snapshot = replace(self.snapshot, facts={**self.snapshot.facts, name: entries})
        self._note(self.procedure.fields[name], "mark", {"index": index, "state": state}, None)

    def _owner(self, definition: Field, party: str | None) -> str:
        owner = party or self.actor
        known = None if owner is None else self.snapshot.party(owner)
        if known is None or known.role != definition.of or self.actor not in (None, owner):
            raise StoppedError(
                Refusal(
                    "whose_value",
                    Text(
                        f"请说明“{definition.label.zh}”是哪一方的。",
                        f"Say which party “{definition.label.en}” belongs to.",
                    ),
                    field=definition.name,
                )
            )
        return known.id

    def _note(self, definition: Field, op: str, value: Any, party: str | None) -> None:
        self.content.append(Content(definition.name, definition.cls, op, value, party))  # type: ignore[arg-type]

    # Clocks

    def use_clock(self, use: ClockUse, trigger: datetime | None = None) -> None:
        """Do to a clock what an action or a state says."""
        life = self.snapshot.clocks.get(use.clock)
        common: dict[str, Any] = {
            "at": self.at,
            "now": self.now,
            "seq": self.seq,
            "counting": self.library.counting_for(),
        }
        if use.extend is not None:
            self._keep(use.clock, life, self._running(use.clock, life, clocks.extend, by=use.extend, **common))
        elif use.verb == "run" and life is not None and life.status in ("running", "paused"):
            return
        elif use.verb in STARTING:
            self._start(use, life, trigger, common)
        elif use.verb in ("met", "stop"):
            if life is not None and life.status in ("running", "paused"):
                self._keep(use.clock, life, (clocks.meet if use.verb == "met" else clocks.stop)(life, **common))
        else:
            turn = clocks.pause if use.verb == "pause" else clocks.resume
            self._keep(use.clock, life, self._running(use.clock, life, turn, **common))

    def _running(self, name: str, life: ClockLife | None, turn: Callable[..., ClockLife | Refusal], **kind: Any) -> ClockLife | Refusal:
        if life is None:
            label = self.procedure.clocks[name].label
            return Refusal("clock", Text(f"“{label.zh}”还没有开始计时。", f"“{label.en}” has not started."))
        return turn(life, **kind)

    def _start(self, use: ClockUse, life: ClockLife | None, trigger: datetime | None, common: dict[str, Any]) -> None:
        definition = self.procedure.clocks[use.clock]
        start, until = self.clock_basis(use.clock, trigger)
        if definition.until is not None and until is None:
            return  # an ordered or promised date that was not given: there is nothing to count
        terms = self.clock_terms(use.clock, start)
        made = clocks.start(
            life,
            name=use.clock,
            kind=terms.kind,
            term=terms.term,
            count=terms.count,
            trigger=start,
            until=until,
            restart=use.verb == "restart",
            **common,
        )
        self._keep(use.clock, life, made)

    def clock_terms(self, name: str, trigger: datetime) -> ClockDef | LawTerm:
        """Return kind, term and counting rule of a clock that runs from ``trigger``: the law's version in force then."""
        definition = self.procedure.clocks[name]
        day = self.library.calendar.local_date(trigger)
        found = definition.on(day)
        if found is None:
            raise StoppedError(
                Refusal(
                    "no_law_then",
                    Text(
                        f"“{definition.label.zh}”从{day}起算，法规包里没有那天施行的条文，请在期限表里补上。",
                        f"“{definition.label.en}” runs from {day}; the law pack has no version in force then. Add it to the clocks.",
                    ),
                )
            )
        return found

    def redate(self, name: str, trigger: datetime) -> None:
        """Let a clock run from its corrected day, by the law in force then."""
        terms = self.clock_terms(name, trigger)
        changed = {"term": terms.term, "count": terms.count} if isinstance(terms, LawTerm) else {}
        self.change_clock(name, clocks.redate, trigger=trigger, until=None, **changed)

    def clock_basis(self, name: str, trigger: datetime | None) -> tuple[datetime, datetime | None]:
        """Return (instant counting starts from, fixed end or None) as the facts stand now."""
        definition = self.procedure.clocks[name]
        start, until = self.drawn(name)
        if definition.trigger is not None and start is None:
            raise StoppedError(
                Refusal(
                    "no_trigger",
                    Text(
                        f"“{definition.label.zh}”从何时起算还没有凭据，请先补上。",
                        f"There is no evidence yet of when “{definition.label.en}” starts; record it first.",
                    ),
                )
            )
        return start or trigger or self.at, until

    def drawn(self, name: str) -> tuple[datetime | None, datetime | None]:
        """Return (trigger, fixed end) of a clock as its expressions give them now; None where nothing is given."""
        definition = self.procedure.clocks[name]
        scope = self.scope()
        start = None if definition.trigger is None else evaluate(parse(definition.trigger), scope)
        if start is not None:
            # A right of one side runs from its own service, however late the other was served.
            start = day_for(definition, self.procedure, self.snapshot, self.library, self.at) or start
        until = None if definition.until is None else evaluate(parse(definition.until), scope)
        return self._instant(start), self._instant(until)

    def _instant(self, found: Any) -> datetime | None:
        """Return what an expression gave as an instant: a day stands for its end."""
        if isinstance(found, date) and not isinstance(found, datetime):
            return self.library.calendar.end_of_day(found)
        return found if isinstance(found, datetime) else None

    def _keep(self, name: str, before: ClockLife | None, after: ClockLife | Refusal) -> None:
        if isinstance(after, Refusal):
            raise StoppedError(after)
        known = 0 if before is None else len(before.events)
        self.clock_changes.extend((name, event) for event in after.events[known:])
        self.snapshot = replace(self.snapshot, clocks={**self.snapshot.clocks, name: after})

    def change_clock(self, name: str, turn: Callable[..., ClockLife | Refusal], **kind: Any) -> None:
        """Apply one turn of ``core.clocks`` to a clock that exists."""
        life = self.snapshot.clocks[name]
        self._keep(name, life, turn(life, at=self.at, now=self.now, seq=self.seq, counting=self.library.counting_for(), **kind))

    # Papers

    def rendered(self, name: str, snapshot: Snapshot, asked_by: str | None) -> Rendered:
        """Return the text of a paper about the matter as it stands in ``snapshot``, dated by this act, for the party that asks for it."""
        return render(self.library.papers[name], self.procedure, snapshot, self.library, now=self.at, actor=asked_by)

    def print(self, name: str, corrects: PaperIssue | None = None) -> None:
        """Print a paper as the matter stands now; its text is fixed by a salted hash.

        A paper that lacks what its article asks for is refused. A reprint after a correction keeps the legal effect of the issue it
        corrects.
        """
        definition, asked_by = self.library.papers[name], self.actor if corrects is None else corrects.asked_by
        lacking = missing_elements(definition, self.procedure, self.snapshot, self.library, now=self.at, actor=asked_by)
        if lacking:
            raise StoppedError(_incomplete(definition, lacking, self.procedure))
        salt = self.salts()
        rendered = self.rendered(name, self.snapshot, asked_by)
        issues = self.snapshot.papers.get(name, ())
        issue = PaperIssue(name, len(issues) + 1, self.at, self.seq, content_hash(salt, rendered), asked_by=asked_by)
        if corrects is not None:
            issue = replace(issue, corrects=corrects.number, effective_at=corrects.effective_at, assents=corrects.assents)
        self.printed.append((issue, rendered, salt))
        self.set_issues(name, (*issues, issue))
        self._lapse(name)

    def set_issues(self, name: str, issues: tuple[PaperIssue, ...]) -> None:
        """Replace the issues of one paper."""
        self.snapshot = replace(self.snapshot, papers={**self.snapshot.papers, name: issues})

    def change_issue(self, issue: PaperIssue) -> None:
        """Replace one issue of a paper by its changed self."""
        issues = self.snapshot.papers[issue.paper]
        self.set_issues(issue.paper, tuple(issue if one.number == issue.number else one for one in issues))

    def void(self, name: str) -> None:
        """Void every issue of a paper, and with it the signatures on it."""
        self.set_issues(name, tuple(replace(issue, voided=True) for issue in self.snapshot.papers.get(name, ())))
        self._lapse(name)

    def _lapse(self, paper: str) -> None:
        """Drop what parties said to a joint act about a paper whose text is no longer the one they said it to."""
        kept = {name: parts for name, parts in self.snapshot.assents.items() if not self._about(name, paper)}
        if len(kept) != len(self.snapshot.assents):
            self.snapshot = replace(self.snapshot, assents=kept)

    def _about(self, action: str, paper: str) -> bool:
        definition = self.procedure.state_action(self.snapshot.state, action)
        if definition is None or paper in definition.effective:
            return True
        return any(paper in names_in(parse(self.procedure.conditions[name].test)) for name in definition.needs)

    def take_effect(self, name: str, assents: tuple[Assent, ...] = ()) -> None:
        """Set the instant a paper's legal effect begins: its last signature or seal, else the last side's word or this act."""
        issue = self.snapshot.paper(name)
        if issue is None:
            raise StoppedError(signing.not_printed(self.library.papers[name].title))
        if signing.effective_instant(issue) is None:
            issue = replace(issue, assents=assents or (Assent(self.actor or "", self.at, self.seq),))
        self.change_issue(replace(issue, effective_at=signing.effective_instant(issue)))

    def unsignable(self, name: str, by: str, role: str, *, seal: bool) -> Refusal | None:
        """Return why somebody cannot sign or seal a paper whatever text they read, or None."""
        title = self.library.papers[name].title
        issue = self.snapshot.paper(name)
        if issue is None:
            return signing.not_printed(title)
        return signing.signed_already(issue, title, by, seal=seal) or self._out_of_turn(name, turns.SEAL if seal else role)

    def _out_of_turn(self, name: str, role: str, at: datetime | None = None) -> Refusal | None:
        return turns.out_of_turn(self.library.papers[name], self.procedure, self.snapshot, self.library, role, at)

    def sign(self, name: str, by: str, role: str, data: Mapping[str, Any], *, seal: bool) -> None:
        """Put one signature or the seal on the present text of a paper."""
        title = self.library.papers[name].title
        issue = self.snapshot.paper(name)
        if issue is None:
            raise StoppedError(signing.not_printed(title))
        refusal = (
            signing.signed_already(issue, title, by, seal=seal)
            or signing.not_this_text(issue, title, self.at, data)
            or self._out_of_turn(name, turns.SEAL if seal else role, self.at)
        )
        if refusal is not None:
            raise StoppedError(refusal)
        manner = signing.manner_of(data, seal=seal)
        if isinstance(manner, Refusal):
            raise StoppedError(manner)
        if manner.witness in {party.name for party in self.snapshot.parties if party.name}:
            raise StoppedError(signing.WITNESS_OF_THE_MATTER)
        if manner.witness:
            self.content.append(Content(NOTE_WITNESS, "P2", "set", manner.witness, by if self.snapshot.party(by) else None))
        mark = Signature(by, role, self.at, issue.hash, manner.method, self.seq, manner.scan, manner.scan_sha256)
        before = self.snapshot
        self.change_issue(replace(issue, sealed=mark) if seal else replace(issue, signatures=(*issue.signatures, mark)))
        for called in turns.called(self.library.papers[name], self.procedure, before, self.snapshot, self.library):
            self.tells.extend(Tell(to, signing.your_turn(title)) for to in (self._who_seals(name) if called == turns.SEAL else (called,)))

    def _who_seals(self, paper: str) -> tuple[str, ...]:
        """Return the posts that may seal a paper in the present state."""
        state = self.procedure.states[self.snapshot.state]
        found = (action.by or state.by for action in (*state.actions, *self.procedure.always) if action.seals == paper)
        return tuple(dict.fromkeys(name for names in found for name in names))

    # Service

    def serve(self, name: str, given: Given, by: str) -> bool:
        """Record one service of a paper, with its proofs and its slip; tell whether everybody has now been served."""
        issue = self.snapshot.paper(name)
        if issue is None:
            raise StoppedError(signing.not_printed(self.library.papers[name].title))
        counts = None
        if given.delivered:
            counts = self.notice_ends(name, given.on) if given.method == "notice" else given.on
        made = Service(name, issue.number, given.to.id, given.method, given.result, given.on, counts, self.seq, by)
        proof = {**given.words, "seq": self.seq}
        party = given.to.party
        self.snapshot = replace(self.snapshot, services=(*self.snapshot.services, made))
        if party is not None:
            before = party.facts.get(proof_of(party.role)) or []
            self.snapshot = with_party_fact(self.snapshot, party.id, proof_of(party.role), [*before, proof])
            self._note(self.procedure.fields[proof_of(party.role)], "add", proof, party.id)
        else:
            before = self.snapshot.facts.get(UNITS_PROOF) or []
            self.snapshot = replace(self.snapshot, facts={**self.snapshot.facts, UNITS_PROOF: [*before, proof]})
            self._note(self.procedure.fields[UNITS_PROOF], "add", proof, None)
        self.print_slip(made)
        if made.method == "notice" and made.counts is not None:
            self.run_notice(name)
        return self.all_served(name)

    def print_slip(self, service: Service, corrects: PaperIssue | None = None) -> None:
        """Print the slip about a service, which is the last of the matter's services while it is printed."""
        if SLIP not in self.library.papers:
            return
        others = tuple(one for one in self.snapshot.services if one.seq != service.seq)
        self.snapshot = replace(self.snapshot, services=(*others, service))
        self.print(SLIP, corrects=corrects)
        number = len(self.snapshot.papers[SLIP])
        self.snapshot = replace(self.snapshot, services=(*others, replace(service, slip=number)))

    def slip_of(self, service: Service) -> PaperIssue | None:
        """Return the issue of the slip printed about a service."""
        return next((issue for issue in self.snapshot.papers.get(SLIP, ()) if issue.number == service.slip), None)

    def all_served(self, name: str) -> bool:
        """Tell whether everybody a paper must be served on has been, as of when this is recorded."""
        paper = self.library.papers[name]
        everybody = recipients(paper, self.procedure, self.snapshot)
        return bool(everybody) and not unserved(paper, self.procedure, self.snapshot, self.library, self.now)

    def notice_ends(self, paper: str, published: date) -> date:
        """Return the last day of a public notice, on which it counts as served."""
        name = notice_clock(paper)
        trigger = self.library.calendar.end_of_day(published)
        terms = self.clock_terms(name, trigger)
        counted = clocks.start(
            None,
            name=name,
            kind=terms.kind,
            term=terms.term,
            count=terms.count,
            trigger=trigger,
            until=None,
            at=self.at,
            now=self.now,
            seq=self.seq,
            counting=self.library.counting_for(),
        )
        if isinstance(counted, Refusal):
            raise StoppedError(counted)
        due = counted.due
        if due is None:
            raise ValueError(f"the notice of {paper} has no last day")
        return self.library.calendar.local_date(due.strict)

    def run_notice(self, paper: str) -> None:
        """Let the clock of a paper's notices run to the end of the one that appeared last."""
        name = notice_clock(paper)
        last = max(one.on for one in services_of(paper, self.snapshot) if one.method == "notice" and one.counts is not None)
        self.use_clock(ClockUse(name, "restart"), self.library.calendar.end_of_day(last))

    def follow_service(self, action: Action) -> None:
        """Do what an action that serves says, now that everybody was served: dated by the last day of service."""
        paper = action.serves or ""
        since = [
            moment
            for to in recipients(self.library.papers[paper], self.procedure, self.snapshot)
            if (moment := self._since(paper, to.id)) is not None
        ]
        last = max(since, default=self.at)
        day = self.library.calendar.local_date(last)
        if day != self.library.calendar.local_date(self.at):
            self.at = min(self.now, self.library.calendar.end_of_day(day))
        # Who serves late serves within the step that was open then: no step begins before the one it follows.
        self.at = max(self.at, self.snapshot.entered_at)
        notice = self.snapshot.clocks.get(notice_clock(paper))
        if notice is not None and notice.status in ("running", "paused"):
            self.change_clock(notice_clock(paper), clocks.meet)
        self.settle(action)
        self.take(action)

    def _since(self, paper: str, to: str) -> datetime | None:
        found = (counts_from(one, self.library) for one in services_of(paper, self.snapshot) if one.to == to)
        return min((moment for moment in found if moment is not None), default=None)

    # Moves

    def settle(self, action: Action, *, joined: bool = True) -> None:
        """Record the facts an action sets to a constant or works out.

        Args:
            joined: False for one party's part of a joint act: only what is that party's own is set until all have done theirs.
        """
        for name, value in action.sets.items():
            definition = self.procedure.fields[name]
            if action.jointly and joined is (definition.of is not None):
                continue
            self.put(name, self.at.isoformat() if definition.type == "datetime" and value == AT else value)
        if not joined:
            return
        worked = {name: plain_value(evaluate(parse(source), self.scope())) for name, source in action.works_out.items()}
        for name, value in worked.items():
            self.put(name, value)

    def clear(self, names: Iterable[str]) -> None:
        """Let what stood in these fields count no more, for every party where a field is a party's."""
        for name in names:
            definition = self.procedure.fields[name]
            owners = [None] if definition.of is None else [party.id for party in self.snapshot.of_role(definition.of)]
            for owner in owners:
                held = self.snapshot.facts if owner is None else next(p.facts for p in self.snapshot.parties if p.id == owner)
                if held.get(name) is None:
                    continue
                if owner is None:
                    self.put(name, None)
                else:
                    self.snapshot = with_party_fact(self.snapshot, owner, name, None)
                    self._note(definition, "set", None, owner)

    def take_by_itself(self, action: Action) -> None:
        """Take an automatic action: nobody filled a form, so only what it sets, works out and clears is recorded."""
        self.settle(action)
        self.clear(action.clears)
        self.take(action)

    def says_yes(self, action: Action) -> tuple[Assent, ...]:
        """Return the assents one party's yes to a joint act stands for: its own, and of those it may say it for."""
        if self.actor is None:
            return ()
        found = [self.actor]
        if action.also_for is not None:
            condition = parse(self.procedure.conditions[action.also_for].test)
            asked = {self.actor, *(one.party for one in self.snapshot.assents.get(action.name, ()))}
            for party in self.snapshot.present:
                if party.id in asked or not self.procedure.roles[party.role].bound:
                    continue
                scope = scope_of(self.procedure, self.snapshot, self.library, now=self.at, actor=self.actor, member=party.id)
                if evaluate(condition, scope) is True:
                    found.append(party.id)
        return tuple(Assent(party, self.at, self.seq) for party in found)

    def take(self, action: Action) -> None:
        """Do everything an action says after its form is in: papers, move, clocks, children, tells."""
        source = self.snapshot.state
        assents = self.snapshot.assents.get(action.name, ())
        if assents:
            kept = {name: parts for name, parts in self.snapshot.assents.items() if name != action.name}
            self.snapshot = replace(self.snapshot, assents=kept)
        if action.calls_for is not None:
            self.snapshot = replace(self.snapshot, assents={**self.snapshot.assents, action.calls_for: ()})
            called = self.procedure.state_action(self.snapshot.state, action.calls_for)
            if called is not None:
                self.snapshot = replace(self.snapshot, assents={**self.snapshot.assents, action.calls_for: self.says_yes(called)})
        for name in action.voids:
            self.void(name)
        for name in action.effective:
            self.take_effect(name, assents)
        for use in action.clocks:
            self.use_clock(use)
        handing.become(self, action)
        handing.teach(self, action)
        target = action.to or source
        self.moves.append(Move(action.name, source, target))
        done = self.snapshot.done
        self.snapshot = replace(self.snapshot, done={**done, action.name: done.get(action.name, 0) + 1})
        if target != source:
            self.enter(self.procedure.states[target])
        for name in action.prints:
            self.print(name)
        if action.opens is not None:
            handing.open_children(self, action.opens)
        parts.recall(self, action)
        self.tell(action)

    def enter(self, state: State) -> None:
        """Enter a state: its clocks, or at an end the stop of all of them."""
        source = self.snapshot.state
        self.snapshot = replace(self.snapshot, state=state.name, entered=self.seq, entered_at=self.at, assents={}, outcome=state.end)
        following.moved(self, source)
        for use in state.clocks:
            self.use_clock(use)
        if state.end is not None:
            for name, life in self.snapshot.clocks.items():
                if life.status in ("running", "paused"):
                    self.change_clock(name, clocks.stop)

    def follow(self) -> None:
        """Take automatic actions, first in file order whose conditions hold, until none does."""
        for _ in range(MAX_CHAIN):
            state = self.procedure.states[self.snapshot.state]
            on_due = {due.does for due in state.when_due}
            for action in state.actions:
                if action.by != (SYSTEM_ACTOR,) or action.name in on_due:
                    continue
                if all(self.holds(self.procedure.conditions[name]) for name in action.needs):
                    self.take_by_itself(action)
                    break
            else:
                return
        raise StoppedError(
            Refusal(
                "endless",
                Text(
                    f"这件事在“{self.snapshot.state}”处自动流转超过{MAX_CHAIN}步，流程文件有误，请联系管理员。",
                    f"The matter moved by itself more than {MAX_CHAIN} times at “{self.snapshot.state}”: "
                    "the procedure file is wrong; tell the administrator.",
                ),
            )
        )

    def says(self, party: str | None = None) -> Text:
        """Return the resident's sentence for the present state; with the dates of one party, where they are its own."""
        seen = self.snapshot if party is None else own_clocks(party, self.procedure, self.snapshot, self.library, self.now)
        return sentence(self.procedure, seen, self.library, self.now)

    def tell(self, action: Action) -> None:
        """Tell whom an action says to tell."""
        if not action.tells:
            return
        text = action.label if action.sealed else self.says()
        if action.word_at_once:
            text = Text(f"{action.label.zh}。{text.zh}", f"{action.label.en}. {text.en}")
        self.tells.extend(Tell(to, text, sealed=action.sealed) for to in action.tells)


def _incomplete(paper: PaperDef, lacking: tuple[Element, ...], procedure: Procedure) -> Refusal:
    """Refuse a paper by the names of the elements it lacks, at the question that gives the first of them if there is one."""
    zh = "、".join(element.name.zh for element in lacking)
    en = ", ".join(element.name.en for element in lacking)
    text = Text(
        f"《{paper.title.zh}》依法要写明：{zh}。现在还没有，请先补上。",
        f"“{paper.title.en}” must by law state: {en}. Nothing is given for it yet; give it first.",
    )
    return Refusal("element_missing", text, field=next((one.binds for one in lacking if one.binds in procedure.fields), None))
