"""Rooms, who came in and went out, and what was said.

Written by the functions of the migration alone; read behind row security by those who are in the room, and by nobody else: not
by the unit, the supervisor, the auditor or the system.
"""

from __future__ import annotations

from django.db import models

from huiyin.matters.access import Walled


class OfRoom(models.Model):
    """What every table of rooms has. ``room`` and ``matter`` are plain columns: a join always names the home."""

    id = models.UUIDField(primary_key=True, editable=False)
    home = models.CharField(max_length=6)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.home}/{self.id}"


class Room(OfRoom):
    """One room of one matter. It stays when its words are destroyed, and says so.

    Attributes:
        party: whose private room it is; empty for the joint one.
        key: the room's own key, wrapped by the installation's secret; null once it is destroyed.
        kept_days: days after the end of the matter, as everybody was told when the room was opened.
        last_seq: how many messages were ever sent.
        destroyed_count: how many messages went.
    """

    matter = models.UUIDField()
    kind = models.CharField(max_length=7)
    party = models.CharField(max_length=60, blank=True)
    key = models.BinaryField(null=True)
    kept_days = models.IntegerField()
    opened_at = models.DateTimeField()
    last_seq = models.IntegerField(default=0)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_count = models.IntegerField(null=True)

    objects = Walled["Room"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "matter", "kind", "party"], name="mediation_room_one"),)


class Membership(OfRoom):
    """Somebody came in or went out.

    Attributes:
        principal: access token of whom it is about.
        author: token of whoever did it: themselves, or ``system`` where the matter no longer gave them a place.
        after_seq: the last message sent before.
    """

    room = models.UUIDField()
    n = models.IntegerField()
    principal = models.CharField(max_length=120)
    came = models.BooleanField()
    author = models.CharField(max_length=120)
    at = models.DateTimeField()
    after_seq = models.IntegerField()

    objects = Walled["Membership"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "room", "n"], name="mediation_membership_n"),)


class Message(OfRoom):
    """One message, sealed under its room's key.

    Attributes:
        seq: 1, 2, 3 ... within the room, without gaps.
        kind: ``words``; ``file``, words with a file; ``draft``, a version of what the room writes together.
        sender: access token of whoever sent it.
        digest: of what was sent, keyed by the room's key: the same key with something else is refused.
        erased_at: when its sender's words were erased; nothing of them is there any more.
        key: made by the sender's page; the same message sent twice is one.
    """

    room = models.UUIDField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=5)
    sender = models.CharField(max_length=120)
    at = models.DateTimeField()
    body = models.BinaryField()
    digest = models.BinaryField()
    key = models.CharField(max_length=100)
    erased_at = models.DateTimeField(null=True)

    objects = Walled["Message"]()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["home", "room", "seq"], name="mediation_message_seq"),
            models.UniqueConstraint(fields=["home", "room", "key"], name="mediation_message_key"),
        )


class File(OfRoom):
    """The bytes of a file that came with the message of the same id, sealed under its room's key, and a small picture where it is one."""

    room = models.UUIDField()
    seq = models.IntegerField()
    body = models.BinaryField()
    small = models.BinaryField(null=True)

    objects = Walled["File"]()
