"""Rule 6: every expression type-checks against fields, parties, clocks, papers and children."""

from __future__ import annotations

from collections.abc import Mapping

from huiyin.core.expressions import ExpressionError, Type, TypeEnv, check, check_template, parse
from huiyin.core.expressions_parse import Constant
from huiyin.core.papers import Block, PaperDef
from huiyin.core.procedure import AT, Action, Field, Opens, Procedure
from huiyin.core.scope_types import field_type, papers_used, scope_types, with_remedies
from huiyin.core.soundness_common import Case, actions_of
from huiyin.core.values import Text

_MEND = Text("请改这个表达式。", "Correct the expression.")


def check_types(case: Case) -> None:
    """Check every expression of a procedure and of the papers it uses."""
    procedure = case.procedure
    types = scope_types(procedure, case.library.papers, case.library.procedures)
    for condition in procedure.conditions.values():
        _expression(case, condition.test, types, condition.line, f"conditions.{condition.name}", "flag")
    for clock in procedure.clocks.values():
        if clock.trigger is not None:
            _expression(case, clock.trigger, types, clock.line, f"clocks.{clock.name}.trigger", "date", "instant")
        if clock.until is not None:
            _expression(case, clock.until, types, clock.line, f"clocks.{clock.name}.until", "date", "instant")
    for state in procedure.states.values():
        known = with_remedies(types) if state.remedies is not None else types
        for language in ("zh", "en"):
            _template(case, state.says.in_(language), known, state.line, f"states.{state.name}.says.{language}")
    for _state, action in actions_of(procedure):
        _check_constants(case, action.name, action.line, action.sets)
        _check_marks(case, action)
        _check_worked_out(case, action, types)
        if action.opens is not None:
            _check_hands(case, action, action.opens, types)
    _check_constants(case, "opening", case.line_of("opening"), procedure.opening_sets)
    if procedure.commission is not None:
        told = procedure.commission
        _expression(case, told.undisputed, types, told.line, "commission.undisputed", "text")
    for name in papers_used(procedure):
        paper = case.library.papers.get(name)
        if paper is not None:
            _check_paper(case, paper, with_remedies(types))


def _note(case: Case, line: int, where: str, complaint: Text, file: str | None = None) -> None:
    suffix = f"（流程 {case.procedure.name}）" if file is not None else ""
    suffix_en = f" (in procedure {case.procedure.name})" if file is not None else ""
    text = Text(f"“{where}”{suffix}：{complaint.zh}", f"“{where}”{suffix_en}: {complaint.en}")
    case.wrong("6", line, text, _MEND, file=file)


def _expression(case: Case, source: str, types: TypeEnv, line: int, where: str, *wanted: str, file: str | None = None) -> Type | None:
    try:
        found, complaints = check(parse(source), types)
    except ExpressionError as error:
        _note(case, line, where, error.text, file)
        return None
    for complaint in complaints:
        _note(case, line, where, complaint, file)
    if not complaints and wanted and found.kind not in {*wanted, "unknown"}:
        needed, given = Type(wanted[0]).says(), found.says()  # type: ignore[arg-type]
        _note(case, line, where, Text(f"这里要{needed.zh}，得到{given.zh}。", f"this must give {needed.en}, it gives {given.en}."), file)
    return found


def _template(case: Case, source: str, types: TypeEnv, line: int, where: str, file: str | None = None) -> None:
    for complaint in check_template(source, types):
        _note(case, line, where, complaint, file)


def _check_constants(case: Case, where: str, line: int, sets: Mapping[str, object]) -> None:
    for name, value in sets.items():
        field = case.procedure.fields.get(name)
        if field is not None and not _fits(field, value):
            _note(
                case,
                line,
                f"{where}.sets.{name}",
                Text(f"“{value}”不是“{name}”（{field.type}）能取的值。", f"“{value}” is no value of “{name}” ({field.type})."),
            )


def _fits(field: Field, value: object) -> bool:
    match field.type:
        case "choice":
            return value in {choice.value for choice in field.values}
        case "flag":
            return isinstance(value, bool)
        case "number" | "money":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "datetime":
            return value == AT
        case "list" | "item" | "place" | "file" | "members" | "units":
            return False
        case _:
            return isinstance(value, str)


def _check_marks(case: Case, action: Action) -> None:
    procedure = case.procedure
    for name, word in action.marks.items():
        field = procedure.fields.get(name)
        state = next((part for part in field.record if part.name == "state"), None) if field is not None else None
        if state is None or state.type != "choice" or word not in {choice.value for choice in state.values}:
            _note(
                case,
                action.line,
                f"{action.name}.marks.{name}",
                Text(
                    f"列表“{name}”的每一项要有选项字段“state”，且其中有“{word}”。",
                    f"entries of “{name}” need a choice field “state” with the value “{word}”.",
                ),
            )
        form = procedure.forms.get(action.form or "")
        pointing = [] if form is None else [procedure.fields.get(entry.field) for entry in form.entries]
        if not any(one is not None and one.type == "item" and one.items_of == name for one in pointing):
            _note(
                case,
                action.line,
                f"{action.name}.form",
                Text(f"表单里要有指向“{name}”的 item 字段。", f"the form needs an item field that points at “{name}”."),
            )


def _check_hands(case: Case, action: Action, opens: Opens, types: TypeEnv) -> None:
    child = case.library.procedures.get(opens.procedure)
    listed = types.names.get(opens.each or "")
    if listed is not None and listed.item is not None:
        types = types.with_(each=listed.item)
    for name, source in opens.hands.items():
        where = f"{action.name}.opens.hands.{name}"
        found = _expression(case, source, types, action.line, where)
        if child is None or found is None:
            continue
        field = child.fields.get(name)
        if field is None:
            _note(case, action.line, where, Text(f"“{child.name}”没有字段“{name}”。", f"“{child.name}” has no field “{name}”."))
        elif (form := child.opening_form_for("transfer")) is not None and name not in {entry.field for entry in form.entries}:
            _note(
                case,
                action.line,
                where,
                Text(
                    f"“{child.name}”立项时的表“{form.name}”里没有“{name}”。", f"The form “{form.name}” of “{child.name}” has no “{name}”."
                ),
            )
        elif not _receives(child, field, found, source):
            wanted, given = field_type(child, field).says(), found.says()
            _note(case, action.line, where, Text(f"对方要{wanted.zh}，给的是{given.zh}。", f"it takes {wanted.en}, given {given.en}."))


def _check_worked_out(case: Case, action: Action, types: TypeEnv) -> None:
    for name, source in action.works_out.items():
        where = f"{action.name}.works_out.{name}"
        found, field = _expression(case, source, types, action.line, where), case.procedure.fields.get(name)
        if found is not None and field is not None and not _receives(case.procedure, field, found, source):
            wanted, given = field_type(case.procedure, field).says(), found.says()
            _note(
                case,
                action.line,
                where,
                Text(f"这个字段要{wanted.zh}，得到{given.zh}。", f"the field takes {wanted.en}, given {given.en}."),
            )


def _receives(child: Procedure, field: Field, given: Type, source: str) -> bool:
    wanted = field_type(child, field)
    if wanted.values and given.kind == "text":
        node = parse(source)
        words = (node.value,) if isinstance(node, Constant) else given.values
        return bool(words) and set(words) <= set(wanted.values)
    if wanted.kind == "record" and given.kind == "record":
        return wanted.name == given.name
    if wanted.kind == "list" and given.kind == "list" and given.item is not None and given.item.kind == "record":
        # Entries arrive whole: the child must know every part of them.
        return wanted.item is not None and set(given.item.members) <= set(wanted.item.members)
    return given.kind in {wanted.kind, "unknown"}


def _check_paper(case: Case, paper: PaperDef, types: TypeEnv) -> None:
    for language in ("zh", "en"):
        _template(case, paper.title.in_(language), types, paper.line, f"title.{language}", paper.source)
    for number, block in enumerate(paper.body, 1):
        _check_block(case, paper, block, types, f"body.{number}")


def _check_block(case: Case, paper: PaperDef, block: Block, types: TypeEnv, where: str) -> None:
    inner = types
    if block.of is not None and block.variable is not None:
        found = _expression(case, block.of, types, block.line, f"{where}.of", "list", file=paper.source)
        if found is None or found.item is None:
            return
        if block.variable in types.names:
            _note(
                case,
                block.line,
                f"{where}.as",
                Text(f"“{block.variable}”与已有名称重复。", f"“{block.variable}” hides a name."),
                paper.source,
            )
        inner = types.with_(**{block.variable: found.item})
    for text in (*(() if block.text is None else (block.text,)), *(column.cell for column in block.columns)):
        for language in ("zh", "en"):
            _template(case, text.in_(language), inner, block.line, where, paper.source)
