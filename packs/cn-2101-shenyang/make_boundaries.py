"""Makes boundaries.geojson: district polygons from GCJ-02 to WGS 84, simplified so that neighbours still share their border.

    PYTHONPATH=src python packs/cn-2101-shenyang/make_boundaries.py SOURCE.geojson

Run when the source changes; the result is part of the pack. Borders are cut where three meet, and each piece is simplified
once (Douglas and Peucker), for both of its sides.
"""

from __future__ import annotations

import json
import sys
from math import cos, hypot, radians
from pathlib import Path

from huiyin.core.coordinates import Point, gcj02_to_wgs84

TOLERANCE = 0.0012
SMALLEST = 2.0e-5
STRETCH = cos(radians(42))


def simplified(line: list[Point]) -> list[Point]:
    """Return the line without points nearer to the chord than the tolerance (degrees of latitude)."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    dx, dy = (bx - ax) * STRETCH, by - ay
    long = hypot(dx, dy)

    def far(point: Point) -> float:
        px, py = (point[0] - ax) * STRETCH, point[1] - ay
        return abs(dx * py - dy * px) / long if long else hypot(px, py)

    place = max(range(1, len(line) - 1), key=lambda n: far(line[n]))
    if far(line[place]) < TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: place + 1])[:-1] + simplified(line[place:])


def rings_of(geometry: dict[str, object]) -> list[list[Point]]:
    """Return the rings of a polygon or of several, without their repeated last point."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(x, y) for x, y in ring[:-1]] for polygon in polygons for ring in polygon]  # type: ignore[attr-defined]


def area(ring: list[Point]) -> float:
    """Return twice the signed area of a ring."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def main(source: Path) -> None:
    """Write boundaries.geojson beside this file."""
    features = json.loads(source.read_text("utf-8"))["features"]
    rings = {feature["properties"]["code"]: rings_of(feature["geometry"]) for feature in features}
    beside: dict[Point, set[Point]] = {}
    for ring in (ring for found in rings.values() for ring in found):
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            beside.setdefault(a, set()).add(b)
            beside.setdefault(b, set()).add(a)
    meeting = {point for point, near in beside.items() if len(near) > 2}

    def made(ring: list[Point]) -> list[list[float]]:
        cuts = [n for n, point in enumerate(ring) if point in meeting] or [ring.index(min(ring))]
        turned = ring[cuts[0] :] + ring[: cuts[0]]
        pieces, piece = [], [turned[0]]
        for point in [*turned[1:], turned[0]]:
            piece.append(point)
            if point in meeting or point == turned[0]:
                pieces.append(piece)
                piece = [point]
        out: list[Point] = []
        for piece in pieces:
            turned_round = piece[::-1] < piece
            whole = simplified(piece[::-1] if turned_round else piece)
            out += (whole[::-1] if turned_round else whole)[:-1]
        placed = [gcj02_to_wgs84(point) for point in out]
        if area(placed) < 0:
            placed.reverse()
        return [[round(x, 4), round(y, 4)] for x, y in [*placed, placed[0]]]

    plain = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code},
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[ring] for one in found if abs(area(one)) > SMALLEST and len(ring := made(one)) > 3],
                },
            }
            for code, found in sorted(rings.items())
        ],
    }
    Path(__file__).with_name("boundaries.geojson").write_text(json.dumps(plain, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
