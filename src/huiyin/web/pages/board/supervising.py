"""From a late matter to the supervision of who has it: by the matter's own act where its step has one, else by a notice opened here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.city.models import Unit
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import counting, queries, related, services
from huiyin.matters.related import Notice
from huiyin.matters.views import MatterView, Row
from huiyin.ui import forms
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.show import show

PROCEDURE: Final = "supervision_notice"
ABOUT, REFERENCE, GROUNDS, UNIT, OVERDUE = "about", "source_reference", "grounds", "supervised", "overdue"


@dataclass(frozen=True, slots=True)
class Way:
    """What the list offers for a late matter: to open a supervision, or the one that is open already."""

    label: Text
    address: str


def ways(principal: Principal, rows: Sequence[Row], library: Library, beside: Mapping[UUID, counting.Beside]) -> dict[UUID, Way]:
    """Return, for each late matter a unit may be supervised for, where that is done."""
    procedure = library.procedures.get(PROCEDURE)
    if procedure is None or not _may(principal, procedure):
        return {}
    having = {row.matter: unit for row in rows if row.overdue and (unit := _has_it(row, library, beside))}
    fitting = _fitting(procedure, principal, set(having.values()))
    late = [row for row in rows if having.get(row.matter) in fitting]
    under_way = related.open_about(principal, PROCEDURE, REFERENCE, [row.reference for row in late])
    return {row.matter: _way(row, under_way.get(row.reference)) for row in late}


def _way(row: Row, notice: Notice | None) -> Way:
    if notice is not None:
        return Way(Text("已在督办", "Under supervision"), reverse("desk-matter", args=[notice.home, notice.matter]))
    return Way(Text("开展督办", "Open supervision"), reverse("board-supervise", args=[row.home, row.matter]))


def _may(principal: Principal, procedure: Procedure) -> bool:
    """Tell whether this post of this unit opens supervisions."""
    unit = city.unit(principal.unit or "")
    posts = (procedure.posts[name] for name in procedure.opening_by)
    return unit is not None and any(one.post == principal.post and unit.kind in procedure.units[one.of].kinds for one in posts)


def _has_it(row: Row, library: Library, beside: Mapping[UUID, counting.Beside]) -> str | None:
    """Return the unit that has the next step of a matter; None when a party has it, or it is a supervision itself."""
    procedure, known = library.procedures.get(row.procedure), beside.get(row.matter)
    if procedure is None or known is None or row.procedure == PROCEDURE:
        return None
    return _unit_of_step(procedure, row.state, known.units)


def _unit_of_step(procedure: Procedure, state: str, units: Mapping[str, str]) -> str | None:
    step = procedure.states.get(state)
    posts = () if step is None else (procedure.posts[name] for name in step.by if name in procedure.posts)
    return next((units[post.of] for post in posts if post.of in units), None)


def _fitting(procedure: Procedure, principal: Principal, units: set[str]) -> set[str]:
    """Return which of some units a notice may go to; nobody supervises their own."""
    kinds = procedure.units[UNIT].kinds
    return set(Unit.objects.filter(id__in=units - {principal.unit or ""}, kind__in=kinds).values_list("id", flat=True))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def supervise(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Open a supervision of a late matter, with its reference and its unit filled in."""
    library = city.library()
    procedure = library.procedures.get(PROCEDURE)
    view = queries.get(principal, home, matter)
    if procedure is None or view is None or not _may(principal, procedure):
        raise Http404
    place = f"supervise:{home}/{matter}"
    elsewhere = _elsewhere(principal, view)
    if elsewhere is not None:
        kept.drop(request, place)
        return HttpResponseRedirect(elsewhere)
    if request.method == "POST":
        return _open(request, principal, view, procedure, place)
    raw, refusal = kept.kept(request, place)
    problems = forms.problems_of(refusal)
    if raw is None:
        raw = _started(principal, view, procedure, library)
    units = _units(principal, view, procedure)
    sources = forms.Sources(units=lambda name: units)
    entries = procedure.forms[procedure.opening_form].entries
    questions = [forms.question(procedure, entry, raw, sources, problems) for entry in entries]
    # A reference is one line; the language of procedures knows only texts.
    questions = [replace(one, kind="line") if one.name == f"f.{REFERENCE}" else one for one in questions]
    context = {
        "view": view,
        "topic": library.about(view.topic, view.procedure.title),
        "questions": questions,
        "send_to": kept.sent_to(request.path),
        "back": reverse("desk-matter", args=[home, matter]),
        "here": "board",
    }
    return show(request, "web/board/supervise.html", context, frame="staff", refusal=refusal, questions=questions)


def _elsewhere(principal: Principal, view: MatterView) -> str | None:
    """Return where this is done already: the notice that is open, or the act of the matter's own step."""
    notice = related.open_about(principal, PROCEDURE, REFERENCE, [view.reference]).get(view.reference)
    if notice is not None:
        return reverse("desk-matter", args=[notice.home, notice.matter])
    offered = (offer for offer in view.offers if offer.blocked is None and offer.action.opens is not None)
    own = next((offer for offer in offered if offer.action.opens and offer.action.opens.procedure == PROCEDURE), None)
    return None if own is None else reverse("desk-act", args=[view.home, view.matter, own.action.name])


def _started(principal: Principal, view: MatterView, procedure: Procedure, library: Library) -> dict[str, str]:
    """Return what a fresh form starts with: nothing of what people said, only what the list says as well."""
    where = places.full_name(view.division) if view.division else ""
    topic = library.about(view.topic, view.procedure.title)
    raw = {f"f.{ABOUT}": "，".join(part for part in (where, topic.zh) if part), f"f.{REFERENCE}": view.reference}
    if view.due is not None and any(one.overdue for one in view.clocks):
        raw[f"f.{GROUNDS}"] = OVERDUE
    unit = _unit_of_step(view.procedure, view.state, view.units)
    if unit is not None and unit in _fitting(procedure, principal, {unit}):
        raw[f"f.{UNIT}"] = unit
    return raw


def _units(principal: Principal, view: MatterView, procedure: Procedure) -> list[tuple[str, Text]]:
    """Return whom a notice may go to: the units that have a part in the matter, then those along its place."""
    part = _fitting(procedure, principal, set(view.units.values()))
    found = {unit.id: unit.title for unit in Unit.objects.filter(id__in=part).order_by("id")}
    near = city.units_along(places.path_of(view.division), procedure.units[UNIT].kinds, on=city.today())
    found |= {one.id: one.title for kind in procedure.units[UNIT].kinds for one in near.get(kind, []) if one.id != principal.unit}
    return list(found.items())


def _open(request: HttpRequest, principal: Principal, view: MatterView, procedure: Procedure, place: str) -> HttpResponse:
    raw = kept.posted(request)
    entries = procedure.forms[procedure.opening_form].entries
    answer = services.open(
        procedure=PROCEDURE,
        data=forms.typed(procedure, entries, raw, city.library().zone),
        principal=principal,
        key=_key(principal, view),
        topic=view.topic,
        division=view.division,
        opened_by="own_initiative",
        opener=None,
        unit=principal.unit,
    )
    if isinstance(answer, Refusal):
        kept.keep(request, place, raw, answer)
        return HttpResponseRedirect(request.path)
    kept.drop(request, place)
    kept.tell(request, Text("已立督办，接着写督办通知。", "The supervision is open. Write the notice next."), "good")
    return HttpResponseRedirect(reverse("desk-matter", args=[answer.home, answer.matter]))


def _key(principal: Principal, view: MatterView) -> str:
    """Return the key of a unit's next notice about a matter: the same for whoever of the unit asks, so that two at once open one.

    It follows from a secret: whoever could guess it could use it up.
    """
    earlier = related.count_about(principal, PROCEDURE, REFERENCE, view.reference)
    return "page:" + salted_hmac("huiyin.supervise", f"{principal.unit}/{view.home}/{view.matter}/{earlier}").hexdigest()
