"""Copies of papers: the doors of a party and of staff. Who may open the page of a paper may have its copies, nobody else."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.core.values import Principal
from huiyin.web import people
from huiyin.web.pages import seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.documents import printing


@require_safe
@staff_only
def of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID, name: str, number: int, kind: str) -> HttpResponse:
    """Send a copy to a member of staff."""
    return printing.answer(request, seats.of_staff(principal, home, matter), name, number, kind)


@require_safe
def of_mine(
    request: HttpRequest, reference: str, name: str, number: int, kind: str, home: str = "", matter: UUID | None = None
) -> HttpResponse:
    """Send a copy to a party."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(reverse("track"))
    return printing.answer(request, seats.of_party(followed, home, matter), name, number, kind)
