"""Where decided matters of the kind of an open one went: units and numbers, and nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huiyin.city import queries as city
from huiyin.core.values import Principal, Text
from huiyin.matters import queries, resembling
from huiyin.ui.language import language_of
from huiyin.web.pages import similar, worklist
from huiyin.web.pages.desk import PART, staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

# Of fewer matters than this nothing is said: they prove nothing.
FEWEST: Final = 3
# How many units stand in the table by themselves.
MOST_UNITS: Final = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of units: what the unit is called, of which kind it is, how many matters."""

    name: Text
    kind: Text | None
    number: int


@staff_only
def page(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Tell where the decided matters of the kind of this one went; asked for as a part, only that."""
    view = queries.get(principal, home, matter)
    if view is None:
        return not_found(request)
    went = resembling.went(principal, view)
    district = similar.district(view)
    context = {
        "went": went,
        "enough": went.total >= FEWEST,
        "most": went.total >= resembling.MOST_COUNTED,
        "ended_with": _lines(went.units),
        "said_no": _lines(went.first),
        "topic": city.library().about(view.topic, view.procedure.title),
        "district": None if district is None else worklist.places({district}).get(district),
        "reference": view.reference,
        "back": reverse("desk-matter", args=[home, matter]),
        "here": "inbox",
    }
    if request.headers.get(PART) == "similar":
        return render(request, "web/desk/went.html", {**context, "language": language_of(request)})
    return show(request, "web/desk/similar.html", context, frame="staff")


def _lines(counted: tuple[tuple[str, int], ...]) -> tuple[Line, ...]:
    """Return the first units by name, and the rest as one line."""
    kinds = city.library().unit_kinds
    made = []
    for id_, number in counted[:MOST_UNITS]:
        unit = city.unit(id_)
        kind = None if unit is None else kinds.get(unit.kind)
        made.append(Line(Text(id_, id_) if unit is None else unit.title, None if kind is None else kind.label, number))
    rest = sum(number for _, number in counted[MOST_UNITS:])
    return (*made, Line(Text("其他单位", "Other units"), None, rest)) if rest else tuple(made)
