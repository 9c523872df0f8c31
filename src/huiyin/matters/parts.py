"""Parts of a matter at other units' desks: calling them back, and what all who have one may read of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from huiyin.core.parts import RECALLED
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Child, Snapshot, from_plain
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import definitions, doors, fold, lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.matters.views import MatterView

Plain = dict[str, Any]
RECALL: Final = "recall"
MOST_GATHERED: Final = 200


@dataclass(frozen=True, slots=True)
class Whole:
    """What everybody with a part in a matter reads of it: the facts it shares, and how far each part is.

    Attributes:
        facts: of class P0 and P1 only, named by the procedure.
        parts: the parts, in the order they were opened; ``facts`` of each are those its procedure reports.
    """

    procedure: Procedure
    reference: str
    facts: dict[str, Any]
    parts: tuple[Child, ...]
    unit_names: dict[str, str]


def call_back(home: str, row: Plain) -> None:
    """Tell a part that it is not needed any more."""
    from huiyin.matters import services
    from huiyin.matters.outbox import NotDoneError

    parent = _read(home, row["matter"])
    child = None if parent is None else next((one for one in parent.children if one.key == row["payload"]["key"]), None)
    if child is None or child.matter is None:
        raise NotDoneError("the part that is called back is not open yet")
    child_home, matter = child.matter.split("/")
    key = f"recalled:{row['matter']}:{child.key}"
    answer = services.act(home=child_home, matter=UUID(matter), action=RECALLED, data={}, principal=SYSTEM, key=key)
    if isinstance(answer, Refusal):
        raise NotDoneError(f"{RECALLED} refused: {answer.code}")


def whole(principal: Principal, view: MatterView) -> Whole | None:
    """Return what a part may read of the matter it belongs to; None where it is no part, or the reader does not handle it.

    Whoever has a part does not thereby see the whole: only what its procedure shares, never who asked or what they said.
    """
    definition = view.procedure
    if not definition.part or view.parent is None or view.relation not in ("handler", "colleague", "supervisor"):
        return None
    home, _, matter = view.parent.partition("/")
    snapshot = _read(home, UUID(matter))
    if snapshot is None:
        return None
    procedure, _ = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    facts = {name: snapshot.facts[name] for name in procedure.shares if snapshot.facts.get(name) is not None}
    # Of the same kind only: what else was opened from it is nobody's business here.
    siblings = tuple(child for child in snapshot.children if child.procedure == definition.name)
    return Whole(procedure, snapshot.reference, facts, siblings, dict(snapshot.unit_names))


def _read(home: str, matter: UUID) -> Snapshot | None:
    seen = doors.snapshot(home, matter, SYSTEM)
    return None if seen is None else fold.without_erased(from_plain(seen["body"]))[0]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A matter with the parts other units have in it, as a list of such matters shows it: no party, nothing of class P2.

    Attributes:
        facts: of class P0 and P1 only.
    """

    home: str
    matter: UUID
    reference: str
    division: str
    state: str
    outcome: str
    opened_at: datetime
    facts: dict[str, Any]
    parts: tuple[Child, ...]
    unit_names: dict[str, str]
    host: str


def gathered(principal: Principal, procedure: str, part: str, since: datetime, most: int = MOST_GATHERED) -> tuple[Gathered, ...]:
    """Return the matters of a procedure this principal may see, opened since then or still open, the newest first."""
    with reading_as(principal):
        rows = Matter.objects.filter(Q(opened_at__gte=since) | Q(outcome=""), procedure=procedure)
        found = list(rows.exclude(topic__in=lists.sealed_topics()).order_by("-opened_at", "id")[:most])
    made = []
    for row in found:
        snapshot, _ = fold.without_erased(from_plain(row.body))
        definition, _ = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
        open_facts = {name: value for name, value in snapshot.facts.items() if definition.fields[name].cls in ("P0", "P1")}
        children = tuple(child for child in snapshot.children if child.procedure == part)
        made.append(
            Gathered(
                snapshot.home, UUID(snapshot.matter), snapshot.reference, snapshot.division, snapshot.state, snapshot.outcome or "",
                snapshot.opened_at, open_facts, children, dict(snapshot.unit_names), snapshot.units.get(definition.host, ""),
            )
        )  # fmt: skip
    return tuple(made)
