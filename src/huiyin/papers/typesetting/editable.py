"""The same blocks as a Word file that can be edited: real styles, a header row that repeats, page numbers, no macros."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import docx as word_files
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from huiyin.core.papers import remedy_line
from huiyin.core.values import Text
from huiyin.papers.typesetting.document import Document, Given
from huiyin.papers.typesetting.geometry import Geometry, page_of
from huiyin.papers.typesetting.source import BY_HAND, FOR_REFERENCE, SEAL_HERE, column_widths

# Offices own these faces; a machine without them shows its own Song face.
BODY_FACE, TITLE_FACE, HEADING_FACE, TABLE_FACE, LATIN_FACE = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体", "Times New Roman"
LONGEST_PROPERTY = 255
TITLE, HEADING, BODY, LINE, CELL = "文书标题", "文书小标题", "文书正文", "文书顶格", "文书表格"


def docx(document: Document, *, language: str = "zh", large: bool = False) -> bytes:
    """Return a document as a Word file. It is a draft to work on: what counts is the printed text with its fingerprint."""
    page = page_of(document.layout, large=large, landscape=document.landscape)
    word = word_files.Document()
    _page(word, page)
    _styles(word, page, language)
    word.core_properties.title = _written(document.title.in_(language))[:LONGEST_PROPERTY]
    word.core_properties.language = "en" if language == "en" else "zh-CN"
    word.core_properties.author = word.core_properties.last_modified_by = word.core_properties.comments = ""
    word.core_properties.created = word.core_properties.modified = document.at.replace(tzinfo=None)
    if document.head:
        _say(word, document.head, TITLE)
    _say(word, document.title.in_(language), TITLE)
    for note in ((FOR_REFERENCE,) if language == "en" else ()) + (() if document.note is None else (document.note,)):
        _say(word, note.in_(language), LINE).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in document.blocks:
        _block(word, block, document, page, language)
    if document.proof is not None:
        proof = document.proof
        told = Text(f"核对码{proof.code}　{proof.address}", f"Code {proof.code}  {proof.address}").in_(language)
        _say(word, told, CELL)
    made = io.BytesIO()
    word.save(made)
    return made.getvalue()


def _page(word: WordFile, page: Geometry) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(page.width), Mm(page.height)
    section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
    section.left_margin, section.right_margin = Mm(page.left), Mm(page.right)
    section.footer_distance = Mm(max(page.bottom - 10, 10))
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    _field(foot, "PAGE")
    foot.add_run(" —")


def _field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _styles(word: WordFile, page: Geometry, language: str) -> None:
    han = language != "en"
    _style(word, BODY, BODY_FACE, page.body, page.pitch, indent=2 * page.body if han else 0)
    _style(word, LINE, BODY_FACE, page.body, page.pitch)
    _style(word, CELL, TABLE_FACE, page.small, page.small * 1.5)
    title = _style(word, TITLE, TITLE_FACE, page.title, page.title * 1.4, outline=0)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(page.body)
    _style(word, HEADING, HEADING_FACE, page.body, page.pitch, indent=2 * page.body if han else 0, outline=1)
    for name in (TITLE, HEADING):
        word.styles[name].paragraph_format.keep_with_next = True


def _style(word: WordFile, name: str, face: str, size: float, pitch: float, *, indent: float = 0, outline: int | None = None) -> Any:
    style: Any = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = word.styles["Normal"]
    style.font.name, style.font.size = LATIN_FACE, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    form.space_before = form.space_after = Pt(0)
    form.first_line_indent = Pt(indent)
    form.widow_control = True
    if outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(outline))
        style.element.get_or_add_pPr().append(level)
    return style


def _written(text: str) -> str:
    """Return a text as it can stand in a Word file, which is XML and has no place for control characters."""
    return "".join(one for one in text if one in "\t\n" or one.isprintable() or one in "\u3000\u00a0")


def _say(word: WordFile, text: str, style: str) -> Paragraph:
    paragraph = word.add_paragraph(_written(text))
    _wear(paragraph, style)
    return paragraph


def _wear(paragraph: Paragraph, style: str) -> None:
    # By its id, which is its name: looked up by name, a text of many thousand lines takes minutes.
    paragraph._p.style = style


def _block(word: WordFile, block: Mapping[str, Any], document: Document, page: Geometry, language: str) -> None:
    match block["kind"]:
        case "number":
            _say(word, block[language], LINE).alignment = WD_ALIGN_PARAGRAPH.CENTER
        case "to":
            _say(word, block[language], LINE)
        case "heading":
            _say(word, block[language], HEADING)
        case "text":
            for line in block[language].split("\n"):
                _say(word, line, BODY)
        case "list":
            for item in block["items"]:
                _say(word, item[language], BODY)
        case "remedies":
            for number, row in enumerate(block["rows"], 1):
                _say(word, f"{number}. {remedy_line(row, language)}", BODY)
        case "table":
            _table(word, block, page, language)
        case "closing":
            for text in ("", block[language], block["date"][language], SEAL_HERE.in_(language)):
                said = _say(word, text, LINE)
                said.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                said.paragraph_format.right_indent = Pt(3 * page.body)
                said.paragraph_format.keep_with_next = text != SEAL_HERE.in_(language)
        case _:
            _signatures(word, document.signatures, language)


def _table(word: WordFile, block: Mapping[str, Any], page: Geometry, language: str) -> None:
    columns, rows = block["columns"], block["rows"]
    table = word.add_table(rows=1 + len(rows), cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    # Even columns break names.
    table.autofit = False
    widths = [Pt(width) for width in column_widths(block, page, language)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, cells in enumerate(([column[language] for column in columns], *([cell[language] for cell in row] for row in rows))):
        row = table.rows[number]
        form = row._tr.get_or_add_trPr()
        form.append(OxmlElement("w:cantSplit"))
        if number == 0:
            form.append(OxmlElement("w:tblHeader"))
        for cell, text, width in zip(row.cells, cells, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            _wear(paragraph, CELL)
            paragraph.add_run(_written(text)).bold = number == 0


def _signatures(word: WordFile, lines: Sequence[Given], language: str) -> None:
    colon = "：" if language != "en" else ": "
    for place, line in enumerate(lines):
        waiting = SEAL_HERE if line.seal else BY_HAND
        given = (line.how or waiting).in_(language)
        said = _say(word, f"{line.label.in_(language)}{colon}{line.name}　　　　{given}", LINE)
        said.paragraph_format.space_before = Pt(8)
        said.paragraph_format.keep_with_next = place + 1 < len(lines)
