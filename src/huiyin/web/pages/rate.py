"""Saying how it went: whether it is solved, and apart from that how content one is; not solved leads to looking again."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huiyin.core.procedure import Procedure
from huiyin.core.values import Refusal, Text
from huiyin.matters import queries, services
from huiyin.matters.views import MatterView
from huiyin.ui import forms
from huiyin.ui.forms import Option, Problems, Question, Sources
from huiyin.web import people
from huiyin.web.pages import kept, seats
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

CONFIRM, RATE, AGAIN = "confirm_result", "rate", "dispute_closure"
SOLVED = "solved"
ANSWERS: tuple[tuple[str, Text], ...] = (
    ("yes", Text("解决了", "Yes")),
    ("partly", Text("解决了一部分", "Partly")),
    ("again", Text("没有解决，要求重新办", "No; I ask that it is looked at again")),
    ("no", Text("没有解决，这次就到这里", "No; I leave it at that")),
)
NOT_CHOSEN = Refusal("required", Text("请选问题解决了没有。", "Say whether it is solved."), field=SOLVED)
THANKS = Text("已经记下，谢谢。", "Recorded; thank you.")


def rated(view: MatterView) -> list[tuple[Text, Text]]:
    """Return what the person has said of the result: (question, answer)."""
    found = []
    for name in ("solved", "satisfaction"):
        definition, value = view.procedure.fields.get(name), view.facts.get(name)
        choice = None if definition is None else next((one for one in definition.values if one.value == value), None)
        if definition is not None and choice is not None:
            found.append((definition.label, choice.label))
    return found


def action_of(view: MatterView) -> str | None:
    """Return by which act this person may say how it went now; None when there is none."""
    open_now = [offer.action.name for offer in view.offers if offer.blocked is None]
    return next((name for name in (CONFIRM, RATE) if name in open_now), None)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the questions about the result, or take the answers; once they are in they are shown."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(f"{reverse('track')}?reference={reference}")
    standpoint = seats.of_party(followed)
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if view is None or not {CONFIRM, RATE} & _acts(view.procedure):
        return not_found(request)
    action = action_of(view)
    place = f"{standpoint.kept_at}/result"
    if request.method == "POST" and action is not None:
        raw = kept.posted(request)
        answer = _take(view, standpoint, action, raw)
        if isinstance(answer, Refusal):
            kept.keep(request, place, raw, answer)
            return HttpResponseRedirect(reverse("mine-result", args=[reference]))
        kept.drop(request, place)
        if answer == AGAIN:
            kept.keep(request, f"{standpoint.kept_at}/{AGAIN}", {"f.dispute_reason": raw.get("f.rating_note", "")})
            return HttpResponseRedirect(standpoint.act(AGAIN))
        kept.tell(request, THANKS)
        return HttpResponseRedirect(standpoint.address)
    raw_kept, refusal = kept.kept(request, place)
    questions = [] if action is None else _questions(view, action, raw_kept or {}, forms.problems_of(refusal))
    context: dict[str, Any] = {
        "view": view,
        "reference": reference,
        "questions": questions,
        "rated": rated(view),
        "open": action is not None,
        "again": any(offer.action.name == AGAIN and offer.blocked is None for offer in view.offers),
        "key": (raw_kept or {}).get("key") or f"page:{uuid.uuid4()}",
        "back": standpoint.address,
        "again_address": standpoint.act(AGAIN),
    }
    return show(request, "web/rate.html", context, frame="resident", refusal=refusal, questions=questions)


def _acts(procedure: Procedure) -> set[str]:
    return {one.name for one in procedure.always} | {one.name for state in procedure.states.values() for one in state.actions}


def _questions(view: MatterView, action: str, raw: forms.Raw, problems: Problems) -> list[Question]:
    found: list[Question] = []
    name = next(one.form for one in (*view.procedure.always, *view.procedure.states[view.state].actions) if one.name == action)
    for entry in view.procedure.forms[name or ""].entries:
        if entry.field == SOLVED:
            options = tuple(Option(value, label, raw.get(SOLVED) == value) for value, label in ANSWERS)
            label = view.procedure.fields[SOLVED].label
            found.append(Question(SOLVED, label, "radios", error=problems.by_field.get(SOLVED), options=options))
            continue
        question = forms.question(view.procedure, entry, raw, Sources(), problems)
        found.append(replace(question, required=entry.required))
    return found


def _take(view: MatterView, standpoint: seats.Standpoint, action: str, raw: dict[str, str]) -> Refusal | str:
    """Record what was said; return the act that is to follow, or nothing more."""
    data: dict[str, Any] = {}
    if action == CONFIRM:
        chosen = raw.get(SOLVED, "")
        if chosen not in dict(ANSWERS):
            return NOT_CHOSEN
        if chosen == "again":
            return AGAIN
        data[SOLVED] = chosen
    data |= {name: raw[f"f.{name}"].strip() for name in ("satisfaction", "rating_note") if raw.get(f"f.{name}", "").strip()}
    receipt = services.act(
        home=view.home,
        matter=view.matter,
        action=action,
        data=data,
        principal=standpoint.principal,
        key=raw.get("key", ""),
    )
    return receipt if isinstance(receipt, Refusal) else ""
