"""Throw-away databases: where the data of a test run lives, and how Django is pointed at it."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiyin.host.home import APP_ROLE, OWNER_ROLE, Home, url_of
from huiyin.host.testing import temporary_server

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """Where the tests' data lives.

    Attributes:
        server: the running embedded server, for tests that kill it; None on a server of the operator's.
    """

    __test__ = False

    owner_url: str
    app_url: str
    home: Home
    server: Any = None

    @property
    def environ(self) -> dict[str, str]:
        """The environment in which another process of ours finds the same data."""
        return {
            **os.environ,
            "HUIYIN_HOME": str(self.home.path),
            "DATABASE_URL": self.owner_url,
            "HUIYIN_APP_DATABASE_URL": self.app_url,
            "PYTHONPATH": str(ROOT / "src"),
        }


@contextmanager
def own_server() -> Iterator[TestDatabase]:
    """Start a server in a temporary folder, stop and remove it."""
    with temporary_server() as running:
        yield TestDatabase(running.owner_url, running.app_url, running.home, running.server)


@contextmanager
def given_server(url: str) -> Iterator[TestDatabase]:
    """Make a database of our own on a server of the operator's, and drop it."""
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import conninfo_to_dict

    from huiyin.host.cluster import grant_defaults

    name = f"huiyin_test_{os.getpid()}_{secrets.token_hex(3)}"
    passwords = {role: secrets.token_urlsafe(12) for role in (OWNER_ROLE, APP_ROLE)}
    folder = Path(tempfile.mkdtemp(prefix="huiyin-test-"))
    with psycopg.connect(url, autocommit=True) as admin:
        known = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles")}
        for role, password in passwords.items():
            verb = "ALTER" if role in known else "CREATE"
            admin.execute(
                sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
            )
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER_ROLE)))
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
        urls = {role: url_of({**parts, "dbname": name, "user": role, "password": password}) for role, password in passwords.items()}
        try:
            with psycopg.connect(urls[OWNER_ROLE], autocommit=True) as owner:
                grant_defaults(owner, APP_ROLE)
            home = Home(folder, {**os.environ, "DATABASE_URL": urls[OWNER_ROLE], "HUIYIN_APP_DATABASE_URL": urls[APP_ROLE]}).prepare()
            yield TestDatabase(urls[OWNER_ROLE], urls[APP_ROLE], home)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            shutil.rmtree(folder, ignore_errors=True)


def _use(database: TestDatabase) -> None:
    """Point Django's settings, read before any server ran, at the tests' data."""
    from django.conf import settings
    from django.db import connections

    from huiyin.web.settings import _database

    database.home.prepare()
    settings.HOME = database.home
    settings.SECRET_KEY = database.home.secret("django_secret_key")
    settings.MEDIA_ROOT = database.home.files
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for alias, url in (("default", database.app_url), ("owner", database.owner_url)):
        settings.DATABASES[alias] = _database(url)
    connections.close_all()
    for alias in ("default", "owner"):
        # Django means connections to be set up once; what it keeps of that has no public name.
        kept = vars(connections)["_connections"]
        if hasattr(kept, alias):
            delattr(kept, alias)
    vars(connections).pop("settings", None)
    vars(connections)["_settings"] = None


@contextmanager
def served_by(database: TestDatabase, blocker: Any) -> Iterator[TestDatabase]:
    """Make every table, as the owner would make them, and close what was opened afterwards."""
    from django.core.management import call_command
    from django.db import connections

    _use(database)
    with blocker.unblock():
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        try:
            yield database
        finally:
            connections.close_all()


@contextmanager
def apart(shared: TestDatabase, blocker: Any) -> Iterator[TestDatabase]:
    """Give tests that turn a whole installation over a server of their own; the shared one comes back as it was."""
    try:
        with own_server() as own, served_by(own, blocker):
            yield own
    finally:
        _use(shared)
