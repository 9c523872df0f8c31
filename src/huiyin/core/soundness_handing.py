"""Rules 8 and 11 for what hands a matter on: the list's acts, children of several units, who holds an alias, what a child reports."""

from __future__ import annotations

from huiyin.core.procedure import LIST_ACTOR, Action, Field, State
from huiyin.core.soundness_common import Case, actions_of, edges, words
from huiyin.core.values import Text

# What a child may tell as it stands: no list of entries, no person, no file.
_TOLD = frozenset({"text", "choice", "flag", "number", "money", "date", "datetime", "unit", "units", "topic"})
_OPEN_CLASSES = frozenset({"P0", "P1"})


def check_handing(case: Case) -> None:
    """Check every word by which a matter, or a part of it, goes to another unit."""
    for state, action in actions_of(case.procedure):
        if LIST_ACTOR in action.by:
            _check_listed(case, state, action)
        if action.opens is not None and action.opens.each is not None:
            _check_each(case, action, action.opens.procedure, action.opens.each)
        _check_apart(case, action)
        _check_becomes(case, action)
        _check_declines(case, state, action)
        _check_within(case, state, action)
        _check_teaches(case, action)
    for name in case.procedure.reports:
        _check_reported(case, case.procedure.fields[name])


def _wrong(case: Case, line: int, zh: str, en: str, mend: Text, rule: str = "8") -> None:
    case.wrong(rule, line, Text(zh, en), mend)


def _check_listed(case: Case, state: State | None, action: Action) -> None:
    procedure = case.procedure
    form = procedure.forms.get(action.form or "")
    asked = () if form is None else tuple(procedure.fields[entry.field] for entry in form.entries if entry.required)
    units = [field.name for field in asked if field.type == "unit" and field.name in procedure.units]
    others = [field.name for field in asked if field.type not in ("unit", "text")]
    several = state is not None and sum(LIST_ACTOR in one.by for one in state.actions) > 1
    if action.by != (LIST_ACTOR,) or action.to is None or not units or others or several:
        _wrong(
            case,
            action.line,
            f"“{action.name}”由责任清单来做，写法不对。",
            f"“{action.name}” is taken by the responsibility list, and not written as one that can be.",
            Text(
                "一步只有一个“by: list”，单独写，有“to”；表里必填的只有单位和写理由的文字。",
                "One “by: list” for a state, alone, with a “to”; its form requires units and the reason in words, nothing else.",
            ),
        )


def _check_each(case: Case, action: Action, child: str, name: str) -> None:
    field, target = case.procedure.fields[name], case.library.procedures.get(child)
    if field.type != "units" and not field.record:
        _not_units(case, action, "opens.each", name)
        return
    naming = field if field.type == "units" else next((part for part in field.record if part.type == "unit"), None)
    kinds = () if naming is None else case.procedure.kinds_of(naming)
    lacking = () if target is None else tuple(sorted(set(kinds) - set(target.units[target.host].kinds)))
    if lacking and target is not None:
        _wrong(
            case,
            action.line,
            f"“{child}”不能由{words(lacking).zh}来办，“{name}”里却可以选它。",
            f"{words(lacking).en} cannot have “{child}”, yet may be chosen in “{name}”.",
            Text("请在那个流程的“host”里加上，或者收窄这个字段。", "Add it to that procedure's “host”, or narrow the field."),
        )


def _check_apart(case: Case, action: Action) -> None:
    """Check that what a sealed act opens is sealed in every list, and a part that no party has a page of."""
    opens = action.opens
    if opens is None or (opens.topic is None and not action.sealed):
        return
    topic, child = case.library.topics.get(opens.topic or ""), case.library.procedures.get(opens.procedure)
    if topic is None:
        _wrong(
            case,
            action.line,
            f"“{action.name}”立的事项没有写类别，或者 topics.yaml 里没有“{opens.topic}”。",
            f"What “{action.name}” opens has no topic, or there is no “{opens.topic}”.",
            Text("密封的动作立的事项要写一个密封的类别。", "What a sealed act opens names a sealed topic of its own."),
        )
    elif action.sealed and (not topic.sealed or child is None or not child.part):
        _wrong(
            case,
            action.line,
            f"“{action.name}”是密封的，它立的事项却会让别人看到。",
            f"“{action.name}” is sealed, yet others would see what it opens.",
            Text("请用密封的类别，流程写“part: true”。", "Name a sealed topic, and a procedure with “part: true”."),
        )


def _not_units(case: Case, action: Action, key: str, name: str) -> None:
    _wrong(
        case,
        action.line,
        f"“{action.name}.{key}”要指向类型为 units 的字段，“{name}”不是。",
        f"“{action.name}.{key}” names “{name}”, which is no field of type units.",
        Text("请把那个字段的类型写成 units。", "Give that field the type units."),
    )


def _check_becomes(case: Case, action: Action) -> None:
    procedure = case.procedure
    for alias, name in action.becomes.items():
        field = procedure.fields.get(name)
        kinds = procedure.units[name].kinds if field is None else procedure.kinds_of(field)
        beyond = tuple(sorted(set(kinds) - set(procedure.units[alias].kinds)))
        if (field is not None and field.type != "unit") or beyond:
            _wrong(
                case,
                action.line,
                f"“{name}”里的单位不能都当“{alias}”{'：' + words(beyond).zh if beyond else ''}。",
                f"Not every unit of “{name}” can be “{alias}”{': ' + words(beyond).en if beyond else ''}.",
                Text("字段的类型要是 unit，种类要在这个位置的种类之内。", "It must be a unit field whose kinds are among that part's."),
            )


def _check_declines(case: Case, state: State | None, action: Action) -> None:
    if action.declines is None:
        return
    procedure = case.procedure
    if procedure.fields[action.declines].type != "units":
        _not_units(case, action, "declines", action.declines)
    by = action.by or (() if state is None else state.by)
    if any(name not in procedure.posts for name in by):
        _wrong(
            case,
            action.line,
            f"“{action.name}”说的是某个单位不管，要由单位的岗位来做。",
            f"“{action.name}” says that a unit declines, so a post of a unit takes it.",
            Text("请把“by”写成那个单位的岗位。", "Let “by” be that unit's post."),
        )


def _check_within(case: Case, state: State | None, action: Action) -> None:
    if action.word_at_once and (action.within is None or state is None or not set(state.by) <= set(action.tells)):
        _wrong(
            case,
            action.line,
            f"“{action.name}”撤回的事已经马上告诉了人，要再告诉他们。",
            f"What “{action.name}” calls back was told at once; those who have it must hear that it is called back.",
            Text(
                "“word_at_once”要和“within”一起写，“tells”要有这一步的“by”。",
                "“word_at_once” goes with “within”, and “tells” names who has that step.",
            ),
        )
    if action.within is None:
        return
    if state is None or action.to in {None, state.name} or action.by_nobody:
        _wrong(
            case,
            action.line,
            f"“{action.name}”限几分钟内做，只能是某一步里由人离开这一步的动作。",
            f"“{action.name}” is open for minutes only; it must be an act of a person that leaves its state.",
            Text("请写在那一步的“actions”里，并写“to”。", "Put it under that state's actions, with a “to”."),
        )
        return
    opening = [edge.action.name for edge in edges(case.procedure) if edge.moves and edge.target == state.name and edge.action.opens]
    if opening:
        _wrong(
            case,
            action.line,
            f"进入“{state.name}”的{words(opening).zh}会另开事项，撤不回来。",
            f"{words(opening).en} leads to “{state.name}” and opens another matter, which cannot be called back.",
            Text("请不要让能撤回的动作另开事项。", "Let nothing be opened by an act that may be recalled."),
            "2",
        )


def _check_teaches(case: Case, action: Action) -> None:
    if action.teaches is None:
        return
    owner, reason = case.procedure.fields[action.teaches.owner], case.procedure.fields[action.teaches.reason]
    if owner.type != "unit" or reason.type != "text" or reason.cls not in _OPEN_CLASSES:
        _wrong(
            case,
            action.line,
            f"“{action.name}.teaches”要写单位字段和P0或P1的文字字段。",
            f"“{action.name}.teaches” takes a unit field and a text of class P0 or P1.",
            Text("清单里不放居民的话。", "No word of a resident goes into the list."),
        )


def _check_reported(case: Case, field: Field) -> None:
    if field.cls in _OPEN_CLASSES and not field.talk and field.of is None and not field.seen_by and field.type in _TOLD:
        return
    _wrong(
        case,
        case.line_of("reports"),
        f"“{field.name}”不能报给另一件事。",
        f"“{field.name}” cannot be told to another matter.",
        Text(
            "只能报P0、P1的事实；当事人的话、名单、文件和调解中说的话都不行。",
            "Facts of class P0 and P1 only: no party's words, no lists of entries, no files, nothing said in mediation.",
        ),
        "11",
    )
