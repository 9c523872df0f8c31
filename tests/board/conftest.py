"""Boards, maps and figures are tried in the demonstration city, as the application's role."""

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
    """The demonstration city with no matters in it; what a test does is committed, and gone before the next."""
    from django.contrib.sessions.models import Session
    from django.core.cache import cache

    from huiyin.web.pages.board import figures

    with only_these_packs():
        Session.objects.all().delete()
        cache.clear()
        figures.forget()
        yield empty_record
