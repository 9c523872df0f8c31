"""Parties of matters, a projection of each matter's body for the walls and for search inside one's own scope."""

from __future__ import annotations

from django.db import models

from huiyin.parties.access import Walled


class Party(models.Model):
    """One party of one matter. The same person in two matters is two rows: persons are never joined across matters.

    Attributes:
        party: the party's id within its matter.
        name: as written on papers; empty when no name was given or it was erased.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    home = models.CharField(max_length=6)
    matter = models.UUIDField()
    party = models.CharField(max_length=60)
    role = models.CharField(max_length=60)
    name = models.TextField(blank=True)
    phone = models.TextField(blank=True)

    objects = Walled["Party"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "matter", "party"], name="parties_party_one"),)

    def __str__(self) -> str:
        return f"{self.role} {self.party}"
