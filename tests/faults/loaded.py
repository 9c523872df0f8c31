"""The small city with its pack in the database, where processes that share no memory with the tests find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import small

PACK, VERSION = "small", "faults"


def load() -> None:
    """Write city and pack where they are missing; the pack is not in use yet."""
    from huiyin.city import models as city

    small.build()
    if city.PackVersion.objects.using("owner").filter(pack=PACK, version=VERSION).exists():
        return
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for row in small.library().to_plain():
        city.PackFile.objects.using("owner").create(version=VERSION, **row)
        if row["kind"] == "procedure":
            name = row["plain"]["procedure"]
            city.ProcedureVersion.objects.using("owner").get_or_create(
                name=name, version=small.library().procedures[name].version, defaults={"plain": row["plain"], "loaded_at": now}
            )
    city.PackVersion.objects.using("owner").create(pack=PACK, version=VERSION, loaded_at=now, in_use=False)


@contextmanager
def in_use() -> Iterator[None]:
    """Let the small pack, and no other, be in use; other tests of one run get theirs back."""
    from huiyin.city.models import PackVersion
    from huiyin.matters import directory

    versions = PackVersion.objects.using("owner")
    before = list(versions.filter(in_use=True).values_list("id", flat=True))
    versions.update(in_use=False)
    versions.filter(pack=PACK, version=VERSION).update(in_use=True)
    directory.forget()
    try:
        yield
    finally:
        versions.update(in_use=False)
        versions.filter(id__in=before).update(in_use=True)
        directory.forget()
