"""Preparing, deciding and throwing away an order; each is a press that leads back to a page."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from huiyin.core.rights import may_order
from huiyin.core.values import Principal, Refusal, Text
from huiyin.jobs import recounting
from huiyin.matters import orders
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.orders.looking import found, place


@require_POST
@staff_only
def prepare(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Have it counted what would move now."""
    if not may_order(principal):
        raise Http404
    made = recounting.prepare(principal=principal)
    if isinstance(made, Refusal):
        kept.tell(request, made.text, "warn")
        return HttpResponseRedirect(reverse("orders"))
    return _back(made)


@require_POST
@staff_only
def decide(request: HttpRequest, principal: Principal, order: UUID) -> HttpResponse:
    """Decide an order that was looked at, and have it carried out."""
    found(principal, order)
    raw = {name: request.POST.get(name, "") for name in ("basis", "reason")}
    answer = recounting.decide(order, basis=raw["basis"], reason=raw["reason"], principal=principal)
    if isinstance(answer, Refusal):
        kept.keep(request, place(order), raw, answer)
    else:
        kept.drop(request, place(order))
        kept.tell(request, Text("已决定，正在执行。可以离开这一页。", "Decided; it is being carried out. You may leave this page."))
    return _back(order)


@require_POST
@staff_only
def go_on(request: HttpRequest, principal: Principal, order: UUID) -> HttpResponse:
    """Take up again what broke off: the counting, or the carrying out."""
    view = found(principal, order)
    asked = recounting.ask_run(order) if view.stage == "carrying" else recounting.ask_count(order) if view.stage == "counting" else None
    if isinstance(asked, Refusal):
        kept.tell(request, asked.text, "warn")
    return _back(order)


@require_POST
@staff_only
def drop(request: HttpRequest, principal: Principal, order: UUID) -> HttpResponse:
    """Throw away an order nobody decided."""
    found(principal, order)
    refused = orders.drop(order, principal=principal)
    if refused is not None:
        kept.tell(request, refused.text, "warn")
        return _back(order)
    kept.tell(request, Text("这个预览已经去掉，没有日期变动。", "The preview was thrown away; no date was moved."))
    return HttpResponseRedirect(reverse("orders"))


def _back(order: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("order", args=[order]))
