"""Rule 11, its second half: which matters may be dealt with together, and that each keeps its own answer and its own last word."""

from __future__ import annotations

from collections.abc import Iterable

from huiyin.core.expressions_types import near
from huiyin.core.parts import RECALLED
from huiyin.core.procedure import SYSTEM_ACTOR
from huiyin.core.soundness_common import Case, actions_of, is_automatic
from huiyin.core.values import Text


def check_together(case: Case) -> None:
    """A follower waits in a state of its own, is answered or comes back by itself, and nothing of a dispute is dealt with by likeness."""
    together = case.procedure.together
    if together is None:
        return
    states, line = case.procedure.states, together.line
    _known(case, "together.waits", (together.waits,), states)
    _known(case, "together.answered", together.answered, states)
    _known(case, "together.carries", together.carries, case.procedure.fields)
    if case.procedure.mediates or any(role.bound for role in case.procedure.roles.values()):
        case.wrong(
            "11",
            line,
            Text("纠纷不能因为相像就合并办理。", "Disputes are not dealt with together because they are alike."),
            Text("请删去“together:”。", "Remove “together:”."),
        )
    for name in together.carries:
        field = case.procedure.fields.get(name)
        if field is not None and (field.talk or field.of is not None or field.cls in ("P3", "P4") or field.seen_by):
            case.wrong(
                "11",
                line,
                Text(
                    f"“{name}”是某一位当事人的，不能随答复带给别人。",
                    f"“{name}” is one person's own and does not go to others with an answer.",
                ),
                Text("只带答复和办理情况。", "Carry the answer and what was done, nothing else."),
            )
    waiting = states.get(together.waits)
    if waiting is None:
        return
    for word in ("followed.answered", "followed.gone"):
        needed = [name for action in waiting.actions for name in action.needs if word in case.procedure.conditions[name].test]
        if not needed:
            case.wrong(
                "11",
                waiting.line,
                Text(f"在“{waiting.name}”里没有自动动作看“{word}”。", f"No automatic action of “{waiting.name}” looks at “{word}”."),
                Text("请加一个由系统做、以它为条件的动作。", "Add an action of the system that needs it."),
            )
    for state, action in actions_of(case.procedure):
        if case.procedure.joins(action) and (is_automatic(case.procedure, state, action) or not _gives_reason(case, action.form)):
            case.wrong(
                "11",
                action.line,
                Text(f"“{action.name}”要由人来做，并写明理由。", f"“{action.name}” is for a person, with a reason."),
                Text("请写“by:”和一张要填理由的表。", "Give it “by:” and a form that asks for the reason."),
            )


def check_parts(case: Case) -> None:
    """What a matter shares with all who have a part in it is nobody's own; what it calls back knows how to end."""
    for name in case.procedure.shares:
        field = case.procedure.fields[name]
        if field.cls not in ("P0", "P1") or field.talk or field.of is not None or field.seen_by:
            case.wrong(
                "11",
                field.line,
                Text(f"“{name}”不能给每个有份的单位看。", f"“{name}” is not for every unit with a part to read."),
                Text("只写P0、P1、不属于某一位当事人的。", "Only fields of class P0 or P1 that are no person's own."),
            )
    for _, action in actions_of(case.procedure):
        for name in action.recalls:
            target = case.library.procedures.get(name)
            if target is None or any(one.name == RECALLED and one.by == (SYSTEM_ACTOR,) for one in target.always):
                continue
            case.wrong(
                "8",
                action.line,
                Text(f"“{name}”没有被叫回时怎么结束。", f"“{name}” does not say how it ends when called back."),
                Text(
                    "请在它的“always:”里加“recalled:”，写“by: system”和“to:”。",
                    "Give its “always:” a “recalled:” with “by: system” and “to:”.",
                ),
            )


def _gives_reason(case: Case, form: str | None) -> bool:
    entries = () if form is None else case.procedure.forms[form].entries
    return any(entry.required and case.procedure.fields[entry.field].type == "text" for entry in entries)


def _known(case: Case, where: str, names: Iterable[str], known: Iterable[str]) -> None:
    every = list(known)
    for name in names:
        if name not in every:
            case.wrong(
                "reference",
                case.line_of("together"),
                Text(f"“{where}”：没有“{name}”。", f"“{where}”: there is no “{name}”."),
                near(name, every),
            )
