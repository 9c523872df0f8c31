"""The whole report on one page, for browsers that keep no cookies: nothing is stored until it is sent.

There is no session to be misused here, so the form needs no proof of origin; what it opens is always opened by somebody not
signed in, whoever is at the browser. The key travels in the form, and makes sending twice the same as once.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.values import ANONYMOUS, Principal, Refusal, Text
from huiyin.matters import queries, services
from huiyin.ui import forms
from huiyin.ui.forms import Question
from huiyin.web.pages import asked, journeys, kept, printed, sending
from huiyin.web.pages.drafts import Draft
from huiyin.web.pages.show import show

MOST_KEY = 80
NOT_ASKED = ("check", "safety")
SEVERAL = Text("有几处要改。", "Some things need a change.")


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def one_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the questions on one page, or take them and show the receipt at once."""
    library = city.library()
    if not journeys.is_kind(library, kind):
        raise Http404
    raw = kept.posted(request) if request.method == "POST" else journeys.brought(library, kind, request.GET)
    key = raw.pop("key", "")[:MOST_KEY] or f"page:{uuid.uuid4()}"
    draft = Draft("", kind, key, raw)
    refusal: Refusal | None = None
    do = draft.raw.pop("do", "")
    if request.method == "POST" and not forms.pressed(draft.raw, do):
        refusal = _wrong(library, draft)
        if refusal is None:
            opening = journeys.opening_of(library, draft, division=asked.division(draft))
            receipt = services.open(**opening, principal=ANONYMOUS)
            if not isinstance(receipt, Refusal):
                follower = queries.find_by_reference(receipt.reference, receipt.code or "")
                party = follower if isinstance(follower, Principal) else None
                return _received(request, sending.told(sending.handed_in(library, draft, receipt, party), draft))
            refusal = receipt
    problems = forms.problems_of(refusal)
    parts = _parts(library, draft, problems)
    if do.startswith("find:"):
        # Nothing is kept on the way to another address here, so the answer itself begins at what was found.
        parts = [(title, [replace(one, found_now=one.kind == "place") for one in own]) for title, own in parts]
    questions = [question for _, own in parts for question in own]
    without_cookies = request.GET.get("cookies") == "none"
    brought = {**({"cookies": "none"} if without_cookies else {}), **journeys.bringing(request.GET)}
    context = {
        "kind": kind,
        "applied": journeys.title_of(library, kind),
        "parts": parts,
        "key": key,
        "without_cookies": without_cookies,
        "brought": urlencode(brought),
        "carried": request.GET.get("wants", "")[: journeys.MOST_CARRIED],
    }
    return show(request, "web/report_plain.html", context, frame="resident", refusal=refusal, questions=questions)


def _parts(library: Library, draft: Draft, problems: forms.Problems) -> list[tuple[Text, list[Question]]]:
    procedure = journeys.asked_in(library, draft)
    parts = []
    for one in journeys.steps(library, draft):
        if one.name == "kind":
            chosen = draft.raw.get("topic", "")
            options = asked.topics(library, draft.kind, chosen)
            label = Text("选最接近的一类", "Choose what is nearest")
            parts.append((one.title, [Question("topic", label, "select", error=problems.by_field.get("topic"), options=options)]))
        elif one.name not in NOT_ASKED:
            own = asked.of_step(library, procedure, draft, one, problems, alone=True)
            parts.append((one.title, [_alone(question) for question in own if question.kind != "file"]))
    return parts


def _alone(question: Question) -> Question:
    """Return the question as it stands beside all others: a browser fills one address in, the person's own."""
    return replace(question, autocomplete="off") if question.kind == "place" else question


def _wrong(library: Library, draft: Draft) -> Refusal | None:
    found: list[Refusal] = []
    for one in journeys.steps(library, draft):
        if one.name not in NOT_ASKED:
            refusal = asked.wrong(library, draft, one)
            found.extend([] if refusal is None else refusal.details or (refusal,))
    if not found:
        return None
    return found[0] if len(found) == 1 else Refusal("bad_form", SEVERAL, details=tuple(found))


def _received(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    context = {
        **told,
        "who": Text(*told["who"]),
        "says": Text(*told["says"]),
        "due": None if told["due"] is None else date.fromisoformat(told["due"]),
        "recorded_at": datetime.fromisoformat(told["recorded_at"]),
        **printed.way_back(request, told["reference"]),
        "taken_in": False,
        "plain": True,
    }
    return show(request, "web/report_done.html", context, frame="resident")
