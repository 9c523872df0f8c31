"""Charts drawn on the server: numbers first, then their picture. Every width is an attribute, no style is inline.

A chart always has a title, what it counts out of how many, as of when, and its numbers as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.core.values import Text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 240, 48, 16, 16, 40
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar beside a number: ``width`` of a hundred; None where the number is hidden."""

    width: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stacked bar; ``tone`` is one of the chart colours, 1 to 6, or 0 for the rest."""

    label: Text
    count: int
    tone: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a line, in the picture's own measure; ``label`` stands below it where there is room."""

    x: float
    y: float
    label: Text
    count: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the scale."""

    y: float
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time with its scale; ``path`` draws it."""

    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    path: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def bar(count: int | None, of: int) -> Bar:
    """Return the bar of a number out of another."""
    return Bar(None if count is None else 0.0 if of == 0 else round(100 * min(count, of) / of, 1))


def stacked(parts: Sequence[tuple[Text, int, int]]) -> tuple[Part, ...]:
    """Return parts (label, count, tone) side by side, filling the whole width."""
    whole = sum(count for _, count, _ in parts)
    made, start = [], 0.0
    for label, count, tone in parts:
        width = 0.0 if whole == 0 else round(100 * count / whole, 2)
        made.append(Part(label, count, tone, round(start, 2), width))
        start += width
    return tuple(made)


def line(points: Sequence[tuple[Text, int]]) -> Line:
    """Return a line through (label, count) in order, its scale beginning at zero."""
    top = scale(max((count for _, count in points), default=0))
    room_x, room_y = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step = room_x / max(1, len(points) - 1)
    every = max(1, -(-len(points) // 6))
    made = tuple(
        Point(round(LEFT + n * step, 1), round(TOP + room_y * (1 - count / top), 1), label, count, (len(points) - 1 - n) % every == 0)
        for n, (label, count) in enumerate(points)
    )
    ticks = tuple(Tick(round(TOP + room_y * (1 - part / 4), 1), top * part // 4) for part in range(5) if top % 4 == 0 or part in (0, 4))
    path = " ".join(f"{'M' if n == 0 else 'L'}{point.x} {point.y}" for n, point in enumerate(made))
    return Line(made, ticks, path)


def scale(most: int) -> int:
    """Return a round number at or above the largest, for the top of the scale; at least 4."""
    size = 4
    while True:
        for step in STEPS:
            if size * step >= most:
                return size * step
        size *= 10
