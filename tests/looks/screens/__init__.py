"""Every screen there is. Each area lists its own in a file beside this one: ``SCREENS: tuple[Screen, ...]``.

``LOOKS=board,returns`` keeps to some files, so that one area can be worked on alone.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

from ..stage import Found, Screen, Stage, Way  # noqa: TID252 - the files here import it from this package

__all__ = ["Found", "Screen", "Stage", "Way", "areas", "collected", "of_area"]


def areas() -> tuple[str, ...]:
    """Return the names of the files asked for, all by default."""
    wanted = {word for word in os.environ.get("LOOKS", "").split(",") if word}
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")
    return tuple(name for name in found if not wanted or name in wanted)


def of_area(area: str) -> tuple[Screen, ...]:
    """Return the screens of one area, named after it too."""
    return tuple(screen.of(area) for screen in import_module(f"{__name__}.{area}").SCREENS)


def collected() -> tuple[Screen, ...]:
    """Return the screens of every area, their names made unique by the area's."""
    screens: list[Screen] = []
    for area in areas():
        screens.extend(of_area(area))
    names = [screen.name for screen in screens]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two screens of one name: {', '.join(twice)}")
    return tuple(screens)
