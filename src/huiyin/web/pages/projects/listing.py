"""The projects a post sees, and setting one up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin import ids
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.core import rights
from huiyin.core.diagram_common import state_label
from huiyin.core.procedure import Procedure
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import services
from huiyin.matters.receipts import Receipt
from huiyin.projects import queries
from huiyin.ui import forms
from huiyin.ui.forms import Option, Problems, Question, Sources
from huiyin.web.pages import kept, places
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

PLACE, TOPIC = "project-new", "topic"
WAY = "own_initiative"


@require_safe
@staff_only
def projects(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the projects this post may see."""
    lines = [
        {
            "project": one,
            "households": count,
            "state": state_label(one.procedure.states[one.snapshot.state]),
            "place": tree.full_name(one.snapshot.division),
        }
        for one, count in queries.projects(principal)
    ]
    context = {"lines": lines, "may_open": opens(principal) is not None, "told": kept.told(request), "here": "projects"}
    return show(request, "web/projects/list.html", context, frame="staff")


def opens(principal: Principal) -> Procedure | None:
    """Return the procedure of the projects this post may set up, or None."""
    library, unit = city.library(), city.unit(principal.unit or "")
    for name in library.projects:
        found = library.procedures[name]
        if (
            unit is not None
            and unit.kind in found.units[found.host].kinds
            and rights.may_open(found, principal, WAY, {found.host: unit.id})
        ):
            return found
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Ask what is common to all households, or set the project up."""
    found = opens(principal)
    if found is None:
        return not_found(request)
    if request.method == "POST":
        return _open(request, principal, found)
    raw, refusal = kept.kept(request, PLACE)
    raw = raw or {}
    asked = _questions(found, raw, forms.problems_of(refusal))
    context = {"asked": asked, "key": raw.get("key") or f"project:{ids.uuid7()}", "here": "projects"}
    return show(request, "web/projects/new.html", context, frame="staff", refusal=refusal, questions=asked)


def _questions(found: Procedure, raw: Mapping[str, str], problems: Problems) -> list[Question]:
    topics = city.library().topics_of(found.line_of_work)
    topic = Question(
        TOPIC,
        Text("是哪一类纠纷", "Kind of dispute"),
        "select",
        value=raw.get(TOPIC, ""),
        options=tuple(Option(one.key, one.label, one.key == raw.get(TOPIC)) for one in topics if not one.sealed),
        error=problems.by_field.get(TOPIC),
    )
    form = found.forms[found.opening_form]
    asked = [forms.question(found, entry, raw, Sources(places=places.found), problems) for entry in form.entries]
    return [replace(asked[0], kind="line"), topic, *asked[1:]]


def _open(request: HttpRequest, principal: Principal, found: Procedure) -> HttpResponse:
    raw = kept.posted(request)
    here = HttpResponseRedirect(reverse("project-new"))
    do = raw.pop("do", "")
    if forms.pressed(raw, do):
        kept.keep(request, PLACE, raw)
        return HttpResponseRedirect(f"{here.url}{forms.after_press(raw, do)}")
    answer = _opened(principal, found, raw)
    if isinstance(answer, Refusal):
        kept.keep(request, PLACE, raw, answer)
        return here
    kept.drop(request, PLACE)
    kept.tell(request, Text(f"项目已经建好。{answer.says.zh}", f"The project is set up. {answer.says.en}"), "good")
    return HttpResponseRedirect(reverse("project", args=[answer.home, answer.matter]))


def _opened(principal: Principal, found: Procedure, raw: Mapping[str, str]) -> Receipt | Refusal:
    data = forms.typed(found, list(found.forms[found.opening_form].entries), raw, city.library().zone)
    unit, place = city.unit(principal.unit or ""), data.get("place")
    division = (place.get("division") if isinstance(place, dict) else "") or ("" if unit is None else unit.division_id)
    return services.open(
        procedure=found.name,
        data=data,
        principal=principal,
        topic=raw.get(TOPIC, ""),
        division=division,
        opened_by=WAY,
        opener=None,
        unit=principal.unit,
        key=raw.get("key", ""),
    )
