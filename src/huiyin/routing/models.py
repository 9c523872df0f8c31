"""The responsibility list: dated rows, kept as they were when decisions were taken on them. A reference table."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class ResponsibilityRule(models.Model):
    """One row of a pack's responsibility list.

    Attributes:
        row: the row's id in the pack.
        version: hash of its content. A changed row is a new record; the old one stays for decisions that name it.
        position: its place in the file, for showing the list as it was written.
        from_date: first day it decides.
        to_date: last day it decides.
        ended: day a load no longer found it; from then on it decides nothing.
    """

    id = models.BigAutoField(primary_key=True)
    pack = models.CharField(max_length=60)
    row = models.CharField(max_length=80)
    version = models.CharField(max_length=12)
    position = models.IntegerField()
    topic = models.CharField(max_length=80)
    place = models.CharField(max_length=12)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    plain = models.JSONField()
    ended = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["topic", "from_date"], name="routing_rule_topic"),)
        constraints = (
            models.UniqueConstraint(fields=["pack", "row", "version"], name="routing_rule_one_content"),
            models.UniqueConstraint(fields=["pack", "row"], condition=Q(ended=None), name="routing_rule_one_in_force"),
            models.CheckConstraint(condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="routing_rule_order"),
        )

    def __str__(self) -> str:
        return f"{self.row}@{self.version}"
