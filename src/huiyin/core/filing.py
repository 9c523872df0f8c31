"""The file of a matter: which parts it consists of, in which order, and how far each is. The parts are data of the packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from huiyin.core.expressions import ExpressionError, check, evaluate, parse
from huiyin.core.expressions_types import near
from huiyin.core.procedure import Procedure
from huiyin.core.reader_common import NOTHING, Cursor
from huiyin.core.scope import scope_of
from huiyin.core.scope_types import scope_types
from huiyin.core.snapshot import Snapshot
from huiyin.core.source import Problem
from huiyin.core.values import Text

if TYPE_CHECKING:
    from huiyin.core.packs import Library

Status = Literal["done", "missing", "later", "not_needed", "made"]


@dataclass(frozen=True, slots=True)
class FilePart:
    """One part of a file.

    Attributes:
        required: no file of this kind is closed without it; others belong to it only when ``needed`` says so.
        needed: expression, whether the part is to be there by now.
        later: expression, whether it will be needed and is not yet; a required part is expected until the matter ends.
        filled: expression, whether it is there.
        papers: papers of the record that stand in it, in this order.
        facts: facts that stand in it; those of type ``file`` bring their files.
        acts: actions that fill it, the first one open is offered.
        why: what the part is for, shown while it is missing.
        made: made when the file is bound (cover, note, back cover), so that nobody has to fill it.
    """

    name: str
    title: Text
    why: Text
    required: bool = False
    needed: str = "true"
    later: str = "false"
    filled: str = "false"
    papers: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    made: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileDef:
    """A file a procedure's matters are bound into: the archive's own, or a packet for somebody else."""

    name: str
    procedure: str
    title: Text
    parts: tuple[FilePart, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class PartState:
    """How far one part is. ``papers`` are the issues (name, number) that stand in it, void ones left out."""

    part: FilePart
    status: Status
    papers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """A file and how far each of its parts is."""

    file: FileDef
    parts: tuple[PartState, ...]

    @property
    def missing(self) -> tuple[FilePart, ...]:
        """The parts that are to be there by now and are not."""
        return tuple(state.part for state in self.parts if state.status == "missing")


def build_files(top: Cursor) -> dict[str, FileDef]:
    """Return the files of a pack's ``files.yaml`` by name."""
    top.mapping(("files",))
    return {name: _file(name, inner) for name, inner in top.at("files").named()}


def _file(name: str, cursor: Cursor) -> FileDef:
    cursor.mapping(("of", "title", "parts"))
    return FileDef(
        name=name,
        procedure=cursor.at("of").name() if cursor.has("of") else "",
        title=cursor.at("title").text() if cursor.has("title") else NOTHING,
        parts=tuple(_part(part, inner) for part, inner in cursor.at("parts").named()),
        line=cursor.line,
    )


def _part(name: str, cursor: Cursor) -> FilePart:
    cursor.mapping(("title", "why"), ("required", "needed", "later", "filled", "papers", "facts", "acts", "made"))
    return FilePart(
        name=name,
        title=cursor.at("title").text() if cursor.has("title") else NOTHING,
        why=cursor.at("why").text() if cursor.has("why") else NOTHING,
        required=cursor.at("required").flag(),
        needed=cursor.at("needed").string() if cursor.has("needed") else "true",
        later=cursor.at("later").string() if cursor.has("later") else "false",
        filled=cursor.at("filled").string() if cursor.has("filled") else "false",
        papers=cursor.at("papers").names(),
        facts=cursor.at("facts").names(),
        acts=cursor.at("acts").names(),
        made=cursor.at("made").flag(),
        line=cursor.line,
    )


def states_of(file: FileDef, procedure: Procedure, library: Library, snapshot: Snapshot, *, now: datetime) -> tuple[PartState, ...]:
    """Return how far each part of a matter's file is."""
    scope = scope_of(procedure, snapshot, library, now=now)
    ended = procedure.states[snapshot.state].end is not None

    def status(part: FilePart) -> Status:
        if part.made:
            return "made"
        if evaluate(parse(part.needed), scope) is not True:
            expected = part.required or evaluate(parse(part.later), scope) is True
            return "later" if expected and not ended else "not_needed"
        return "done" if evaluate(parse(part.filled), scope) is True else "missing"

    return tuple(PartState(part, status(part), _issues(part, snapshot)) for part in file.parts)


def _issues(part: FilePart, snapshot: Snapshot) -> tuple[tuple[str, int], ...]:
    return tuple((name, issue.number) for name in part.papers for issue in snapshot.papers.get(name, ()) if not issue.voided)


def check_files(library: Library) -> list[Problem]:
    """Return every name and expression of a file that its procedure does not bear, and every sealed fact in one."""
    source = next((one.source.file for one in library.documents if one.kind == "files"), "")
    problems: list[Problem] = []
    for file in library.files.values():
        procedure = library.procedures.get(file.procedure)
        if procedure is None:
            told = Text(f"没有流程“{file.procedure}”。", f"There is no procedure “{file.procedure}”.")
            problems.append(Problem(source, file.line, "7", told, near(file.procedure, library.procedures)))
            continue
        for part in file.parts:
            problems.extend(Problem(source, part.line, "7", told, mend) for told, mend in _wrong_in(part, procedure, library))
    return problems


def _wrong_in(part: FilePart, procedure: Procedure, library: Library) -> list[tuple[Text, Text]]:
    wrong: list[tuple[Text, Text]] = []
    acts = {action.name for state in procedure.states.values() for action in state.actions} | {one.name for one in procedure.always}
    known: tuple[tuple[tuple[str, ...], Mapping[str, object] | set[str], Text], ...] = (
        (part.papers, library.papers, Text("文书", "paper")),
        (part.facts, procedure.fields, Text("字段", "field")),
        (part.acts, acts, Text("动作", "action")),
    )
    for names, there, kind in known:
        wrong.extend(
            (Text(f"没有{kind.zh}“{name}”。", f"There is no {kind.en} “{name}”."), near(name, there)) for name in names if name not in there
        )
    wrong.extend(
        (
            Text(
                f"“{procedure.fields[name].label.zh}”是封存的内容，不能放进卷宗。",
                f"“{procedure.fields[name].label.en}” is sealed and may not stand in a file.",
            ),
            Text("请从“facts”里删去。", "Remove it from “facts”."),
        )
        for name in part.facts
        if name in procedure.fields and procedure.fields[name].cls == "P4"
    )
    types = scope_types(procedure, library.papers, library.procedures)
    for expression in (part.needed, part.later, part.filled):
        try:
            complaints = check(parse(expression), types)[1]
        except ExpressionError as error:
            complaints = [error.text]
        wrong.extend((told, Text("请按流程里的名称改。", "Use the names of the procedure.")) for told in complaints)
    return wrong
