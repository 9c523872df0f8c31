"""Reporting something, or asking for mediation: one question a page, a draft that nothing loses, sent once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.values import Refusal, Text
from huiyin.intake import codes, nearby, pictures, services
from huiyin.ui import forms
from huiyin.ui.forms import Question
from huiyin.web import people
from huiyin.web.pages import asked, drafts, errors, journeys, kept, places, printed, searching, sending, tries, waysin
from huiyin.web.pages.drafts import Draft
from huiyin.web.pages.journeys import Step
from huiyin.web.pages.show import show

SAVE, DROP = "save", "drop:"
# Ends of names under which stands what was pressed, not what was written.
CHOSEN = (".rows", ".searched", ".division", ".same")
# Wrong codes from one client in a quarter of an hour; of one draft fewer are taken (see `intake.services`).
MOST_GUESSES = 20
BEGUN = "begun"
ANSWERED_ELSEWHERE = Text(
    "这一页刚才在别的窗口或者设备上也填过，现在以您这次填的为准；被替换的内容列在这一页下面。别的页都没有变。",
    "This page was also answered in another window or on another device just now. Your answers stand; the replaced ones are "
    "listed at its foot. Other pages are as they were.",
)


@drafts.keeping
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a draft of that kind, with the place of the code at a door or the answers of the guided path, and go to the first question."""
    if not journeys.is_kind(city.library(), kind):
        return errors.not_found(request)
    raw = journeys.brought(city.library(), kind, request.GET)
    draft = drafts.begin(request, kind, raw)
    # A browser that comes back from here without a cookie keeps none; what it brought goes along in the address.
    begun = urlencode({BEGUN: kind, **journeys.bringing(request.GET)})
    return HttpResponseRedirect(f"{reverse('report-step', args=[draft.token, 'what'])}?{begun}")


@sensitive_post_parameters()
@drafts.keeping
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Show or take one page of a draft."""
    if request.method == "POST":
        with drafts.changing(request, token) as draft:
            answer = gone(request) if draft is None else _at(request, draft, name)
        if answer is None and draft is not None:
            return _send(request, draft)
        # Made outside the lock: a code is a change of the draft of its own.
        if request.POST.get("do") == SAVE and draft is not None and draft.done is None:
            services.give_code(token, drafts.secret_of(request))
        return answer or gone(request)
    draft = drafts.load(request, token)
    return (None if draft is None else _at(request, draft, name)) or gone(request)


def gone(request: HttpRequest) -> HttpResponse:
    """Answer for a draft that is not there, or not this browser's."""
    begun = request.GET.get(BEGUN)
    if not request.COOKIES and begun is not None and journeys.is_kind(city.library(), begun):
        brought = urlencode({"cookies": "none", **journeys.bringing(request.GET)})
        return HttpResponseRedirect(f"{reverse('report-plain', args=[begun])}?{brought}")
    return show(request, "web/report_gone.html", status=404)


def _at(request: HttpRequest, draft: Draft, name: str) -> HttpResponse | None:
    """Answer for one page; None says that the draft is complete and is to be sent."""
    token = draft.token
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


def _take(request: HttpRequest, library: Library, draft: Draft, here: Step) -> HttpResponse | None:
    raw = kept.posted(request)
    do, seen = raw.pop("do", ""), raw.pop("seen", "")
    place = f"{draft.token}/{here.name}"
    _merge(request, library, draft, here, raw, seen)
    again = HttpResponseRedirect(reverse("report-step", args=[draft.token, here.name]))
    unsent = _pictures(request, draft, do) if here.name == "what" else None
    if do == SAVE and unsent is None:
        drafts.save(draft)
        return HttpResponseRedirect(reverse("report-saved", args=[draft.token]))
    if do.startswith(DROP) or (do and forms.pressed(draft.raw, do)):
        drafts.save(draft)
        kept.drop(request, place)
        part = "#pictures" if do.startswith(DROP) else forms.after_press(draft.raw, do)
        return HttpResponseRedirect(f"{again.url}{part}")
    refusal = unsent or asked.wrong(library, draft, here)
    if refusal is None and here.name == "check":
        drafts.save(draft)
        return None
    if refusal is not None:
        drafts.save(draft)
        kept.keep(request, place, {}, refusal)
        return again
    if here.name not in draft.visited:
        draft.visited.append(here.name)
    if here.name == "kind" and draft.kind == "report" and journeys.topic_of(library, draft).split(".")[0] == journeys.DISPUTE_LINE:
        _becomes_dispute(library, draft)
    drafts.save(draft)
    kept.drop(request, place)
    return HttpResponseRedirect(reverse("report-step", args=[draft.token, _next(library, draft)]))


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Send a complete draft. The record's door stands open without the draft's lock: its key makes twice the same as once."""
    place = f"{draft.token}/check"
    refusal = sending.send(request, city.library(), draft)
    if refusal is not None:
        kept.keep(request, place, {}, refusal)
        return HttpResponseRedirect(reverse("report-step", args=[draft.token, "check"]))
    with drafts.changing(request, draft.token) as stored:
        if stored is not None and stored.done is None:
            stored.done, stored.raw, stored.other = draft.done, {}, {}
            drafts.save_sent(stored)
    kept.drop(request, place)
    return HttpResponseRedirect(reverse("report-done", args=[draft.token]))


def _names(library: Library, draft: Draft, here: Step) -> list[str]:
    if here.name == "check":
        return waysin.names(journeys.of_draft(library, draft))
    own = [f"f.{entry.field}" for entry in here.entries]
    return own + {"where": [asked.PLACE, "area"], "unit": ["unit"], "kind": ["topic", "topic_other"]}.get(here.name, [])


def _merge(request: HttpRequest, library: Library, draft: Draft, here: Step, raw: dict[str, str], seen: str) -> None:
    """Put the answers of this page in place of its earlier ones: a line that was removed does not come back.

    Only this page's answers are touched. Where somebody else saved the page since it was shown, their answers are set aside
    and shown, not lost.
    """
    names = _names(library, draft, here)
    mine = {key: value for key, value in raw.items() if _belongs(key, names)}
    before = {key: draft.raw.pop(key) for key in [key for key in draft.raw if _belongs(key, names)]}
    version = forms.number_of(seen)
    late = version is not None and draft.edited.get(here.name, 0) > version
    replaced = {key: value for key, value in before.items() if value.strip() and value != mine.get(key, "")}
    if late and replaced and here.name != "check":
        draft.other[here.name] = replaced
        kept.tell(request, ANSWERED_ELSEWHERE, "warn")
    elif not late:
        draft.other.pop(here.name, None)
    draft.raw.update(mine)
    draft.edited[here.name] = draft.version + 1


def _belongs(key: str, names: list[str]) -> bool:
    return any(key == name or key.startswith(f"{name}.") for name in names)


def _pictures(request: HttpRequest, draft: Draft, do: str) -> Refusal | None:
    """Take the pictures sent with the first page, or take one away; what was typed is kept whatever happens to them."""
    if draft.held is None:
        return None
    if do.startswith(DROP):
        pictures.remove(draft.held, do.removeprefix(DROP))
        return None
    refused: list[Refusal] = []
    for sent in request.FILES.getlist("pictures"):
        # One that cannot be taken costs no other one.
        found = pictures.add(draft.held, sent.name or "", sent.read(pictures.MAX_BYTES + 1))
        if found is not None:
            refused.append(Refusal("file", found.text if refused else _not_uploaded(found.text), "pictures"))
    if len(refused) < 2:
        return refused[0] if refused else None
    return Refusal("file", refused[0].text, details=tuple(refused))


def _not_uploaded(why: Text) -> Text:
    return Text(f"照片没有传上去，文字已保存。{why.zh}", f"The photograph was not uploaded; your words are saved. {why.en}")


def _becomes_dispute(library: Library, draft: Draft) -> None:
    """Go on as a request for mediation: what was said becomes the story, and what is wanted is asked next."""
    draft.kind = "dispute"
    draft.raw["from_report"] = "1"
    leads = journeys.lead_entries(journeys.of_draft(library, draft))
    if leads:
        draft.raw.setdefault(f"f.{leads[-1].field}", draft.raw.get("f.said", ""))
    draft.visited = ["kind"]


def _next(library: Library, draft: Draft) -> str:
    path = journeys.steps(library, draft)
    if "check" in draft.visited or all(one.name in draft.visited for one in path[:-1]):
        return "check"
    return next(one.name for one in path if one.name not in draft.visited)


def _page(request: HttpRequest, library: Library, draft: Draft, path: tuple[Step, ...], here: Step) -> HttpResponse:
    _, refusal = kept.kept(request, f"{draft.token}/{here.name}")
    procedure = journeys.asked_in(library, draft)
    number = path.index(here)
    principal = people.staff_of(request)
    taking_in = principal is not None
    problems = forms.problems_of(refusal)
    after_where = any(one.name == "where" for one in path[:number]) and here.name != "check"
    context: dict[str, Any] = {
        "step": here,
        "draft": draft,
        "number": number + 1,
        "of": len(path),
        "back": reverse("report-step", args=[draft.token, path[number - 1].name]) if number else None,
        "taking_in": taking_in,
        "told": kept.told(request),
        "others": _set_aside(procedure, draft, here),
        "pictures": pictures.waiting(draft.held) if here.name == "what" and draft.held is not None else (),
        "near": _near(library, draft) if after_where and path[number - 1].name == "where" else None,
        "exit": not taking_in and _dangerous(library, draft),
        "carried": draft.raw.get(journeys.CARRIED, ""),
        "applied": journeys.title_of(library, draft.kind),
    }
    questions: list[Question] = []
    if here.name == "check":
        context["answers"] = asked.answers(library, procedure, draft, path)
        context["procedure"] = procedure
        questions = [] if principal is None else waysin.questions(journeys.of_draft(library, draft), principal, draft.raw, problems)
    elif here.name != "safety":
        questions = asked.of_step(library, procedure, draft, here, problems)
    context["questions"] = questions
    template = {"safety": "web/report_safety.html", "check": "web/report_check.html"}.get(here.name, "web/report_step.html")
    return show(request, template, context, refusal=refusal, questions=questions, frame=shell(request))


def _set_aside(procedure: Any, draft: Draft, here: Step) -> list[str]:
    """Return the words of this page that a later answer took the place of."""
    return [value for key, value in draft.other.get(here.name, {}).items() if not key.endswith(CHOSEN)]


def _near(library: Library, draft: Draft) -> nearby.Similar | None:
    topic = library.topics[journeys.topic_of(library, draft)]
    return nearby.similar(library, topic.key, asked.division(draft)) if topic.facility and not topic.sealed else None


def _dangerous(library: Library, draft: Draft) -> bool:
    """Tell whether somebody at home may be a danger to whoever types: then the page can be left in one press."""
    if "topic" in draft.raw:
        return library.topics[journeys.topic_of(library, draft)].sealed
    said = journeys.said(library, draft)
    return bool(said) and any(library.topics[key].sealed for key in journeys.suggestions(library, said, draft.kind))


def shell(request: HttpRequest) -> str:
    """Return the shell a page of a report stands in."""
    return "staff" if people.seat_of(request) is not None else "resident"


@drafts.keeping
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest, token: str) -> HttpResponse:
    """Show how to go on with a draft later, on any device or with the help of staff; or delete it."""
    if request.method == "POST":
        drafts.forget(request, token)
        return show(request, "web/report_deleted.html", frame=shell(request))
    draft = drafts.load(request, token)
    if draft is None or draft.held is None:
        return gone(request)
    code = draft.held.plain.get(services.CODE)
    if draft.done is not None or code is None:
        return HttpResponseRedirect(reverse("report-step", args=[token, "check"]))
    library = city.library()
    address = request.build_absolute_uri(reverse("report-resume"))
    context = {"draft": draft, "code": codes.grouped(code), "next_step": _next(library, draft), "address": address}
    return show(request, "web/report_saved.html", context, frame=shell(request))


@sensitive_post_parameters("code")
@drafts.keeping
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Open a draft again by its resume code: on another device, at the window, by telephone."""
    if request.method == "POST":
        if tries.used_up(request, "resume", MOST_GUESSES):
            return errors.too_many(request, int(tries.WITHIN.total_seconds()))
        found = drafts.resume(request, request.POST.get("code", "")[:60])
        if isinstance(found, Refusal):
            # A slip the check digit catches is no guess.
            if found.code == services.NO_SUCH_CODE.code:
                tries.missed(request, "resume")
            kept.keep(request, "resume", {}, found)
            return HttpResponseRedirect(reverse("report-resume"))
        kept.drop(request, "resume")
        draft = drafts.load(request, found)
        name = "check" if draft is None else _next(city.library(), draft)
        return HttpResponseRedirect(reverse("report-step", args=[found, name]))
    _, refusal = kept.kept(request, "resume")
    error = forms.problems_of(refusal).by_field.get("code")
    hint = Text("12位数字，9开头，可以带空格。", "12 digits, beginning with 9; spaces do not matter.")
    questions = [Question("code", Text("续填码", "Code to go on"), "code", hint=hint, error=error)]
    context = {"questions": questions, "taking_in": people.staff_of(request) is not None}
    return show(request, "web/report_resume.html", context, refusal=refusal, questions=questions, frame=shell(request))


def _told(draft: Draft) -> Mapping[str, Any]:
    told = draft.done or {}
    return {
        **told,
        "who": Text(*told["who"]),
        "says": Text(*told["says"]),
        "due": None if told["due"] is None else date.fromisoformat(told["due"]),
        "recorded_at": datetime.fromisoformat(told["recorded_at"]),
    }


@drafts.keeping
def done(request: HttpRequest, token: str) -> HttpResponse:
    """Show the reference, the code, who has it and by when; as often as the person comes back to it."""
    draft = drafts.load(request, token)
    if draft is None:
        return gone(request)
    if draft.done is None:
        return HttpResponseRedirect(reverse("report-step", args=[token, "check"]))
    told, staff = _told(draft), people.staff_of(request)
    # Whoever wrote it down at the window goes on with it there and then, where it is theirs to see.
    matter = None if staff is None else searching.address_of(staff, told["reference"])
    context = {**told, "taken_in": staff is not None, "matter": matter, "slip": reverse("report-slip", args=[token])}
    return show(request, "web/report_done.html", context, frame=shell(request))


@drafts.keeping
def slip(request: HttpRequest, token: str) -> HttpResponse:
    """Show the slip to print: on a roll of 80 mm, or on A4."""
    draft = drafts.load(request, token)
    if draft is None or draft.done is None:
        return gone(request)
    told = _told(draft)
    narrow = request.GET.get("size") == "80"
    context = {
        **told,
        **printed.way_back(request, told["reference"]),
        "narrow": narrow,
        "back": reverse("report-done", args=[token]),
    }
    return show(request, "web/report_slip.html", context, frame=shell(request))


def leave(request: HttpRequest) -> HttpResponse:
    """Forget everything this browser holds and go to a page that tells nothing."""
    if people.seat_of(request) is None:
        request.session.flush()
    response = HttpResponseRedirect(places.harmless_address())
    response.delete_cookie(drafts.COOKIE)
    return response
