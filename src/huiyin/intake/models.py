"""Drafts as the database has them: sealed bytes, and wrapped keys that only their holders can unwrap.

A draft belongs to no home and to no matter; it is swept seven days after it was last touched. Whoever copies these tables
has nothing: the key of each draft is wrapped by what one browser's cookie or one resume code holds.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class StoredDraft(models.Model):
    """One draft.

    Attributes:
        token: its part in the address; knowing it alone opens nothing.
        sealed: what was typed, AES-GCM under the draft's own key.
        version: goes up with every page saved.
        locator: the part of the resume code that finds the draft; empty while it has no code.
        tries: wrong codes since the last right one.
    """

    id = models.UUIDField(primary_key=True)
    token = models.CharField(max_length=40, unique=True)
    sealed = models.BinaryField()
    version = models.IntegerField(default=1)
    locator = models.CharField(max_length=8, default="")
    tries = models.IntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "intake_draft"
        constraints = (models.UniqueConstraint(fields=["locator"], condition=~Q(locator=""), name="intake_draft_one_locator"),)

    def __str__(self) -> str:
        return str(self.id)


class WrappedKey(models.Model):
    """The key of one draft, wrapped for one holder.

    Attributes:
        holder: keyed hash of a browser's secret, or ``code``.
    """

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(StoredDraft, on_delete=models.CASCADE, related_name="keys")
    holder = models.CharField(max_length=64)
    wrapped = models.BinaryField()

    class Meta:
        db_table = "intake_key"
        constraints = (models.UniqueConstraint(fields=["draft", "holder"], name="intake_key_one_holder"),)

    def __str__(self) -> str:
        return str(self.id)


class DraftPicture(models.Model):
    """A photograph or document that waits with a draft; its bytes lie sealed in the file store under this id.

    Attributes:
        name: as the person's device called it, sealed.
        size: of the picture as it will be handed in.
    """

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(StoredDraft, on_delete=models.CASCADE, related_name="pictures")
    position = models.IntegerField()
    name = models.BinaryField()
    size = models.IntegerField()

    class Meta:
        db_table = "intake_picture"
        ordering = ("position",)

    def __str__(self) -> str:
        return str(self.id)
