"""Matters by place: the list first, from district to street to community; then a map of the districts, drawn here.

Staff see counts of what their post may see, each leading to its list. The public sees facilities only (hazards of roads,
pipes, buildings), no small numbers, and nothing from which one could be computed. There are no dots and no addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import cos, radians
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.city.models import Division
from huiyin.core.values import Text
from huiyin.matters import counting
from huiyin.web import people
from huiyin.web.pages.board import figures
from huiyin.web.pages.board.charts import Bar, bar
from huiyin.web.pages.show import show

WIDTH: Final = 720
ROOM_WIDE, ROOM_TALL = 130, 70
# Steps of the colour: how many matters begin each. The first is what is shown at all.
STEPS: Final = 5

Ring = Sequence[tuple[float, float]]
Frame = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place of the list. ``shown`` is None where the number is hidden."""

    code: str
    name: Text
    shown: str | None
    late: str | None
    address: str
    inside: str
    bar: Bar
    step: int


@dataclass(frozen=True, slots=True)
class Region:
    """One place of the map; ``labelled`` where its name has room."""

    line: PlaceLine
    path: str
    x: float
    y: float
    labelled: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """One map."""

    title: Text
    regions: tuple[Region, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Shade:
    """One line of the legend."""

    step: int
    label: Text


@require_GET
def whole(request: HttpRequest) -> HttpResponse:
    """Show the city: for staff their matters, for everyone the state of facilities."""
    root = places.root()
    if root is None:
        raise Http404
    return _show(request, root)


@require_GET
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show one place and its parts; for staff only, since there the numbers are small."""
    found = places.division(code)
    if found is None or found.ended is not None or people.staff_of(request) is None:
        raise Http404
    return _show(request, found)


def _show(request: HttpRequest, here: Division) -> HttpResponse:
    principal = people.staff_of(request)
    parts = places.parts(here.code)
    at: datetime
    if principal is None:
        seen, at = figures.facilities(), figures.taken_at()
        lines = [_public(part, seen.get(part.code), seen) for part in parts]
        total = None
    else:
        counts, at = counting.by_place(principal), clock.now()
        most = max((counts.get(part.code, (0, 0))[0] for part in parts), default=0)
        lines = [_own(part, counts.get(part.code, (0, 0)), most) for part in parts]
        total = f"{counts.get(here.code, (0, 0))[0]:,}"
    context = {
        "place": here.title,
        "total": total,
        "public": principal is None,
        "at": at,
        "level": _level(parts),
        "lines": lines,
        "up": _up(here),
        "pictures": _pictures(lines) if here.level == "city" else (),
        "shades": _shades(lines),
        "any_hidden": any(line.shown is None for line in lines),
        "here": "map",
    }
    return show(request, "web/board/map.html", context)


def _own(part: Division, counted: tuple[int, int], most: int) -> PlaceLine:
    total, late = counted
    address = f"{reverse('inbox')}?{urlencode({'scope': 'all', 'place': part.code})}" if total else ""
    inside = reverse("map-place", args=[part.code]) if part.level != "community" else ""
    return PlaceLine(part.code, part.title, f"{total:,}", f"{late:,}", address, inside, bar(total, most), _step(total, most))


def _public(part: Division, count: int | None, seen: Mapping[str, int | None]) -> PlaceLine:
    most = max((number for number in seen.values() if number is not None), default=0)
    shown = None if count is None else f"{count:,}"
    return PlaceLine(part.code, part.title, shown, None, "", "", bar(count, most), 0 if count is None else _step(count, most))


def _step(count: int, most: int) -> int:
    """Return which fifth of the largest number a count lies in; 0 for none."""
    return 0 if count == 0 or most == 0 else min(STEPS, 1 + (count - 1) * STEPS // most)


def _shades(lines: Sequence[PlaceLine]) -> list[Shade]:
    numbers: dict[int, list[int]] = {}
    for line in lines:
        if line.shown is not None:
            numbers.setdefault(line.step, []).append(int(line.shown.replace(",", "")))
    return [Shade(step, Text("没有", "none") if step == 0 else _range(min(found), max(found))) for step, found in sorted(numbers.items())]


def _range(least: int, most: int) -> Text:
    said = f"{least:,}" if least == most else f"{least:,}～{most:,}"
    return Text(f"{said}件", said.replace("～", " to "))


def _level(parts: Sequence[Division]) -> Text:
    names = {"district": Text("区县", "District"), "street": Text("街道", "Street"), "community": Text("社区", "Community")}
    return names.get(parts[0].level, Text("地方", "Place")) if parts else Text("地方", "Place")


def _up(here: Division) -> list[tuple[Text, str]]:
    above = places.ancestors(here.code)[:-1]
    return [(one.title, reverse("map") if one.level == "city" else reverse("map-place", args=[one.code])) for one in above]


def _pictures(lines: Sequence[PlaceLine]) -> list[Picture]:
    """Return the map, and beside it a closer look at the places too small to carry their name."""
    outlines = {line.code: city.boundaries()[line.code] for line in lines if line.code in city.boundaries()}
    if not outlines:
        return []
    whole = _picture(lines, outlines, _frame(outlines.values()), Text("全市", "The whole city"))
    small = [region.line.code for region in whole.regions if not region.labelled]
    if len(small) < 2 or len(small) == len(whole.regions):
        return [whole]
    frame = _frame([outlines[code] for code in small])
    near = _picture(lines, outlines, frame, Text("中间几个区放大看", "A closer look at the middle"))
    inside = [replace(region, labelled=region.line.code in small) for region in near.regions]
    return [whole, replace(near, regions=tuple(inside))]


def _frame(outlines: Iterable[Sequence[Ring]]) -> Frame:
    points = [point for rings in outlines for ring in rings for point in ring]
    east, north = [point[0] for point in points], [point[1] for point in points]
    edge = 0.02 * max(max(east) - min(east), max(north) - min(north))
    return min(east) - edge, min(north) - edge, max(east) + edge, max(north) + edge


def _picture(lines: Sequence[PlaceLine], outlines: Mapping[str, Sequence[Ring]], frame: Frame, title: Text) -> Picture:
    """Draw outlines in a picture's own measure, one degree east as long as it is there."""
    west, south, east, north = frame
    high = round(WIDTH * (north - south) / ((east - west) * cos(radians((north + south) / 2))))

    def placed(point: Sequence[float]) -> tuple[float, float]:
        return round(WIDTH * (point[0] - west) / (east - west), 1), round(high * (north - point[1]) / (north - south), 1)

    made = []
    for line in lines:
        if line.code in outlines:
            drawn = [[placed(point) for point in ring] for ring in outlines[line.code]]
            path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring[:-1]) + "Z" for ring in drawn)
            largest = max(drawn, key=len)
            x, y = _middle(largest)
            wide, tall = (max(point[side] for point in largest) - min(point[side] for point in largest) for side in (0, 1))
            made.append(Region(line, path, x, y, wide >= ROOM_WIDE and tall >= ROOM_TALL))
    return Picture(title, tuple(made), high)


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the centre of gravity of a ring, for its label."""
    pairs = list(pairwise(ring))
    crossed = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    area = sum(crossed) or 1.0
    x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairs, crossed, strict=True)) / (3 * area)
    y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairs, crossed, strict=True)) / (3 * area)
    return round(x, 1), round(y, 1)
