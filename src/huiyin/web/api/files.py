"""Files of a matter: hand the bytes in, then name the id in an act; fetch what stands in a fact you may see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status

from huiyin.core.values import Refusal
from huiyin.matters import doors
from huiyin.matters import queries as matters
from huiyin.papers import queries, services
from huiyin.papers.kinds import KINDS
from huiyin.papers.models import StoredFile
from huiyin.web.api.auth import known_asker
from huiyin.web.api.problems import not_found, of_refusal
from huiyin.web.pages.attached import download

router = Router(tags=["files"])
CHUNK = 64 * 1024
_HOME = re.compile(r"\d{6}")


class FileOut(Schema):
    """One file of a matter."""

    id: UUID
    name: str
    kind: str
    size: int
    sha256: str
    scan: str
    stored_at: datetime


class FileList(Schema):
    """The files of a matter, oldest first."""

    items: list[FileOut]


class FileIn(Schema):
    """What was stored: name the id in the ``files`` of the act it comes with."""

    id: UUID


_BYTES: dict[str, Any] = {
    "required": True,
    "content": {kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
}


@router.post(
    "/matters/{home}/{matter}/files",
    response={201: FileIn},
    operation_id="addFile",
    summary="Hand in a file for a matter",
    openapi_extra={"requestBody": _BYTES},
)
def add_file(
    request: HttpRequest,
    home: str,
    matter: UUID,
    name: Annotated[str, Query(description="As the file is called, with its ending.")] = "",
) -> Status[dict[str, Any]]:
    """Store the bytes of the body. Nobody but you sees the file until an act names it; its kind is proved, not believed."""
    principal = known_asker(request)
    # Asked before the bytes are read: to a stranger the matter is not there, whatever comes in the body.
    if not _HOME.fullmatch(home) or doors.snapshot(home, matter, principal) is None:
        raise not_found()
    made = services.attach(home=home, matter=matter, name=name, chunks=_chunks(request), principal=principal)
    if made is None:
        raise not_found()
    if isinstance(made, Refusal):
        raise of_refusal(made)
    return Status(201, {"id": made})


@router.get("/matters/{home}/{matter}/files", response=FileList, operation_id="listFiles", summary="Files of a matter")
def list_files(request: HttpRequest, home: str, matter: UUID) -> dict[str, list[StoredFile]]:
    """List the files that stand in a fact the caller may see."""
    principal = known_asker(request)
    view = matters.get(principal, home, matter) if _HOME.fullmatch(home) else None
    if view is None:
        raise not_found()
    return {"items": queries.files(principal, view)}


@router.get("/matters/{home}/{matter}/files/{file}", operation_id="getFile", summary="One file, as a download")
def get_file(request: HttpRequest, home: str, matter: UUID, file: UUID) -> HttpResponse:
    """Return the bytes as they were handed in; of photographs without what was hidden in them (place, time, telephone)."""
    found = queries.file(known_asker(request), home=home, matter=matter, file=file) if _HOME.fullmatch(home) else None
    if found is None:
        raise not_found()
    return download(*found)


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(CHUNK):
        yield chunk
