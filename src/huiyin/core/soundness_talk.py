"""Rule 11: what is said in mediation stays there, and whoever goes on takes along what is their own."""

from __future__ import annotations

from huiyin.core.commission import WAY
from huiyin.core.expressions import ExpressionError, parse
from huiyin.core.expressions_parse import Binary, Each, Expr, Member, Name, names_in
from huiyin.core.procedure import Field
from huiyin.core.soundness_common import Case, actions_of
from huiyin.core.values import Text


def check_talk(case: Case) -> None:
    """Rule 11: what was said in mediation is handed to no other matter, and of what several gave, each hands on only their own."""
    fields = case.procedure.fields
    talk = {name for name, field in fields.items() if field.talk}
    kept = {name for name, field in fields.items() if any(part.by_actor for part in field.record)}
    for _, action in actions_of(case.procedure):
        for name, source in {} if action.opens is None else action.opens.hands.items():
            where = f"{action.name}.opens.hands.{name}"
            node = _read(source)
            if node is None:
                continue
            said = sorted(names_in(node) & talk)
            if said:
                case.wrong(
                    "11",
                    action.line,
                    Text(
                        f"“{where}”把调解中说的话（{'、'.join(said)}）带到另一件事里。",
                        f"“{where}” takes what was said in mediation ({', '.join(said)}) into another matter.",
                    ),
                    Text(
                        "请删去；能带走的是登记事项、本人的证据和签过字的无争议事实。",
                        "Remove it; what may go is the registration, one's own evidence and undisputed facts that were signed.",
                    ),
                )
            given = sorted(names_in(node) & kept)
            if given and not _own(node, fields[given[0]]):
                case.wrong(
                    "11",
                    action.line,
                    Text(f"“{where}”把别人提供的也带走了。", f"“{where}” takes what others gave as well."),
                    Text(
                        f"请写“{given[0]}.those(e, e.{_keeper(fields[given[0]])} == actor)”。",
                        f"Write “{given[0]}.those(e, e.{_keeper(fields[given[0]])} == actor)”.",
                    ),
                )


def check_rooms(case: Case) -> None:
    """Rule 11: a room is for bound parties who said yes themselves, and for somebody named; everybody else stays outside."""
    procedure, rooms = case.procedure, case.procedure.rooms
    if rooms is None:
        return
    role, field = procedure.roles.get(rooms.of), procedure.fields.get(rooms.field)
    if role is None or not role.bound:
        case.wrong(
            "11",
            rooms.line,
            Text(f"“rooms.of”：“{rooms.of}”不是受约束的当事人。", f"“rooms.of”: “{rooms.of}” is no bound party."),
            Text("请写一个“bound: true”的当事人。", "Name a role with “bound: true”."),
        )
    unnamed = [host for host in rooms.hosts if host not in procedure.posts or not procedure.posts[host].named]
    if unnamed or not rooms.hosts:
        told = "、".join(unnamed)
        case.wrong(
            "11",
            rooms.line,
            Text(f"“rooms.with”：“{told}”不是指名的岗位，整个单位都会进房间。", f"“rooms.with”: “{told}” is no named post."),
            Text("请写一个“named: true”的岗位。", "Name a post with “named: true”."),
        )
    if field is None or field.of != rooms.of or rooms.agreed not in [choice.value for choice in field.values]:
        case.wrong(
            "11",
            rooms.line,
            Text(
                f"“rooms.agreed”：“{rooms.field}”不是当事人的选择项，或者没有这个值。",
                f"“rooms.agreed”: “{rooms.field}” is no choice.",
            ),
            Text("请写当事人是否同意的那个字段和表示同意的值。", "Name the field in which each party says yes, and that value."),
        )
    for name, value in rooms.apart.items():
        cause = procedure.fields.get(name)
        if (
            rooms.private
            and cause is not None
            and cause.of in (None, rooms.of)
            and cause.seen_by
            and value in [choice.value for choice in cause.values]
        ):
            continue
        case.wrong(
            "11",
            rooms.line,
            Text(
                f"“rooms.apart”：“{name}”不是只给指定的人看的选择项，或者没有这个值。",
                f"“rooms.apart”: “{name}” is no choice kept to named readers, or has no such value.",
            ),
            Text(
                "为什么分开谈，另一方不能知道：请写有“seen_by”的选择字段。",
                "The other side must not learn why talks are apart: name a choice with “seen_by”.",
            ),
        )


def check_commission(case: Case) -> None:
    """Rule 11: a court that commissioned the matter hears that it was settled, and facts all signed; nothing said in mediation."""
    procedure, told = case.procedure, case.procedure.commission
    if told is None:
        return
    node = _read(told.undisputed)
    talk = {name for name, field in procedure.fields.items() if field.talk or field.of is not None or field.seen_by}
    said = sorted((set() if node is None else names_in(node) & talk) | ({told.declined} & talk))
    if said:
        case.wrong(
            "11",
            told.line,
            Text(f"“commission”把不给法院看的内容（{'、'.join(said)}）报给法院。", f"“commission” tells a court {', '.join(said)}."),
            Text("请删去；能报的是各方签过字的无争议事实和不受理的理由。", "Remove it; undisputed facts that were signed may be told."),
        )
    effective = {paper for _, action in actions_of(procedure) for paper in action.effective}
    field = procedure.fields.get(told.declined)
    if WAY not in procedure.opened_by or not set(told.settled) <= effective or field is None or field.type != "text" or node is None:
        case.wrong(
            "11",
            told.line,
            Text("“commission”写法不对。", "“commission” is not written as it can be."),
            Text(
                f"“opened_by”要有{WAY}；“settled”写会生效的文书，“undisputed”写表达式，“declined”写不受理理由的字段。",
                f"Let “opened_by” have {WAY}; “settled” names papers that take effect, “undisputed” is an expression, “declined” a text.",
            ),
        )


def check_published(case: Case) -> None:
    """Rule 11: what everybody reads of a matter is of class P0 and no person's, and what people write in it goes out without names."""
    procedure, published = case.procedure, case.procedure.publishes
    if published is None:
        return
    if published.state not in procedure.states or procedure.states[published.state].end is not None:
        case.wrong(
            "11",
            published.line,
            Text(f"“publishes.in”：“{published.state}”不是还在办的状态。", f"“publishes.in”: “{published.state}” is no open state."),
            Text("请写一个有人定期核对的状态。", "Name a state in which somebody looks at it again."),
        )
    for name in published.fields:
        field = procedure.fields.get(name)
        dated = name == published.looked_at
        fits = field is not None and field.type == ("datetime" if dated else "text") and field.cls == "P0" and field.of is None
        if field is None or not fits or field.talk or field.seen_by or not (dated or field.nameless or name == published.grounds):
            case.wrong(
                "11",
                published.line,
                Text(f"“publishes”里的“{name}”不能给大家看。", f"“{name}” in “publishes” is not for everybody."),
                Text(
                    "只能写P0、不属于当事人的文字，并且“nameless: true”；核对时间写P0的时间。",
                    "Texts of class P0, of no party, with “nameless: true”; the time it was looked at is an instant of class P0.",
                ),
            )


def _keeper(field: Field) -> str:
    return next(part.name for part in field.record if part.by_actor)


def _own(node: Expr, field: Field) -> bool:
    """Return whether an expression is ``LIST.those(e, e.KEEPER == actor)``."""
    match node:
        case Each(Name(name), "those", variable, Binary("==", Member(Name(entry), part), Name("actor"))):
            return (name, entry, part) == (field.name, variable, _keeper(field))
        case _:
            return False


def _read(source: str) -> Expr | None:
    try:
        return parse(source)
    except ExpressionError:
        return None
