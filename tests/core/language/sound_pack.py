"""The small sound pack, and the same broken in one place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from huiyin.core.pack_assembly import assemble
from huiyin.core.pack_reading import read_library
from huiyin.core.packs import Document, Library
from huiyin.core.soundness import check_library
from huiyin.core.source import PackError, Problem, read_text

SOUND = Path(__file__).parent / "packs" / "sound"
PROCEDURE = "procedures/borrowed_tool.yaml"
SECOND = "procedures/second_look.yaml"
NOTE = "papers/note_of_terms.yaml"
_KINDS = {"procedures": "procedure", "pieces": "piece", "papers": "paper", "calendars": "calendar", "clocks": "clocks"}


@cache
def sound() -> Library:
    library, problems = read_library([SOUND])
    assert library is not None, [problem.in_("en") for problem in problems]
    return library


def text_of(file: str) -> str:
    return (SOUND / file).read_text(encoding="utf-8")


def broken_text(file: str, old: str, new: str) -> str:
    """Return a file of the sound pack after one edit."""
    text = text_of(file)
    assert text.count(old) == 1, f"the edit must hit exactly one place of {file}: {old!r}"
    return text.replace(old, new)


def broken(file: str, old: str, new: str) -> list[Problem]:
    """Return the problems of the sound pack after one edit of one file."""
    return problems_of({file: broken_text(file, old, new)})


def problems_of(changed: Mapping[str, str]) -> list[Problem]:
    """Return the problems of the sound pack with some files changed or added."""
    documents = {one.path: one for one in sound().documents}
    for file, text in changed.items():
        folder, _, name = file.rpartition("/")
        try:
            source = read_text(text.encode(), f"sound/{file}")
        except PackError as error:
            return error.problems
        documents[file] = Document("sound", file, _KINDS.get(folder, name.removesuffix(".yaml")), source)
    library, problems = assemble(list(documents.values()))
    return problems if library is None else check_library(library)


def line_with(text: str, words: str) -> int:
    """Return the number of the one line that holds ``words``."""
    found = [number for number, line in enumerate(text.splitlines(), 1) if words in line]
    assert len(found) == 1, (words, found)
    return found[0]
