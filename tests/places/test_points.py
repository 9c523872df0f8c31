"""A point on the ground: its district, a question near a border, never outside the city."""

from __future__ import annotations

from typing import Any

import pytest

from huiyin.core.values import Refusal

INSIDE = ("123.40", "41.77")


def test_a_point_well_inside_lies_in_its_district_whatever_frame_it_is_given_in(city: Any) -> None:
    from huiyin.city.points import place_at
    from huiyin.core.coordinates import FrameError, in_frame

    first = place_at(*INSIDE)
    assert not isinstance(first, Refusal)
    assert first.places[0].level == "district"
    assert first.places[0].how == "outline"
    for frame in ("CGCS2000", "GCJ-02", "BD-09"):
        there = in_frame((float(INSIDE[0]), float(INSIDE[1])), frame)
        assert not isinstance(there, FrameError)
        again = place_at(*there, frame)
        assert not isinstance(again, Refusal)
        assert again.places[0].code == first.places[0].code


def test_a_point_near_a_border_asks_which_side(city: Any) -> None:
    from huiyin.city import queries
    from huiyin.city.points import place_at
    from huiyin.core.outlines import around

    rings = queries.boundaries()["210102000000"]
    corner = next(point for ring in rings for point in ring if len({one.code for one in around(queries.boundaries(), point, 50.0)}) == 2)
    near = next(
        (corner[0] + east, corner[1] + north)
        for east, north in ((0.0005, 0), (-0.0005, 0), (0, 0.0005), (0, -0.0005))
        if any(one.inside for one in around(queries.boundaries(), (corner[0] + east, corner[1] + north), 300))
    )
    found = place_at(*near)
    assert not isinstance(found, Refusal)
    assert found.question is not None
    assert "还是" in found.question.zh
    assert sum(one.level == "district" for one in found.places) >= 2
    assert all(one.unsure for one in found.places)


@pytest.mark.parametrize(
    ("lon", "lat", "frame", "code"),
    [
        ("121.6", "38.9", "", "outside"),
        ("41.77", "123.40", "", "swapped"),
        ("x", "1", "", "number"),
        ("123.4", "41.77", "moon", "frame"),
    ],
)
def test_what_lies_outside_or_is_no_point_is_refused(city: Any, lon: str, lat: str, frame: str, code: str) -> None:
    from huiyin.city.points import place_at

    found = place_at(lon, lat, frame)
    assert isinstance(found, Refusal)
    assert found.code == code


def test_a_known_point_near_by_is_offered_and_never_said_as_a_fact(city: Any) -> None:
    from test_gazetteer import ROW, keeper

    from huiyin.city import gazetteer
    from huiyin.city.points import place_at

    inside = place_at(*INSIDE)
    assert not isinstance(inside, Refusal)
    district = inside.places[0].code
    from huiyin.city.models import Division

    street = Division.objects.filter(level="street", path__contains=[district], ended=None).order_by("code").first()
    assert street is not None
    unit = f"governance_centre.{district[:6]}"
    added = gazetteer.add(keeper(unit=unit), {**ROW, "place": street.code, "kind": "centre", "lon": "123.405", "lat": "41.772"})
    assert not isinstance(added, Refusal)
    found = place_at(*INSIDE)
    assert not isinstance(found, Refusal)
    near = next(one for one in found.places if one.how == "nearest")
    assert (near.code, near.unsure) == (street.code, True)
    assert found.question is not None
    far = place_at("123.44", "41.70")
    assert isinstance(far, Refusal) or all(one.how != "nearest" for one in far.places)
