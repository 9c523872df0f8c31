"""Matters beside a matter: those it opened or came from, and supervision notices that are about it; each only where the reader sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from huiyin.core import reference as references
from huiyin.core.values import Principal
from huiyin.matters import lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.matters.views import MatterView, Row


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


def reads(principal: Principal, place: str) -> bool:
    """Tell whether this principal may read the matter at ``home/matter``."""
    home, _, matter = place.partition("/")
    with reading_as(principal):
        return Matter.objects.filter(home=home, id=UUID(matter)).exists()


# How many matters that may be the same are laid before whoever links.
MOST_ALIKE = 8


def alike(principal: Principal, view: MatterView) -> tuple[Row, ...]:
    """Return the open matters of the same procedure and topic in the same street, the nearest first: one of them may be the same thing.

    They are proposed by kind and place alone, never by who reported them.
    """
    together = view.procedure.together
    if together is None or not view.division:
        return ()
    closed = [together.waits, *together.answered]
    source = lists._Source(
        """(SELECT m.home, m.id AS matter, m.opened_at AS since FROM matters_matter m JOIN city_division d ON d.code = m.division
             WHERE m.procedure = %s AND m.topic = %s AND m.outcome = '' AND NOT m.state = ANY(%s) AND m.id <> %s
               AND d.path @> ARRAY[(SELECT coalesce(path[3], code) FROM city_division WHERE code = %s)]::varchar[]
             ORDER BY m.division = %s DESC, m.opened_at DESC LIMIT %s)""",
        (view.procedure.name, view.topic, closed, view.matter, view.division, view.division, MOST_ALIKE),
    )
    return lists._page(principal, source, None, MOST_ALIKE, {}).rows


def numbered(principal: Principal, text: str) -> str | None:
    """Return ``home/matter`` of the matter with that number, where this principal sees it."""
    digits = references.normalise(text)
    if digits is None or not references.is_valid(digits):
        return None
    with reading_as(principal):
        found = Matter.objects.filter(reference=digits).values_list("home", "id").first()
    return None if found is None else f"{found[0]}/{found[1]}"
