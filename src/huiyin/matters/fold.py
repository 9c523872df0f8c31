"""From the recorded values of a matter back to its facts: what the audit compares the body with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

ERASED: Final[dict[str, Any]] = {"erased": True}
# Values an act leaves on record that are no facts of the matter.
NOTES: Final = frozenset({"evidence", "correction_reason", "corrected_date", "hand_over", "erasure_basis"})
PARTY_NAME: Final = "party.name"


@dataclass(slots=True)
class Folded:
    """Facts of a matter and of its parties, and the parties' names."""

    facts: dict[str, Any] = field(default_factory=dict)
    parties: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)


def fold(rows: Iterable[tuple[str, str, str, Any, bool]]) -> Folded:
    """Replay content rows in order.

    Args:
        rows: (field, party id or empty, op, value, whether erased) ordered by event and place within it.
    """
    folded = Folded()
    for name, party, op, value, erased in rows:
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
