"""The page of each layout: paper, margins, sizes of type. Letters follow GB/T 9704-2012; other papers are lighter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from huiyin.core.papers import Layout

A4_MM = (210.0, 297.0)
MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Geometry:
    """One page.

    Attributes:
        top: and the other margins, in mm; their type area is 156 × 225 mm for letters.
        body: size of the body's type in points; ``title``, ``small`` (tables, forms) and ``note`` likewise.
        pitch: from one line to the next, in points.
    """

    top: float
    right: float
    bottom: float
    left: float
    title: float
    body: float
    small: float
    note: float
    pitch: float
    landscape: bool = False

    @property
    def width(self) -> float:
        """Width of the sheet in mm."""
        return A4_MM[1] if self.landscape else A4_MM[0]

    @property
    def height(self) -> float:
        """Height of the sheet in mm."""
        return A4_MM[0] if self.landscape else A4_MM[1]

    @property
    def area(self) -> tuple[float, float]:
        """Width and height of the type area in mm."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom


# 28 characters of 15.75 pt (三号) make 441 pt of the 442 pt (156 mm); 22 lines of 28.9 pt make 225 mm.
LETTER = Geometry(top=37, right=26, bottom=35, left=28, title=22, body=15.75, small=12, note=8, pitch=28.9)
LAYOUTS: Mapping[Layout, Geometry] = {
    "letter": LETTER,
    "record": Geometry(top=32, right=24, bottom=28, left=28, title=20, body=14, small=12, note=8, pitch=25),
    "form": Geometry(top=32, right=22, bottom=26, left=25, title=20, body=13, small=11, note=8, pitch=22),
    "slip": Geometry(top=32, right=26, bottom=28, left=28, title=20, body=14, small=12, note=8, pitch=25),
}
# Large print: the same text for those who read with difficulty, body 22 pt.
LARGE = Geometry(top=37, right=20, bottom=28, left=22, title=30, body=22, small=18, note=11, pitch=38)


def page_of(layout: Layout, *, large: bool = False, landscape: bool = False) -> Geometry:
    """Return the page of a layout."""
    page = LARGE if large else LAYOUTS[layout]
    return replace(page, landscape=landscape)
