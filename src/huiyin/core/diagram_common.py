"""What both diagrams draw: states with a short label, moves, and acts that stay or may happen at any step."""

from __future__ import annotations

import re

from huiyin.core.procedure import LIST_ACTOR, SYSTEM_ACTOR, Action, Procedure, State
from huiyin.core.soundness_common import Edge, edges
from huiyin.core.values import Text

_CLAUSE = re.compile(r"[，。；：,.;:]")
_FILLED = re.compile(r"\{[^{}]*\}")
_BRACKETED = re.compile(r"（\{[^{}]*\}）| ?\(\{[^{}]*\}\)")
# What is left of a date or a name at the end of an English clause.
_DANGLING = re.compile(r"\s+(?:(?:by|until|on|before)\s+)?…$")
_SYSTEM = Text("系统", "system")
_LIST = Text("责任清单", "responsibility list")


def state_label(state: State) -> Text:
    """Return what a state is called, on every list, route, diagram and spreadsheet: one word for residents and staff alike."""
    return state.label or Text(_first_said(state, "zh"), _first_said(state, "en"))


def said_undated(state: State) -> Text:
    """Return what the resident is told in a state, with … where a matter's own dates and names stand."""
    return Text(_FILLED.sub("……", state.says.zh), _FILLED.sub("…", state.says.en))


def _first_said(state: State, language: str) -> str:
    """Return the first clause of what the resident is told in a state, without its dates, its brackets and whoever it begins with."""
    wording = _FILLED.sub("……" if language == "zh" else "…", _BRACKETED.sub("", state.says.in_(language)))
    clause = _CLAUSE.split(wording, maxsplit=1)[0].strip().lstrip("…的 ")
    return _DANGLING.sub("", clause) or state.name


def actor_label(procedure: Procedure, name: str) -> Text:
    """Return what a post, party role or the system is called."""
    if name == SYSTEM_ACTOR:
        return _SYSTEM
    if name == LIST_ACTOR:
        return _LIST
    if name in procedure.roles:
        return procedure.roles[name].label
    if name in procedure.posts:
        return procedure.posts[name].label
    return Text(name, name)


def ends_any_time(procedure: Procedure) -> list[Action]:
    """Return the acts open at any step that lead to an end."""
    return [action for action in procedure.always if action.to is not None and procedure.states[action.to].end is not None]


def any_step(procedure: Procedure, not_from: tuple[str, ...]) -> Text:
    """Return the words for wherever such an act is open: at any step, but for the states it is barred from."""
    if not not_from:
        return Text("任何一步", "Any step")
    barred = [state_label(procedure.states[name]) for name in not_from]
    zh, en = "、".join(label.zh for label in barred), ", ".join(label.en for label in barred)
    return Text(f"任何一步（{zh}除外）", f"Any step (but for {en})")


def moves_of(procedure: Procedure) -> list[Edge]:
    """Return every move but those of `ends_any_time`, which are drawn once and not from each state."""
    apart = ends_any_time(procedure)
    return [edge for edge in edges(procedure) if edge.moves and edge.action not in apart]


def staying(state: State) -> list[Action]:
    """Return the acts of a state that leave the matter where it is."""
    return [action for action in state.actions if action.to in {None, state.name}]
