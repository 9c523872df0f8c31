"""What a court that commissioned a mediation hears back: whether it was settled, between whom, facts all signed. Pure.

Nothing said in the mediation is in it: no offer, no minutes, no reason why it failed, not who said no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from huiyin.core.expressions import evaluate, parse
from huiyin.core.procedure import Commission, Procedure
from huiyin.core.scope import scope_of
from huiyin.core.snapshot import PaperIssue, Snapshot

if TYPE_CHECKING:
    from huiyin.core.packs import Library

# The way of opening by which such a matter comes in.
WAY: Final = "court_commission"
Status = Literal["settled", "partly", "failed", "withdrawn", "declined"]
_ENDS: Final[dict[str, Status]] = {"declined": "declined", "withdrawn": "withdrawn"}


@dataclass(frozen=True, slots=True)
class Told:
    """The result.

    Attributes:
        at: when the agreement took effect, or the matter ended.
        agreement: the text in force; None where nothing was settled.
        between: names of the parties it binds.
        undisputed: facts every side signed as undisputed; empty where there are none.
        reason: why the body does not take it; empty for every other end.
    """

    status: Status
    at: datetime
    agreement: PaperIssue | None = None
    between: tuple[str, ...] = ()
    undisputed: str = ""
    reason: str = ""


def told(procedure: Procedure, library: Library, snapshot: Snapshot, now: datetime) -> Told | None:
    """Return the result for the court as the matter stands, or None while there is none or no court asked for it."""
    asked = procedure.commission
    if asked is None or snapshot.opened_by != WAY:
        return None
    undisputed = str(evaluate(parse(asked.undisputed), scope_of(procedure, snapshot, library, now=now)) or "")
    agreement = next(_in_force(asked, snapshot), None)
    if agreement is not None and agreement.effective_at is not None:
        bound = [party for party in snapshot.parties if procedure.roles[party.role].bound]
        inside = tuple(party.name for party in bound if party.left is None or party.left.at > agreement.effective_at)
        status: Status = "settled" if len(inside) == len(bound) else "partly"
        return Told(status, agreement.effective_at, agreement, inside, undisputed)
    if snapshot.outcome is None:
        return None
    status = _ENDS.get(snapshot.outcome, "failed")
    reason = str(snapshot.facts.get(asked.declined) or "") if status == "declined" else ""
    return Told(status, snapshot.entered_at, None, (), undisputed, reason)


def _in_force(asked: Commission, snapshot: Snapshot) -> Iterator[PaperIssue]:
    """Yield the texts in force, the newest of each paper first."""
    for name in asked.settled:
        yield from (issue for issue in reversed(snapshot.papers.get(name, ())) if not issue.voided and issue.effective_at is not None)
