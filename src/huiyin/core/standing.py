"""Who is in a matter: joining it, leaving it, and what somebody who left may see of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from huiyin.core.forms import bad_characters
from huiyin.core.opening import MAX_NAME
from huiyin.core.procedure import Procedure
from huiyin.core.run import Run, StoppedError
from huiyin.core.snapshot import Left, PaperIssue, Party, Snapshot
from huiyin.core.values import Principal, Refusal, Text

# What an act that adds a party asks besides its form.
NAME: Final = "name"
FAREWELL: Final = Text(
    "您已经退出，不会再找您。您收到过的文书和您自己说的话还在，以后的事您看不到；下一步可以找谁，写在给您的告知书里。",
    "You have left and will not be asked again. What you received and what you said stays with you; what comes after is not shown to "
    "you. Whom you may turn to stands in the notice made for you.",
)


def gone() -> Refusal:
    """Return the refusal of an act by, or recorded for, somebody who left."""
    return Refusal(
        "left",
        Text("这一方已经退出，不能再由其办理，也不能代其登记。", "This party has left: it acts no more, and nothing is recorded for it."),
    )


def leave(run: Run, party_id: str) -> None:
    """Let a party leave, as of this act: what others agreed to together with it is to be said again."""
    left = Left(run.at, run.seq)
    parties = tuple(replace(one, left=left) if one.id == party_id else one for one in run.snapshot.parties)
    run.snapshot = replace(run.snapshot, parties=parties, assents={})


def join(run: Run, role: str, name: Any) -> str:
    """Let one more party of a role join; return its id."""
    most = run.procedure.roles[role].most
    if not isinstance(name, str) or not name.strip():
        raise StoppedError(Refusal("required", Text("请写姓名或者名称。", "Give the name."), field=NAME))
    if len(name) > MAX_NAME or bad_characters(name):
        raise StoppedError(Refusal("name", Text(f"姓名最多{MAX_NAME}字。", f"A name has at most {MAX_NAME} characters."), field=NAME))
    if most is not None and len(run.snapshot.of_role(role)) >= most:
        text = Text(f"最多{most}位，不能再加。", f"There are {most} already, which is the most.")
        raise StoppedError(Refusal("parties", text, field=NAME))
    made = str(UUID(bytes=hashlib.sha256(run.salts() + run.snapshot.matter.encode() + bytes([run.seq % 256])).digest()[:16], version=4))
    run.snapshot = replace(run.snapshot, parties=(*run.snapshot.parties, Party(made, role, name.strip())))
    return made


def left_by(principal: Principal, snapshot: Snapshot) -> Left | None:
    """Return when a principal left a matter it was a party of, or None."""
    party = snapshot.party(principal.id) if principal.kind == "party" else None
    return None if party is None else party.left


def notices(procedure: Procedure) -> frozenset[str]:
    """Return the papers that tell somebody who leaves whom they may turn to."""
    actions = (*procedure.always, *(action for state in procedure.states.values() for action in state.actions))
    printed = {name for action in actions if action.leaves for name in action.prints}
    return frozenset(use.notice for use in procedure.remedies.values() if use.notice in printed)


def as_it_left(snapshot: Snapshot, left: Left, state: str, facts: Mapping[str, Any], parties: Mapping[str, Mapping[str, Any]]) -> Snapshot:
    """Return the matter as a party saw it when it left: nothing that was said, printed or signed afterwards, and over for it.

    Args:
        state: where that event left the matter.
        facts: the matter's facts as of that event.
        parties: the facts of each party there was then, by id.
    """
    return replace(
        snapshot,
        version=left.seq,
        state=state,
        entered=left.seq,
        entered_at=left.at,
        outcome="withdrawn",
        facts=facts,
        parties=tuple(_then(party, left, parties[party.id]) for party in snapshot.parties if party.id in parties),
        clocks={},
        papers={name: kept for name, issues in snapshot.papers.items() if (kept := _until(issues, left))},
        children=(),
        assents={},
        done={},
        services=tuple(one for one in snapshot.services if one.seq <= left.seq),
        leader=None,
        followers=(),
    )


def _then(party: Party, left: Left, facts: Mapping[str, Any]) -> Party:
    return replace(party, facts=facts, left=party.left if party.left is not None and party.left.seq <= left.seq else None)


def _until(issues: tuple[PaperIssue, ...], left: Left) -> tuple[PaperIssue, ...]:
    return tuple(
        replace(
            issue,
            signatures=tuple(mark for mark in issue.signatures if mark.seq <= left.seq),
            sealed=issue.sealed if issue.sealed is not None and issue.sealed.seq <= left.seq else None,
            assents=tuple(part for part in issue.assents if part.seq <= left.seq),
            effective_at=issue.effective_at if issue.effective_at is not None and issue.effective_at <= left.at else None,
        )
        for issue in issues
        if issue.seq <= left.seq
    )
