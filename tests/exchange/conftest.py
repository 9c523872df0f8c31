"""Intake is tried in the demonstration city, as the application's role."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_CITY = str(Path(__file__).parents[1] / "city")
if _CITY not in sys.path:
    sys.path.insert(0, _CITY)

from whole_city import city_loaded, only_these_packs, packs_read  # noqa: E402

__all__ = ["city_loaded", "packs_read"]


@pytest.fixture
def desk(city_loaded: Any, empty_record: Any) -> Iterator[Any]:
    """The demonstration city with no matters in it; what comes in is committed."""
    with only_these_packs():
        yield empty_record
