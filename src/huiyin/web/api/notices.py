"""What the caller was told."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from huiyin import clock
from huiyin.matters import doors, queries
from huiyin.web.api import paging, shown
from huiyin.web.api.auth import known_asker
from huiyin.web.api.problems import not_found
from huiyin.web.api.schemas import NoticeList

router = Router(tags=["notices"])


@router.get("/notices", response=NoticeList, operation_id="listNotices", summary="What the caller was told")
def list_notices(
    request: HttpRequest,
    unread: Annotated[bool, Query(description="Only those not read yet.")] = False,
    limit: Annotated[int, Query(ge=1, le=paging.MOST)] = 50,
) -> dict[str, Any]:
    """List notices, newest first; what is for one post of a unit goes to that post only."""
    principal = known_asker(request)
    return {"items": [shown.notice(one) for one in queries.notices(principal, unread=unread, limit=limit)]}


@router.post("/notices/{home}/{uuid:notice}/read", response={204: None}, operation_id="readNotice", summary="Mark a notice read")
def read_notice(request: HttpRequest, home: str, notice: UUID) -> Status[None]:
    """Mark one's own notice read; marking it again changes nothing and answers 404 like one that is not there."""
    principal = known_asker(request)
    if not doors.read_notices(home, [notice], principal, clock.now()):
        raise not_found()
    return Status(204, None)
