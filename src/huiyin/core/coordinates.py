"""Coordinates of three frames: WGS 84 as kept and exchanged, GCJ-02 and BD-09 as maps drawn in China use them.

GCJ-02 moves a point by up to some 700 m, by a formula everyone knows and nobody publishes; BD-09 moves it once more. Points
are converted only at the edge, where a map is drawn or data of another frame comes in. The way back has no formula; it is
found by approaching, to well under a millimetre.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import atan2, cos, hypot, isfinite, pi, sin, sqrt
from typing import Final

from huiyin.core.values import Text

Point = tuple[float, float]

# Krasovsky's ellipsoid, on which the shift is computed.
AXIS: Final = 6378245.0
ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
BD_TURN: Final = pi * 3000.0 / 180.0
NEAR_ENOUGH: Final = 1e-10
MOST_STEPS: Final = 30
# The shift applies within these bounds (degrees east, degrees north); outside, the frames are the same.
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271


def in_shifted_area(point: Point) -> bool:
    """Tell whether a point (longitude, latitude) lies where GCJ-02 differs from WGS 84."""
    return WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH


def wgs84_to_gcj02(point: Point) -> Point:
    """Return where a map in GCJ-02 draws a point of WGS 84; (longitude, latitude) in degrees."""
    if not in_shifted_area(point):
        return point
    east, north = _shift(point)
    return point[0] + east, point[1] + north


def gcj02_to_wgs84(point: Point) -> Point:
    """Return the point of WGS 84 that a map in GCJ-02 draws here."""
    if not in_shifted_area(point):
        return point
    longitude, latitude = point
    for _ in range(MOST_STEPS):
        east, north = _shift((longitude, latitude))
        next_longitude, next_latitude = point[0] - east, point[1] - north
        moved = hypot(next_longitude - longitude, next_latitude - latitude)
        longitude, latitude = next_longitude, next_latitude
        if moved < NEAR_ENOUGH:
            break
    return longitude, latitude


def gcj02_to_bd09(point: Point) -> Point:
    """Return where a map in BD-09 draws a point of GCJ-02."""
    longitude, latitude = point
    far = hypot(longitude, latitude) + 0.00002 * sin(latitude * BD_TURN)
    turn = atan2(latitude, longitude) + 0.000003 * cos(longitude * BD_TURN)
    return far * cos(turn) + 0.0065, far * sin(turn) + 0.006


def bd09_to_gcj02(point: Point) -> Point:
    """Return the point of GCJ-02 that a map in BD-09 draws here."""
    longitude, latitude = point[0] - 0.0065, point[1] - 0.006
    for _ in range(MOST_STEPS):
        drawn = gcj02_to_bd09((longitude, latitude))
        east, north = point[0] - drawn[0], point[1] - drawn[1]
        longitude, latitude = longitude + east, latitude + north
        if hypot(east, north) < NEAR_ENOUGH:
            break
    return longitude, latitude


def wgs84_to_bd09(point: Point) -> Point:
    """Return where a map in BD-09 draws a point of WGS 84."""
    return gcj02_to_bd09(wgs84_to_gcj02(point))


def bd09_to_wgs84(point: Point) -> Point:
    """Return the point of WGS 84 that a map in BD-09 draws here."""
    return gcj02_to_wgs84(bd09_to_gcj02(point))


def _same(point: Point) -> Point:
    return point


# Name -> (to WGS 84, from WGS 84). CGCS2000 and WGS 84 differ by centimetres, which nothing here measures.
FRAMES: Final[Mapping[str, tuple[Callable[[Point], Point], Callable[[Point], Point]]]] = {
    "WGS84": (_same, _same),
    "CGCS2000": (_same, _same),
    "GCJ-02": (gcj02_to_wgs84, wgs84_to_gcj02),
    "BD-09": (bd09_to_wgs84, wgs84_to_bd09),
}
# How the names are written elsewhere, without marks and in capitals.
_WRITTEN: Final[Mapping[str, str]] = {
    "": "WGS84",
    "WGS84": "WGS84",
    "EPSG4326": "WGS84",
    "CRS84": "WGS84",
    "CGCS2000": "CGCS2000",
    "EPSG4490": "CGCS2000",
    "GCJ02": "GCJ-02",
    "BD09": "BD-09",
    "BD09LL": "BD-09",
}


@dataclass(frozen=True, slots=True)
class FrameError:
    """Why numbers are no point.

    Attributes:
        code: ``frame`` (the frame is not known), ``number``, ``swapped`` (latitude stands first) or ``range``.
    """

    code: str
    text: Text


def frame_named(said: str) -> str | FrameError:
    """Return the frame somebody names, as `FRAMES` writes it; nothing said is WGS 84, as GeoJSON has it."""
    found = _WRITTEN.get("".join(one for one in said.upper() if one.isalnum()))
    if found is not None:
        return found
    known = list(FRAMES)
    return FrameError(
        "frame",
        Text(
            f"坐标系“{said[:20]}”不认识。可以写：{'、'.join(known)}。", f"The frame “{said[:20]}” is not known. Known: {', '.join(known)}."
        ),
    )


def read_point(longitude: str | float, latitude: str | float, frame: str = "") -> Point | FrameError:
    """Return a point given in a frame by name as (longitude, latitude) of WGS 84, or why it is none."""
    named = frame_named(frame)
    if isinstance(named, FrameError):
        return named
    try:
        point = float(longitude), float(latitude)
    except (TypeError, ValueError, OverflowError):
        point = float("nan"), float("nan")
    if not all(map(isfinite, point)):
        return FrameError(
            "number", Text("经度和纬度要写成数字，如123.43和41.80。", "Give longitude and latitude as numbers, such as 123.43 and 41.80.")
        )
    east, north = point
    if not in_shifted_area(point) and in_shifted_area((north, east)):
        return FrameError(
            "swapped",
            Text(
                f"经度和纬度好像写反了：经度在前（{north:g}），纬度在后（{east:g}）。",
                f"Longitude and latitude look swapped: longitude first ({north:g}), then latitude ({east:g}).",
            ),
        )
    if not (-180 <= east <= 180 and -90 <= north <= 90):
        return FrameError(
            "range",
            Text("经度在-180到180之间，纬度在-90到90之间。", "Longitude lies between -180 and 180, latitude between -90 and 90."),
        )
    return FRAMES[named][0](point)


def in_frame(point: Point, frame: str) -> Point | FrameError:
    """Return a point of WGS 84 as the frame of that name has it."""
    named = frame_named(frame)
    return named if isinstance(named, FrameError) else FRAMES[named][1](point)


def metres_between(one: Point, other: Point) -> float:
    """Return how far two points of WGS 84 a few kilometres apart are from each other."""
    east = (other[0] - one[0]) * 111_320.0 * cos((one[1] + other[1]) / 2 * pi / 180.0)
    return hypot(east, (other[1] - one[1]) * 111_320.0)


def _shift(point: Point) -> Point:
    """Return by how many degrees east and north GCJ-02 moves a point of WGS 84."""
    x, y = point[0] - 105.0, point[1] - 35.0
    waves = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += 2.0 / 3.0 * (waves + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi) + 160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += 2.0 / 3.0 * (waves + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi) + 150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi))
    latitude = point[1] / 180.0 * pi
    bulge = 1.0 - ECCENTRICITY_SQUARED * sin(latitude) ** 2
    along_meridian = AXIS * (1.0 - ECCENTRICITY_SQUARED) / (bulge * sqrt(bulge)) * pi / 180.0
    along_parallel = AXIS / sqrt(bulge) * cos(latitude) * pi / 180.0
    return east / along_parallel, north / along_meridian
