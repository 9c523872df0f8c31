"""Matters beside a matter: those it opened or came from, and supervision notices that are about it; each only where the reader sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from huiyin.core.values import Principal
from huiyin.matters import lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.matters.views import Row


@dataclass(frozen=True, slots=True)
class Notice:
    """An open matter that is about another one."""

    home: str
    matter: UUID
    reference: str


def open_about(principal: Principal, procedure: str, field: str, references: Iterable[str]) -> dict[str, Notice]:
    """Return, for each reference, the newest open matter of a procedure whose fact ``field`` names it, where this principal sees one."""
    wanted = sorted(set(references))
    if not wanted:
        return {}
    with reading_as(principal):
        rows = Matter.objects.filter(procedure=procedure, outcome="", **{f"body__facts__{field}__in": wanted}).order_by("opened_at")
        found = list(rows.values_list(f"body__facts__{field}", "home", "id", "reference"))
    return {about: Notice(home, matter, reference) for about, home, matter, reference in found}


def count_about(principal: Principal, procedure: str, field: str, reference: str) -> int:
    """Return how many matters of a procedure, ended ones too, have a fact ``field`` that names a reference; as this principal sees them."""
    with reading_as(principal):
        return Matter.objects.filter(procedure=procedure, **{f"body__facts__{field}": reference}).count()


def lines(principal: Principal, matters: Iterable[UUID]) -> dict[UUID, Row]:
    """Return the line of each of some matters as a list would show it; those this principal does not see are absent."""
    wanted = list(matters)
    if not wanted:
        return {}
    source = lists._Source("(SELECT home, id AS matter, opened_at AS since FROM matters_matter WHERE id = ANY(%s))", (wanted,))
    return {row.matter: row for row in lists._page(principal, source, None, lists.MAX_PAGE, {"bare": True}).rows}
