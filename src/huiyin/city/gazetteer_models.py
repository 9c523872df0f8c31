"""The office's own part of the gazetteer: names, and what was done with them. The packs' part stands in the packs."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import F, Q

from huiyin.city.models import Account, Division, Unit

PROPOSED, IN_USE, DECLINED, ENDED = "proposed", "in_use", "declined", "ended"
STATES: Final = (PROPOSED, IN_USE, DECLINED, ENDED)
ADDED, ACCEPTED = "added", "accepted"
STEPS: Final = (PROPOSED, ADDED, ACCEPTED, DECLINED, ENDED)


class GazetteerName(models.Model):
    """A name people use and the place it leads to.

    Attributes:
        since, until: days it held; a name is ended, never deleted.
        lon, lat: where it lies, WGS 84.
        source: where that is known from.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=16)
    kind = models.CharField(max_length=12)
    place = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="names")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    source = models.CharField(max_length=200)
    state = models.CharField(max_length=10)

    class Meta:
        indexes = (models.Index(fields=["state", "name"], name="city_gazetteername_name"),)
        constraints = (
            models.UniqueConstraint(
                fields=["name", "place"], condition=Q(state__in=["proposed", "in_use"]), name="city_gazetteername_once_a_place"
            ),
            models.CheckConstraint(condition=Q(state__in=["proposed", "in_use", "declined", "ended"]), name="city_gazetteername_state"),
            models.CheckConstraint(condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="city_gazetteername_order"),
        )

    def __str__(self) -> str:
        return f"{self.name} -> {self.place_id}"


class GazetteerStep(models.Model):
    """One thing done with a name: by whom, in which post, when and why. Never changed."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(GazetteerName, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, default="", blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["entry", "id"], name="city_gazetteerstep_of_a_name"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["proposed", "added", "accepted", "declined", "ended"]), name="city_gazetteerstep_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind}"
