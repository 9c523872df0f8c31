"""Pieces: what several procedures have in common, written once and put together with each of them before it is read.

A piece may hold named things (`SECTIONS`). Nothing overrides anything: what two of them give, or a procedure and a piece, is refused.
Of a state both speak of, a piece adds named things only (`WITHIN`); what else a state says is said once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from huiyin.core.packs import Document, Library
from huiyin.core.reader_common import Cursor
from huiyin.core.source import Line, Place, Problem, Source
from huiyin.core.values import Text

LANGUAGE: Final = 1
TAKES: Final = "pieces"
SECTIONS: Final = ("fields", "forms", "conditions", "clocks", "remedies", "always", "states")
WITHIN: Final = ("clocks", "when_due", "actions")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that is well-formed by itself; its contents are read with the procedures that take it."""

    name: str


def build_piece(top: Cursor) -> Piece:
    """Return the piece of a file; problems go to the cursor's list."""
    top.mapping(("language", "piece"), SECTIONS)
    if top.has("language") and top.at("language").data != LANGUAGE:
        top.at("language").one_of((str(LANGUAGE),))
    for section in SECTIONS:
        for _name, inner in top.at(section).named():
            if section == "states":
                inner.mapping((), ("says", "label", "by", "end", "remedies", *WITHIN))
    return Piece(top.at("piece").name() if top.has("piece") else "")


def pieces_of(documents: Iterable[Document]) -> dict[str, Source]:
    """Return the pieces among documents, each under its file's name."""
    return {_stem(one): one.source for one in documents if one.kind == "piece"}


def whole_procedures(documents: Iterable[Document]) -> dict[str, Any]:
    """Return the data of each procedure together with its pieces, under its file's name.

    Raises:
        PackError: a procedure and its pieces do not fit together.
    """
    known = list(documents)
    pieces = pieces_of(known)
    return {_stem(one): whole(one.source, pieces).data for one in known if one.kind == "procedure"}


def whole(source: Source, pieces: Mapping[str, Source]) -> Source:
    """Return a procedure's source with everything its pieces hold; the lines of a piece know their file.

    What stands in the procedure comes first, then each piece in the order they are named.

    Raises:
        PackError: a piece is unknown, or something is given twice; every problem of the kind.
    """
    if not isinstance(source.data, dict) or TAKES not in source.data:
        return source
    top = Cursor.of(source)
    named = top.at(TAKES).names()
    for name in named:
        if name not in pieces:
            top.at(TAKES).wrong(
                f"没有部件“{name}”。",
                f"there is no piece “{name}”.",
                "请写 pieces 文件夹里有的。",
                "Name one of the folder pieces.",
                "reference",
            )
    made = _Whole(source, top.problems)
    for name in named:
        if name in pieces:
            made.take(pieces[name])
    top.finish()
    return made.source()


class _Whole:
    def __init__(self, own: Source, problems: list[Problem]) -> None:
        self._file = own.file
        self._data = {key: dict(value) if key in SECTIONS and isinstance(value, dict) else value for key, value in own.data.items()}
        del self._data[TAKES]
        self._lines: dict[Place, int] = dict(own.lines)
        self._problems = problems
        self._shared: list[str] = []

    def take(self, piece: Source) -> None:
        """Add everything a piece holds."""
        for place, line in piece.lines.items():
            if place and place[0] in SECTIONS:
                self._lines.setdefault(place, Line(line, piece.file))
        for section in SECTIONS:
            given = piece.data.get(section) if isinstance(piece.data, dict) else None
            if not isinstance(given, dict):
                continue
            into = self._data.setdefault(section, {})
            if not isinstance(into, dict):
                continue  # the reader says what belongs there
            for name, value in given.items():
                if section == "states" and isinstance(value, dict) and isinstance(into.get(name, {}), dict):
                    into[name] = self._state(into.get(name, {}), value, piece, name)
                else:
                    self._put(into, value, piece, section, name)
            if section == "always":
                self._shared += given

    def _state(self, before: Mapping[str, Any], more: Mapping[str, Any], piece: Source, state: str) -> dict[str, Any]:
        made = dict(before)
        for key, value in more.items():
            if key in WITHIN and isinstance(value, dict) and isinstance(made.get(key, {}), dict):
                inner = dict(made.get(key, {}))
                for name, one in value.items():
                    self._put(inner, one, piece, "states", state, key, name)
                made[key] = inner
            else:
                self._put(made, value, piece, "states", state, key)
        return made

    def _put(self, into: dict[str, Any], value: Any, piece: Source, *place: str) -> None:
        name = place[-1]
        if name in into:
            self._twice(piece, place)
        else:
            into[name] = value

    def _twice(self, piece: Source, place: tuple[str, ...]) -> None:
        first = self._lines.get(place, 0)
        where = f"{first.file if isinstance(first, Line) else self._file}:{int(first)}"
        shown = ".".join(place)
        self._problems.append(
            Problem(
                piece.file,
                piece.line_of(*place),
                "reference",
                Text(
                    f"“{shown}”在{where}已经有了，不能各写一个。",
                    f"“{shown}” is given at {where} too; nothing overrides.",
                ),
                Text("请留一个，或者给其中一个另起名字。", "Keep one, or give one of them another name."),
            )
        )

    def source(self) -> Source:
        """Return what was put together; shared acts are kept out of those states only that the procedure has."""
        always, states = self._data.get("always"), self._data.get("states")
        if isinstance(always, dict) and isinstance(states, dict):
            for name in self._shared:
                always[name] = _where_it_is(always[name], states)
        return Source(self._file, self._data, self._lines)


def _where_it_is(action: Any, states: Mapping[str, Any]) -> Any:
    closed = _closed_in(action)
    kept = [state for state in closed if state in states]
    if len(kept) == len(closed):
        return action
    return {**{key: value for key, value in action.items() if key != "not_from"}, **({"not_from": kept} if kept else {})}


def _closed_in(action: Any) -> list[str]:
    closed = action.get("not_from") if isinstance(action, dict) else None
    return [str(one) for one in closed] if isinstance(closed, list) else []


def takers_of(documents: Iterable[Document]) -> dict[str, list[str]]:
    """Return the file of each piece -> the procedures that take it."""
    known = list(documents)
    taken: dict[str, list[str]] = {source.file: [] for source in pieces_of(known).values()}
    files = {name: source.file for name, source in pieces_of(known).items()}
    for one in known:
        for name in (one.source.data.get(TAKES) or ()) if one.kind == "procedure" else ():
            taken[files[name]].append(_stem(one))
    return taken


def untried(found: Mapping[str, Sequence[Problem]], takers: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Return what scenarios leave untried: of what stands in a piece only what those of no procedure with that piece try.

    Args:
        found: procedure -> what its own scenarios leave untried.
        takers: file of a piece -> the procedures that take it.
    """
    places = {name: {(one.file, one.line) for one in problems} for name, problems in found.items()}
    left: dict[tuple[str, int, str], Problem] = {}
    for one in (problem for problems in found.values() for problem in problems):
        if all((one.file, one.line) in places[name] for name in takers.get(one.file, ()) if name in places):
            left.setdefault((one.file, one.line, one.text.en), one)
    return list(left.values())


def check_pieces(library: Library) -> list[Problem]:
    """Return the pieces no procedure takes, and the states their acts stay out of that no procedure with that piece has."""
    takers = takers_of(library.documents)
    found: list[Problem] = []
    for name, source in pieces_of(library.documents).items():
        if not takers[source.file]:
            found.append(_unused(source, name))
            continue
        states = {state for taker in takers[source.file] for state in library.procedures[taker].states}
        found += _astray(source, states)
    return found


def _astray(source: Source, states: set[str]) -> Iterator[Problem]:
    for name, action in (source.data.get("always") or {}).items():
        for state in _closed_in(action):
            if state not in states:
                yield Problem(
                    source.file,
                    source.line_of("always", name, "not_from"),
                    "reference",
                    Text(f"用这个部件的流程都没有“{state}”这个环节。", f"No procedure that takes this piece has the state “{state}”."),
                    Text("请核对环节的名称。", "Check the name of the state."),
                )


def _unused(source: Source, name: str) -> Problem:
    return Problem(
        source.file,
        source.line_of("piece"),
        "reference",
        Text(f"没有流程用到部件“{name}”。", f"No procedure takes the piece “{name}”."),
        Text("请删去它，或在流程的“pieces”里写上。", "Remove it, or name it under “pieces” of a procedure."),
    )


def _stem(document: Document) -> str:
    return PurePosixPath(document.path).stem
