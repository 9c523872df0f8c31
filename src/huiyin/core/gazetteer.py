"""A gazetteer: names people use that no list of divisions has, and where they lie. Reading and checking its rows; no database."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from huiyin.core.coordinates import FrameError, Point, read_point
from huiyin.core.values import Text

COLUMNS: Final = ("name", "kind", "place", "since", "until", "lon", "lat", "frame", "source")
KINDS: Final[Mapping[str, Text]] = {
    "former": Text("旧名", "former name"),
    "part": Text("旧名的一部分", "part of what bore the name"),
    "estate": Text("小区", "estate"),
    "nickname": Text("俗称", "name people use"),
    "landmark": Text("地标", "landmark"),
    "road": Text("道路", "road"),
    "centre": Text("办公地点", "office"),
}
SHORTEST_NAME, LONGEST_NAME, LONGEST_SOURCE = 2, 16, 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One name and where it lies.

    Attributes:
        kind: what bears the name; ``former`` is an earlier name of the division itself, or of one merged into it; ``part`` leads to a
            division that took over a part of what bore the name.
        place: code of the division it lies in, or that bears it no longer.
        since, until: first and last day the name held; None is unknown, or still.
        point: where it lies (longitude, latitude; WGS 84).
        source: where that is known from.
        key: what names the entry in its list: ``pack:3`` or the id of the office's own.
    """

    name: str
    kind: str
    place: str
    since: date | None = None
    until: date | None = None
    point: Point | None = None
    source: str = ""
    key: str = ""

    def holds(self, on: date) -> bool:
        """Tell whether the name leads somewhere on a day: a former name does after it ended, any other does not."""
        if self.kind in ("former", "part"):
            return self.since is None or self.since <= on
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


def read_entry(row: Mapping[str, str | None], places: Container[str] | None, key: str = "") -> Entry | Text:
    """Return one row of a list as an entry, or what is wrong with it.

    Args:
        places: codes of the divisions there are; None when that was looked at before.
    """
    said = {column: (row.get(column) or "").strip() for column in COLUMNS}
    name, kind, place = said["name"], said["kind"], said["place"]
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        return Text(
            f"名称要{SHORTEST_NAME}到{LONGEST_NAME}个字，这里是“{name}”。",
            f"A name has {SHORTEST_NAME} to {LONGEST_NAME} characters; this is “{name}”.",
        )
    if kind not in KINDS:
        return Text(f"类别“{kind}”不认识。可以写：{'、'.join(KINDS)}。", f"The kind “{kind}” is not known. Known: {', '.join(KINDS)}.")
    if places is not None and place not in places:
        return Text(f"没有代码是{place}的地方。", f"There is no place with code {place}.")
    days: list[date | None] = []
    for column in ("since", "until"):
        try:
            days.append(date.fromisoformat(said[column]) if said[column] else None)
        except ValueError:
            return Text(f"日期“{said[column]}”请写成2014-06-17这样。", f"Write the date “{said[column]}” as 2014-06-17.")
    since, until = days
    if since is not None and until is not None and until < since:
        return Text("结束的日子早于开始的日子。", "It ends before it begins.")
    if not said["source"]:
        return Text("请写明来源。", "Say where it is known from.")
    point = None
    if said["lon"] or said["lat"]:
        read = read_point(said["lon"], said["lat"], said["frame"])
        if isinstance(read, FrameError):
            return read.text
        point = read
    return Entry(name, kind, place, since, until, point, said["source"][:LONGEST_SOURCE], key)
