"""What is typeset: a paper's text with its signatures and its corner of verification, as plain values without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from huiyin.core.papers import Layout
from huiyin.core.values import Text

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Given:
    """One line of a signature block.

    Attributes:
        name: printed before the line; empty when it is to be written.
        how: how and when it was given; None while the line waits for a pen.
        seal: it is a unit's seal.
    """

    label: Text
    name: str
    how: Text | None = None
    seal: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """The corner by which anybody can check a printed sheet.

    Attributes:
        address: of the page that answers, the code in it; it is drawn as a QR code.
        code: grouped, to be typed.
        lines: number, time of printing and the like.
    """

    address: str
    code: str
    fingerprint: str
    lines: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One text to be printed.

    Attributes:
        blocks: as `core.papers.Rendered.blocks`.
        signatures: of the block ``signatures``, filled in from what was given since.
        note: beneath the title, such as which draft it is.
        across: words set across every page of what no longer counts.
        at: when its text was made; the file carries this time, so the same paper gives the same bytes.
        head: name of the issuing body in red over the text; empty for all but units that ask for it.
    """

    title: Text
    blocks: tuple[Mapping[str, Any], ...]
    layout: Layout = "letter"
    signatures: tuple[Given, ...] = ()
    note: Text | None = None
    proof: Proof | None = None
    across: Text | None = None
    head: str = ""
    landscape: bool = False
    at: datetime = EPOCH


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished PDF.

    Attributes:
        warnings: what a reader should know, such as characters printed as their codes.
    """

    data: bytes
    pages: int
    warnings: tuple[Text, ...] = ()


def texts_of(document: Document, language: str) -> Sequence[str]:
    """Return every text a document prints in one language, in the order it is printed."""
    found: list[str] = [document.head, document.title.in_(language)]
    _collect(list(document.blocks), language, found)
    for line in document.signatures:
        found += [line.label.in_(language), line.name, *(() if line.how is None else (line.how.in_(language),))]
    return [text for text in found if text]


def _collect(value: Any, language: str, found: list[str]) -> None:
    if isinstance(value, Mapping):
        if isinstance(value.get(language), str):
            found.append(value[language])
        for inner in value.values():
            _collect(inner, language, found)
    elif isinstance(value, list | tuple):
        for inner in value:
            _collect(inner, language, found)
