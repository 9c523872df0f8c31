"""Models of topics as they were made, and which was in use from when on: neither is ever changed. The hot issues of today: replaced."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from huiyin.city.models import Account


class TopicModel(models.Model):
    """A model of topics, made from what the packs say people write, and from matters decided in the city.

    Attributes:
        made_by: the keeper who asked for it; None when it was made at the machine.
        since: first day of the matters it learned from.
        learned_from: how many matters that were; 0 for one that knows only what the packs say.
        sayings: fingerprint of the sentences of the packs it learned from besides.
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
    sayings = models.CharField(max_length=64)
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


class HotLook(models.Model):
    """One counting of the city's hot issues. Only the last is kept: what was sealed or erased since is then in none.

    Attributes:
        days: how many days were looked at; as many before them were read to compare with.
        until: the last of these days.
        read: matters read.
        whole: whether that were all of both spans; else the newest.
    """

    id = models.BigAutoField(primary_key=True)
    made_at = models.DateTimeField()
    days = models.IntegerField()
    until = models.DateField()
    read = models.IntegerField()
    whole = models.BooleanField()

    objects: ClassVar[models.Manager[HotLook]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M} {self.read}"


class HotIssue(models.Model):
    """What several people wrote about, as counts and words several of them used; nothing leads to a matter or to anybody.

    Attributes:
        words: phrases and names of places, each used by several people.
        places: codes of divisions with several people each, the most first.
        people: how many different people at least.
        before: matters of it in the days before; None where these were not all read.
        by_day: matters of each day, the first of the days first.
    """

    id = models.BigAutoField(primary_key=True)
    look = models.ForeignKey(HotLook, on_delete=models.CASCADE, related_name="issues")
    words = ArrayField(models.CharField(max_length=16))
    places = ArrayField(models.CharField(max_length=12))
    matters = models.IntegerField()
    people = models.IntegerField()
    before = models.IntegerField(null=True)
    first = models.DateField()
    last = models.DateField()
    by_day = ArrayField(models.IntegerField())

    objects: ClassVar[models.Manager[HotIssue]] = models.Manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(people__gte=3), name="learning_hotissue_people"),)

    def __str__(self) -> str:
        return "、".join(self.words)
