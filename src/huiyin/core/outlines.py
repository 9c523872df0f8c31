"""Which outlines hold a point, and how far it lies from their borders. Rings are (longitude, latitude) in WGS 84."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, inf, pi

from huiyin.core.coordinates import Point

Rings = Sequence[Sequence[tuple[float, float]]]
METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Within:
    """How a point lies to one outline: metres to its border, and whether inside."""

    code: str
    inside: bool
    metres: float


def holds(rings: Rings, point: Point) -> bool:
    """Tell whether a point lies inside rings of which those inside others are holes."""
    x, y = point
    inside = False
    for ring in rings:
        before = ring[-1]
        for here in ring:
            if (here[1] > y) != (before[1] > y) and x < (before[0] - here[0]) * (y - here[1]) / (before[1] - here[1]) + here[0]:
                inside = not inside
            before = here
    return inside


def metres_to_border(rings: Rings, point: Point) -> float:
    """Return how many metres lie between a point and the nearest border."""
    wide = METRES_A_DEGREE * cos(point[1] * pi / 180.0)
    least = inf
    for ring in rings:
        before = ring[-1]
        ax, ay = (before[0] - point[0]) * wide, (before[1] - point[1]) * METRES_A_DEGREE
        for here in ring:
            bx, by = (here[0] - point[0]) * wide, (here[1] - point[1]) * METRES_A_DEGREE
            dx, dy = bx - ax, by - ay
            square = dx * dx + dy * dy
            along = 0.0 if square == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / square))
            least = min(least, hypot(ax + along * dx, ay + along * dy))
            ax, ay = bx, by
    return least


def around(outlines: Mapping[str, Rings], point: Point, near: float) -> list[Within]:
    """Return the outlines that hold a point or whose border is so near, the one that holds it first, then by distance."""
    found = []
    for code, rings in outlines.items():
        inside, metres = holds(rings, point), metres_to_border(rings, point)
        if inside or metres <= near:
            found.append(Within(code, inside, metres))
    return sorted(found, key=lambda one: (not one.inside, one.metres, one.code))
