"""A whole file or a packet as one PDF: cover, contents, every part in order, back cover; one count of pages through all of it.

Papers are set anew from their text, pictures are placed, pages of PDF files are placed as they are. Bookmarks lead to each.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import typst
from pypdf import PdfReader

from huiyin.core.values import Text
from huiyin.papers.typesetting.document import EPOCH, Document, Pdf
from huiyin.papers.typesetting.faces import faces
from huiyin.papers.typesetting.geometry import page_of
from huiyin.papers.typesetting.press import Printable, press
from huiyin.papers.typesetting.source import families, literal, prelude, quoted, sheet_of

MOST_PAGES = 600
CONTENTS = Text("卷内目录", "Contents")
NUMBER, NAME, PAGE = Text("序号", "No."), Text("名称", "Name"), Text("页次", "Page")
UNREADABLE = Text(
    "这份文件放不进卷内（有密码或者已损坏），请另附原件。", "This file cannot be placed here (locked or damaged); attach the original."
)


@dataclass(frozen=True, slots=True)
class Sheets:
    """A paper in a volume."""

    document: Document
    title: Text


@dataclass(frozen=True, slots=True)
class Placed:
    """A file in a volume: a picture, or pages of a PDF.

    Attributes:
        kind: ``jpeg``, ``png`` or ``pdf``.
    """

    path: Path
    kind: str
    title: Text


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a volume; a part with nothing in it says so in the contents.

    Attributes:
        word: printed in the contents instead of a page when the part is empty.
    """

    title: Text
    items: tuple[Sheets | Placed, ...] = ()
    word: Text = field(default_factory=lambda: Text("无", "none"))


@dataclass(frozen=True, slots=True)
class Volume:
    """What is bound.

    Attributes:
        lines: of the cover: label and value; an empty value leaves a line to be written on.
        closing: lines of the back cover likewise; without any there is no back cover.
    """

    title: Text
    sections: tuple[Section, ...]
    lines: tuple[tuple[Text, Text], ...] = ()
    closing: tuple[tuple[Text, Text], ...] = ()
    at: datetime = EPOCH


def bind(volume: Volume, *, language: str = "zh") -> Pdf:
    """Return the volume as one tagged PDF with bookmarks; archival (PDF/A) when no PDF file is placed in it."""
    with tempfile.TemporaryDirectory(prefix="huiyin-bind-") as folder:
        root, shown = Path(folder), Printable(language)
        locked: set[int] = set()
        while True:
            source = _source(volume, language, shown, root, locked)
            try:
                made = _pressed(source, root, volume.at)
                break
            except typst.TypstError:
                # One of the files cannot be placed: find it, put a page in its stead, and bind again.
                bad = _unplaceable(volume, root, locked)
                if not bad:
                    raise
                locked |= bad
    return Pdf(made, len(PdfReader(io.BytesIO(made)).pages), shown.warnings())


def _pressed(source: str, root: Path, at: datetime) -> bytes:
    try:
        return press(source, root=root, at=at)
    except typst.TypstError:
        # Pages of a PDF cannot be placed in an archival one; the volume then is an ordinary tagged PDF.
        return press(source, root=root, at=at, standards=())


def _items(volume: Volume) -> list[Sheets | Placed]:
    return [item for section in volume.sections for item in section.items]


def _unplaceable(volume: Volume, root: Path, known: set[int]) -> set[int]:
    bad = set()
    for number, item in enumerate(_items(volume)):
        if isinstance(item, Placed) and number not in known:
            # Every page: of a damaged file one program may count more than another can place.
            source = "\n".join(f'#image({words}, alt: "x")' for words in _images(number, item))
            try:
                press(f'#set document(title: "x")\n{source}', root=root, standards=())
            except typst.TypstError:
                bad.add(number)
    return bad


def _images(number: int, item: Placed) -> list[str]:
    """Return what names each page that is placed of a file."""
    name = quoted(_name(number, item))
    return [f"{name}, page: {page}" for page in range(1, min(_pages(item.path), MOST_PAGES) + 1)] if item.kind == "pdf" else [name]


def _name(number: int, item: Placed) -> str:
    return f"f{number}.{'jpg' if item.kind == 'jpeg' else item.kind}"


def _source(volume: Volume, language: str, shown: Printable, root: Path, locked: set[int]) -> str:
    page = page_of("form")
    lang = '"zh", region: "cn"' if language != "en" else '"en"'
    made = [
        f"#set document(title: {quoted(shown(volume.title.in_(language)))}, date: auto)",
        f"#set text(lang: {lang})",
        prelude(faces(), page, language),
        (
            f"#set page(width: {page.width}mm, height: {page.height}mm, footer: none, margin: (top: {page.top}mm, right: {page.right}mm, "
            f"bottom: {page.bottom}mm, left: {page.left}mm))"
        ),
        _cover(volume.title, volume.lines, language, shown),
        "#pagebreak()",
        _contents(volume, language, shown),
    ]
    first = True
    for number, item in enumerate(_items(volume)):
        start = "#counter(page).update(1)" if first else ""
        first = False
        mark = f"{start}#metadata(none)<i{number}>"
        if isinstance(item, Sheets):
            own = page_of(item.document.layout, landscape=item.document.landscape)
            made.append(f"#[{prelude(faces(), own, language)}\n{sheet_of(item.document, own, language, shown, mark=mark)}\n]")
        else:
            made.append(_placed(number, item, mark, language, shown, root, locked))
    if volume.closing:
        made.append(f"#[#set page(footer: none)\n{_cover(Text('封底', 'Back cover'), volume.closing, language, shown, level=2)}\n]")
    return "\n".join(made)


def _cover(title: Text, lines: Sequence[tuple[Text, Text]], language: str, shown: Printable, *, level: int = 1) -> str:
    size = 30 if level == 1 else 18
    colon = "：" if language != "en" else ":"
    rows = []
    for label, value in lines:
        words = literal(shown(value.in_(language)))
        rows.append(
            f"text({literal(shown(label.in_(language)) + colon)}), "
            f"block(width: 100%, stroke: (bottom: 0.5pt), inset: (bottom: 4pt), par(first-line-indent: 0em, text({words})))"
        )
    grid = f"#grid(columns: (auto, 1fr), column-gutter: 8pt, row-gutter: 20pt, align: (right + bottom, left + bottom), {', '.join(rows)})"
    return (
        f"#v({35 if level == 1 else 15}mm)\n#align(center, text(size: {size}pt, font: {families(faces().title)}, stroke: 0.02em, "
        f"{literal(shown(title.in_(language)))}))\n#v(25mm)\n#pad(x: 12mm)[{grid if rows else ''}]"
    )


def _contents(volume: Volume, language: str, shown: Printable) -> str:
    cells, number, row = [], 0, 0
    for section in volume.sections:
        if not section.items:
            row += 1
            cells += [f"[{row}]", f"text({literal(shown(section.title.in_(language)))})", f"text({literal(section.word.in_(language))})"]
        for item in section.items:
            row += 1
            own, of = item.title.in_(language), section.title.in_(language)
            name = own if own == of or (len(section.items) == 1 and isinstance(item, Sheets)) else f"{of}：{own}"
            page = f"context str(counter(page).at(<i{number}>).first())"
            cells += [f"[{row}]", f"link(<i{number}>, text({literal(shown(name))}))", f"link(<i{number}>, {page})"]
            number += 1
    header = ", ".join(f"text({literal(label.in_(language))})" for label in (NUMBER, NAME, PAGE))
    return (
        f"#heading(level: 1, {literal(CONTENTS.in_(language))})\n"
        f"#table(columns: (12mm, 1fr, 18mm), align: (center, left, center), table.header(repeat: true, {header}), {', '.join(cells)})"
    )


def _placed(number: int, item: Placed, mark: str, language: str, shown: Printable, root: Path, locked: set[int]) -> str:
    page = page_of("form")
    title = literal(shown(item.title.in_(language)))
    name = _name(number, item)
    images = _images(number, item)
    if number in locked or not images:
        inner = f"#par(first-line-indent: 0em, text({literal(UNREADABLE.in_(language))}))"
        pages = [inner]
    else:
        if not (root / name).exists():
            _bring(item.path, root / name)
        alt = literal(shown(item.title.in_(language)))
        pages = [
            f"#block(width: 100%, height: 1fr, align(center + horizon, image({image}, "
            f'width: 100%, height: 100%, fit: "contain", alt: {alt})))'
            for image in images
        ]
    body = "\n#pagebreak()\n".join(pages)
    return f"""#[
#set page(width: {page.width}mm, height: {page.height}mm, foreground: none, margin: (top: 16mm, right: 16mm, bottom: 22mm, left: 22mm),
  footer-descent: 6mm, footer: context align(center, text(size: 10pt, "— " + str(counter(page).get().first()) + " —")))
{mark}
#show heading.where(level: 1): it => block(below: 6pt, text(size: 10pt, weight: "regular", it.body))
#heading(level: 1, {title})
{body}
]"""


def pages_in(item: Placed) -> int:
    """Return how many pages a file takes."""
    return max(1, _pages(item.path)) if item.kind == "pdf" else 1


def _pages(path: Path) -> int:
    try:
        reader = PdfReader(path, strict=False)
        return 0 if reader.is_encrypted else len(reader.pages)
    except Exception:
        # A damaged file makes the reader stumble in ways of every kind; each means the same here.
        return 0


def _bring(path: Path, to: Path) -> None:
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)
