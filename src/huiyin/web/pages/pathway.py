"""Finding a way: a few questions without names, and every way that stays open, court among them.

The answers stand in the address and nowhere else. Nothing is kept and nobody is asked who they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.packs_values import Remedy, under
from huiyin.core.pathway import STARTS, Answer, Application, Limit, Pathway
from huiyin.core.values import Text
from huiyin.matters import settled
from huiyin.ui.forms import Option, Problems, Question
from huiyin.web.pages import guide
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

ORDER = ("whom", "topic", "tried", "wants")
NONE = "none"
CANNOT_TELL = Text("都不是，说不清", "None of these; I cannot tell")
CHOOSE = Text("请选一个；说不清就选最后一个。", "Choose one; the last will do if you cannot tell.")
ASKED: dict[str, Text] = {
    "whom": Text("这件事和谁有关", "Who is it about"),
    "topic": Text("是什么事", "What is it"),
    "tried": Text("已经做过什么", "What was tried"),
    "wants": Text("您想要什么", "What you want"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One way of the law, with its ground in words."""

    way: Remedy
    basis: tuple[guide.Cited, ...]
    begins: tuple[tuple[Text, str], ...] = ()


def ask(request: HttpRequest) -> HttpResponse:
    """Show the next question, or every way that is open."""
    library = city.library()
    path = library.pathway
    if path is None:
        return not_found(request)
    given = {name: request.GET[name] for name in ORDER if request.GET.get(name)}
    for number, name in enumerate(_order(library, given)):
        offered = _offered(library, path, name, given)
        chosen = given.get(name)
        if chosen == NONE:
            return show(request, "web/pathway_person.html", {"back": _back(given, number)}, frame="resident")
        if chosen not in {option.value for option in offered}:
            return _question(request, name, number, offered, given)
    return _result(request, library, path, given)


def _order(library: Library, given: dict[str, str]) -> tuple[str, ...]:
    """Return the questions in order; who may be in danger is not asked further what was tried and what is wanted."""
    return ORDER[:2] if _in_danger(library, given.get("topic", "")) else ORDER


def _in_danger(library: Library, topic: str) -> bool:
    """Tell whether somebody is harming somebody in matters of that topic."""
    known = library.topics.get(topic)
    return known is not None and known.sealed and known.urgent


def _offered(library: Library, path: Pathway, name: str, given: dict[str, str]) -> list[Option]:
    """Return the answers to one question, as the earlier answers leave them."""
    if name == "topic":
        whom = next((one for one in path.whom if one.key == given.get("whom")), None)
        prefixes = () if whom is None else whom.topics
        found = [topic for topic in library.topics.values() if any(under(topic.key, one) for one in prefixes)]
        narrow = [topic for topic in found if "." in topic.key]
        return [Option(topic.key, topic.label) for topic in narrow or found]
    answers: tuple[Answer, ...] = getattr(path, name)
    return [Option(one.key, one.label) for one in answers if name == "whom" or one.fits(given.get("topic", ""))]


def _question(request: HttpRequest, name: str, number: int, offered: list[Option], given: dict[str, str]) -> HttpResponse:
    # A press of the button without an answer comes back with ``asked`` and nothing chosen.
    error = CHOOSE if request.GET.get("asked") == name else None
    before = {one: given[one] for one in ORDER[:number]}
    options = (*offered, Option(NONE, CANNOT_TELL))
    question = Question(name, ASKED[name], "radios", error=error, options=options, quiet=True)
    problems = Problems({name: CHOOSE}, ((name, CHOOSE),)) if error is not None else Problems()
    context = {
        "question": question,
        "title": ASKED[name],
        "before": before,
        "name": name,
        "number": number + 1,
        "of": len(ORDER),
        "back": _back(given, number),
        "problems": problems,
        "problem_links": ((question.first_id, CHOOSE),) if error is not None else (),
    }
    return show(request, "web/pathway_step.html", context, frame="resident")


def _back(given: dict[str, str], number: int) -> str:
    if number == 0:
        return reverse("home")
    before = {one: given[one] for one in ORDER[: number - 1]}
    return f"{reverse('pathway')}?{urlencode(before)}" if before else reverse("pathway")


def _result(request: HttpRequest, library: Library, path: Pathway, given: dict[str, str]) -> HttpResponse:
    topic = library.topics[given["topic"]]
    way = path.way_for(topic.key)
    rows = (
        []
        if way is None
        else [
            Row(one, guide.cited(library, one.basis), _begins(path.doors_of(one.name, topic.key), topic.key))
            for one in library.remedies_for(way.ladder, topic.key)
        ]
    )
    order = _order(library, given)
    chosen = [(number, name, _chosen(library, path, name, given)) for number, name in enumerate(order)]
    answers = [(ASKED[name], option.label, _again(given, number)) for number, name, option in chosen if option is not None]
    wants = next((one.label for one in path.wants if "wants" in order and one.key == given["wants"]), None)
    carried = urlencode({"topic": topic.key, "wants": "" if wants is None else wants.zh})
    context = {
        "topic": topic,
        "way": way,
        "way_basis": () if way is None else guide.cited(library, way.basis),
        "rows": rows,
        "beside": () if way is None else _begins(path.beside(way.starts, topic.key), topic.key),
        "limits": [(one, guide.cited(library, one.basis)) for one in _limits(path, topic.key)],
        "settled": None if way is None or not _mediates(library, way.starts) else settled.like(topic.key),
        "answers": answers,
        "start": None if way is None else f"{_door(way.starts)}?{carried}",
        "back": _again(given, len(order) - 1),
        "exit": _in_danger(library, topic.key),
    }
    return show(request, "web/pathway_ways.html", context, frame="resident")


def _mediates(library: Library, starts: str) -> bool:
    return starts == "dispute" or (starts in library.procedures and library.procedures[starts].mediates)


def _door(starts: str) -> str:
    """Return the address of a draft: of a report or a request for mediation, or of the application of that name."""
    return reverse(starts) if starts in STARTS else reverse("apply", args=[starts])


def doors(row: str, topic: str) -> tuple[tuple[Text, str], ...]:
    """Return what the links say by which a row of the ladders is begun here, each with its address."""
    path = city.library().pathway
    return () if path is None else _begins(path.doors_of(row, topic), topic)


def _begins(found: Iterable[Application], topic: str) -> tuple[tuple[Text, str], ...]:
    """Return what each link says and the address at which something can be applied for here."""
    return tuple((one.label, f"{_door(one.procedure)}?{urlencode({'topic': topic})}") for one in found)


def _limits(path: Pathway, topic: str) -> list[Limit]:
    return [one for one in path.limits if one.fits(topic)]


def _chosen(library: Library, path: Pathway, name: str, given: dict[str, str]) -> Option | None:
    return next((option for option in _offered(library, path, name, given) if option.value == given.get(name)), None)


def _again(given: dict[str, str], number: int) -> str:
    """Return the address of a question, with the answers before it."""
    before = {one: given[one] for one in ORDER[:number]}
    return f"{reverse('pathway')}?{urlencode(before)}" if before else reverse("pathway")
