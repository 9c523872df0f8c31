"""A matter at one moment, as one plain value: all that guards, papers and templates may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from huiyin.core.clocks import ClockLife
from huiyin.core.following import Follower, Leader

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Left:
    """That a party is no longer in the matter: since when, and by which event."""

    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Party:
    """Someone the matter concerns.

    Attributes:
        role: party role of the procedure.
        name: as written on papers (class P2); empty for someone who gave no name.
        facts: values of the fields declared ``of`` this role, and contact facts (phone, address, id_number).
        left: set once the party has left; it is then asked, told and signed for no more.
    """

    id: str
    role: str
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    left: Left | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature or seal on one text; ``hash`` is the text it binds.

    Attributes:
        scan: ids of the files that show the signed sheets, in order.
        scan_sha256: hashes of those files' bytes, in the same order.
    """

    by: str
    role: str
    at: datetime
    hash: str
    method: str
    seq: int
    scan: tuple[str, ...] = ()
    scan_sha256: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assent:
    """One party's part of a joint act, with the instant and the event it is dated by."""

    party: str
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class PaperIssue:
    """One printed text of a paper. Content is kept by the record; the matter carries its hash.

    Attributes:
        number: 1 for the first issue of this paper in this matter.
        blocks: the rendered text; empty in snapshots that were stored (the record keeps texts apart).
        corrects: number of the issue this one reprints after a correction, or None.
        assents: what made it effective where nobody signs: the word of each party, or the one act.
        asked_by: party whose act printed it, the ``actor`` of its text; None when nobody of the parties did.
        apart: a sealed act printed it: it is there for who may read that act, and stands in no file.
    """

    paper: str
    number: int
    printed_at: datetime
    seq: int
    hash: str
    signatures: tuple[Signature, ...] = ()
    sealed: Signature | None = None
    voided: bool = False
    effective_at: datetime | None = None
    corrects: int | None = None
    assents: tuple[Assent, ...] = ()
    asked_by: str | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Child:
    """A matter this one opened.

    Attributes:
        unit: id of the unit it was opened with; empty when the child's procedure and the place decided.
        facts: what it reported last.
        version: how far it had come when it last told anything.
        apart: a sealed act opened it: it is there for who may read that act.
    """

    procedure: str
    key: str
    matter: str | None = None
    outcome: str | None = None
    ended_at: datetime | None = None
    unit: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    apart: bool = False

    @property
    def opened_by(self) -> int:
        """The event that opened it."""
        return int(self.key.partition(":")[0])


@dataclass(frozen=True, slots=True)
class Service:
    """One attempt to serve one issue of a paper on somebody. Its words (who signed, why refused) stand with the facts.

    Attributes:
        to: party id, or the alias of a unit.
        on: the day it was done: signed for, left, published, arrived.
        counts: the day from which it counts as served; None when it failed.
        seq: event that recorded it; its proofs bear the same number.
        by: post or party role that recorded it.
        slip: number of the issue of the slip printed about it, or None.
    """

    paper: str
    number: int
    to: str
    method: str
    result: str
    on: date
    counts: date | None
    seq: int
    by: str
    slip: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A matter at one moment.

    Attributes:
        version: sequence number of its last event; the next act must have seen it.
        entered: sequence number of the event that entered the present state.
        units: alias -> unit id.
        named: post -> account ids of the persons named to hold it in this matter.
        ever_named: post -> account ids of everybody who was ever named to it, in that order.
        clocks: clock name -> its life.
        papers: paper name -> its issues, oldest first.
        assents: action -> the parts of a joint action that are done.
        done: action -> how often taken.
        services: what was done to serve papers, in the order it was recorded or last corrected.
        leader: the matter this one is dealt with together with; followers: those dealt with together with this one.
    """

    home: str
    matter: str
    reference: str
    procedure: str
    procedure_version: str
    version: int
    state: str
    entered: int
    entered_at: datetime
    opened_at: datetime
    opened_by: str
    topic: str
    division: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    unit_names: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ever_named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clocks: Mapping[str, ClockLife] = field(default_factory=dict)
    papers: Mapping[str, tuple[PaperIssue, ...]] = field(default_factory=dict)
    children: tuple[Child, ...] = ()
    assents: Mapping[str, tuple[Assent, ...]] = field(default_factory=dict)
    done: Mapping[str, int] = field(default_factory=dict)
    outcome: str | None = None
    parent: str | None = None
    services: tuple[Service, ...] = ()
    leader: Leader | None = None
    followers: tuple[Follower, ...] = ()

    def party(self, party_id: str) -> Party | None:
        """Return the party with that id, or None."""
        return next((party for party in self.parties if party.id == party_id), None)

    @property
    def present(self) -> tuple[Party, ...]:
        """The parties who are still in, in the order they were named."""
        return tuple(party for party in self.parties if party.left is None)

    def of_role(self, role: str) -> tuple[Party, ...]:
        """Return the parties of one role who are still in, in the order they were named."""
        return tuple(party for party in self.present if party.role == role)

    def paper(self, name: str) -> PaperIssue | None:
        """Return the newest issue of a paper that is not voided, or None."""
        return next((issue for issue in reversed(self.papers.get(name, ())) if not issue.voided), None)


def to_plain(snapshot: Snapshot) -> Plain:
    """Return the snapshot as JSON-ready values (instants as ISO 8601 with offset)."""
    return {
        "home": snapshot.home,
        "matter": snapshot.matter,
        "reference": snapshot.reference,
        "procedure": snapshot.procedure,
        "procedure_version": snapshot.procedure_version,
        "version": snapshot.version,
        "state": snapshot.state,
        "entered": snapshot.entered,
        "entered_at": snapshot.entered_at.isoformat(),
        "opened_at": snapshot.opened_at.isoformat(),
        "opened_by": snapshot.opened_by,
        "topic": snapshot.topic,
        "division": snapshot.division,
        "facts": dict(snapshot.facts),
        "parties": [_party_plain(party) for party in snapshot.parties],
        "units": dict(snapshot.units),
        "unit_names": dict(snapshot.unit_names),
        "named": {post: list(people) for post, people in snapshot.named.items()},
        "ever_named": {post: list(people) for post, people in snapshot.ever_named.items()},
        "clocks": {name: life.to_plain() for name, life in snapshot.clocks.items()},
        "papers": {name: [_issue_plain(issue) for issue in issues] for name, issues in snapshot.papers.items()},
        "children": [_child_plain(child) for child in snapshot.children],
        "assents": {action: [_assent_plain(part) for part in parts] for action, parts in snapshot.assents.items()},
        "done": dict(snapshot.done),
        "outcome": snapshot.outcome,
        "parent": snapshot.parent,
        "services": [_service_plain(service) for service in snapshot.services],
        # Only where there is a link: every other matter is as it always was.
        **({} if snapshot.leader is None else {"leader": snapshot.leader.to_plain()}),
        **({"followers": [one.to_plain() for one in snapshot.followers]} if snapshot.followers else {}),
    }


def from_plain(plain: Plain) -> Snapshot:
    """Read back what ``to_plain`` made."""
    return Snapshot(
        **{
            **plain,
            "entered_at": datetime.fromisoformat(plain["entered_at"]),
            "opened_at": datetime.fromisoformat(plain["opened_at"]),
            "parties": tuple(_party(party) for party in plain["parties"]),
            "named": {post: tuple(people) for post, people in plain["named"].items()},
            "ever_named": {post: tuple(people) for post, people in plain.get("ever_named", {}).items()},
            "clocks": {name: ClockLife.from_plain(life) for name, life in plain["clocks"].items()},
            "papers": {name: tuple(_issue(issue) for issue in issues) for name, issues in plain["papers"].items()},
            "children": tuple(Child(**{**child, "ended_at": _instant(child["ended_at"])}) for child in plain["children"]),
            "assents": {action: tuple(_assent(part) for part in parts) for action, parts in plain["assents"].items()},
            "services": tuple(_service(service) for service in plain.get("services", ())),
            "leader": Leader(**plain["leader"]) if plain.get("leader") else None,
            "followers": tuple(Follower.from_plain(one) for one in plain.get("followers", ())),
        }
    )


def with_named(snapshot: Snapshot, post: str, people: Iterable[str]) -> Snapshot:
    """Return the snapshot with these people, each once, named to a post of this matter; who held it before stays known as such."""
    now = tuple(dict.fromkeys(people))
    ever = dict.fromkeys((*snapshot.ever_named.get(post, ()), *now))
    return replace(
        snapshot,
        named={**snapshot.named, post: now},
        ever_named={**snapshot.ever_named, post: tuple(ever)},
    )


def with_party_fact(snapshot: Snapshot, party_id: str, name: str, value: object) -> Snapshot:
    """Return the snapshot with one fact of one party changed."""
    parties = tuple(replace(party, facts={**party.facts, name: value}) if party.id == party_id else party for party in snapshot.parties)
    return replace(snapshot, parties=parties)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _party_plain(party: Party) -> Plain:
    # Only of who left: every other party is as it always was.
    left = {} if party.left is None else {"left": {"at": party.left.at.isoformat(), "seq": party.left.seq}}
    return {"id": party.id, "role": party.role, "name": party.name, "facts": dict(party.facts), **left}


def _party(plain: Plain) -> Party:
    left = plain.get("left")
    return Party(**{**plain, "left": None if left is None else Left(datetime.fromisoformat(left["at"]), left["seq"])})


def _signature_plain(signature: Signature) -> Plain:
    scan = {"scan": list(signature.scan), "scan_sha256": list(signature.scan_sha256)} if signature.scan else {}
    return {
        "by": signature.by,
        "role": signature.role,
        "at": signature.at.isoformat(),
        "hash": signature.hash,
        "method": signature.method,
        "seq": signature.seq,
        **scan,
    }


def _signature(plain: Plain) -> Signature:
    scan: dict[str, Any] = {name: tuple(plain[name]) for name in ("scan", "scan_sha256") if name in plain}
    given: dict[str, Any] = {**plain, **scan, "at": datetime.fromisoformat(plain["at"])}
    return Signature(**given)


def _assent_plain(assent: Assent) -> Plain:
    return {"party": assent.party, "at": assent.at.isoformat(), "seq": assent.seq}


def _assent(plain: Plain) -> Assent:
    return Assent(**{**plain, "at": datetime.fromisoformat(plain["at"])})


def _service_plain(service: Service) -> Plain:
    return {
        "paper": service.paper,
        "number": service.number,
        "to": service.to,
        "method": service.method,
        "result": service.result,
        "on": service.on.isoformat(),
        "counts": None if service.counts is None else service.counts.isoformat(),
        "seq": service.seq,
        "by": service.by,
        "slip": service.slip,
    }


def _service(plain: Plain) -> Service:
    counts = plain["counts"]
    days = {"on": date.fromisoformat(plain["on"]), "counts": None if counts is None else date.fromisoformat(counts)}
    return Service(**{**plain, **days})


def _issue_plain(issue: PaperIssue) -> Plain:
    return {
        "paper": issue.paper,
        "number": issue.number,
        "printed_at": issue.printed_at.isoformat(),
        "seq": issue.seq,
        "hash": issue.hash,
        "signatures": [_signature_plain(signature) for signature in issue.signatures],
        "sealed": None if issue.sealed is None else _signature_plain(issue.sealed),
        "voided": issue.voided,
        "effective_at": None if issue.effective_at is None else issue.effective_at.isoformat(),
        "corrects": issue.corrects,
        "assents": [_assent_plain(assent) for assent in issue.assents],
        "asked_by": issue.asked_by,
        **({"apart": True} if issue.apart else {}),
    }


def _issue(plain: Plain) -> PaperIssue:
    return PaperIssue(
        **{
            **plain,
            "printed_at": datetime.fromisoformat(plain["printed_at"]),
            "signatures": tuple(_signature(signature) for signature in plain["signatures"]),
            "sealed": None if plain["sealed"] is None else _signature(plain["sealed"]),
            "effective_at": _instant(plain["effective_at"]),
            "assents": tuple(_assent(assent) for assent in plain.get("assents", ())),
        }
    )


def _child_plain(child: Child) -> Plain:
    return {
        "procedure": child.procedure,
        "key": child.key,
        "matter": child.matter,
        "outcome": child.outcome,
        "ended_at": None if child.ended_at is None else child.ended_at.isoformat(),
        "unit": child.unit,
        "facts": dict(child.facts),
        "version": child.version,
        **({"apart": True} if child.apart else {}),
    }
