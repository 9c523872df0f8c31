"""Rules 1 to 3: every state is reached and left, somebody has it, a clock runs, and the resident is told by when."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin.core.expressions_parse import (
    Binary,
    Call,
    Each,
    Expr,
    ExpressionError,
    Member,
    Method,
    Name,
    Negative,
    Not,
    template_parts,
)
from huiyin.core.procedure import NOT_PEOPLE, STARTING, Procedure, State
from huiyin.core.soundness_common import Case, Edge, edges, is_automatic, offered_in, surely, words
from huiyin.core.values import Text

_STARTS = {*STARTING, "resume"}
_STOPS = {"met", "stop", "pause"}


def check_reach(case: Case) -> None:
    """Rule 1: every state is reachable from the start, and some end from every state."""
    procedure = case.procedure
    moves = edges(procedure)
    reached = _closure({procedure.start}, [(edge.source, edge.target) for edge in moves])
    ends = {state.name for state in procedure.states.values() if state.end is not None}
    ending = _closure(ends, [(edge.target, edge.source) for edge in moves])
    for state in procedure.states.values():
        if state.name not in reached:
            case.wrong(
                "1",
                state.line,
                Text(f"状态“{state.name}”从起点走不到。", f"State “{state.name}” cannot be reached from the start."),
                Text("请让某个动作的“to”指向它，或删去它。", "Let some action's “to” lead to it, or remove it."),
            )
        elif state.name not in ending:
            case.wrong(
                "1",
                state.line,
                Text(f"从状态“{state.name}”走不到任何终点。", f"No end can be reached from state “{state.name}”."),
                Text("请加一个通向终点的动作。", "Add an action that leads towards an end."),
            )


def _closure(start: set[str], steps: list[tuple[str, str]]) -> set[str]:
    reached = set(start)
    changed = True
    while changed:
        more = {target for source, target in steps if source in reached} - reached
        reached |= more
        changed = bool(more)
    return reached


def running_clocks(procedure: Procedure) -> dict[str, frozenset[str]]:
    """Return the clocks that surely run in each state just after it is entered."""

    def entering(state: State, before: frozenset[str]) -> frozenset[str]:
        if state.end is not None:
            return frozenset()
        return _after(before, [(use.clock, use.verb) for use in state.clocks])

    def leaving(edge: Edge, held: frozenset[str]) -> frozenset[str]:
        staying = [
            (use.clock, use.verb)
            for action in offered_in(procedure, procedure.states[edge.source])
            if action.to in {None, edge.source}
            for use in action.clocks
            if use.verb in _STOPS
        ]
        return _after(_after(held, staying), [(use.clock, use.verb) for use in edge.action.clocks])

    return surely(procedure, entering, leaving, frozenset(procedure.clocks), frozenset())


def _after(held: frozenset[str], uses: Sequence[tuple[str, str]]) -> frozenset[str]:
    now = set(held)
    for clock, verb in uses:
        if verb in _STARTS:
            now.add(clock)
        elif verb in _STOPS:
            now.discard(clock)
    return frozenset(now)


def check_hands(case: Case) -> None:
    """Rule 2: somebody has every open state, a clock runs in it, and its running out leads to somebody who can act."""
    running = running_clocks(case.procedure)
    for state in case.procedure.states.values():
        if state.end is None:
            _check_holder(case, state)
            _check_clock(case, state, running[state.name])


def _check_holder(case: Case, state: State) -> None:
    if not state.by:
        case.wrong(
            "2",
            state.line,
            Text(f"状态“{state.name}”没有写由谁办。", f"State “{state.name}” does not say who has it."),
            Text("请写“by:”。", "Add “by:”."),
        )
        return
    acting = {name for action in state.actions for name in (action.by or state.by)}
    idle = [name for name in state.by if name not in acting]
    if len(idle) == len(state.by):
        case.wrong(
            "2",
            state.line,
            Text(
                f"状态“{state.name}”由{words(idle).zh}办，但没有他们能做的动作。",
                f"State “{state.name}” is with {words(idle).en}, who has no action there.",
            ),
            Text("请加一个由他们做的动作，或改“by”。", "Add an action for them, or change “by”."),
        )
    for action in state.actions:
        on_due = any(due.does == action.name for due in state.when_due)
        if is_automatic(case.procedure, state, action) and not action.needs and not on_due:
            case.wrong(
                "2",
                action.line,
                Text(
                    f"自动动作“{action.name}”没有条件，一到这里就会走。",
                    f"The automatic action “{action.name}” has no condition and would be taken at once.",
                ),
                Text("请写“needs:”，或让“when_due”的“does”指它。", "Give it “needs:”, or name it in a “when_due … does”."),
            )


def _check_clock(case: Case, state: State, running: frozenset[str]) -> None:
    if not running:
        case.wrong(
            "2",
            state.line,
            Text(f"状态“{state.name}”没有期限在走。", f"No clock runs in state “{state.name}”."),
            Text(
                "请在“clocks:”里启动一个期限；法律没有规定的，用目标期限（target）。",
                "Start one under “clocks:”; where the law sets none, a target.",
            ),
        )
    started_here = {
        use.clock for action in state.actions if action.to in {None, state.name} for use in action.clocks if use.verb in _STARTS
    }
    said = {due.clock: due for due in state.when_due}
    for name in case.procedure.clocks:
        if name in running | started_here and name not in said:
            case.wrong(
                "2",
                state.line,
                Text(
                    f"期限“{name}”在状态“{state.name}”里会到期，但没有写到期后怎么办。",
                    f"Clock “{name}” may run out in state “{state.name}”, and what happens then is not said.",
                ),
                Text(f"请在“when_due:”里写“{name}: {{tells: …}}”。", f"Write “{name}: {{tells: …}}” under “when_due:”."),
            )
    able = _able(case.procedure, state)
    for due in state.when_due:
        if due.does is None and not able & set(due.tells):
            case.wrong(
                "2",
                state.line,
                Text(
                    f"期限“{due.clock}”到期时告诉的人，在状态“{state.name}”里都不能办事。",
                    f"Nobody told when clock “{due.clock}” runs out can act in state “{state.name}”.",
                ),
                Text(
                    f"能在这里办事的有：{words(sorted(able)).zh}；请告诉其中至少一个。",
                    f"Those who can act here: {words(sorted(able)).en}; tell at least one of them.",
                ),
            )


def _able(procedure: Procedure, state: State) -> set[str]:
    """Return who can do something in a state that carries the matter on."""
    carrying = [*state.actions, *(one for one in offered_in(procedure, state) if one.to is not None or one.opens is not None)]
    return {name for action in carrying for name in (action.by or state.by)} - NOT_PEOPLE


def check_words(case: Case) -> None:
    """Rule 3: every open state tells the resident by when, in both languages; the reader sees to it that all speak."""
    running = running_clocks(case.procedure)
    for state in case.procedure.states.values():
        if state.end is not None:
            continue
        told = {language: _dues(state.says.in_(language), set(case.procedure.clocks)) for language in ("zh", "en")}
        for language in ("zh", "en"):
            if not told[language] & running[state.name]:
                named = Text("中文", "Chinese") if language == "zh" else Text("英文", "English")
                first = next(iter(sorted(running[state.name])), "…")
                case.wrong(
                    "3",
                    state.line,
                    Text(
                        f"状态“{state.name}”的{named.zh}说明没有写到哪天为止。",
                        f"The {named.en} sentence of state “{state.name}” does not say by when.",
                    ),
                    Text(
                        f"请在“says”里写上正在走的期限，例如“{{{first}.due}}”。",
                        f"Put the date of a running clock into “says”, such as “{{{first}.due}}”.",
                    ),
                )
        if told["zh"] != told["en"] and told["zh"] and told["en"]:
            case.wrong(
                "3",
                state.line,
                Text(f"状态“{state.name}”的中英文说的日期不同。", f"State “{state.name}” names other dates in English than in Chinese."),
                Text("请让两种文字说同样的日期。", "Name the same dates in both."),
            )


def _dues(wording: str, clocks: set[str]) -> set[str]:
    try:
        parts = template_parts(wording)
    except ExpressionError:
        return set()
    found: set[str] = set()
    for part in parts:
        if not isinstance(part, str):
            found |= {
                node.target.name
                for node in nodes(part)
                if isinstance(node, Member) and node.name == "due" and isinstance(node.target, Name)
            }
    return found & clocks


def nodes(node: Expr) -> list[Expr]:
    """Return an expression and every part of it."""
    match node:
        case Member(target, _) | Not(target) | Negative(target):
            return [node, *nodes(target)]
        case Binary(_, left, right) | Each(left, _, _, right):
            return [node, *nodes(left), *nodes(right)]
        case Call(_, arguments):
            return [node, *(inner for one in arguments for inner in nodes(one))]
        case Method(target, _, arguments):
            return [node, *nodes(target), *(inner for one in arguments for inner in nodes(one))]
        case _:
            return [node]
