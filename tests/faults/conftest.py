"""Faults are tried in the record tests' small city; helpers for them stand beside this file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "matters"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def small_city(cluster: Any) -> None:
    """The small city and its pack, once."""
    import loaded

    loaded.load()


@pytest.fixture
def record(empty_record: Any, small_city: None) -> Iterator[Any]:
    """An empty record in the small city, also for other processes."""
    import loaded

    with loaded.in_use():
        yield empty_record
