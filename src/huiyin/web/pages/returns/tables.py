"""Returns as pages: the list of them, a table or register with what each number means, and the matters behind a number."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from huiyin.city import queries as city
from huiyin.core.returns import Return
from huiyin.core.values import Principal, Text
from huiyin.exchange import returns as exporting
from huiyin.returns import queries, registers, weekly
from huiyin.returns.shapes import Behind, Figures, Number, RegisterPage
from huiyin.ui import shown
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.returns import asking, trends
from huiyin.web.pages.returns.asking import Asking
from huiyin.web.pages.show import show

PAGE = 50
FORMS: tuple[tuple[exporting.Form, Text], ...] = (
    ("xlsx", Text("Excel表格", "Excel")),
    ("csv", Text("CSV", "CSV")),
    ("pdf", Text("PDF", "PDF")),
    ("docx", Text("Word", "Word")),
)
KINDS = {
    "table": Text("统计", "Statistics"),
    "register": Text("登记簿", "Registers"),
    "sheet": Text("报领表", "Claims"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One number as the page shows it; ``address`` leads to what is behind it."""

    words: str
    late: int
    address: str
    label: Text


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; ``share`` says of how many it is a part."""

    label: Text
    cells: tuple[Shown, ...]
    means: Text | None
    heading: Text | None
    share: int | None


@staff_only
def returns(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the returns this post may make."""
    found = queries.available(principal)
    groups = [(label, [one for one in found if one.kind == kind]) for kind, label in KINDS.items()]
    context = {
        "groups": [(label, rows) for label, rows in groups if rows],
        "weekly": weekly.writes(principal) or _receives(principal),
        "told": kept.told(request),
        "here": "returns",
    }
    return show(request, "web/returns/returns.html", context, frame="staff")


def _receives(principal: Principal) -> bool:
    procedure = city.library().procedures.get(weekly.PROCEDURE)
    return procedure is not None and weekly.kind_of(principal.unit or "") in procedure.units["centre"].kinds


@staff_only
def one(request: HttpRequest, principal: Principal, name: str) -> HttpResponse:
    """Show one return for a period."""
    found, whose = queries.of_name(principal, name), queries.scopes(principal)
    if found is None or not whose:
        return not_found(request)
    ask = asking.read(request, principal, found, whose)
    context = {
        **_common(ask, found),
        "told": kept.told(request),
        "here": "returns",
    }
    if ask.refusal is not None:
        context["unread"] = True
    elif found.table is not None:
        context |= _table(ask, queries.figures(ask.asked))
        context["trend"] = trends.of(ask, request.GET.get("trend", ""))
    else:
        context |= _register(request, ask)
    return show(request, "web/returns/return.html", context, frame="staff", refusal=ask.refusal, questions=ask.questions)


@staff_only
def behind(request: HttpRequest, principal: Principal, name: str) -> HttpResponse:
    """Show the matters behind one number of a return."""
    found, whose = queries.of_name(principal, name), queries.scopes(principal)
    count = None if found is None else found.counts.get(request.GET.get("count", ""))
    if found is None or count is None or not whose:
        return not_found(request)
    ask = asking.read(request, principal, found, whose)
    if ask.refusal is not None:
        return not_found(request)
    key = request.GET.get("row")
    start = _start(request)
    listed = queries.behind(ask.asked, count.name, key, start=start, limit=PAGE)
    more = {"count": count.name, **({} if key is None else {"row": key})}
    context = {
        **_common(ask, found),
        "count": count,
        "rows": [_behind(row) for row in listed.rows],
        "total": listed.total,
        "from_": start + 1,
        "first_page": f"{request.path}?{ask.address(**more)}" if start else None,
        "next_page": f"{request.path}?{ask.address(**more, start=str(start + PAGE))}" if start + PAGE < listed.total else None,
        "back_to": f"{reverse('return', args=[found.name])}?{ask.address()}",
        "here": "returns",
    }
    return show(request, "web/returns/behind.html", context, frame="staff")


def _start(request: HttpRequest) -> int:
    typed = request.GET.get("start", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0


def _common(ask: Asking, found: Return) -> dict[str, object]:
    asked = ask.asked
    return {
        "one": found,
        "ask": ask,
        "period": asked.period,
        "scope": asked.scope,
        "library_zone": city.library().zone,
        "basis": [city.library().cited(basis) for basis in found.basis],
        "forms": [(label, f"{reverse('return-file', args=[found.name, form])}?{ask.address()}") for form, label in FORMS],
        "address": reverse("return", args=[found.name]),
    }


def _table(ask: Asking, table: Figures) -> dict[str, object]:
    counted = ask.asked.one.table is not None and ask.asked.one.table.by == "counts"
    rows = [
        Row(
            line.label,
            tuple(
                _number(ask, number, line.label, None if counted else line.key, place, counted) for place, number in enumerate(line.numbers)
            ),
            line.means,
            line.heading,
            line.part_of,
        )
        for line in table.lines
    ]
    total = None
    if table.total is not None:
        total = [_number(ask, number, table.total.label, None, place, counted) for place, number in enumerate(table.total.numbers)]
    return {"table": table, "rows": rows, "total": total, "counted": counted, "empty": table.empty, "plan": ask.asked.one.plan}


def _number(ask: Asking, number: Number, row: Text, key: str | None, place: int, counted: bool) -> Shown:
    query = {"count": number.count, **({} if key is None else {"row": key})}
    if counted and place == 1:
        query["period"] = ask.asked.period.before().slug
    words = "—" if number.value is None else shown.money(number.value) if number.money else f"{number.value:,}"
    count = ask.asked.one.counts[number.count]
    # An empty key is a row of its own (“not stated”), so it must stay in the address.
    address = f"{reverse('return-list', args=[ask.asked.one.name])}?{ask.address(**query)}"
    if key == "":
        address += "&row="
    label = count.label if counted else Text(f"{row.zh}，{count.label.zh}", f"{row.en}, {count.label.en}")
    return Shown(words, number.late, address if number.matters else "", label)


def _behind(row: Behind) -> dict[str, object]:
    return {
        "row": row,
        "topic": city.library().about(row.topic, row.title),
        "place": queries.place_name(row.division),
        "address": reverse("desk-matter", args=[row.home, row.matter]) if row.openable else "",
    }


def _register(request: HttpRequest, ask: Asking) -> dict[str, object]:
    start = _start(request)
    page: RegisterPage = registers.page(ask.asked, start=start, limit=PAGE)
    here = reverse("return", args=[ask.asked.one.name])
    lines = [
        {
            "cells": [_cell(cell.kind, cell.value, head.label) for cell, head in zip(line.cells, page.heads, strict=True)],
            "address": reverse("desk-matter", args=[line.behind.home, line.behind.matter]) if line.behind.openable else "",
        }
        for line in page.lines
    ]
    sheet = ask.asked.one.kind == "sheet"
    return {
        "register": page,
        "lines": lines,
        "empty": not page.total,
        "sheet": sheet,
        "no_rates": sheet and not page.rates,
        "grounds": list(dict.fromkeys((page.rates or {}).values())),
        "sum": shown.money(page.sum_cents) if sheet and page.rates else "",
        "whole": page.total <= PAGE,
        "first_page": f"{here}?{ask.address()}" if start else None,
        "next_page": f"{here}?{ask.address(start=str(start + PAGE))}" if start + PAGE < page.total else None,
    }


def _cell(kind: str, value: object, label: Text) -> dict[str, object]:
    if kind == "money" and isinstance(value, int):
        return {"kind": "number", "value": shown.money(value), "label": label}
    if kind == "id":
        return {"kind": "id", "value": shown.reference(str(value)), "label": label}
    return {"kind": kind, "value": value, "label": label}
