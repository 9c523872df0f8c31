"""The work list of a post: what waits for it, the earliest date first; a matter read beside the list; taking one in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Account
from huiyin.core.values import Principal, Text
from huiyin.matters import lists
from huiyin.ui.language import language_of
from huiyin.web import people
from huiyin.web.pages import beside, drafts, journeys, keepers, kept, keyboard, worklist
from huiyin.web.pages.show import show

Rest = ParamSpec("Rest")
# A part of the page is asked for by this header; without it the whole page comes.
PART = "X-Huiyin-Part"


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


@staff_only
def inbox(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show what waits for the post chosen; ``open`` shows one matter beside the list, with the form of one act."""
    if principal.post in keepers.POSTS:
        keeper = {"commands": keepers.COMMANDS[principal.post], "told": kept.told(request), "here": "inbox"}
        return show(request, "web/desk/keeper.html", keeper, frame="staff")
    library = city.library()
    asked = worklist.asked_in(request.GET, library)
    limit = worklist.MOST_ON_A_PAGE if asked.many else worklist.PAGE
    page = worklist.read(principal, asked, library, limit=limit)
    pane = beside.pane(request, principal, asked, page.rows) if request.GET.get("open") else None
    language = language_of(request)
    if pane is not None and request.headers.get(PART) == "pane":
        return render(request, "web/desk/pane.html", {**pane.context, "language": language, "problems": None})
    counts = lists.counted(principal, urgent=library.urgent_topics(), **worklist.wanted(asked, library))
    context = {
        "rows": worklist.shown(page.rows, principal, asked, library, "" if pane is None else pane.opened),
        "now": clock.now(),
        "told": kept.told(request),
        "asked": asked,
        "scope": worklist.SCOPES[asked.scope],
        "tabs": worklist.tabs(principal, asked, counts),
        "chips": worklist.chips(asked, counts),
        "questions": worklist.questions(principal, asked, library, counts),
        "saved": worklist.saved(request, asked),
        "arrivals": f"{reverse('inbox-arrivals')}?{urlencode({**asked.plain, 'since': clock.now().isoformat()})}",
        "reload": asked.address(),
        "keys": keyboard.of(request),
        "next_page": asked.address(after=page.after) if page.after else None,
        "first_page": asked.address() if asked.after else None,
        "longer": None if asked.many or page.after is None else asked.address(n=str(worklist.MOST_ON_A_PAGE)),
        "reads_beside": principal.post in worklist.READ_BESIDE,
        "pane": pane,
        "here": "inbox",
        **({} if pane is None else pane.context),
    }
    refusal, asks = (None, ()) if pane is None else (pane.refusal, pane.questions)
    return show(request, "web/inbox.html", context, frame="staff", refusal=refusal, questions=asks)


@staff_only
def arrivals(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Say how many matters came to the list since it was shown; the list itself does not move."""
    library = city.library()
    try:
        since = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        since = clock.now()
    if since.tzinfo is None:
        since = clock.now()
    asked = worklist.asked_in(request.GET, library)
    found = lists.arrived(principal, since, **worklist.wanted(asked, library)) if asked.scope == "mine" else None
    number = 0 if found is None else found.number
    words = Text(f"有{worklist.capped(number)}条新事项", f"{worklist.capped(number)} new")
    return JsonResponse({"new": number, "words": words.in_(language_of(request)) if number else ""})


@staff_only
@require_POST
def filters(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Keep the present filters under a name, or forget some."""
    asked = worklist.asked_in(QueryDict(request.POST.get("list", "")), city.library())
    account = request.user
    if isinstance(account, Account):
        if request.POST.get("forget"):
            worklist.forget(account, request.POST["forget"])
        else:
            worklist.keep(account, request.POST.get("name", ""), asked)
    return HttpResponseRedirect(asked.address())


@staff_only
def take_in(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Begin the report of somebody who came or called; a committee begins at the dispute. The unit's own place is filled in."""
    unit = city.unit(principal.unit or "")
    usual = "dispute" if unit is not None and unit.kind == "mediation_committee" else "report"
    asked_for = request.GET.get("kind", "")
    kind = asked_for if journeys.is_kind(city.library(), asked_for) else usual
    raw = {"f.place.division": unit.division_id} if unit is not None and unit.level == "community" else {}
    draft = drafts.begin(request, kind, raw)
    return HttpResponseRedirect(reverse("report-step", args=[draft.token, "what"]))
