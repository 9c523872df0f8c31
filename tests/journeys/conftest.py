"""A live server and a real browser. Where this machine has no Chromium the journeys are skipped and say so."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "city"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from driving import browser as running_browser  # noqa: E402
from driving import chromium  # noqa: E402
from stories import Holder, Stage  # noqa: E402
from whole_city import city_loaded, packs_read, served  # noqa: E402

__all__ = ["city_loaded", "packs_read", "served"]
PASSWORD = "a long enough password"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: a log line would carry addresses of matters."""


@pytest.fixture
def site(served: Any) -> Iterator[str]:
    """The demonstration city without matters, served at an address of its own."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
        connections.close_all()


@pytest.fixture
def play(site: str, holder: Holder) -> Callable[[Callable[[Stage], None]], None]:
    """Return what plays a story in Chromium; at the end no browser may have complained."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk)")
    pytest.importorskip("playwright", reason="playwright is not installed")

    def in_its_own_thread(story: Callable[[Stage], None]) -> list[str]:
        with running_browser() as running:
            stage = Stage(running, site, holder)
            try:
                story(stage)
            finally:
                faults = stage.close()
        return faults

    def played(story: Callable[[Stage], None]) -> None:
        # The browser runs an event loop in the thread that drives it, and Django keeps its database out of such threads.
        with ThreadPoolExecutor(1) as other:
            assert other.submit(in_its_own_thread, story).result() == []

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
