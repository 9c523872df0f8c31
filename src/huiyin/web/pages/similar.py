"""Beside a matter that waits for its owner: open ones that may be the same thing, and the way to what became of decided ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.core.diagram_common import state_label
from huiyin.core.values import Principal, Text
from huiyin.matters import resembling, sorting
from huiyin.matters.views import MatterView, Row
from huiyin.web.pages import worklist


@dataclass(frozen=True, slots=True)
class Same:
    """One open matter that may be the same thing; ``join`` is the form that deals with the open one together with it, or None."""

    row: Row
    address: str
    topic: Text
    place: Text | None
    state: Text
    join: str | None


def beside(principal: Principal, view: MatterView, form: Callable[[str, str], str]) -> tuple[Same, ...] | None:
    """Return the open matters that may be the same as one that waits for its owner; None when it does not wait for one.

    Args:
        form: gives the address of the form of an act with the reference of the matter to follow filled in.
    """
    if not waits(view):
        return None
    rows = resembling.may_be_the_same(principal, view)
    library, procedure = city.library(), view.procedure
    joins = next((one.action.name for one in view.offers if procedure.joins(one.action) and one.blocked is None), None)
    named = worklist.places({row.division for row in rows if row.division}, below=district(view))
    return tuple(
        Same(
            row,
            reverse("desk-matter", args=[row.home, row.matter]),
            library.about(row.topic, row.title),
            named.get(row.division),
            state_label(procedure.states[row.state]) if row.state in procedure.states else Text(row.state, row.state),
            None if joins is None or row.follows else form(joins, row.reference),
        )
        for row in rows
    )


def address(view: MatterView) -> str | None:
    """Return where it is told where matters of this kind went; None for a matter that waits for no owner."""
    return reverse("desk-similar", args=[view.home, view.matter]) if waits(view) else None


def waits(view: MatterView) -> bool:
    """Tell whether the reader may now say which unit a matter goes to."""
    here = view.procedure.states[view.state].actions
    return not view.outcome and any(one.action in here and sorting.names_owner(view.procedure, one.action) for one in view.offers)


def district(view: MatterView) -> str | None:
    """Return the district a matter stands in, as far as its place is known."""
    path = tree.path_of(view.division) if view.division else ()
    return path[1] if len(path) > 1 else None
