"""The press: Typst source in, archival PDF out. No network, no system fonts, one compiler kept for the process."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Literal

import typst
from pypdf import PdfReader

from huiyin.core.values import Text
from huiyin.papers.typesetting.document import EPOCH, Document, Pdf, texts_of
from huiyin.papers.typesetting.faces import faces
from huiyin.papers.typesetting.geometry import page_of
from huiyin.papers.typesetting.glyphs import printable
from huiyin.papers.typesetting.source import source_of

Standard = Literal["a-2a", "ua-1"]
# Archival, tagged and accessible at once (ISO 19005-2 level A, ISO 14289-1).
STANDARDS: tuple[Standard, ...] = ("a-2a", "ua-1")
# How many characters either side show where one stands, and how many places are named.
AROUND, PLACES = 8, 3
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_lock = Lock()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(faces().folders))


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    # Its root is a folder without anything to read.
    nowhere = Path(__file__).with_name("nowhere")
    return typst.Compiler(root=nowhere, font_paths=_fonts(), ignore_system_fonts=True, package_path=nowhere, package_cache_path=nowhere)


def press(source: str, *, at: datetime = EPOCH, root: Path | None = None, standards: Sequence[Standard] = STANDARDS) -> bytes:
    """Return the PDF of a source.

    Args:
        at: the time the file says it was made.
        root: folder of the pictures the source places, if it places any.
    """
    compiler = _compiler() if root is None else typst.Compiler(root=root, font_paths=_fonts(), ignore_system_fonts=True)
    with _lock:
        made = compiler.compile(input=source.encode(), format="pdf", pdf_standards=list(standards), timestamp=int(at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("one PDF was expected")
    return made


@dataclass(frozen=True, slots=True)
class Missing:
    """A character no face can draw, which a copy prints as its code.

    Attributes:
        character: itself; a mark that only turns or hides text has no picture of its own.
        around: pieces of the text it stands in, at most three, as they are printed.
    """

    character: str
    code: str
    around: tuple[str, ...]


class Printable:
    """Makes texts printable and remembers which characters could not be drawn."""

    def __init__(self, language: str = "zh") -> None:
        self.missing: dict[str, None] = {}
        self.english = language == "en"

    def __call__(self, text: str) -> str:
        """Return ``text`` with what no face can draw written as its code."""
        # Chinese faces draw curly quotes as wide as a character; within English words the straight ones fit.
        plain = text.translate(_STRAIGHT) if self.english else text
        shown, missing = printable(plain, faces().files)
        self.missing |= dict.fromkeys(missing)
        return shown

    def warnings(self) -> tuple[Text, ...]:
        """Return one sentence about the characters that were printed as codes."""
        if not self.missing:
            return ()
        codes = "、".join(f"U+{ord(one):04X}" for one in self.missing)
        return (
            Text(
                f"有{len(self.missing)}个字符字体里没有，印成了编码：{codes}。请在打印件上手写补上，并由当事人确认。",
                f"Characters no font has are printed as codes: {codes}. Write them in by hand and let the party confirm them.",
            ),
        )


def pdf(document: Document, *, language: str = "zh", large: bool = False) -> Pdf:
    """Return a document as PDF/A-2a and PDF/UA-1; the same document gives the same bytes.

    Args:
        language: ``en`` prints the translation, which says that it is for reference.
        large: the same text in large print.
    """
    shown = Printable(language)
    page = page_of(document.layout, large=large, landscape=document.landscape)
    made = press(source_of(document, page, faces(), language, shown), at=document.at)
    return Pdf(made, len(PdfReader(io.BytesIO(made)).pages), shown.warnings())


def missing(document: Document, language: str = "zh") -> tuple[Missing, ...]:
    """Return the characters of a document that its copies print as codes, each with where it stands."""
    places: dict[str, dict[str, None]] = {}
    for text in texts_of(document, language):
        lacking = frozenset(printable(text, faces().files)[1])
        for at, character in enumerate(text):
            if character in lacking:
                piece = text[max(0, at - AROUND) : at + AROUND + 1].strip()
                places.setdefault(character, {})[printable(piece, faces().files)[0].replace("\n", " ")] = None
    return tuple(
        Missing(character if character.isprintable() else "", f"U+{ord(character):04X}", tuple(around)[:PLACES])
        for character, around in places.items()
    )
