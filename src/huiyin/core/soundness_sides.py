"""Leaving and joining: whoever leaves is asked for nothing and told whom it may turn to; whoever joins is named by a post."""

from __future__ import annotations

from huiyin.core.procedure import Action, Procedure
from huiyin.core.soundness_common import Case, actions_of, words
from huiyin.core.standing import notices
from huiyin.core.values import Text


def farewells(procedure: Procedure) -> set[str]:
    """Return the ladders of remedies that are for somebody who leaves."""
    given = notices(procedure)
    return {use.name for use in procedure.remedies.values() if use.notice in given}


def check_sides(case: Case) -> None:
    """Rules 2 and 5: an act that leaves is a party's own and of one press, with that party's notice; a post adds, and says of whom."""
    for state, action in actions_of(case.procedure):
        if action.adds is not None:
            _check_adding(case, action, action.by or (() if state is None else state.by))
        if action.leaves:
            _check_whose(case, action, action.by or (() if state is None else state.by))
            _check_bare(case, action)
            _check_notice(case, action)


def _check_whose(case: Case, action: Action, by: tuple[str, ...]) -> None:
    others = [name for name in by if name not in case.procedure.roles or not case.procedure.roles[name].bound]
    if others:
        case.wrong(
            "2",
            action.line,
            Text(
                f"动作“{action.name}”是退出，却让{words(others).zh}来做。",
                f"Action “{action.name}” leaves the matter, but {words(others).en} may take it.",
            ),
            Text("只有受协议约束（bound）的当事人能退出，写在“by”里。", "Only parties that are bound leave; let “by” name them alone."),
        )


def _check_adding(case: Case, action: Action, by: tuple[str, ...]) -> None:
    form = case.procedure.forms.get(action.form or "")
    strange = [] if form is None else [entry.field for entry in form.entries if case.procedure.fields[entry.field].of != action.adds]
    if strange or set(by) - set(case.procedure.posts):
        case.wrong(
            "2",
            action.line,
            Text(
                f"动作“{action.name}”加一位当事人，要由岗位来做，表里只写这位当事人自己的字段。",
                f"Action “{action.name}” adds a party: a post takes it, and its form holds that party's own fields alone.",
            ),
            Text(f"请改“by”，或从表里去掉{words(strange).zh}。", f"Change “by”, or take out of the form: {words(strange).en}."),
        )


def _check_bare(case: Case, action: Action) -> None:
    form = case.procedure.forms.get(action.form or "")
    asked = [] if form is None else [entry.field for entry in form.entries if entry.required]
    held = [name for name in ("needs", "signs", "seals", "serves", "jointly", "sealed") if getattr(action, name)]
    if asked or held:
        case.wrong(
            "2",
            action.line,
            Text(
                f"动作“{action.name}”是退出，不能要人先填什么，也不能有条件；这里写了{'、'.join([*asked, *held])}。",
                f"Action “{action.name}” leaves the matter: it may ask for nothing and hang on nothing; "
                f"here stands {', '.join([*asked, *held])}.",
            ),
            Text("退出不用讲理由，也没有条件：请去掉这些。", "Leaving needs no reason and no condition: take these away."),
        )


def _check_notice(case: Case, action: Action) -> None:
    if not {use.notice for use in case.procedure.remedies.values()} & set(action.prints):
        case.wrong(
            "5",
            action.line,
            Text(
                f"动作“{action.name}”让人退出，却没有印出救济告知书。",
                f"Action “{action.name}” lets a party leave without a notice of remedies.",
            ),
            Text(
                "请在“remedies”里加一项，并在这个动作的“prints”里印它的告知书。",
                "Add an entry under “remedies” and print its notice in “prints” of this action.",
            ),
        )
