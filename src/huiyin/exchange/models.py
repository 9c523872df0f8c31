"""Neighbouring systems as records, their keys, and what was handed to them.

Reference tables: small, without row security, and nothing of a matter's content stands in them. What a neighbour reads of a matter
goes through the record's own walls, as the principal ``feeder:NAME``. Rows are added and not changed: what is in force on a day is the
latest version dated no later.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from huiyin.core.values import Text


class Neighbour(models.Model):
    """One version of what is agreed with a neighbouring system.

    Attributes:
        name: what its numbers belong to (`matters.models.Matter.feeder`); never changes.
        kind: one of `neighbours.KINDS`.
        way: how it is connected: ``file``, ``api`` or ``open311``.
        direction: ``in``, or ``both`` when what becomes of its matters goes back to it.
        unit: the unit of ours that exchanges with it by hand.
        procedures: what it may open; the first whose line fits a topic is taken.
        topics: what it may open matters about; empty for every topic of those lines that is not sealed.
        keyless: Open311 only: anybody may post without a key.
        mapping: their columns and values in ours (`mapping.Mapping`).
        to_date: the last day; null while it goes on.
        reason: why it was made or changed.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=40)
    version = models.IntegerField()
    title = models.JSONField()
    kind = models.CharField(max_length=20)
    way = models.CharField(max_length=10)
    direction = models.CharField(max_length=6)
    unit = models.CharField(max_length=80)
    procedures = ArrayField(models.CharField(max_length=80))
    topics = ArrayField(models.CharField(max_length=80))
    keyless = models.BooleanField(default=False)
    mapping = models.JSONField(default=dict)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    reason = models.TextField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["name", "version"], name="exchange_neighbour_version"),
            models.CheckConstraint(condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="exchange_neighbour_order"),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def said(self) -> Text:
        """What people call it."""
        return Text(self.title["zh"], self.title["en"])


class NeighbourKey(models.Model):
    """A key a neighbour proves itself with. Only its hash is kept; who has lost it gets a new one.

    Attributes:
        hint: its last four characters, by which people tell keys apart.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    neighbour = models.CharField(max_length=40)
    hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["neighbour"], name="exchange_key_neighbour"),)

    def __str__(self) -> str:
        return f"{self.neighbour} …{self.hint}"


class News(models.Model):
    """An event of a neighbour's matter under the number it is handed out by. What it says is read from the record each time.

    Attributes:
        number: counts up without gaps for each neighbour; the mark of a file and the cursor of the feed.
    """

    id = models.BigAutoField(primary_key=True)
    neighbour = models.CharField(max_length=40)
    number = models.BigIntegerField()
    home = models.CharField(max_length=6)
    matter = models.UUIDField()
    event = models.UUIDField()
    seq = models.IntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["neighbour", "number"], name="exchange_news_number"),
            models.UniqueConstraint(fields=["neighbour", "event"], name="exchange_news_once"),
        )

    def __str__(self) -> str:
        return f"{self.neighbour} {self.number}"


class Delivery(models.Model):
    """News handed over: a file somebody took out, or the mark up to which the neighbour said it has everything.

    Attributes:
        after, upto: the numbers of `News` it covers, the first excluded.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    neighbour = models.CharField(max_length=40)
    way = models.CharField(max_length=10)
    after = models.BigIntegerField()
    upto = models.BigIntegerField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["neighbour", "made_at"], name="exchange_delivery_latest"),)
        constraints = (models.CheckConstraint(condition=Q(upto__gte=F("after")), name="exchange_delivery_order"),)

    def __str__(self) -> str:
        return f"{self.neighbour} {self.after}-{self.upto}"
