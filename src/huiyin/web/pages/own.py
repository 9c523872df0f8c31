"""A party's own pages: where the matter stands, what was done, what they can read, sign and do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.standing import notices
from huiyin.matters import queries
from huiyin.matters.views import MatterView
from huiyin.web import people
from huiyin.web.pages import acting, attached, guide, kept, rate, seats, sheets, standing
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.mediation import links, obligations, offers, party
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Deed, Wording

NEWS = 12
# Events shown open; the earlier ones are folded.
LATEST = 6


def _standpoint(request: HttpRequest, reference: str, home: str, matter: UUID | None) -> Standpoint | None:
    followed = people.party_of(request, reference)
    return None if followed is None else seats.of_party(followed, home, matter)


def matter(request: HttpRequest, reference: str, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """Show the matter; whoever has not opened it in this session is asked for reference and code."""
    standpoint = _standpoint(request, reference, home, matter)
    if standpoint is None:
        return HttpResponseRedirect(f"{reverse('track')}?reference={reference}")
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if view is None:
        return not_found(request)
    words = Wording(view, standpoint)
    now_deeds, any_time = (_with_result(part, reference, standpoint) for part in words.deeds())
    entries = queries.timeline(standpoint.principal, standpoint.home, standpoint.matter)
    # What is said again word for word is shown once, where it was said last.
    told = [notice for notice in queries.notices(standpoint.principal) if notice.matter == view.matter and notice.text is not None]
    notices = [notice for place, notice in enumerate(told) if notice.text not in {one.text for one in told[:place]}]
    history = standing.told(words, entries)
    agreed = obligations.agreed(view, words, standpoint.principal.id)
    children, parent = words.kin()
    room = party.room(view, words)
    context = {
        "view": view,
        "now": clock.now(),
        "told": kept.told(request),
        "topic": words.topic(),
        "place": words.place(),
        "state": words.state(),
        "deeds": now_deeds,
        "any_time": any_time,
        "sheets": words.sheets(),
        "farewell": _farewell(view, standpoint),
        "history": history[:LATEST],
        "earlier": history[LATEST:],
        "agreed": agreed,
        "turn": _turn(view, now_deeds, room),
        "route": standing.route(view, entries),
        "points": standing.points(view),
        "not_ours": standing.not_ours(view, entries),
        "court_is_open": not view.outcome and guide.court_is_open(city.library(), view.procedure, view.topic),
        "rated": rate.rated(view),
        "room": room,
        "talk": links.talk(view, standpoint),
        "table": offers.of(view, words),
        "notices": notices[:NEWS],
        "facts": words.facts(),
        "files": attached.listed(view, standpoint),
        "people": words.people(),
        "own": standpoint.principal.id,
        "children": children,
        "parent": parent,
        "looks": words.looks(),
        "reference": reference,
        "within": standpoint.within,
        "dates_address": standpoint.dates(),
    }
    return show(request, "web/mine.html", context, frame="resident")


def _farewell(view: MatterView, standpoint: Standpoint) -> str | None:
    """Return where the notice stands that somebody who left was given, or None."""
    if not view.left:
        return None
    line = next((line for line in reversed(view.papers) if line.name in notices(view.procedure)), None)
    return None if line is None else standpoint.paper(line.name, line.number)


def read(request: HttpRequest, followed: people.Followed) -> HttpResponse:
    """Show how a matter stands to a browser that keeps no cookies: nothing can be done there, and nothing is remembered."""
    standpoint = seats.of_party(followed)
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if view is None:
        return not_found(request)
    words = Wording(view, standpoint)
    entries = queries.timeline(standpoint.principal, standpoint.home, standpoint.matter)
    context = {
        "view": view,
        "now": clock.now(),
        "topic": words.topic(),
        "state": words.state(),
        "turn": _turn(view, words.deeds()[0], party.room(view, words)),
        "route": standing.route(view, entries),
    }
    return show(request, "web/mine_read.html", context, frame="resident")


def _turn(view: MatterView, deeds: Sequence[Deed], room: party.Room | None) -> standing.Turn | None:
    steps = None if room is None else standing.BY_STEPS.get(room.waits or "")
    return steps or standing.turn(view, deeds)


def _with_result(deeds: Sequence[Deed], reference: str, standpoint: Standpoint) -> tuple[Deed, ...]:
    """Return the acts with those that say how it went leading to their own page."""
    if standpoint.within:
        return tuple(deeds)
    address = reverse("mine-result", args=[reference])
    return tuple(replace(deed, address=address) if deed.name in (rate.CONFIRM, rate.RATE) else deed for deed in deeds)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, reference: str, action: str, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """Show or take one act of the party."""
    standpoint = _standpoint(request, reference, home, matter)
    if standpoint is None:
        return HttpResponseRedirect(reverse("track"))
    return acting.page(request, standpoint, action)


def file(request: HttpRequest, reference: str, file: UUID, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """Send one file to the party."""
    standpoint = _standpoint(request, reference, home, matter)
    if standpoint is None:
        return HttpResponseRedirect(reverse("track"))
    return attached.serve(request, standpoint, file)


def paper(request: HttpRequest, reference: str, name: str, number: int, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """Show one paper to the party."""
    standpoint = _standpoint(request, reference, home, matter)
    if standpoint is None:
        return HttpResponseRedirect(reverse("track"))
    return sheets.page(request, standpoint, name, number)


@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Forget the matter on this device."""
    people.forget_party(request, reference)
    return HttpResponseRedirect(reverse("home"))
