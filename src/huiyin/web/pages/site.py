"""Pages anyone may read: the start, a place and who works there, about, health."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse

from huiyin import __version__, clock
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.city.models import Unit
from huiyin.core.procedure import Procedure
from huiyin.core.values import Text
from huiyin.intake import nearby
from huiyin.web.pages import guide, journeys, places
from huiyin.web.pages.show import show

ON_DUTY = Text("今天有人", "Somebody is here today")
SHOWN_ON_TOP = 3
# Posts a resident may come to; who keeps the seal or runs the system is no business of theirs.
MET_BY_RESIDENTS = ("head", "intake_clerk", "clerk", "mediator", "grid_worker", "duty_officer")


@dataclass(frozen=True, slots=True)
class Present:
    """A unit and who acts in its posts today, by post."""

    title: Text
    people: tuple[tuple[Text, Text | None], ...]


def home(request: HttpRequest) -> HttpResponse:
    """Show the four big choices."""
    library = city.library()
    guides = [procedure for procedure in library.procedures.values() if journeys.OPENED_BY in procedure.opened_by]
    context = {"guides": guides, "guided": library.pathway is not None, "applied_for": [one.title for one in _applied_for()]}
    return show(request, "web/home.html", context, frame="resident")


def applications(request: HttpRequest) -> HttpResponse:
    """List what can be applied for by name, with its law, a form to print and how it is handled."""
    library = city.library()
    found = [(procedure, guide.cited(library, procedure.basis)) for procedure in _applied_for()]
    return show(request, "web/applications.html", {"applications": found, "here": "guides"}, frame="resident")


def _applied_for() -> list[Procedure]:
    library = city.library()
    known = () if library.pathway is None else library.pathway.applications
    return [library.procedures[one.procedure] for one in known if journeys.application_of(library, one.procedure) is not None]


def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show who works at a place today and what can be done there: what the code at its door opens."""
    name = places.name_of(code)
    if name is None or not places.is_place(code):
        return show(request, "web/places.html", {"words": "", "found": [], "unknown": True}, status=404)
    library = city.library()
    units = present_at(code)
    context = {
        "code": code,
        "name": name,
        "units": units,
        "present": _on_duty(units),
        "on_duty": ON_DUTY,
        "doable": _doable(code),
        "guided": library.pathway is not None,
        "settled": nearby.settled(library, code),
        "parts": [(part.code, part.title) for part in tree.parts(code)],
    }
    return show(request, "web/place.html", context)


def present_at(code: str) -> tuple[Present, ...]:
    """Return the units that receive people at a place, with who is there today; nobody on leave is named."""
    library = city.library()
    today = clock.now().astimezone(library.zone).date()
    units = list(Unit.objects.filter(division_id=code, to_date=None, kind__in=receiving_kinds()).order_by("kind"))
    acting = city.holders_of([unit.id for unit in units], MET_BY_RESIDENTS, today)
    found: list[Present] = []
    for unit in units:
        kind = library.unit_kinds.get(unit.kind)
        posts = [post for post in MET_BY_RESIDENTS if kind is not None and post in kind.posts]
        people = tuple((library.post_label(post), _names([one.name for one in acting.get((unit.id, post), [])])) for post in posts)
        found.append(Present(unit.title, people))
    return tuple(found)


def _on_duty(units: tuple[Present, ...]) -> Text | None:
    """Return who is here today in one line; None when nobody is."""
    named = [(post, names) for unit in units for post, names in unit.people if names is not None]
    if not named:
        return None
    return Text(
        "；".join(f"{names.zh}（{post.zh}）" for post, names in named[:SHOWN_ON_TOP]),
        "; ".join(f"{names.en} ({post.en})" for post, names in named[:SHOWN_ON_TOP]),
    )


def _doable(code: str) -> list[Procedure]:
    """Return what residents may begin and a unit for this place takes."""
    library = city.library()
    on = clock.now().astimezone(library.zone).date()
    open_to_all = [one for one in library.procedures.values() if journeys.OPENED_BY in one.opened_by]
    kinds = {kind for procedure in open_to_all for kind in procedure.units[procedure.host].kinds}
    there = city.units_along(tree.path_of(code), kinds, on=on)
    return sorted((one for one in open_to_all if there.keys() & set(one.units[one.host].kinds)), key=lambda one: one.name)


def _names(names: list[str]) -> Text | None:
    once = list(dict.fromkeys(names))
    return Text("、".join(once), ", ".join(once)) if once else None


def receiving_kinds() -> frozenset[str]:
    """Return the kinds of unit a procedure open to residents begins at, and workrooms, which take anything in."""
    kinds = {"workroom"}
    for procedure in city.library().procedures.values():
        if journeys.OPENED_BY in procedure.opened_by:
            kinds.update(procedure.units[procedure.host].kinds)
    return frozenset(kinds)


def find_places(request: HttpRequest) -> HttpResponse:
    """Find places by words."""
    words = request.GET.get("words", "").strip()[:100]
    return show(request, "web/places.html", {"words": words, "found": places.found(words) if words else []})


def about(request: HttpRequest) -> HttpResponse:
    """Show what we keep, how long, and how these pages can be used by everybody."""
    return show(request, "web/about.html")


def health(request: HttpRequest) -> HttpResponse:
    """Answer for machines: 200 while the database answers and packs are loaded, 503 else."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        loaded = bool(city.versions())
    except DatabaseError:
        return JsonResponse({"status": "down", "database": False, "version": __version__}, status=503)
    status = "ok" if loaded else "no_packs"
    return JsonResponse({"status": status, "database": True, "packs": loaded, "version": __version__}, status=200 if loaded else 503)
