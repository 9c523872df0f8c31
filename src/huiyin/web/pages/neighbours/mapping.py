"""The editor of a mapping: a sample file, their columns and values chosen in ours, and at once what would become of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.city import queries as city
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import mapping, neighbours, records, sample
from huiyin.exchange.mapping import Mapped
from huiyin.exchange.models import Neighbour
from huiyin.host.errors import HostError
from huiyin.jobs import files, queries, services
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.board.jobs import asked
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.neighbours.exchanging import exchanged, upload
from huiyin.web.pages.neighbours.listing import line_of
from huiyin.web.pages.show import show

NOT_THERE = Text("不用这一列", "Not used")
GONE = Refusal("file", Text("样本已经过期删除，请再传一次。", "The sample has expired; upload it again."), field="file")
LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class Coded:
    """A column whose values are chosen for, one by one."""

    name: str
    label: Text
    heading: str
    questions: tuple[Question, ...]
    chosen: int


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def editor(request: HttpRequest, principal: Principal, neighbour: str) -> HttpResponse:
    """Show the editor; look at the rows, try the whole file or keep the mapping, as the button pressed says."""
    row = exchanged(principal, neighbour)
    if row is None:
        return not_found(request)
    place = f"neighbour-mapping:{neighbour}"
    if request.method == "POST":
        return _posted(request, principal, row, place)
    raw, refusal = kept.kept(request, place)
    path, job = _sample(principal, row, request.GET.get("sample", ""))
    context: dict[str, object] = {"line": line_of(row), "sample": job, "told": kept.told(request), "here": "neighbours"}
    questions: list[Question] = []
    if path is None:
        if request.GET.get("sample"):
            refusal = refusal or GONE
        questions = [_file(refusal)]
        context["file"] = questions[0]
        now = mapping.of(row)
        context["columns"] = mapping.in_words(city.library(), row, now)
        return show(request, "web/neighbours/mapping.html", context, frame="staff", refusal=refusal, questions=questions)
    try:
        headings = records.headings(path)
        draft = _draft(raw, row, headings, path)
        columns = _columns(mapping.fields(city.library(), row), headings, draft, problems_of(refusal).by_field)
        coded = _coded(row, draft, path)
    except HostError as error:
        return show(
            request,
            "web/neighbours/mapping.html",
            {**context, "sample": None, "file": _file(None), "columns": []},
            frame="staff",
            refusal=Refusal(error.code, error.text),
        )
    reason = _reason(raw or {}, refusal)
    context |= {"asked_columns": columns, "coded": coded, "reason": reason, "rows": (), "problem": None}
    if mapping.checked(city.library(), row, draft) is None:
        try:
            context["rows"] = sample.first_rows(path, row, draft)
        except HostError as error:
            context["problem"] = error.text
    questions = [*columns, *(question for one in coded for question in one.questions), reason]
    return show(request, "web/neighbours/mapping.html", context, frame="staff", refusal=refusal, questions=questions)


def _posted(request: HttpRequest, principal: Principal, row: Neighbour, place: str) -> HttpResponse:
    address = reverse("neighbour-mapping", args=[row.name])
    raw = kept.posted(request)
    if "sample" not in raw:
        answer = upload(request, principal, "neighbour_sample", row)
        if isinstance(answer, Refusal):
            kept.keep(request, place, {}, answer)
            return HttpResponseRedirect(address)
        kept.drop(request, place)
        return HttpResponseRedirect(f"{address}?{urlencode({'sample': str(answer)})}")
    here = f"{address}?{urlencode({'sample': raw['sample']})}"
    path, job = _sample(principal, row, raw["sample"])
    if path is None or job is None:
        return HttpResponseRedirect(here)
    try:
        draft = _draft(raw, row, records.headings(path), path)
    except HostError as error:
        kept.keep(request, place, raw, Refusal(error.code, error.text))
        return HttpResponseRedirect(here)
    refused = None if raw.get("do") == "look" else mapping.checked(city.library(), row, draft)
    if refused is None and raw.get("do") == "try":
        kept.keep(request, place, raw)
        params = {"feeder": row.name, "check": str(job), "draft": draft.to_plain()}
        return asked(request, services.ask("neighbour_try", params, principal=principal, language=language_of(request)))
    if refused is None and raw.get("do") == "save":
        new = replace(neighbours.agreed_of(row), mapping=draft.to_plain(), from_date=city.today())
        made = neighbours.save(principal=principal, agreed=new, reason=raw.get("reason", ""))
        if not isinstance(made, Refusal):
            kept.drop(request, place)
            kept.tell(request, Text("对应表已保存，今天起用。", "The mapping is kept and used from today."))
            return HttpResponseRedirect(reverse("neighbour", args=[row.name]))
        refused = made
    kept.keep(request, place, raw, refused)
    return HttpResponseRedirect(f"{here}#rows" if refused is None else here)


def _sample(principal: Principal, row: Neighbour, text: str) -> tuple[Path | None, UUID | None]:
    """Return the sample this principal handed in for this neighbour, while it is kept."""
    try:
        job = UUID(text)
    except ValueError:
        return None, None
    seen = queries.get(principal, job)
    if seen is None or not seen.own or seen.expired or seen.kind != "neighbour_sample" or seen.params.get("feeder") != row.name:
        return None, None
    path = files.folder_of(job) / files.GIVEN
    return (path, job) if path.exists() else (None, None)


def _draft(raw: Mapping[str, str] | None, row: Neighbour, headings: Sequence[str], path: Path) -> Mapped:
    """Return the mapping as chosen so far: what was posted, else what is on record, else what the headings suggest."""
    now = mapping.of(row)
    if not raw or "sample" not in raw:
        columns = {name: heading for name, heading in now.columns.items() if heading in headings}
        return Mapped({**mapping.guessed(headings), **columns}, now.values)
    library = city.library()
    known = mapping.fields(library, row)
    columns = {name: raw[f"column.{name}"] for name in known if raw.get(f"column.{name}") and raw[f"column.{name}"] in headings}
    values: dict[str, dict[str, str]] = {}
    for name in mapping.coded(library, row):
        if name not in columns:
            continue
        kept_values = dict(now.values.get(name, {}))
        # The answers are numbered by the values of the column they were asked for.
        if raw.get(f"of.{name}") == columns[name]:
            for place, value in enumerate(sample.values(path, columns[name])):
                chosen = raw.get(f"value.{name}.{place}", "")
                if chosen:
                    kept_values[value] = chosen
                else:
                    kept_values.pop(value, None)
        values[name] = kept_values
    return Mapped(columns, values)


def _columns(known: Mapping[str, Text], headings: Sequence[str], draft: Mapped, errors: Mapping[str, Text]) -> list[Question]:
    offered = [heading for heading in dict.fromkeys(headings) if heading]
    return [
        Question(
            f"column.{name}",
            label,
            "select",
            error=errors.get(f"column.{name}"),
            options=tuple(Option(heading, Text(heading, heading), draft.columns.get(name) == heading) for heading in offered),
            required=name in mapping.NEEDED,
            blank=NOT_THERE,
        )
        for name, label in known.items()
    ]


def _coded(row: Neighbour, draft: Mapped, path: Path) -> list[Coded]:
    library = city.library()
    offered, labels = mapping.offered(library, row), mapping.fields(library, row)
    found: list[Coded] = []
    for name in mapping.coded(library, row):
        heading = draft.columns.get(name)
        if not heading:
            continue
        pairs = {**{label.zh: key for key, label in offered[name]}, **draft.values.get(name, {})}
        theirs = sample.values(path, heading)
        questions = tuple(
            Question(
                f"value.{name}.{place}",
                Text(value[:LONGEST_CELL], value[:LONGEST_CELL]),
                "select",
                options=tuple(Option(key, label, pairs.get(value) == key) for key, label in offered[name]),
                blank=Text("还没有选", "Not chosen yet"),
            )
            for place, value in enumerate(theirs)
        )
        found.append(Coded(name, labels[name], heading, questions, sum(value in pairs for value in theirs)))
    return found


def _file(refusal: Refusal | None) -> Question:
    return Question(
        "file",
        Text("样本文件", "A sample file"),
        "file",
        hint=Text(
            "对方的一张来件表，XLSX或者CSV，最大20 MB。只用来对应，不收件。",
            "One of their files, XLSX or CSV, 20 MB at most. Nothing is taken in.",
        ),
        error=problems_of(refusal).by_field.get("file"),
        mode=".xlsx,.csv",
    )


def _reason(raw: Mapping[str, str], refusal: Refusal | None) -> Question:
    return Question(
        "reason",
        Text("为什么这样对应", "Why it is so"),
        "line",
        hint=Text("保存时要写，例如“对方11月改了表头”。", "Needed to keep it, such as “they changed their headings in November”."),
        error=problems_of(refusal).by_field.get("reason"),
        value=raw.get("reason", ""),
        required=False,
    )
