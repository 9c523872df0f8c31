"""Long work as pages: the list, one job with how far it is, its files, taking it back."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from huiyin.city import queries as city
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange.export import PURPOSES
from huiyin.exchange.jobs import NEW, WRONG
from huiyin.jobs import files, kinds, queries, services
from huiyin.jobs.models import FAILED
from huiyin.ui.language import language_of
from huiyin.web.pages import keepers, kept
from huiyin.web.pages.board import wrong_rows
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.show import show

# A try that somebody confirms -> (the address that does, what the button says).
CONFIRMED: Final = {
    "intake_check": ("import-confirm", Text("确认收下新件", "Take in the new ones")),
    "households_check": ("project-confirm", Text("确认加入这些户", "Bring in these households")),
}
# Long work of a project, whose page it leads back to.
OF_PROJECTS: Final = frozenset({"households_check", "households_run", "households_name"})


@require_GET
@staff_only
def jobs(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show what this post asked for, and what else it may ask for."""
    found = kinds.kinds()
    context = {
        "jobs": queries.of(principal),
        "may_make_signs": kinds.may_ask(found["door_signs"], principal),
        "may_export": principal.post not in keepers.POSTS,
        "may_import": kinds.may_ask(found["intake_check"], principal),
        "kept_days": 7,
        "told": kept.told(request),
        "here": "jobs",
    }
    return show(request, "web/board/jobs.html", context, frame="staff")


@require_GET
@staff_only
def job(request: HttpRequest, principal: Principal, job: UUID) -> HttpResponse:
    """Show one job."""
    seen = _found(principal, job)
    context = {
        "job": seen,
        "failed": seen.state == FAILED,
        "purpose": PURPOSES.get(str(seen.params.get("purpose"))),
        "confirm": CONFIRMED.get(seen.kind) if seen.own and not seen.expired and dict(seen.told).get(NEW, 0) > 0 else None,
        "wrong_rows": wrong_rows.first(principal, job) if seen.errors else (),
        "wrong": dict(seen.told).get(WRONG, 0),
        "took_in": seen.kind == "intake_run" and dict(seen.told).get(NEW, 0) > 0,
        "again": seen.kind in ("intake_check", "intake_run"),
        "project": seen.params if seen.kind in OF_PROJECTS else None,
        "told": kept.told(request),
        "here": "jobs",
    }
    return show(request, "web/board/job.html", context, frame="staff")


@require_GET
@staff_only
def state(request: HttpRequest, principal: Principal, job: UUID) -> HttpResponse:
    """Answer how far a job is, for the page that shows it."""
    seen = _found(principal, job)
    language = language_of(request)
    return JsonResponse({"open": seen.open, "state": seen.state, "done": seen.done, "total": seen.total, "said": seen.said.in_(language)})


@require_POST
@staff_only
def cancel(request: HttpRequest, principal: Principal, job: UUID) -> HttpResponse:
    """Take a job back."""
    taken = services.cancel(job, principal=principal)
    if taken is None:
        raise Http404
    if not taken:
        kept.tell(request, Text("它已经结束，没有可取消的。", "It had already ended; there was nothing to cancel."))
    return HttpResponseRedirect(reverse("job", args=[job]))


@require_GET
@staff_only
def file(request: HttpRequest, principal: Principal, job: UUID) -> HttpResponse:
    """Give the file that came of a job."""
    return _file(principal, job, files.RESULT)


@require_GET
@staff_only
def errors(request: HttpRequest, principal: Principal, job: UUID) -> HttpResponse:
    """Give the file of what did not go well."""
    return _file(principal, job, files.ERRORS)


@require_POST
@staff_only
def signs(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Ask for the signs of the workrooms within the place of one's own unit."""
    unit = city.unit(principal.unit or "")
    if unit is None:
        raise Http404
    params = {"division": unit.division_id, "base": request.build_absolute_uri("/").rstrip("/")}
    return asked(request, services.ask("door_signs", params, principal=principal, language=language_of(request)))


def asked(request: HttpRequest, answer: UUID | Refusal) -> HttpResponse:
    """Go to the job that was asked for, or to the list with the reason why it was not taken."""
    if isinstance(answer, Refusal):
        kept.tell(request, answer.text, "warn")
        return HttpResponseRedirect(reverse("jobs"))
    return HttpResponseRedirect(reverse("job", args=[answer]))


def _found(principal: Principal, job: UUID) -> queries.JobView:
    seen = queries.get(principal, job)
    if seen is None:
        raise Http404
    return seen


def _file(principal: Principal, job: UUID, name: str) -> HttpResponse:
    found = queries.file_of(principal, job, name)
    if found is None:
        raise Http404
    path, called, media_type = found
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        # A worker swept it between the look and the reading.
        raise Http404 from None
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(called)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
