"""The list of neighbouring systems, one record with its history and keys, making and changing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.city import queries as city
from huiyin.core.rights import EXCHANGES, may_exchange, may_keep_neighbours
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import mapping, news
from huiyin.exchange import neighbours as records
from huiyin.exchange.models import Delivery, Neighbour
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

BETWEEN = "|"
FORMATS = (("xlsx", Text("表格（XLSX）", "Workbook (XLSX)")), ("csv", Text("逗号分隔文本（CSV）", "Comma-separated text (CSV)")))


@dataclass(frozen=True, slots=True)
class Line:
    """A record in words."""

    row: Neighbour
    kind: Text
    way: Text
    direction: Text
    unit: Text
    procedures: tuple[Text, ...]
    topics: tuple[Text, ...]
    in_force: bool
    later: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """A delivery in words; ``by`` is no person's name but for a file taken out by hand."""

    row: Delivery
    way: Text
    by: str


@require_safe
@staff_only
def neighbours(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the neighbouring systems this post keeps or exchanges with."""
    if not may_look(principal):
        return not_found(request)
    context = {
        "lines": [line_of(row) for row in records.listed(principal)],
        "keeps": may_keep_neighbours(principal),
        "told": kept.told(request),
        "here": "neighbours",
    }
    return show(request, "web/neighbours/neighbours.html", context, frame="staff")


@require_safe
@staff_only
def neighbour(request: HttpRequest, principal: Principal, neighbour: str) -> HttpResponse:
    """Show one record: what is agreed, its history and keys; for who exchanges, what comes in and goes back."""
    versions = records.versions(principal, neighbour)
    if not versions:
        return not_found(request)
    now = records.in_force(neighbour) or versions[0]
    exchanges, both = may_exchange(principal, now.unit), now.direction == "both" and now.way != records.OPEN311
    mark = news.mark(now)
    last = news.count(now) if both else 0
    _, refusal = kept.kept(request, f"neighbour-file:{neighbour}")
    mapped = mapping.of(now)
    file = Question(
        "file",
        Text("来件表", "The file"),
        "file",
        hint=Text("XLSX或者CSV，最大20 MB，按对方的表头。", "XLSX or CSV, 20 MB at most, with their own headings."),
        error=problems_of(refusal).by_field.get("file"),
        mode=".xlsx,.csv",
    )
    context = {
        "line": line_of(now),
        "next": line_of(versions[0]) if versions[0].version != now.version else None,
        "versions": [line_of(one) for one in versions],
        "keys": records.keys(principal, neighbour),
        "keeps": may_keep_neighbours(principal),
        "exchanges": exchanges,
        "both": both,
        "mark": mark,
        "waiting": max(0, last - mark),
        "last": last,
        "deliveries": [_handed(one) for one in news.deliveries(principal, now, limit=20)],
        "columns": mapping.in_words(city.library(), now, mapped),
        "chosen_values": sum(len(pairs) for pairs in mapped.values.values()),
        "file": file,
        "formats": Question(
            "format",
            Text("文件格式", "Format"),
            "radios",
            options=tuple(Option(key, label, key == "xlsx") for key, label in FORMATS),
        ),
        "told": kept.told(request),
        "here": "neighbours",
    }
    return show(request, "web/neighbours/neighbour.html", context, frame="staff", refusal=refusal, questions=[file])


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Make a record."""
    return _form(request, principal, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def change(request: HttpRequest, principal: Principal, neighbour: str) -> HttpResponse:
    """Change a record: what holds from a day on."""
    versions = records.versions(principal, neighbour)
    return _form(request, principal, versions[0]) if versions else not_found(request)


@require_POST
@staff_only
def keys(request: HttpRequest, principal: Principal, neighbour: str) -> HttpResponse:
    """Make a key, shown this once, or end one."""
    if not may_keep_neighbours(principal) or not records.versions(principal, neighbour):
        return not_found(request)
    ended = request.POST.get("end", "")
    if ended:
        try:
            done = records.end_key(principal=principal, name=neighbour, key=UUID(ended))
        except ValueError:
            return not_found(request)
        if done is True:
            kept.tell(request, Text("这把钥匙已经停用。", "The key is ended."))
    else:
        made = records.make_key(principal=principal, name=neighbour)
        if isinstance(made, str):
            said = Text(f"新钥匙只显示这一次，请马上交给对方：{made}", f"The new key is shown this once; hand it over now: {made}")
            kept.tell(request, said, "wait")
    return HttpResponseRedirect(reverse("neighbour", args=[neighbour]))


def may_look(principal: Principal) -> bool:
    """Tell whether a post has to do with neighbouring systems at all."""
    return may_keep_neighbours(principal) or principal.post in EXCHANGES


def line_of(row: Neighbour) -> Line:
    """Return a record in words."""
    library, today = city.library(), city.today()
    unit = city.unit(row.unit)
    known = records.in_force(row.name)
    return Line(
        row,
        records.KINDS.get(row.kind, Text(row.kind, row.kind)),
        records.WAYS.get(row.way, Text(row.way, row.way)),
        records.DIRECTIONS.get(row.direction, Text(row.direction, row.direction)),
        Text(row.unit, row.unit) if unit is None else unit.title,
        tuple(library.procedures[one].title for one in row.procedures if one in library.procedures),
        tuple(library.topics[one].label for one in row.topics if one in library.topics),
        known is not None and known.version == row.version,
        row.from_date > today,
    )


def _handed(row: Delivery) -> Handed:
    kind, _, who = row.made_by.partition(":")
    return Handed(row, records.WAYS.get(row.way, Text(row.way, row.way)), city.account_name(who) if kind == "staff" else "")


def _form(request: HttpRequest, principal: Principal, before: Neighbour | None) -> HttpResponse:
    if not may_keep_neighbours(principal):
        return not_found(request)
    place = f"neighbour-record:{'' if before is None else before.name}"
    if request.method == "POST":
        return _saved(request, principal, before, place)
    raw, refusal = kept.kept(request, place)
    questions = _questions(raw if raw is not None else _raw_of(before), refusal, before)
    context = {"questions": questions, "before": None if before is None else line_of(before), "here": "neighbours"}
    return show(request, "web/neighbours/record.html", context, frame="staff", refusal=refusal, questions=questions)


def _saved(request: HttpRequest, principal: Principal, before: Neighbour | None, place: str) -> HttpResponse:
    raw = {
        **kept.posted(request),
        "procedures": BETWEEN.join(name.partition(".")[2] for name in request.POST if name.startswith("procedures.")),
    }
    try:
        days = [date.fromisoformat(raw[name]) if raw.get(name) else None for name in ("from_date", "to_date")]
    except ValueError:
        kept.keep(request, place, raw, Refusal("date", Text("日期写成2026-11-30这样。", "Write dates like 2026-11-30."), field="from_date"))
        return HttpResponseRedirect(request.path)
    agreed = records.Agreed(
        name=raw.get("name", "").strip() if before is None else before.name,
        title=Text(raw.get("title", "").strip(), raw.get("title_en", "").strip()),
        kind=raw.get("kind", ""),
        way=raw.get("way", ""),
        direction=raw.get("direction", ""),
        unit=raw.get("unit", "").strip(),
        procedures=tuple(part for part in raw["procedures"].split(BETWEEN) if part),
        topics=tuple(part.strip() for part in raw.get("topics", "").replace("，", ",").split(",") if part.strip()),
        keyless=raw.get("keyless") == "yes",
        mapping={} if before is None else before.mapping,
        from_date=days[0],
        to_date=days[1],
    )
    made: Neighbour | Refusal
    if before is None and records.in_force(agreed.name) is not None:
        made = Refusal("taken", Text("这个代号已经有了。", "This short name is taken."), field="name")
    else:
        made = records.save(principal=principal, agreed=agreed, reason=raw.get("reason", ""))
    if isinstance(made, Refusal):
        kept.keep(request, place, raw, made)
        return HttpResponseRedirect(request.path)
    kept.drop(request, place)
    kept.tell(request, Text("已登记。", "It is on record."))
    return HttpResponseRedirect(reverse("neighbour", args=[made.name]))


def _raw_of(row: Neighbour | None) -> dict[str, str]:
    if row is None:
        return {"from_date": city.today().isoformat(), "direction": "both"}
    return {
        "name": row.name, "title": row.said.zh, "title_en": row.said.en, "kind": row.kind, "way": row.way, "direction": row.direction,
        "unit": row.unit, "procedures": BETWEEN.join(row.procedures), "topics": ",".join(row.topics),
        "keyless": "yes" if row.keyless else "",
        "from_date": city.today().isoformat(), "to_date": "" if row.to_date is None else row.to_date.isoformat(),
    }  # fmt: skip


def _questions(raw: dict[str, str], refusal: Refusal | None, before: Neighbour | None) -> list[Question]:
    errors = problems_of(refusal).by_field
    library = city.library()
    chosen = set(raw.get("procedures", "").split(BETWEEN))
    definitions = records.agreeable(library, records.COURT, records.API)
    kinds = sorted({kind for one in definitions for kind in one.units[one.host].kinds})
    units = [unit for kind in kinds for unit in city.units_of_kind(kind)]

    def options(pairs: list[tuple[str, Text]], value: str) -> tuple[Option, ...]:
        return tuple(Option(key, label, key == value) for key, label in pairs)

    def asked(name: str, label: Text, kind: str = "line", hint: Text | None = None, *, required: bool = True, **more: object) -> Question:
        return Question(name, label, kind, hint=hint, error=errors.get(name), value=raw.get(name, ""), required=required, **more)  # type: ignore[arg-type]

    questions = [
        asked("title", Text("名称", "Name in Chinese"), hint=Text("例如：市12345热线。", "For example市12345热线.")),
        asked("title_en", Text("英文名称", "Name in English"), hint=Text("例如：City hotline 12345。", "For example City hotline 12345.")),
        asked("kind", Text("哪一类", "Kind"), "select", options=options(list(records.KINDS.items()), raw.get("kind", ""))),
        asked("way", Text("怎么接", "How it is connected"), "radios", options=options(list(records.WAYS.items()), raw.get("way", ""))),
        asked("direction", Text("方向", "Direction"), "radios",
              options=options(list(records.DIRECTIONS.items()), raw.get("direction", ""))),
        asked("unit", Text("我方由哪个单位收发", "Which unit of ours exchanges with it"), "select",
              hint=Text("只有这个单位的派单员和受理员看得到来件。", "Only its dispatchers and intake clerks see what it sends."),
              options=options([(str(unit.id), unit.title) for unit in units], raw.get("unit", ""))),
        asked("procedures", Text("可以开哪些程序", "Procedures it may open"), "ticks",
              options=tuple(Option(one.name, one.title, one.name in chosen) for one in definitions)),
        asked("topics", Text("只收哪些事项类型", "Only these topics"), required=False,
              hint=Text("写事项代码，用逗号分开；不写就是这些程序的全部，密封的除外。",
                        "Keys of topics between commas; empty is every topic of those procedures but the sealed ones.")),
        asked("keyless", Text("不用钥匙也可以报", "Anybody may post without a key"), "radios", required=False,
              hint=Text("只用于Open311。", "Open311 only."),
              options=options([("yes", Text("可以", "Yes")), ("", Text("不可以", "No"))], raw.get("keyless", ""))),
        asked("from_date", Text("从哪天起", "In force from"), "date"),
        asked("to_date", Text("到哪天止", "Until"), "date", required=False),
        asked("reason", Text("为什么", "Why"), "long", hint=Text("写明依据，例如协议或者纪要。", "Name what it rests on.")),
    ]  # fmt: skip
    if before is None:
        hint = Text(
            "小写字母开头，例如hotline。对方的编号都归在它名下，定了不能改。",
            "Small letters, such as hotline. Its numbers belong to this name, which never changes.",
        )
        questions.insert(0, asked("name", Text("代号", "Short name"), hint=hint))
    return questions
