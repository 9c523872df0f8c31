"""One demonstration city and one Chromium for all screens. Where this machine has no Chromium they are skipped and say so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .stage import NO_CHROMIUM, Stage, chromium, running_browser, running_city


@contextmanager
def _city() -> Iterator[tuple[str, Path]]:
    """A demonstration that runs already when ``LOOKS_ROOT`` and ``LOOKS_HOME`` name one, else one of our own."""
    root, home = os.environ.get("LOOKS_ROOT", ""), os.environ.get("LOOKS_HOME", "")
    if root and home:
        yield root.rstrip("/"), Path(home)
    else:
        with running_city() as running:
            yield running


# Of the package, not of the session: the browser's event loop must be gone before the next folder's tests ask the database.
@pytest.fixture(scope="package")
def stage() -> Iterator[Stage]:
    """Return the city and the browser."""
    if chromium() is None:
        pytest.skip(NO_CHROMIUM)
    pytest.importorskip("playwright", reason="playwright is not installed")
    with _city() as (root, home), running_browser() as browser:
        yield Stage(browser, root, home)
