"""One piece of long work: what was asked, by whom, how far it is, what came of it.

The row is also the log of who took which list out of the system, so it stays when its files are swept. It holds no
personal content: parameters are filters and ids, results lie as files in a folder of their own.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

WAITING, RUNNING, FINISHED, FAILED, CANCELLED = "waiting", "running", "finished", "failed", "cancelled"
OPEN = (WAITING, RUNNING)


class Job(models.Model):
    """A run of one kind of work.

    Attributes:
        account: who asked; None for the operator at the command line.
        unit: unit of the post they asked in; the work is done with the rights of that post.
        fingerprint: hash of kind and parameters: asking twice while the first is open is asking once.
        total: how many steps there are; None while that is not known.
        runner: the run that has it, or that finished it: its files lie under that name. A run that lost it stops at its next step.
        alive_until: the run's lease. When it has passed the run is dead, and another may take the work up.
        input_name: name of a file handed in with the question; empty when there is none, and once the files are removed.
        told: lines of the result, each ``{zh, en, count}``; ``message`` is one sentence about the whole.
        swept_at: when the files were removed; the row stays.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=60)
    account = models.UUIDField(null=True)
    unit = models.CharField(max_length=80, blank=True)
    post = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=2, default="zh")
    params = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=WAITING)
    total = models.IntegerField(null=True)
    done = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    runner = models.UUIDField(null=True)
    alive_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)
    input_name = models.CharField(max_length=255, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    error_name = models.CharField(max_length=255, blank=True)
    error_type = models.CharField(max_length=100, blank=True)
    message = models.JSONField(null=True)
    told = models.JSONField(default=list)

    objects: ClassVar[models.Manager[Job]] = models.Manager()

    class Meta:
        indexes = (
            models.Index(fields=["asked_at"], condition=Q(state__in=OPEN), name="jobs_job_open"),
            models.Index(fields=["account", "unit", "post", "asked_at"], name="jobs_job_asker"),
            models.Index(fields=["unit", "asked_at"], name="jobs_job_unit"),
            models.Index(fields=["expires_at"], condition=Q(swept_at=None) & ~Q(expires_at=None), name="jobs_job_expires"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["account", "unit", "post", "fingerprint"],
                condition=Q(state__in=OPEN),
                nulls_distinct=False,
                name="jobs_job_asked_once",
            ),
            models.CheckConstraint(condition=Q(state__in=(*OPEN, FINISHED, FAILED, CANCELLED)), name="jobs_job_state"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
