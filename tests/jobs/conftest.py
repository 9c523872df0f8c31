"""Long work is tried in the demonstration city, as the application's role."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

for folder in ("city", "pages"):
    place = str(Path(__file__).parents[1] / folder)
    if place not in sys.path:
        sys.path.insert(0, place)

from whole_city import city_loaded, only_these_packs, packs_read  # noqa: E402

__all__ = ["city_loaded", "packs_read"]


@pytest.fixture
def served(city_loaded: Any, empty_record: Any) -> Iterator[Any]:
    """The demonstration city without matters and without jobs."""
    import psycopg
    from django.contrib.sessions.models import Session

    with psycopg.connect(empty_record.owner_url, autocommit=True) as owner:
        owner.execute("TRUNCATE jobs_job")
    with only_these_packs():
        Session.objects.all().delete()
        yield empty_record
