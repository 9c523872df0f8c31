"""What a counter-offer changes: the lines of two offers laid side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Entry = Mapping[str, Any]
Kind = Literal["same", "changed", "new", "gone"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an offer beside the one before.

    Attributes:
        before: what stood in the parts that changed; None where nothing had stood.
        earlier: place of the line it was; None where it is new.
    """

    entry: Entry
    kind: Kind
    before: Mapping[str, Any]
    earlier: int | None = None


def compare(earlier: Sequence[Entry], now: Sequence[Entry], parts: Sequence[str]) -> tuple[Line, ...]:
    """Return the lines of the newer offer in their order, then those that are gone.

    A line is the same thing when one side is to do the same; else the next line of that side that is left over, in order.

    Args:
        parts: names of the parts of a line; the first says who, the second what.
    """
    who, what = parts[0], parts[1]
    left = list(range(len(earlier)))
    pairs: dict[int, int] = {}
    for same in ((who, what), (who,)):
        for place, entry in enumerate(now):
            if place in pairs:
                continue
            found = next((other for other in left if all(earlier[other].get(name) == entry.get(name) for name in same)), None)
            if found is not None:
                pairs[place] = found
                left.remove(found)
    lines = [_line(earlier, pairs.get(place), entry, parts) for place, entry in enumerate(now)]
    return (*lines, *(Line(earlier[place], "gone", {}, place) for place in left))


def _line(earlier: Sequence[Entry], place: int | None, entry: Entry, parts: Sequence[str]) -> Line:
    if place is None:
        return Line(entry, "new", {})
    before = earlier[place]
    changed = {name: before.get(name) for name in parts if before.get(name) != entry.get(name)}
    return Line(entry, "changed" if changed else "same", changed, place)
