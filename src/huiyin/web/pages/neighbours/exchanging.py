"""By hand: a neighbour's file taken in for a try, and what became of its messages taken out."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from huiyin.core.rights import may_exchange
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import neighbours, news
from huiyin.exchange.models import Neighbour
from huiyin.jobs import services
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.board.jobs import asked
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found

NO_FILE = Refusal("file", Text("请选一个XLSX或者CSV文件。", "Choose an XLSX or CSV file."), field="file")


@require_POST
@staff_only
def take_in(request: HttpRequest, principal: Principal, neighbour: str) -> HttpResponse:
    """Read a file of the neighbour's for a try; nothing is opened before somebody confirms it."""
    row = exchanged(principal, neighbour)
    if row is None:
        return not_found(request)
    answer = upload(request, principal, "intake_check", row)
    if isinstance(answer, Refusal):
        kept.keep(request, f"neighbour-file:{neighbour}", {}, answer)
        return HttpResponseRedirect(reverse("neighbour", args=[neighbour]))
    kept.drop(request, f"neighbour-file:{neighbour}")
    return asked(request, answer)


@require_POST
@staff_only
def hand_over(request: HttpRequest, principal: Principal, neighbour: str) -> HttpResponse:
    """Make the file of everything since the last one, or the same as an earlier one again."""
    row = exchanged(principal, neighbour)
    if row is None or row.direction != "both":
        return not_found(request)
    after, upto = news.mark(row), news.count(row)
    again = request.POST.get("again", "")
    if again:
        found = {str(one.id): one for one in news.deliveries(principal, row, limit=1000)}.get(again)
        if found is None:
            return not_found(request)
        after, upto = found.after, found.upto
    if upto <= after:
        kept.tell(request, Text("没有新的情况要送。", "There is no news to hand over."), "wait")
        return HttpResponseRedirect(reverse("neighbour", args=[neighbour]))
    form = "csv" if request.POST.get("format") == "csv" else "xlsx"
    params = {"feeder": row.name, "after": after, "upto": upto, "format": form}
    return asked(request, services.ask("neighbour_news", params, principal=principal, language=language_of(request)))


def exchanged(principal: Principal, name: str) -> Neighbour | None:
    """Return the record in force of a neighbour this principal exchanges with, or None."""
    row = neighbours.in_force(name)
    return row if row is not None and may_exchange(principal, row.unit) else None


def upload(request: HttpRequest, principal: Principal, kind: str, row: Neighbour) -> UUID | Refusal:
    """Ask for a piece of work with the file that was posted."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        return NO_FILE
    given = (str(file.name or ""), file.chunks())
    return services.ask(kind, {"feeder": row.name}, principal=principal, language=language_of(request), given=given)
