"""Where the sealed bytes of waiting pictures lie."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

FOLDER = "drafts"


def folder() -> Path:
    """Return the folder of waiting pictures, made on first use."""
    place: Path = settings.HOME.files / FOLDER
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(picture: UUID) -> Path:
    """Return where the sealed bytes of a picture lie."""
    return folder() / picture.hex


def older_than(moment: datetime) -> list[Path]:
    """Return the files last changed before a moment; one that goes meanwhile is none."""
    old = []
    for path in folder().iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < moment.timestamp():
                old.append(path)
    return old


def forget_files(paths: Iterable[Path]) -> None:
    """Delete sealed files; one that is gone already is no fault."""
    for path in paths:
        path.unlink(missing_ok=True)
