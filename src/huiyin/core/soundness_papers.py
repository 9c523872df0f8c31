"""Rule 7: papers exist, their statutory elements are filled and shown, and what is signed was printed before."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.core.expressions import ExpressionError, check, names_in, parse
from huiyin.core.expressions_types import near
from huiyin.core.papers import PaperDef, fields_in
from huiyin.core.procedure import Action, Procedure, State
from huiyin.core.scope_types import papers_used, plural, scope_types, with_remedies
from huiyin.core.soundness_common import Case, Edge, actions_of, edges, offered_in, surely, words
from huiyin.core.values import Text


def check_papers(case: Case) -> None:
    """Check every paper a procedure uses."""
    known = case.library.papers
    for state, action in actions_of(case.procedure):
        named = (*action.prints, *action.voids, *action.effective, action.signs, action.seals, action.serves)
        for name in dict.fromkeys(name for name in named if name is not None and name not in known):
            _unknown(case, name, action.line)
        if action.signs is not None and action.signs in known:
            _check_signers(case, state, action, known[action.signs])
        if action.seals is not None and action.seals in known:
            _check_seal(case, state, action, known[action.seals])
    for name in case.procedure.opening_prints:
        if name not in known:
            _unknown(case, name, case.line_of("opening"))
    for use in case.procedure.remedies.values():
        if use.notice not in known:
            _unknown(case, use.notice, use.line)
    for name in papers_used(case.procedure):
        if name in known:
            _check_elements(case, known[name])
            _check_complete(case, known[name])
    _check_printed(case)


def _unknown(case: Case, name: str, line: int) -> None:
    mend = near(name, case.library.papers)
    case.wrong("7", line, Text(f"没有文书“{name}”。", f"There is no paper “{name}”."), mend)


def _check_elements(case: Case, paper: PaperDef) -> None:
    types = with_remedies(scope_types(case.procedure, case.library.papers, case.library.procedures))
    try:
        shown = set(fields_in(paper))
    except ExpressionError:
        return  # rule 6 tells which expression cannot be read
    if any(block.kind == "signatures" for block in paper.body):
        shown |= {paper.name, *(plural(name) for name in paper.signed_by), *paper.signed_by}
        shown |= set() if paper.sealed_by is None else {paper.sealed_by}
    if paper.shows_remedies():
        shown.add("remedies")
    for element in paper.elements:
        try:
            expression = parse(element.binds)
            complaints = check(expression, types)[1]
        except ExpressionError as error:
            expression, complaints = None, [error.text]
        for complaint in complaints:
            case.wrong(
                "7",
                element.line,
                Text(
                    f"要素“{element.name.zh}”没有着落（流程 {case.procedure.name}）：{complaint.zh}",
                    f"The element “{element.name.en}” is bound to nothing (in procedure {case.procedure.name}): {complaint.en}",
                ),
                Text("请把“binds”指向这个流程的字段。", "Let “binds” name a field of that procedure."),
                file=paper.source,
            )
        if expression is not None and not complaints and not names_in(expression) & shown:
            case.wrong(
                "7",
                element.line,
                Text(f"要素“{element.name.zh}”没有印在正文里。", f"The element “{element.name.en}” is not printed in the body."),
                Text(f"请在“body”里写上“{{{element.binds}}}”。", f"Put “{{{element.binds}}}” into “body”."),
                file=paper.source,
            )


def _actors(state: State | None, action: Action) -> tuple[str, ...]:
    return action.by or (() if state is None else state.by)


def _check_signers(case: Case, state: State | None, action: Action, paper: PaperDef) -> None:
    strangers = [name for name in _actors(state, action) if name not in paper.signed_by]
    if strangers:
        case.wrong(
            "7",
            action.line,
            Text(
                f"文书“{paper.name}”没有要{words(strangers).zh}签，动作“{action.name}”却让其签。",
                f"Action “{action.name}” lets {words(strangers).en} sign “{paper.name}”, which does not ask for it.",
            ),
            Text(f"请在文书的“signed_by”里加上{words(strangers).zh}。", f"Add {words(strangers).en} to the paper's “signed_by”."),
        )


def _check_seal(case: Case, state: State | None, action: Action, paper: PaperDef) -> None:
    units = {case.procedure.posts[name].of for name in _actors(state, action) if name in case.procedure.posts}
    if paper.sealed_by is None or units != {paper.sealed_by}:
        case.wrong(
            "7",
            action.line,
            Text(
                f"文书“{paper.name}”由“{paper.sealed_by or '（未写）'}”盖章，动作“{action.name}”却由别处的人盖。",
                f"“{paper.name}” is sealed by “{paper.sealed_by or '(not given)'}”, but “{action.name}” is done elsewhere.",
            ),
            Text("请让文书的“sealed_by”与盖章岗位所在的单位一致。", "Let “sealed_by” be the unit of the post that seals."),
        )
        return
    alias = case.procedure.units.get(paper.sealed_by)
    kinds = [] if alias is None else [kind for kind in alias.kinds if kind in case.library.unit_kinds]
    without = [kind for kind in kinds if not case.library.unit_kinds[kind].seal]
    if without:
        case.wrong(
            "7",
            action.line,
            Text(f"{words(without).zh}没有印章。", f"{words(without).en} keeps no seal."),
            Text("请改由有印章的单位盖。", "Let a unit with a seal do it."),
        )


def _check_complete(case: Case, paper: PaperDef) -> None:
    """Everybody a paper asks to sign must have an act of signing, once anybody has."""
    names = {*case.procedure.roles, *case.procedure.posts}
    strange = [name for name in paper.signed_by if name not in names]
    if paper.sealed_by is not None and paper.sealed_by not in case.procedure.units:
        strange.append(paper.sealed_by)
    if strange:
        case.wrong(
            "7",
            paper.line,
            Text(
                f"文书要{words(strange).zh}签章，流程“{case.procedure.name}”里没有。",
                f"The paper wants {words(strange).en}, unknown to procedure “{case.procedure.name}”.",
            ),
            Text("请用流程里的当事人、岗位或单位名。", "Use a party, post or unit of the procedure."),
            file=paper.source,
        )
    _check_order(case, paper)
    signing = {name for state, action in actions_of(case.procedure) if action.signs == paper.name for name in _actors(state, action)}
    left_out = [name for name in paper.signed_by if name not in signing and name in names]
    if signing and left_out:
        case.wrong(
            "7",
            paper.line,
            Text(
                f"文书要{words(left_out).zh}签，流程“{case.procedure.name}”却没有让其签的动作。",
                f"The paper wants {words(left_out).en} to sign, but procedure “{case.procedure.name}” has no act for it.",
            ),
            Text("请在签字动作的“by”里加上。", "Add them to “by” of the signing action."),
            file=paper.source,
        )


def _check_order(case: Case, paper: PaperDef) -> None:
    """An order names signers and the seal, each once, and nobody waits for somebody who signs only later on the way."""
    ordered = [name for turn in paper.order for name in turn]
    known = {*paper.signed_by, *(() if paper.sealed_by is None else (paper.sealed_by,))}
    strange = sorted({name for name in ordered if name not in known or ordered.count(name) > 1})
    if strange:
        case.wrong(
            "7",
            paper.line,
            Text(
                f"文书的“order”里，{words(strange).zh}不签这份文书，或者写了不止一次。",
                f"In “order”, {words(strange).en} does not sign this paper or stands there more than once.",
            ),
            Text(
                "“order”里只写“signed_by”和“sealed_by”里的名字，每个一次。",
                "Name in “order” only those of “signed_by” and “sealed_by”, once.",
            ),
            file=paper.source,
        )
        return
    here = {state.name: set(_sign_here(case, state, paper)) for state in case.procedure.states.values()}
    for state, able in here.items():
        reached = set().union(*(here[name] for name in _leading_to(case, state)))
        for turn, names in enumerate(paper.order):
            early = sorted(able & set(names))
            waited = [name for before in paper.order[:turn] for name in before if name not in reached]
            if early and waited:
                case.wrong(
                    "7",
                    paper.line,
                    Text(
                        f"流程“{case.procedure.name}”走到“{state}”时{words(early).zh}要等{words(waited).zh}签，那时却还签不了。",
                        f"In “{state}” of “{case.procedure.name}”, {words(early).en} waits for {words(waited).en}, who cannot have signed.",
                    ),
                    Text("请改“order”，或者让其先签。", "Change “order”, or let them sign before."),
                    file=paper.source,
                )


def _sign_here(case: Case, state: State, paper: PaperDef) -> Iterator[str]:
    for action in offered_in(case.procedure, state):
        if action.signs == paper.name:
            yield from _actors(state, action)
        if action.seals == paper.name and paper.sealed_by is not None:
            yield paper.sealed_by


def _leading_to(case: Case, state: str) -> set[str]:
    """Return a state and every state from which it can be reached."""
    found, moves = {state}, edges(case.procedure)
    while more := {edge.source for edge in moves if edge.target in found} - found:
        found |= more
    return found


def printed_papers(procedure: Procedure) -> dict[str, frozenset[str]]:
    """Return the papers surely printed, and not voided, in each state just after it is entered."""

    def entering(state: State, before: frozenset[str]) -> frozenset[str]:
        return before

    def leaving(edge: Edge, held: frozenset[str]) -> frozenset[str]:
        staying = {
            name
            for action in offered_in(procedure, procedure.states[edge.source])
            if action.to in {None, edge.source}
            for name in set(action.voids) - set(action.prints)
        }
        return (held - staying - set(edge.action.voids)) | set(edge.action.prints)

    every = frozenset(papers_used(procedure))
    return surely(procedure, entering, leaving, every, frozenset(procedure.opening_prints))


def _check_printed(case: Case) -> None:
    printed = printed_papers(case.procedure)
    complained: set[tuple[str, str]] = set()
    for state in case.procedure.states.values():
        offered = list(offered_in(case.procedure, state))
        here = {name for action in offered if action.to in {None, state.name} for name in action.prints}
        voided = {name for action in offered if action.to in {None, state.name} for name in set(action.voids) - set(action.prints)}
        for action in offered:
            wanted = {name for name in (action.signs, action.seals, action.serves, *action.effective) if name is not None}
            for name in sorted(wanted - (printed[state.name] - voided) - here - _tested(case.procedure, action)):
                if (action.name, name) in complained or name not in case.library.papers:
                    continue
                complained.add((action.name, name))
                done = Text("送", "serves") if name == action.serves else Text("签", "signs")
                case.wrong(
                    "7",
                    action.line,
                    Text(
                        f"动作“{action.name}”要{done.zh}“{name}”，可是走到“{state.name}”时不一定已经印出。",
                        f"Action “{action.name}” {done.en} “{name}”, which may not be printed yet in state “{state.name}”.",
                    ),
                    Text(f"请让通向“{state.name}”的每个动作都印出它。", f"Let every action that leads to “{state.name}” print it."),
                )


def _tested(procedure: Procedure, action: Action) -> set[str]:
    """Return the papers an action's own conditions ask to be printed, signed or sealed."""
    found: set[str] = set()
    for name in action.needs:
        condition = procedure.conditions.get(name)
        if condition is None:
            continue
        try:
            named = names_in(parse(condition.test))
        except ExpressionError:
            continue
        if named & {"printed", "signed_by", "ever_signed_by", "signed_by_all", "sealed", "signatures"}:
            found |= named
    return found
