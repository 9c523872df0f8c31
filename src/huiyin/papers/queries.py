"""Reading files, always as someone."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from huiyin.core.values import Principal
from huiyin.papers.models import StoredFile
from huiyin.papers.services import path_of
from huiyin.parties.access import reading_as


def files(principal: Principal, *, home: str, matter: UUID) -> list[StoredFile]:
    """Return the files of a matter, oldest first; none outside the principal's scope."""
    with reading_as(principal):
        return list(StoredFile.objects.filter(home=home, matter=matter).order_by("stored_at", "id"))


def file(principal: Principal, *, home: str, matter: UUID, file: UUID) -> tuple[StoredFile, Path] | None:
    """Return one file and where its bytes lie, or None outside the principal's scope."""
    with reading_as(principal):
        row = StoredFile.objects.filter(home=home, matter=matter, id=file).first()
    return None if row is None else (row, path_of(home, row.id))
