"""The record is open to checking: sealed heads for everyone, and the proof of an event for whoever holds its receipt."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from huiyin.matters import prove, sealing
from huiyin.matters.models import Root
from huiyin.web.api import paging
from huiyin.web.api.problems import not_found
from huiyin.web.api.schemas import HeadPage, ProofOut

router = Router(tags=["record"])


@router.get("/record/heads", response=HeadPage, operation_id="listHeads", summary="Sealed heads of the record")
def list_heads(
    request: HttpRequest,
    home: Annotated[str | None, Query(pattern=r"^\d{6}$", description="Only this home; needed for more than one page.")] = None,
    after: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=paging.MOST)] = 50,
) -> dict[str, Any]:
    """List sealed heads, newest first. Keep one and you can tell later whether anything older was changed."""
    roots = Root.objects.all()
    if home is not None:
        roots = roots.filter(home=home)
    if after is not None:
        number = paging.unpack(after, int)[0]
        if home is None or not 0 < number < 2**31:
            raise paging.bad_cursor()
        roots = roots.filter(number__lt=number)
    order = ("-number",) if home is not None else ("-sealed_at", "home", "-number")
    rows = list(roots.order_by(*order)[: limit + 1])
    more = len(rows) > limit and home is not None
    return {"items": [sealing.as_line(root) for root in rows[:limit]], "after": paging.pack(rows[limit - 1].number) if more else None}


@router.get("/record/events/{head}", response=ProofOut, operation_id="proveEvent", summary="Proof of the event on a receipt")
def prove_event(request: HttpRequest, head: str) -> dict[str, Any]:
    """Compute the chain of an event's matter again and show under which sealed root it stands.

    The hash on a receipt is what opens this; a reference is not, for a reference can be guessed and says that there is a matter.
    """
    found = prove.prove(head) if len(head) == 64 and all(mark in "0123456789abcdef" for mark in head) else None
    if found is None:
        raise not_found()
    return found
