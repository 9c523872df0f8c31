"""The one form of an event in which it is hashed, written and checked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from huiyin.core import chain

# Every column of matters_event but `hash`. A column added later joins the hash from then on under a new list.
COLUMNS: Final = (
    "home", "id", "matter", "seq", "action", "principal_kind", "principal", "unit", "post", "purpose", "at", "now",
    "source_state", "state", "effects", "commitments", "sealed", "readers", "order", "prev",
)  # fmt: skip


def instant(moment: datetime) -> str:
    """Return an instant as the record writes it: UTC, ISO 8601."""
    return moment.astimezone(UTC).isoformat()


def event_hash(columns: Mapping[str, Any]) -> bytes:
    """Return the hash of an event whose instants are text and whose ``prev`` is hex."""
    return chain.event_hash({name: columns[name] for name in COLUMNS})


def bones(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a matter's body without what people said: the part whose hash may stand in an event for ever."""
    parties = [{name: party[name] for name in ("id", "role", "left") if name in party} for party in body["parties"]]
    children = [{name: value for name, value in child.items() if name != "facts"} for child in body["children"]]
    kept = {name: value for name, value in body.items() if name not in ("facts", "parties", "children")}
    return {**kept, "parties": parties, "children": children}


def bones_hash(body: Mapping[str, Any]) -> str:
    """Return the hash, in hex, of a body's bones."""
    return chain.event_hash(bones(body)).hex()
