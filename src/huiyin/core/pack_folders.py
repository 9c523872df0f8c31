"""Where packs lie: the folders somebody names, and those of the packs they need."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from huiyin.core.source import PackError, Source, read_yaml

_PACK_NAME = re.compile(r"[a-z0-9][a-z0-9\-]{0,63}")


def with_needed(paths: Iterable[Path], shelf: Path | None = None) -> list[Path]:
    """Return the folders with those of the packs they need: one that is given, one beside, one on the ``shelf``.

    A need that is found nowhere is left out; reading the packs tells of it with file and line.
    """
    waiting = [named_folder(path) for path in paths]
    given = {folder.name: folder for folder in reversed(waiting)}
    found: list[Path] = []
    seen: set[Path] = set()
    while waiting:
        folder = waiting.pop(0)
        if folder.resolve() in seen:
            continue
        seen.add(folder.resolve())
        found.append(folder)
        try:
            manifest = read_yaml(folder / "pack.yaml")
        except (PackError, OSError):
            continue
        for name in needs_of(manifest):
            place = place_of(name, folder, given)
            if place is None and shelf is not None and _is_pack(name, shelf):
                place = shelf / name
            if place is not None:
                waiting.append(place)
    return found


def named_folder(path: Path) -> Path:
    """Return the folder as an absolute path that keeps its last name, which is the pack's, also when it is a link."""
    return Path(os.path.abspath(path))


def needs_of(manifest: Source) -> tuple[str, ...]:
    """Return the names of the packs a ``pack.yaml`` needs."""
    needs = manifest.data.get("needs") if isinstance(manifest.data, dict) else None
    return tuple(str(name) for name in needs) if isinstance(needs, list) else ()


def place_of(name: str, folder: Path, given: Mapping[str, Path]) -> Path | None:
    """Return where the pack called ``name`` is: given by whoever reads, or beside ``folder``."""
    if name in given:
        return given[name]
    return folder.parent / name if _is_pack(name, folder.parent) else None


def _is_pack(name: str, shelf: Path) -> bool:
    return _PACK_NAME.fullmatch(name) is not None and (shelf / name / "pack.yaml").is_file()
