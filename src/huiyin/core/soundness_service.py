"""Rule 7: a paper that must be served is served, on people who exist, after it was printed; what runs from service runs after it."""

from __future__ import annotations

from huiyin.core.expressions import ExpressionError, parse
from huiyin.core.expressions_parse import Member, Name
from huiyin.core.papers import PaperDef
from huiyin.core.procedure import STARTING, Action, ClockUse, Procedure, State
from huiyin.core.scope_types import papers_used
from huiyin.core.service_parts import SLIP, papers_served
from huiyin.core.soundness_common import Case, Edge, offered_in, surely, words
from huiyin.core.soundness_flow import nodes
from huiyin.core.values import Text


def check_service(case: Case) -> None:
    """Check what a procedure serves, and on whom."""
    procedure, known = case.procedure, case.library.papers
    served = papers_served(procedure)
    for name in served:
        paper = known.get(name)
        if paper is not None:
            _check_recipients(case, paper)
    for name in papers_used(procedure):
        paper = known.get(name)
        if paper is not None and paper.served_on and name not in served and _printed_here(procedure, name):
            case.wrong(
                "7",
                paper.line,
                Text(
                    f"文书“{name}”要送达，流程“{procedure.name}”却没有送它的动作。",
                    f"“{name}” must be served, but procedure “{procedure.name}” has no action that serves it.",
                ),
                Text(
                    f"请加一个动作：“serves: {name}”；不用送达的，删去“served_on”。",
                    f"Add an action with “serves: {name}”, or drop “served_on”.",
                ),
                file=paper.source,
            )
    if served and SLIP not in known:
        case.wrong(
            "7",
            procedure.lines.get("states", 0),
            Text(f"流程送达文书，文书包里却没有送达回证（{SLIP}）。", f"Papers are served, but the pack has no slip of service ({SLIP})."),
            Text(f"请加上 papers/{SLIP}.yaml。", f"Add papers/{SLIP}.yaml."),
        )
    if procedure.notice is not None and not served:
        case.wrong(
            "7",
            procedure.lines.get("service", 0),
            Text("没有要送达的文书，“service”没有用处。", "Nothing is served here, so “service” is of no use."),
            Text("请删去“service”。", "Remove “service”."),
        )
    _check_clocks(case)


def _printed_here(procedure: Procedure, name: str) -> bool:
    actions = (*procedure.always, *(action for state in procedure.states.values() for action in state.actions))
    return name in procedure.opening_prints or any(name in action.prints for action in actions)


def _check_recipients(case: Case, paper: PaperDef) -> None:
    if not paper.served_on:
        case.wrong(
            "7",
            paper.line,
            Text(
                f"流程“{case.procedure.name}”要送达文书“{paper.name}”，文书没有写送给谁。",
                f"Procedure “{case.procedure.name}” serves “{paper.name}”, which does not say on whom.",
            ),
            Text("请在文书里写“served_on:”。", "Give “served_on” in the paper."),
            file=paper.source,
        )
    strange = [name for name in paper.served_on if name not in case.procedure.roles and name not in case.procedure.units]
    if strange:
        case.wrong(
            "7",
            paper.line,
            Text(
                f"文书要送达{words(strange).zh}，流程“{case.procedure.name}”里没有。",
                f"The paper is served on {words(strange).en}, unknown to procedure “{case.procedure.name}”.",
            ),
            Text("请用流程里的当事人或者单位名。", "Use a party or unit of the procedure."),
            file=paper.source,
        )


def tells_served(procedure: Procedure, action: Action) -> frozenset[str]:
    """Return the papers an action's own conditions ask to be served."""
    found: set[str] = set()
    for name in action.needs:
        condition = procedure.conditions.get(name)
        if condition is not None:
            found |= _asked(condition.test, ("served", "served_at"))
    return frozenset(found)


def served_papers(procedure: Procedure) -> dict[str, frozenset[str]]:
    """Return the papers surely served on everybody in each state just after it is entered."""

    def entering(state: State, before: frozenset[str]) -> frozenset[str]:
        return before

    def leaving(edge: Edge, held: frozenset[str]) -> frozenset[str]:
        gained = tells_served(procedure, edge.action) | ({edge.action.serves} if edge.action.serves is not None else set())
        # A paper printed anew on the way has still to be served.
        return (held | gained) - set(edge.action.prints) - set(edge.action.voids)

    return surely(procedure, entering, leaving, frozenset(papers_served(procedure)), frozenset())


def _check_clocks(case: Case) -> None:
    """A clock that runs from the service of a paper starts in the act that serves it, or where it surely was served."""
    procedure = case.procedure
    drawn = {name: wanted for name, clock in procedure.clocks.items() if (wanted := _asked(clock.trigger or "", ("served_at",)))}
    if not drawn:
        return
    served = served_papers(procedure)
    told: set[tuple[str, str]] = set()
    for state in procedure.states.values():
        for use in state.clocks:
            _check_start(case, use, drawn, served[state.name], state.name, state.line, told)
        for action in offered_in(procedure, state):
            here = served[state.name] | tells_served(procedure, action) | ({action.serves} if action.serves is not None else set())
            for use in action.clocks:
                _check_start(case, use, drawn, here, action.name, action.line, told)


def _check_start(
    case: Case,
    use: ClockUse,
    drawn: dict[str, frozenset[str]],
    served: frozenset[str],
    where: str,
    line: int,
    told: set[tuple[str, str]],
) -> None:
    missing = drawn.get(use.clock, frozenset()) - served if use.verb in STARTING else frozenset()
    if not missing or (where, use.clock) in told:
        return
    told.add((where, use.clock))
    paper = words(sorted(missing))
    case.wrong(
        "7",
        line,
        Text(
            f"“{use.clock}”从{paper.zh}送达起算，可是在“{where}”不一定已经送达。",
            f"“{use.clock}” runs from the service of {paper.en}, which may not have happened yet at “{where}”.",
        ),
        Text(
            "请在送达它的动作里启动，或者让条件要求“.served”。",
            "Start it in the action that serves the paper, or ask for “.served” in a condition.",
        ),
    )


def _asked(source: str, members: tuple[str, ...]) -> frozenset[str]:
    """Return the papers of which an expression asks for one of ``members``."""
    if not source:
        return frozenset()
    try:
        tree = parse(source)
    except ExpressionError:
        return frozenset()  # rule 6 tells that it cannot be read
    return frozenset(
        node.target.name for node in nodes(tree) if isinstance(node, Member) and isinstance(node.target, Name) and node.name in members
    )
