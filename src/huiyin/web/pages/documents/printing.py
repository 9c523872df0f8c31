"""A paper of a matter as PDF, in large print, in English, and as a Word file: the page's text, with its corner of verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from huiyin.core.paper_codes import code_of
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.papers import typesetting
from huiyin.papers.integrity.kept import sealed_copy
from huiyin.papers.typesetting import Document, Given, Proof
from huiyin.ui import shown
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.story import Wording

if TYPE_CHECKING:
    from huiyin.web.pages.sheets import Sheet

PDF: Final = "application/pdf"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ERASED: Final = {"kind": "text", "zh": "内容已依法删除，只留下文字指纹。", "en": "The text was erased by law; its fingerprint is kept."}
VOID: Final = Text("已作废", "VOID")


@dataclass(frozen=True, slots=True)
class Copy:
    """One way to take a paper along: its address and what it is called on the page."""

    label: Text
    address: str


KINDS: Final[Mapping[str, tuple[Text, str]]] = {
    "paper.pdf": (Text("下载PDF", "PDF"), PDF),
    "large.pdf": (Text("大字版PDF", "PDF in large print"), PDF),
    "english.pdf": (Text("英文参考译文PDF", "English translation (PDF)"), PDF),
    "paper.docx": (Text("Word文件", "Word file"), WORD),
}


def copies(standpoint: Standpoint, name: str, number: int) -> tuple[Copy, ...]:
    """Return the ways to take one issue of a paper along."""
    base = standpoint.paper(name, number)
    return tuple(Copy(label, base + kind) for kind, (label, _) in KINDS.items())


def base_of(request: HttpRequest) -> str:
    """Return the address of this server as the asker reached it."""
    return request.build_absolute_uri("/").rstrip("/")


def qr_of(request: HttpRequest, hash_: str) -> str:
    """Return the QR code that leads to the check of a sheet, for the page a browser prints."""
    drawn: str = segno.make(base_of(request) + reverse("verify-code", args=[code_of(hash_)]), error="m").svg_data_uri(scale=4, border=2)
    return drawn


def document_of(sheet: Sheet, words: Wording, base: str) -> Document:
    """Return a sheet as what is typeset.

    Args:
        base: address of this server, for the code that leads to the check of the sheet.
    """
    line, zone = sheet.paper.line, words.library.zone
    definition = words.library.papers.get(line.name)
    code = code_of(line.hash)
    told = [
        Text(f"事项编号{shown.reference(sheet.reference)}", f"Reference {shown.reference(sheet.reference)}"),
        Text(f"印出时间{shown.stamp(line.printed_at, zone)}", f"Printed {shown.stamp(line.printed_at, zone)}"),
    ]
    if line.effective_at is not None:
        told.append(Text(f"生效时间{shown.stamp(line.effective_at, zone)}", f"In force {shown.stamp(line.effective_at, zone)}"))
    blocks = (ERASED,) if sheet.blocks is None else sheet.paper.blocks or ()
    # Lines of signatures nobody had asked for stand at the end of papers that have no block of them.
    if sheet.lines and all(block["kind"] != "signatures" for block in blocks):
        blocks = (*blocks, {"kind": "signatures", "lines": []})
    layout = "letter" if definition is None else definition.layout
    return Document(
        title=sheet.title,
        blocks=tuple(blocks),
        layout=layout,
        signatures=tuple(_given(one, zone) for one in sheet.lines),
        note=line.nth,
        proof=Proof(base + reverse("verify-code", args=[code]), code, line.hash, tuple(told)),
        across=VOID if line.voided else None,
        head=_head(words) if layout == "letter" else "",
        at=line.printed_at,
    )


def _given(line: Any, zone: Any) -> Given:
    how = None
    if line.given is not None:
        day = line.given.astimezone(zone).date()
        words = line.how or Text("已签", "signed")
        how = Text(f"{words.zh}，{shown.day(day, 'zh')}", f"{words.en}, {shown.day(day, 'en')}")
    return Given(line.label, line.name, how, line.seal)


def _head(words: Wording) -> str:
    """Return the name a red head carries: only of a unit the installation lists, for most units have none."""
    host = words.view.units.get("host", "")
    return words.view.unit_names.get("host", "") if host in settings.HUIYIN_RED_HEAD_UNITS else ""


def answer(request: HttpRequest, standpoint: Standpoint, name: str, number: int, kind: str) -> HttpResponse:
    """Send one issue of a paper as a file; the rights are those of its page."""
    from huiyin.web.pages import sheets

    if kind not in KINDS:
        return not_found(request)
    paper = queries.paper(standpoint.principal, standpoint.home, standpoint.matter, name, number)
    view = None if paper is None else queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if paper is None or view is None:
        return not_found(request)
    words = Wording(view, standpoint)
    sheet = sheets.of_paper(paper, words)
    document = document_of(sheet, words, base_of(request))
    if kind == "paper.docx":
        return sent(typesetting.docx(document), WORD, f"{document.title.zh}.docx")
    language = "en" if kind == "english.pdf" else "zh"
    return sent(copy_of(standpoint, sheet, words, base_of(request), kind), PDF, f"{document.title.in_(language)}.pdf")


def copy_of(standpoint: Standpoint, sheet: Sheet, words: Wording, base: str, kind: str = "paper.pdf") -> bytes:
    """Return one copy of a paper as PDF: once it is complete the one that was sealed and kept."""
    language = "en" if kind == "english.pdf" else "zh"

    def make() -> bytes:
        return typesetting.pdf(document_of(sheet, words, base), language=language, large=kind == "large.pdf").data

    if not complete(sheet):
        return make()
    return sealed_copy(
        standpoint.principal,
        home=standpoint.home,
        matter=standpoint.matter,
        line=sheet.paper.line,
        kind=kind,
        base=base,
        make=make,
    )


def complete(sheet: Sheet) -> bool:
    """Tell whether everybody signed and sealed who has to: from then on a copy carries the seal of integrity and stays as it is."""
    return sheet.blocks is not None and bool(sheet.lines) and all(line.given is not None for line in sheet.lines)


def sent(data: bytes, media_type: str, name: str) -> HttpResponse:
    """Return a file of ours. Its name tells the kind of paper only: it stays behind on shared machines."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(media_type != PDF, name) or "inline"
    response["X-Robots-Tag"] = "noindex"
    return response
