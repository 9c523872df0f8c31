"""The names as a file: taken home as a workbook or CSV, and brought back after a look at what it would change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.city import gazetteer
from huiyin.city import queries as city
from huiyin.core.gazetteer import KINDS
from huiyin.core.rights import may_keep_names
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import names_sheet
from huiyin.jobs.kinds import CSV, XLSX
from huiyin.ui.forms import Question, problems_of
from huiyin.web.pages import kept
from huiyin.web.pages.brought import brought
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

PLACE = "names-sheet"
SHOWN = 200


@require_safe
@staff_only
def workbook(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Give the names as a workbook."""
    return _file(request, principal, "xlsx")


@require_safe
@staff_only
def as_csv(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Give the same as CSV."""
    return _file(request, principal, "csv")


def _file(request: HttpRequest, principal: Principal, kind: str) -> HttpResponse:
    if not may_keep_names(principal):
        return not_found(request)
    names, _ = gazetteer.names(principal, limit=names_sheet.MOST_ROWS)
    made, media = (names_sheet.write_csv(names), CSV) if kind == "csv" else (names_sheet.write(names), XLSX)
    answer = HttpResponse(made, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="names-{city.today().isoformat()}.{kind}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def sheet(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Look at what a file would change; take all of it in, or nothing."""
    if not may_keep_names(principal):
        return not_found(request)
    if request.method == "POST" and request.POST.get("do") == "take":
        return _taken(request, principal)
    came: names_sheet.Came | None = None
    refusal: Refusal | None = None
    if request.method == "POST":
        request.session.pop(PLACE, None)
        found = brought(request, lambda path: names_sheet.read(path, principal))
        came, refusal = (None, found) if isinstance(found, Refusal) else (found, None)
        if came is not None and not came.wrong and (came.new or came.ended):
            ends = [one.entry.key for one in came.ended]
            request.session[PLACE] = {"new": list(came.new), "ended": ends, "mark": gazetteer.last_step()}
    elif request.GET.get("again") and PLACE in request.session:
        refusal = gazetteer.WHY
    waiting = request.session.get(PLACE)
    new, ended = _waiting(principal, waiting) if came is None else (list(came.new), list(came.ended))
    full = gazetteer.full_names({one["place"] for one in new[:SHOWN]})
    hint = Text(
        "先下载现在的名称，在表格里加，再传回来。传上来先给您看会改什么，什么都还没有变；有一格写错，就一条也不收。",
        "Take the names as they are, add to the sheet, and bring it back. First you see what it would change; nothing changes yet, "
        "and with one cell wrong nothing is taken.",
    )
    errors = problems_of(refusal).by_field
    named = Text("名称表格（XLSX或者CSV）", "The file of names (XLSX or CSV)")
    upload = Question("file", named, "file", hint=hint, error=errors.get("file"), mode=".xlsx,.csv")
    why = Question(
        "reason",
        Text("为什么", "Why"),
        "line",
        hint=Text("每一条都记下它。停用的必须写。", "Kept with each name. Needed where names are ended."),
        error=errors.get("reason"),
    )
    context = {
        "came": came,
        "new": [(one, KINDS[one["kind"]], full[one["place"]]) for one in new[:SHOWN]],
        "ended": ended[:SHOWN],
        "more": max(len(new), len(ended)) > SHOWN,
        "counts": None if waiting is None else (len(waiting["new"]), len(waiting["ended"])),
        "upload": upload,
        "why": why,
        "told": kept.told(request),
        "here": "names",
    }
    return show(request, "web/gazetteer/sheet.html", context, frame="staff", refusal=refusal, questions=[upload, why])


def _waiting(principal: Principal, waiting: dict[str, Any] | None) -> tuple[list[dict[str, str]], list[gazetteer.Name]]:
    """Return what a file brought earlier would add and end, while it waits for the press that takes it in."""
    if waiting is None:
        return [], []
    keys = set(waiting["ended"])
    known = gazetteer.names(principal, limit=names_sheet.MOST_ROWS)[0] if keys else []
    return waiting["new"], [one for one in known if one.entry.key in keys]


def _taken(request: HttpRequest, principal: Principal) -> HttpResponse:
    waiting = request.session.get(PLACE)
    if waiting is None or waiting["mark"] != gazetteer.last_step():
        request.session.pop(PLACE, None)
        changed = Text("名称库刚刚变了，请再传一次，看过再收。", "The names have just changed; bring the file again and look first.")
        kept.tell(request, changed, "wait")
        return HttpResponseRedirect(reverse("names-sheet"))
    ends = [UUID(key) for key in waiting["ended"]]
    refused = gazetteer.take(principal, waiting["new"], ends, reason=request.POST.get("reason", "").replace("\x00", ""))
    if refused is gazetteer.WHY:
        return HttpResponseRedirect(f"{reverse('names-sheet')}?again=1")
    request.session.pop(PLACE, None)
    if refused is not None:
        kept.tell(request, refused.text, "warn")
        return HttpResponseRedirect(reverse("names-sheet"))
    new, ended = len(waiting["new"]), len(ends)
    kept.tell(request, Text(f"添加了{new}个，停用了{ended}个。", f"{new} added, {ended} ended."))
    return HttpResponseRedirect(reverse("names") + "#list")
