"""What a post has to do today: visits at their hour, steps at their date; and the same list for a phone without signal, or on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET

from huiyin import clock, ids
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.core.procedure import Action
from huiyin.core.values import Principal, Text
from huiyin.matters import queries
from huiyin.returns import weekly
from huiyin.ui import forms
from huiyin.ui.forms import Problems, Question, Sources
from huiyin.ui.language import language_of
from huiyin.web import people
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.field import codes, visits
from huiyin.web.pages.field.asked import questions, settling, within
from huiyin.web.pages.field.glances import VISIT, Glance, glances, is_visit
from huiyin.web.pages.field.sync import holder_of
from huiyin.web.pages.show import show

MOST = 60
AHEAD_DAYS = 3
# A list on a phone is a help for the day; after that it is out of date and goes.
LIST_LASTS_HOURS = 24


@dataclass(frozen=True, slots=True)
class Step:
    """Something that may be done about a task on the spot, with what it asks."""

    action: Action
    address: str
    questions: tuple[Question, ...]
    takes_photos: bool
    visit: bool


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list."""

    glance: Glance
    address: str
    key: str
    steps: tuple[Step, ...]
    earlier: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The list: today and before, the next days, and how many come later still."""

    today: tuple[Task, ...]
    ahead: tuple[Task, ...]
    later: int
    more: bool


@staff_only
@require_GET
def today(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the list."""
    return page(request, principal, "today", {"day": day_of(principal)})


@staff_only
@require_GET
def paper(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the list for printing: a code for each matter, and room to write by hand what is typed in later."""
    found = day_of(principal)
    rows = [(task, codes.picture(request.build_absolute_uri(task.address))) for task in (*found.today, *found.ahead)]
    return show(request, "web/field/paper.html", {"rows": rows, "now": clock.now(), "here": "today"}, frame="staff")


@require_GET
def token(request: HttpRequest) -> HttpResponse:
    """Tell a phone that is back in signal whose session it has, a fresh proof of origin, and what time it is here."""
    principal = people.staff_of(request)
    if principal is None:
        return JsonResponse({"signed_in": False}, status=401)
    return JsonResponse({"signed_in": True, "holder": holder_of(principal.id), "csrf": get_token(request), "now": clock.now().isoformat()})


@require_GET
def bundle(request: HttpRequest) -> HttpResponse:
    """Give a phone the list to keep, ready to be shown; it encrypts it and drops it after a day."""
    principal = people.staff_of(request)
    if principal is None:
        return JsonResponse({"signed_in": False}, status=401)
    found = day_of(principal)
    context = {"language": language_of(request), "day": found, "now": clock.now(), **week(principal)}
    return JsonResponse(
        {
            "holder": holder_of(principal.id),
            "now": clock.now().isoformat(),
            "hours": LIST_LASTS_HOURS,
            "html": render_to_string("web/field/list.html", context, request),
            "places": [[code, name.in_(language_of(request))] for code, name in near(principal)],
            "tasks": len(found.today),
        }
    )


def page(request: HttpRequest, principal: Principal, view: str, context: dict[str, Any]) -> HttpResponse:
    """Return one of the three views of the field page; each holds the other two for a phone that can switch by itself."""
    raw: dict[str, str] = context.pop("raw", {})
    refusal = context.pop("refusal", None)
    problems = forms.problems_of(refusal)
    asked = questions(raw, problems) if visits.may_record(principal) else {}
    full = {
        "view": view,
        "live": True,
        "day": context.get("day") or Day((), (), 0, False),
        "now": clock.now(),
        "told": kept.told(request),
        "holder": holder_of(principal.id),
        "asked": asked,
        "settling": settling(asked),
        "places": near(principal),
        "division": raw.get("f.place.division", ""),
        "files_hint": visits.photographs_hint(),
        "key": str(ids.uuid7()),
        "photo_problem": problems.by_field.get("photos"),
        "here": "today",
        **week(principal),
        **context,
    }
    return show(request, "web/field/page.html", full, frame="staff", refusal=refusal, questions=list(asked.values()))


def week(principal: Principal) -> dict[str, Any]:
    """Return the plan for the week and how far this person is with it; nothing for posts that make no visits."""
    plan = city.library().returns[weekly.RETURN].plan if weekly.RETURN in city.library().returns else None
    if plan is None or not visits.may_record(principal):
        return {"week": None}
    week = weekly.this_week(clock.now().astimezone(city.library().zone).date())
    return {"week": {"made": weekly.own_visits(principal, week), "plan": plan.least, "reason": reverse("weekly")}}


def near(principal: Principal) -> list[tuple[str, Text]]:
    """Return the places a worker may be at: the own community first, then its neighbours in the street."""
    unit = city.unit(principal.unit or "")
    if unit is None:
        return []
    own = tree.division(unit.division_id)
    if own is None:
        return []
    others = [] if own.level != "community" or own.parent_id is None else tree.parts(own.parent_id)
    return [(own.code, own.title), *((one.code, one.title) for one in others if one.code != own.code)]


def day_of(principal: Principal) -> Day:
    """Return what this post has to do: what is for today by the hour and then by place, what comes in the next days."""
    found = queries.inbox(principal, limit=MOST, bare=True)
    zone = city.library().zone
    now = clock.now().astimezone(zone).date()
    tasks = [_task(one, now) for one in glances(principal, found.rows)]

    def on(task: Task) -> date:
        return now if task.glance.at is None else task.glance.at.astimezone(zone).date()

    # A return visit may be made on any day until its last one: it is work for today as soon as it is there.
    due = [task for task in tasks if on(task) <= now or _any_day(task.glance)]
    ahead = [task for task in tasks if task not in due and on(task) <= now + timedelta(days=AHEAD_DAYS)]
    later = len(tasks) - len(due) - len(ahead)
    return Day(tuple(sorted(due, key=_order)), tuple(sorted(ahead, key=_order)), later, found.after is not None)


def _any_day(one: Glance) -> bool:
    return one.procedure.name == VISIT and not one.appointed


def _order(task: Task) -> tuple[bool, Any, str, str]:
    one = task.glance
    return (not one.appointed, one.at or clock.now(), "" if one.place is None else one.place.zh, one.detail)


def _task(one: Glance, now: date) -> Task:
    zone = city.library().zone
    address = reverse("desk-matter", args=[one.home, one.matter])
    return Task(
        glance=one,
        address=address,
        key=str(ids.uuid7()),
        steps=tuple(_step(one, action) for action in one.actions),
        earlier=one.at is not None and one.at.astimezone(zone).date() < now,
    )


def _step(one: Glance, action: Action) -> Step:
    fields = one.procedure.fields
    visit = is_visit(one.procedure, action)
    entries = () if action.form is None or visit else one.procedure.forms[action.form].entries
    asked = tuple(
        within(f"{one.matter.hex[-6:]}-{action.name}", forms.question(one.procedure, entry, {}, Sources(), Problems()))
        for entry in entries
        if fields[entry.field].type != "file"
    )
    return Step(
        action=action,
        address=reverse("desk-act", args=[one.home, one.matter, action.name]),
        questions=asked,
        takes_photos=any(fields[entry.field].type == "file" for entry in entries),
        visit=visit,
    )
