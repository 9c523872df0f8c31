"""The whistles a post may see: those running now with each unit's answer, and how whistles were used, by unit as a sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.diagram_common import state_label
from huiyin.core.values import Principal, Text
from huiyin.matters import parts
from huiyin.matters.parts import Gathered
from huiyin.web.pages import places
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.show import show
from huiyin.web.pages.whistles import answers, calling
from huiyin.web.pages.whistles.answers import ANSWER, WHISTLE, Answer

SPAN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Line:
    """One whistle as the list shows it."""

    reference: str
    address: str
    what_for: str
    where: Text | None
    come_by: datetime | None
    late: bool
    state: Text
    caller: Text
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """How often a unit was called, and what came of it."""

    unit: Text
    called: int
    in_time: int
    late: int
    cannot: int
    not_come: int
    open: int


@staff_only
@require_http_methods(["GET", "HEAD"])
def running(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the whistles that run now, and the sums of the last three months."""
    now = clock.now()
    found = parts.gathered(principal, WHISTLE, ANSWER, now - SPAN)
    context = {
        "running": [_line(one, now) for one in found if not one.outcome],
        "sums": sums(found),
        "whistles": len(found),
        "ended": sum(bool(one.outcome) for one in found),
        "days": SPAN.days,
        "may_call": calling.may_call(principal),
        "here": "whistles",
    }
    return show(request, "web/whistles/running.html", context, frame="staff")


def sums(found: Sequence[Gathered]) -> tuple[Sum, ...]:
    """Return, for each unit that was called, how often and what came of it; never by person, the order says nothing."""
    counted: dict[str, Counter[str]] = {}
    for one in found:
        for child in one.parts:
            if answers.state_of(child) != "off":
                counted.setdefault(child.unit, Counter())[answers.state_of(child)] += 1
    made = [
        Sum(
            unit=answers.name_of(unit),
            called=sum(states.values()),
            in_time=states["here"],
            late=states["late"],
            cannot=states["cannot"],
            not_come=states["missed"] + states["explained"] + states["never"],
            open=states["waiting"] + states["acknowledged"] + states["on_way"],
        )
        for unit, states in counted.items()
    ]
    return tuple(sorted(made, key=lambda one: one.unit.zh))


def _line(one: Gathered, now: datetime) -> Line:
    library = city.library()
    procedure = library.procedures.get(WHISTLE)
    state = None if procedure is None else procedure.states.get(one.state)
    by = one.facts.get("come_by")
    come_by = datetime.fromisoformat(by) if isinstance(by, str) else None
    place = one.facts.get("place") or {}
    name = places.name_of(one.division)
    detail = str(place.get("detail") or "")
    where = name if not detail else Text(f"{name.zh if name else ''}{detail}", f"{detail}, {name.en if name else ''}".rstrip(", "))
    return Line(
        reference=one.reference,
        address=reverse("desk-matter", args=[one.home, one.matter]),
        what_for=str(one.facts.get("what_for") or ""),
        where=where,
        come_by=come_by,
        late=come_by is not None and come_by < now and one.state == "running",
        state=Text(one.state, one.state) if state is None else state_label(state),
        caller=answers.name_of(one.host),
        answers=answers.answers(one.parts),
    )
