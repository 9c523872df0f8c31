"""Why this date: the clocks of one matter, each with everything needed to check it by hand."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from huiyin.core.values import Principal
from huiyin.matters import queries
from huiyin.matters.views import MatterView
from huiyin.web import dating, people
from huiyin.web.pages import seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Dated, Wording


@staff_only
def of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Show a clock to a member of staff."""
    return _page(request, seats.of_staff(principal, home, matter))


def of_party(request: HttpRequest, reference: str, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """Show a clock to a party; whoever has not opened the matter in this session is asked for reference and code."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(f"{reverse('track')}?reference={reference}")
    return _page(request, seats.of_party(followed, home, matter))


def _page(request: HttpRequest, standpoint: Standpoint) -> HttpResponse:
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if view is None:
        return not_found(request)
    words = Wording(view, standpoint)
    dated = words.dates()
    name = request.GET.get("clock", "")
    chosen = next((one for one in dated if one.clock.name == name), None)
    if name and chosen is None:
        return not_found(request)
    chosen = chosen or _nearest(view, dated)
    context = {
        "view": view,
        "address": standpoint.address,
        "one": None if chosen is None else dating.of_clock(view, chosen.clock, _seen(words)),
        "status": None if chosen is None else (chosen.status, chosen.tone),
        "others": [(one, standpoint.dates(one.clock.name)) for one in dated if one is not chosen],
        "feed": feed_of(standpoint),
        "here": "inbox",
    }
    return show(request, "web/dates/clock.html", context, frame=standpoint.shell)


def feed_of(standpoint: Standpoint) -> str:
    """Return where the reader makes a calendar address of these dates; empty for a matter seen through another."""
    if standpoint.shell == "staff":
        return reverse("desk-feed")
    return "" if standpoint.within else reverse("mine-feed", args=[standpoint.reference])


def _nearest(view: MatterView, dated: tuple[Dated, ...]) -> Dated | None:
    """Return the clock whose date the lists show, else the first."""
    shown = next((one for one in dated if one.clock.status == "running" and one.clock.due == view.due and view.due is not None), None)
    return shown or (dated[0] if dated else None)


def _seen(words: Wording) -> list[dating.Seen]:
    return [dating.Seen(one.seq, one.label, one.by, one.recorded, one.papers) for one in words.history(newest_first=False)]
