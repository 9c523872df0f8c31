"""The public guide to each procedure: on what basis, who acts, how long, what remains open. All of it from the one definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse

from huiyin import clock as huiyin_clock
from huiyin.city import queries as city
from huiyin.core import diagram
from huiyin.core.clock_words import KIND_WORDS
from huiyin.core.diagram_common import actor_label, said_undated, state_label
from huiyin.core.packs import Library
from huiyin.core.packs_values import Remedy
from huiyin.core.procedure import (
    LIST_ACTOR,
    MENDING,
    STARTING,
    SYSTEM_ACTOR,
    Action,
    Basis,
    ClockDef,
    LawTerm,
    Procedure,
    Role,
    State,
    WhenDue,
)
from huiyin.core.statutory import StatutoryClock
from huiyin.core.values import Text
from huiyin.core.why import code_text
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


COURT = "court"
OF_BODIES = Text("由单位开始的", "Begun by a body")
BY_ITSELF = Text("自动", "by itself")
BY_LIST = Text("责任清单（自动）", "the responsibility list, by itself")
WAYS: dict[str, Text] = {
    "party": Text("本人自己提出", "by the person concerned"),
    "anonymous": Text("不留姓名提出", "without a name"),
    "window": Text("到窗口、打电话，由工作人员登记", "at a window or by telephone, written down by staff"),
    "own_initiative": Text("单位自己发现、依职权开始", "by the body itself"),
    "transfer": Text("别的单位转来", "passed on by another body"),
    "feeder": Text("热线等别的系统转来", "from another system such as the hotline"),
    "patrol": Text("巡查时发现", "seen on patrol"),
    "court_or_police_advice": Text("法院、公安建议来的", "on the advice of a court or the police"),
    "court_commission": Text("法院委派、委托的", "assigned or entrusted by a court"),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """An article a rule rests on: the citation as people write it, and our summary of it."""

    text: Text
    summary: Text | None


@dataclass(frozen=True, slots=True)
class Limit:
    """A clock as the guide shows it.

    Attributes:
        counted: how its days are counted, in plain words.
        stops: what is not counted.
        longer: how it may be extended.
        then: what happens when it runs out, and who is told.
    """

    label: Text
    kind: Text
    length: Text | None
    basis: tuple[Cited, ...]
    counted: Text | None = None
    stops: Text | None = None
    longer: Text | None = None
    then: Text | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """An act as the guide shows it.

    Attributes:
        who: who takes it; None where the whole step is theirs.
        to: the step it leads to; None where the matter stays.
        unless: what it is refused for.
        papers: what it prints.
    """

    label: Text
    who: Text | None
    to: Text | None
    unless: tuple[Text, ...]
    papers: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A state as the guide shows it; ``says`` is what the sides are told in it."""

    name: str
    title: Text
    says: Text
    who: Text | None
    moves: tuple[Move, ...]
    limits: tuple[Limit, ...]
    outcome: Text | None
    tone: str


def guides(request: HttpRequest) -> HttpResponse:
    """List the procedures: what people may bring themselves by line of work, then what bodies begin."""
    library = city.library()
    # The widest door first: what most people come with.
    every = sorted(library.procedures.values(), key=lambda procedure: (-len(procedure.opened_by), procedure.name))
    own = [procedure for procedure in every if journeys.OPENED_BY in procedure.opened_by]
    groups = [(topic.label, [one for one in own if one.line_of_work == line]) for line, topic in library.topics.items() if "." not in line]
    groups.append((OF_BODIES, [procedure for procedure in every if procedure not in own]))
    return show(request, "web/guides.html", {"groups": [(title, found) for title, found in groups if found], "here": "guides"})


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
        "opening": _opening(library, procedure),
        "always": tuple(_move(library, procedure, action, None) for action in procedure.always if action.name not in MENDING),
        "ends": [stage for stage in stages if stage.outcome is not None],
        "papers": _papers(library, procedure),
        "ladders": [
            (use, [Way(row, cited(library, row.basis)) for row in library.remedies.get(use.ladder, ())])
            for use in procedure.remedies.values()
        ],
        # Where it is not always open, the ladder itself says when it is.
        "court_is_open": court_is_open(library, procedure, _usual_topic(library, procedure)),
        "here": "guides",
    }
    return show(request, "web/guide.html", context)


def court_is_open(library: Library, procedure: Procedure, topic: str) -> bool:
    """Tell whether a mediation may be left for a court at any step: every ladder it shows for that topic has the court's row."""
    ladders = [library.remedies_for(use.ladder, topic) for use in procedure.remedies.values()]
    return procedure.mediates and bool(ladders) and all(any(row.name == COURT for row in rows) for rows in ladders)


def _usual_topic(library: Library, procedure: Procedure) -> str:
    application = journeys.application_of(library, procedure.name)
    return procedure.line_of_work if application is None else application.topics[0]


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
    started = [use.clock for use in state.clocks if use.verb in STARTING]
    # What an act before this step started runs on here too.
    running = dict.fromkeys((*started, *(due.clock for due in state.when_due)))
    moves = tuple(_move(library, procedure, action, state) for action in state.actions if not _when_time_is_up(state, action))
    return Stage(
        name=state.name,
        title=state_label(state),
        says=said_undated(state),
        who=_who(procedure, tuple(name for name in state.by if name != SYSTEM_ACTOR)),
        moves=moves,
        limits=tuple(_limit(library, procedure, state, name) for name in running),
        outcome=None if outcome is None else outcome[0],
        tone="plain" if outcome is None else outcome[1],
    )


def _when_time_is_up(state: State, action: Action) -> bool:
    """Tell whether an act is taken by the system alone when a date passes: the date says so itself."""
    return action.by == (SYSTEM_ACTOR,) and any(due.does == action.name for due in state.when_due)


def _move(library: Library, procedure: Procedure, action: Action, state: State | None) -> Move:
    entered = None if action.to is None or (state is not None and action.to == state.name) else procedure.states[action.to]
    return Move(
        label=action.label,
        who=BY_LIST if LIST_ACTOR in action.by else BY_ITSELF if action.by_nobody else _who(procedure, action.by) if action.by else None,
        to=None if entered is None else state_label(entered),
        unless=tuple(procedure.conditions[name].fails for name in action.needs if name in procedure.conditions),
        papers=tuple(library.papers[name].title for name in action.prints if name in library.papers),
    )


def _limit(library: Library, procedure: Procedure, state: State, name: str) -> Limit:
    clock: ClockDef = procedure.clocks[name]
    due = next((one for one in state.when_due if one.clock == name), None)
    row = _row(library, clock)
    return Limit(
        label=clock.label,
        kind=KIND_WORDS[clock.kind],
        length=None if clock.term is None else clock.term.text(),
        basis=cited(library, clock.basis),
        counted=_counted(library, clock),
        stops=None if row is None or not row.stops else _listed([library.statutory.pauses[one] for one in row.stops]),
        longer=None if row is None else row.longer,
        then=None if due is None else _then(procedure, state, due),
    )


def _row(library: Library, clock: ClockDef) -> StatutoryClock | None:
    """Return the row of the law a clock runs by today."""
    now = clock.on(_today(library))
    named = now.row if isinstance(now, LawTerm) else None
    return next((row for row in library.statutory.clocks if row.name == named), None)


def _counted(library: Library, clock: ClockDef) -> Text | None:
    """Return in plain words how a limit of the law is counted; with the lenient reading where the text is open to two."""
    now = clock.on(_today(library))
    if now is None or now.count is None or now.term is None:
        return None
    strict, latest = library.counting.pick(now.count, _today(library)).codes_for(clock.term or now.term)
    first, second = code_text(strict), code_text(latest)
    if strict == latest:
        return first
    return Text(
        f"{first.zh}；法律没有写明，也可以读作：{second.zh}", f"{first.en}; the law does not say, it may also be read as: {second.en}"
    )


def _today(library: Library) -> date:
    return library.calendar.local_date(huiyin_clock.now())


def _then(procedure: Procedure, state: State, due: WhenDue) -> Text | None:
    does = next((action for action in state.actions if action.name == due.does), None)
    told = _who(procedure, tuple(name for name in due.tells if name in procedure.roles or name in procedure.posts))
    zh, en = [], []
    if does is not None:
        to = None if does.to is None else state_label(procedure.states[does.to])
        zh.append(f"自动“{does.label.zh}”" + (f"，到“{to.zh}”" if to else ""))
        en.append(f"by itself “{does.label.en}”" + (f", on to “{to.en}”" if to else ""))
    if told is not None:
        zh.append(f"通知{told.zh}")
        en.append(f"{told.en} told")
    return Text(f"到期：{'；'.join(zh)}", f"When it runs out: {'; '.join(en)}") if zh else None


@dataclass(frozen=True, slots=True)
class Begun:
    """How a matter begins: who brings it, to whom, by which ways, with what said, with which papers."""

    who: tuple[Text, ...]
    host: Text
    ways: Text
    asked: Text
    papers: tuple[Text, ...]


def _opening(library: Library, procedure: Procedure) -> Begun:
    form = procedure.forms.get(procedure.opening_form)
    asked = [procedure.fields[entry.field].label for entry in form.entries] if form is not None else []
    ways = [WAYS.get(name, Text(name, name)) for name in procedure.opened_by]
    kinds = [library.unit_kinds[kind].label for kind in procedure.units[procedure.host].kinds if kind in library.unit_kinds]
    return Begun(
        who=tuple(_party(role) for role in procedure.roles.values()),
        host=_listed(kinds),
        ways=_listed(ways),
        asked=_listed(asked),
        papers=tuple(library.papers[name].title for name in procedure.opening_prints if name in library.papers),
    )


def _party(role: Role) -> Text:
    most = role.most
    if role.least == most:
        return Text(f"{role.label.zh}（{role.least}位）", f"{role.label.en} ({role.least})")
    if most is None:
        return Text(f"{role.label.zh}（至少{role.least}位）", f"{role.label.en} ({role.least} or more)")
    return Text(f"{role.label.zh}（{role.least}到{most}位）", f"{role.label.en} ({role.least} to {most})")


def _listed(texts: Sequence[Text]) -> Text:
    return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))


def _papers(library: Library, procedure: Procedure) -> list[Text]:
    names = [*procedure.opening_prints]
    for state in procedure.states.values():
        for action in state.actions:
            names.extend(action.prints)
    for action in procedure.always:
        names.extend(action.prints)
    return [library.papers[name].title for name in dict.fromkeys(names) if name in library.papers]
