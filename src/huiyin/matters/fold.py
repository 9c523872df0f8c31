"""From the recorded values of a matter back to its facts: what the audit compares the body with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from huiyin.core.effects import NOTE_REPORTED, NOTES
from huiyin.core.snapshot import Snapshot

ERASED: Final[dict[str, Any]] = {"erased": True}
PARTY_NAME: Final = "party.name"


Marks = frozenset[tuple[str, str]]


def without_erased(snapshot: Snapshot) -> tuple[Snapshot, Marks]:
    """Return the snapshot as if erased facts had never been given, and which they are: (party id or empty, field).

    Conditions, papers and sentences know values and their absence, nothing third.
    """
    marks = {("", name) for name, value in snapshot.facts.items() if value == ERASED}
    marks |= {(party.id, name) for party in snapshot.parties for name, value in party.facts.items() if value == ERASED}
    if not marks:
        return snapshot, frozenset()
    parties = tuple(replace(party, facts=_kept(party.facts)) for party in snapshot.parties)
    return replace(snapshot, facts=_kept(snapshot.facts), parties=parties), frozenset(marks)


def put_marks(body: dict[str, Any], marks: Marks) -> dict[str, Any]:
    """Mark in a plain body what was erased and not given again."""
    for party in body["parties"]:
        party["facts"] |= {name: ERASED for owner, name in marks if owner == party["id"] and name not in party["facts"]}
    body["facts"] |= {name: ERASED for owner, name in marks if not owner and name not in body["facts"]}
    return body


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value != ERASED}


@dataclass(slots=True)
class Folded:
    """Facts of a matter and of its parties, the parties' names, and what each child reported."""

    facts: dict[str, Any] = field(default_factory=dict)
    parties: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    reported: dict[str, Any] = field(default_factory=dict)


def fold(rows: Iterable[tuple[str, str, str, Any, bool]]) -> Folded:
    """Replay content rows in order.

    Args:
        rows: (field, party id or empty, op, value, whether erased) ordered by event and place within it.
    """
    folded = Folded()
    for name, party, op, value, erased in rows:
        if name == NOTE_REPORTED and not erased:
            folded.reported[value["key"]] = value["facts"]
        if name in NOTES:
            continue
        if name == PARTY_NAME:
            folded.names[party] = "" if erased else value
            folded.parties.setdefault(party, {})
            continue
        facts = folded.parties.setdefault(party, {}) if party else folded.facts
        before = facts.get(name)
        if erased:
            facts[name] = ERASED
        elif op == "set":
            facts[name] = value
        elif op == "add":
            facts[name] = [*before, value] if isinstance(before, list) else [value]
        elif isinstance(before, list) and 0 <= value["index"] < len(before):
            entries = [dict(entry) for entry in before]
            entries[value["index"]]["state"] = value["state"]
            facts[name] = entries
    return folded
