"""Coordinates of three frames: WGS 84 as kept and exchanged, GCJ-02 and BD-09 as maps drawn in China use them.

GCJ-02 moves a point by up to some 700 m, by a formula everyone knows and nobody publishes; BD-09 moves it once more. Points
are converted only at the edge, where a map is drawn or data of another frame comes in. The way back has no formula; it is
found by approaching, to well under a millimetre.
"""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin, sqrt
from typing import Final

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
