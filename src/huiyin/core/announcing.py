"""A notice of a project, on one household's matter: kept in its record, told to its parties, and nothing moved by it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from huiyin.core.effects import NOTE_ANNOUNCED, Content, Tell
from huiyin.core.values import Text

if TYPE_CHECKING:
    from huiyin.core.run import Run

# The built-in act by which a household's matter takes a notice of its project in.
ACT: Final = "announced"
PARTS: Final = ("what", "when", "where")


def announce(run: Run, data: Mapping[str, Any]) -> None:
    """Keep the notice and tell everybody who is in: what, when and where, in the words of the project."""
    told = {name: str(data.get(name) or "") for name in PARTS}
    run.content.append(Content(NOTE_ANNOUNCED, "P1", "set", told))
    text = Text(
        f"项目通知：{told['what']}时间：{told['when']}。地点：{told['where']}。",
        f"Notice of the project: {told['what']} When: {told['when']}. Where: {told['where']}.",
    )
    run.tells.extend(Tell(party.id, text) for party in run.snapshot.present)
