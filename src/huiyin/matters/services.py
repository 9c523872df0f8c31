"""The two doors of the record: ``open`` and ``act``. Nothing else changes a matter.

Each reads what it needs in one round trip, thinks without a transaction, and writes in one more. A key makes asking
twice the same as asking once.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError

from huiyin import clock
from huiyin.core import chain, own_code, rights
from huiyin.core.effects import Effects, Opening
from huiyin.core.following import REPORTED
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.sentence import sentence
from huiyin.core.snapshot import Party, Snapshot, from_plain
from huiyin.core.step import open_matter, step
from huiyin.core.values import Principal, Refusal, Text
from huiyin.ids import uuid7
from huiyin.matters import codes, definitions, directory, doors, fold, following, naming, references, refusals, sparing, write
from huiyin.matters.access import effective_tokens
from huiyin.matters.plain import BadPlainError, clean
from huiyin.matters.receipts import Receipt
from huiyin.matters.refusals import CONFLICT, MAY_NOT_OPEN, MISMATCH, MISSING

__all__ = ["MISSING", "Pending", "Receipt", "Weighed", "act", "foresee", "make_order", "open", "prepare_opening", "says"]

RETRIES = 3
Plain = dict[str, Any]

# What ``open`` takes for granted, for those who prepare openings themselves.
OPENING_DEFAULTS: Final[Mapping[str, Any]] = {
    "home": "", "at": None, "evidence": (), "topic": "", "division": "", "opened_by": "", "parties": (), "opener": 0,
    "unit": None, "feeder": None, "parent": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pending:
    """An opening ready to be written, for those who write many at once.

    Attributes:
        payload: what `doors.many` takes.
        after: the matter as it will stand.
        receipt: the receipt if it is written now; a repeated key answers with the first one.
    """

    home: str
    payload: Plain
    after: Snapshot
    receipt: Receipt


def open(  # noqa: A001 - the door's name
    *,
    procedure: str,
    home: str = "",
    data: Mapping[str, Any],
    principal: Principal,
    at: datetime | None = None,
    evidence: Sequence[Mapping[str, Any]] = (),
    key: str,
    topic: str = "",
    division: str = "",
    opened_by: str = "",
    parties: Sequence[Mapping[str, Any]] = (),
    opener: int | None = 0,
    unit: str | None = None,
    feeder: tuple[str, str] | None = None,
    parent: tuple[str, str] | None = None,
) -> Receipt | Refusal:
    """Open a matter.

    Args:
        home: where it is born; taken from the unit when not given.
        at: when it was asked; now when not given.
        key: made by the client; the same key with the same content gives the first receipt again.
        parties: ``{"role", "name", "facts"}`` of each.
        opener: which of ``parties`` asks; None when the body opens it on its own initiative.
        unit: id of the unit that takes it; the host kind's unit for the division when not given.
        feeder: (name, its own number) of the neighbouring system it came from.
        parent: (``home/matter``, what that matter calls this one), for children.

    Returns:
        the receipt, with the code; or why it was refused.
    """
    made = prepare_opening(
        procedure=procedure,
        home=home,
        data=data,
        principal=principal,
        at=at,
        evidence=evidence,
        key=key,
        topic=topic,
        division=division,
        opened_by=opened_by,
        parties=parties,
        opener=opener,
        unit=unit,
        feeder=feeder,
        parent=parent,
    )
    if not isinstance(made, Pending):
        return made
    try:
        return answered(made, doors.open_matter(made.home, made.payload))
    except IntegrityError as error:
        if feeder is not None and "matters_matter_feeder_number" in str(error):
            return refusals.fed_already(feeder)
        raise


def answered(pending: Pending, answer: Plain) -> Receipt | Refusal:
    """Return the receipt for what the database answered to an opening."""
    if answer["status"] == "mismatch":
        return MISMATCH
    return with_code(_receipt(answer))


def prepare_opening(
    *,
    procedure: str,
    home: str,
    data: Mapping[str, Any],
    principal: Principal,
    at: datetime | None,
    evidence: Sequence[Mapping[str, Any]],
    key: str,
    topic: str,
    division: str,
    opened_by: str,
    parties: Sequence[Mapping[str, Any]],
    opener: int | None,
    unit: str | None,
    feeder: tuple[str, str] | None,
    parent: tuple[str, str] | None,
) -> Pending | Receipt | Refusal:
    """Do everything of ``open`` but the writing. A receipt means the key was answered before."""
    now = clock.now()
    found = definitions.present(procedure)
    if isinstance(found, Refusal):
        return found
    definition, library = found
    try:
        data, evidence = clean(data), clean(evidence)
        people = clean(parties)
        named = clean({"key": key, "topic": topic, "division": division, "feeder": feeder, "unit": unit, "home": home})
    except BadPlainError as bad:
        return bad.refusal
    unfit = refusals.unfit_key(key, principal)
    if unfit is not None:
        return unfit
    given = {**named, "door": "open", "procedure": procedure, "data": data, "parties": people, "opened_by": opened_by}
    asked_hash = body_hash(given, principal, at, evidence, {"opener": opener, "parent": parent})
    units = directory.placed(definition, division, unit)
    host = units.get(definition.host)
    if unit is not None and host is None:
        return refusals.unknown_unit(unit)
    if host is not None and host.kind not in definition.units[definition.host].kinds:
        return refusals.wrong_unit(host.name, definition, library)
    way = opened_by or definition.opened_by[0]
    unit_ids = {alias: one.id for alias, one in units.items()}
    if not rights.may_open(definition, principal, way, unit_ids):
        return MAY_NOT_OPEN
    # What a parent hands down was proved there.
    refused = (
        None if principal.kind == "system" else naming.unfit(definition, library, unit_ids, data, library.calendar.local_date(at or now))
    )
    if refused is not None:
        return refused
    home = home or ("" if host is None else host.home)
    persons = _parties(people, principal)
    asker = persons[opener].id if opener is not None and opener < len(persons) else None
    matter = uuid7()
    moment = at or now
    opening = Opening(
        opened_by=way,
        topic=topic,
        division=division,
        data=data,
        parties=persons,
        opener=asker,
        units=unit_ids,
        unit_names={
            **{alias: one.name for alias, one in units.items()},
            **naming.mentioned(definition, {}, data),
        },
        parent=None if parent is None else parent[0],
    )
    effects = open_matter(
        definition,
        library,
        home=home,
        matter=str(matter),
        reference=references.take(home, moment.astimezone(library.calendar.zone)) if home else "",
        opening=opening,
        at=moment,
        now=now,
        salts=salt,
    )
    if isinstance(effects, Refusal):
        return _known_before(home, key, asked_hash) or effects
    holder = asker or (persons[0].id if persons else "")
    recorded = write.Act(definition, library, effects, principal, moment, now, key, asked_hash, chain.GENESIS, evidence=evidence)
    payload, receipt = write.payload(recorded)
    payload["matter"] |= {
        "codes": codes.first(matter, effects.after.reference, holder),
        "holder": holder,
        "feeder": "" if feeder is None else feeder[0],
        "feeder_number": "" if feeder is None else feeder[1],
        "parent_key": "" if parent is None else parent[1],
    }
    return Pending(home, payload, effects.after, receipt)


def act(
    *,
    home: str,
    matter: UUID,
    seen_version: int | None = None,
    action: str,
    data: Mapping[str, Any],
    principal: Principal,
    at: datetime | None = None,
    evidence: Sequence[Mapping[str, Any]] = (),
    key: str,
    order: UUID | None = None,
) -> Receipt | Refusal:
    """Take one action on a matter.

    Args:
        seen_version: the version the actor looked at; an older one than the present is refused with ``conflict``.
            None means: on the matter as it stands, tried again when somebody else comes first.
        at: when it happened; now when not given.
        key: made by the client; the same key with the same content gives the first receipt again.
        order: the order this act carries out.
    """
    try:
        data, evidence, key = clean(data), clean(evidence), clean(key, "key")
    except BadPlainError as bad:
        return bad.refusal
    unfit = refusals.unfit_key(key, principal)
    if unfit is not None:
        return unfit
    given = {"door": "act", "matter": str(matter), "action": action, "data": data, "seen": seen_version, "key": key}
    asked_hash = body_hash(given, principal, at, evidence, {"order": None if order is None else str(order)})
    for attempt in range(RETRIES + 1):
        if attempt:
            # Several who collided must not collide again in step.
            time.sleep(int.from_bytes(os.urandom(2)) / 65536 * 0.01 * attempt)
        seen = doors.snapshot(home, matter, principal, key)
        if seen is None:
            return MISSING
        if seen["known"] is not None:
            return known_answer(seen["known"], asked_hash)
        if seen_version is not None and seen_version != seen["version"]:
            return CONFLICT
        weighed = weigh(seen["body"], action, data, principal, at, evidence)
        if isinstance(weighed, Refusal):
            return weighed
        recorded = write.Act(
            weighed.procedure,
            weighed.library,
            weighed.effects,
            principal,
            weighed.at,
            weighed.now,
            key,
            asked_hash,
            bytes.fromhex(seen["head"]),
            evidence=evidence,
            order=order,
            alerted=str(data["clock"]) if action == "clock_due" else None,
            marks=weighed.marks,
        )
        answer = commit(home, recorded, seen["version"], principal, codes_taken=tuple(seen["codes"].values()))
        if answer is not CONFLICT or seen_version is not None:
            return answer
    return CONFLICT


@dataclass(frozen=True, slots=True)
class Weighed:
    """One act thought out on a matter as it stands: what it would do, dated ``at``, recorded ``now``."""

    procedure: Procedure
    library: Library
    effects: Effects
    at: datetime
    now: datetime
    marks: fold.Marks


def weigh(
    body: Plain, action: str, data: Mapping[str, Any], principal: Principal, at: datetime | None, evidence: Sequence[Mapping[str, Any]]
) -> Weighed | Refusal:
    """Return what an act does to the matter of ``body``, or why it may not be done. Nothing is written."""
    snapshot, marks = fold.without_erased(from_plain(body))
    definition, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    now = clock.now()
    moment = at or now
    check = naming.unfit_successor if action == "hand_over" else naming.unfit
    refused = check(definition, library, snapshot.units, data, library.calendar.local_date(moment)) or following.unfit(
        definition, snapshot, action, data, principal
    )
    if refused is not None:
        return refused
    # What comes with another matter's answer names units too.
    snapshot = naming.with_mentioned(definition, snapshot, data.get("facts", {}) if action == REPORTED else data)
    who = sparing.of_opener(definition, snapshot, principal)
    effects = step(
        definition, library, snapshot, action, data, principal=principal, at=moment, now=now, salts=salt, evidence=evidence, who=who
    )
    return effects if isinstance(effects, Refusal) else Weighed(definition, library, effects, moment, now, marks)


def foresee(
    *,
    home: str,
    matter: UUID,
    seen_version: int | None = None,
    action: str,
    data: Mapping[str, Any],
    principal: Principal,
    at: datetime | None = None,
    evidence: Sequence[Mapping[str, Any]] = (),
) -> Weighed | Refusal:
    """Return what ``act`` would do now with the same arguments, or why it would refuse. Nothing is written or told."""
    try:
        data, evidence = clean(data), clean(evidence)
    except BadPlainError as bad:
        return bad.refusal
    seen = doors.snapshot(home, matter, principal)
    if seen is None:
        return MISSING
    if seen_version is not None and seen_version != seen["version"]:
        return CONFLICT
    return weigh(seen["body"], action, data, principal, at, evidence)


def says(weighed: Weighed) -> Text:
    """Return the resident's sentence for where an act would leave the matter."""
    return sentence(weighed.procedure, weighed.effects.after, weighed.library, weighed.now)


def commit(home: str, recorded: write.Act, seen: int, principal: Principal, codes_taken: Collection[str] = ()) -> Receipt | Refusal:
    """Write one act that was thought out on version ``seen``.

    Args:
        codes_taken: keyed hashes of the codes of the matter's parties, for the act that hands one of them its own.
    """
    payload = to_write(recorded, seen, principal)
    if recorded.effects.action == own_code.NAME:
        after, party = recorded.effects.after, recorded.effects.acting_for or principal.id
        handed, hashed = codes.hand(UUID(after.matter), after.reference, party, after.version, codes_taken)
        payload["matter"]["codes"] = {party: hashed}
        payload["receipt"]["handed"] = asdict(handed)
    answer = doors.act(home, payload)
    refused = {"mismatch": MISMATCH, "missing": MISSING, "conflict": CONFLICT}.get(answer["status"])
    return refused if refused is not None else _receipt(answer)


def to_write(recorded: write.Act, seen: int, principal: Principal) -> Plain:
    """Return what the database is to write of one act; for those who write many at once (`doors.many`)."""
    payload, _ = write.payload(recorded)
    return {**payload, "seen": seen, "tokens": list(effective_tokens(principal))}


def make_order(*, kind: str, basis: str, text: Text, principal: Principal, at: datetime | None = None) -> UUID:
    """Record one decision that will move many matters; each act that carries it out names it."""
    order = uuid7()
    doors.write_order(
        {
            "id": str(order),
            "kind": kind,
            "basis": basis,
            "text": text.to_plain(),
            "decided_by": f"{principal.kind}:{principal.id}",
            "at": (at or clock.now()).isoformat(),
        }
    )
    return order


def known_answer(known: Plain, asked_hash: str) -> Receipt | Refusal:
    """Return the answer a key got before: its receipt again, or the refusal when something else is asked under it."""
    return MISMATCH if known["body_hash"] != asked_hash else _receipt({"status": "known", **known})


def salt() -> bytes:
    """Return a fresh salt."""
    return os.urandom(write.SALT_BYTES)


def _receipt(answer: Plain) -> Receipt:
    receipt = replace(Receipt.from_plain(answer["receipt"]), known=answer["status"] == "known")
    handed = answer["receipt"].get("handed")
    return receipt if handed is None else receipt.with_code(codes.code_for(receipt.matter, codes.Handed(**handed)))


def with_code(receipt: Receipt) -> Receipt:
    """Return an opening's receipt with the code on it."""
    return receipt.with_code(codes.code_for(receipt.matter))


def _known_before(home: str, key: str, asked_hash: str) -> Receipt | Refusal | None:
    """Return the first answer of a key whose opening would be refused today."""
    answer = doors.known(home, key, asked_hash)
    if answer is None:
        return None
    return MISMATCH if answer["status"] == "mismatch" else with_code(_receipt(answer))


def body_hash(given: Plain, principal: Principal, at: datetime | None, evidence: Sequence[Mapping[str, Any]], more: Plain) -> str:
    """Return the hash of what a client asked. Who asks is part of it: a key answers nobody but its maker."""
    asked = {
        **given,
        **more,
        "principal": [principal.kind, principal.id, principal.acting_for],
        # A moment left to the server differs at each try and is no part of what was asked.
        "at": None if at is None else at.isoformat(),
        "evidence": evidence,
    }
    return hashlib.sha256(chain.canonical(asked)).hexdigest()


def _parties(given: Sequence[Mapping[str, Any]], principal: Principal) -> tuple[Party, ...]:
    """Return the parties under fresh ids. Only a parent hands ids down: an id chosen by a client could be another's key."""
    return tuple(
        Party(
            id=str(one["id"]) if principal.kind == "system" and one.get("id") else str(uuid7()),
            role=str(one.get("role", "")),
            name=str(one.get("name") or "").strip(),
            facts=dict(one.get("facts") or {}),
        )
        for one in given
    )
