"""The lines a list begins with before anybody wrote one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The lines a list begins with: some always, others by what a choice of the matter says.

    Attributes:
        by: the choice.
        part: the part of a line they stand in, a choice too; the others are left to whoever fills it in.
        rows: answer of the choice -> further lines.
    """

    by: str
    part: str
    always: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]

    def lines(self, chosen: object) -> list[dict[str, str]]:
        """Return the lines for one answer of the choice, or for none."""
        return [{self.part: one} for one in (*self.always, *self.rows.get(str(chosen), ()))]
