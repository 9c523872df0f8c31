"""Mediation as people see it: the demonstration city through Django's test client, as the application's role."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "pages", Path(__file__).parents[1] / "city"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

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
