"""A matter beside the list it stands in: what it is about in the middle, what can be done on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from huiyin import clock
from huiyin.core.effects import Offer
from huiyin.core.values import Principal, Refusal
from huiyin.matters import queries
from huiyin.matters.views import MatterView, Row
from huiyin.ui.forms import Question
from huiyin.web.pages import acting, attached, elsewhere, pressing, seats, similar, worklist
from huiyin.web.pages.panes import Place, place_of
from huiyin.web.pages.story import Wording
from huiyin.web.pages.worklist import Asked


@dataclass(frozen=True, slots=True)
class Pane:
    """The two panes beside the list."""

    opened: str
    context: dict[str, Any]
    refusal: Refusal | None
    questions: Sequence[Question]


def pane(request: HttpRequest, principal: Principal, asked: Asked, rows: Sequence[Row]) -> Pane | None:
    """Return the matter that is open; None when there is none to open any more."""
    places = [f"{row.home}/{row.matter}" for row in rows]
    opened = request.GET.get("open", "")
    if opened == "first":
        opened = places[0] if places else ""
    named = place_of(opened)
    view = None if named is None else queries.get(principal, *named)
    if named is None or view is None:
        return None
    following = _after(opened, places)
    return _pane(request, principal, view, Place(asked, opened, following), asked)


def _after(opened: str, places: Sequence[str]) -> str:
    """Return the matter after this one in the list, from the end the first; empty when it is the only one."""
    if opened in places:
        at = places.index(opened)
        rest = [*places[at + 1 :], *places[:at]]
    else:
        rest = list(places)
    return rest[0] if rest else ""


def _pane(request: HttpRequest, principal: Principal, view: MatterView, place: Place, asked: Asked) -> Pane:
    standpoint = seats.of_staff(principal, view.home, view.matter)
    words = Wording(view, standpoint)
    deeds, any_time = words.deeds()
    chosen = _chosen(view, request.GET.get("act", ""), [deed.name for deed in deeds])
    context: dict[str, Any] = {
        "view": view,
        "time_left": worklist.left_of(view.due, clock.now(), words.library),
        "topic": words.topic(),
        "place": words.place(),
        "state": words.state(),
        "facts": words.facts(),
        "people": words.people(),
        "files": attached.listed(view, standpoint),
        "history": words.history(newest_first=True),
        "dates": words.dates(),
        "address": standpoint.address,
        "dates_address": standpoint.dates(),
        "deeds": [(deed, place.again(deed.name), chosen is not None and deed.name == chosen.action.name) for deed in deeds],
        "any_time": any_time,
        "next_address": asked.address(after=asked.after, open=place.following) if place.following else None,
        "list_address": asked.address(after=asked.after),
        "hidden_inputs": place.hidden,
        "form_open": False,
        "danger": pressing.danger(view),
        "same": similar.beside(principal, view, lambda act, leader: place.again(act, leader=leader)),
        "similar_address": similar.address(view),
    }
    if chosen is None:
        return Pane(place.opened, context, None, ())
    form, refusal, questions = acting.form(request, acting.of(standpoint, view, chosen), chosen)
    # Pressed in a pane, the form goes to the page of the act, which leads back here.
    context |= {**form, "form_open": True}
    return Pane(place.opened, context, refusal, questions)


def _chosen(view: MatterView, name: str, here: Sequence[str]) -> Offer | None:
    """Return the act whose form is shown: the one asked for, else the first of this step that can be done."""
    fitting = [offer for offer in view.offers if _fits(view, offer)]
    asked_for = next((offer for offer in fitting if offer.action.name == name), None)
    return asked_for or next((offer for offer in fitting if offer.action.name in here and offer.blocked is None), None)


def _fits(view: MatterView, offer: Offer) -> bool:
    action = offer.action
    return not action.signs and not action.seals and (view.procedure.name, action.name) not in elsewhere.ACTS
