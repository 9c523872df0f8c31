"""Adding a name, deciding about one put forward, ending one; each is a press that leads back to the list."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from huiyin.city import gazetteer
from huiyin.core.rights import may_keep_names
from huiyin.core.values import Principal, Refusal, Text
from huiyin.ui import forms
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.gazetteer.listing import NEW, PLACE


@require_POST
@staff_only
def add(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Add a name, or look up the place it is to lead to."""
    if not may_keep_names(principal):
        return not_found(request)
    raw = kept.posted(request)
    do = raw.pop("do", "")
    if forms.pressed(raw, do):
        kept.keep(request, NEW, raw)
        return HttpResponseRedirect(reverse("names") + forms.after_press(raw, do))
    said = {**raw, "place": raw.get(f"{PLACE}.division", "")}
    made = gazetteer.add(principal, said)
    if isinstance(made, Refusal):
        kept.keep(request, NEW, raw, made)
        return HttpResponseRedirect(reverse("names"))
    kept.drop(request, NEW)
    kept.tell(request, Text(f"已添加“{made.name}”，马上能查到。", f"“{made.name}” was added; it is found from now on."))
    return HttpResponseRedirect(reverse("names"))


@require_POST
@staff_only
def decide(request: HttpRequest, principal: Principal, entry: UUID) -> HttpResponse:
    """Accept, decline or end a name."""
    if not may_keep_names(principal):
        return not_found(request)
    do, reason = request.POST.get("do", ""), request.POST.get("reason", "").replace("\x00", "")
    if do == "end":
        refused, done = gazetteer.end(principal, entry, reason=reason), Text("已停用，历史还在。", "It was ended; its history stays.")
    else:
        refused = gazetteer.decide(principal, entry, accept=do == "accept", reason=reason)
        done = Text("已采用。", "Accepted.") if do == "accept" else Text("没有采用，理由已记下。", "Declined; the reason is kept.")
    if refused is not None:
        kept.tell(request, refused.text, "warn")
    else:
        kept.tell(request, done)
    return HttpResponseRedirect(reverse("names") + "#list")
