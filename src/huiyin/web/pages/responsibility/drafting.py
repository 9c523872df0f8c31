"""A draft of the list: rows added, changed and ended from a day; its proof beside it; tried on last month; put forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.responsibility import AGREED, ANY, Row
from huiyin.core.responsibility_problems import KINDS
from huiyin.core.terms import Term
from huiyin.core.values import Principal, Refusal, Text
from huiyin.jobs import queries as job_queries
from huiyin.jobs import services as jobs
from huiyin.routing import keeping, queries
from huiyin.routing.explain import Words
from huiyin.routing.models import RowProposal
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.responsibility.listing import kinds, topics
from huiyin.web.pages.show import show
from huiyin.workers import packs as working

PUT = "list-put"
EDIT = "list-edit"


@require_safe
@staff_only
def draft(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the draft: what it changes, what is wrong with the list it would make, what last month it would have changed."""
    mine = keeping.draft(principal)
    if mine is None:
        return not_found(request)
    raw, refusal = kept.kept(request, PUT)
    words = Words([one.row for one in mine.changes] + [one.before for one in mine.changes if one.before is not None])
    found = keeping.problems(mine.rows, since=city.today())
    errors = problems_of(refusal).by_field
    hint = Text("复核的人和以后查的人会看到。", "Shown to who reviews it, and to whoever looks it up later.")
    questions = [
        Question("reason", Text("为什么改", "Why"), "long", hint=hint, error=errors.get("reason"), value=(raw or {}).get("reason", ""))
    ]
    running = next((one for one in job_queries.of(principal) if one.kind == "try_list" and one.open), None)
    context = {
        "draft": mine,
        "changes": [(one, words.row(one.row), None if one.before is None else words.row(one.before)) for one in mine.changes],
        "wrong": [(one, KINDS[one.kind]) for one in found if not one.notice],
        "notices": [(one, KINDS[one.kind]) for one in found if one.notice],
        "questions": questions if mine.changes else [],
        "trying": running,
        "told": kept.told(request),
        "here": "responsibility",
    }
    return show(request, "web/responsibility/draft.html", context, frame="staff", refusal=refusal, questions=questions)


@require_POST
@staff_only
def act(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Take a row or all out of the draft, try the draft, or put it forward."""
    raw = kept.posted(request)
    what, _, row = raw.get("do", "").partition(":")
    here = HttpResponseRedirect(reverse("responsibility-draft"))
    if keeping.draft(principal) is None:
        return not_found(request)
    if what == "drop":
        keeping.drop(principal=principal, row=row)
    elif what == "clear":
        keeping.drop(principal=principal)
    elif what == "try":
        asked = jobs.ask("try_list", {"days": 31}, principal=principal, language=language_of(request))
        if isinstance(asked, Refusal):
            kept.keep(request, PUT, raw, asked)
        else:
            return HttpResponseRedirect(reverse("job", args=[asked]))
    elif what == "put":
        made = keeping.put_forward(principal=principal, reason=raw.get("reason", ""))
        if isinstance(made, Refusal):
            kept.keep(request, PUT, raw, made)
            return here
        kept.drop(request, PUT)
        working.ask_proof(made, principal, language_of(request))
        return HttpResponseRedirect(reverse("pack-proposal", args=[made]))
    return here


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def edit(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Add a row, change one from a day, or end one, in the draft."""
    mine = keeping.draft(principal)
    if mine is None:
        return not_found(request)
    by_id = {one.id: one for one in mine.rows}
    row = by_id.get(request.GET.get("row", ""))
    taught = _taught(request.GET.get("from", ""))
    place = f"{EDIT}:{'' if row is None else row.id}"
    if request.method == "POST":
        raw = kept.posted(request)
        refused = _saved(principal, mine, row, raw, request.GET.getlist("from"))
        if refused is None:
            kept.drop(request, place)
            return HttpResponseRedirect(reverse("responsibility-draft"))
        kept.keep(request, place, raw, refused)
        return HttpResponseRedirect(request.get_full_path())
    raw_kept, refusal = kept.kept(request, place)
    questions = _questions(raw_kept or _raw(row, taught), refusal, row)
    context = {"row": row, "taught": taught, "questions": questions, "here": "responsibility"}
    return show(request, "web/responsibility/edit.html", context, frame="staff", refusal=refusal, questions=questions)


def _taught(key: str) -> RowProposal | None:
    try:
        return RowProposal.objects.filter(id=UUID(key)).first() if key else None
    except ValueError:
        return None


def _raw(row: Row | None, taught: RowProposal | None) -> dict[str, str]:
    """Return what the form begins with: the row as it is, or what decisions taught."""
    if row is None:
        raw = {"what": "change", "on": city.today().isoformat(), "agreed_zh": "", "agreed_en": ""}
        if taught is not None:
            division = places.division(taught.division) if taught.division else None
            district = next((code for code in ([] if division is None else division.path)[1:2]), "")
            raw |= {
                "topic": taught.topic,
                "lead": taught.lead_kind,
                "helpers": " ".join(taught.helpers),
                "place": district,
                "id": f"{taught.topic.replace('*', 'anything')}.{district[:6] or 'new'}",
            }
        return raw
    raw = {
        "what": "change",
        "id": row.id,
        "topic": row.topic,
        "place": "" if row.place == ANY else row.place,
        "lead": row.lead,
        "level": row.level or "",
        "unit": row.unit or "",
        "helpers": " ".join(row.helpers),
        "direct": "yes" if row.direct else "",
        "basis": "" if row.basis is None else str(row.basis),
        "terms": "；".join(f"{name}={term}" for name, term in row.terms.items()),
        "agreed_zh": row.agreed_by.zh,
        "agreed_en": row.agreed_by.en,
        "keywords": " ".join(row.keywords),
        "on": max(city.today(), row.from_date).isoformat(),
    }
    return raw | {f"when.{name}": value for name, values in row.when.items() for value in values[:1]}


def _questions(raw: dict[str, str], refusal: Refusal | None, row: Row | None) -> list[Question]:
    errors = problems_of(refusal).by_field
    library = city.library()

    def line(name: str, label: Text, hint: Text | None = None, *, required: bool = False) -> Question:
        return Question(name, label, "line", hint=hint, error=errors.get(name), value=raw.get(name, ""), required=required)

    asked: list[Question] = []
    if row is None:
        hint = Text("英文字母、数字和点，例如 hazard.tree.heping。", "Letters, digits and dots, such as hazard.tree.heping.")
        asked.append(line("id", Text("编号", "Id"), hint, required=True))
    else:
        options = (
            Option("change", Text("从这一天起改成下面这样", "From that day on it is as below"), raw.get("what") != "end"),
            Option("end", Text("到这一天为止，以后不再用", "It holds up to that day and no longer"), raw.get("what") == "end"),
        )
        asked.append(Question("what", Text("怎么改", "What to do"), "radios", error=errors.get("what"), options=options))
    asked.append(Question("on", Text("哪一天", "Day"), "date", error=errors.get("on"), value=raw.get("on", "")))
    where = Text("区划代码，留空是全市。", "A division code; empty is the whole city.")
    asked += [
        Question(
            "topic", Text("事项类别", "Topic"), "select", error=errors.get("topic"), options=topics(raw.get("topic", ""), everything=True)
        ),
        line("place", Text("只管哪个地方", "Only for the place"), where),
    ]
    asked += [
        Question(
            f"when.{name}",
            Text(f"条件：{fact.label.zh}", f"Condition: {fact.label.en}"),
            "select",
            required=False,
            blank=Text("不论", "Any"),
            options=tuple(Option(value, label, raw.get(f"when.{name}") == value) for value, label in fact.values.items()),
        )
        for name, fact in queries.known_facts().items()
    ]
    levels = tuple(Option(name, label, raw.get("level") == name) for name, label in queries.LEVELS.items())
    some = "、".join(list(library.unit_kinds)[:2])
    asked += [
        Question("lead", Text("牵头单位", "Lead"), "select", error=errors.get("lead"), options=kinds(raw.get("lead", ""))),
        Question(
            "level",
            Text("哪一级的", "At which level"),
            "select",
            error=errors.get("level"),
            options=levels,
            required=False,
            blank=Text("离得最近的", "The nearest"),
        ),
        line(
            "unit",
            Text("只由一个单位牵头的，写它的编号", "Where one unit alone leads, its id"),
            Text("例如 gas.2101；一般不用写。", "Such as gas.2101; seldom needed."),
        ),
        line(
            "helpers",
            Text("协办单位", "Helpers"),
            Text(f"单位种类，用空格分开，例如 {some}。", f"Kinds of unit with spaces between, such as {some}."),
        ),
        Question(
            "direct",
            Text("职责清楚，直接派过去（直派）", "The duty is clear: it goes straight there"),
            "tick",
            value=raw.get("direct", ""),
            required=False,
        ),
        line(
            "basis",
            Text("依据的法条", "Article of law"),
            Text("规则包里的简称、年份，#号，第几条；没有法条、商定的，留空。", "Such as 消防法(2021)#28; empty where units agreed on it."),
        ),
        line(
            "terms",
            Text("商定的期限", "Agreed terms"),
            Text("例如 answer=3 working days；settle=30 days。", "Such as answer=3 working days; settle=30 days."),
        ),
        line(
            "agreed_zh",
            Text("谁商定的", "Agreed by (Chinese)"),
            Text(
                "例如 2026年第3次联席会议。换了牵头单位要重新写；留空的，要等牵头单位确认才能直派。",
                "To be written anew where another leads. Left empty, it goes straight only once the lead has confirmed it.",
            ),
        ),
        line("agreed_en", Text("谁商定的（英文）", "Agreed by (English)")),
        line(
            "keywords",
            Text("群众常用的说法", "Words people use"),
            Text("用空格分开；只用来推荐，不决定归谁。", "With spaces between; they propose and never decide."),
        ),
    ]
    return asked


def _saved(principal: Principal, mine: keeping.Draft, row: Row | None, raw: dict[str, str], taught: list[str]) -> Refusal | None:
    try:
        on = date.fromisoformat(raw.get("on", ""))
    except ValueError:
        return Refusal("on", Text("请写一个日期，例如2027-01-01。", "Give a date, such as 2027-01-01."), field="on")
    if row is not None and raw.get("what") == "end":
        if on < row.from_date:
            return Refusal("on", Text("结束日不能早于开始日。", "It cannot end before it begins."), field="on")
        return keeping.save_rows(principal=principal, rows=[replace(row, to_date=on)])
    made = read_row(raw, row, on)
    if isinstance(made, Refusal):
        return made
    saved: Refusal | None
    if row is None:
        if any(one.id == made.id for one in mine.rows):
            return Refusal("id", Text("这个编号已经有了。", "There is a row of that id."), field="id")
        saved = keeping.save_rows(principal=principal, rows=[made])
        keys = [one.id for key in taught if (one := _taught(key)) is not None]
        if saved is None and keys:
            keeping.answer(principal=principal, proposals=keys, taken=True, words=made.id)
        return saved
    if on <= row.from_date or row.id in {one.row.id for one in mine.changes if one.before is None}:
        # Not yet in force, or made in this draft: it is simply written anew.
        return keeping.save_rows(principal=principal, rows=[replace(made, id=row.id, from_date=min(on, row.from_date))])
    ended, name = keeping.successor(row, on=on, taken=[one.id for one in mine.rows])
    return keeping.save_rows(principal=principal, rows=[ended, keeping.agreed_anew(row, replace(made, id=name, to_date=row.to_date))])


def read_row(raw: dict[str, str], row: Row | None, on: date) -> Row | Refusal:
    """Return the row a form says, or what is wrong with it, with the field."""
    library = city.library()
    wrong: list[Refusal] = []

    def refuse(field: str, zh: str, en: str) -> None:
        wrong.append(Refusal(field, Text(zh, en), field=field))

    name = row.id if row is not None else raw.get("id", "").strip()
    if not name or not all(part.replace("_", "").isalnum() and part.isascii() for part in name.split(".")) or len(name) > 80:
        refuse("id", "编号用英文字母、数字和点。", "An id has letters, digits and dots.")
    topic, lead, place = raw.get("topic", ""), raw.get("lead", ""), raw.get("place", "").strip() or ANY
    if topic != ANY and topic not in library.topics:
        refuse("topic", "请选事项类别。", "Choose a topic.")
    if lead not in library.unit_kinds:
        refuse("lead", "请选牵头单位。", "Choose who leads.")
    if place != ANY and places.division(place) is None:
        refuse("place", "没有这个区划代码。", "There is no such division code.")
    helpers = tuple(raw.get("helpers", "").replace("、", " ").replace(",", " ").split())
    strange = [kind for kind in helpers if kind not in library.unit_kinds]
    if strange:
        refuse("helpers", f"没有这种单位：{'、'.join(strange)}。", f"There is no such kind of unit: {', '.join(strange)}.")
    unit = raw.get("unit", "").strip() or None
    if unit is not None and city.unit(unit) is None:
        refuse("unit", "没有这个单位编号。", "There is no unit of that id.")
    terms: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in raw.get("terms", "").replace(";", "；").split("；"))):
        key, equals, term = part.partition("=")
        try:
            Term.parse(term.strip())
        except ValueError:
            equals = ""
        if not equals or not key.strip().isidentifier():
            refuse(
                "terms",
                f"期限“{part}”读不懂，写成 answer=3 working days 这样。",
                f"The term {part!r} cannot be read; write it as answer=3 working days.",
            )
            break
        terms[key.strip()] = term.strip()
    plain = {
        "id": name or "x",
        "topic": topic or ANY,
        "lead": lead,
        "place": place,
        "level": raw.get("level") or None,
        "unit": unit,
        "helpers": helpers,
        "direct": raw.get("direct") == "yes",
        "basis": raw.get("basis", "").strip() or AGREED,
        "terms": terms,
        "agreed_by": {"zh": raw.get("agreed_zh", "").strip(), "en": raw.get("agreed_en", "").strip() or raw.get("agreed_zh", "").strip()},
        "from": on,
        "keywords": raw.get("keywords", "").replace("、", " ").split(),
        "when": {fact: raw[f"when.{fact}"] for fact in queries.known_facts() if raw.get(f"when.{fact}")},
    }
    made: Row | None = None
    try:
        made = Row.from_plain(plain)
    except ValueError:
        refuse("basis", "法条读不懂：写规则包里的简称、年份和第几条，中间用#隔开。", "Write the article as 消防法(2021)#28.")
    if wrong or made is None:
        return Refusal("row", Text("这一条还有写得不对的。", "The row is not right yet."), details=tuple(wrong))
    return made if row is None else replace(made, when=_kept_values(row, made))


def _kept_values(row: Row, made: Row) -> dict[str, tuple[str, ...]]:
    """Return the conditions of a form that shows one value each: a row that asked for several keeps them while the first stays chosen."""
    return {name: row.when[name] if name in row.when and row.when[name][0] == values[0] else values for name, values in made.when.items()}
