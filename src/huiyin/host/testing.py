"""A throw-away database server for tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from huiyin.host.home import Home
from huiyin.host.postgres import Server


@dataclass(frozen=True, slots=True)
class TemporaryServer:
    """A running cluster in a folder of its own, with both roles and an empty database.

    Attributes:
        owner_url: connection of the role that owns the tables.
        app_url: connection of the role row security binds.
        home: the home folder it lives in.
        server: the running server, for tests that kill or restart it.
    """

    owner_url: str
    app_url: str
    home: Home
    server: Server


@contextmanager
def temporary_server(*, durable: bool = False) -> Iterator[TemporaryServer]:
    """Start a cluster in a temporary folder, yield its addresses, stop and remove it.

    Args:
        durable: keep the settings of a real installation; off by default because tests throw the data away.
    """
    folder = Path(tempfile.mkdtemp(prefix="huiyin-test-"))
    environ = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "HUIYIN_APP_DATABASE_URL")}
    home = Home(folder / "home", environ)
    if os.geteuid() == 0:
        # The server's user must pass through; the folder inside keeps its own mode.
        folder.chmod(0o711)
    server = Server(home, durable=durable)
    try:
        with server:
            yield TemporaryServer(home.owner_url, home.app_url, home, server)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
