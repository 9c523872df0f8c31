"""An appointment as a calendar file (RFC 5545). It names the matter by its reference and nobody by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import reference as references
from huiyin.core.values import Principal
from huiyin.matters import queries
from huiyin.matters.views import MatterView
from huiyin.web import people
from huiyin.web.calendar_file import MEDIA_TYPE, escaped, instant, written
from huiyin.web.pages import seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint

# The form of a procedure in which a meeting is arranged: a time, and where or how.
FORM = "appointment"
# The paper a meeting that was held leaves behind.
MINUTES = "mediation_minutes"
# After this long a meeting is no longer offered to be put into a calendar.
PAST = timedelta(hours=12)


def meeting(view: MatterView) -> tuple[datetime, str] | None:
    """Return when and where the next meeting is, when one is arranged and not long past."""
    form = view.procedure.forms.get(FORM)
    if form is None or view.outcome:
        return None
    fields = [view.procedure.fields[entry.field] for entry in form.entries]
    at = next((view.facts.get(field.name) for field in fields if field.type == "datetime"), None)
    where = next((view.facts.get(field.name) for field in fields if field.type == "text"), None)
    try:
        start = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        start = None
    if start is None or start.tzinfo is None or start < clock.now() - PAST:
        return None
    if any(line.name == MINUTES and line.printed_at >= start for line in view.papers):
        # It was held: its minutes are written. The session and the appointment are one field, so the time still stands in the facts.
        return None
    return start, str(where or "")


@staff_only
def of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Send the next meeting to a member of staff."""
    return _send(request, seats.of_staff(principal, home, matter))


def of_party(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the next meeting to a party."""
    followed = people.party_of(request, reference)
    return not_found(request) if followed is None else _send(request, seats.of_party(followed))


def _send(request: HttpRequest, standpoint: Standpoint) -> HttpResponse:
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    arranged = None if view is None else meeting(view)
    if view is None or arranged is None:
        return not_found(request)
    response = HttpResponse(event(view, *arranged), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{view.reference}.ics"'
    return response


def event(view: MatterView, start: datetime, where: str) -> bytes:
    """Return the calendar file. Its UID stays, and its SEQUENCE grows with the matter, so that a new time replaces the old."""
    zone = city.library().zone
    local = start.astimezone(zone)
    offset = local.strftime("%z")
    title = "调解会议" if view.procedure.mediates else view.procedure.title.zh
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Huiyin//meetings//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VTIMEZONE",
        f"TZID:{zone.key}",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        # One offset is right for a zone without summer time, and for a single meeting in any other.
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        f"UID:{view.matter}-{FORM}@huiyin",
        f"SEQUENCE:{view.version}",
        f"DTSTAMP:{instant(clock.now())}",
        f"DTSTART;TZID={zone.key}:{local:%Y%m%dT%H%M%S}",
        f"SUMMARY:{escaped(f'{title} {references.shown(view.reference)}')}",
        *([f"LOCATION:{escaped(where)}"] if where else []),
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return written(lines)
