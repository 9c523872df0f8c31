"""Reads of long work. Who asked sees it, in the post they asked in; so does the head of the unit, without its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.values import Principal, Text
from huiyin.jobs import files, kinds
from huiyin.jobs.models import FAILED, FINISHED, OPEN, RUNNING, WAITING, Job

MOST = 50
# Before this long nothing useful can be said about how long the rest takes.
FIRST_GUESS_SECONDS = 2.0
STATES = {
    WAITING: Text("排队等待", "Waiting"),
    RUNNING: Text("正在处理", "Running"),
    FINISHED: Text("已完成", "Done"),
    FAILED: Text("没有做成", "Failed"),
    "cancelled": Text("已取消", "Cancelled"),
}


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as one principal may see it.

    Attributes:
        own: whether this principal asked for it; only then may it be cancelled and its files be taken.
        seconds_left: an estimate from the pace so far; None when there is none.
        file: name of the file that came of it, while it is kept.
    """

    id: UUID
    kind: str
    label: Text
    params: dict[str, Any]
    own: bool
    asker: str
    state: str
    state_label: Text
    done: int
    total: int | None
    seconds_left: int | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None
    expired: bool
    given: str
    file: str
    errors: str
    message: Text | None
    told: tuple[tuple[Text, int], ...]

    @property
    def open(self) -> bool:
        """Whether it is still to come to an end."""
        return self.state in OPEN

    @property
    def said(self) -> Text:
        """How far it is, in one sentence."""
        if self.state != RUNNING or self.total is None:
            return self.state_label
        zh, en = f"已处理 {self.done:,} / {self.total:,}", f"{self.done:,} of {self.total:,} done"
        if self.seconds_left is None:
            return Text(f"{zh}。", f"{en}.")
        left = _span(self.seconds_left)
        return Text(f"{zh}，约剩{left.zh}。", f"{en}, about {left.en} left.")


def get(principal: Principal, job: UUID) -> JobView | None:
    """Return one job, or None when it is not there for this principal."""
    row = _seen(principal).filter(id=job).first()
    return None if row is None else _view(row, principal)


def of(principal: Principal) -> tuple[JobView, ...]:
    """Return the jobs this principal sees, the latest first."""
    rows = list(_seen(principal).order_by("-asked_at")[:MOST])
    return tuple(_view(row, principal) for row in rows)


def file_of(principal: Principal, job: UUID, name: str) -> tuple[Path, str, str] | None:
    """Return path, name and media type of a job's result or error file; only to who asked and still may, while it is kept."""
    row = _seen(principal).filter(id=job, state=FINISHED, swept_at=None).first()
    if row is None or not _own(row, principal) or _expired(row):
        return None
    one = kinds.kind(row.kind)
    if one is not None and one.still is not None and not one.still(principal, row.params):
        return None
    named = {files.RESULT: (row.file_name, row.file_type), files.ERRORS: (row.error_name, row.error_type)}.get(name)
    path = None if row.runner is None else files.found(job, name, row.runner)
    return None if named is None or not named[0] or path is None else (path, *named)


def _seen(principal: Principal) -> QuerySet[Job]:
    if principal.kind == "system":
        return Job.objects.all()
    if principal.kind != "staff" or not principal.unit or not principal.id:
        return Job.objects.none()
    mine = Q(account=UUID(principal.id), unit=principal.unit, post=principal.post)
    return Job.objects.filter(mine | Q(unit=principal.unit)) if principal.post == "head" else Job.objects.filter(mine)


def _own(row: Job, principal: Principal) -> bool:
    return principal.kind == "system" or (str(row.account), row.unit, row.post) == (principal.id, principal.unit, principal.post)


def _expired(row: Job) -> bool:
    return row.swept_at is not None or (row.expires_at is not None and row.expires_at <= clock.now())


def _view(row: Job, principal: Principal) -> JobView:
    one = kinds.kind(row.kind)
    own, gone = _own(row, principal), _expired(row)
    asker = "" if row.account is None else city.account_name(str(row.account))
    return JobView(
        id=row.id,
        kind=row.kind,
        label=Text(row.kind, row.kind) if one is None else one.label,
        params=dict(row.params),
        own=own,
        asker=asker,
        state=row.state,
        state_label=STATES[row.state],
        done=row.done,
        total=row.total,
        seconds_left=_seconds_left(row),
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        expires_at=row.expires_at,
        expired=gone,
        given=row.input_name if own else "",
        file=row.file_name if own and not gone else "",
        errors=row.error_name if own and not gone else "",
        message=None if row.message is None else Text(row.message["zh"], row.message["en"]),
        told=tuple((Text(line["zh"], line["en"]), int(line["count"])) for line in row.told),
    )


def _seconds_left(row: Job) -> int | None:
    if row.state != RUNNING or row.started_at is None or not row.total or not row.done:
        return None
    spent = (clock.now() - row.started_at).total_seconds()
    if spent < FIRST_GUESS_SECONDS:
        return None
    return max(1, round(spent / row.done * (row.total - row.done)))


def _span(seconds: int) -> Text:
    if seconds < 90:
        return Text(f"{seconds}秒", f"{seconds} second{'' if seconds == 1 else 's'}")
    minutes = round(seconds / 60)
    return Text(f"{minutes}分钟", f"{minutes} minutes")
