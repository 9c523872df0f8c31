"""Asking for long work, and taking it back."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from huiyin import clock
from huiyin.core import chain
from huiyin.core.values import Language, Principal, Refusal, Text
from huiyin.ids import uuid7
from huiyin.jobs import files, kinds, queries
from huiyin.jobs.models import CANCELLED, OPEN, RUNNING, WAITING, Job

MOST_OPEN = 5
NOT_KEPT = Refusal(
    "file",
    Text(
        "服务器存不下这个文件，没有收下。请告诉系统管理员，过后再传。",
        "The server could not store the file and did not take it. Tell the administrator and send it again later.",
    ),
    field="file",
)

log = logging.getLogger("huiyin.jobs")


def ask(
    kind: str,
    params: Mapping[str, Any],
    *,
    principal: Principal,
    language: Language = "zh",
    given: tuple[str, Iterable[bytes]] | None = None,
) -> UUID | Refusal:
    """Ask for a piece of long work; a worker takes it up.

    Asking for the same again while the first is open answers with the first.

    Args:
        params: plain values without personal content: they are kept.
        given: name and bytes of a file that comes with it.

    Returns:
        the job's id, or why it was not taken.
    """
    one = kinds.kind(kind)
    if one is None or not kinds.may_ask(one, principal):
        return Refusal("not_yours", Text("您的岗位不能做这项工作。", "This is not for your post."))
    account = UUID(principal.id) if principal.id else None
    mine = Job.objects.filter(account=account, unit=principal.unit or "", post=principal.post or "", state__in=OPEN)
    made = uuid7()
    bytes_hash = ""
    if given is not None:
        try:
            files.keep(made, given[1])
        except files.TooLargeError:
            limit = files.MAX_BYTES // 2**20
            return Refusal(
                "file",
                Text(f"文件超过{limit} MB，没有收下。请分成几个文件。", f"The file is over {limit} MB and was not taken. Split it."),
                field="file",
            )
        except OSError:
            log.exception("a file handed in with %s could not be kept", kind)
            files.remove(made)
            return NOT_KEPT
        bytes_hash = hashlib.sha256((files.folder_of(made) / files.GIVEN).read_bytes()).hexdigest()
    fingerprint = hashlib.sha256(chain.canonical({"kind": kind, "params": dict(params), "bytes": bytes_hash})).hexdigest()
    known = mine.filter(fingerprint=fingerprint).values_list("id", flat=True).first()
    if known is None and mine.count() >= MOST_OPEN:
        files.remove(made)
        return Refusal(
            "too_many",
            Text(
                f"已有{MOST_OPEN}项工作没有做完，请等一项做完再来。",
                f"{MOST_OPEN} of your jobs are still open; wait until one has ended.",
            ),
        )
    if known is None:
        try:
            with transaction.atomic():
                Job.objects.create(
                    id=made,
                    kind=kind,
                    account=account,
                    unit=principal.unit or "",
                    post=principal.post or "",
                    language=language,
                    params=dict(params),
                    fingerprint=fingerprint,
                    asked_at=clock.now(),
                    input_name="" if given is None else given[0][-255:],
                )
            return made
        except IntegrityError:
            # The same was asked in the same instant by a second press.
            known = mine.filter(fingerprint=fingerprint).values_list("id", flat=True).first()
    files.remove(made)
    return known or Refusal("again", Text("请再试一次。", "Please try again."))


def cancel(job: UUID, *, principal: Principal) -> bool | None:
    """Cancel a job; a run stops at its next step.

    Returns:
        whether it was still open; None when there is no such job for this principal.
    """
    seen = queries.get(principal, job)
    if seen is None or not seen.own:
        return None
    now = clock.now()
    ended = Job.objects.filter(id=job, state__in=(WAITING, RUNNING)).update(
        state=CANCELLED,
        runner=None,
        ended_at=now,
        expires_at=now,
        message={"zh": "已取消，没有留下结果。", "en": "Cancelled; nothing was kept."},
    )
    return bool(ended)
