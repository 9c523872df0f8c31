"""From a document to Typst source. Every text of a person or a pack goes in as a string literal, never as mark-up or code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import segno

from huiyin.core.papers import remedy_line
from huiyin.core.values import Text
from huiyin.papers.typesetting.document import Document, Given, Proof
from huiyin.papers.typesetting.faces import Faces
from huiyin.papers.typesetting.geometry import MM_PER_POINT, Geometry

FOR_REFERENCE = Text("参考译文，以中文为准。", "For reference only. The Chinese text is the one that counts. 参考译文，以中文为准。")
SEAL_HERE = Text("（盖章）", "(seal)")
BY_HAND = Text("　　　年　　月　　日", "Date:                    ")
CHECK_HERE = Text("核对这份文书", "Check this paper")
# A cell longer than this is let go over the page; every shorter row stays whole.
LONG_CELL = 320
# How wide a name or label in a table is at most, in characters, and a date; and what a column of sentences is at least.
WIDEST_NAME, WIDEST_DATE, NARROWEST = 5.0, 8.5, 4
LARGEST_HEAD = 36.0
LONGEST_WORD = 24
_LONG_WORD = re.compile(f"[!-~]{{{LONGEST_WORD + 1},}}")
_BREAKS = re.compile(r"(?<=、)|[\s，；：。]+")
_MEETING = re.compile(r"(?<=[0-9A-Za-z])(?=[㐀-鿿])|(?<=[㐀-鿿])(?=[0-9A-Za-z])")
_ZERO_WIDTH_SPACE = "\\u{200B}"

Shown = Callable[[str], str]


def quoted(text: str) -> str:
    """Return a text as a Typst string: between quotes nothing is mark-up, and only these signs mean anything."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def literal(text: str) -> str:
    """Return a text that is set in type as a Typst string."""
    escaped = quoted(text)[1:-1]
    # A word nobody can break (an address of a page, a number) would run over the margin.
    broken = _LONG_WORD.sub(lambda word: _ZERO_WIDTH_SPACE.join(_pieces(word.group())), escaped)
    return f'"{broken}"'


def _pieces(word: str) -> Iterable[str]:
    start = 0
    while start < len(word):
        end = min(start + LONGEST_WORD, len(word))
        # An escape stays in one piece.
        while end < len(word) and (len(word[start:end]) - len(word[start:end].rstrip("\\"))) % 2:
            end += 1
        yield word[start:end]
        start = end


def families(names: Sequence[str]) -> str:
    """Return a list of families as Typst wants it."""
    return f"({', '.join(quoted(name) for name in names)},)"


def source_of(document: Document, page: Geometry, faces: Faces, language: str, shown: Shown) -> str:
    """Return the whole source of a document of its own.

    Args:
        shown: makes a text printable; see `glyphs.printable`.
    """
    title = quoted(shown(document.title.in_(language)))
    lang = '"zh", region: "cn"' if language != "en" else '"en"'
    return "\n".join(
        (
            f"#set document(title: {title}, date: auto)",
            f"#set text(lang: {lang})",
            prelude(faces, page, language),
            sheet_of(document, page, language, shown),
        )
    )


def prelude(faces: Faces, page: Geometry, language: str) -> str:
    """Return the settings of type that every page shares."""
    han = language != "en"
    gap = f"{page.pitch - page.body:.2f}pt"
    close = f"{page.small * 0.5:.2f}pt"
    return f"""
#let title-face = {families(faces.title)}
#set text(font: {families(faces.body)}, size: {page.body}pt, top-edge: 0.88em, bottom-edge: -0.12em,
  cjk-latin-spacing: auto, hyphenate: {_flag(not han)})
#set par(justify: {_flag(han)}, leading: {gap}, spacing: {gap}, linebreaks: "optimized",
  first-line-indent: (amount: {"2em" if han else "0em"}, all: true))
#set table(stroke: 0.5pt + luma(30%), inset: (x: 4pt, y: 5pt))
#show table: set text(size: {page.small}pt)
#show table: set par(justify: false, first-line-indent: 0em, leading: {close}, spacing: {close})
#show heading.where(level: 1): it => block(width: 100%, above: {page.body}pt, below: {page.body * 1.2:.2f}pt, sticky: true,
  align(center, par(first-line-indent: 0em, justify: false, leading: {page.title * 0.4:.2f}pt,
    text(font: title-face, size: {page.title}pt, weight: "regular", stroke: 0.03em, hyphenate: false, it.body))))
#show heading.where(level: 2): it => block(above: {gap}, below: {gap}, sticky: true, pad(left: {2 * page.body if han else 0}pt,
  text(font: {families(faces.heading)}, size: {page.body}pt, weight: "regular", it.body)))
"""


def sheet_of(document: Document, page: Geometry, language: str, shown: Shown, *, mark: str = "") -> str:
    """Return the pages of one document; several may follow each other in one file.

    Args:
        mark: source put on the first page, by which a table of contents finds it.
    """
    parts = [_page(document, page, language, shown), mark]
    if document.proof is not None:
        parts.append(_corner(document.proof, page, language, shown))
    numbers = [block for block in document.blocks if block["kind"] == "number"]
    if document.head:
        parts.append(_head(document.head, numbers, page, language, shown))
    parts.append(f"#heading(level: 1, {literal(shown(document.title.in_(language)))})")
    if language == "en":
        parts.append(_note(FOR_REFERENCE.en, page))
    if document.note is not None:
        parts.append(_note(shown(document.note.in_(language)), page))
    if not document.head:
        parts.extend(_number(block, page, language, shown) for block in numbers)
    rest = [block for block in document.blocks if block["kind"] != "number"]
    for place, block in enumerate(rest):
        # What stands right above a signature or a seal goes over the page with it.
        held = place + 1 < len(rest) and rest[place + 1]["kind"] in ("signatures", "closing")
        parts.append(_block(block, document, page, language, shown, held=held))
    return "\n".join(part for part in parts if part)


def _page(document: Document, page: Geometry, language: str, shown: Shown) -> str:
    fingerprint = "" if document.proof is None else f"{Text('文字指纹', 'Fingerprint').in_(language)} {document.proof.fingerprint}"
    across = ", foreground: none"
    if document.across is not None:
        words = literal(shown(document.across.in_(language)))
        across = f', foreground: rotate(-24deg, text(size: 64pt, fill: rgb(163, 32, 29, 70), font: "Noto Sans SC", {words}))'
    number = max(page.note * 1.5, 12)
    return f"""
#set page(width: {page.width}mm, height: {page.height}mm{across},
  margin: (top: {page.top}mm, right: {page.right}mm, bottom: {page.bottom}mm, left: {page.left}mm),
  footer-descent: 7mm, footer: context {{
    let n = counter(page).get().first()
    set par(first-line-indent: 0em, justify: false, spacing: 5pt)
    set text(top-edge: "cap-height", bottom-edge: "baseline")
    block(width: 100%, align(if calc.odd(n) {{ right }} else {{ left }}, pad(x: 1em, text(size: {number}pt, "— " + str(n) + " —"))))
    text(size: {page.note * 0.85:.2f}pt, fill: luma(35%), {literal(fingerprint)})
  }})"""


def _corner(proof: Proof, page: Geometry, language: str, shown: Shown) -> str:
    """Return the QR code in the upper margin with what can be typed beside it."""
    drawn = qr(proof.address)
    lines = [CHECK_HERE.in_(language), proof.code, *(line.in_(language) for line in proof.lines)]
    words = ", ".join(f"text({literal(shown(line))})" for line in lines)
    alt = literal(Text("二维码：打开核对这份文书的网页", "QR code: opens the page that checks this paper").in_(language))
    side = min(19.0, page.top - 12)
    return (
        f"#place(top + right, dy: -{page.top - 9:.1f}mm, block(width: 120mm, {{ "
        f"set par(first-line-indent: 0em, justify: false, leading: 3pt); "
        f"set text(size: {page.note}pt, top-edge: 0.8em, bottom-edge: -0.2em); "
        f"grid(columns: (1fr, {side:.1f}mm), column-gutter: 3mm, align: (right + horizon, right + horizon), "
        f"stack(spacing: 3pt, {words}), "
        f'link({quoted(proof.address)}, image(bytes({quoted(drawn)}), format: "svg", width: {side:.1f}mm, alt: {alt}))) }}))'
    )


def qr(address: str) -> str:
    """Return a QR code as SVG, dark modules only."""
    drawn: str = segno.make(address, error="m", boost_error=False).svg_inline(scale=4, border=2, dark="#000", omitsize=False)
    return drawn


def _head(head: str, numbers: Sequence[Mapping[str, Any]], page: Geometry, language: str, shown: Shown) -> str:
    """Return the red head after GB/T 9704-2012: its top 35 mm down, the number two lines below, the line 4 mm under that."""
    number = "".join(f"#align(center, par(first-line-indent: 0em, text({literal(shown(block[language]))})))" for block in numbers)
    # One line, as large as it may be.
    size = min(LARGEST_HEAD, page.area[0] / MM_PER_POINT / max(_squares(head), 1) * 0.98)
    red = "rgb(200, 16, 16)"
    return (
        f"#v(35mm)\n#align(center, par(first-line-indent: 0em, justify: false, text(font: title-face, size: {size:.1f}pt, fill: {red}, "
        f"stroke: 0.02em + {red}, {literal(shown(head))})))\n#v({2 * page.pitch:.1f}pt)\n{number}\n"
        f"#v(4mm)\n#line(length: 100%, stroke: 1pt + {red})\n#v({page.pitch:.1f}pt)"
    )


def _note(words: str, page: Geometry) -> str:
    return f"#align(center, par(first-line-indent: 0em, text(size: {page.small}pt, fill: luma(25%), {literal(words)})))"


def _number(block: Mapping[str, Any], page: Geometry, language: str, shown: Shown) -> str:
    words = literal(shown(block[language]))
    return f"#align(center, par(first-line-indent: 0em, text(size: {page.small}pt, {words})))\n#v({page.body * 0.4:.1f}pt)"


def _block(block: Mapping[str, Any], document: Document, page: Geometry, language: str, shown: Shown, *, held: bool) -> str:
    match block["kind"]:
        case "to":
            return f"#block(sticky: true, par(first-line-indent: 0em, text({literal(shown(block[language]))})))"
        case "heading":
            return f"#heading(level: 2, {literal(shown(block[language]))})"
        case "text":
            return _paragraphs(block[language], shown, held=held)
        case "list":
            return _items("list", [item[language] for item in block["items"]], language, shown, held=held)
        case "remedies":
            return _items("enum", [remedy_line(row, language) for row in block["rows"]], language, shown, held=held)
        case "table":
            return _table(block, page, language, shown)
        case "closing":
            return _closing(block, page, language, shown)
        case _:
            return _signatures(document.signatures, page, language, shown)


def _paragraphs(text: str, shown: Shown, *, held: bool) -> str:
    lines = [line for line in shown(text).split("\n") if line.strip()]
    made = [f"#par(text({literal(line)}))" for line in lines]
    if held and made:
        made[-1] = f"#block(sticky: true, par(text({literal(lines[-1])})))"
    return "\n".join(made)


def _items(kind: str, items: Sequence[str], language: str, shown: Shown, *, held: bool) -> str:
    """Return a list; an entry of ours carries its own number, a way that stays open gets one."""
    # Names, numbers and addresses of people are not spread over the line: a number cannot be broken, and would tear the rest apart.
    how = ", justify: false" if kind == "list" else ""
    made = [f"[#par(first-line-indent: 0em{how}, text({literal(shown(item))}))]" for item in items]
    if not held or not made:
        return _list(kind, made, 1, language)
    return f"{_list(kind, made[:-1], 1, language)}\n#block(sticky: true)[{_list(kind, made[-1:], len(made), language)}]"


def _list(kind: str, made: Sequence[str], start: int, language: str) -> str:
    if not made:
        return ""
    indent = "2em" if language != "en" else "0em"
    how = f'numbering: "1.", start: {start}, body-indent: 0.5em' if kind == "enum" else 'marker: "", body-indent: 0pt'
    return f"#{kind}({how}, indent: {indent}, tight: true, {', '.join(made)})"


def _table(block: Mapping[str, Any], page: Geometry, language: str, shown: Shown) -> str:
    columns, rows = block["columns"], block["rows"]
    widths = ", ".join(f"{width:.1f}pt" for width in column_widths(block, page, language))
    header = ", ".join(f"strong(text(stroke: 0.02em, {literal(shown(column[language]))}))" for column in columns)
    cells: list[str] = []
    for row in rows:
        whole = _flag(max((len(cell[language]) for cell in row), default=0) > LONG_CELL)
        cells.extend(f"table.cell(breakable: {whole}, par({_cell(shown(cell[language]))}))" for cell in row)
    return f"#table(columns: ({widths},), table.header(repeat: true, {header}), {', '.join(cells)})"


def _cell(words: str) -> str:
    """Return a cell's words; in a list of names the lines end between them."""
    names = words.split("、")
    if len(names) == 1 or any(not name or "\n" in name or _squares(name) > WIDEST_NAME - 1 for name in names):
        return f"text({literal(words)})"
    return ' + text("、") + '.join(f"box(text({literal(name)}))" for name in names)


def column_widths(block: Mapping[str, Any], page: Geometry, language: str) -> list[float]:
    """Return the widths of a table's columns in points: a short one as wide as its longest entry, long ones share what is left.

    Where they share, each has room for the names, labels and, if it can be, dates in it, which nobody should read in two pieces.
    """
    texts = [[column[language], *(row[place][language] for row in block["rows"])] for place, column in enumerate(block["columns"])]
    natural = [_width([line for text in column for line in text.split("\n")], page) for column in texts]
    widths, left = list(natural), page.area[0] / MM_PER_POINT
    waiting = sorted(range(len(natural)), key=lambda place: natural[place])
    # From the narrowest on: whoever needs no more than an even share gets what it needs.
    while len(waiting) > 1 and natural[waiting[0]] <= left / len(waiting):
        left -= natural[waiting.pop(0)]
    least = dict.fromkeys(waiting, 0.0)
    for widest in (WIDEST_DATE, WIDEST_NAME):
        wanted = {place: min(natural[place], _width(_kept_whole(texts[place], widest), page)) for place in waiting}
        if sum(wanted.values()) <= left:
            least = wanted
            break
    spare, asked = left - sum(least.values()), sum(natural[place] - least[place] for place in waiting)
    for place in waiting:
        widths[place] = least[place] + spare * ((natural[place] - least[place]) / asked if asked else 1 / len(waiting))
    return widths


def _kept_whole(texts: Iterable[str], widest: float) -> list[str]:
    """Return what should not be broken in a column; one of sentences has room for a few characters."""
    return ["字" * NARROWEST, *(piece for text in texts for piece in _BREAKS.split(text) if _squares(piece) <= widest)]


def _width(lines: Iterable[str], page: Geometry) -> float:
    """Return how wide a column must be in points for the longest of its lines."""
    return max(map(_squares, lines)) * page.small * 1.04 + 12


def _squares(line: str) -> float:
    """Return about how wide a line is, in characters: a letter or figure is half of one, and a gap is drawn where both meet."""
    return len(line.encode("gb18030", "replace")) / 2 + 0.25 * len(_MEETING.findall(line))


def _closing(block: Mapping[str, Any], page: Geometry, language: str, shown: Shown) -> str:
    unit, date, seal = (literal(shown(text)) for text in (block[language], block["date"][language], SEAL_HERE.in_(language)))
    return (
        f"#v({page.pitch:.1f}pt, weak: true)\n#block(breakable: false, width: 100%, {{ set par(first-line-indent: 0em, justify: false)\n"
        f"align(right, pad(right: 3em, box(align(center, stack(spacing: {page.pitch - page.body:.1f}pt, text({unit}), text({date}), "
        f"text(size: {page.note * 1.2:.1f}pt, fill: luma(45%), {seal}))))))\nv(14mm) }})"
    )


def _signatures(lines: Sequence[Given], page: Geometry, language: str, shown: Shown) -> str:
    if not lines:
        return ""
    colon = "：" if language != "en" else ": "
    rows = []
    for line in lines:
        label = literal(shown(f"{line.label.in_(language)}{colon}{line.name}"))
        waiting = SEAL_HERE if line.seal else BY_HAND
        given = waiting.in_(language) if line.how is None else line.how.in_(language)
        tone = "luma(20%)" if line.how is None else "rgb(20, 80, 45)"
        size = page.body * 0.8 if line.how is None else page.small * 0.85
        rows.append(
            f"block(breakable: false, width: 100%, inset: (top: {page.body * 0.9:.1f}pt), grid(columns: (auto, 1fr), column-gutter: 6pt, "
            f"align: (left + bottom, right + bottom), text({label}), "
            f"block(width: 100%, stroke: (bottom: 0.5pt + luma(30%)), inset: (bottom: 3pt), "
            f"align(right, text(size: {size:.1f}pt, fill: {tone}, {literal(shown(given))})))))"
        )
    # A seal that is still to be set by hand needs its room.
    room = "\nv(22mm)" if any(line.seal and line.how is None for line in lines) else ""
    body = "\n".join(rows) + room
    whole = "false" if len(lines) <= 8 else "true"
    return f"#block(breakable: {whole}, width: 100%, {{ set par(first-line-indent: 0em, justify: false)\n{body}\n}})"


def _flag(value: bool) -> str:
    return "true" if value else "false"
