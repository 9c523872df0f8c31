"""Rules 4 and 5: every duty and right rests on law in force, and every adverse end names what can still be done."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date, timedelta

from huiyin.core.packs import Library
from huiyin.core.procedure import Basis, ClockDef, RemedyUse, State
from huiyin.core.soundness_common import Case, edges, words
from huiyin.core.source import Problem
from huiyin.core.values import Text

ADVERSE = frozenset({"declined", "failed", "unperformed"})
_DAY = timedelta(days=1)


def check_clocks(case: Case) -> None:
    """Rule 4: clocks of the law are in force while the procedure is; goals and ordered dates do not pass for such."""
    for clock in case.procedure.clocks.values():
        if clock.by_law:
            _check_versions(case, clock)
        elif clock.kind == "target" and clock.basis:
            case.wrong(
                "4",
                clock.line,
                Text(
                    f"目标期限“{clock.name}”引了法条，会被误认为法定期限。",
                    f"The target “{clock.name}” cites a statute and would pass for one.",
                ),
                Text("请删去“basis”；法律定了长度的，改写“law:”。", "Remove “basis”; if the law sets the length, write “law:” instead."),
            )
        elif clock.kind == "ordered" and clock.until is None:
            case.wrong(
                "4",
                clock.line,
                Text(f"指定期限“{clock.name}”没有写到哪天。", f"The ordered clock “{clock.name}” does not say which date was set."),
                Text("请写“until:”。", "Give “until:”."),
            )
        else:
            for basis in clock.basis:
                _known(case, basis, "4", clock.line)


def _check_versions(case: Case, clock: ClockDef) -> None:
    """A clock of the law: its versions and their counting rules cover the procedure's days; what else it cites is listed."""
    for basis in clock.basis[len([version for version in clock.by_law if version.basis is not None]) :]:
        _known(case, basis, "4", clock.line)
    procedure = case.procedure
    gap = first_gap([(version.first, version.last) for version in clock.by_law], procedure.in_force_from, procedure.in_force_to)
    if gap is not None:
        case.wrong(
            "4",
            clock.line,
            Text(
                f"“{clock.name}”照“{clock.law}”计时，它的法在{gap}不生效，而流程那天适用。",
                f"“{clock.name}” runs by “{clock.law}”, whose law is not in force on {gap}; the procedure is.",
            ),
            Text(
                "请在 clocks 里补上当时的条文，后一条写“follows”；或改流程的“in_force”。",
                "Add the version of then to the clocks, the later one with “follows”; or change the procedure's “in_force”.",
            ),
        )
    for version in clock.by_law:
        if version.count is not None:
            last = min((day for day in (version.last, procedure.in_force_to) if day is not None), default=None)
            _check_count(case, clock, version.count, max(version.first, procedure.in_force_from), last)


def _check_count(case: Case, clock: ClockDef, count: str, first: date, last: date | None) -> None:
    """The counting rule is in force on every day from ``first`` to ``last``."""
    if last is not None and last < first:
        return
    rows = [row for row in case.library.counting.rows if row.name == count]
    gap = first_gap([(row.first, row.last) for row in rows], first, last)
    if gap is not None:
        case.wrong(
            "4",
            clock.line,
            Text(f"计算规则“{count}”在{gap}没有生效的行。", f"The counting rule “{count}” has no row in force on {gap}."),
            Text("请在 counting.yaml 补上那段时间，或改流程的“in_force”。", "Add a row for it to counting.yaml, or change “in_force”."),
        )


def first_gap(stretches: Iterable[tuple[date, date | None]], start: date, end: date | None) -> date | None:
    """Return the first day from ``start`` to ``end`` (None: without end) that no stretch covers; None when all are."""
    day = start
    for first, last in sorted(stretches, key=lambda stretch: stretch[0]):
        if first > day:
            return day
        if last is None:
            return None
        day = max(day, last + _DAY)
        if end is not None and day > end:
            return None
    return day


def _known(case: Case, basis: Basis, rule: str, line: int) -> bool:
    problem = unknown_basis(case.library, basis, rule, case.procedure.source, line)
    if problem is not None:
        case.problems.append(problem)
    return problem is None


def unknown_basis(library: Library, basis: Basis, rule: str, file: str, line: int) -> Problem | None:
    """Return the problem of a citation the law pack does not hold, or None."""
    law = library.laws.get(basis.law)
    if law is None:
        near = difflib.get_close_matches(basis.law, library.laws, n=1)
        listed = Text("请先把它列入 laws.yaml。", "List it in laws.yaml first.")
        mend = Text(f"是不是“{near[0]}”？", f"Did you mean “{near[0]}”?") if near else listed
        return Problem(file, line, rule, Text(f"laws.yaml 里没有“{basis.law}”。", f"“{basis.law}” is not in laws.yaml."), mend)
    if basis.article in law.articles:
        return None
    return Problem(
        file,
        line,
        rule,
        Text(f"laws.yaml 里“{basis.law}”没有第{basis.article}条。", f"Article {basis.article} of “{basis.law}” is not in laws.yaml."),
        Text("请核对条号；没错就在 laws.yaml 里写上这一条的概括。", "Check the number; if right, add its summary to laws.yaml."),
    )


def check_ends(case: Case) -> None:
    """Rule 5: every adverse end is reached only by actions that print the notice of remedies that fit the topic."""
    for state in case.procedure.states.values():
        if state.remedies is not None and state.remedies in case.procedure.remedies:
            use = case.procedure.remedies[state.remedies]
            _check_notice(case, state, use)
        elif state.end in ADVERSE:
            case.wrong(
                "5",
                state.line,
                Text(
                    f"终点“{state.name}”对当事人不利，却没有写救济途径。",
                    f"The end “{state.name}” is adverse but names no remedies.",
                ),
                Text("请写“remedies:”，指向“remedies”里的一项。", "Give “remedies:”, naming an entry under “remedies”."),
            )
    for use in case.procedure.remedies.values():
        _check_ladder(case, use)
    _check_shown(case)


def _check_notice(case: Case, state: State, use: RemedyUse) -> None:
    leading = {edge.action.name: edge.action for edge in edges(case.procedure) if edge.target == state.name and edge.moves}
    for action in leading.values():
        if use.notice not in action.prints:
            case.wrong(
                "5",
                action.line,
                Text(
                    f"动作“{action.name}”通向“{state.name}”，却没有发出救济告知书“{use.notice}”。",
                    f"Action “{action.name}” leads to “{state.name}” without the notice of remedies “{use.notice}”.",
                ),
                Text(f"请在它的“prints”里加上“{use.notice}”。", f"Add “{use.notice}” to its “prints”."),
            )


def _check_ladder(case: Case, use: RemedyUse) -> None:
    rows = case.library.remedies.get(use.ladder)
    if rows is None:
        near = difflib.get_close_matches(use.ladder, case.library.remedies, n=1) or list(case.library.remedies)
        case.wrong(
            "5",
            use.line,
            Text(f"remedies.yaml 里没有“{use.ladder}”。", f"There is no ladder “{use.ladder}” in remedies.yaml."),
            Text(f"可用的有：{words(near).zh}。", f"There are: {words(near).en}."),
        )
        return
    bare = [row.name for row in rows if not row.basis]
    if bare:
        case.wrong(
            "5",
            use.line,
            Text(f"“{use.ladder}”里的{words(bare).zh}没有法律依据。", f"{words(bare).en} of “{use.ladder}” cites no law."),
            Text("请在 remedies.yaml 里补上“basis”。", "Complete “basis” in remedies.yaml."),
        )
    line = case.procedure.line_of_work
    empty = [topic.key for topic in case.library.topics_of(line) if not case.library.remedies_for(use.ladder, topic.key)]
    if empty:
        case.wrong(
            "5",
            use.line,
            Text(
                f"“{use.ladder}”对这些事项没有一条救济途径：{words(empty[:5]).zh}。",
                f"“{use.ladder}” offers nothing for: {words(empty[:5]).en}.",
            ),
            Text("请在 remedies.yaml 里加一行，或放宽“topics”。", "Add a row to remedies.yaml, or widen its “topics”."),
        )


def _check_shown(case: Case) -> None:
    for use in case.procedure.remedies.values():
        paper = case.library.papers.get(use.notice)
        if paper is not None and not paper.shows_remedies():
            case.wrong(
                "5",
                paper.line,
                Text(f"告知书“{use.notice}”没有印出救济途径。", f"The notice “{use.notice}” does not print the remedies."),
                Text("请在它的“body”里加“- remedies: true”。", "Add “- remedies: true” to its “body”."),
                file=paper.source,
            )
