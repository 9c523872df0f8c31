"""A return as a file: at once when it is short, as long work when it is not."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from huiyin.core.values import Language, Principal, Text
from huiyin.exchange import returns as exporting
from huiyin.exchange.export import PURPOSES, UNSAID
from huiyin.jobs import services as jobs
from huiyin.returns import queries
from huiyin.returns.shapes import Asked
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.returns import asking
from huiyin.web.pages.returns.tables import FORMS
from huiyin.web.pages.show import show


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def file(request: HttpRequest, principal: Principal, name: str, form: str) -> HttpResponse:
    """Send a return as XLSX, CSV, PDF or Word; a register on a press that says what for, a long one when a worker has made it."""
    found, whose = queries.of_name(principal, name), queries.scopes(principal)
    wanted = next((known for known in exporting.MEDIA if known == form), None)
    if found is None or wanted is None or not whose:
        return not_found(request)
    ask = asking.read(request, principal, found, whose)
    if ask.refusal is not None:
        return not_found(request)
    if not exporting.names_matters(ask.asked):
        return _sent(ask.asked, wanted, language_of(request))
    lines, back = exporting.lines_of(ask.asked), f"{reverse('return', args=[name])}?{ask.address()}"
    purpose = request.POST.get("purpose", "")
    if request.method != "POST":
        return _what_for(request, found.title, wanted, lines, back)
    if purpose not in PURPOSES:
        kept.keep(request, request.path, {}, UNSAID)
        return HttpResponseRedirect(request.get_full_path())
    kept.drop(request, request.path)
    if lines <= exporting.AT_ONCE:
        return _sent(ask.asked, wanted, language_of(request), PURPOSES[purpose])
    job = jobs.ask("return", exporting.plain(ask.asked, wanted, purpose), principal=principal, language=language_of(request))
    if isinstance(job, UUID):
        made = Text("行数较多，正在做。做好了在这一页下载。", "It is long and being made. Take it from this page when it is ready.")
        kept.tell(request, made)
        return HttpResponseRedirect(reverse("job", args=[job]))
    kept.tell(request, job.text, "late")
    return HttpResponseRedirect(back)


def _what_for(request: HttpRequest, title: Text, form: exporting.Form, lines: int, back: str) -> HttpResponse:
    """Ask what the lines of a register are taken out for."""
    _, refusal = kept.kept(request, request.path)
    purpose = Question(
        "purpose",
        Text("导出做什么用", "What it is taken out for"),
        "radios",
        options=tuple(Option(name, label) for name, label in PURPOSES.items()),
        error=problems_of(refusal).by_field.get("purpose"),
    )
    context = {
        "title": title,
        "form": dict(FORMS)[form],
        "lines": lines,
        "waits": lines > exporting.AT_ONCE,
        "purpose": purpose,
        "back": back,
        "here": "returns",
    }
    return show(request, "web/returns/what_for.html", context, frame="staff", refusal=refusal, questions=[purpose])


def _sent(asked: Asked, wanted: exporting.Form, language: Language, purpose: Text | None = None) -> HttpResponse:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        exporting.write(asked, wanted, path, language, purpose=purpose)
        data = path.read_bytes()
    answer = HttpResponse(data, content_type=exporting.MEDIA[wanted])
    answer["Content-Disposition"] = content_disposition_header(True, exporting.file_name(asked, wanted, language)) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer
