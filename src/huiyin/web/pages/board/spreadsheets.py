"""Lists taken out as spreadsheets, messages taken in from them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import export as lists
from huiyin.exchange import template
from huiyin.exchange.intake import MAX_FEEDER
from huiyin.jobs import kinds, queries, services
from huiyin.jobs.kinds import XLSX
from huiyin.matters.counting import CAUSES, GROUPS
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept, taken_out
from huiyin.web.pages.board.board import called
from huiyin.web.pages.board.jobs import asked
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.documents.printing import sent
from huiyin.web.pages.show import show
from huiyin.web.pages.worklist import SCOPES, lines

FORMATS = (
    ("xlsx", Text("表格（XLSX）", "Workbook (XLSX)")),
    ("csv", Text("逗号分隔文本（CSV，UTF-8）", "Comma-separated text (CSV, UTF-8)")),
)
FEEDER = "feeder"


@require_http_methods(["GET", "POST"])
@staff_only
def export(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Say what is about to be taken out; on a press, ask for it."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = {name: given[name][:60] for name in lists.FILTERS if given.get(name) and "\x00" not in given[name]}
    if chosen.get("scope") not in (*lists.LISTS, lists.BOARD):
        chosen["scope"] = "mine"
    of_board = chosen["scope"] == lists.BOARD
    if request.method == "POST":
        form = "csv" if request.POST.get("format") == "csv" else "xlsx"
        said = request.POST.get("purpose")
        if said not in lists.PURPOSES:
            kept.keep(request, "export", {"format": form}, lists.UNSAID)
            return HttpResponseRedirect(f"{request.path}?{urlencode(chosen)}")
        kept.drop(request, "export")
        params = {**chosen, "format": form, "purpose": said}
        return asked(request, services.ask("export_list", params, principal=principal, language=language_of(request)))
    raw, refusal = kept.kept(request, "export")
    scopes = tuple((name, label) for name, (label, _) in SCOPES.items())
    purpose = taken_out.what_for(refusal)
    context = {
        "said": _said(chosen),
        "lists": None if of_board else _radios("scope", Text("导出哪张清单", "Which list"), scopes, chosen["scope"]),
        "purpose": purpose,
        "formats": _radios("format", Text("文件格式", "Format"), FORMATS, (raw or {}).get("format", "xlsx")),
        "kept_filters": [(name, value) for name, value in chosen.items() if of_board or name != "scope"],
        "most": Text(f"一次最多{lists.MOST_ROWS:,}件。", f"At most {lists.MOST_ROWS:,} matters at a time."),
        "here": "jobs",
    }
    return show(request, "web/board/export.html", context, frame="staff", refusal=refusal, questions=[purpose])


@require_http_methods(["GET", "POST"])
@staff_only
def take_in(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Take a file of messages for a try; nothing is opened before somebody confirms what the try found."""
    if not kinds.may_ask(kinds.kinds()["intake_check"], principal):
        raise Http404
    place = f"import:{principal.unit}"
    if request.method == "POST":
        return _try(request, principal, place)
    raw, refusal = kept.kept(request, place)
    feeder = Question(
        FEEDER,
        Text("从哪里来的", "Where they come from"),
        "line",
        hint=Text("来源的名字，例如 12345。同一来源的同一编号只收一次。", "A name, such as 12345. One number of one source is taken once."),
        value=(raw or {}).get(FEEDER, ""),
        required=True,
    )
    file = Question(
        "file",
        Text("来件表", "The file"),
        "file",
        hint=Text("XLSX或者CSV，最大20 MB。照上面的模板填最省事。", "XLSX or CSV, 20 MB at most. The template above is the easiest."),
        mode=".xlsx,.csv",
        required=True,
    )
    problems = problems_of(refusal).by_field
    questions = [replace(one, error=problems.get(one.name)) for one in (feeder, file)]
    context = {"questions": questions, "here": "jobs"}
    return show(request, "web/board/import.html", context, frame="staff", refusal=refusal, questions=questions)


def _try(request: HttpRequest, principal: Principal, place: str) -> HttpResponse:
    feeder, file = request.POST.get(FEEDER, "").strip(), request.FILES.get("file")
    wrong = []
    if not feeder or len(feeder) > MAX_FEEDER or not feeder.isprintable():
        said = Text(f"请写来源的名字，1～{MAX_FEEDER}个字。", f"Give the source a name of 1 to {MAX_FEEDER} characters.")
        wrong.append(Refusal("feeder", said, FEEDER))
    if not isinstance(file, UploadedFile) or not file.size:
        wrong.append(Refusal("file", Text("请选一个XLSX或者CSV文件。", "Choose an XLSX or CSV file."), "file"))
    if wrong or not isinstance(file, UploadedFile):
        return _again(request, place, Refusal("form", wrong[0].text, wrong[0].field, tuple(wrong)))
    given = (str(file.name or ""), file.chunks())
    answer = services.ask("intake_check", {"feeder": feeder}, principal=principal, language=language_of(request), given=given)
    if isinstance(answer, Refusal):
        return _again(request, place, answer)
    kept.drop(request, place)
    return asked(request, answer)


def _again(request: HttpRequest, place: str, refusal: Refusal) -> HttpResponse:
    kept.keep(request, place, {FEEDER: request.POST.get(FEEDER, "")}, refusal)
    return HttpResponseRedirect(reverse("import"))


@require_POST
@staff_only
def confirm(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Take in what a try found."""
    try:
        check = UUID(request.POST.get("check", ""))
    except ValueError:
        raise Http404 from None
    seen = queries.get(principal, check)
    if seen is None or not seen.own or seen.kind != "intake_check":
        raise Http404
    params = {"check": str(check), "feeder": seen.params["feeder"]}
    return asked(request, services.ask("intake_run", params, principal=principal, language=language_of(request)))


@require_GET
@staff_only
def blank(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Give the empty workbook."""
    return sent(template.workbook(), XLSX, f"{template.TITLE.zh}.xlsx")


def _radios(name: str, label: Text, options: tuple[tuple[str, Text], ...], chosen: str) -> Question:
    return Question(name, label, "radios", value=chosen, options=tuple(Option(key, text, key == chosen) for key, text in options))


def _said(chosen: dict[str, str]) -> list[Text]:
    """Return what the list is narrowed to, in words."""
    said = []
    if chosen.get("scope") == lists.BOARD:
        cause = next((one for one in CAUSES if one == chosen.get("cause")), None)
        group = next((one for one in GROUPS if one == chosen.get("by")), None)
        title, of_whom = called(cause, group, chosen.get("key", ""), city.library())
        said.append(Text(f"督办台：{title.zh}", f"Supervision board: {title.en}"))
        said.extend([] if of_whom is None else [of_whom])
    if line := chosen.get("line"):
        label = lines(city.library()).get(line, Text(line, line))
        said.append(Text(f"事项类别：{label.zh}", f"Line: {label.en}"))
    if place := chosen.get("place"):
        name = places.full_name(place)
        said.append(Text(f"地点：{name}", f"Place: {name}"))
    if chosen.get("overdue"):
        said.append(Text("只要超期的", "Overdue only"))
    if chosen.get("soon"):
        said.append(Text("只要24小时内到期的", "Due within 24 hours only"))
    if chosen.get("urgent"):
        said.append(Text("只要急的", "Urgent only"))
    if chosen.get("state"):
        said.append(Text("只要这一步的", "One step only"))
    return said
