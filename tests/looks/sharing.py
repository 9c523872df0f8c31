"""One city for all processes of a test run: the first that asks starts it, the others wait for it, the last that leaves ends it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .stage import City, end_city, start_city


@contextmanager
def shared_city(folder: Path) -> Iterator[City]:
    """Yield the city whose users are listed in a folder all processes of the run know."""
    with _listed(folder) as known:
        if "city" not in known:
            known["city"] = asdict(start_city())
        known.setdefault("users", []).append(os.getpid())
        city = City(**known["city"])
    try:
        yield city
    finally:
        with _listed(folder) as known:
            # Who was killed has not taken itself off the list.
            known["users"] = [pid for pid in known["users"] if pid != os.getpid() and _lives(pid)]
            if not known["users"]:
                end_city(city)
                known.clear()


@contextmanager
def _listed(folder: Path) -> Iterator[dict[str, Any]]:
    """Hold the list; what is changed inside is written, even where the block ends badly."""
    with (folder / "looks-city.json").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known: dict[str, Any] = json.loads(file.read() or "{}")
        try:
            yield known
        finally:
            file.truncate(0)
            file.write(json.dumps(known))
            file.flush()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
