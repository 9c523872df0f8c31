"""What a post was told: the unread first, each leading to its matter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from huiyin import clock
from huiyin.core.values import Principal, Text
from huiyin.matters import doors, queries
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.matters.views import NoticeView
from huiyin.web import people
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.show import show
from huiyin.web.pages.worklist import capped

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One notice: what was said, about which matter. The reference is empty when the post may no longer see the matter."""

    notice: NoticeView
    reference: str
    address: str | None


@staff_only
def page(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the notices, unread ones first, the latest first among each."""
    found = queries.notices(principal, limit=MOST)
    with reading_as(principal):
        named = dict(Matter.objects.filter(id__in={one.matter for one in found}).values_list("id", "reference"))
    lines = [
        Line(one, named.get(one.matter, ""), reverse("desk-matter", args=[one.home, one.matter]) if one.matter in named else None)
        for one in found
    ]
    context = {
        "unread": [line for line in lines if line.notice.read_at is None],
        "read": [line for line in lines if line.notice.read_at is not None],
        "now": clock.now(),
        "told": kept.told(request),
        "here": "notices",
    }
    return show(request, "web/notices.html", context, frame="staff")


@staff_only
@require_POST
def mark(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Mark the notices named read; the page sends those it showed, so that one that came meanwhile stays unread."""
    by_home: dict[str, list[UUID]] = defaultdict(list)
    for place in request.POST.getlist("notice")[:MOST]:
        home, _, notice = place.partition("/")
        try:
            by_home[home].append(UUID(notice))
        except ValueError:
            continue
    done = sum(doors.read_notices(home, notices, principal, clock.now()) for home, notices in by_home.items())
    if done:
        kept.tell(request, Text("已标为已读。", "Marked as read."))
    onwards = request.POST.get("then", "")
    address = next((line for line in (_matter(onwards),) if line), reverse("notices"))
    return HttpResponseRedirect(address)


def _matter(place: str) -> str:
    home, _, matter = place.partition("/")
    try:
        return reverse("desk-matter", args=[home, UUID(matter)]) if home.isascii() and home.isalnum() else ""
    except ValueError:
        return ""


def badge(request: HttpRequest) -> str:
    """Return how many notices wait to be read, for the side list; empty when none do."""
    principal = people.staff_of(request)
    number = 0 if principal is None else queries.unread(principal)
    return capped(number) if number else ""
