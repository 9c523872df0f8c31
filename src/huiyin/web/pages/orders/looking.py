"""Looking at orders: the list, one of them, how far it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.rights import may_order
from huiyin.core.values import Principal, Text
from huiyin.jobs import recounting
from huiyin.matters import ordered
from huiyin.matters.ordered import OrderView
from huiyin.ui.forms import Question, problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.orders import wording
from huiyin.web.pages.show import show

BASIS = Question(
    "basis",
    Text("依据哪个通知（文号）", "Which notice (its number)"),
    "line",
    hint=Text(
        "例如：国办发明电〔2026〕9号。会写进每件事的记录，也会告诉有关的人。",
        "It stands in the record of every matter, and those concerned are told it.",
    ),
    required=True,
)
REASON = Question(
    "reason",
    Text("为什么这样决定", "Why"),
    "long",
    hint=Text("一两句话，例如：新增放假一天，在走的期限要重新计算。", "A sentence or two."),
    required=True,
)


@require_GET
@staff_only
def orders(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show what runs on older tables, and the orders there were."""
    if not may_order(principal):
        raise Http404
    found = ordered.orders_of(principal)
    context = {
        "stale": ordered.stale(principal),
        "orders": [(one, *wording.STAGES[one.stage]) for one in found],
        "told": kept.told(request),
        "here": "orders",
    }
    return show(request, "web/orders/orders.html", context, frame="staff")


@require_GET
@staff_only
def order(request: HttpRequest, principal: Principal, order: UUID) -> HttpResponse:
    """Show one order as far as it is."""
    view = found(principal, order)
    library = city.library()
    stage, tone = wording.STAGES[view.stage]
    raw, refusal = kept.kept(request, place(order))
    problems = problems_of(refusal).by_field
    questions = [replace(one, value=(raw or {}).get(one.name, ""), error=problems.get(one.name)) for one in (BASIS, REASON)]
    work = recounting.latest(order) if view.stage in ("counting", "carrying") else None
    context: dict[str, Any] = {
        "order": view,
        "stage": stage,
        "tone": tone,
        "numbers": wording.numbers(view),
        "groups": wording.groups(view, library),
        "work": work,
        "broken": view.stage in ("counting", "carrying") and (work is None or not work.open),
        "questions": questions,
        "may_decide": view.stage == "counted" and not view.own and view.fresh and view.matters,
        "told": kept.told(request),
        "now": clock.now(),
        "here": "orders",
        **_lines(request, principal, view),
    }
    return show(request, "web/orders/order.html", context, frame="staff", refusal=refusal, questions=questions)


@require_GET
@staff_only
def state(request: HttpRequest, principal: Principal, order: UUID) -> HttpResponse:
    """Answer how far an order is, for the page that shows it."""
    found(principal, order)
    work = recounting.latest(order)
    if work is None:
        raise Http404
    said = work.said.in_(language_of(request))
    return JsonResponse({"open": work.open, "state": work.state, "done": work.done, "total": work.total, "said": said})


def found(principal: Principal, order: UUID) -> OrderView:
    """Return an order for whoever may see it; to all others it is not there."""
    view = ordered.order(principal, order)
    if view is None:
        raise Http404
    return view


def place(order: UUID) -> str:
    """Return where what is typed about an order is kept."""
    return f"order:{order}"


def _lines(request: HttpRequest, principal: Principal, view: OrderView) -> dict[str, Any]:
    """Return one page of the clocks, as narrowed by the address."""
    given = request.GET
    unit = given["unit"][:80] if "unit" in given and "\x00" not in given["unit"] else None
    outcome = given.get("outcome", "") if given.get("outcome", "") in wording.OUTCOMES else ""
    number = int(given["page"]) if given.get("page", "").isascii() and given.get("page", "").isdigit() and len(given["page"]) < 7 else 1
    lines, total = ordered.lines(principal, view.id, page=number, unit=unit, outcome=outcome) if view.whole is not None else ((), 0)
    narrowed: dict[str, str] = {} if unit is None else {"unit": unit}
    if outcome:
        narrowed["outcome"] = outcome
    here = reverse("order", args=[view.id])

    def address(page: int) -> str:
        return f"{here}?{urlencode({**narrowed, **({'page': str(page)} if page > 1 else {})})}#clocks"

    return {
        "lines": wording.shown(lines),
        "total": total,
        "first_number": (number - 1) * ordered.PAGE + 1,
        "last_number": min(number * ordered.PAGE, total),
        "one_unit": None if unit is None else wording.unit_names([unit]).get(unit, ordered.NO_UNIT),
        "outcome": outcome,
        "outcomes": [(word, label) for word, (label, _) in wording.OUTCOMES.items() if word],
        "first_page": address(1) if number > 1 else None,
        "next_page": address(number + 1) if number * ordered.PAGE < total else None,
    }
