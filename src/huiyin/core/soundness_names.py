"""References and rule 8: every name resolves, every post and unit kind exists, every declared thing is used."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from huiyin.core.expressions import ExpressionError, names_in, parse, template_parts
from huiyin.core.expressions_types import near
from huiyin.core.papers import fields_in
from huiyin.core.procedure import LIST_ACTOR, STARTING, SYSTEM_ACTOR, Action, Procedure, State
from huiyin.core.scope_types import BUILT_IN, EACH, REMEDIES, THIS_SERVICE, papers_used, plural, procedures_opened
from huiyin.core.service_parts import built_in_fields, notice_clock, papers_served
from huiyin.core.soundness_common import Case, actions_of, words
from huiyin.core.soundness_law import unknown_basis
from huiyin.core.soundness_sides import farewells
from huiyin.core.values import Text


def check_references(case: Case) -> None:
    """Every name points at something: states, forms, fields, conditions, clocks, remedies, procedures, laws."""
    procedure = case.procedure
    _want(case, case.line_of("start"), "start", (procedure.start,), procedure.states)
    _want(case, case.line_of("opening"), "opening.form", (procedure.opening_form,), procedure.forms)
    _want(case, case.line_of("opening"), "opening.forms", procedure.opening_forms, procedure.opened_by)
    _want(case, case.line_of("opening"), "opening.forms", procedure.opening_forms.values(), procedure.forms)
    _want(case, case.line_of("opening"), "opening.sets", procedure.opening_sets, procedure.fields)
    _want(case, case.line_of("opening"), "opening.by", procedure.opening_by, procedure.posts)
    _want(case, case.line_of("shares"), "shares", procedure.shares, procedure.fields)
    _want(case, case.line_of("oversees"), "oversees", () if procedure.oversees is None else (procedure.oversees,), procedure.units)
    _want(case, case.line_of("reports"), "reports", procedure.reports, procedure.fields)
    lines = {topic.line_of_work for topic in case.library.topics.values()}
    _want(case, case.line_of("line"), "line", (procedure.line_of_work,), lines)
    for basis in procedure.basis:
        problem = unknown_basis(case.library, basis, "reference", procedure.source, case.line_of("basis"))
        if problem is not None:
            case.problems.append(problem)
    for form in procedure.forms.values():
        _want(case, form.line, f"forms.{form.name}", [entry.field for entry in form.entries], procedure.fields)
        for entry in form.entries:
            if entry.add and entry.field in procedure.fields and procedure.fields[entry.field].type not in {"list", "file"}:
                case.wrong(
                    "reference",
                    form.line,
                    Text(f"“+{entry.field}”只能用于列表。", f"“+{entry.field}” is for lists only."),
                    Text("请去掉“+”，或把字段改为 list。", "Drop the “+”, or make the field a list."),
                )
    actors = (*procedure.roles, *procedure.posts)
    for clock in procedure.clocks.values():
        _want(case, clock.line, f"clocks.{clock.name}.who", clock.who, actors)
    for role in procedure.roles.values():
        choices = [field.name for field in procedure.fields.values() if field.type == "choice" and field.of == role.name]
        _want(case, role.line, f"parties.{role.name}.sides", () if role.sides is None else (role.sides,), choices)
    for use in procedure.units.values():
        _want(case, use.line, f"units.{use.name}.above", () if use.above is None else (use.above,), procedure.units)
    for state in procedure.states.values():
        _check_state(case, state, actors)
    for place, action in actions_of(procedure):
        _check_action(case, place, action, actors)
    _check_unique(case)


def _want(case: Case, line: int, where: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            case.wrong("reference", line, Text(f"“{where}”：没有“{name}”。", f"“{where}”: there is no “{name}”."), near(name, known))


def _check_state(case: Case, state: State, actors: tuple[str, ...]) -> None:
    procedure, where = case.procedure, f"states.{state.name}"
    _want(case, state.line, f"{where}.by", state.by, (*actors, SYSTEM_ACTOR))
    _want(case, state.line, f"{where}.clocks", [use.clock for use in state.clocks], procedure.clocks)
    _want(case, state.line, f"{where}.when_due", [due.clock for due in state.when_due], procedure.clocks)
    own = [action.name for action in state.actions]
    for due in state.when_due:
        if due.does is not None:
            _want(case, state.line, f"{where}.when_due.{due.clock}.does", (due.does,), own)
    if state.remedies is not None:
        _want(case, state.line, f"{where}.remedies", (state.remedies,), procedure.remedies)


def _check_action(case: Case, state: State | None, action: Action, actors: tuple[str, ...]) -> None:
    procedure = case.procedure
    where = f"always.{action.name}" if state is None else f"states.{state.name}.actions.{action.name}"
    _want(case, action.line, f"{where}.by", action.by, (*actors, SYSTEM_ACTOR, *((LIST_ACTOR,) if state is not None else ())))
    _want(case, action.line, f"{where}.to", () if action.to is None else (action.to,), procedure.states)
    _want(case, action.line, f"{where}.form", () if action.form is None else (action.form,), procedure.forms)
    _want(case, action.line, f"{where}.needs", action.needs, procedure.conditions)
    _want(case, action.line, f"{where}.warns", action.warns, procedure.conditions)
    pictures = [name for name, field in procedure.fields.items() if field.type == "file" and field.of is not None]
    _want(case, action.line, f"{where}.on_paper", () if action.on_paper is None else (action.on_paper,), pictures)
    _want(case, action.line, f"{where}.also_for", () if action.also_for is None else (action.also_for,), procedure.conditions)
    _want(case, action.line, f"{where}.on_screen", action.on_screen, procedure.conditions)
    _want(case, action.line, f"{where}.sets", action.sets, procedure.fields)
    _want(case, action.line, f"{where}.marks", action.marks, procedure.fields)
    _want(case, action.line, f"{where}.adds", () if action.adds is None else (action.adds,), procedure.roles)
    _want(case, action.line, f"{where}.declines", () if action.declines is None else (action.declines,), procedure.fields)
    own = [name for name, field in procedure.fields.items() if field.of is None]
    _want(case, action.line, f"{where}.clears", action.clears, procedure.fields)
    _want(case, action.line, f"{where}.works_out", action.works_out, own)
    jointly = [one.name for _, one in actions_of(procedure) if one.jointly]
    _want(case, action.line, f"{where}.calls_for", () if action.calls_for is None else (action.calls_for,), jointly)
    _want(case, action.line, f"{where}.becomes", action.becomes, procedure.units)
    _want(case, action.line, f"{where}.becomes", action.becomes.values(), (*procedure.fields, *procedure.units))
    if action.teaches is not None:
        _want(case, action.line, f"{where}.teaches", (action.teaches.owner, action.teaches.reason), procedure.fields)
        _want(case, action.line, f"{where}.teaches.needs", action.teaches.needs, procedure.conditions)
    _want(case, action.line, f"{where}.not_from", action.not_from, procedure.states)
    _want(case, action.line, f"{where}.clocks", [use.clock for use in action.clocks], procedure.clocks)
    _want(case, action.line, f"{where}.recalls", action.recalls, procedures_opened(procedure))
    if action.opens is not None:
        _want(case, action.line, f"{where}.opens", (action.opens.procedure,), case.library.procedures)
        if action.opens.unit is not None:
            _want(case, action.line, f"{where}.opens.unit", (action.opens.unit,), procedure.units)
        if action.opens.each is not None:
            _want(case, action.line, f"{where}.opens.each", (action.opens.each,), procedure.fields)
        if action.opens.parties is not None:
            named = [one.name for one in procedure.fields.values() if any(part.name == "name" for part in one.record)]
            _want(case, action.line, f"{where}.opens.parties", (action.opens.parties,), named)
    if state is None and not action.by:
        case.wrong(
            "reference",
            action.line,
            Text(f"“{where}”没有写谁能做。", f"“{where}” does not say who may do it."),
            Text("请写“by:”。", "Add “by:”."),
        )


def _check_unique(case: Case) -> None:
    procedure = case.procedure
    taken: dict[str, str] = dict.fromkeys((*BUILT_IN, REMEDIES, THIS_SERVICE, EACH), "built in")
    named: list[tuple[str, str, int]] = [
        *((alias, "units", use.line) for alias, use in procedure.units.items()),
        *((plural(role), "parties", use.line) for role, use in procedure.roles.items()),
        *((plural(name), "posts", use.line) for name, use in procedure.posts.items() if use.named),
        *((name, "clocks", clock.line) for name, clock in procedure.clocks.items()),
        *((name, "papers", 0) for name in papers_used(procedure)),
        *((name, "fields", field.line) for name, field in procedure.fields.items() if field.of is None),
    ]
    for name, kind, line in named:
        of_unit = kind == "fields" and taken.get(name) == "units" and procedure.fields[name].type == "unit"
        if name in taken and not of_unit:
            case.wrong(
                "reference",
                line,
                Text(
                    f"名称“{name}”已用于 {taken[name]}，不能再用于 {kind}。",
                    f"“{name}” is taken by {taken[name]}, so {kind} cannot use it.",
                ),
                Text("请换一个名称。", "Choose another name."),
            )
        taken.setdefault(name, kind)


def check_names(case: Case) -> None:
    """Rule 8: posts and unit kinds resolve in the packs; every declared thing is used."""
    _check_units(case)
    _check_posts(case)
    _check_tells(case)
    _check_asked_in(case)
    _check_starts_from(case)
    _check_starts_with(case)
    _check_starts_as(case)
    _check_used(case)


def _note(case: Case, line: int, zh: str, en: str, mend: Text) -> None:
    case.wrong("8", line, Text(zh, en), mend)


def _check_units(case: Case) -> None:
    kinds = case.library.unit_kinds
    for use in case.procedure.units.values():
        for kind in use.kinds:
            if kind not in kinds:
                _note(case, use.line, f"没有单位类型“{kind}”。", f"There is no unit kind “{kind}”.", near(kind, kinds))
        standing = case.library.city_kinds
        if standing is not None and not standing & set(use.kinds):
            _note(
                case,
                use.line,
                f"本市没有{words(use.kinds).zh}，“{use.name}”无处可派。",
                f"The city has no {words(use.kinds).en}, so “{use.name}” cannot be filled.",
                Text("请在城市包的 units.yaml 里加上。", "Add one to the city pack's units.yaml."),
            )
    parts = [part for field in case.procedure.fields.values() for part in field.record]
    for field in (*case.procedure.fields.values(), *parts):
        if field.type not in ("unit", "units"):
            continue
        if field.kind is None and field.name not in case.procedure.units:
            _note(
                case,
                field.line,
                f"单位字段“{field.name}”没有写单位类型。",
                f"The unit field “{field.name}” names no kind.",
                Text("请写“kind:”，或在“units”里声明同名的单位。", "Give “kind:”, or declare a unit of that name under “units”."),
            )
        elif field.kind is not None and field.kind not in (*kinds, *case.procedure.units):
            _note(case, field.line, f"没有单位类型“{field.kind}”。", f"There is no unit kind “{field.kind}”.", near(field.kind, kinds))


def _check_posts(case: Case) -> None:
    library, procedure = case.library, case.procedure
    for use in procedure.posts.values():
        if use.post not in library.posts:
            _note(case, use.line, f"没有岗位“{use.post}”。", f"There is no post “{use.post}”.", near(use.post, library.posts))
            continue
        alias = procedure.units.get(use.of)
        if alias is None:
            _note(case, use.line, f"没有单位“{use.of}”。", f"There is no unit “{use.of}”.", near(use.of, procedure.units))
            continue
        known = [library.unit_kinds[kind] for kind in alias.kinds if kind in library.unit_kinds]
        without = [kind.name for kind in known if use.post not in kind.posts]
        if without:
            _note(
                case,
                use.line,
                f"{words(without).zh}没有岗位“{use.post}”。",
                f"{words(without).en} has no post “{use.post}”.",
                Text("请在 units.yaml 里给它这个岗位，或改“units”。", "Give it that post in units.yaml, or change “units”."),
            )
    for field in procedure.fields.values():
        if field.post is not None and field.post not in procedure.posts:
            _note(case, field.line, f"没有岗位“{field.post}”。", f"There is no post “{field.post}”.", near(field.post, procedure.posts))
        elif field.post is not None and not procedure.posts[field.post].named:
            _note(
                case,
                field.line,
                f"岗位“{field.post}”不是指名的，字段“{field.name}”不能指名。",
                f"Post “{field.post}” is not held by named persons, but field “{field.name}” names one.",
                Text("请在“posts”里写“named: true”。", "Write “named: true” under “posts”."),
            )
        if field.of is not None and field.of not in procedure.roles:
            _note(case, field.line, f"没有当事人“{field.of}”。", f"There is no party role “{field.of}”.", near(field.of, procedure.roles))
        readers = {*procedure.roles, *procedure.posts, *library.posts, *(("its_party",) if field.of is not None else ())}
        for name in field.seen_by:
            if name not in readers:
                _note(case, field.line, f"没有“{name}”。", f"There is no “{name}”.", near(name, readers))
        if field.items_of is not None:
            pointed = procedure.fields.get(field.items_of)
            if pointed is None or pointed.type != "list":
                lists = [one.name for one in procedure.fields.values() if one.type == "list"]
                mend = near(field.items_of, lists)
                _note(case, field.line, f"没有列表“{field.items_of}”。", f"There is no list “{field.items_of}”.", mend)


def _check_tells(case: Case) -> None:
    procedure = case.procedure
    several = {name for name, field in procedure.fields.items() if field.type == "units"}
    known = {*procedure.roles, *procedure.posts, *procedure.units, *several, *case.library.unit_kinds}
    told = [(action.line, action.tells) for _state, action in actions_of(procedure)]
    told.extend((state.line, due.tells) for state in procedure.states.values() for due in state.when_due)
    for line, names in told:
        for name in names:
            if name not in known:
                _note(case, line, f"“tells”里没有“{name}”这个对象。", f"“tells” names “{name}”, who does not exist.", near(name, known))


def _check_asked_in(case: Case) -> None:
    fields = case.procedure.fields
    for field in fields.values():
        if field.asked_in and field.record and field.asked_part is None:
            _note(
                case,
                field.line,
                f"列表“{field.name}”的一行里没有文字，放不下问的是什么。",
                f"A line of “{field.name}” has no text to say what is asked.",
                Text("请在“record”里加一个文字项，或删去“asked_in”。", "Add a text to its “record”, or remove “asked_in”."),
            )
        for name in field.asked_in:
            source = fields.get(name)
            if source is None:
                _note(case, field.line, f"没有字段“{name}”。", f"There is no field “{name}”.", near(name, fields))
            elif source.type != "text" or source.of is not None or source.seen_by or source.talk or source.cls > field.cls:
                _note(
                    case,
                    field.line,
                    f"不能从“{name}”里找：它不是人人同样看得到的文字，或者比“{field.name}”更要保密。",
                    f"“{name}” cannot be searched: it is no text, is kept for some, or is more closely kept than “{field.name}”.",
                    Text("请选一个说明情况的文字字段。", "Choose a text that tells what happened."),
                )


def _check_starts_from(case: Case) -> None:
    fields = case.procedure.fields
    for field in fields.values():
        source = None if field.starts_from is None else fields.get(field.starts_from)
        parts = {(part.name, part.type) for part in field.record}
        if source is not None and field.type == source.type == "place" and source.of is None:
            continue
        if field.starts_from is None or (source is not None and {(part.name, part.type) for part in source.record} <= parts != set()):
            continue
        _note(
            case,
            field.line,
            f"“{field.name}”不能从“{field.starts_from}”开始：没有这个列表，或者它的一行里有放不下的项。",
            f"“{field.name}” cannot start from “{field.starts_from}”: there is no such list, or its lines hold what does not fit.",
            Text("请写一个各项相同的列表。", "Name a list whose lines have the same parts."),
        )


def _check_starts_with(case: Case) -> None:
    fields = case.procedure.fields
    for field in fields.values():
        lines = field.starts_with
        if lines is None:
            continue
        by, part = fields.get(lines.by), next((one for one in field.record if one.name == lines.part), None)
        answers = set() if by is None or by.of is not None else {one.value for one in by.values}
        known = set() if part is None else {one.value for one in part.values}
        unknown = sorted({*lines.rows} - answers | {one for row in (lines.always, *lines.rows.values()) for one in row} - known)
        if unknown or not answers or not known:
            _note(
                case,
                field.line,
                f"“{field.name}.starts_with”写法不对：“by”和“part”要是选择项，没有这些值：{'、'.join(unknown)}。",
                f"“{field.name}.starts_with” does not fit: “by” and “part” are choices, and there is no {', '.join(unknown) or 'choice'}.",
                Text("请写选择项有的值。", "Name values those choices have."),
            )


def _check_starts_as(case: Case) -> None:
    for field in case.procedure.fields.values():
        where = f"fields.{field.name}.starts_as"
        _want(case, field.line, where, field.starts_as, case.procedure.opened_by)
        _want(case, field.line, where, field.starts_as.values(), {choice.value for choice in field.values})


def mentions(case: Case) -> set[str]:
    """Return every name the procedure's expressions and the papers it uses mention."""
    procedure = case.procedure
    sources = [condition.test for condition in procedure.conditions.values()]
    sources.extend(one for clock in procedure.clocks.values() for one in (clock.trigger, clock.until) if one is not None)
    for _state, action in actions_of(procedure):
        if action.opens is not None:
            sources.extend(action.opens.hands.values())
        sources.extend(action.works_out.values())
    found: set[str] = set()
    for source in sources:
        try:
            found |= names_in(parse(source))
        except ExpressionError:
            continue
    for state in procedure.states.values():
        for wording in (state.says.zh, state.says.en):
            try:
                parts = template_parts(wording)
            except ExpressionError:
                continue
            found.update(name for part in parts if not isinstance(part, str) for name in names_in(part))
    for name in papers_used(procedure):
        try:
            found |= fields_in(case.library.papers[name]) if name in case.library.papers else set()
        except ExpressionError:
            continue
    return found


def _check_used(case: Case) -> None:
    procedure = case.procedure
    actions = [action for _state, action in actions_of(procedure)]
    mentioned = mentions(case)
    filled = {entry.field for form in procedure.forms.values() for entry in form.entries} | set(procedure.opening_sets)
    filled |= {name for action in actions for name in (*action.sets, *action.works_out)}
    filled |= {action.on_paper for action in actions if action.on_paper is not None}
    filled |= {action.declines for action in actions if action.declines is not None}
    filled |= built_in_fields(procedure, case.library.papers)
    filled |= _handed_down(case)
    filled |= {name for name, field in procedure.fields.items() if field.of is not None and name in mentioned}
    acting = {name for action in actions for name in (*action.by, *action.tells)}
    acting |= {name for state in procedure.states.values() for name in state.by}
    acting |= {name for state in procedure.states.values() for due in state.when_due for name in due.tells}
    signers = {name for paper in papers_used(procedure) if paper in case.library.papers for name in case.library.papers[paper].signed_by}
    acting |= signers
    seen = {name for field in procedure.fields.values() for name in field.seen_by}
    _unused(case, "fields", {name: field.line for name, field in procedure.fields.items()}, filled)
    forms = {action.form for action in actions if action.form is not None} | {procedure.opening_form, *procedure.opening_forms.values()}
    _unused(case, "forms", {name: form.line for name, form in procedure.forms.items()}, forms)
    conditions = {
        name
        for action in actions
        for name in (*action.needs, *action.warns, *action.on_screen, *((action.also_for,) if action.also_for else ()))
    }
    conditions |= {name for action in actions if action.teaches is not None for name in action.teaches.needs}
    _unused(case, "conditions", {name: one.line for name, one in procedure.conditions.items()}, conditions)
    started = {use.clock for action in actions for use in action.clocks if use.verb in STARTING}
    started |= {use.clock for state in procedure.states.values() for use in state.clocks if use.verb in STARTING}
    started |= {notice_clock(paper) for paper in papers_served(procedure)}
    _unused(case, "clocks", {name: clock.line for name, clock in procedure.clocks.items()}, started)
    remedies = {state.remedies for state in procedure.states.values() if state.remedies is not None} | farewells(procedure)
    _unused(case, "remedies", {name: use.line for name, use in procedure.remedies.items()}, remedies)
    named = {field.post for field in procedure.fields.values() if field.post is not None}
    _unused(case, "posts", {name: use.line for name, use in procedure.posts.items()}, acting | named | seen)
    owners = {field.of for field in procedure.fields.values() if field.of is not None}
    spoken = {role for role in procedure.roles if plural(role) in mentioned}
    _unused(case, "parties", {name: role.line for name, role in procedure.roles.items()}, acting | owners | spoken | seen)
    housing = {use.of for use in procedure.posts.values()} | {procedure.host} | acting | mentioned | procedure.kinds_only
    housing |= {action.opens.unit for action in actions if action.opens is not None and action.opens.unit is not None}
    housing |= {alias for action in actions for alias in action.becomes}
    housing |= {name for paper in papers_served(procedure) if paper in case.library.papers for name in case.library.papers[paper].served_on}
    _unused(case, "units", {name: use.line for name, use in procedure.units.items()}, housing)


def _handed_down(case: Case) -> set[str]:
    return {
        name
        for parent in case.library.procedures.values()
        for _state, action in actions_of(parent)
        if action.opens is not None and action.opens.procedure == case.procedure.name
        for name in action.opens.hands
    }


def _unused(case: Case, kind: str, declared: dict[str, int], used: Collection[str]) -> None:
    for name, line in declared.items():
        if name not in used:
            _note(
                case,
                line,
                f"“{kind}”里的“{name}”没有用到。",
                f"“{name}” under “{kind}” is not used.",
                Text("请删去它，或在该用的地方用上。", "Remove it, or use it where it belongs."),
            )


def unused_papers(procedures: Iterable[Procedure], papers: Iterable[str]) -> list[str]:
    """Return the papers no procedure uses."""
    used = {name for procedure in procedures for name in papers_used(procedure)}
    return [name for name in papers if name not in used]
