"""A point on the ground: which division it lies in, and the question to ask where outlines or names do not settle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huiyin.city import queries as city
from huiyin.city.place_index import CityIndex, current
from huiyin.core.address_names import DEPTH, LEVELS
from huiyin.core.coordinates import FrameError, Point, metres_between, read_point
from huiyin.core.outlines import around
from huiyin.core.values import Refusal, Text

# The outlines are rough to some hundred metres; a point nearer to a border than that may lie on either side.
NEAR_BORDER = 300.0
# A known point so near makes its place a likely one; farther away it says nothing.
NEAR_KNOWN = 1_500.0
NEAREST_AT_MOST = 3
How = Literal["outline", "border", "nearest"]


@dataclass(frozen=True, slots=True)
class PointPlace:
    """A place a point may lie in.

    Attributes:
        how: by its outline, by the outline of a neighbour whose border is near, or by the nearest known point.
        metres: to the border (``outline``, ``border``) or to the known point (``nearest``).
        unsure: a person has to say whether it is this one.
    """

    code: str
    full_name: str
    level: str
    how: How
    metres: int
    unsure: bool


@dataclass(frozen=True, slots=True)
class PointFound:
    """Where a point lies.

    Attributes:
        point: (longitude, latitude) in WGS 84.
        places: likeliest first.
        question: what to ask a person; None when one outline settles it.
    """

    point: Point
    places: tuple[PointPlace, ...]
    question: Text | None


def place_at(longitude: str | float, latitude: str | float, frame: str = "") -> PointFound | Refusal:
    """Return the places a point given in a frame by name may lie in; refused when it is no point or lies outside the city."""
    point = read_point(longitude, latitude, frame)
    if isinstance(point, FrameError):
        return Refusal(point.code, point.text, field="frame" if point.code == "frame" else "lon")
    held = current()
    near = around(city.boundaries(), point, NEAR_BORDER)
    if not any(one.inside for one in near):
        return Refusal(
            "outside",
            Text("这个位置不在本市范围内。", "That point does not lie in this city.")
            if not near
            else Text("这个位置在市界附近，看不出在不在本市；请写地名。", "That point lies near the city's border; please name the place."),
            field="lon",
        )
    near = [one for one in near if one.code in held.index.number]
    close = len(near) > 1 and near[0].metres <= NEAR_BORDER
    places = [
        _place(held, one.code, "outline" if one.inside else "border", one.metres, unsure=close) for one in (near if close else near[:1])
    ]
    places += _nearest(held, point, {one.code for one in places})
    return PointFound(point, tuple(places), _question(held, places, close))


def _nearest(held: CityIndex, point: Point, inside: set[str]) -> list[PointPlace]:
    """Return the places deeper than the outlines whose known points are nearest."""
    least: dict[str, float] = {}
    for entry in held.index.entries:
        number = held.index.number.get(entry.place)
        if entry.point is None or number is None or entry.place in inside:
            continue
        if not inside.intersection(held.index.codes[one] for one in held.index.path(number)):
            continue
        metres = metres_between(point, entry.point)
        if metres <= min(NEAR_KNOWN, least.get(entry.place, NEAR_KNOWN)):
            least[entry.place] = metres
    nearest = sorted(least.items(), key=lambda one: (one[1], one[0]))[:NEAREST_AT_MOST]
    return [_place(held, code, "nearest", metres, unsure=True) for code, metres in nearest]


def _place(held: CityIndex, code: str, how: How, metres: float, *, unsure: bool) -> PointPlace:
    number = held.index.number[code]
    return PointPlace(code, held.full_name(number), LEVELS[held.index.depths[number]], how, round(metres), unsure)


def _question(held: CityIndex, places: list[PointPlace], close: bool) -> Text | None:
    if close:
        said = [held.shorts[one.code] for one in places if one.how != "nearest"]
        return Text(f"这里靠近交界：{'还是'.join(said)}？", f"This is near a border: {' or '.join(said)}?")
    deeper = [held.shorts[one.code] for one in places if DEPTH[one.level] > DEPTH[places[0].level]]
    if deeper:
        return Text(f"是{'还是'.join(deeper)}？也可能都不是。", f"Is it {' or '.join(deeper)}? It may be neither.")
    return None
