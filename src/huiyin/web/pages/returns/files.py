"""A return as a file: at once when it is short, as long work when it is not."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from huiyin.core.values import Principal, Text
from huiyin.exchange import returns as exporting
from huiyin.jobs import services as jobs
from huiyin.returns import queries
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.returns import asking
from huiyin.web.pages.show import show


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def file(request: HttpRequest, principal: Principal, name: str, form: str) -> HttpResponse:
    """Send a return as XLSX, CSV, PDF or Word; a long register is made by a worker, on a press, and its page follows."""
    found, whose = queries.of_name(principal, name), queries.scopes(principal)
    wanted = next((known for known in exporting.MEDIA if known == form), None)
    if found is None or wanted is None or not whose:
        return not_found(request)
    ask = asking.read(request, principal, found, whose)
    if ask.refusal is not None:
        return not_found(request)
    language = language_of(request)
    if (lines := exporting.lines_of(ask.asked)) > exporting.AT_ONCE:
        if request.method != "POST":
            size, back = Text(f"共{lines:,}行，", f"{lines:,} lines."), f"{reverse('return', args=[name])}?{ask.address()}"
            return show(request, "web/long_work.html", {"title": found.title, "size": size, "back": back}, frame="staff")
        job = jobs.ask("return", exporting.plain(ask.asked, wanted), principal=principal, language=language)
        if isinstance(job, UUID):
            kept.tell(
                request,
                Text("行数较多，正在做。做好了在这一页下载。", "It is long and being made. Take it from this page when it is ready."),
            )
            return HttpResponseRedirect(reverse("job", args=[job]))
        kept.tell(request, job.text, "late")
        return HttpResponseRedirect(f"{reverse('return', args=[name])}?{ask.address()}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        exporting.write(ask.asked, wanted, path, language)
        data = path.read_bytes()
    answer = HttpResponse(data, content_type=exporting.MEDIA[wanted])
    answer["Content-Disposition"] = content_disposition_header(True, exporting.file_name(ask.asked, wanted, language)) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer
