"""What the page of a matter leads to here: its room and the time agreed, its file, and the papers for the court."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from huiyin.core.values import Text
from huiyin.matters.views import MatterView
from huiyin.mediation import queries
from huiyin.web.pages.mediation import calendars, packet, parts, rooms
from huiyin.web.pages.seats import Standpoint


@dataclass(frozen=True, slots=True)
class Talk:
    """The talk a party has agreed to, where no list of steps leads to it.

    Attributes:
        meeting: when and where; None where nothing is arranged, or it is long past.
        room: the way into the room; None while there is no place in it.
    """

    meeting: tuple[datetime, str] | None
    calendar: str
    room: tuple[Text, str] | None


def talk(view: MatterView, standpoint: Standpoint) -> Talk | None:
    """Return the talk of a procedure that has a room and is no mediation, whose steps lead to it themselves."""
    if view.procedure.rooms is None or view.procedure.mediates:
        return None
    meeting, way = calendars.meeting(view), room(view, standpoint)
    if (meeting is None and not way) or view.outcome:
        return None
    return Talk(meeting, reverse("mine-calendar", args=[standpoint.reference]), way[0] if way else None)


def of(view: MatterView, standpoint: Standpoint) -> tuple[tuple[Text, str], ...]:
    """Return (words, address) of the pages that go with a matter, for the staff who handle it; the rooms for who is named to them."""
    return (*room(view, standpoint), *_of_calendar(view), *_of_file(view, standpoint))


def room(view: MatterView, standpoint: Standpoint) -> tuple[tuple[Text, str], ...]:
    """Return the way into the rooms of a matter, for who has a place in one."""
    doors = queries.doors(standpoint.principal, view.home, view.matter)
    if not doors:
        return ()
    label = Text("调解室", "The mediation room") if doors[0].rooms.private else rooms.together(doors[0].rooms)
    return ((label, rooms.address(standpoint)),)


def _of_calendar(view: MatterView) -> tuple[tuple[Text, str], ...]:
    """Return the time agreed as a calendar file; a mediation has it in its file."""
    if view.procedure.rooms is None or view.procedure.mediates or calendars.meeting(view) is None:
        return ()
    return ((Text("约好的时间，放进日历", "The time agreed, for a calendar"), reverse("desk-calendar", args=[view.home, view.matter])),)


def _of_file(view: MatterView, standpoint: Standpoint) -> tuple[tuple[Text, str], ...]:
    filing = parts.of_matter(standpoint)
    if filing is None:
        return ()
    missing = parts.missing(filing)
    short = Text(f"（还缺{missing}件）", f" ({missing} missing)") if missing else Text("", "")
    links = [
        (
            Text(f"{filing.file.title.zh}{short.zh}", f"{filing.file.title.en}{short.en}"),
            reverse("mediation-file", args=[view.home, view.matter]),
        )
    ]
    in_force = any(line.effective_at is not None for line in view.papers)
    confirms = packet.COURT in view.procedure.units
    if confirms or (packet.has_packet(view) and in_force):
        label = Text("法院结果登记", "The court's result") if confirms else Text("司法确认材料", "Papers for the court")
        links.append((label, reverse("court-packet", args=[view.home, view.matter])))
    return tuple(links)
