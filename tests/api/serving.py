"""The demonstration city, served: fixtures the API's and the rights' tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from whole_city import city_loaded, only_these_packs, packs_read

__all__ = ["city_loaded", "packs_read", "served"]


@pytest.fixture
def served(city_loaded: Any, empty_record: Any) -> Iterator[Any]:
    """The demonstration city with no matters in it; what a test does is committed, and gone before the next."""
    from django.contrib.sessions.models import Session

    with only_these_packs():
        Session.objects.all().delete()
        yield empty_record
