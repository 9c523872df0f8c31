"""What anybody may know of facilities nearby: that something of the kind was reported, or was settled. Never of people.

These two questions are asked as the system, because whoever asks has no part in any matter. What comes back is made here and
holds no more than a kind, a street, a day and a word for how far it is; kinds that are not facilities of a place (disputes,
public order, people's own affairs) never pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from huiyin import clock
from huiyin.city import places
from huiyin.core.packs import Library
from huiyin.core.values import SYSTEM, Text
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter

RECENT = timedelta(days=30)
SHOWN = 3
STREET_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Similar:
    """How many open matters of a kind there are at a place, and since when the latest."""

    count: int
    label: Text
    day: date


@dataclass(frozen=True, slots=True)
class Settled:
    """A facility put in order: what kind, in which street, on what day."""

    label: Text
    street: Text
    day: date


def facilities(library: Library) -> list[str]:
    """Return the topics that are about things of a place."""
    return [topic.key for topic in library.topics.values() if topic.facility and not topic.sealed]


def similar(library: Library, topic: str, division: str) -> Similar | None:
    """Return the open matters of the same kind in the same community in the last thirty days; None when there are none."""
    found = library.topics.get(topic)
    if found is None or not found.facility or found.sealed or not division or not _is_community(division):
        return None
    since = clock.now() - RECENT
    with reading_as(SYSTEM):
        rows = Matter.objects.filter(topic=topic, division=division, outcome="", opened_at__gte=since, line=found.line_of_work)
        opened = list(rows.order_by("-opened_at").values_list("opened_at", flat=True)[:20])
    if not opened:
        return None
    return Similar(len(opened), found.label, opened[0].astimezone(library.zone).date())


def settled(library: Library, division: str) -> tuple[Settled, ...]:
    """Return the facilities put in order lately in the street a place belongs to, the latest first."""
    path = places.ancestors(division)
    street = next((one for one in path if one.level == "street"), None)
    if street is None:
        return ()
    within = [street.code, *(part.code for part in places.parts(street.code))]
    with reading_as(SYSTEM):
        rows = Matter.objects.filter(topic__in=facilities(library), division__in=within, outcome="resolved", parent=None)
        found = list(rows.order_by("-entered_at").values_list("topic", "entered_at")[:SHOWN])
    return tuple(Settled(library.topics[topic].label, street.title, at.astimezone(library.zone).date()) for topic, at in found)


def _is_community(division: str) -> bool:
    place = places.division(division)
    return place is not None and place.level == "community"
