"""One demonstration city for all screens and all processes, one Chromium a process. Without a Chromium they are skipped and say so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .sharing import shared_city
from .stage import NO_CHROMIUM, Stage, chromium, running_browser


# Of the session: with several processes the files of this folder do not come one after the other.
@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A demonstration that runs already when ``LOOKS_ROOT`` and ``LOOKS_HOME`` name one, else one of this test run's own."""
    if chromium() is None:
        pytest.skip(NO_CHROMIUM)
    pytest.importorskip("playwright", reason="playwright is not installed")
    root, home = os.environ.get("LOOKS_ROOT", ""), os.environ.get("LOOKS_HOME", "")
    if root and home:
        yield root.rstrip("/"), Path(home)
        return
    # The processes of one run have their folders side by side; a run of one process has the folder to itself.
    own = tmp_path_factory.getbasetemp()
    with shared_city(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) as city:
        yield city.root, city.home


# Of the package, not of the session: the browser's event loop must be gone before the next folder's tests ask the database.
@pytest.fixture(scope="package")
def stage(looked_at: tuple[str, Path]) -> Iterator[Stage]:
    """Return the city and the browser."""
    with running_browser() as browser:
        yield Stage(browser, *looked_at)
