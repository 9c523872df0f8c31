"""The only writer: from the effects of an act to the one payload the database writes whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.core import chain, search
from huiyin.core.clock_life import ClockEvent, ClockLife
from huiyin.core.effects import NOTE_ERASURE, NOTE_EVIDENCE, Content, Effects
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.sentence import sentence
from huiyin.core.snapshot import Snapshot, to_plain
from huiyin.core.values import SYSTEM, Principal, Text
from huiyin.ids import uuid7
from huiyin.matters import events, fold, outgoing, who
from huiyin.matters.access import reading_as
from huiyin.matters.models import Content as ContentRow
from huiyin.matters.receipts import Receipt

Plain = dict[str, Any]
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Act:
    """One act as it is to be recorded.

    Attributes:
        prev: hash of the matter's last event, or ``chain.GENESIS``.
        evidence: how an act recorded for somebody is known.
        alerted: the clock whose running out this act answers.
        marks: facts erased before or by this act.
        erases: ids of content and paper rows whose text is cleared.
        basis: why, for an erasure.
        erased: the party all of whose words an erasure takes out.
    """

    procedure: Procedure
    library: Library
    effects: Effects
    principal: Principal
    at: datetime
    now: datetime
    key: str
    body_hash: str
    prev: bytes
    evidence: Sequence[Mapping[str, Any]] = ()
    order: UUID | None = None
    alerted: str | None = None
    marks: fold.Marks = frozenset()
    erases: Mapping[str, Sequence[UUID]] | None = None
    basis: str = ""
    erased: str | None = None


def payload(act: Act) -> tuple[Plain, Receipt]:
    """Return what the database is to write, and the receipt that is stored with it."""
    effects, after = act.effects, act.effects.after
    body = fold.put_marks(to_plain(after), act.marks)
    content, commitments = _content(act)
    tasks = who.tasks(act.procedure, after)
    due = _next_due(after)
    has_it = who.in_words(act.procedure, after)
    event = _event(act, body, commitments, tasks, has_it)
    head = events.event_hash(event)
    event["prev"], event["hash"] = _bytes(act.prev), _bytes(head)
    receipt = Receipt(
        home=after.home,
        matter=UUID(after.matter),
        reference=after.reference,
        version=after.version,
        state=after.state,
        head=head.hex(),
        recorded_at=act.now,
        who=has_it,
        due=None if due is None else act.library.calendar.local_date(due[0]),
        due_provisional=due is not None and due[1],
        says=sentence(act.procedure, after, act.library, act.now),
        warnings=effects.warnings,
    )
    made: Plain = {
        "key": act.key,
        "key_id": str(uuid7()),
        "body_hash": act.body_hash,
        "receipt": receipt.to_plain(),
        "prev": _bytes(act.prev),
        "matter": _matter(act, body, head, tasks, due, has_it),
        "event": event,
        "content": content,
        "papers": _papers(effects),
        "clocks": _clocks(effects),
        "outbox": outgoing.rows(act.procedure, effects, act.principal, act.now, act.erased),
        "access": _access(effects.before, after, act.principal),
        "parties": _parties(effects.before, after),
    }
    made = {name: value for name, value in made.items() if value != []}
    # Also when nobody has it: the tasks of the state before must go.
    made["tasks"] = [{**task, "id": str(uuid7()), "due": None if due is None else events.instant(due[0])} for task in tasks]
    words = _words(act)
    if words is not None:
        made["search"] = words
    if act.alerted is not None:
        made["alerted"] = act.alerted
    if act.erases is not None:
        made["erases"] = {kind: [str(row) for row in rows] for kind, rows in act.erases.items()}
    return made, receipt


def _words(act: Act) -> list[str] | None:
    """Return what the matter is found by from now on, or None when that stays as it is."""
    before = None if act.effects.before is None else search.words_of(act.procedure, act.library, act.effects.before)
    words = search.words_of(act.procedure, act.library, act.effects.after)
    if (before or words) and _name_erased(act.effects):
        return []
    return None if words == (before or []) else words


def _name_erased(effects: Effects) -> bool:
    """Tell whether somebody's name was erased from this matter, now or before.

    Names are kept out of the index by being known. One that is erased is known no longer, and any text may still say it: such
    a matter is found by no words.
    """
    after, before = effects.after, effects.before
    unnamed = {party.id for party in after.parties if not party.name}
    if not unnamed or before is None:
        return False
    if any(party.id in unnamed and party.name for party in before.parties):
        return True
    with reading_as(SYSTEM):
        erased = ContentRow.objects.filter(home=after.home, matter=UUID(after.matter), field=fold.PARTY_NAME, erased_at__isnull=False)
        return erased.exists()


def _bytes(value: bytes) -> str:
    return f"\\x{value.hex()}"


def _content(act: Act) -> tuple[list[Plain], dict[str, str]]:
    """Return the content rows and, by their number, the commitments that stand in the event."""
    effects = act.effects
    known = {} if effects.before is None else {party.id: party.name for party in effects.before.parties}
    values = [
        Content(fold.PARTY_NAME, "P2", "set", party.name, party.id)
        for party in effects.after.parties
        if act.erases is None and known.get(party.id) != party.name
    ]
    values.extend(effects.content)
    values.extend(Content(NOTE_EVIDENCE, "P2", "set", dict(piece)) for piece in act.evidence)
    if act.basis:
        values.append(Content(NOTE_ERASURE, "P1", "set", act.basis))
    rows: list[Plain] = []
    commitments: dict[str, str] = {}
    for n, content in enumerate(values):
        salt = os.urandom(SALT_BYTES)
        commitments[str(n)] = chain.commitment(salt, content.value)
        rows.append(
            {
                "id": str(uuid7()),
                "n": n,
                "field": content.field,
                "party": content.party or "",
                "class": content.cls,
                "op": content.op,
                "value": content.value,
                "salt": _bytes(salt),
            }
        )
    return rows, commitments


def _event(act: Act, body: Plain, commitments: dict[str, str], tasks: list[Plain], has_it: Text) -> Plain:
    effects, after, principal = act.effects, act.effects.after, act.principal
    return {
        "home": after.home,
        "id": str(uuid7()),
        "matter": after.matter,
        "seq": after.version,
        "action": effects.action,
        "principal_kind": principal.kind,
        "principal": principal.id,
        "unit": principal.unit or "",
        "post": principal.post or "",
        "purpose": principal.purpose,
        "at": events.instant(act.at),
        "now": events.instant(act.now),
        "source_state": "" if effects.before is None else effects.before.state,
        "state": after.state,
        "effects": {**_summary(act, body, tasks), "who": has_it.to_plain()},
        "commitments": commitments,
        "sealed": effects.sealed,
        "readers": outgoing.readers(act.procedure, effects, principal) if effects.sealed else None,
        "order": None if act.order is None else str(act.order),
        "prev": act.prev.hex(),
    }


def _summary(act: Act, body: Plain, tasks: list[Plain]) -> Plain:
    """Return what an act did, without anything a person said or is called."""
    effects, after = act.effects, act.effects.after
    summary: Plain = {
        "moves": [[move.action, move.source, move.target] for move in effects.moves],
        "clocks": [[name, _clock_event(event)] for name, event in effects.clock_changes],
        "papers": [[issue.paper, issue.number, issue.hash] for issue, _, _ in effects.printed],
        "signatures": [
            [
                issue.paper,
                issue.number,
                mark.role,
                mark.by,
                mark.hash,
                mark.method,
                *([list(mark.scan), list(mark.scan_sha256)] if mark.scan else ()),
            ]
            for issues in after.papers.values()
            for issue in issues
            for mark in (*issue.signatures, *(() if issue.sealed is None else (issue.sealed,)))
            if mark.seq == after.version
        ],
        "opens": [[child.procedure, child.key] for child in effects.opens],
        "told": sorted({tell.to for tell in effects.tells}),
        "has_it": [[task["unit"], task["post"], task["person"], task["party"]] for task in tasks],
        "body": events.bones_hash(body),
    }
    if effects.became:
        summary["became"] = [list(one) for one in effects.became]
    if effects.closed:
        summary["outcome"] = after.outcome
    if effects.correction is not None:
        summary["corrected"] = {"event": effects.correction.event, "at": events.instant(effects.correction.at)}
    if effects.acting_for is not None:
        summary["acting_for"] = effects.acting_for
    if effects.assented:
        summary["assented"] = True
    if act.alerted is not None:
        summary["alerted"] = act.alerted
    if act.erases is not None:
        summary["erased"] = {kind: [str(row) for row in rows] for kind, rows in act.erases.items()}
    return {name: value for name, value in summary.items() if value != []}


def _clock_event(event: ClockEvent) -> Plain:
    plain = event.to_plain()
    due = plain.get("due")
    if due is not None:
        # The steps of the explanation stay with the matter; rule and calendar are enough to make them again.
        plain["due"] = {name: value for name, value in due.items() if name != "steps"}
    return plain


def _next_due(snapshot: Snapshot) -> tuple[datetime, bool] | None:
    """Return the earliest instant somebody will be late at, and whether it is provisional."""
    running = [
        (life.limit, life.provisional)
        for life in snapshot.clocks.values()
        if life.status == "running" and life.kind != "minimum" and life.limit is not None
    ]
    return min(running, default=None)


def _matter(act: Act, body: Plain, head: bytes, tasks: list[Plain], due: tuple[datetime, bool] | None, has_it: Text) -> Plain:
    after = act.effects.after
    ended = act.procedure.states[after.state].end is not None
    return {
        "id": after.matter,
        "reference": after.reference,
        "procedure": after.procedure,
        "procedure_version": after.procedure_version,
        "line": act.procedure.line_of_work,
        "topic": after.topic,
        "division": after.division,
        "state": after.state,
        "outcome": after.outcome or "",
        "version": after.version,
        "head": _bytes(head),
        "body": body,
        "opened_at": events.instant(after.opened_at),
        "entered_at": events.instant(after.entered_at),
        # The end is dated by the entry of its state, which a correction may re-date.
        "closed_at": events.instant(after.entered_at) if ended else None,
        "recorded_at": events.instant(act.now),
        "unit": next((task["unit"] for task in tasks if task["unit"]), ""),
        "posts": sorted({task["post"] for task in tasks if task["post"]}),
        "who": has_it.to_plain(),
        "next_due": None if due is None else events.instant(due[0]),
        "next_due_provisional": due is not None and due[1],
        "parent_home": "" if after.parent is None else after.parent.split("/")[0],
        "parent": None if after.parent is None else after.parent.split("/")[1],
    }


def _papers(effects: Effects) -> list[Plain]:
    return [
        {
            "id": str(uuid7()),
            "name": issue.paper,
            "number": issue.number,
            "hash": issue.hash,
            "salt": _bytes(salt),
            "title": rendered.title.to_plain(),
            "blocks": list(rendered.blocks),
        }
        for issue, rendered, salt in effects.printed
    ]


def clock_row(life: ClockLife) -> Plain:
    """Return the projection of one clock; the audit compares it with what is stored."""
    due = life.due
    return {
        "name": life.name,
        "kind": life.kind,
        "status": life.status,
        "due_strict": None if due is None else events.instant(due.strict),
        "due_latest": None if due is None else events.instant(due.latest),
        "due": None if life.limit is None else events.instant(life.limit),
        "provisional": life.provisional,
        "calendar": "" if due is None else due.calendar,
        "rule": "" if due is None else due.rule,
    }


def _clocks(effects: Effects) -> list[Plain]:
    changed = dict.fromkeys(name for name, _ in effects.clock_changes)
    return [{"id": str(uuid7()), **clock_row(effects.after.clocks[name])} for name in changed]


def _access(before: Snapshot | None, after: Snapshot, principal: Principal) -> list[Plain]:
    """Return the readers this act adds: units with a part in it, its parties, persons named in it, who took it in."""
    wanted = _readers(after)
    if before is None:
        if principal.kind == "staff" and principal.unit is not None:
            wanted.add(("unit", principal.unit))
        if principal.kind == "feeder":
            wanted.add(("feeder", principal.id))
    else:
        wanted -= _readers(before)
    return [{"id": str(uuid7()), "kind": kind, "principal": name} for kind, name in sorted(wanted)]


def _readers(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {
        *(("unit", unit) for unit in snapshot.units.values()),
        *(("party", party.id) for party in snapshot.parties),
        *(("person", person) for people in snapshot.named.values() for person in people),
    }


def _parties(before: Snapshot | None, after: Snapshot) -> list[Plain]:
    known = {} if before is None else {party.id: party for party in before.parties}
    return [
        {
            "id": str(uuid7()),
            "party": party.id,
            "role": party.role,
            "name": party.name,
            "phone": phone if isinstance(phone := party.facts.get("phone"), str) else "",
        }
        for party in after.parties
        if known.get(party.id) != party
    ]
