"""Diagrams of a procedure: Mermaid for pages and papers, BPMN 2.0 for other tools. Both are drawn from the one file."""

from __future__ import annotations

import re

from huiyin.core.diagram_bpmn import bpmn
from huiyin.core.diagram_common import actor_label, any_step, ends_any_time, moves_of, state_label, staying
from huiyin.core.procedure import Procedure
from huiyin.core.values import Text

__all__ = ["bpmn", "mermaid"]

_ALSO = Text("这一步还可以：", "Also open here - ")
_TAKEN = frozenset({"end", "state", "note", "direction", "class", "any_step"})
_BREAKING = re.compile(r"[:;#\"{}<>\[\]|\n\r\\]")
_LOOK_ALIKE = {":": "：", ";": "；", "#": "＃", '"': "”", "\n": " ", "\r": " "}


def mermaid(procedure: Procedure, language: str) -> str:
    """Return the procedure as a Mermaid state diagram in ``language``."""
    english = language == "en"
    lines = ["stateDiagram-v2", f"    [*] --> {_id(procedure.start)}"]
    for state in procedure.states.values():
        holder = _safe((", " if english else "、").join(actor_label(procedure, name).in_(language) for name in state.by))
        held = f" ({holder})" if english else f"（{holder}）"
        lines.append(f"    {_id(state.name)} : {_safe(state_label(state).in_(language))}{held if holder else ''}")
    lines.extend(
        f"    {_id(move.source)} --> {_id(move.target)} : {_safe(move.action.label.in_(language))}" for move in moves_of(procedure)
    )
    starts: dict[tuple[str, ...], str] = {}
    for action in ends_any_time(procedure):
        if action.not_from not in starts:
            starts[action.not_from] = f"any_step_{len(starts) + 1}" if starts else "any_step"
            lines.append(f"    {starts[action.not_from]} : {_safe(any_step(procedure, action.not_from).in_(language))}")
        lines.append(f"    {starts[action.not_from]} --> {_id(str(action.to))} : {_safe(action.label.in_(language))}")
    for state in procedure.states.values():
        also = dict.fromkeys(_safe(action.label.in_(language)) for action in staying(state))
        if also:
            joined = (", " if english else "、").join(also)
            lines.extend((f"    note right of {_id(state.name)}", f"        {_ALSO.in_(language)}{joined}", "    end note"))
        if state.end is not None:
            lines.append(f"    {_id(state.name)} --> [*]")
    return "\n".join(lines) + "\n"


def _id(state: str) -> str:
    """Return a state's name, kept apart from the words Mermaid has taken."""
    return f"{state}_" if state in _TAKEN else state


def _safe(text: str) -> str:
    return _BREAKING.sub(lambda match: _LOOK_ALIKE.get(match[0], " "), text).strip()
