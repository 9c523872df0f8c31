"""How a matter stands, for its party: whose turn it is, the route it takes, what was asked and answered, who said it is not theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from huiyin.city import queries as city
from huiyin.core.diagram_common import state_label
from huiyin.core.procedure import Procedure
from huiyin.core.values import Text
from huiyin.matters.views import Entry, MatterView
from huiyin.web.pages.story import Deed, Told, Wording

ONLINE = Text("网上反映，没有登录", "online, not signed in")
PASSED_BACK = "decline_pass"
RETURNS = ("return_order", "contest_owner", "not_ours", PASSED_BACK)
# Where a unit writes why a matter is not its own, the latest word first.
NOT_OURS = ("return_reason", "objection")
RETURNED_TO = ("received", "deciding")


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is. ``key``: you, other, all, unit."""

    key: str
    label: Text
    tone: str


YOU = Turn("you", Text("等您", "Your turn"), "warn")
OTHER = Turn("other", Text("等对方", "Waiting for the other side"), "wait")
ALL = Turn("all", Text("等各方，包括您", "Waiting for all sides, you among them"), "warn")
UNIT = Turn("unit", Text("等单位", "Waiting for the unit"), "wait")
# Where the party's own steps are listed, they know better than the procedure whom it waits for.
BY_STEPS = {"you": YOU, "other": OTHER, "committee": UNIT}


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the route. ``place``: done, here, next."""

    label: Text
    place: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point asked, and what was answered to it."""

    number: int
    ask: str
    result: Text | None = None
    text: str = ""
    ground: str = ""
    done_by: str = ""


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A unit said the matter is not its own: who, why, and whose it thinks it is."""

    unit: Text | str
    reason: str
    proposed: Text | str


def turn(view: MatterView, deeds: Sequence[Deed]) -> Turn | None:
    """Return whose turn it is; None when the matter has ended."""
    state = view.procedure.states[view.state]
    if view.outcome or state.end is not None:
        return None
    roles = [name for name in state.by if name in view.procedure.roles]
    if not roles:
        return UNIT
    posts = [name for name in state.by if name in view.procedure.posts]
    mine = any(deed.why_not is None for deed in deeds)
    several = sum(party.role in roles for party in view.present) > 1
    if posts:
        return ALL if mine else UNIT
    if mine:
        return YOU
    return OTHER if several else UNIT


def route(view: MatterView, entries: Sequence[Entry]) -> tuple[Stop, ...]:
    """Return where the matter has been, where it is and which way it goes when all goes well.

    What lies ahead is the order the procedure's authors gave its acts, not a promise; at an end there is nothing ahead.
    """
    states = view.procedure.states
    been = list(dict.fromkeys(entry.state for entry in entries if entry.state in states and entry.state != view.state))
    ahead = [] if view.outcome or states[view.state].end is not None else _ahead(view.procedure, view.state, frozenset({view.state, *been}))
    if ahead is None:
        ahead = _ahead(view.procedure, view.state, frozenset({view.state})) or []
    named = [(been, "done"), ([view.state], "here"), (ahead, "next")]
    return tuple(Stop(state_label(states[name]), place) for names, place in named for name in names)


def _ahead(procedure: Procedure, name: str, passed: frozenset[str]) -> list[str] | None:
    """Return the states from here to a good end, by the first act that leads there; None when none does."""
    for action in procedure.states[name].actions:
        target = action.to
        if target is None or target in passed:
            continue
        state = procedure.states[target]
        if state.end is not None:
            if state.end == "resolved":
                return [target]
            continue
        rest = _ahead(procedure, target, passed | {target})
        if rest is not None:
            return [target, *rest]
    return None


def points(view: MatterView) -> tuple[Point, ...]:
    """Return each point asked beside its answers; nothing when no points were set down."""
    asked = view.facts.get("points")
    if not isinstance(asked, list):
        return ()
    answers = view.facts.get("answers")
    given = answers if isinstance(answers, list) else []
    rows: list[Point] = []
    for number, one in enumerate(asked, start=1):
        mine = [answer for answer in given if answer.get("about") == number]
        ask = str(one.get("ask") or "")
        rows.extend(_answered(view.procedure, number, ask, answer) for answer in mine)
        if not mine:
            rows.append(Point(number, ask))
    return tuple(rows)


def _answered(procedure: Procedure, number: int, ask: str, answer: dict[str, Any]) -> Point:
    parts = {part.name: part for part in procedure.fields["answers"].record}
    choices = parts["result"].values if "result" in parts else ()
    result = next((one.label for one in choices if one.value == answer.get("result")), None)
    words = {name: str(answer.get(name) or "") for name in ("text", "ground", "done_by")}
    return Point(number, ask, result, **words)


def not_ours(view: MatterView, entries: Sequence[Entry]) -> NotOurs | None:
    """Return who last said that it is not theirs, while that is still to be decided."""
    if view.state not in RETURNED_TO or not entries:
        return None
    last = next((entry for entry in reversed(entries) if entry.state != entry.source_state), entries[-1])
    if last.action not in RETURNS:
        return None
    said = {one.field: one.value for one in last.said if isinstance(one.value, str)}
    reason = next((said[name] for name in NOT_OURS if said.get(name)), "")
    unit = "next_host" if last.action == PASSED_BACK else "lead"
    proposed = city.unit(said.get("proposed_unit", ""))
    whose = said.get("proposed_owner", "") if proposed is None else proposed.title
    return NotOurs(view.unit_names.get(unit) or last.by, reason, whose)


def told(words: Wording, entries: Sequence[Entry]) -> tuple[Told, ...]:
    """Return the history, the latest first; whoever opened it without signing in is called what it was."""
    anonymous = {entry.seq for entry in entries if entry.by.en == "someone not signed in"}
    return tuple(replace(one, by=ONLINE) if one.seq in anonymous else one for one in words.history(newest_first=True))
