"""Duty entries of a unit, and hand-overs from one shift to the next.

They speak of matters and of the place, never of a resident by name, and are no record of who worked when: a year later they
are removed (`services.sweep`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class HandOver(models.Model):
    """What one shift of a unit leaves to the next.

    Attributes:
        account: who hands over.
        words: what the next shift has to know as a whole.
        figures: how much waited at that moment, each ``{zh, en, count}``.
        taken_by: who took over; another person than who handed over.
        withdrawn_at: when whoever wrote it took it back before anybody had taken over.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.CharField(max_length=80)
    account = models.UUIDField()
    at = models.DateTimeField()
    words = models.TextField(blank=True)
    figures = models.JSONField(default=list)
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[HandOver]] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=["unit", "at"], name="shifts_handover_unit"),)
        constraints = (
            models.UniqueConstraint(fields=["unit"], condition=Q(taken_at=None, withdrawn_at=None), name="shifts_handover_one_waits"),
            models.CheckConstraint(condition=Q(taken_by=None) | ~Q(taken_by=F("account")), name="shifts_handover_to_another"),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False, withdrawn_at=None),
                name="shifts_handover_taken_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.at:%Y-%m-%d %H:%M}"


class Watched(models.Model):
    """A matter the next shift is asked to watch, and why."""

    id = models.BigAutoField(primary_key=True)
    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="watched")
    position = models.IntegerField()
    home = models.CharField(max_length=6)
    matter = models.UUIDField()
    words = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Watched]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["hand_over", "home", "matter"], name="shifts_watched_once"),)

    def __str__(self) -> str:
        return f"{self.home}/{self.matter}"


class DutyEntry(models.Model):
    """One line of the duty log: what happened, and about which matter if about one. Written once, never changed.

    Attributes:
        hand_over: the hand-over that closed the shift it was written in; None while that shift lasts.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.CharField(max_length=80)
    account = models.UUIDField()
    at = models.DateTimeField()
    words = models.CharField(max_length=500)
    home = models.CharField(max_length=6, blank=True)
    matter = models.UUIDField(null=True)
    hand_over = models.ForeignKey(HandOver, null=True, on_delete=models.CASCADE, related_name="entries")

    objects: ClassVar[models.Manager[DutyEntry]] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=["unit", "at"], name="shifts_entry_unit"),)

    def __str__(self) -> str:
        return f"{self.unit} {self.at:%Y-%m-%d %H:%M}"
