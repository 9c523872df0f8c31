"""Reading packs from folders of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from huiyin.core.pack_assembly import FILES, FOLDERS, assemble, kind_of, missing
from huiyin.core.pack_folders import named_folder, needs_of, place_of
from huiyin.core.packs import Document, Library
from huiyin.core.source import PackError, Problem, read_yaml
from huiyin.core.values import Text


def read_library(paths: list[Path]) -> tuple[Library | None, list[Problem]]:
    """Read pack folders, and the packs they need, and prove the procedures sound.

    Returns:
        The library and no problems, or None and every problem. Scenarios (rule 10) are run apart.
    """
    from huiyin.core.soundness import check_library

    library, problems = read_packs(paths)
    if library is None:
        return None, problems
    problems = check_library(library)
    return (None, problems) if problems else (library, [])


def read_packs(paths: list[Path]) -> tuple[Library | None, list[Problem]]:
    """Read pack folders without the soundness proof; None when something could not be read.

    A pack that one of them needs is another of ``paths``, wherever it lies, or stands beside it.
    """
    problems: list[Problem] = []
    documents: list[Document] = []
    waiting = [named_folder(path) for path in paths]
    given = {folder.name: folder for folder in reversed(waiting)}
    seen: set[Path] = set()
    while waiting:
        folder = waiting.pop(0)
        if folder.resolve() in seen:
            continue
        seen.add(folder.resolve())
        found = _read_folder(folder, problems)
        documents.extend(found)
        waiting.extend(_needed(folder, found, given, problems))
    if problems:
        return None, problems
    return assemble(documents)


def _read_folder(folder: Path, problems: list[Problem]) -> list[Document]:
    documents: list[Document] = []
    paths = [folder / name for name in FILES if (folder / name).is_file()]
    for name in FOLDERS:
        paths.extend(sorted((folder / name).glob("*.yaml")))
    for path in paths:
        relative = path.relative_to(folder).as_posix()
        kind = kind_of(relative)
        if kind is None:
            continue
        try:
            source = read_yaml(path, name=f"{folder.name}/{relative}")
        except PackError as error:
            problems.extend(error.problems)
            continue
        documents.append(Document(folder.name, relative, kind, source))
    if not (folder / "pack.yaml").is_file():
        problems.append(missing(f"{folder.name}/pack.yaml"))
    return documents


def _needed(folder: Path, documents: list[Document], given: Mapping[str, Path], problems: list[Problem]) -> list[Path]:
    manifest = next((one.source for one in documents if one.kind == "pack"), None)
    found: list[Path] = []
    for name in () if manifest is None else needs_of(manifest):
        place = place_of(name, folder, given)
        if place is not None:
            found.append(place)
        elif manifest is not None:
            problems.append(
                Problem(
                    manifest.file,
                    manifest.line_of("needs"),
                    "reference",
                    Text(f"需要的包“{name}”没有找到。", f"The needed pack “{name}” was not found."),
                    Text("请在命令里也写上它，或把它放在同一个文件夹里。", "Name it in the command too, or put it into the same folder."),
                )
            )
    return found
