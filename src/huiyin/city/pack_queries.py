"""Reads of changed packs: what is in use, what was put forward, every step. Only for who keeps packs, and the system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from huiyin.city import pack_contents, pack_proposals
from huiyin.city import queries as city
from huiyin.city.models import PackVersion
from huiyin.city.pack_models import (
    ACCEPTED,
    IN_FORCE,
    IN_USE_STEPS,
    PROVING,
    SENT_BACK,
    SOUND,
    STUCK,
    UNSOUND,
    WITHDRAWN,
    PackContent,
    PackKey,
    PackProposal,
    PackStep,
)
from huiyin.core.pack_compare import Comparison, compare
from huiyin.core.rights import may_keep_packs
from huiyin.core.source import Problem
from huiyin.core.values import Principal, Text

STATES: Final[Mapping[str, Text]] = {
    PROVING: Text("正在检查", "being proven"),
    UNSOUND: Text("检查没有通过", "not sound"),
    SOUND: Text("检查通过，等复核", "sound, waits for review"),
    SENT_BACK: Text("已退回", "sent back"),
    WITHDRAWN: Text("已收回", "withdrawn"),
    ACCEPTED: Text("已接受，等生效", "accepted, waits for its day"),
    IN_FORCE: Text("已生效", "took force"),
    STUCK: Text("到期没能生效", "could not take force"),
}
STEPS: Final[Mapping[str, Text]] = {
    "loaded": Text("在服务器上装入", "loaded at the server"),
    "proposed": Text("提出", "put forward"),
    "replaced": Text("改后重提", "replaced by a new one"),
    SOUND: Text("检查通过", "proven sound"),
    UNSOUND: Text("检查没有通过", "found not sound"),
    SENT_BACK: Text("退回", "sent back"),
    ACCEPTED: Text("接受并签名", "accepted and signed"),
    WITHDRAWN: Text("收回", "withdrawn"),
    "took_force": Text("生效", "took force"),
    STUCK: Text("没能生效", "could not take force"),
}
OPEN: Final = (PROVING, UNSOUND, SOUND, ACCEPTED, STUCK)
MOST = 100


@dataclass(frozen=True, slots=True)
class Used:
    """A pack in use; ``proposal`` is what brought it into force, None when it was loaded at the server."""

    pack: str
    title: Text
    label: str
    content: str
    since: datetime | None
    proposal: UUID | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the page shows it."""

    pack: str
    kind: str
    said: Text
    who: str
    at: datetime
    why: str
    content: str
    proposal: UUID | None
    on: date | None
    told: Text | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as one reader sees it.

    Attributes:
        own: whether this reader put it forward, and so cannot review it.
        now: whether its content is the one in use.
    """

    id: UUID
    pack: str
    label: str
    content: str
    base: str
    back: bool
    origin: str
    reason: str
    state: str
    said: Text
    problems: tuple[Problem, ...]
    scenarios: int
    job: UUID | None
    proposer: str
    proposed_at: datetime
    reviewer: str
    reviewed_at: datetime | None
    takes_force_on: date | None
    took_force_at: datetime | None
    signature: str
    signed_by: str
    own: bool
    now: bool


def in_use(principal: Principal) -> tuple[Used, ...]:
    """Return the packs in use."""
    if not _may(principal):
        return ()
    since: dict[str, datetime] = {}
    for step in PackStep.objects.filter(kind__in=IN_USE_STEPS).order_by("id"):
        since[step.pack] = step.at
    rows = PackVersion.objects.filter(in_use=True).order_by("pack")
    titles = {manifest.name: manifest.title for manifest in city.library().packs}
    return tuple(
        Used(row.pack, titles.get(row.pack, Text(row.pack, row.pack)), row.label, row.content, since.get(row.pack), row.proposal)
        for row in rows
    )


def proposals(principal: Principal, *, open_only: bool = False) -> tuple[Proposal, ...]:
    """Return the proposals, the latest first."""
    if not _may(principal):
        return ()
    rows = PackProposal.objects.select_related("content", "proposed_by", "reviewed_by")
    rows = rows.filter(state__in=OPEN) if open_only else rows
    used = _contents()
    return tuple(_view(row, principal, used) for row in rows.order_by("-proposed_at")[:MOST])


def get(principal: Principal, proposal: UUID) -> Proposal | None:
    """Return one proposal, or None when it is not there for this reader."""
    if not _may(principal):
        return None
    row = PackProposal.objects.select_related("content", "proposed_by", "reviewed_by").filter(id=proposal).first()
    return None if row is None else _view(row, principal, _contents())


def ending_in(principal: Principal, words: str) -> tuple[Proposal, ...]:
    """Return the proposals whose number ends in what somebody typed."""
    return tuple(one for one in proposals(principal) if words and str(one.id).endswith(words.lower()))


def signed_well(principal: Principal, proposal: UUID) -> bool:
    """Tell whether the signature under a proposal holds."""
    row = PackProposal.objects.select_related("content").filter(id=proposal).first() if _may(principal) else None
    return row is not None and pack_proposals.signature_holds(row)


def steps(principal: Principal, *, proposal: UUID | None = None, pack: str = "") -> tuple[Step, ...]:
    """Return the steps of a proposal, a pack or all packs, the latest first."""
    if not _may(principal):
        return ()
    rows = PackStep.objects.select_related("by")
    if proposal is not None:
        rows = rows.filter(proposal_id=proposal)
    if pack:
        rows = rows.filter(pack=pack)
    return tuple(_step(row) for row in rows.order_by("-id")[:MOST])


def earlier(principal: Principal, pack: str) -> tuple[Step, ...]:
    """Return the steps that brought other contents of a pack into use, each content once, the latest first."""
    used = _contents().get(pack, "")
    found: dict[str, Step] = {}
    for one in steps(principal, pack=pack):
        if one.kind in IN_USE_STEPS and one.content != used:
            found.setdefault(one.content, one)
    return tuple(found.values())


def comparison(principal: Principal, proposal: Proposal) -> Comparison | None:
    """Return what a proposal changes: against the version it was made from; for one that took force, that is what it replaced.

    None where the files are no longer what was kept.
    """
    if not _may(principal):
        return None
    try:
        return compare(pack_contents.files_of(proposal.base), pack_contents.files_of(proposal.content))
    except (LookupError, pack_contents.AlteredError):
        return None


def files(principal: Principal, content: str) -> tuple[tuple[str, int], ...]:
    """Return path and size of the files of a content."""
    row = PackContent.objects.filter(content=content).first() if _may(principal) else None
    return () if row is None else tuple((path, size) for path, _one, size in row.files)


def whole(principal: Principal, content: str) -> tuple[str, bytes] | None:
    """Return name and bytes of the archive of a content, with the office's signature where it was accepted here."""
    row = PackContent.objects.filter(content=content).first() if _may(principal) else None
    if row is None:
        return None
    try:
        held = pack_contents.files_of(content)
    except pack_contents.AlteredError:
        return None
    signed = PackProposal.objects.filter(content_id=content).exclude(signature="").order_by("-reviewed_at").first()
    signature = None
    if signed is not None:
        key = PackKey.objects.filter(fingerprint=signed.signed_by).first()
        signature = {
            "pack": row.pack,
            "label": row.label,
            "content": content,
            "key": "" if key is None else key.public,
            "signature": signed.signature,
        }
    return f"{row.pack}-{content[:12]}.zip", pack_contents.as_zip(row.pack, held, signature)


def _may(principal: Principal) -> bool:
    return principal.kind == "system" or may_keep_packs(principal)


def _contents() -> dict[str, str]:
    return dict(PackVersion.objects.filter(in_use=True).values_list("pack", "content"))


def _view(row: PackProposal, principal: Principal, used: Mapping[str, str]) -> Proposal:
    return Proposal(
        id=row.id,
        pack=row.pack,
        label=row.content.label,
        content=row.content_id,
        base=row.base,
        back=row.back,
        origin=row.origin,
        reason=row.reason,
        state=row.state,
        said=STATES[row.state],
        problems=tuple(Problem(one["file"], one["line"], one["rule"], Text(**one["text"]), Text(**one["mend"])) for one in row.problems),
        scenarios=row.scenarios,
        job=row.job,
        proposer=row.proposed_by.name,
        proposed_at=row.proposed_at,
        reviewer="" if row.reviewed_by is None else row.reviewed_by.name,
        reviewed_at=row.reviewed_at,
        takes_force_on=row.takes_force_on,
        took_force_at=row.took_force_at,
        signature=row.signature,
        signed_by=row.signed_by,
        own=str(row.proposed_by_id) == principal.id,
        now=row.state == IN_FORCE and used.get(row.pack) == row.content_id,
    )


def _step(row: PackStep) -> Step:
    told, on = row.told, row.told.get("takes_force_on")
    return Step(
        pack=row.pack,
        kind=row.kind,
        said=STEPS.get(row.kind, Text(row.kind, row.kind)),
        who="" if row.by is None else row.by.name,
        at=row.at,
        why=row.why,
        content=row.content,
        proposal=row.proposal_id,
        on=None if on is None else date.fromisoformat(on),
        told=Text(told["zh"], told["en"]) if "zh" in told else None,
    )
