"""What residents hold in the hand: the sign at a door, the code on it, a blank form to fill in with a pen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.values import Text
from huiyin.jobs.signs import qr_svg
from huiyin.ui import forms
from huiyin.ui.forms import Question
from huiyin.web.pages import asked, journeys, places
from huiyin.web.pages.drafts import Draft
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')
LINES_OF = {"line": 1, "long": 6}
# Rows of a list on paper: enough for most, and the back of the sheet for more.
ROWS = 2


@dataclass(frozen=True, slots=True)
class Blank:
    """One question on paper: its answers to tick, or lines to write on."""

    label: Text
    hint: Text | None
    required: bool
    options: tuple[Text, ...]
    lines: int


def qr(address: str) -> SafeString:
    """Return the code of an address as a drawing to stand in a page."""
    # Without a size of its own it grows to the one the style gives. It holds paths and numbers only, drawn by our own library.
    drawn = _SIZE.sub(r'viewBox="0 0 \1 \2"', qr_svg(address), count=1)
    return mark_safe(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S308


def way_back(request: HttpRequest, reference: str) -> dict[str, Any]:
    """Return what a slip shows of the page a matter is followed on: ``qr`` with the reference in it, ``track`` to be typed."""
    address = request.build_absolute_uri(reverse("track"))
    return {"qr": qr(f"{address}?{urlencode({'reference': reference})}"), "track": address}


def place_code(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the code to scan of a place, as a picture."""
    if not places.is_place(code):
        return not_found(request)
    return HttpResponse(qr_svg(_address(request, code)), content_type="image/svg+xml; charset=utf-8")


def place_sign(request: HttpRequest, code: str) -> HttpResponse:
    """Show the sign of a place to print: the code, its number in digits, the telephone."""
    name = places.name_of(code)
    if name is None or not places.is_place(code):
        return not_found(request)
    address = _address(request, code)
    context = {
        "code": code,
        "shown": " ".join(code[at : at + 4] for at in range(0, len(code), 4)),
        "name": name,
        "qr": qr(address),
        "address": address.partition("://")[2],
        "small": request.GET.get("size") == "a6",
    }
    return show(request, "web/place_sign.html", context, frame="resident")


def paper_form(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the questions of a report as a form to print and fill in by hand; staff type it in under the same questions."""
    library = city.library()
    if not journeys.is_kind(library, kind):
        raise Http404
    draft = Draft("", kind, "")
    path = [one for one in journeys.steps(library, draft) if one.name != "check"]
    procedure = journeys.asked_in(library, draft)
    pages = []
    for one in path:
        questions = asked.of_step(library, procedure, draft, one, forms.Problems())
        blanks = [blank for question in questions if question.kind != "file" for blank in _blanks(library, kind, question)]
        pages.append((one.title, blanks))
    return show(
        request, "web/paper_form.html", {"kind": kind, "applied": journeys.title_of(library, kind), "pages": pages}, frame="resident"
    )


def _blanks(library: Library, kind: str, question: Question) -> list[Blank]:
    if question.name == "topic":
        wide = [library.topics[one] for one in library.topics if one.count(".") <= (1 if kind == "dispute" else 0)]
        labels = [one.label for one in wide if kind != "dispute" or (one.line_of_work == journeys.DISPUTE_LINE and "." in one.key)]
        return [Blank(question.label, None, True, tuple(labels), 0)]
    if question.kind == "rows":
        # One line for each part, twice, as the pages ask for one entry after another.
        return [
            Blank(Text(f"{part.label.zh}（{number}）", f"{part.label.en} ({number})"), None, part.required, (), 1)
            for number in range(1, ROWS + 1)
            for part in question.rows[0]
        ]
    if question.name == "area":
        return [Blank(question.label, None, False, tuple(option.label for option in question.options), 0)]
    options = tuple(option.label for option in question.options)
    return [Blank(question.label, question.hint, question.required, options, 0 if options else LINES_OF.get(question.kind, 1))]


def _address(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(reverse("place", args=[code]))
