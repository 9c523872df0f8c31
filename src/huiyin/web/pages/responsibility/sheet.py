"""The list as a workbook: taken home, and brought back into the draft after a look at what it would change."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.city import queries as city
from huiyin.core.responsibility import Row
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import list_sheet
from huiyin.jobs.kinds import XLSX
from huiyin.routing import keeping, queries
from huiyin.routing.explain import Words
from huiyin.ui.forms import Question, problems_of
from huiyin.web.pages import kept
from huiyin.web.pages.brought import brought
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

PLACE = "list-sheet"


@require_safe
@staff_only
def workbook(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Give the list, with the draft's changes in it, as a workbook."""
    mine = keeping.draft(principal)
    if mine is None:
        return not_found(request)
    answer = HttpResponse(list_sheet.write(mine.rows, queries.known_facts()), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="responsibility-{city.today().isoformat()}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def sheet(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Look at what a workbook would change; put what is sound into the draft."""
    mine = keeping.draft(principal)
    if mine is None:
        return not_found(request)
    if request.method == "POST" and request.POST.get("do") == "take":
        return _taken(request, principal)
    came: list_sheet.Came | None = None
    refusal: Refusal | None = None
    if request.method == "POST":
        found = brought(request, lambda path: list_sheet.read(path, mine.rows, queries.known_facts()))
        came, refusal = (None, found) if isinstance(found, Refusal) else (found, None)
        if came is not None and came.rows:
            # Only rows that read back are kept, and only for the press that takes them in.
            plain = [row.to_plain() for row in came.rows]
            request.session[PLACE] = {"rows": plain, "mark": _mark(mine.rows)}
    hint = Text(
        "先下载现在的清单，在表格里改，再传回来。传上来先给您看会改什么，什么都还没有变。",
        "Take the list as it is, change it in the sheet, and bring it back. First you see what it would change; nothing changes yet.",
    )
    questions = [
        Question(
            "file",
            Text("改好的表格", "The changed workbook"),
            "file",
            hint=hint,
            error=problems_of(refusal).by_field.get("file"),
            mode=".xlsx",
        )
    ]
    words = Words(came.rows) if came is not None else None
    named = (
        []
        if came is None or words is None
        else [
            (label, [words.row(row) for row in rows])
            for label, rows in (
                (Text("新增", "New"), came.new),
                (Text("改动", "Changed"), came.changed),
                (Text("结束", "Ended"), came.ended),
            )
            if rows
        ]
    )
    context = {"came": came, "named": named, "questions": questions, "told": kept.told(request), "here": "responsibility"}
    return show(request, "web/responsibility/sheet.html", context, frame="staff", refusal=refusal, questions=questions)


def _mark(rows: tuple[Row, ...]) -> str:
    """Return a fingerprint of the list a workbook was compared with."""
    return hashlib.sha256("\n".join(str(row.to_plain()) for row in rows).encode()).hexdigest()


def _taken(request: HttpRequest, principal: Principal) -> HttpResponse:
    waiting = request.session.pop(PLACE, None)
    mine = keeping.draft(principal)
    if waiting is None or mine is None or waiting["mark"] != _mark(mine.rows):
        kept.tell(
            request,
            Text(
                "清单或者草稿刚刚变了，请再传一次，看过再收。",
                "The list or the draft has just changed; bring the file again and look first.",
            ),
            "wait",
        )
        return HttpResponseRedirect(reverse("responsibility-sheet"))
    rows = [Row.from_plain(plain) for plain in waiting["rows"]]
    keeping.save_rows(principal=principal, rows=rows)
    kept.tell(request, Text(f"{len(rows)}条收进草稿了。", f"{len(rows)} rows were taken into the draft."))
    return HttpResponseRedirect(reverse("responsibility-draft"))
