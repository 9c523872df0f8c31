"""Models of topics as they were made, and which was in use from when on. Neither is ever changed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from huiyin.city.models import Account


class TopicModel(models.Model):
    """A model of topics, made from matters decided in the city.

    Attributes:
        made_by: the keeper who asked for it; None when it was made at the machine.
        since: first day of the matters it learned from.
        learned_from: how many matters that were.
        cost: how many looks of a person one wrong suggestion is taken to cost.
        threshold: the confidence below which it says that it does not know.
        measured: what cross-fitting showed; see `learning.choosing.measured`.
        stored: `learning.linear.Linear` as bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="topic_models")
    since = models.DateField()
    learned_from = models.IntegerField()
    cost = models.FloatField()
    threshold = models.FloatField()
    measured = models.JSONField()
    stored = models.BinaryField()

    objects: ClassVar[models.Manager[TopicModel]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M} {self.learned_from}"


class ModelUse(models.Model):
    """From when on a model, or none, proposes topics; the last one counts.

    Attributes:
        model: None when only the words of topics and of the responsibility list propose.
        by: who decided it; None for whoever keeps the machine.
    """

    id = models.BigAutoField(primary_key=True)
    model = models.ForeignKey(TopicModel, null=True, on_delete=models.PROTECT, related_name="uses")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="model_uses")
    reason = models.TextField()

    objects: ClassVar[models.Manager[ModelUse]] = models.Manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=~models.Q(reason=""), name="learning_modeluse_reason"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.model_id}"
