"""Cards of questions and answers for everybody who works here, and the form by which a committee or a workroom asks the panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from huiyin import ids
from huiyin.city import queries as city
from huiyin.core import cards
from huiyin.core.packs_values import under
from huiyin.core.procedure import FormEntry, Procedure
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import published, services
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question, Sources
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

ASKING: Final = "expert_question"
PLACE: Final = "card-ask"
WORDS_AT_MOST: Final = 60
SHOWN_AT_MOST: Final = 50
ASKED: Final = ("question", "situation")
LINE: Final = "dispute"


@require_GET
@staff_only
def listing(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the cards that hold the words asked for, of a kind; those whose law has changed stand apart and are not offered."""
    library = city.library()
    words = request.GET.get("words", "").replace("\x00", "").strip()[:WORDS_AT_MOST]
    topic = request.GET.get("topic", "")
    every = published.published()
    found = cards.fitting(every, words, topic if topic in library.topics else "")
    kinds = [one for one in library.topics.values() if any(under(card.topic, one.key) for card in every)]
    context: dict[str, Any] = {
        "cards": [(card, library.topics[card.topic].label if card.topic in library.topics else None) for card in found[:SHOWN_AT_MOST]],
        "total": len(found),
        "more": max(len(found) - SHOWN_AT_MOST, 0),
        "words": words,
        "topic": topic,
        "kinds": [(one.key, one.label) for one in kinds],
        "may_ask": asker(principal) is not None,
        "told": kept.told(request),
        "here": "cards",
    }
    return show(request, "web/mediation/cards.html", context, frame="staff")


def asker(principal: Principal) -> str | None:
    """Return in which part somebody in this post may ask the panel; None where they may not."""
    procedure = city.library().procedures.get(ASKING)
    unit = None if principal.unit is None else city.unit(principal.unit)
    if procedure is None or unit is None:
        return None
    return next(
        (
            post.of
            for post in procedure.posts.values()
            if post.of != procedure.host and post.post == principal.post and unit.kind in procedure.units[post.of].kinds
        ),
        None,
    )


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Ask what a question to the panel needs, or send it."""
    part, procedure = asker(principal), city.library().procedures.get(ASKING)
    if part is None or procedure is None:
        return not_found(request)
    if request.method == "POST":
        return _send(request, principal, part, procedure)
    raw, refusal = kept.kept(request, PLACE)
    raw = raw or {}
    asked = _questions(procedure, raw, refusal)
    context = {"asked": asked, "key": raw.get("key") or f"ask:{ids.uuid7()}", "here": "cards"}
    return show(request, "web/mediation/ask.html", context, frame="staff", refusal=refusal, questions=asked)


def _questions(procedure: Procedure, raw: Mapping[str, str], refusal: Refusal | None) -> list[Question]:
    problems = forms.problems_of(refusal)
    library = city.library()
    topics = Question(
        "topic",
        Text("哪一类纠纷", "Kind of dispute"),
        "select",
        error=problems.by_field.get("topic"),
        options=tuple(Option(one.key, one.label, one.key == raw.get("topic")) for one in library.topics_of(LINE)),
    )
    required = {entry.field for entry in procedure.forms[procedure.opening_form].entries if entry.required}
    return [topics, *(forms.question(procedure, FormEntry(name, name in required), raw, Sources(), problems) for name in ASKED)]


def _send(request: HttpRequest, principal: Principal, part: str, procedure: Procedure) -> HttpResponse:
    raw = kept.posted(request)
    library = city.library()
    unit = city.unit(principal.unit or "")
    topic = raw.get("topic", "")
    answer: Any = Refusal("required", Text("请选择“哪一类纠纷”。", "Choose “Kind of dispute”."), "topic")
    if unit is not None and topic in {one.key for one in library.topics_of(LINE)}:
        answer = services.open(
            procedure=ASKING,
            data={**forms.typed(procedure, [FormEntry(name) for name in ASKED], raw, library.zone), part: principal.unit},
            principal=principal,
            topic=topic,
            division=unit.division_id,
            opened_by="own_initiative",
            opener=None,
            key=raw.get("key", ""),
        )
    if isinstance(answer, Refusal):
        kept.keep(request, PLACE, raw, answer)
        return HttpResponseRedirect(reverse("card-ask"))
    kept.drop(request, PLACE)
    kept.tell(request, Text(f"已经发给咨询团。{answer.says.zh}", f"It has gone to the panel. {answer.says.en}"), "good")
    return HttpResponseRedirect(reverse("desk-matter", args=[answer.home, answer.matter]))
