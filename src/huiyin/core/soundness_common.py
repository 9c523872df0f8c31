"""What the soundness checks share: walking a procedure as a graph, and noting problems at a definition's line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from huiyin.core.packs import Library
from huiyin.core.procedure import SYSTEM_ACTOR, Action, Procedure, State
from huiyin.core.source import Problem
from huiyin.core.values import Text


@dataclass(slots=True)
class Case:
    """One procedure under proof: the library it stands in and the problems found so far."""

    procedure: Procedure
    library: Library
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, key: str) -> int:
        """Return the line of a top-level key of the procedure's file."""
        return self.procedure.lines.get(key, 0)

    def wrong(self, rule: str, line: int, text: Text, mend: Text, *, file: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(file or self.procedure.source, line, rule, text, mend))


@dataclass(frozen=True, slots=True)
class Edge:
    """A move: from one state by an action to another (or the same)."""

    source: str
    action: Action
    target: str

    @property
    def moves(self) -> bool:
        """Whether the matter leaves the state it is in."""
        return self.source != self.target


def actions_of(procedure: Procedure) -> Iterator[tuple[State | None, Action]]:
    """Yield every action with its state; None for those under ``always``."""
    for state in procedure.states.values():
        for action in state.actions:
            yield state, action
    for action in procedure.always:
        yield None, action


def offered_in(procedure: Procedure, state: State) -> Iterator[Action]:
    """Yield every action open in a state, those under ``always`` included."""
    own = {action.name for action in state.actions}
    yield from state.actions
    for action in procedure.always:
        if action.name in own or state.name in action.not_from or (state.end is not None and not action.after_end):
            continue
        yield action


def edges(procedure: Procedure) -> list[Edge]:
    """Return every move the procedure allows."""
    return [
        Edge(state.name, action, action.to or state.name) for state in procedure.states.values() for action in offered_in(procedure, state)
    ]


def is_automatic(procedure: Procedure, state: State | None, action: Action) -> bool:
    """Return whether the system takes an action by itself."""
    by = action.by or (() if state is None else state.by)
    return by == (SYSTEM_ACTOR,)


def surely(
    procedure: Procedure,
    entering: Callable[[State, frozenset[str]], frozenset[str]],
    leaving: Callable[[Edge, frozenset[str]], frozenset[str]],
    everything: frozenset[str],
    at_start: frozenset[str],
) -> dict[str, frozenset[str]]:
    """Return what holds in each state whatever path led there, just after entering it.

    Args:
        procedure: the graph.
        entering: what holds after a state's own effects, given what held before.
        leaving: what holds after a move, given what held in its source; also accounts for acts that stay.
        everything: all that could hold; where the search starts from.
        at_start: what holds before the start state is entered.
    """
    moves = [edge for edge in edges(procedure) if edge.moves]
    held = dict.fromkeys(procedure.states, everything)
    changed = True
    while changed:
        changed = False
        for name, state in procedure.states.items():
            before = [leaving(edge, held[edge.source]) for edge in moves if edge.target == name]
            if name == procedure.start:
                before.append(at_start)
            joined = frozenset.intersection(*before) if before else frozenset()
            after = entering(state, joined)
            if after != held[name]:
                held[name] = after
                changed = True
    return held


def words(names: tuple[str, ...] | list[str]) -> Text:
    """Return names as a list for a sentence."""
    return Text("、".join(names), ", ".join(names))
