"""The record's tests run in a small city of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import sys

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def record(empty_record: object, city_built: None) -> Iterator[object]:
    """An empty record in the small city."""
    yield empty_record


@pytest.fixture(scope="session")
def city_built(cluster: object) -> None:
    """The small city, once."""
    import small

    small.build()
