"""Naming one mediator for many households: those of a building that wait to be taken, or all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.city import queries as city
from huiyin.core.values import Principal, Refusal, Text
from huiyin.jobs import services as work
from huiyin.projects import queries
from huiyin.projects.queries import Project
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.board.jobs import asked
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

BUILDING, PERSON, SAYS = "building", "person", "says"
CHOOSE = Text("请选一项。", "Choose one.")
EVERY = "*"
ONLY_WAITING = Text(
    "只指定还在等受理的；已经受理的，到那一件里换人。", "Only those that wait to be taken; others are changed in their own matter."
)
TRUE_FOR_EACH = Text(
    "这句话对每一户都要是真的；哪一户不是，先不要一起指定。", "It has to be true for every household; leave out any for which it is not."
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def name(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Ask which building and who, or begin."""
    found = queries.project(principal, home, matter)
    if found is None or not queries.may_name(principal, found):
        return not_found(request)
    place = f"project-mediator:{matter}"
    waiting = Counter(one.building for one in queries.households(principal, found) if one.waits)
    people = queries.mediators(found)
    if request.method == "POST":
        return _begin(request, principal, found, place, {BUILDING: {EVERY, *waiting}, PERSON: {account for account, _ in people}})
    raw, refusal = kept.kept(request, place)
    context = {
        "project": found,
        "questions": (questions := _questions(found, waiting, people, raw or {}, problems_of(refusal).by_field)),
        "waiting": waiting.total(),
        "told": kept.told(request),
        "here": "projects",
    }
    return show(request, "web/projects/mediator.html", context, frame="staff", refusal=refusal, questions=questions)


def _questions(
    found: Project, waiting: Counter[str], people: Sequence[tuple[str, str]], raw: Mapping[str, str], problems: Mapping[str, Text]
) -> list[Question]:
    def chosen(name: str, label: Text, answers: Sequence[tuple[str, Text]], hint: Text | None = None) -> Question:
        options = tuple(Option(key, text, key == raw.get(name)) for key, text in answers)
        return Question(name, label, "select", value=raw.get(name, ""), hint=hint, error=problems.get(name), options=options)

    child = city.library().procedures[found.definition.households]
    every = (EVERY, Text(f"全部（{waiting.total()}户）", f"All ({waiting.total()})"))
    buildings = [(one, Text(f"{one}（{count}户）", f"{one} ({count})")) for one, count in waiting.items()]
    said = [(flag, f"{SAYS}.{flag}") for flag in found.definition.naming.says]
    return [
        chosen(BUILDING, Text("哪一栋", "Which building"), [every, *buildings], ONLY_WAITING),
        chosen(PERSON, Text("由谁调解", "Who mediates"), [(account, Text(called, called)) for account, called in people]),
        *(
            Question(name, child.fields[flag].label, "tick", value=raw.get(name, ""), hint=TRUE_FOR_EACH, error=problems.get(name))
            for flag, name in said
        ),
    ]


def _begin(request: HttpRequest, principal: Principal, found: Project, place: str, known: dict[str, set[str]]) -> HttpResponse:
    raw = kept.posted(request)
    wrong = [Refusal("choose", CHOOSE, name) for name, among in known.items() if raw.get(name) not in among]
    unsaid = Text("要确认这一句，才能指定。", "This has to be confirmed first.")
    wrong += [Refusal("says", unsaid, f"{SAYS}.{flag}") for flag in found.definition.naming.says if raw.get(f"{SAYS}.{flag}") != "yes"]
    if wrong:
        kept.keep(request, place, raw, Refusal("form", wrong[0].text, wrong[0].field, tuple(wrong)))
        return HttpResponseRedirect(reverse("project-mediator", args=[found.home, found.id]))
    kept.drop(request, place)
    building = "" if raw[BUILDING] == EVERY else raw[BUILDING]
    params = {"home": found.home, "project": str(found.id), "building": building, "person": raw[PERSON]}
    return asked(request, work.ask("households_name", params, principal=principal, language=language_of(request)))
