"""Documents are tried on their own, and in the demonstration city as people get them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

for folder in ("documents", "pages", "city"):
    place = str(Path(__file__).parents[1] / folder)
    if place not in sys.path:
        sys.path.insert(0, place)

from whole_city import city_loaded, only_these_packs, packs_read  # noqa: E402

__all__ = ["city_loaded", "packs_read"]


@pytest.fixture
def served(city_loaded: Any, empty_record: Any) -> Iterator[Any]:
    """The demonstration city with no matters in it."""
    from django.contrib.sessions.models import Session
    from django.core.cache import cache

    with only_these_packs():
        Session.objects.all().delete()
        cache.clear()
        yield empty_record
