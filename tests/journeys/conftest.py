"""A live server and a real browser. Where this machine has no Chromium the journeys are skipped and say so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "city"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from at_an_address import serving  # noqa: E402
from driving import browser as running_browser  # noqa: E402
from driving import chromium  # noqa: E402
from stories import Holder, Stage  # noqa: E402
from whole_city import city_loaded, packs_read, served  # noqa: E402

from huiyin import clock  # noqa: E402

__all__ = ["city_loaded", "packs_read", "served"]
PASSWORD = "a long enough password"


@pytest.fixture
def site(served: Any) -> Iterator[str]:
    """The demonstration city without matters, served at an address of its own, at the hour its visitors have."""
    with clock.set_to(lambda: datetime.now(UTC)), serving() as address:
        yield address


@pytest.fixture
def play(site: str, holder: Holder) -> Callable[..., None]:
    """Return what plays a story in Chromium; at the end no browser may have complained."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk)")
    pytest.importorskip("playwright", reason="playwright is not installed")

    def in_its_own_thread(story: Callable[[Stage], None], hands: Any) -> list[str]:
        with running_browser() as running:
            stage = Stage(running, site, holder, hands=hands)
            try:
                story(stage)
            finally:
                faults = stage.close()
        return faults

    def played(story: Callable[[Stage], None], hands: Any = None) -> None:
        # The browser runs an event loop in the thread that drives it, and Django keeps its database out of such threads.
        with ThreadPoolExecutor(1) as other:
            assert other.submit(in_its_own_thread, story, hands).result() == []

    return played


@pytest.fixture
def holder(city_loaded: Any) -> Holder:
    """Return who holds a post, with a password that works."""

    def found(unit: str, post: str) -> tuple[str, str, str]:
        with ThreadPoolExecutor(1) as other:
            return other.submit(_holder, unit, post).result()

    return found


def _holder(unit: str, post: str) -> tuple[str, str, str]:
    from django.db import connections

    from huiyin.city.models import Account, Appointment

    try:
        held = Appointment.objects.filter(unit_id=unit, post=post, to_date=None).order_by("id").first()
        assert held is not None, f"nobody holds {post} in {unit}"
        person = Account.objects.get(pk=held.account_id)
        if not person.check_password(PASSWORD):
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
        return person.username, PASSWORD, person.name
    finally:
        connections.close_all()
