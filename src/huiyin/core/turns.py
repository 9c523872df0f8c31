"""Whose turn it is to sign a paper whose signatures come in a set order. Without an order everybody signs when they like."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from huiyin.core.packs import Library
from huiyin.core.papers import PaperDef
from huiyin.core.procedure import Procedure
from huiyin.core.scope import Signer, unsigned
from huiyin.core.snapshot import PaperIssue, Snapshot
from huiyin.core.values import Refusal, Text

SEAL = "seal"


def turn_of(paper: PaperDef, name: str) -> int:
    """Return the turn of a party role, a post or a seal (``"seal"``), from 0; who stands in no turn may sign in the first."""
    wanted = paper.sealed_by if name == SEAL else name
    return next((turn for turn, names in enumerate(paper.order) if wanted in names), 0)


def waits_for(paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library, name: str) -> tuple[Signer, ...]:
    """Return who has still to sign before somebody of that role or post, or before the seal (``"seal"``)."""
    own = turn_of(paper, name)
    return tuple(one for one in unsigned(paper, procedure, snapshot, library) if turn_of(paper, one.role) < own)


def out_of_turn(
    paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library, name: str, at: datetime | None = None
) -> Refusal | None:
    """Return why it is not yet the turn of a role, a post or the seal; with ``at`` also why that time cannot be, or None."""
    before = waits_for(paper, procedure, snapshot, library, name)
    title = paper.title
    if before:
        zh, en = _listed(before)
        return Refusal(
            "not_your_turn",
            Text(
                f"《{title.zh}》按顺序签，还没轮到。先等：{zh}。",
                f"“{title.en}” is signed in turn, and others come first: {en}.",
            ),
        )
    issue = snapshot.paper(paper.name)
    last = None if issue is None or at is None else _last_before(paper, issue, turn_of(paper, name))
    if last is None or at is None or at >= last:
        return None
    return Refusal(
        "before_turn",
        Text(
            f"《{title.zh}》按顺序签，这个时间早于前面一位签的时间。请核对时间。",
            f"“{title.en}” is signed in turn, and that is earlier than the one before signed. Check the time.",
        ),
        field="at",
    )


def called(paper: PaperDef, procedure: Procedure, before: Snapshot, after: Snapshot, library: Library) -> tuple[str, ...]:
    """Return the names whose turn an act has made it: roles, posts, and ``"seal"``."""
    waiting = unsigned(paper, procedure, after, library)
    if not paper.order or not waiting:
        return ()
    turn = min(turn_of(paper, one.role) for one in waiting)
    if turn == min((turn_of(paper, one.role) for one in unsigned(paper, procedure, before, library)), default=turn):
        return ()
    return tuple(dict.fromkeys(one.role for one in waiting if turn_of(paper, one.role) == turn))


def _last_before(paper: PaperDef, issue: PaperIssue, turn: int) -> datetime | None:
    marks = [(mark.role, mark.at) for mark in issue.signatures]
    if issue.sealed is not None:
        marks.append((SEAL, issue.sealed.at))
    return max((at for name, at in marks if turn_of(paper, name) < turn), default=None)


def _listed(signers: Iterable[Signer]) -> tuple[str, str]:
    held = tuple(signers)
    zh = "、".join(f"{one.label.zh}{one.name}" if one.role != SEAL else f"{one.name}{one.label.zh}" for one in held)
    return zh, ", ".join(f"{one.label.en} {one.name}".strip() for one in held)
