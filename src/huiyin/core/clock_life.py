"""What is kept of a clock: its events, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from huiyin.core.terms import Due

EventKind = Literal["started", "paused", "resumed", "extended", "redated", "recounted", "met", "stopped", "expired"]
ClockKind = Literal["duty", "right", "minimum", "ordered", "target"]
Status = Literal["running", "paused", "met", "stopped"]
STATUS_AFTER: dict[str, Status] = {
    "started": "running",
    "paused": "paused",
    "resumed": "running",
    "met": "met",
    "stopped": "stopped",
}


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One thing that happened to a clock.

    Attributes:
        kind: what happened.
        at: when it happened in law.
        now: when it was entered.
        seq: number of the matter's event it belongs to.
        trigger: for a start or a correction, the instant the term runs from.
        until: for a start or a correction, the date a decision set instead of a term.
        by_term: for a start the term, for an extension what was granted, for a correction the term where it became another.
        due: what was computed then, if anything.
        reason: why, in the actor's words.
    """

    kind: EventKind
    at: datetime
    now: datetime
    seq: int
    trigger: datetime | None = None
    until: datetime | None = None
    by_term: str | None = None
    due: Due | None = None
    reason: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return data ``from_plain`` reads back; empty things are left out."""
        plain = {
            "kind": self.kind,
            "at": self.at.isoformat(),
            "now": self.now.isoformat(),
            "seq": self.seq,
            "trigger": None if self.trigger is None else self.trigger.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "by_term": self.by_term,
            "due": None if self.due is None else self.due.to_plain(),
            "reason": self.reason or None,
        }
        return {key: value for key, value in plain.items() if value is not None}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ClockEvent:
        """Build an event from stored data.

        Raises:
            ValueError: the kind is unknown.
        """
        if plain["kind"] not in get_args(EventKind):
            raise ValueError(f"stored clock event has the unknown kind {plain['kind']!r}")
        due = plain.get("due")
        return cls(
            kind=plain["kind"],
            at=datetime.fromisoformat(plain["at"]),
            now=datetime.fromisoformat(plain["now"]),
            seq=plain["seq"],
            trigger=_instant(plain.get("trigger")),
            until=_instant(plain.get("until")),
            by_term=plain.get("by_term"),
            due=None if due is None else Due.from_plain(due),
            reason=plain.get("reason", ""),
        )


@dataclass(frozen=True, slots=True)
class ClockLife:
    """A clock and all that happened to it.

    Attributes:
        name: the clock's name in the procedure.
        kind: duty, right, minimum, ordered or target.
        term: the term in force, as text; ``None`` when a decision set the date.
        count: the counting rule's name; ``None`` for a plain target.
        events: everything that happened, oldest first.
    """

    name: str
    kind: ClockKind
    term: str | None
    count: str | None
    events: tuple[ClockEvent, ...]

    @property
    def status(self) -> Status:
        """Whether the clock runs, stands still, was met, or was ended."""
        return next(STATUS_AFTER[event.kind] for event in reversed(self.events) if event.kind in STATUS_AFTER)

    @property
    def due(self) -> Due | None:
        """The last date computed. While the clock is paused it is the date before the pause, and will move."""
        return next((event.due for event in reversed(self.events) if event.due is not None), None)

    @property
    def provisional(self) -> bool:
        """Whether the last date leans on a year whose holiday notice is not out."""
        due = self.due
        return due is not None and due.provisional

    @property
    def trigger(self) -> datetime:
        """The instant the present run counts from, after any correction."""
        return next(event.trigger for event in reversed(self.events) if event.trigger is not None)

    @property
    def limit(self) -> datetime | None:
        """The instant that decides lateness: a party's right to the latest lawful end, all else the strict one."""
        due = self.due
        if due is None:
            return None
        return due.latest if self.kind == "right" else due.strict

    @property
    def expired(self) -> bool:
        """Whether it is on record that the present date has passed."""
        for event in reversed(self.events):
            if event.kind == "expired":
                return True
            if event.due is not None:
                return False
        return False

    def run_out(self, now: datetime) -> bool:
        """Return whether a running clock's date has passed, whatever its kind."""
        limit = self.limit
        return self.status == "running" and limit is not None and now > limit

    def overdue(self, now: datetime) -> bool:
        """Return whether somebody is late; a minimum that has run out is nobody's delay."""
        return self.kind != "minimum" and self.run_out(now)

    @property
    def met_late(self) -> bool:
        """Whether it was met, but only after its date; a minimum is meant to run out first."""
        limit = self.limit
        met = next((event.at for event in reversed(self.events) if event.kind == "met"), None)
        return self.kind != "minimum" and self.status == "met" and limit is not None and met is not None and met > limit

    def to_plain(self) -> dict[str, Any]:
        """Return data ``from_plain`` reads back."""
        return {
            "name": self.name,
            "kind": self.kind,
            "term": self.term,
            "count": self.count,
            "events": [event.to_plain() for event in self.events],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ClockLife:
        """Build a life from stored data.

        Raises:
            ValueError: the clock's kind or an event's kind is unknown, or there are no events.
        """
        if plain["kind"] not in get_args(ClockKind):
            raise ValueError(f"stored clock {plain['name']!r} has the unknown kind {plain['kind']!r}")
        events = tuple(ClockEvent.from_plain(event) for event in plain["events"])
        if not events or events[0].kind != "started":
            raise ValueError(f"stored clock {plain['name']!r} does not begin with its start")
        return cls(plain["name"], plain["kind"], plain["term"], plain["count"], events)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
