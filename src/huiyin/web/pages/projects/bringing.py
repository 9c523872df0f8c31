"""Bringing households into a project: a list tried first and then brought in, or one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import households
from huiyin.exchange.household_jobs import POSTS
from huiyin.jobs import queries as jobs
from huiyin.jobs import services as work
from huiyin.jobs.kinds import XLSX
from huiyin.projects import queries, services
from huiyin.projects.queries import Project
from huiyin.ui.forms import Question, problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.board.jobs import asked
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.documents.printing import sent
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

NO_FILE = Refusal("file", Text("请选一个XLSX或者CSV文件。", "Choose an XLSX or CSV file."), field="file")
KNOWN = Text("这一户已经在项目里，一样的；没有再加。", "This household is in the project already, the same; nothing was added.")
ADDED = Text("加进来一户，有了自己的编号和期限。", "One household brought in, with a number and a date of its own.")
_EN = {
    "building": ("Building or crew", "Write the same building the same way each time, for example 3号楼."),
    "door": ("Stairwell and door", "For example 2单元501. Leave empty where there is none, such as a site."),
    "names": ("Name", "Several people of one household are separated by 、."),
    "phones": ("Telephone", "Of several, in the order of the names."),
    "size": ("Size or number", "For example 86.5 square metres; 42 days of work."),
    "sum": ("Sum in yuan", "What this household asks for; leave empty if it asks for no money."),
    "remark": ("Remark", "This household's own matter only; no judgement of anyone."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def bring(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Ask for a list or for one household; try the list, or bring in the one."""
    found = _of(principal, home, matter)
    if found is None:
        return not_found(request)
    place = f"project-households:{matter}"
    if request.method == "POST":
        return _one(request, principal, found, place) if request.POST.get("do") == "one" else _try(request, principal, found, place)
    raw, refusal = kept.kept(request, place)
    problems = problems_of(refusal).by_field
    named = Text("各户名单（XLSX或者CSV）", "The list (XLSX or CSV)")
    hint = Text("最大20 MB。照模板填。", "20 MB at most. Fill in the template.")
    upload = Question("file", named, "file", hint=hint, mode=".xlsx,.csv", error=problems.get("file"))
    one = [replace(question, error=problems.get(question.name)) for question in _questions(raw or {})]
    context = {"project": found, "upload": upload, "one": one, "told": kept.told(request), "here": "projects"}
    return show(request, "web/projects/households.html", context, frame="staff", refusal=refusal, questions=[upload, *one])


def _of(principal: Principal, home: str, matter: UUID) -> Project | None:
    found = queries.project(principal, home, matter)
    return found if found is not None and found.desk and found.open and principal.post in POSTS else None


def _questions(raw: Mapping[str, str]) -> list[Question]:
    return [
        Question(
            name,
            Text(label, _EN[name][0]),
            "line",
            hint=Text(note.removeprefix("必填。"), _EN[name][1]),
            value=raw.get(name, ""),
            required=name in households.NEEDED,
        )
        for name, (label, note, _) in households.COLUMNS.items()
    ]


def _try(request: HttpRequest, principal: Principal, found: Project, place: str) -> HttpResponse:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        return _again(request, found, place, {}, NO_FILE)
    params = {"home": found.home, "project": str(found.id)}
    given = (str(file.name or ""), file.chunks())
    answer = work.ask("households_check", params, principal=principal, language=language_of(request), given=given)
    if isinstance(answer, Refusal):
        return _again(request, found, place, {}, answer)
    kept.drop(request, place)
    return asked(request, answer)


def _one(request: HttpRequest, principal: Principal, found: Project, place: str) -> HttpResponse:
    raw = kept.posted(request)
    read = households.line_of(raw)
    if isinstance(read, list):
        parts = tuple(Refusal("cell", text, name) for name, text in read)
        return _again(request, found, place, raw, Refusal("line", parts[0].text, parts[0].field, parts))
    (answer,) = services.bring(principal, found, [read])
    if isinstance(answer, Refusal):
        return _again(request, found, place, raw, answer)
    kept.drop(request, place)
    kept.tell(request, KNOWN if answer == "known" else ADDED, "wait" if answer == "known" else "good")
    return HttpResponseRedirect(reverse("project", args=[found.home, found.id]))


def _again(request: HttpRequest, found: Project, place: str, raw: Mapping[str, str], refusal: Refusal) -> HttpResponse:
    kept.keep(request, place, raw, refusal)
    return HttpResponseRedirect(reverse("project-households", args=[found.home, found.id]))


@require_POST
@staff_only
def confirm(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Bring in what a try found."""
    try:
        check = UUID(request.POST.get("check", ""))
    except ValueError:
        return not_found(request)
    seen = jobs.get(principal, check)
    if seen is None or not seen.own or seen.kind != "households_check":
        return not_found(request)
    params = {**{name: seen.params[name] for name in ("home", "project")}, "check": str(check)}
    return asked(request, work.ask("households_run", params, principal=principal, language=language_of(request)))


@require_safe
@staff_only
def template(_request: HttpRequest, _principal: Principal) -> HttpResponse:
    """Give the empty workbook."""
    return sent(households.template(), XLSX, f"{households.SHEET.zh}.xlsx")
