"""The dates of matters for a calendar: which clock of which matter ends when. No name and nothing anybody said is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from huiyin import clock
from huiyin.core import rights, service, standing
from huiyin.core.clock_life import ClockLife
from huiyin.core.snapshot import from_plain
from huiyin.core.values import Principal, Text
from huiyin.matters import definitions, directory, lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter

# A clock that has ended stays this long, as cancelled, so that every calendar that shows it hears of it.
ENDED_STAYS = timedelta(days=30)
_NEUTRAL = Text("一件事的期限", "a date of a matter")


@dataclass(frozen=True, slots=True)
class MatterDate:
    """One clock of one matter, as it may stand in a calendar somebody else can see.

    Attributes:
        label: the clock's own, of a matter of a sealed topic a neutral one.
        unit: the body that has the matter; empty when it waits for somebody outside.
        number: how often anything happened to the clock; it only grows.
    """

    home: str
    matter: UUID
    reference: str
    clock: str
    label: Text
    unit: str
    life: ClockLife
    number: int


def of_post(principal: Principal) -> tuple[MatterDate, ...]:
    """Return the dates of what waits for a member of staff, the earliest matters first."""
    page = lists.inbox(principal, limit=lists.MAX_PAGE, bare=True)
    return _of(principal, [(row.home, row.matter) for row in page.rows])


def of_party(principal: Principal) -> tuple[MatterDate, ...]:
    """Return the dates of the one matter a party came for."""
    home, _, matter = (principal.matter or "").partition("/")
    return _of(principal, [(home, UUID(matter))]) if home and matter else ()


def _of(principal: Principal, places: Iterable[tuple[str, UUID]]) -> tuple[MatterDate, ...]:
    now, sealed = clock.now(), set(lists.sealed_topics())
    found: list[MatterDate] = []
    by_home: dict[str, list[UUID]] = {}
    for home, matter in places:
        by_home.setdefault(home, []).append(matter)
    for home, matters in by_home.items():
        with reading_as(principal):
            rows = list(Matter.objects.filter(home=home, id__in=matters).values_list("id", "reference", "topic", "unit", "body"))
        for matter, reference, topic, unit, body in rows:
            snapshot = from_plain(body)
            procedure, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
            if not rights.may(rights.relation(principal, snapshot, procedure), "read") or standing.left_by(principal, snapshot) is not None:
                continue
            name = directory.unit_name(unit) if unit else None
            seen = snapshot
            if principal.kind == "party":
                # A party's right runs from its own service, as its page says too.
                seen = service.own_clocks(principal.id, procedure, snapshot, library, now)
            found.extend(
                MatterDate(
                    home=home,
                    matter=matter,
                    reference=reference,
                    clock=life.name,
                    label=_NEUTRAL if topic in sealed else procedure.clocks[life.name].label,
                    unit=name or "",
                    life=life,
                    number=len(snapshot.clocks[life.name].events),
                )
                for life in seen.clocks.values()
                if life.limit is not None and _shown(life, now)
            )
    return tuple(sorted(found, key=lambda one: (one.life.limit or now, one.reference, one.clock)))


def _shown(life: ClockLife, now: datetime) -> bool:
    return life.status in ("running", "paused") or life.events[-1].now > now - ENDED_STAYS
