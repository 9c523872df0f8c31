"""Matters dealt with together: one follows another, waits for its answer, and keeps its own number and its own last word. Pure.

Each matter keeps its own end of the link; what one tells the other goes through the outbox, so no act touches two matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from huiyin.core.values import Refusal, Text

if TYPE_CHECKING:
    from huiyin.core.run import Run

# What the person who links gives beside the form: ``home/matter`` of the matter to follow.
LEADER: Final = "leader"
JOINED, LEFT, REPORTED = "follower_joined", "follower_left", "leader_reported"
Report = Literal["answered", "ended", "refused"]


@dataclass(frozen=True, slots=True)
class Together:
    """How matters of a procedure are dealt with together.

    Attributes:
        waits: state a follower stands in; whoever enters it says which matter it follows, whoever leaves it unanswered follows no more.
        answered: states in which a matter has been answered: its followers are answered when one of them is entered.
        carries: facts a follower is given with the answer.
    """

    waits: str
    answered: tuple[str, ...]
    carries: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Leader:
    """The matter this one follows.

    Attributes:
        matter: ``home/id``.
        seq: event by which it began to; the key of the link within the follower.
        told: what came of it; None while it is waited for.
    """

    matter: str
    seq: int
    told: Report | None = None

    @property
    def live(self) -> bool:
        """Whether it is still waited for."""
        return self.told is None

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"matter": self.matter, "seq": self.seq, "told": self.told}


@dataclass(frozen=True, slots=True)
class Follower:
    """A matter that follows this one; ``key`` is its own event. ``told``: what it was told, ``left`` when it went its own way."""

    matter: str
    key: int
    since: datetime
    told: Literal["answered", "ended", "left"] | None = None

    @property
    def live(self) -> bool:
        """Whether it still waits."""
        return self.told is None

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"matter": self.matter, "key": self.key, "since": self.since.isoformat(), "told": self.told}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Follower:
        """Read back what ``to_plain`` made."""
        return cls(**{**plain, "since": datetime.fromisoformat(plain["since"])})


def unlinkable(own: str, leader: str, *, followed: bool) -> Refusal | None:
    """Return why one matter may not follow another, as far as the follower alone tells: no circles, no chains."""
    if not leader:
        return Refusal("required", Text("请选和哪一件一起办。", "Choose the matter it is dealt with together with."), LEADER)
    if leader == own:
        return Refusal("circle", Text("不能和自己合并。", "A matter cannot follow itself."), LEADER)
    if followed:
        return Refusal(
            "chain",
            Text(
                "已经有别的事并到这一件来办，它不能再并到另一件去。请把那一件并到这一件来。",
                "Other matters are dealt with together with this one already, so it cannot follow another. Let the other one follow it.",
            ),
            LEADER,
        )
    return None


def begin(run: Run, leader: str) -> None:
    """Let the matter follow another: its end of the link."""
    snapshot = run.snapshot
    refusal = unlinkable(f"{snapshot.home}/{snapshot.matter}", leader, followed=any(one.live for one in snapshot.followers))
    if refusal is not None:
        run.stop(refusal)
    run.snapshot = replace(snapshot, leader=Leader(leader, run.seq))


def moved(run: Run, source: str) -> None:
    """Note what a change of state means for the links: who leaves the waiting follows no more; who is answered answers its followers."""
    together = run.procedure.together
    if together is None:
        return
    snapshot = run.snapshot
    leader = snapshot.leader
    if source == together.waits and leader is not None and leader.live:
        run.snapshot = snapshot = replace(snapshot, leader=None)
    verb: Literal["answered", "ended"] | None = (
        "answered" if snapshot.state in together.answered else "ended" if run.procedure.states[snapshot.state].end is not None else None
    )
    if verb is not None:
        told = tuple(replace(one, told=verb) if one.live else one for one in snapshot.followers)
        run.snapshot = replace(snapshot, followers=told)


def joined(run: Run, data: Mapping[str, Any]) -> None:
    """A matter asks to be dealt with together with this one."""
    together, snapshot = run.procedure.together, run.snapshot
    matter, key = str(data.get("matter")), int(data.get("key") or 0)
    if any((one.matter, one.key) == (matter, key) for one in snapshot.followers):
        return
    answered = together is not None and snapshot.state in together.answered
    if together is None or (snapshot.leader is not None and snapshot.leader.live) or (snapshot.outcome is not None and not answered):
        run.stop(
            Refusal(
                "chain",
                Text(
                    "那一件已经结束，或者它自己正并在别的事里办。", "That matter has ended, or is itself dealt with together with another."
                ),
            )
        )
    made = Follower(matter, key, run.at, "answered" if answered else None)
    run.snapshot = replace(snapshot, followers=(*snapshot.followers, made))


def left(run: Run, data: Mapping[str, Any]) -> None:
    """A matter that followed this one goes its own way."""
    gone = (str(data.get("matter")), int(data.get("key") or 0))
    followers = tuple(replace(one, told="left") if one.live and (one.matter, one.key) == gone else one for one in run.snapshot.followers)
    run.snapshot = replace(run.snapshot, followers=followers)


def reported(run: Run, data: Mapping[str, Any]) -> None:
    """The matter this one follows was answered or ended, or would not have it: take what comes with that, and go on."""
    leader, together = run.snapshot.leader, run.procedure.together
    if leader is None or together is None or not leader.live or leader.seq != data.get("key"):
        run.stop(Refusal("no_leader", Text("这件事没有在等另一件。", "This matter waits for no other.")))
    verb: Report = data["verb"]
    if verb == "answered":
        for name in together.carries:
            value = data.get("facts", {}).get(name)
            if value is not None:
                run.put(name, value)
    run.snapshot = replace(run.snapshot, leader=replace(leader, told=verb))
    run.follow()
