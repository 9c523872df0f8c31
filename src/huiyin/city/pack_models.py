"""Packs as an office changes them: the files themselves, what somebody put forward, and every step taken with it.

Nothing here is deleted. Files and steps are only ever added (a trigger refuses anything else); of a proposal what was put
forward stays, and what was decided about it is written once.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from huiyin.city.models import Account

PROVING, UNSOUND, SOUND = "proving", "unsound", "sound"
SENT_BACK, WITHDRAWN = "sent_back", "withdrawn"
ACCEPTED, IN_FORCE, STUCK = "accepted", "in_force", "stuck"
STATES = (PROVING, UNSOUND, SOUND, SENT_BACK, WITHDRAWN, ACCEPTED, IN_FORCE, STUCK)
# It was signed and has, or had, a day to take force on.
SIGNED = (ACCEPTED, IN_FORCE, STUCK)
# Steps after which a content is the one in use.
LOADED, TOOK_FORCE = "loaded", "took_force"
IN_USE_STEPS = (LOADED, TOOK_FORCE)


class PackBlob(models.Model):
    """The bytes of one file, by their hash."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256


class PackContent(models.Model):
    """The files of one pack together, named by the hash over all of them.

    Attributes:
        files: [path, hash of its bytes, size], in the order of the paths.
    """

    content = models.CharField(max_length=64, primary_key=True)
    pack = models.CharField(max_length=60)
    label = models.CharField(max_length=40, default="")
    files = models.JSONField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pack}@{self.content[:12]}"


class PackProposal(models.Model):
    """A content of a pack somebody put forward, and what became of it.

    Attributes:
        base: the content that was in use when it was put forward.
        back: it brings an earlier content back, and takes force as soon as it is accepted.
        origin: name of the office whose signature came with it; empty for our own work.
        problems: what the proof found, each {file, line, rule, text, mend}.
        proven_with: what it was proven together with; when that changes, it is proven again.
        signature: the office's, made when it was accepted; ``signed_by`` is the fingerprint of the key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pack = models.CharField(max_length=60)
    content = models.ForeignKey(PackContent, on_delete=models.PROTECT, related_name="proposals")
    base = models.CharField(max_length=64, default="")
    back = models.BooleanField(default=False)
    origin = models.CharField(max_length=120, default="")
    reason = models.TextField()
    state = models.CharField(max_length=10, default=PROVING)
    problems = models.JSONField(default=list)
    scenarios = models.IntegerField(default=0)
    proven_with = models.CharField(max_length=64, default="")
    job = models.UUIDField(null=True)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="packs_proposed")
    proposed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="packs_reviewed")
    reviewed_at = models.DateTimeField(null=True)
    takes_force_on = models.DateField(null=True)
    took_force_at = models.DateTimeField(null=True)
    signature = models.CharField(max_length=128, default="")
    signed_by = models.CharField(max_length=64, default="")

    class Meta:
        indexes = (models.Index(fields=["takes_force_on"], condition=Q(state=ACCEPTED), name="city_packproposal_waiting"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="city_packproposal_state"),
            models.CheckConstraint(condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("proposed_by")), name="city_packproposal_four_eyes"),
            models.CheckConstraint(
                condition=~Q(state__in=SIGNED) | ~Q(reviewed_by=None) & ~Q(takes_force_on=None) & ~Q(signature="") & ~Q(signed_by=""),
                name="city_packproposal_signed_by_a_second_person",
            ),
            models.CheckConstraint(condition=~Q(state=IN_FORCE) | ~Q(took_force_at=None), name="city_packproposal_took_force"),
            models.UniqueConstraint(
                fields=["pack", "content", "proposed_by"],
                condition=Q(state__in=(PROVING, SOUND, ACCEPTED)),
                name="city_packproposal_asked_once",
            ),
            models.UniqueConstraint(fields=["pack", "takes_force_on"], condition=Q(state=ACCEPTED), name="city_packproposal_one_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.pack} {self.id}"


class PackStep(models.Model):
    """One step of a pack's life: who, when, why. Never changed.

    Attributes:
        by: who took it; None for the system (a load at the command line, taking force on its day).
        content: the files it was about.
        told: what else belongs to it, such as the day it takes force.
    """

    id = models.BigAutoField(primary_key=True)
    pack = models.CharField(max_length=60)
    proposal = models.ForeignKey(PackProposal, null=True, on_delete=models.PROTECT, related_name="steps")
    content = models.CharField(max_length=64, default="")
    kind = models.CharField(max_length=20)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="pack_steps")
    unit = models.CharField(max_length=80, default="")
    at = models.DateTimeField()
    why = models.TextField(default="")
    told = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["pack", "-at"], name="city_packstep_of_a_pack"),)

    def __str__(self) -> str:
        return f"{self.pack} {self.kind} {self.at}"


class PackKey(models.Model):
    """A public key this office trusts: its own, and those of offices whose packs it takes in."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    public = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    own = models.BooleanField(default=False)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.fingerprint[:16]}"
