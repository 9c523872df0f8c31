"""Read the files of a pack: each reader returns a value or raises `PackError` with every problem of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from huiyin.core.board import BoardDef, build_board
from huiyin.core.filing import FileDef, build_files
from huiyin.core.mediating import Mediating, build_mediating
from huiyin.core.packs_values import Law, Remedy, Sayings, Topic
from huiyin.core.papers import PaperDef
from huiyin.core.pathway import Pathway, build_pathway
from huiyin.core.pieces import Piece, build_piece
from huiyin.core.procedure import Procedure
from huiyin.core.projects import ProjectDef, build_projects
from huiyin.core.reader_common import Cursor
from huiyin.core.reader_procedure import build_procedure
from huiyin.core.reader_reference import (
    Manifest,
    UnitTables,
    build_laws,
    build_manifest,
    build_paper,
    build_remedies,
    build_sayings,
    build_topics,
    build_units,
    build_wordings,
)
from huiyin.core.reader_returns import build_rates, build_return
from huiyin.core.returns import Rates, Return
from huiyin.core.source import Source
from huiyin.core.values import Text

T = TypeVar("T")


def read_procedure(source: Source) -> Procedure:
    """Return the procedure of a file. Raises `PackError`."""
    return _read(source, build_procedure)


def procedure_from_plain(name: str, data: Any) -> Procedure:
    """Return a procedure from stored data; its definitions carry no lines. Raises `PackError`."""
    return read_procedure(Source(name, data))


def read_piece(source: Source) -> Piece:
    """Return the piece of a file. Raises `PackError`."""
    return _read(source, build_piece)


def read_paper(source: Source) -> PaperDef:
    """Return the paper of a file. Raises `PackError`."""
    return _read(source, build_paper)


def read_laws(source: Source) -> Mapping[str, Law]:
    """Return the laws of a file by id. Raises `PackError`."""
    return _read(source, build_laws)


def read_topics(source: Source) -> Mapping[str, Topic]:
    """Return the topics of a file by key. Raises `PackError`."""
    return _read(source, build_topics)


def read_units(source: Source) -> UnitTables:
    """Return the kinds of unit and post of a file. Raises `PackError`."""
    return _read(source, build_units)


def read_remedies(source: Source) -> Mapping[str, tuple[Remedy, ...]]:
    """Return the ladders of a file. Raises `PackError`."""
    return _read(source, build_remedies)


def read_files(source: Source) -> Mapping[str, FileDef]:
    """Return the files of matters by name. Raises `PackError`."""
    return _read(source, build_files)


def read_sayings(source: Source) -> Sayings:
    """Return how residents say things. Raises `PackError`."""
    return _read(source, build_sayings)


def read_mediating(source: Source) -> Mapping[str, Mediating]:
    """Return what is offered to mediators, by topic. Raises `PackError`."""
    return _read(source, build_mediating)


def read_wordings(source: Source) -> Mapping[str, tuple[Text, ...]]:
    """Return the sentences offered to staff, by what they are written for. Raises `PackError`."""
    return _read(source, build_wordings)


def read_board(source: Source) -> BoardDef:
    """Return what a pack's board looks for. Raises `PackError`."""
    return _read(source, build_board)


def read_projects(source: Source) -> Mapping[str, ProjectDef]:
    """Return the projects of many households by the name of their procedure. Raises `PackError`."""
    return _read(source, build_projects)


def read_pathway(source: Source) -> Pathway:
    """Return the guided path of a pack. Raises `PackError`."""
    return _read(source, build_pathway)


def read_manifest(source: Source) -> Manifest:
    """Return what a pack says of itself. Raises `PackError`."""
    return _read(source, build_manifest)


def read_return(source: Source) -> Return:
    """Return the return of a file. Raises `PackError`."""
    return _read(source, build_return)


def read_rates(source: Source) -> Rates:
    """Return the rate table of a file. Raises `PackError`."""
    return _read(source, build_rates)


def _read(source: Source, build: Callable[[Cursor], T]) -> T:
    top = Cursor.of(source)
    value = build(top)
    top.finish()
    return value
