"""A paper as a page: its text, who signed, whether it counts, and how to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import PaperView
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Wording

HOW: dict[str, Text] = {
    "screen": Text("屏幕签署", "on the screen"),
    "wet": Text("手写签名", "by hand"),
    "telephone": Text("电话确认", "by telephone"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the signature block: whose, and when it was given."""

    label: Text
    name: str
    given: datetime | None
    how: Text | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper ready to be shown; ``blocks`` is None when its text was erased."""

    paper: PaperView
    title: Text
    blocks: tuple[Mapping[str, Any], ...] | None
    lines: tuple[Line, ...]
    reference: str


def of_paper(paper: PaperView, words: Wording) -> Sheet:
    """Return a paper with its signature lines filled in from what was signed since it was printed."""
    blocks = None if paper.blocks is None else tuple(block for block in paper.blocks if block["kind"] != "signatures")
    wanted = [line for block in paper.blocks or () if block["kind"] == "signatures" for line in block["lines"]]
    return Sheet(paper, paper.title or paper.line.title, blocks, _lines(paper, words, wanted), words.view.reference)


def _lines(paper: PaperView, words: Wording, wanted: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    marks = [(mark, words.name(mark.by)) for mark in paper.line.signatures]
    lines: list[Line] = []
    for line in wanted:
        label = Text(**line["label"])
        if line["role"] == "seal":
            seal = paper.line.sealed
            lines.append(Line(label, line["name"], None if seal is None else seal.at, None if seal is None else HOW.get(seal.method)))
            continue
        found = next((pair for pair in marks if pair[0].role == line["role"] and (not line["name"] or _same(pair[1], line["name"]))), None)
        if found is not None:
            marks.remove(found)
        mark = None if found is None else found[0]
        lines.append(Line(label, line["name"], None if mark is None else mark.at, None if mark is None else HOW.get(mark.method)))
    # A signature nobody had a line for (a mediator named after printing) still stands on the paper.
    lines.extend(Line(Text("签字", "Signed"), "" if name is None else name.zh, mark.at, HOW.get(mark.method)) for mark, name in marks)
    return tuple(lines)


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
    context = {
        "sheet": of_paper(paper, words),
        "view": view,
        "back": standpoint.address,
        "sign": signable if latest and not paper.line.voided else None,
    }
    return show(request, "web/paper.html", context, frame=standpoint.shell)


def _signs(view: Any, action: str, paper: str) -> bool:
    found = next((offer.action for offer in view.offers if offer.action.name == action), None)
    return found is not None and paper in (found.signs, found.seals)
