"""What each unit answered to a whistle, or did of a task it was asked for, in words and times. Shown by its caller's and its own pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.snapshot import Child
from huiyin.core.values import Principal, Text
from huiyin.matters import parts
from huiyin.matters.parts import Whole
from huiyin.matters.views import ChildView, MatterView
from huiyin.ui.facts import Fact
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.story import Wording

WHISTLE, ANSWER, TASK = "whistle", "whistle_response", "joint_task"
_STATES: dict[str, tuple[Text, str]] = {
    "waiting": (Text("还没有回话", "no answer yet"), "wait"),
    "acknowledged": (Text("已回话", "acknowledged"), "wait"),
    "on_way": (Text("在路上", "on the way"), "wait"),
    "here": (Text("已到场", "there"), "good"),
    "late": (Text("晚到", "came late"), "warn"),
    "cannot": (Text("来不了", "cannot come"), "plain"),
    "missed": (Text("到时间没有到", "not there in time"), "late"),
    "explained": (Text("没有到，已说明", "did not come, explained"), "plain"),
    "never": (Text("没有到，也没有说明", "did not come, said nothing"), "late"),
    "off": (Text("不用来了", "called off"), "plain"),
}
_TASKS: dict[str, tuple[Text, str]] = {
    "open": (Text("在办", "at work"), "wait"),
    "resolved": (Text("办完签字", "signed off"), "good"),
    "cannot": (Text("办不了", "cannot be done"), "warn"),
    "withdrawn": (Text("牵头单位接过去了", "taken over by the lead"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One unit's answer: its name, how it stands, the times it gave, and its words."""

    unit: Text
    kind: str
    state: Text
    tone: str
    acknowledged: datetime | None
    arrived: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a matter as its own page shows them."""

    whistle: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What a part's page shows of the whole: its number, what is shared, and the other parts."""

    reference: str
    whistle: bool
    facts: tuple[Fact, ...]
    answers: tuple[Answer, ...]


def of_matter(view: MatterView) -> Parts | None:
    """Return the parts of a matter for those who handle it, None where it has none."""
    name = ANSWER if view.procedure.name == WHISTLE else TASK
    found = tuple(child for child in view.children if child.procedure == name)
    return Parts(name == ANSWER, answers(found)) if found else None


def of_part(principal: Principal, view: MatterView, standpoint: Standpoint, library: Library) -> Shared | None:
    """Return what a part's page shows of the whole; None for a matter that is no part."""
    whole = parts.whole(principal, view)
    if whole is None:
        return None
    return Shared(whole.reference, view.procedure.name == ANSWER, _facts(whole, standpoint, view), answers(whole.parts))


def _facts(whole: Whole, standpoint: Standpoint, view: MatterView) -> tuple[Fact, ...]:
    words = Wording(view, standpoint)
    return tuple(words.fact(whole.procedure.fields[name], value) for name, value in whole.facts.items())


def answers(children: Iterable[Child | ChildView]) -> tuple[Answer, ...]:
    """Return the parts in words, in the order they were opened."""
    return tuple(_answer(child) for child in children)


def state_of(child: Child | ChildView) -> str:
    """Return the word for how a unit stands to a whistle."""
    facts = child.facts
    if facts.get("arrived_at"):
        return "late" if facts.get("missed") else "here"
    if facts.get("explanation"):
        return "explained"
    if facts.get("missed"):
        return "never" if child.outcome == "unperformed" else "missed"
    if facts.get("cannot_reason"):
        return "cannot"
    if child.outcome == "withdrawn":
        return "off"
    return "on_way" if facts.get("set_out_at") else "acknowledged" if facts.get("acknowledged_at") else "waiting"


def _answer(child: Child | ChildView) -> Answer:
    facts = child.facts
    if child.procedure == TASK:
        word = "cannot" if facts.get("cannot_reason") else child.outcome or "open"
        state, tone = _TASKS.get(word, _TASKS["open"])
        said = facts.get("cannot_reason") or facts.get("done_note") or facts.get("progress") or ""
        return Answer(name_of(child.unit), child.procedure, state, tone, None, None, str(said))
    state, tone = _STATES[state_of(child)]
    said = facts.get("cannot_reason") or facts.get("explanation") or ""
    return Answer(
        name_of(child.unit),
        child.procedure,
        state,
        tone,
        _moment(facts.get("acknowledged_at")),
        _moment(facts.get("arrived_at")),
        str(said),
    )


def name_of(unit: str) -> Text:
    """Return what a unit is called."""
    found = city.unit(unit)
    return Text(unit, unit) if found is None else found.title


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None
