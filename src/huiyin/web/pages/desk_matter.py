"""A matter at the desk of a member of staff: its story, its dates and why, its papers, and what this post may do now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from huiyin import clock
from huiyin.core.values import Principal, Text
from huiyin.matters import queries
from huiyin.matters.views import MatterView
from huiyin.web.pages import acting, attached, cameby, elsewhere, helping, kept, pressing, seats, sheets, together
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.mediation import links, sides
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Kin, Told, Wording
from huiyin.web.pages.whistles import answers


@staff_only
def matter(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Show the matter; with ``?for=`` the acts of one party, to record what it said at the window or by telephone."""
    standpoint = seats.of_staff(principal, home, matter)
    view = queries.get(principal, home, matter)
    if view is None:
        return not_found(request)
    words = Wording(view, standpoint)
    deeds, any_time = words.deeds()
    party = request.GET.get("for", "")
    recording = None
    if any(one.id == party for one in view.present):
        acting_for = seats.of_staff(principal, home, matter, party)
        theirs = queries.get(acting_for.principal, home, matter)
        recording = None if theirs is None else Wording(theirs, acting_for).deeds()
    children, parent = words.kin()
    history = words.history(newest_first=False)
    just = kept.done(request, str(matter))
    people = words.people()
    roles = view.procedure.states[view.state].by
    awaited = {one.id for one in view.present if one.role in roles} if view.relation in ("handler", "colleague") else set()
    context = {
        "view": view,
        "now": clock.now(),
        "told": kept.told(request),
        "topic": words.topic(),
        "place": words.place(),
        "state": words.state(),
        "danger": pressing.danger(view),
        "deeds": deeds,
        "any_time": any_time,
        "helping": helping.waiting(view, words.library, deeds),
        "recording": recording,
        "recording_for": words.name(party) if recording is not None else None,
        "party": party,
        "dates": words.dates(),
        "sheets": words.sheets(),
        "history": history,
        "followed": next((_followed(view, words, one, children) for one in history if one.seq == just), None),
        "facts": words.facts(),
        "files": attached.listed(view, standpoint),
        "hidden": words.hidden(),
        "people": people,
        "sides": sides.of(view, words),
        # A step that waits for parties is moved on here when they stand at the window or call.
        "awaited": [] if view.outcome else [one for one in people if one.id in awaited],
        "children": children,
        "parent": parent,
        "links": together.links(view, standpoint),
        "parts": answers.of_matter(view),
        "shared": answers.of_part(principal, view, standpoint, words.library),
        "address": standpoint.address,
        "dates_address": standpoint.dates(),
        "back": cameby.back(request, matter),
        "mediation_links": links.of(view, standpoint),
        "own_page": elsewhere.link(view.procedure.name, home, matter),
        "here": "inbox",
    }
    return show(request, "web/matter.html", context, frame="staff")


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of the act just taken.

    Attributes:
        printed: papers it printed, with their addresses.
        awaited: (name, id) of those whose part in a joint act is still missing.
        opened: matters it opened.
    """

    printed: tuple[tuple[Text, str], ...]
    awaited: tuple[tuple[Text, str], ...]
    opened: tuple[Kin, ...]


def _followed(view: MatterView, words: Wording, told: Told, children: Sequence[Kin]) -> Followed | None:
    """Return what came of an act, None where there is nothing to go to."""
    given = view.assents.get(told.action, ())
    awaited = tuple(
        (words.name(party.id) or Text(party.id, party.id), party.id)
        for party in view.present
        if given and view.procedure.roles[party.role].bound and party.id not in given
    )
    # What an act opens is keyed by the event and its place in it.
    born = tuple(kin for child, kin in zip(view.children, children, strict=True) if child.key.startswith(f"{told.seq}:"))
    return Followed(told.printed, awaited, born) if told.printed or awaited or born else None


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, principal: Principal, home: str, matter: UUID, action: str) -> HttpResponse:
    """Show or take one act."""
    standpoint = seats.of_staff(principal, home, matter, request.GET.get("for", ""))
    return acting.page(request, standpoint, action)


@staff_only
def file(request: HttpRequest, principal: Principal, home: str, matter: UUID, file: UUID) -> HttpResponse:
    """Send one file."""
    return attached.serve(request, seats.of_staff(principal, home, matter), file)


@staff_only
def paper(request: HttpRequest, principal: Principal, home: str, matter: UUID, name: str, number: int) -> HttpResponse:
    """Show one paper."""
    return sheets.page(request, seats.of_staff(principal, home, matter), name, number)
