"""Where the files of long work lie: a folder for each job, named by its id, gone when the job expires."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

GIVEN, RESULT, ERRORS = "given", "result", "errors"
MAX_BYTES = 20 * 2**20


class TooLargeError(ValueError):
    """A file handed in has more bytes than are taken."""


def folder_of(job: UUID) -> Path:
    """Return the folder of one job, made on first use."""
    folder: Path = settings.HOME.files / "jobs" / job.hex
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(job: UUID, chunks: Iterable[bytes]) -> None:
    """Keep the file handed in with a job.

    Raises:
        TooLargeError: it is over `MAX_BYTES`; nothing is kept.
    """
    folder = folder_of(job)
    size = 0
    path = folder / f".{GIVEN}"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_BYTES:
                break
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    if size > MAX_BYTES:
        remove(job)
        raise TooLargeError
    path.replace(folder / GIVEN)


def remove(job: UUID) -> None:
    """Remove everything kept with a job."""
    shutil.rmtree(settings.HOME.files / "jobs" / job.hex, ignore_errors=True)


def older_than(moment: datetime) -> list[UUID]:
    """Return the jobs whose folders were last changed before a moment."""
    folder: Path = settings.HOME.files / "jobs"
    old = []
    for one in folder.iterdir() if folder.is_dir() else ():
        # One that goes meanwhile, or that is none of ours, is left alone.
        with suppress(OSError, ValueError):
            if one.stat().st_mtime < moment.timestamp():
                old.append(UUID(hex=one.name))
    return old


def found(job: UUID, name: str, runner: UUID | None = None) -> Path | None:
    """Return the file handed in, or with ``runner`` one that run made; None when it never was or is swept."""
    path: Path = settings.HOME.files / "jobs" / job.hex / ("" if runner is None else runner.hex) / name
    return path if path.is_file() else None


def folder_of_run(job: UUID, runner: UUID) -> Path:
    """Return the folder of one run: a run that was given up for dead and is not writes into nobody's result."""
    folder = folder_of(job) / runner.hex
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def remove_run(job: UUID, runner: UUID) -> None:
    """Remove what one run made."""
    shutil.rmtree(settings.HOME.files / "jobs" / job.hex / runner.hex, ignore_errors=True)
