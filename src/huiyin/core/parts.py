"""Parts of a matter that stand at other units' desks: called back by the matter they belong to, and what it shares with them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from huiyin.core.procedure import SYSTEM_ACTOR, Action

if TYPE_CHECKING:
    from huiyin.core.run import Run

# The built-in act by which a part hears that it is not needed any more, and the name of the action its procedure has for that.
RECALLED: Final = "recalled"


def recall(run: Run, action: Action) -> None:
    """Note which children an action calls back: those of the procedures it names that are still open."""
    run.recalls.extend(child.key for child in run.snapshot.children if child.procedure in action.recalls and child.ended_at is None)


def recalled(run: Run, _data: Mapping[str, Any]) -> None:
    """The matter this one is a part of calls it back: it ends by its own action of that name. One that has ended stays as it is."""
    action = run.procedure.state_action(run.snapshot.state, RECALLED)
    if run.snapshot.outcome is None and action is not None and action.by == (SYSTEM_ACTOR,):
        run.take_by_itself(action)
        run.follow()
