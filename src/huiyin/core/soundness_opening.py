"""Rules 9 and 10: procedures cannot open each other for ever by themselves; scenarios exercise all of a procedure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from huiyin.core import own_code
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Procedure
from huiyin.core.soundness_common import actions_of, is_automatic, words
from huiyin.core.source import Problem
from huiyin.core.values import Text


class Trace(Protocol):
    """What a run of one scenario left: action names taken, conditions seen to refuse."""

    @property
    def actions_taken(self) -> set[str]:
        """Names of the actions taken."""

    @property
    def conditions_refused(self) -> set[str]:
        """Names of the conditions that stopped an act."""


def check_opening(library: Library) -> list[Problem]:
    """Rule 9: no cycle of procedures opens itself without a person's act."""
    opens = {name: _opened_alone(procedure) for name, procedure in library.procedures.items()}
    problems: list[Problem] = []
    for name, procedure in library.procedures.items():
        for target, action in opens[name].items():
            cycle = _way(opens, target, name)
            if cycle is None:
                continue
            round_ = words([name, *cycle])
            problems.append(
                Problem(
                    procedure.source,
                    action.line,
                    "9",
                    Text(
                        f"没有人动手，流程也会无限地互相开启：{' → '.join([name, *cycle])}。",
                        f"These procedures open each other for ever without a person's act: {round_.en}.",
                    ),
                    Text(f"请让“{action.name}”由人来做（by: 岗位或当事人）。", f"Let a person take “{action.name}” (by: a post or party)."),
                )
            )
    return problems


def _opened_alone(procedure: Procedure) -> Mapping[str, Action]:
    """Return what a new matter opens before any person has acted on it."""
    found: dict[str, Action] = {}
    reached, waiting = {procedure.start}, [procedure.start]
    while waiting:
        state = procedure.states.get(waiting.pop())
        for action in () if state is None else state.actions:
            if not is_automatic(procedure, state, action):
                continue
            if action.opens is not None:
                found.setdefault(action.opens.procedure, action)
            if action.to is not None and action.to not in reached:
                reached.add(action.to)
                waiting.append(action.to)
    return found


def _way(opens: Mapping[str, Mapping[str, Action]], start: str, goal: str) -> list[str] | None:
    waiting: list[list[str]] = [[start]]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        if path[-1] == goal:
            return path
        if path[-1] in seen:
            continue
        seen.add(path[-1])
        waiting.extend([*path, target] for target in opens.get(path[-1], ()))
    return None


def check_coverage(procedure: Procedure, traces: Iterable[Trace]) -> list[Problem]:
    """Rule 10: every action is exercised by a scenario, every condition is seen to refuse in one."""
    taken: set[str] = set()
    refused: set[str] = set()
    for trace in traces:
        taken |= trace.actions_taken
        refused |= trace.conditions_refused
    problems: list[Problem] = []
    asked: set[str] = set()
    seen: set[str] = set()
    for state, action in actions_of(procedure):
        if action.agrees is not None or action.name == own_code.NAME:
            continue  # built in: tried once, where it stands
        if not is_automatic(procedure, state, action):
            asked.update(action.needs)
        in_state = action.name if state is None else f"{state.name}.{action.name}"
        if action.name in taken or in_state in taken or action.name in seen:
            continue
        seen.add(action.name)
        problems.append(
            Problem(
                procedure.source,
                action.line,
                "10",
                Text(f"没有一个情景做过动作“{action.name}”。", f"No scenario takes the action “{action.name}”."),
                Text(
                    f"请在 {procedure.name}.scenario.yaml 里加一个做它的情景。",
                    f"Add a scenario that takes it to {procedure.name}.scenario.yaml.",
                ),
            )
        )
    for condition in procedure.conditions.values():
        if condition.warns or condition.name not in asked or condition.name in refused:
            continue
        problems.append(
            Problem(
                procedure.source,
                condition.line,
                "10",
                Text(f"没有一个情景见过条件“{condition.name}”拒绝。", f"No scenario sees the condition “{condition.name}” refuse."),
                Text(
                    f"请加一个情景：条件不满足时去做，写“refused: {condition.name}”。",
                    f"Add a scenario that tries without it, with “refused: {condition.name}”.",
                ),
            )
        )
    return problems
