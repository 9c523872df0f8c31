"""Rule 8 for projects of many households: everything they name is there, fits what it goes to, and no state is without its stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Procedure
from huiyin.core.projects import WAY, ProjectDef
from huiyin.core.source import Problem
from huiyin.core.values import Text

# The type of the field each part of a household's line goes to.
_OWN_TYPES: Final[Mapping[str, str]] = {"sum": "money", "building": "text", "place": "place", "words": "text"}
Said = tuple[str, str]


def check_projects(library: Library) -> list[Problem]:
    """Return what is wrong with the projects of a library."""
    file = next((one.source.file for one in library.documents if one.kind == "projects"), "")
    mend = Text("请对照两个流程的文件改。", "Mend it by the files of the two procedures.")
    return [
        Problem(file, project.line, "8", Text(f"“{project.name}”：{zh}", f"“{project.name}”: {en}"), mend)
        for project in library.projects.values()
        for zh, en in _wrong(project, library.procedures)
    ]


def _wrong(project: ProjectDef, procedures: Mapping[str, Procedure]) -> Iterator[Said]:
    missing = [name for name in (project.name, project.households) if name not in procedures]
    if missing:
        yield from ((f"没有流程“{name}”。", f"there is no procedure “{name}”.") for name in missing)
        return
    whole, child = procedures[project.name], procedures[project.households]
    yield from _of_the_project(project, whole)
    yield from _handed(project, whole, child)
    yield from _named(project, child)
    told = [state for stage in project.stages for state in stage.states]
    for state in sorted({*told, *child.states}):
        if told.count(state) != 1 or state not in child.states:
            yield (f"状态“{state}”要正好列在一个阶段里。", f"the state “{state}” has to stand in one stage, once.")


def _of_the_project(project: ProjectDef, whole: Procedure) -> Iterator[Said]:
    action = next((one for state in whole.states.values() for one in state.actions if one.name == project.notices.act), None)
    form = None if action is None or action.form is None else whole.forms.get(action.form)
    if form is None or [(one.field, one.add) for one in form.entries] != [(project.notices.list, True)]:
        yield (
            f"“{project.notices.act}”不加进“{project.notices.list}”。",
            f"“{project.notices.act}” does not add to “{project.notices.list}”.",
        )
    for name, good in (
        (project.others, _lists(whole.fields.get(project.others), "name")),
        (project.notices.list, _lists(whole.fields.get(project.notices.list), "what", "at", "where")),
        (project.pieces, _lists(whole.fields.get(project.pieces), "what", "proof")),
        (project.unit, _typed(whole.fields.get(project.unit), "unit")),
        (project.title, _typed(whole.fields.get(project.title), "text")),
        (project.place, _typed(whole.fields.get(project.place), "place")),
    ):
        if not good:
            yield (f"“{name}”在项目里没有，或者类型不对。", f"“{name}” is no field of the project, or of another type.")


def _handed(project: ProjectDef, whole: Procedure, child: Procedure) -> Iterator[Said]:
    if project.own.get("words") not in project.hands.values():
        yield ("“own.words”要写一个项目也给了的字段。", "“own.words” is to name a field the project hands something to.")
    if WAY not in child.opened_by or sum(role.bound for role in child.roles.values()) != 1:
        yield (f"“{child.name}”不能这样立项。", f"“{child.name}” cannot be opened so.")
    form = child.opening_form_for(WAY)
    asked = {} if form is None else {entry.field: entry.required for entry in form.entries}
    wanted: list[tuple[str, str]] = [
        (target, whole.fields[name].type if name in whole.fields else "") for name, target in project.hands.items()
    ]
    wanted += [(target, _OWN_TYPES[part]) for part, target in project.own.items()]
    for target, kind in wanted:
        if target not in asked or not _typed(child.fields.get(target), kind):
            yield (
                f"“{target}”不在每户的立项表里，或者类型不对。",
                f"“{target}” is not asked at a household's opening, or of another type.",
            )
    for target in (name for name, required in asked.items() if required and name not in project.hands.values()):
        yield (f"每户立项要填“{target}”，项目没有给。", f"a household's opening needs “{target}”, which the project does not hand down.")


def _named(project: ProjectDef, child: Procedure) -> Iterator[Said]:
    naming = project.naming
    action = next((one for one in child.states[child.start].actions if one.name == naming.act), None)
    form = None if action is None or action.form is None else child.forms.get(action.form)
    asked = set() if form is None else {entry.field for entry in form.entries}
    person = child.fields.get(naming.person)
    if naming.person not in asked or not _typed(person, "member") or person is None or person.post != naming.post:
        yield (f"“{naming.act}”不指定“{naming.post}”。", f"“{naming.act}” names no “{naming.post}”.")
    for name, kind in (*((name, "flag") for name in naming.says), *((name, "choice") for name in naming.sets)):
        field = child.fields.get(name)
        offered = () if field is None else tuple(choice.value for choice in field.values)
        if name not in asked or not _typed(field, kind) or (kind == "choice" and naming.sets[name] not in offered):
            yield (f"“{naming.act}”的表里没有“{name}”，或者类型不对。", f"“{naming.act}” does not ask “{name}”, or it is of another type.")


def _lists(field: Field | None, *parts: str) -> bool:
    return field is not None and set(parts) <= {part.name for part in field.record}


def _typed(field: Field | None, kind: str) -> bool:
    return field is not None and field.type == kind
