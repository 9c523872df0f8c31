"""Counting what an order would move, and carrying it out, as long work of the system's own.

A person prepares and decides (`matters.orders`); the work itself is nobody's, so that it goes on whoever leaves the post meanwhile.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.jobs import queries, services
from huiyin.jobs.kinds import RefusedError, Result, Run, job
from huiyin.jobs.models import Job
from huiyin.matters import carrying, orders

COUNT: Final = "recount_count"
RUN: Final = "recount_run"
ORDER: Final = {"order": Text("命令的编号", "id of the order")}
NOBODY: Final[frozenset[str]] = frozenset()


@job(COUNT, label=Text("算一算会变动哪些日期", "Count which dates would move"), posts=NOBODY, operator=True, params=ORDER)
def count(run: Run) -> Result:
    """Find what an order would move."""
    try:
        tally = orders.count(_order(run), run.progress)
    except LookupError as error:
        raise RefusedError(orders.CHANGED) from error
    moved = sum(tally["whole"].get(word, 0) for word in orders.MOVES)
    return Result(
        Text(f"算好了：{moved:,}个期限会改日期。", f"Counted: the dates of {moved:,} clocks would move."),
        told=(
            (Text("看过的期限", "Clocks looked at"), tally["examined"]),
            (Text("会改日期的期限", "Clocks whose date would move"), moved),
            (Text("涉及事项", "Matters"), tally["matters"]),
        ),
    )


@job(RUN, label=Text("按命令重新计算日期", "Count dates again as ordered"), posts=NOBODY, operator=True, params=ORDER)
def carry_out(run: Run) -> Result:
    """Do what is left of a decided order."""
    try:
        report = carrying.carry_out(_order(run), run.progress)
    except LookupError as error:
        raise RefusedError(orders.NOT_DECIDED) from error
    except carrying.ChangedError as error:
        raise RefusedError(orders.CHANGED_MEANWHILE) from error
    return Result(
        Text(f"做完了：{report['moved']:,}个期限改了日期或者依据。", f"Done: {report['moved']:,} clocks were counted anew."),
        told=(
            (Text("写下的事项", "Matters written to"), report["matters"]),
            (Text("重新计算的期限", "Clocks counted anew"), report["moved"]),
            (Text("没有变动", "Left as they were"), report["unchanged"]),
            (Text("没有做成", "Refused"), report["refused"]),
        ),
    )


def ask_count(order: UUID) -> UUID | Refusal:
    """Have it counted what an order would move."""
    return services.ask(COUNT, {"order": str(order)}, principal=SYSTEM)


def ask_run(order: UUID) -> UUID | Refusal:
    """Have a decided order carried out; also when a run before broke off."""
    return services.ask(RUN, {"order": str(order)}, principal=SYSTEM)


def latest(order: UUID) -> queries.JobView | None:
    """Return the latest work on an order, as the system sees it: the counting until it is decided, then the carrying out."""
    row = orders.row_of(order)
    kind = COUNT if row is None or row.at is None else RUN
    found = Job.objects.filter(kind=kind, params__order=str(order)).order_by("-asked_at", "-id").values_list("id", flat=True).first()
    return None if found is None else queries.get(SYSTEM, found)


def prepare(*, principal: Principal) -> UUID | Refusal:
    """Begin an order and have it counted; answers with the order."""
    order = orders.prepare(principal=principal)
    if isinstance(order, Refusal):
        return order
    asked = ask_count(order)
    if isinstance(asked, Refusal):
        orders.drop(order, principal=principal)
        return asked
    return order


def decide(order: UUID, *, basis: str, reason: str, principal: Principal, by: str = "") -> UUID | Refusal:
    """Decide an order and have it carried out; answers with the job."""
    refused = orders.decide(order, basis=basis, reason=reason, principal=principal, by=by)
    return ask_run(order) if refused is None else refused


def _order(run: Run) -> UUID:
    try:
        return UUID(str(run.params.get("order")))
    except ValueError as error:
        raise RefusedError(orders.GONE) from error
