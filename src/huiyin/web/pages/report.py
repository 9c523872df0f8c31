"""Reporting something, or asking for mediation: one question a page, a draft that nothing loses, sent once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.procedure import FormEntry, Procedure
from huiyin.core.values import ANONYMOUS, Refusal, Text
from huiyin.matters import queries, services
from huiyin.ui import forms
from huiyin.ui.facts import Fact, fact_of
from huiyin.ui.forms import Option, Question, Sources
from huiyin.web import people
from huiyin.web.pages import drafts, journeys, kept, places, rarely
from huiyin.web.pages.drafts import Draft
from huiyin.web.pages.journeys import Step
from huiyin.web.pages.show import show

PLACE = "f.place"
NOT_LISTED = Text("都不是，我自己选", "None of these; I will choose")
CHANNELS: tuple[tuple[str, Text], ...] = (
    ("in_person", Text("当面来说", "In person")),
    ("telephone", Text("打电话来", "By telephone")),
    ("paper", Text("书面材料", "On paper")),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the page where answers are checked."""

    fact: Fact
    step: str


def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a draft, at a place when the code at its door was read, and go to the first question."""
    raw = {}
    place = request.GET.get("place", "")
    if places.is_place(place):
        raw = {f"{PLACE}.division": place}
    draft = drafts.begin(request, kind, raw)
    return HttpResponseRedirect(reverse("report-step", args=[draft.token, "what"]))


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Show or take one page of a draft."""
    draft = drafts.load(request, token)
    if draft is None:
        return show(request, "web/report_gone.html", status=404)
    if draft.done is not None:
        return HttpResponseRedirect(reverse("report-done", args=[token]))
    library = city.library()
    path = journeys.steps(library, draft)
    here = next((one for one in path if one.name == name), None)
    if here is None:
        return HttpResponseRedirect(reverse("report-step", args=[token, path[0].name]))
    missing = next((one for one in path[: path.index(here)] if one.name not in draft.visited), None)
    if missing is not None:
        return HttpResponseRedirect(reverse("report-step", args=[token, missing.name]))
    if request.method == "POST":
        return _take(request, library, draft, here)
    return _page(request, library, draft, path, here)


def _take(request: HttpRequest, library: Library, draft: Draft, here: Step) -> HttpResponse:
    raw = kept.posted(request)
    do = raw.pop("do", "")
    place = f"{draft.token}/{here.name}"
    _merge(draft, here, raw)
    again = HttpResponseRedirect(reverse("report-step", args=[draft.token, here.name]))
    if do and forms.pressed(draft.raw, do):
        drafts.save(request, draft)
        kept.drop(request, place)
        return again
    refusal = _wrong(library, draft, here)
    if refusal is None and here.name == "check":
        refusal = _send(request, library, draft)
        if refusal is None:
            kept.drop(request, place)
            return HttpResponseRedirect(reverse("report-done", args=[draft.token]))
    if refusal is not None:
        drafts.save(request, draft)
        kept.keep(request, place, {}, refusal)
        return again
    if here.name not in draft.visited:
        draft.visited.append(here.name)
    if here.name == "kind" and draft.kind == "report" and journeys.topic_of(library, draft).split(".")[0] == journeys.DISPUTE_LINE:
        _becomes_dispute(library, draft)
    drafts.save(request, draft)
    kept.drop(request, place)
    return HttpResponseRedirect(reverse("report-step", args=[draft.token, _next(library, draft, here)]))


def _merge(draft: Draft, here: Step, raw: dict[str, str]) -> None:
    """Put the answers of this page in place of its earlier ones: a line that was removed does not come back."""
    names = [f"f.{entry.field}" for entry in here.entries] + ([PLACE, "area"] if here.name == "where" else [])
    for key in [key for key in draft.raw if any(key == name or key.startswith(f"{name}.") for name in names)]:
        draft.raw.pop(key)
    draft.raw.update(raw)


def _becomes_dispute(library: Library, draft: Draft) -> None:
    """Go on as a request for mediation: what was said becomes the story, and what is wanted is asked next."""
    draft.kind = "dispute"
    draft.raw["from_report"] = "1"
    leads = journeys.lead_entries(journeys.of_draft(library, draft))
    if leads:
        draft.raw.setdefault(f"f.{leads[-1].field}", draft.raw.get("f.said", ""))
    draft.visited = ["kind"]


def _next(library: Library, draft: Draft, here: Step) -> str:
    path = journeys.steps(library, draft)
    if "check" in draft.visited or all(one.name in draft.visited for one in path[:-1]):
        return "check"
    return next(one.name for one in path if one.name not in draft.visited)


def _wrong(library: Library, draft: Draft, here: Step) -> Refusal | None:
    procedure = journeys.asking(journeys.of_draft(library, draft))
    if here.name == "kind":
        chosen = draft.raw.get("topic") or draft.raw.get("topic_other")
        if journeys.topic_of(library, draft) != chosen and draft.raw.get("topic") != "other":
            return Refusal("required", Text("请选一类；说不清就选“说不清”。", "Choose one; “cannot tell” will do."), field="topic")
        return None
    if here.name == "where":
        return _wrong_place(draft)
    data = forms.typed(procedure, here.entries, draft.raw, library.zone)
    return journeys.check(procedure, here.entries, data, library)


def _wrong_place(draft: Draft) -> Refusal | None:
    detail = draft.raw.get(f"{PLACE}.detail", "")
    if len(detail) > 500:
        return Refusal(
            "bad_value",
            Text(
                f"地址有 {len(detail)} 字，最多 500 字。请只写地点。",
                f"The address has {len(detail)} characters; the most is 500. Write the place only.",
            ),
            field="place",
        )
    if draft.kind == "dispute" and not places.is_place(_division(draft)):
        return Refusal(
            "required",
            Text(
                "请选社区，至少选一个区：调解由当地的人民调解委员会做。",
                "Choose the community, or at least the district: the committee there mediates.",
            ),
            field="area",
        )
    return None


def _division(draft: Draft) -> str:
    """Return the place chosen, else the district, else (for what is reported) the whole city."""
    for name in (f"{PLACE}.division", "area"):
        if draft.raw.get(name) and places.is_place(draft.raw[name]):
            return draft.raw[name]
    return "" if draft.kind == "dispute" else places.whole_city()


def _send(request: HttpRequest, library: Library, draft: Draft) -> Refusal | None:
    staff = people.staff_of(request)
    opening = journeys.opening_of(library, draft, division=_division(draft))
    evidence: tuple[dict[str, str], ...] = ()
    at = None
    if staff is not None:
        channel = draft.raw.get("channel", "")
        if channel not in dict(CHANNELS):
            return Refusal("required", Text("请选他们是怎么来反映的。", "Say how they came to you."), field="channel")
        evidence = ({"kind": channel},)
        happened = rarely.moment_of(draft.raw.get("at", ""), library.zone)
        if isinstance(happened, Refusal):
            return happened
        at = happened
    receipt = services.open(**opening, principal=staff or ANONYMOUS, at=at, evidence=evidence)
    if isinstance(receipt, Refusal):
        return receipt
    draft.done = {
        "reference": receipt.reference,
        "code": receipt.code,
        "who": [receipt.who.zh, receipt.who.en],
        "says": [receipt.says.zh, receipt.says.en],
        "due": None if receipt.due is None else receipt.due.isoformat(),
        "provisional": receipt.due_provisional,
        "head": receipt.head,
        "recorded_at": receipt.recorded_at.isoformat(),
        "home": receipt.home,
        "matter": str(receipt.matter),
        "dispute": draft.kind == "dispute",
    }
    draft.raw = {}
    drafts.save(request, draft)
    if staff is None and receipt.code is not None:
        follower = queries.find_by_reference(receipt.reference, receipt.code)
        if not isinstance(follower, Refusal) and follower is not None:
            people.remember_party(request, reference=receipt.reference, principal=follower)
    return None


def _page(request: HttpRequest, library: Library, draft: Draft, path: tuple[Step, ...], here: Step) -> HttpResponse:
    _, refusal = kept.kept(request, f"{draft.token}/{here.name}")
    procedure = journeys.asking(journeys.of_draft(library, draft))
    number = path.index(here)
    context: dict[str, Any] = {
        "step": here,
        "draft": draft,
        "number": number + 1,
        "of": len(path),
        "back": reverse("report-step", args=[draft.token, path[number - 1].name]) if number else reverse("home"),
    }
    questions: list[Question] = []
    problems = forms.problems_of(refusal)
    if here.name == "kind":
        questions = _kinds(library, draft, problems)
    elif here.name == "where":
        questions = _wheres(draft, problems)
    elif here.name == "check":
        context["answers"] = _answers(library, procedure, draft, path)
        context["procedure"] = procedure
        context["taking_in"] = people.staff_of(request) is not None
        questions = _channel(draft, problems) if context["taking_in"] else []
    else:
        questions = [forms.question(procedure, entry, draft.raw, Sources(), problems) for entry in here.entries]
        if len(questions) == 1 and questions[0].label == here.title:
            questions = [replace(questions[0], quiet=True)]
    context["questions"] = questions
    template = {"safety": "web/report_safety.html", "check": "web/report_check.html"}.get(here.name, "web/report_step.html")
    return show(request, template, context, refusal=refusal, questions=questions, frame=_shell(request))


def _shell(request: HttpRequest) -> str:
    return "staff" if people.seat_of(request) is not None else "resident"


def _kinds(library: Library, draft: Draft, problems: forms.Problems) -> list[Question]:
    leads = journeys.lead_entries(journeys.of_draft(library, draft)) if draft.kind == "dispute" else ()
    said = " ".join(draft.raw.get(f"f.{entry.field}", "") for entry in leads) or draft.raw.get("f.said", "")
    chosen = draft.raw.get("topic", "")
    near = journeys.suggestions(library, said, draft.kind)
    error = problems.by_field.get("topic")
    every = [topic for topic in library.topics.values() if draft.kind != "dispute" or topic.line_of_work == journeys.DISPUTE_LINE]
    listed = [
        Option(
            topic.key,
            topic.label if "." in topic.key else Text(f"{topic.label.zh}（说不清是哪种）", f"{topic.label.en} (cannot tell which)"),
            topic.key == draft.raw.get("topic_other", chosen),
        )
        for topic in every
    ]
    if not near:
        return [Question("topic", Text("选最接近的一类", "Choose what is nearest"), "select", error=error, options=tuple(listed))]
    options = tuple(Option(key, library.topics[key].label, key == chosen) for key in near)
    options = (*options, Option("other", NOT_LISTED, chosen == "other"))
    return [
        Question("topic", Text("看起来像下面哪一类？", "Which of these does it look like?"), "radios", error=error, options=options),
        Question(
            "topic_other", Text("都不是的，在这里选", "If none of these, choose here"), "select", options=tuple(listed), required=False
        ),
    ]


def _wheres(draft: Draft, problems: forms.Problems) -> list[Question]:
    raw = draft.raw
    sources = Sources(places=places.found)
    prefilled = raw.get(f"{PLACE}.division", "")
    asked = forms.place(
        Text("地址或者附近的标志", "Address or a landmark nearby"),
        PLACE,
        raw,
        sources,
        hint=Text(
            "例如：晨光三街2号楼门前。写上社区或者街道的名字，查得更准。",
            "For example: in front of building 2. Name the community or the street to find it sooner.",
        ),
        required=False,
        error=problems.by_field.get("place"),
    )
    name = places.name_of(prefilled)
    if name is not None and not asked.options:
        asked = forms.with_options(asked, (Option(prefilled, name, True), Option("", forms.CANNOT_TELL)))
    area = Question(
        "area",
        Text("说不清是哪个社区的，选一个区", "If you cannot tell the community, choose the district"),
        "select",
        hint=None
        if draft.kind == "dispute"
        else Text("都说不清也可以直接继续，由工作人员来确定。", "If you cannot tell at all, go on; staff will place it."),
        error=problems.by_field.get("area"),
        options=tuple(Option(code, label, code == raw.get("area")) for code, label in places.districts()),
        required=False,
    )
    return [asked, area]


def _channel(draft: Draft, problems: forms.Problems) -> list[Question]:
    chosen = draft.raw.get("channel", "")
    options = tuple(Option(key, label, key == chosen) for key, label in CHANNELS)
    return [
        Question("channel", Text("是怎么来反映的", "How did they come"), "radios", error=problems.by_field.get("channel"), options=options),
        rarely.happened_at(draft.raw.get("at", ""), problems.by_field.get("at")),
    ]


def _answers(library: Library, procedure: Procedure, draft: Draft, path: tuple[Step, ...]) -> list[Answer]:
    def names(key: str) -> Text | None:
        return library.topics[key].label if key in library.topics else places.name_of(key)

    answers: list[Answer] = []
    for one in path:
        if one.name == "kind":
            topic = library.topics[journeys.topic_of(library, draft)]
            answers.append(Answer(Fact("topic", Text("哪一类事", "Kind"), "text", topic.label), one.name))
        elif one.name == "where":
            value = {"division": _division(draft), "detail": draft.raw.get(f"{PLACE}.detail", "")}
            definition = journeys.place_like(procedure)
            answers.append(Answer(fact_of(definition, value, zone=library.zone, names=names), one.name))
        else:
            data = forms.typed(procedure, one.entries, draft.raw, library.zone)
            answers.extend(_answer(library, procedure, entry, data, names, one.name) for entry in one.entries)
    return answers


def _answer(library: Library, procedure: Procedure, entry: FormEntry, data: dict[str, Any], names: Any, step_: str) -> Answer:
    fact = fact_of(procedure.fields[entry.field], data.get(entry.field), zone=library.zone, names=names)
    return Answer(fact, step_)


def done(request: HttpRequest, token: str) -> HttpResponse:
    """Show the reference, the code, who has it and by when; as often as the person comes back to it."""
    draft = drafts.load(request, token)
    if draft is None:
        return show(request, "web/report_gone.html", status=404)
    if draft.done is None:
        return HttpResponseRedirect(reverse("report-step", args=[token, "check"]))
    told = draft.done
    context = {
        **told,
        "who": Text(*told["who"]),
        "says": Text(*told["says"]),
        "due": None if told["due"] is None else date.fromisoformat(told["due"]),
        "recorded_at": datetime.fromisoformat(told["recorded_at"]),
        "taken_in": people.staff_of(request) is not None,
    }
    return show(request, "web/report_done.html", context, frame=_shell(request))
