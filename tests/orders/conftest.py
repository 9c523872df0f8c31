"""Orders are tried in the record tests' small city, under a procedure full of dates."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / name) for name in ("orders", "matters", "pages", "city") if str(TESTS / name) not in sys.path]

from whole_city import city_loaded, packs_read, served  # noqa: E402

__all__ = ["city_loaded", "packs_read", "served"]


@pytest.fixture(scope="session")
def city_built(cluster: Any) -> None:
    """The small city, once."""
    import small

    small.build()


@pytest.fixture
def record(empty_record: Any, city_built: None) -> Iterator[Any]:
    """An empty record under the shipped calendar; time goes back to itself afterwards."""
    import dates
    from huiyin import clock
    from huiyin.matters import directory

    dates.use()
    dates.it_is(dates.MONDAY)
    try:
        with clock.set_to(dates.now):
            yield empty_record
    finally:
        directory.forget()
