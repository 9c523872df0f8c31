"""Many openings and acts of one home written together: intake of files, seeded history. Same rules, fewer round trips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.step import step
from huiyin.core.values import Principal, Refusal
from huiyin.matters import definitions, doors, fold, naming, services, write
from huiyin.matters.access import effective_tokens
from huiyin.matters.receipts import Receipt

Plain = dict[str, Any]


def open_many(wanted: Sequence[Mapping[str, Any]]) -> list[Receipt | Refusal]:
    """Open many matters, each given by the arguments of ``services.open``; answers in the same order.

    Those of one home are written in one transaction: after a crash either all of them are there or none, and asking again with the
    same keys gives the same receipts.
    """
    answers: list[Receipt | Refusal | None] = [None] * len(wanted)
    waiting: dict[str, list[tuple[int, services.Pending]]] = {}
    for place, arguments in enumerate(wanted):
        made = services.prepare_opening(**{**services.OPENING_DEFAULTS, **arguments})
        if isinstance(made, services.Pending):
            waiting.setdefault(made.home, []).append((place, made))
        else:
            answers[place] = made
    for home, group in waiting.items():
        # In one order everywhere: two batches with the same keys would otherwise wait for each other for ever.
        group.sort(key=lambda entry: entry[1].payload["key"])
        written = doors.many(home, [pending.payload for _, pending in group])
        for (place, pending), answer in zip(group, written, strict=True):
            answers[place] = services.answered(pending, answer)
    return [answer for answer in answers if answer is not None]


@dataclass(slots=True)
class _Held:
    snapshot: Snapshot
    head: bytes
    marks: fold.Marks


@dataclass(slots=True)
class Batch:
    """Acts of one home thought out on what the batch itself holds, and written at once by ``flush``.

    Nobody else acts on these matters meanwhile: they are opened here, or read here for the first time.
    """

    home: str
    payloads: list[Plain] = field(default_factory=list)
    _held: dict[UUID, _Held] = field(default_factory=dict)

    def open(self, **arguments: Any) -> Receipt | Refusal:
        """Prepare an opening; the receipt holds once the batch is flushed."""
        made = services.prepare_opening(**{**services.OPENING_DEFAULTS, "home": self.home, **arguments})
        if not isinstance(made, services.Pending):
            return made
        if made.home != self.home:
            raise ValueError(f"a batch of home {self.home} was given a matter of home {made.home}")
        self.payloads.append(made.payload)
        self._held[UUID(made.after.matter)] = _Held(made.after, bytes.fromhex(made.receipt.head), frozenset())
        return services.with_code(made.receipt)

    def act(
        self,
        *,
        matter: UUID,
        action: str,
        data: Mapping[str, Any],
        principal: Principal,
        key: str,
        at: datetime | None = None,
        evidence: Sequence[Mapping[str, Any]] = (),
    ) -> Receipt | Refusal:
        """Prepare an act on a matter as it will stand after what the batch holds already."""
        held = self._held.get(matter) or self._read(matter, principal)
        if held is None:
            return services.MISSING
        definition, library = definitions.pinned(held.snapshot.procedure, held.snapshot.procedure_version)
        now = clock.now()
        snapshot = naming.with_mentioned(definition, held.snapshot, data)
        effects = step(
            definition, library, snapshot, action, data, principal=principal, at=at or now, now=now, salts=services.salt, evidence=evidence
        )
        if isinstance(effects, Refusal):
            return effects
        asked = {"door": "act", "matter": str(matter), "action": action, "data": data, "seen": None, "key": key}
        recorded = write.Act(
            definition,
            library,
            effects,
            principal,
            at or now,
            now,
            key,
            services.body_hash(asked, principal, at, evidence, {"order": None}),
            held.head,
            evidence=evidence,
            alerted=str(data["clock"]) if action == "clock_due" else None,
            marks=held.marks,
        )
        payload, receipt = write.payload(recorded)
        payload |= {"seen": held.snapshot.version, "tokens": list(effective_tokens(principal))}
        self.payloads.append(payload)
        self._held[matter] = _Held(effects.after, bytes.fromhex(receipt.head), held.marks)
        return receipt

    def snapshot(self, matter: UUID) -> Snapshot | None:
        """Return a matter as it will stand, for whoever writes the history."""
        held = self._held.get(matter)
        return None if held is None else held.snapshot

    def flush(self) -> dict[str, int]:
        """Write everything in one transaction; returns how many were ``written``, ``known`` and so on."""
        counts: dict[str, int] = {}
        if self.payloads:
            for answer in doors.many(self.home, self.payloads):
                counts[answer["status"]] = counts.get(answer["status"], 0) + 1
        self.payloads.clear()
        self._held.clear()
        return counts

    def _read(self, matter: UUID, principal: Principal) -> _Held | None:
        seen = doors.snapshot(self.home, matter, principal)
        if seen is None:
            return None
        snapshot, marks = fold.without_erased(from_plain(seen["body"]))
        held = _Held(snapshot, bytes.fromhex(seen["head"]), marks)
        self._held[matter] = held
        return held
