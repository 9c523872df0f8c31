"""What a supervisor's board looks for besides dates: which acts return a matter, which open it again. Data of the packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from huiyin.core.procedure import Procedure
from huiyin.core.reader_common import Cursor


@dataclass(frozen=True, slots=True)
class BoardDef:
    """What is worth a look.

    Attributes:
        paused_days: a clock that has stood still longer is shown.
        returned: procedure -> acts by which a unit gives a matter back.
        reopened: procedure -> acts by which a matter that was answered is taken up again.
    """

    paused_days: int = 30
    returned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reopened: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def build_board(top: Cursor) -> BoardDef:
    """Return what a pack's ``board.yaml`` says."""
    top.mapping(("paused_days", "returned", "reopened"))
    return BoardDef(
        paused_days=top.at("paused_days").integer(1),
        returned={name: inner.names() for name, inner in top.at("returned").named()},
        reopened={name: inner.names() for name, inner in top.at("reopened").named()},
    )


def unknown_acts(board: BoardDef, procedures: Mapping[str, Procedure]) -> list[str]:
    """Return the acts a board names that no procedure has, as ``procedure.act``."""
    return [
        f"{name}.{act}"
        for listed in (board.returned, board.reopened)
        for name, acts in listed.items()
        for act in acts
        if name not in procedures or act not in {one.name for state in procedures[name].states.values() for one in state.actions}
    ]
