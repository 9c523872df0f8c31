"""Orders are tried in the record tests' small city, under a procedure full of dates."""

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
