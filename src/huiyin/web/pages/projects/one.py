"""One project on one page: how far its households are, who mediates where, and the way to each household the reader may open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin import clock
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.core.diagram_common import state_label
from huiyin.core.values import Principal, Text
from huiyin.projects import notices, queries
from huiyin.projects.queries import Household, Project
from huiyin.ui.forms import Option, Question
from huiyin.web.pages import kept
from huiyin.web.pages.board.charts import Bar, bar
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

STAGE, BUILDING = "stage", "building"


@dataclass(frozen=True, slots=True)
class Step:
    """How many households stand in one stage."""

    label: Text
    count: int
    bar: Bar


@dataclass(frozen=True, slots=True)
class Building:
    """One building: how many households, how many wait to be taken, and who mediates there."""

    name: str
    households: int
    waiting: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of the project, and how many households' records it stands in."""

    what: str
    at: datetime
    where: str
    reached: int


@dataclass(frozen=True, slots=True)
class Door:
    """One household as the table shows it; without an address where the reader may not open it."""

    household: Household
    address: str | None


@require_safe
@staff_only
def project(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Show the project."""
    found = queries.project(principal, home, matter)
    if found is None:
        return not_found(request)
    stages = queries.stages(found)
    total = sum(count for _, count in stages)
    every = queries.households(principal, found)
    stage, building = request.GET.get(STAGE, ""), request.GET.get(BUILDING, "")
    shown = [one for one in every if stage in ("", "" if one.stage is None else one.stage.name) and building in ("", one.building)]
    unit = city.unit(found.unit)
    context = {
        "project": found,
        "state": state_label(found.procedure.states[found.snapshot.state]),
        "place": tree.full_name(found.snapshot.division),
        "committee": None if unit is None else unit.title,
        "total": total,
        "steps": [Step(one.label, count, bar(count, total)) for one, count in stages],
        "buildings": _buildings(every),
        "doors": [Door(one, reverse("desk-matter", args=[one.home, one.matter]) if one.readable else None) for one in shown],
        "filtered": bool(stage or building),
        "questions": _filters(every, [(one.name, one.label) for one, _ in stages], stage, building),
        "notices": _notices(found),
        "may_tell": found.desk and found.open and principal.unit == found.snapshot.units.get(found.procedure.host),
        "may_name": queries.may_name(principal, found) and any(one.waits for one in every),
        "now": clock.now(),
        "told": kept.told(request),
        "here": "projects",
    }
    return show(request, "web/projects/one.html", context, frame="staff")


def _buildings(every: Sequence[Household]) -> list[Building]:
    homes, waiting = Counter(one.building for one in every), Counter(one.building for one in every if one.waits)
    people: dict[str, dict[str, None]] = {}
    for one in every:
        people.setdefault(one.building, {}).update(dict.fromkeys(one.people))
    return [Building(name, count, waiting[name], tuple(people[name])) for name, count in homes.items()]


def _notices(found: Project) -> list[Told]:
    reached = notices.reached(found)
    every = found.snapshot.facts.get(found.definition.notices.list) or ()
    return [Told(one["what"], datetime.fromisoformat(one["at"]), one["where"], reached.get(number, 0)) for number, one in enumerate(every)][
        ::-1
    ]


def _filters(every: Sequence[Household], stages: Sequence[tuple[str, Text]], stage: str, building: str) -> list[Question]:
    buildings = list(dict.fromkeys(one.building for one in every if one.building))
    return [
        Question(
            STAGE, Text("到哪一步", "Stage"), "select", options=tuple(Option(name, label, name == stage) for name, label in stages),
            required=False, value=stage, blank=Text("全部", "All"),
        ),
        Question(
            BUILDING, Text("楼栋或者班组", "Building or crew"), "select",
            options=tuple(Option(name, Text(name, name), name == building) for name in buildings),
            required=False, value=building, blank=Text("全部", "All"),
        ),
    ]  # fmt: skip
