"""Taking a file in: the bytes first, then the row, so that a row without bytes cannot be.

Bytes half taken in are swept; whole ones without a row stay, since they may be of a record that is yet to be restored.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connections

from huiyin import clock, ids
from huiyin.core.values import Principal, Refusal, Text
from huiyin.papers.hidden import taken_out
from huiyin.papers.kinds import MAX_BYTES, Kind, by_bytes, damaged, recognise
from huiyin.parties.access import DATABASE

MAX_NAME = 255
log = logging.getLogger("huiyin.papers")
NOT_STORED: Final = Refusal(
    "file",
    Text(
        "服务器现在存不下文件，没有收下。文字不受影响；文件请过后再补，或者送到工作室。",
        "The server cannot store files now and did not take it. Your words are not touched; add the file later or bring it to a workroom.",
    ),
    "file",
)
IN: Final = "in-"
# Bytes this old are not being taken in any more.
LEFT_AFTER: Final = timedelta(hours=1)
KEPT_FOR_SERVICE: Final = timedelta(days=1)


def attach(*, home: str, matter: UUID, name: str, chunks: Iterable[bytes], principal: Principal) -> UUID | Refusal | None:
    """Store one file with a matter the principal can reach.

    Args:
        name: as the person's device called it; kept for people, never used as a path.
        chunks: the bytes.

    Returns:
        the file's id; a refusal when it is not what it says or cannot be stored; None when there is no such matter for this principal.
    """
    try:
        return _attach(home, matter, name, chunks, principal)
    except OSError:
        log.exception("a file could not be stored")
        return NOT_STORED


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was looked at and is kept nowhere yet: its name, kind and the bytes to keep, without what a picture hides."""

    name: str
    kind: Kind
    content: bytes


def taken(*, home: str, name: str, chunks: Iterable[bytes]) -> Taken | Refusal:
    """Look at a file that another store keeps, by the same rules and limits as files of matters."""
    try:
        with _received(home, name, chunks) as found:
            if isinstance(found, Refusal):
                return found
            path, kind, _, _ = found
            return Taken(Path(name).name[-MAX_NAME:], kind, path.read_bytes())
    except OSError:
        log.exception("a file could not be stored")
        return NOT_STORED


def _attach(home: str, matter: UUID, name: str, chunks: Iterable[bytes], principal: Principal) -> UUID | Refusal | None:
    with _received(home, name, chunks) as found:
        if isinstance(found, Refusal):
            return found
        path, kind, digest, size = found
        made = ids.uuid7()
        path.replace(path_of(home, made))
        row = {
            "id": str(made),
            "name": Path(name).name[-MAX_NAME:],
            "kind": kind.name,
            "size": size,
            "sha256": digest,
            "stored_at": clock.now().isoformat(),
            "stored_by": f"{principal.kind}:{principal.id}",
        }
        with connections[DATABASE].cursor() as cursor:
            cursor.execute("SELECT papers_file_add_v1(%s, %s, %s, %s::jsonb)", [home, matter, list(principal.tokens()), json.dumps(row)])
            entered = cursor.fetchone()[0]
        if not entered:
            path_of(home, made).unlink()
            return None
        return made


@contextmanager
def _received(home: str, name: str, chunks: Iterable[bytes]) -> Iterator[tuple[Path, Kind, str, int] | Refusal]:
    """Yield where the bytes to keep lie while they are being taken in, their kind, hash and size; or why they are not taken."""
    handle, temporary = tempfile.mkstemp(dir=folder_of(home), prefix=IN)
    path = Path(temporary)
    try:
        yield _looked_at(handle, path, name, chunks)
    finally:
        path.unlink(missing_ok=True)


def _looked_at(handle: int, path: Path, name: str, chunks: Iterable[bytes]) -> tuple[Path, Kind, str, int] | Refusal:
    size = 0
    with os.fdopen(handle, "wb") as stream:
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_BYTES:
                limit = MAX_BYTES // 2**20
                return Refusal("file", Text(f"文件超过{limit} MB，没有收下。", f"The file is over {limit} MB and was not taken."), "file")
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    kind = recognise(name, path)
    if isinstance(kind, Refusal):
        return kind
    digest, size = _without_hidden(kind, path)
    return damaged(kind) if digest is None else (path, kind, digest, size)


def _without_hidden(kind: Kind, path: Path) -> tuple[str | None, int]:
    """Take out what a picture tells besides itself; return hash and size of what is kept, no hash when it is damaged."""
    try:
        cleaned = taken_out(kind.name, path.read_bytes())
    except ValueError:
        return None, 0
    if cleaned is not None:
        with path.open("wb") as stream:
            stream.write(cleaned)
            stream.flush()
            os.fsync(stream.fileno())
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size


def kept_as(content: bytes) -> str | None:
    """Return the hash of what is kept of a file with these bytes, so that the same one is known again; None when it is damaged."""
    try:
        return hashlib.sha256(taken_out(by_bytes(content) or "", content) or content).hexdigest()
    except Exception:
        # Readers of pictures fail in many ways of their own; taking the file in says what is wrong with it.
        return None


def sweep() -> int:
    """Remove bytes that were half taken in when a process died; returns how many."""
    before = clock.now() - LEFT_AFTER
    gone = 0
    for path in settings.HOME.files.glob(f"[0-9]*/{IN}*"):
        # One that goes meanwhile is no fault.
        with suppress(OSError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                gone += 1
    # What was sent to a signature service holds a text: it goes a day after.
    for place in settings.HOME.files.glob("[0-9]*/signing/*"):
        with suppress(OSError):
            if place.stat().st_mtime < (clock.now() - KEPT_FOR_SERVICE).timestamp():
                shutil.rmtree(place)
    return gone


def folder_of(home: str) -> Path:
    """Return the folder of one home in the file store, made on first use."""
    folder: Path = settings.HOME.files / home
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(home: str, file: UUID) -> Path:
    """Return where the bytes of a file lie."""
    return folder_of(home) / file.hex
