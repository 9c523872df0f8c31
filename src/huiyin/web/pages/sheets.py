"""A paper as a page: its text, who signed, whether it counts, and how to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from huiyin.core import turns
from huiyin.core.paper_codes import code_of
from huiyin.core.signing import BY_SERVICE, EVERY_METHOD, SEALINGS
from huiyin.core.snapshot import Signature
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import PaperView
from huiyin.papers import queries as files
from huiyin.papers import typesetting
from huiyin.web.pages.documents import printing
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Wording


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the signature block: whose, when it was given, how, and by which scans it is shown.

    Attributes:
        how: in words, with the numbers of the scans; None while the line waits.
        role: the party role or post that signs here, ``"seal"`` for the unit's seal; empty for a signature nobody had a line for.
    """

    label: Text
    name: str
    given: datetime | None
    how: Text | None
    role: str = ""

    @property
    def seal(self) -> bool:
        """Tell whether it is the unit's seal."""
        return self.role == turns.SEAL


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper ready to be shown; ``blocks`` is None when its text was erased."""

    paper: PaperView
    title: Text
    blocks: tuple[Mapping[str, Any], ...] | None
    lines: tuple[Line, ...]
    reference: str

    @property
    def code(self) -> str:
        """The code by which anybody can check a printed copy."""
        return code_of(self.paper.line.hash)


def of_paper(paper: PaperView, words: Wording) -> Sheet:
    """Return a paper with its signature lines filled in from what was signed since it was printed."""
    blocks = None if paper.blocks is None else tuple(block for block in paper.blocks if block["kind"] != "signatures")
    wanted = [line for block in paper.blocks or () if block["kind"] == "signatures" for line in block["lines"]]
    return Sheet(paper, paper.title or paper.line.title, blocks, _lines(paper, words, wanted), words.view.reference)


def _lines(paper: PaperView, words: Wording, wanted: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    marks = [(mark, words.name(mark.by)) for mark in paper.line.signatures]
    numbers = _scan_numbers(paper, words)
    lines: list[Line] = []
    for line in wanted:
        label = Text(**line["label"])
        if line["role"] == "seal":
            lines.append(_line(label, line["name"], paper.line.sealed, numbers, turns.SEAL))
            continue
        found = next((pair for pair in marks if pair[0].role == line["role"] and (not line["name"] or _same(pair[1], line["name"]))), None)
        if found is not None:
            marks.remove(found)
        lines.append(_line(label, line["name"] or _named(found), None if found is None else found[0], numbers, line["role"]))
    # A signature nobody had a line for (a mediator named after printing) still stands on the paper.
    lines.extend(_line(Text("签字", "Signed"), "" if name is None else name.zh, mark, numbers) for mark, name in marks)
    return tuple(lines)


def _line(label: Text, name: str, mark: Signature | None, numbers: Mapping[str, int], role: str = "") -> Line:
    if mark is None:
        return Line(label, name, None, None, role)
    how = (SEALINGS if role == turns.SEAL else EVERY_METHOD).get(mark.method, Text(mark.method, mark.method))
    scans = [str(numbers[file]) for file in mark.scan if file in numbers]
    if scans:
        kept = Text("签名文件", "signed file") if mark.method == BY_SERVICE else Text("扫描件", "scan")
        how = Text(f"{how.zh}，{kept.zh}第{'、'.join(scans)}号", f"{how.en}, {kept.en} no. {', '.join(scans)}")
    return Line(label, name, mark.at, how, role)


def _scan_numbers(paper: PaperView, words: Wording) -> Mapping[str, int]:
    """Return the number of each file of the matter, in the order they came in; asked for only when there is a scan."""
    if not any(mark.scan for mark in paper.line.marks()):
        return {}
    stored = files.stored(words.standpoint.principal, home=words.view.home, matter=words.view.matter)
    return {str(row.id): number for number, row in enumerate(stored, 1)}


def _named(found: tuple[Signature, Text | None] | None) -> str:
    """Return the name of who signed a line on which no name was printed."""
    return "" if found is None or found[1] is None else found[1].zh


def _same(name: Text | None, printed: str) -> bool:
    return name is not None and name.zh == printed


def page(request: HttpRequest, standpoint: Standpoint, name: str, number: int) -> HttpResponse:
    """Show one issue of a paper."""
    paper = queries.paper(standpoint.principal, standpoint.home, standpoint.matter, name, number)
    view = None if paper is None else queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if paper is None or view is None:
        return not_found(request)
    words = Wording(view, standpoint)
    signable = next(
        (deed for deed in (*words.deeds()[0], *words.deeds()[1]) if _signs(view, deed.name, name) and deed.why_not is None), None
    )
    latest = all(line.number <= number for line in view.papers if line.name == name)
    sheet = of_paper(paper, words)
    context = {
        "sheet": sheet,
        "view": view,
        "back": standpoint.address,
        "sign": signable if latest and not paper.line.voided else None,
        "copies": printing.copies(standpoint, name, number),
        "qr": printing.qr_of(request, paper.line.hash),
        # Whoever hands a sheet over must know that something is to be written in by hand.
        "missing": typesetting.missing(printing.document_of(sheet, words, "")) if standpoint.shell == "staff" else (),
    }
    return show(request, "web/paper.html", context, frame=standpoint.shell)


def _signs(view: Any, action: str, paper: str) -> bool:
    found = next((offer.action for offer in view.offers if offer.action.name == action), None)
    return found is not None and paper in (found.signs, found.seals)
