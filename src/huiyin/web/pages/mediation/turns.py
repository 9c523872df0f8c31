"""Who has signed a paper, whose turn it is, and who still waits, as its signers and staff read it."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.core.papers import PaperDef
from huiyin.core.turns import turn_of
from huiyin.matters.views import PaperView
from huiyin.web.pages import sheets
from huiyin.web.pages.story import Wording


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the signature block.

    Attributes:
        turn: ``signed``, ``now`` (may sign), or ``later`` (waits for those before).
    """

    line: sheets.Line
    turn: str


def of_paper(paper: PaperView, words: Wording, definition: PaperDef | None) -> tuple[Standing, ...]:
    """Return the lines of a paper's signature block with their turns; without a known order nobody waits for another."""
    lines = sheets.of_paper(paper, words).lines
    of = [0 if definition is None else turn_of(definition, line.role) for line in lines]
    turn = min((own for own, line in zip(of, lines, strict=True) if line.given is None), default=0)
    return tuple(Standing(line, "signed" if line.given else "now" if own <= turn else "later") for own, line in zip(of, lines, strict=True))
