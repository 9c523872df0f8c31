"""Blowing a whistle: what for, where, by when, and which units; one form, works without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin import clock, ids
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.core import rights
from huiyin.core.procedure import Field, FormEntry, Procedure
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import services
from huiyin.matters.receipts import Receipt
from huiyin.ui import forms
from huiyin.ui.forms import Problems, Question, Sources
from huiyin.web.pages import kept, places
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show
from huiyin.web.pages.whistles.answers import WHISTLE

PLACE = "whistle-new"
ASKED = ("what_for", "place", "danger", "come_by", "called")
# Here nobody comes back later to name whom: the form asks for all of it.
NEEDED = frozenset({"what_for", "place", "danger", "come_by", "called"})


def may_call(principal: Principal) -> bool:
    """Tell whether this post may blow a whistle."""
    found = _procedure()
    unit = None if principal.unit is None else city.unit(principal.unit)
    if found is None or unit is None or unit.kind not in found.units[found.host].kinds:
        return False
    return rights.may_open(found, principal, "own_initiative", {found.host: principal.unit or ""})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Ask what a whistle needs, or blow it."""
    found = _procedure()
    if found is None or not may_call(principal):
        return not_found(request)
    if request.method == "POST":
        return _call(request, principal, found)
    raw, refusal = kept.kept(request, PLACE)
    raw = raw or {}
    asked = _questions(found, principal, raw, forms.problems_of(refusal))
    context = {"asked": asked, "key": raw.get("key") or f"whistle:{ids.uuid7()}", "here": "whistles"}
    return show(request, "web/whistles/new.html", context, frame="staff", refusal=refusal, questions=asked)


def _procedure() -> Procedure | None:
    return city.library().procedures.get(WHISTLE)


def _questions(found: Procedure, principal: Principal, raw: Mapping[str, str], problems: Problems) -> list[Question]:
    unit = city.unit(principal.unit or "")
    division = raw.get("f.place.division") or ("" if unit is None else unit.division_id)
    today = clock.now().astimezone(city.library().zone).date()

    def units(field: Field) -> Sequence[tuple[str, Text]]:
        near = city.units_along(tree.path_of(division), found.kinds_of(field), on=today)
        # The nearest of each kind: whoever needs another one of that kind calls that unit by telephone.
        return [(rows[0].id, rows[0].title) for kind in found.kinds_of(field) if (rows := near.get(kind)) and rows[0].id != principal.unit]

    sources = Sources(units=units, places=places.found)
    return [forms.question(found, FormEntry(name, True), raw, sources, problems) for name in ASKED]


def _call(request: HttpRequest, principal: Principal, found: Procedure) -> HttpResponse:
    raw = kept.posted(request)
    here = HttpResponseRedirect(reverse("whistle-new"))
    do = raw.pop("do", "")
    if forms.pressed(raw, do):
        kept.keep(request, PLACE, raw)
        return HttpResponseRedirect(f"{here.url}{forms.after_press(raw, do)}")
    answer = _opened(principal, found, raw)
    if isinstance(answer, Refusal):
        kept.keep(request, PLACE, raw, answer)
        return here
    kept.drop(request, PLACE)
    kept.tell(request, Text(f"已经吹哨。{answer.says.zh}", f"Whistle blown. {answer.says.en}"), "good")
    return HttpResponseRedirect(reverse("desk-matter", args=[answer.home, answer.matter]))


def _opened(principal: Principal, found: Procedure, raw: Mapping[str, str]) -> Receipt | Refusal:
    zone = city.library().zone
    data = forms.typed(found, [FormEntry(name) for name in ASKED], raw, zone)
    wrong = [
        Refusal("required", Text(f"请填“{found.fields[name].label.zh}”。", f"Give “{found.fields[name].label.en}”."), name)
        for name in ASKED
        if name in NEEDED and not data.get(name)
    ]
    by = data.get("come_by")
    if isinstance(by, str) and not wrong and by <= clock.now().astimezone(zone).isoformat():
        wrong.append(Refusal("time_ahead", found.conditions["time_ahead"].fails, "come_by"))
    if wrong:
        return (
            wrong[0] if len(wrong) == 1 else Refusal("bad_form", Text("有几处没有填。", "Some things are missing."), details=tuple(wrong))
        )
    unit = city.unit(principal.unit or "")
    place = data["place"]
    return services.open(
        procedure=WHISTLE,
        data=data,
        principal=principal,
        topic="hazard" if data.get("danger") == "yes" else "request",
        division=place.get("division") or ("" if unit is None else unit.division_id),
        opened_by="own_initiative",
        opener=None,
        unit=principal.unit,
        key=raw.get("key", ""),
    )
