"""The values behind the names of a procedure's expressions, made from one snapshot when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from huiyin.core import ties
from huiyin.core.clocks import ClockLife
from huiyin.core.expressions_eval import DueDate, DueInstant, Labelled, Money, Record, Scope
from huiyin.core.procedure import ClockDef, Field, Procedure
from huiyin.core.scope_types import (
    CONTACTS,
    DONE,
    MEMBER,
    REMEDIES,
    THIS_SERVICE,
    THOSE_WHO_LEFT,
    TIES,
    actions_named,
    in_hours,
    plural,
    procedures_opened,
    scope_types,
    with_remedies,
)
from huiyin.core.service import served_at, unserved
from huiyin.core.service_form import METHODS, RELATIONS, RESULTS
from huiyin.core.service_parts import UNITS_PROOF, address_of, proof_of
from huiyin.core.snapshot import Child, Party, Snapshot
from huiyin.core.values import Text

if TYPE_CHECKING:
    from huiyin.core.packs import Library
    from huiyin.core.papers import PaperDef

__all__ = ["Scope", "Signer", "paper_signers", "scope_of", "scope_types", "with_remedies"]

SEAL = Text("印章", "seal")


@dataclass(frozen=True, slots=True)
class Signer:
    """One line of a paper's signature block.

    Attributes:
        role: party role or post; ``seal`` for the seal.
        id: party or account id; empty when nobody is named yet, or for the seal.
    """

    role: str
    label: Text
    name: str
    id: str = ""


def scope_of(
    procedure: Procedure,
    snapshot: Snapshot,
    library: Library,
    *,
    now: datetime,
    actor: str | None = None,
    paper: PaperDef | None = None,
    member: str | None = None,
) -> Scope:
    """Return the names of ``procedure`` bound to the matter as it stands in ``snapshot``.

    ``actor`` is the party who acts, ``member`` the one it may say yes for; ``paper`` is the one being rendered and decides whose ladder
    ``remedies`` is.
    """
    return Scope(_Values(procedure, snapshot, library, now, actor, paper, member), library.zone)


def paper_signers(paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library) -> tuple[Signer, ...]:
    """Return who must sign and seal a paper in this matter; a post nobody is named for gets one blank line."""
    signers: list[Signer] = []
    for name in paper.signed_by:
        role = procedure.roles.get(name)
        if role is not None:
            signers.extend(Signer(name, _signing(role.label, party), party.name, party.id) for party in snapshot.of_role(name))
            continue
        post = procedure.posts.get(name)
        # A post may have a name of its own in this procedure: the officer of a respondent signs for the respondent.
        named = post is not None and post.label != Text(post.post, post.post)
        label = post.label if post is not None and named else library.post_label(name if post is None else post.post)
        people = snapshot.named.get(name, ())
        signers.extend(Signer(name, label, snapshot.unit_names.get(person, ""), person) for person in people)
        if not people:
            signers.append(Signer(name, label, ""))
    if paper.sealed_by is not None:
        signers.append(Signer("seal", SEAL, snapshot.unit_names.get(paper.sealed_by, "")))
    return tuple(signers)


def _signing(label: Text, party: Party) -> Text:
    """Return what a party signs as: who signs for it is named beside it."""
    agent = party.facts.get("representative") if party.facts.get("signs_by") == "representative" else None
    return Text(f"{label.zh}（由{agent}代签）", f"{label.en} (by {agent})") if agent else label


def unsigned(paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library) -> tuple[Signer, ...]:
    """Return who has still to sign and seal the newest issue of a paper; everybody when none stands."""
    issue = snapshot.paper(paper.name)
    signatures = () if issue is None else issue.signatures
    signed, roles = {one.by for one in signatures}, {one.role for one in signatures}

    def has(signer: Signer) -> bool:
        if signer.role == "seal":
            return issue is not None and issue.sealed is not None
        by_name = signer.role in procedure.roles or len(snapshot.named.get(signer.role, ())) > 1
        return signer.id in signed if by_name else signer.role in roles

    return tuple(signer for signer in paper_signers(paper, procedure, snapshot, library) if not has(signer))


def _place(raw: Mapping[str, Any]) -> Record:
    detail = raw.get("detail") or None
    members = {"division": raw.get("division") or None, "detail": detail}
    return Record("place", members, label=_as_is(detail), raw=raw)


_SIMPLE: Mapping[str, Callable[[Any], Any]] = {
    "number": lambda raw: raw if isinstance(raw, int) else Decimal(str(raw)),
    "money": Money,
    "date": lambda raw: raw if isinstance(raw, date) else date.fromisoformat(raw),
    "datetime": lambda raw: raw if isinstance(raw, datetime) else datetime.fromisoformat(raw),
    "place": _place,
    "file": lambda raw: tuple(raw) if isinstance(raw, list | tuple) else (raw,),
}


@dataclass(frozen=True, slots=True)
class _Values:
    """Makes each value of a scope on demand."""

    procedure: Procedure
    snapshot: Snapshot
    library: Library
    now: datetime
    actor: str | None
    paper: PaperDef | None
    member: str | None = None

    def get(self, name: str, /) -> Callable[[], Any] | None:
        """Return what makes the value of a name; a name of the procedure's own wins over the common ones, and those over papers."""
        procedure = self.procedure
        field = procedure.fields.get(name)
        if field is not None and field.of is None:
            return partial(self._fact, field)
        if name in procedure.clocks:
            return partial(self._clock, procedure.clocks[name])
        role = _role_of(procedure, name)
        if role is not None:
            return partial(self._parties, role)
        if name in procedure.units:
            return partial(self._unit, name)
        post = next((post.name for post in procedure.posts.values() if post.named and plural(post.name) == name), None)
        if post is not None:
            return partial(self._ever_named, post)
        if name in procedure.posts and procedure.posts[name].named:
            return partial(self._named, name)
        if name in _COMMON:
            return partial(_COMMON[name], self)
        # Every paper of the library may be named: what an expression may name was checked before.
        return partial(self._paper, name) if name in self.library.papers else None

    def _fact(self, field: Field) -> Any:
        return self._value(field, self.snapshot.facts.get(field.name), self._party_named)

    def _value(self, field: Field, raw: Any, party: Callable[[str], Any]) -> Any:
        if raw is None:
            return None
        simple = _SIMPLE.get(field.type)
        if simple is not None:
            return simple(raw)
        match field.type:
            case "choice":
                label = next((choice.label for choice in field.values if choice.value == raw), None)
                return raw if label is None else Labelled(raw, label)
            case "topic":
                return self._topic(raw)
            case "list":
                return tuple(self._entry(field, index, entry, party) for index, entry in enumerate(raw))
            case "item":
                return self._item(field, raw, party)
            case "party":
                return party(raw)
            case "member":
                return Labelled(raw, Text(*(self.snapshot.unit_names.get(raw, raw),) * 2))
            case "unit":
                if field.name not in self.procedure.fields or self.snapshot.unit_names.get(raw):
                    return self._unit_known(raw)
                name = self.snapshot.unit_names.get(field.name)
                return Record("unit", {"id": raw, "name": name or raw}, key=raw, raw=raw)
            case "members":
                return tuple(self.snapshot.unit_names.get(one, one) for one in raw)
            case "units":
                return tuple(self._unit_known(one) for one in raw)
            case _:
                return raw

    def _unit_known(self, unit: str) -> Record:
        names = self.snapshot.unit_names
        alias = next((alias for alias, one in self.snapshot.units.items() if one == unit), "")
        name = names.get(unit) or names.get(alias) or unit
        return Record("unit", {"id": unit, "name": name}, key=unit, raw=unit)

    def _entry(self, field: Field, index: int, entry: Any, party: Callable[[str], Any]) -> Any:
        if not field.record:
            return entry
        members = {part.name: self._value(part, entry.get(part.name), party) for part in field.record}
        label = Text(str(index + 1), str(index + 1))
        return Record("entry", {"number": index + 1, **members}, key=str(index), label=label, raw=entry)

    def _item(self, field: Field, raw: Any, party: Callable[[str], Any]) -> Any:
        pointed = self.procedure.fields.get(field.items_of or "")
        entries = self.snapshot.facts.get(field.items_of or "") or ()
        if pointed is None or not isinstance(raw, int) or not 0 <= raw < len(entries):
            return None
        if pointed.record:
            return self._entry(pointed, raw, entries[raw], party)
        label = Text(str(raw + 1), str(raw + 1))
        return Record("entry", {"number": raw + 1, "text": entries[raw]}, key=str(raw), label=label, raw=raw)

    def _topic(self, key: str) -> Any:
        topic = self.library.topics.get(key)
        return key if topic is None else Labelled(key, topic.label)

    def _known(self, party_id: str | None) -> Record | None:
        party = None if party_id is None else self.snapshot.party(party_id)
        return None if party is None else self._party(party)

    def _named(self, post: str) -> tuple[str, ...]:
        """Return the names of everybody who is named to a post of this matter now."""
        return tuple(self.snapshot.unit_names.get(person, person) for person in self.snapshot.named.get(post, ()))

    def _ties(self) -> tuple[Record, ...]:
        people = dict.fromkeys(name for post in self.snapshot.named for name in self._named(post))
        return tuple(
            Record("tie", {"who": name, "side": tie.side, "what": Labelled(tie.what.zh, tie.what)})
            for name in people
            for tie in ties.of(self.procedure, self.snapshot.parties, self.snapshot.facts, name)
        )

    def _ever_named(self, post: str) -> tuple[str, ...]:
        """Return the names of everybody who was ever named to a post of this matter."""
        return tuple(self.snapshot.unit_names.get(person, person) for person in self.snapshot.ever_named.get(post, ()))

    def _parties(self, role: str) -> tuple[Record, ...]:
        return tuple(self._party(party) for party in self.snapshot.of_role(role))

    def _party(self, party: Party) -> Record:
        members = dict(self._plain_party(party).members)
        for field in self.procedure.fields.values():
            if field.of is not None:
                raw = party.facts.get(field.name) if field.of == party.role else None
                members[field.name] = self._value(field, raw, self._party_named)
        return Record("party", members, key=party.id, label=_as_is(party.name or None), raw=party.id)

    def _plain_party(self, party: Party) -> Record:
        members: dict[str, Any] = {"id": party.id, "name": party.name or None, "role": party.role}
        members.update({name: party.facts.get(name) for name in CONTACTS})
        return Record("party", members, key=party.id, label=_as_is(party.name or None), raw=party.id)

    def _party_named(self, party_id: str) -> Record | None:
        party = self.snapshot.party(party_id)
        return None if party is None else self._plain_party(party)

    def _unit(self, alias: str) -> Record | None:
        unit = self.snapshot.units.get(alias)
        if unit is None:
            return None
        name = self.snapshot.unit_names.get(alias) or self.snapshot.unit_names.get(unit) or unit
        return Record("unit", {"id": unit, "name": name}, key=unit, raw=unit)

    def _done(self) -> Record:
        return Record("done", {name: self.snapshot.done.get(name, 0) for name in actions_named(self.procedure)})

    def _clock(self, clock: ClockDef) -> Record:
        life = self.snapshot.clocks.get(clock.name)
        due = None if life is None else life.due
        members: dict[str, Any] = {"due": None, "latest": None, "running": False, "overdue": False, "status": None}
        if life is not None:
            members.update(running=life.status == "running", overdue=life.overdue(self.now), status=life.status)
        if life is not None and due is not None:
            members["due"] = self._moment(clock, due.strict, life)
            members["latest"] = self._moment(clock, due.latest, life)
        return Record("clock", members, label=clock.label)

    def _moment(self, clock: ClockDef, instant: datetime, life: ClockLife) -> date:
        missed = life.overdue(self.now)
        if in_hours(clock):
            return DueInstant.of(instant, life.provisional, missed)
        return DueDate.of(instant.astimezone(self.library.zone).date(), life.provisional, missed)

    def _paper(self, name: str) -> Record:
        snapshot = self.snapshot
        issue = snapshot.paper(name)
        definition = self.library.papers.get(name)
        signatures = () if issue is None else issue.signatures
        signed = {signature.by for signature in signatures}
        roles = {signature.role for signature in signatures}
        sealed = None if issue is None else issue.sealed
        members = {
            "printed": issue is not None,
            "printed_at": None if issue is None else issue.printed_at,
            "number": None if issue is None else issue.number,
            "sealed": sealed is not None,
            "sealed_at": None if sealed is None else sealed.at,
            "voided": issue is None and bool(snapshot.papers.get(name)),
            "effective_at": None if issue is None else issue.effective_at,
            "signatures": tuple(
                Record(
                    "signature",
                    {"by": one.by, "role": one.role, "at": one.at, "name": self._name_of(one.by)},
                    label=_as_is(self._name_of(one.by)),
                )
                for one in signatures
            ),
            "missing": self._missing(definition),
            **self._served(definition),
        }
        methods: dict[str, Callable[[Any], bool]] = {
            # Of several who hold a post each signs.
            "signed_by": lambda role: role in roles and (len(snapshot.named.get(role, ())) < 2 or signed.issuperset(snapshot.named[role])),
            "ever_signed_by": lambda role: any(
                mark.role == role for one in snapshot.papers.get(name, ()) if not one.voided for mark in one.signatures
            ),
            "signed_by_all": lambda parties: bool(parties) and all(party.key in signed for party in parties),
        }
        title = None if definition is None else definition.title
        return Record("paper", members, key=name, label=title, methods=methods)

    def _served(self, paper: PaperDef | None) -> Mapping[str, Any]:
        if paper is None or not paper.served_on:
            return {"served": False, "served_at": None, "unserved": ()}
        place = (paper, self.procedure, self.snapshot, self.library, self.now)
        waiting = unserved(*place)
        day = served_at(*place)
        return {"served": day is not None, "served_at": day, "unserved": tuple(one.name or one.id for one in waiting)}

    def _service(self) -> Record | None:
        """Return the service recorded last, with what proves it: what a slip is printed from."""
        if not self.snapshot.services:
            return None
        last = self.snapshot.services[-1]
        party = self.snapshot.party(last.to)
        kept = self.snapshot.facts.get(UNITS_PROOF) if party is None else party.facts.get(proof_of(party.role))
        words = next((one for one in kept or () if isinstance(one, Mapping) and one.get("seq") == last.seq), {})
        paper = self.library.papers.get(last.paper)
        relation = words.get("relation")
        address = None if party is None or last.method != "electronic" else party.facts.get(address_of(party.role))
        members = {
            "paper": last.paper if paper is None else Labelled(last.paper, paper.title),
            "number": last.number,
            "to": self.snapshot.unit_names.get(last.to, last.to) if party is None else party.name or None,
            "method": Labelled(last.method, METHODS[last.method]),
            "result": Labelled(last.result, RESULTS[last.result]),
            "on": last.on,
            "counts": last.counts,
            "by": Labelled(last.by, self._who(last.by)),
            "unit": self._unit_of(last.by),
            "address": address,
            "recorded": words.get("recorded") is True,
            **{name: words.get(name) for name in ("place", "signer", "item", "through", "reason", "witnesses")},
            "relation": None if relation is None else Labelled(relation, RELATIONS[relation]),
        }
        return Record("service", members)

    def _unit_of(self, name: str) -> str | None:
        """Return the name of the unit a post belongs to in this matter; the host's for anybody else."""
        post = self.procedure.posts.get(name)
        alias = self.procedure.host if post is None else post.of
        unit = self.snapshot.units.get(alias, "")
        return self.snapshot.unit_names.get(alias) or self.snapshot.unit_names.get(unit) or unit or None

    def _who(self, name: str) -> Text:
        known = self.procedure.roles.get(name) or self.procedure.posts.get(name)
        return Text(name, name) if known is None else known.label

    def _missing(self, paper: PaperDef | None) -> tuple[Any, ...]:
        lacking = () if paper is None else unsigned(paper, self.procedure, self.snapshot, self.library)
        return tuple(one.name if one.name and one.role != "seal" else Labelled(one.role, one.label) for one in lacking)

    def _name_of(self, person: str) -> str | None:
        party = self.snapshot.party(person)
        return (party.name or None) if party is not None else self.snapshot.unit_names.get(person)

    def _children(self) -> Record:
        members: dict[str, Any] = {}
        for procedure in procedures_opened(self.procedure):
            mine = [child for child in self.snapshot.children if child.procedure == procedure]
            ended = [child for child in mine if child.outcome is not None]
            members[procedure] = Record(
                "children",
                {
                    "count": len(mine),
                    "open": len(mine) - len(ended),
                    "ended": len(ended),
                    "outcome": mine[-1].outcome if mine else None,
                },
                items=tuple(self._child(child) for child in mine),
            )
        return Record("children", members)

    def _child(self, child: Child) -> Record:
        """Return one child: its unit, how it stands, and what it reported when it ended."""
        definition = self.library.procedures.get(child.procedure)
        reported: dict[str, Any] = {}
        if definition is not None:
            known = (definition.fields[name] for name in definition.reports if name in definition.fields)
            reported = {field.name: self._value(field, child.facts.get(field.name), _nobody) for field in known}
        members = {
            "unit": self._unit_known(child.unit) if child.unit else None,
            "open": child.ended_at is None,
            "outcome": child.outcome,
            "ended_at": child.ended_at,
        }
        return Record("child", members | reported, key=child.key)

    def _followed(self) -> Record:
        told = None if self.snapshot.leader is None else self.snapshot.leader.told
        return Record("followed", {"answered": told == "answered", "gone": told in ("ended", "refused")})

    def _followers(self) -> Record:
        return Record("followers", {"count": sum(one.live for one in self.snapshot.followers)})

    def _remedies(self) -> tuple[Record, ...]:
        from huiyin.core.papers import ladder_of

        state = self.procedure.states.get(self.snapshot.state)
        if self.paper is not None:
            use = ladder_of(self.paper, self.procedure, self.snapshot)
        else:
            use = None if state is None or state.remedies is None else self.procedure.remedies.get(state.remedies)
        rows = () if use is None else self.library.remedies_for(use.ladder, self.snapshot.topic)
        return tuple(
            Record(
                "remedy",
                {
                    "name": row.name,
                    "unit": Labelled(row.unit.zh, row.unit),
                    "term": Labelled(row.term.zh, row.term),
                    "says": Labelled(row.says.zh, row.says),
                    "basis": "、".join(str(basis) for basis in row.basis),
                },
                key=row.name,
                label=Text(f"{row.unit.zh}（{row.term.zh}）", f"{row.unit.en} ({row.term.en})"),
            )
            for row in rows
        )


def _left(values: _Values) -> tuple[Record, ...]:
    return tuple(values._party(party) for party in values.snapshot.parties if party.left is not None)


def _nobody(_party: str) -> None:
    """Return no party: of who is a party elsewhere nothing is known here."""


def _as_is(text: str | None) -> Text | None:
    return None if text is None else Text(text, text)


def _role_of(procedure: Procedure, name: str) -> str | None:
    return next((role for role in procedure.roles if plural(role) == name), None)


_COMMON: Mapping[str, Callable[[_Values], Any]] = {
    "now": lambda values: values.now,
    "today": lambda values: values.now.astimezone(values.library.zone).date(),
    "opened_at": lambda values: values.snapshot.opened_at,
    "opened_by": lambda values: values.snapshot.opened_by,
    "topic": lambda values: values._topic(values.snapshot.topic),
    "line": lambda values: values.procedure.line_of_work,
    "state": lambda values: values.snapshot.state,
    "reference": lambda values: values.snapshot.reference,
    "actor": lambda values: values._known(values.actor),
    MEMBER: lambda values: values._known(values.member),
    THOSE_WHO_LEFT: _left,
    TIES: lambda values: values._ties(),
    "children": lambda values: values._children(),
    "followed": lambda values: values._followed(),
    "followers": lambda values: values._followers(),
    DONE: lambda values: values._done(),
    REMEDIES: lambda values: values._remedies(),
    THIS_SERVICE: lambda values: values._service(),
}
