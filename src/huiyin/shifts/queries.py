"""Reads of the duty desk: what waits to be taken over, what this shift wrote, what earlier ones left. One's own unit only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.city import queries as city
from huiyin.core.rights import may_keep_shift, may_read_shift
from huiyin.core.values import Principal, Text
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.shifts.models import DutyEntry, HandOver

PAGE = 20


@dataclass(frozen=True, slots=True)
class About:
    """A matter as a line of the duty desk names it; only of one its reader may see."""

    home: str
    matter: UUID
    reference: str
    topic: str
    ended: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the duty log."""

    at: datetime
    who: str
    words: str
    about: About | None


@dataclass(frozen=True, slots=True)
class WatchedView:
    """A matter the next shift is asked to watch. ``about`` is None where this reader may not see it."""

    about: About | None
    words: str


@dataclass(frozen=True, slots=True)
class HandOverView:
    """A hand-over as somebody of the unit reads it.

    Attributes:
        own: this reader handed it over.
        waits: nobody has taken it over yet.
    """

    id: UUID
    at: datetime
    who: str
    words: str
    figures: tuple[tuple[Text, int], ...]
    watched: tuple[WatchedView, ...]
    entries: tuple[EntryView, ...]
    own: bool
    waits: bool
    taken_by: str
    taken_at: datetime | None


def waiting(principal: Principal) -> HandOverView | None:
    """Return what waits to be taken over in this reader's unit, or None."""
    if not may_read_shift(principal):
        return None
    row = HandOver.objects.filter(unit=principal.unit, taken_at=None, withdrawn_at=None).first()
    return None if row is None else _views(principal, [row])[0]


def waits(principal: Principal) -> bool:
    """Tell whether a hand-over of somebody else waits for this post."""
    return (
        may_keep_shift(principal)
        and HandOver.objects.filter(unit=principal.unit, taken_at=None, withdrawn_at=None).exclude(account=UUID(principal.id)).exists()
    )


def written(principal: Principal) -> tuple[EntryView, ...]:
    """Return what this shift wrote so far, the latest first."""
    if not may_read_shift(principal):
        return ()
    rows = list(DutyEntry.objects.filter(unit=principal.unit, hand_over=None).order_by("-at")[:200])
    return _entries(rows, _abouts(principal, [row.matter for row in rows]))


def earlier(principal: Principal, *, before: datetime | None = None) -> tuple[HandOverView, ...]:
    """Return the hand-overs that were taken over, the latest first; ``before`` an instant for the next page."""
    if not may_read_shift(principal):
        return ()
    rows = HandOver.objects.filter(unit=principal.unit).exclude(taken_at=None)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return tuple(_views(principal, list(rows.order_by("-at")[:PAGE])))


def _views(principal: Principal, rows: Sequence[HandOver]) -> list[HandOverView]:
    watched = {row.id: list(row.watched.order_by("position")) for row in rows}
    entries = {row.id: list(row.entries.order_by("-at")) for row in rows}
    named = [one.matter for group in watched.values() for one in group] + [one.matter for group in entries.values() for one in group]
    abouts = _abouts(principal, named)
    return [
        HandOverView(
            id=row.id,
            at=row.at,
            who=city.account_name(str(row.account)),
            words=row.words,
            figures=tuple((Text(one["zh"], one["en"]), int(one["count"])) for one in row.figures),
            watched=tuple(WatchedView(abouts.get(one.matter), one.words) for one in watched[row.id]),
            entries=_entries(entries[row.id], abouts),
            own=str(row.account) == principal.id,
            waits=row.taken_at is None,
            taken_by="" if row.taken_by is None else city.account_name(str(row.taken_by)),
            taken_at=row.taken_at,
        )
        for row in rows
    ]


def _entries(rows: Iterable[DutyEntry], abouts: dict[UUID, About]) -> tuple[EntryView, ...]:
    return tuple(
        EntryView(row.at, city.account_name(str(row.account)), row.words, None if row.matter is None else abouts.get(row.matter))
        for row in rows
    )


def _abouts(principal: Principal, matters: Iterable[UUID | None]) -> dict[UUID, About]:
    wanted = {matter for matter in matters if matter is not None}
    if not wanted:
        return {}
    with reading_as(principal):
        rows = Matter.objects.filter(id__in=wanted).values_list("home", "id", "reference", "topic", "outcome")
        return {matter: About(home, matter, reference, topic, bool(outcome)) for home, matter, reference, topic, outcome in rows}
