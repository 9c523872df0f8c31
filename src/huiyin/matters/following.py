"""Matters dealt with together, between the two: what each tells the other through the outbox, and whether two may be linked at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from huiyin.core import following
from huiyin.core.effects import Effects
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.matters import doors, fold

Plain = dict[str, Any]
# A follower's word to the matter it follows, and that matter's word to a follower.
JOIN: Final = "follow"
ANSWER: Final = "answer"


def rows(effects: Effects) -> list[tuple[str, Plain]]:
    """Return the outbox rows (kind, payload) an act makes for the matters it is linked to."""
    before, after = effects.before, effects.after
    made: list[tuple[str, Plain]] = []
    was = None if before is None else before.leader
    now = after.leader
    if now is not None and now.live and now != was:
        made.append((JOIN, {"leader": now.matter, "key": now.seq, "verb": following.JOINED}))
    if was is not None and was.live and now is None:
        made.append((JOIN, {"leader": was.matter, "key": was.seq, "verb": following.LEFT}))
    known = {} if before is None else {(one.matter, one.key): one.told for one in before.followers}
    made.extend(
        (ANSWER, {"follower": one.matter, "key": one.key, "verb": one.told})
        for one in after.followers
        if one.told in ("answered", "ended") and known.get((one.matter, one.key)) != one.told
    )
    return made


def unfit(procedure: Procedure, snapshot: Snapshot, action: str, data: Mapping[str, Any], principal: Principal) -> Refusal | None:
    """Return why the matter named in ``data`` cannot be followed, as this principal sees it; None for any other act."""
    definition = procedure.state_action(snapshot.state, action)
    if definition is None or not procedure.joins(definition):
        return None
    own, wanted = f"{snapshot.home}/{snapshot.matter}", str(data.get(following.LEADER) or "")
    refused = following.unlinkable(own, wanted, followed=any(one.live for one in snapshot.followers))
    if refused is not None:
        return refused
    leader = _read(wanted, principal)
    if leader is None:
        return Refusal(
            "not_there", Text("没有这件事，或者您看不到它。", "There is no such matter, or not for you to see."), following.LEADER
        )
    if leader.procedure != snapshot.procedure:
        return Refusal("not_alike", Text("两件事办理的流程不同，不能合并。", "The two run different procedures."), following.LEADER)
    together = procedure.together
    ended = leader.outcome is not None and (together is None or leader.state not in together.answered)
    if ended:
        return Refusal(
            "ended", Text("那一件已经结束，请单独办这一件。", "That matter has ended; deal with this one by itself."), following.LEADER
        )
    if leader.leader is not None and leader.leader.live:
        text = Text(
            "那一件自己正并在别的事里办，请直接并到那件事去。", "That matter itself follows another; let this one follow that other one."
        )
        return Refusal("circle" if leader.leader.matter == own else "chain", text, following.LEADER)
    return None


def tell_leader(home: str, row: Plain) -> None:
    """Tell the followed matter that one joined or left; where it will not have it, tell the follower so."""
    payload, own = row["payload"], f"{home}/{row['matter']}"
    leader_home, leader = payload["leader"].split("/")
    told = {"matter": own, "key": payload["key"]}
    if _act(leader_home, UUID(leader), payload["verb"], told, f"{payload['verb']}:{row['matter']}:{payload['key']}") is None:
        return
    if payload["verb"] == following.JOINED:
        _report(own, payload["key"], "refused", {}, f"refused:{row['matter']}:{payload['key']}")


def tell_follower(home: str, row: Plain) -> None:
    """Tell a follower that the matter it follows was answered, with what was answered, or that it ended otherwise."""
    payload = row["payload"]
    leader = _read(f"{home}/{row['matter']}", SYSTEM)
    facts: Plain = {}
    if leader is not None and payload["verb"] == "answered":
        from huiyin.matters import definitions

        together = definitions.pinned(leader.procedure, leader.procedure_version)[0].together
        facts = {name: leader.facts[name] for name in (() if together is None else together.carries) if name in leader.facts}
    _report(payload["follower"], payload["key"], payload["verb"], facts, f"told:{row['matter']}:{payload['follower']}:{payload['key']}")


def _report(follower: str, key: int, verb: str, facts: Plain, idempotent: str) -> None:
    waiting = _read(follower, SYSTEM)
    # Withdrawn or taken back meanwhile: there is nobody left to tell, and nothing went wrong.
    if waiting is None or waiting.leader is None or not waiting.leader.live or waiting.leader.seq != key:
        return
    home, matter = follower.split("/")
    refused = _act(home, UUID(matter), following.REPORTED, {"key": key, "verb": verb, "facts": facts}, idempotent)
    if refused is not None and refused.code != "no_leader":
        from huiyin.matters.outbox import NotDoneError

        raise NotDoneError(f"{following.REPORTED} refused: {refused.code}")


def _act(home: str, matter: UUID, action: str, data: Plain, key: str) -> Refusal | None:
    from huiyin.matters import services

    answer = services.act(home=home, matter=matter, action=action, data=data, principal=SYSTEM, key=key)
    return answer if isinstance(answer, Refusal) else None


def _read(place: str, principal: Principal) -> Snapshot | None:
    home, _, matter = place.partition("/")
    try:
        id_ = UUID(matter)
    except ValueError:
        return None
    seen = doors.snapshot(home, id_, principal)
    return None if seen is None else fold.without_erased(from_plain(seen["body"]))[0]
