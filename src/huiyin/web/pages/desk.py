"""The work list of a post: what waits for it, the earliest date first; finding a matter by its reference; taking one in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Account
from huiyin.core import reference as references
from huiyin.core.diagram_common import state_label
from huiyin.core.packs import Library
from huiyin.core.values import Principal, Text
from huiyin.matters import queries
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.matters.views import Row
from huiyin.ui.forms import Option, Question
from huiyin.web import people
from huiyin.web.pages import drafts, kept, places
from huiyin.web.pages.show import show

PAGE = 30
SOON_DAYS = 1
Rest = ParamSpec("Rest")


def staff_only(
    view: Callable[Concatenate[HttpRequest, Principal, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Give a page the member of staff who asks; others are sent to sign in or to choose a post."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        principal = people.staff_of(request)
        if principal is None:
            door = "choose-post" if isinstance(request.user, Account) else "sign-in"
            return HttpResponseRedirect(f"{reverse(door)}?{urlencode({'next': request.get_full_path()})}")
        return view(request, principal, *args, **kwargs)

    return guarded


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the work list."""

    row: Row
    address: str
    topic: Text
    place: Text | None
    state: Text
    left: Text | None
    soon: bool


@staff_only
def inbox(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show what waits for the post chosen, or with ``?all=1`` every matter of the unit it may see."""
    library = city.library()
    asked = request.GET
    every = asked.get("all") == "1"
    line = asked.get("line") if asked.get("line") in lines(library) else None
    read = queries.matters if every else queries.inbox
    page = read(
        principal,
        after=asked.get("after") or None,
        limit=PAGE,
        line=line,
        overdue=True if asked.get("overdue") == "1" else None,
    )
    keep = {name: asked[name] for name in ("all", "line", "overdue") if asked.get(name)}
    context = {
        "rows": [_waiting(library, row) for row in page.rows],
        "now": clock.now(),
        "told": kept.told(request),
        "every": every,
        "overdue": asked.get("overdue") == "1",
        "line_question": Question(
            "line",
            Text("事项类别", "Line"),
            "select",
            value=line or "",
            options=tuple(Option(key, label, key == line) for key, label in lines(library).items()),
            blank=Text("全部", "All"),
        ),
        "next_page": f"{request.path}?{urlencode({**keep, 'after': page.after})}" if page.after else None,
        "first_page": f"{request.path}?{urlencode(keep)}" if asked.get("after") else None,
        "here": "inbox",
    }
    return show(request, "web/inbox.html", context, frame="staff")


def lines(library: Library) -> dict[str, Text]:
    """Return the lines of work some procedure serves."""
    found: dict[str, Text] = {}
    for procedure in library.procedures.values():
        topic = library.topics.get(procedure.line_of_work)
        found[procedure.line_of_work] = procedure.title if topic is None else topic.label
    return found


def _waiting(library: Library, row: Row) -> Waiting:
    topic = library.topics.get(row.topic)
    today = clock.now().astimezone(library.zone).date()
    days = 0 if row.due is None else (row.due - today).days
    procedure = library.procedures.get(row.procedure)
    state = None if procedure is None else procedure.states.get(row.state)
    return Waiting(
        row=row,
        address=reverse("desk-matter", args=[row.home, row.matter]),
        topic=row.title if topic is None else topic.label,
        place=places.name_of(row.division),
        state=Text(row.state, row.state) if state is None else Text(state_label(state, "zh"), state_label(state, "en")),
        left=None if row.due is None else _left(days, row.overdue),
        soon=days <= SOON_DAYS,
    )


def _left(days: int, overdue: bool) -> Text:
    if overdue:
        return Text(f"超期{-days}天", f"{-days} days overdue") if days < 0 else Text("今天超期", "overdue today")
    if days > 1:
        return Text(f"还剩{days}天", f"{days} days left")
    return Text("明天到期", "due tomorrow") if days == 1 else Text("今天到期", "due today")


@staff_only
def find(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Go to the matter of a reference, when it is this post's to see; one answer for wrong and for not theirs."""
    typed = request.GET.get("reference", "")[:60]
    digits = references.normalise(typed)
    found = None
    if digits is not None and references.is_valid(digits):
        with reading_as(principal):
            found = Matter.objects.filter(reference=digits).values_list("home", "id").first()
    if found is not None:
        return HttpResponseRedirect(reverse("desk-matter", args=found))
    context: dict[str, Any] = {"typed": typed, "valid": digits is not None and references.is_valid(digits)}
    return show(request, "web/not_found_here.html", context, frame="staff", status=404)


@staff_only
def take_in(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Begin the report of somebody who came or called; the unit's own place is filled in."""
    unit = city.unit(principal.unit or "")
    kind = "dispute" if request.GET.get("kind") == "dispute" else "report"
    raw = {"f.place.division": unit.division_id} if unit is not None and unit.level == "community" else {}
    draft = drafts.begin(request, kind, raw)
    return HttpResponseRedirect(reverse("report-step", args=[draft.token, "what"]))
