"""Frames of coordinates: known points, the way there and back, and how far a point is moved."""

from __future__ import annotations

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core import coordinates as frames

CHINA = st.tuples(st.floats(73.5, 134.8), st.floats(3.9, 53.5))


def metres(a: frames.Point, b: frames.Point) -> float:
    return hypot((a[0] - b[0]) * 111_320 * cos(radians(a[1])), (a[1] - b[1]) * 110_574)


@given(CHINA)
def test_there_and_back_is_the_same_place_to_a_millimetre(point: frames.Point) -> None:
    assert metres(frames.gcj02_to_wgs84(frames.wgs84_to_gcj02(point)), point) < 0.001
    assert metres(frames.bd09_to_gcj02(frames.gcj02_to_bd09(point)), point) < 0.001
    assert metres(frames.bd09_to_wgs84(frames.wgs84_to_bd09(point)), point) < 0.001


@given(CHINA)
def test_a_point_in_the_country_moves_by_some_metres_to_a_kilometre(point: frames.Point) -> None:
    assert 1 < metres(frames.wgs84_to_gcj02(point), point) < 1100


@given(st.tuples(st.floats(-180, 70), st.floats(-80, 80)))
def test_elsewhere_nothing_moves(point: frames.Point) -> None:
    assert frames.wgs84_to_gcj02(point) == point
    assert frames.gcj02_to_wgs84(point) == point


def test_a_known_place_in_the_three_frames() -> None:
    longitude, latitude = frames.wgs84_to_gcj02((116.404, 39.915))
    assert longitude == pytest.approx(116.41024449916938, abs=1e-9)
    assert latitude == pytest.approx(39.91640428150164, abs=1e-9)
    longitude, latitude = frames.gcj02_to_bd09((116.404, 39.915))
    assert longitude == pytest.approx(116.41036949371029, abs=1e-9)
    assert latitude == pytest.approx(39.92133699351021, abs=1e-9)
