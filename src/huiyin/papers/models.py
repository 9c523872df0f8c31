"""Files of matters. The bytes lie in the file store under the row's id; the row carries their hash."""

from __future__ import annotations

from django.db import models

from huiyin.parties.access import Walled


class StoredFile(models.Model):
    """One file as it was handed in.

    Attributes:
        name: as the person's device called it (class P2); never used as a path.
        sha256: of the bytes, hex.
        scan: ``not_scanned`` until a scanner has looked; that is a state, never "clean".
    """

    id = models.UUIDField(primary_key=True)
    home = models.CharField(max_length=6)
    matter = models.UUIDField()
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=20)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=100)

    objects = Walled["StoredFile"]()

    class Meta:
        """Table and its name."""

        db_table = "papers_file"

    def __str__(self) -> str:
        """Return the id; a file's name may be personal."""
        return str(self.id)
