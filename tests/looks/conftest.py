"""One demonstration city and one Chromium for all screens. Where this machine has no Chromium they are skipped and say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .stage import NO_CHROMIUM, Stage, chromium, running_browser, running_city


# Of the package, not of the session: the browser's event loop must be gone before the next folder's tests ask the database.
@pytest.fixture(scope="package")
def stage() -> Iterator[Stage]:
    """Return the city and the browser."""
    if chromium() is None:
        pytest.skip(NO_CHROMIUM)
    pytest.importorskip("playwright", reason="playwright is not installed")
    with running_city() as (root, home), running_browser() as browser:
        yield Stage(browser, root, home)
