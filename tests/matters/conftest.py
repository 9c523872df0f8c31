"""The record's tests run in a small city of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def record(empty_record: object, city_built: None) -> Iterator[object]:
    """An empty record in the small city, under the small pack."""
    import small

    from huiyin.matters import directory

    directory._library = (float("inf"), small.library())
    try:
        yield empty_record
    finally:
        directory.forget()


@pytest.fixture(scope="session")
def city_built(cluster: object) -> None:
    """The small city, once."""
    import small

    small.build()
