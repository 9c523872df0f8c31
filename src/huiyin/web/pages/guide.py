"""The public guide to each procedure: on what basis, who acts, how long, what remains open. All of it from the one definition."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from huiyin.city import queries as city
from huiyin.core import diagram
from huiyin.core.clock_words import KIND_WORDS
from huiyin.core.diagram_common import actor_label, state_label
from huiyin.core.packs import Library
from huiyin.core.packs_values import Remedy
from huiyin.core.procedure import SYSTEM_ACTOR, Action, Basis, ClockDef, Procedure, State
from huiyin.core.values import Text
from huiyin.ui.language import language_of
from huiyin.web.pages import journeys
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

OUTCOMES: dict[str, tuple[Text, str]] = {
    # Handled to its end; whether that solved it is what the person says, beside it.
    "resolved": (Text("办完了", "completed"), "good"),
    "declined": (Text("不予受理", "declined"), "warn"),
    "failed": (Text("没有办成", "no result"), "warn"),
    "withdrawn": (Text("撤回", "withdrawn"), "plain"),
    "transferred": (Text("转给别的单位", "passed on"), "plain"),
    "unperformed": (Text("没有履行", "not performed"), "late"),
    "deemed": (Text("依法视为", "deemed by law"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """An article a rule rests on: the citation as people write it, and our summary of it."""

    text: Text
    summary: Text | None


@dataclass(frozen=True, slots=True)
class Limit:
    """A clock as the guide shows it."""

    label: Text
    kind: Text
    length: Text | None
    basis: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A state as the guide shows it."""

    name: str
    title: Text
    who: Text | None
    moves: tuple[tuple[Text, Text | None], ...]
    limits: tuple[Limit, ...]
    outcome: Text | None
    tone: str


def guides(request: HttpRequest) -> HttpResponse:
    """List the procedures."""
    library = city.library()
    found = sorted(library.procedures.values(), key=lambda procedure: (journeys.OPENED_BY not in procedure.opened_by, procedure.name))
    return show(request, "web/guides.html", {"procedures": found, "here": "guides"})


def guide(request: HttpRequest, name: str) -> HttpResponse:
    """Show one procedure."""
    library = city.library()
    procedure = library.procedures.get(name)
    if procedure is None:
        return not_found(request)
    stages = tuple(_stage(library, procedure, state) for state in procedure.states.values())
    context = {
        "procedure": procedure,
        "applied_for": journeys.application_of(library, name) is not None,
        "basis": cited(library, procedure.basis),
        "stages": [stage for stage in stages if stage.outcome is None],
        "ends": [stage for stage in stages if stage.outcome is not None],
        "papers": _papers(library, procedure),
        "ladders": [
            (use, [Way(row, cited(library, row.basis)) for row in library.remedies.get(use.ladder, ())])
            for use in procedure.remedies.values()
        ],
        "here": "guides",
    }
    return show(request, "web/guide.html", context)


def source(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the diagram's source, for any Mermaid viewer."""
    procedure = city.library().procedures.get(name)
    if procedure is None:
        return not_found(request)
    response = HttpResponse(diagram.mermaid(procedure, language_of(request)), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{procedure.name}.mmd"'
    return response


def bpmn(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the BPMN 2.0 file."""
    procedure = city.library().procedures.get(name)
    if procedure is None:
        return not_found(request)
    response = HttpResponse(diagram.bpmn(procedure, language_of(request)), content_type="application/xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{procedure.name}.bpmn"'
    return response


@dataclass(frozen=True, slots=True)
class Way:
    """A remedy as the guide shows it."""

    remedy: Remedy
    basis: tuple[Cited, ...]


def cited(library: Library, basis: tuple[Basis, ...]) -> tuple[Cited, ...]:
    """Return citations with the law's title and our summary of the article."""
    return tuple(Cited(library.cited(one), library.summary(one)) for one in basis)


def _who(procedure: Procedure, names: tuple[str, ...]) -> Text | None:
    labels = [actor_label(procedure, name) for name in names]
    if not labels:
        return None
    return Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))


def _stage(library: Library, procedure: Procedure, state: State) -> Stage:
    outcome = None if state.end is None else OUTCOMES[state.end]
    clocks = [procedure.clocks[use.clock] for use in state.clocks if use.verb in ("start", "restart")]
    moves = tuple((action.label, _by(procedure, action)) for action in state.actions if action.by != (SYSTEM_ACTOR,))
    return Stage(
        name=state.name,
        title=state_label(state),
        who=_who(procedure, tuple(name for name in state.by if name != SYSTEM_ACTOR)),
        moves=moves,
        limits=tuple(_limit(library, clock) for clock in clocks),
        outcome=None if outcome is None else outcome[0],
        tone="plain" if outcome is None else outcome[1],
    )


def _by(procedure: Procedure, action: Action) -> Text | None:
    return _who(procedure, action.by) if action.by else None


def _limit(library: Library, clock: ClockDef) -> Limit:
    return Limit(clock.label, KIND_WORDS[clock.kind], None if clock.term is None else clock.term.text(), cited(library, clock.basis))


def _papers(library: Library, procedure: Procedure) -> list[Text]:
    names = [*procedure.opening_prints]
    for state in procedure.states.values():
        for action in state.actions:
            names.extend(action.prints)
    for action in procedure.always:
        names.extend(action.prints)
    return [library.papers[name].title for name in dict.fromkeys(names) if name in library.papers]
