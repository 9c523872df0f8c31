"""Reading orders: the list, one with what it would move or moved, and its clocks a page at a time. For those who may order only.

A line shows a matter's number, its unit, and a clock's name and dates: nothing anybody said, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from huiyin.core.rights import may_order
from huiyin.core.values import SYSTEM, Principal, Text
from huiyin.matters import directory, orders
from huiyin.matters.access import reading_as
from huiyin.matters.carrying import Reach
from huiyin.matters.models import Order, OrderLine

Stage = Literal["counting", "counted", "carrying", "done"]
PAGE: Final = 50
LISTED: Final = 50
NO_UNIT: Final = Text("等当事人或者别的单位，没有岗位在办", "waits for a party or another body")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many clocks of one unit, procedure or rule, by what happens to them."""

    key: str
    numbers: Mapping[str, int]

    def of(self, word: str) -> int:
        """Return how many there are of one kind."""
        return self.numbers.get(word, 0)

    @property
    def moved(self) -> int:
        """How many get another date."""
        return sum(self.of(word) for word in orders.MOVES)

    @property
    def changed(self) -> int:
        """How many are written to."""
        return sum(self.of(word) for word in orders.CHANGES)


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order.

    Attributes:
        own: whether the reader prepared it, so that somebody else decides.
        fresh: whether calendar and rules are still those it was counted with.
        whole: what it would move; None while that is being counted.
        groups: the same by unit, procedure and rule, those with the most changes first.
        reach: how far it is; None until it is decided.
    """

    id: UUID
    stage: Stage
    prepared_by: str
    prepared_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    finished_at: datetime | None
    basis: str
    reason: Text
    own: bool
    fresh: bool
    examined: int
    matters: int
    whole: Counted | None
    groups: Mapping[str, tuple[Counted, ...]]
    reach: Reach | None


@dataclass(frozen=True, slots=True)
class Line:
    """One clock an order moves."""

    reference: str
    unit: str
    procedure: str
    label: Text
    change: str
    old_due: datetime
    new_due: datetime
    old_provisional: bool
    new_provisional: bool
    outcome: str
    done_due: datetime | None
    why: Text | None


def orders_of(principal: Principal) -> tuple[OrderView, ...]:
    """Return the orders of this kind, the latest first; nothing for whoever may not order."""
    if not may_order(principal):
        return ()
    rows = Order.objects.filter(kind=orders.KIND).order_by("-id")[:LISTED]
    return tuple(_view(row, principal, reach=False) for row in rows)


def order(principal: Principal, order_id: UUID) -> OrderView | None:
    """Return one order, or None for whoever may not order."""
    row = orders.row_of(order_id) if may_order(principal) else None
    return None if row is None else _view(row, principal, reach=True)


def lines(
    principal: Principal, order_id: UUID, *, page: int = 1, unit: str | None = None, outcome: str | None = None
) -> tuple[tuple[Line, ...], int]:
    """Return one page of an order's clocks, by unit, and how many there are in all."""
    if not may_order(principal):
        return (), 0
    with reading_as(SYSTEM):
        rows = OrderLine.objects.filter(order=order_id)
        if unit is not None:
            rows = rows.filter(unit=unit)
        if outcome:
            rows = rows.filter(outcome=outcome)
        first = (max(page, 1) - 1) * PAGE
        found = [_line(row) for row in rows.order_by("unit", "id")[first : first + PAGE]]
        return tuple(found), rows.count()


def stale(principal: Principal) -> int:
    """Return how many running clocks were counted with other tables than those in use; 0 for whoever may not order."""
    return orders.waiting() if may_order(principal) else 0


def _line(row: OrderLine) -> Line:
    return Line(
        row.reference,
        row.unit,
        row.procedure,
        Text(**row.label),
        row.change,
        row.old_due,
        row.new_due,
        row.old_provisional,
        row.new_provisional,
        row.outcome,
        row.done_due,
        None if row.why is None else Text(**row.why),
    )


def _view(row: Order, principal: Principal, *, reach: bool) -> OrderView:
    stage: Stage = "done" if row.finished_at else "carrying" if row.at else "counting" if row.tally is None else "counted"
    tally: Mapping[str, Any] = row.tally or {"examined": 0, "matters": 0, "groups": {}}
    return OrderView(
        id=row.id,
        stage=stage,
        prepared_by=_who(row.prepared_by),
        prepared_at=row.prepared_at,
        decided_by=_who(row.decided_by),
        decided_at=row.at,
        finished_at=row.finished_at,
        basis=row.basis,
        reason=Text(row.text.get("zh", ""), row.text.get("en", "")),
        own=principal.kind != "system" and row.prepared_by == orders.whose(principal),
        fresh=row.counted_with == orders.in_use(directory.library()),
        examined=tally["examined"],
        matters=tally["matters"],
        whole=None if row.tally is None else Counted("", tally["whole"]),
        groups={group: _sorted(counted) for group, counted in tally["groups"].items()},
        reach=Reach.of(row.id) if reach and row.at is not None else None,
    )


def _sorted(counted: Mapping[str, Mapping[str, int]]) -> tuple[Counted, ...]:
    rows = [Counted(key, numbers) for key, numbers in counted.items()]
    return tuple(sorted(rows, key=lambda one: (-one.changed, -sum(one.numbers.values()), one.key)))


def _who(kept: str) -> str:
    """Return the name of who did something, as an order keeps them; what the operator wrote stands as it is."""
    kind, _, name = kept.partition(":")
    return (directory.person_name(name) or name) if kind == "staff" else name
