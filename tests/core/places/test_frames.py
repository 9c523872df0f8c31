"""Frames by name, there and back; errors that say which names exist and that latitude stands first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core.coordinates import FRAMES, FrameError, frame_named, in_frame, metres_between, read_point
from huiyin.core.outlines import around, holds, metres_to_border

EAST = st.floats(118.0, 126.0)
NORTH = st.floats(38.5, 43.5)


@given(east=EAST, north=NORTH, frame=st.sampled_from(sorted(FRAMES)))
def test_there_and_back_is_the_same_point(east: float, north: float, frame: str) -> None:
    there = in_frame((east, north), frame)
    assert not isinstance(there, FrameError)
    back = read_point(there[0], there[1], frame)
    assert not isinstance(back, FrameError)
    assert metres_between(back, (east, north)) < 0.01


@pytest.mark.parametrize(
    ("said", "frame"),
    [
        ("", "WGS84"),
        ("wgs-84", "WGS84"),
        ("EPSG:4326", "WGS84"),
        ("CGCS 2000", "CGCS2000"),
        ("epsg:4490", "CGCS2000"),
        ("gcj02", "GCJ-02"),
        ("BD09ll", "BD-09"),
    ],
)
def test_a_frame_is_known_however_its_name_is_written(said: str, frame: str) -> None:
    assert frame_named(said) == frame


def test_an_unknown_frame_names_those_there_are() -> None:
    error = frame_named("mars")
    assert isinstance(error, FrameError)
    assert all(name in error.text.en and name in error.text.zh for name in FRAMES)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        ("41.80", "123.43", "swapped"),
        ("abc", "1", "number"),
        ("nan", "41", "number"),
        ("", "", "number"),
        ("1e400", "41", "number"),
        ("200", "95", "range"),
    ],
)
def test_numbers_that_are_no_point_say_why(lon: str, lat: str, code: str) -> None:
    error = read_point(lon, lat)
    assert isinstance(error, FrameError)
    assert error.code == code


def test_the_frame_matters_by_hundreds_of_metres() -> None:
    wgs, gcj, bd = (read_point("123.43", "41.80", frame) for frame in ("WGS84", "GCJ-02", "BD-09"))
    assert not isinstance(wgs, FrameError)
    assert not isinstance(gcj, FrameError)
    assert not isinstance(bd, FrameError)
    assert 300 < metres_between(wgs, gcj) < 1_000
    assert 300 < metres_between(gcj, bd) < 1_500


SQUARE = [[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)]]
HOLED = [*SQUARE, [(0.4, 0.4), (0.4, 0.6), (0.6, 0.6), (0.6, 0.4), (0.4, 0.4)]]


def test_a_hole_is_outside() -> None:
    assert holds(SQUARE, (0.5, 0.5))
    assert not holds(HOLED, (0.5, 0.5))
    assert holds(HOLED, (0.2, 0.5))
    assert not holds(SQUARE, (1.5, 0.5))


@given(east=st.floats(0.01, 0.99), north=st.floats(0.01, 0.99))
def test_the_border_is_as_far_as_the_nearest_side(east: float, north: float) -> None:
    nearest = min(north, 1 - north, east, 1 - east) * 111_320
    assert metres_to_border(SQUARE, (east, north)) == pytest.approx(nearest, rel=0.01, abs=1)


def test_a_neighbour_counts_when_its_border_is_near() -> None:
    other = [[(1.0, 0.0), (1.0, 1.0), (2.0, 1.0), (2.0, 0.0), (1.0, 0.0)]]
    found = around({"a": SQUARE, "b": other}, (0.999, 0.5), 300)
    assert [(one.code, one.inside) for one in found] == [("a", True), ("b", False)]
    assert [one.code for one in around({"a": SQUARE, "b": other}, (0.5, 0.5), 300)] == ["a"]
