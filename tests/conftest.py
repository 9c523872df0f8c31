"""One throw-away database server for a whole run; the tests work as the application's role, behind row security.

`HUIYIN_TEST_DATABASE_URL` names a server to use instead (its user must be allowed to make databases and roles): a
database of its own is made there and dropped at the end.
"""

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

import pytest
from hypothesis import HealthCheck, settings

from huiyin.host.home import APP_ROLE, OWNER_ROLE, Home, url_of
from huiyin.host.testing import temporary_server

# A busy machine is no fault of what is tried.
settings.register_profile("unhurried", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("unhurried")
PACKS = Path(__file__).resolve().parents[1] / "packs"
RECORD_TABLES = (
    "parties_party, matters_matter, matters_event, matters_content, matters_paper, matters_clock, matters_task, matters_outbox, "
    "matters_notice, matters_access, matters_key, matters_root, matters_sealed, matters_access_log, matters_serial, matters_tries, "
    "matters_order, matters_order_line, matters_search, intake_draft, intake_key, intake_picture, papers_guess, jobs_job"
)


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
            "PYTHONPATH": str(PACKS.parent / "src"),
        }


@contextmanager
def _given_server(url: str) -> Iterator[TestDatabase]:
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


@pytest.fixture(scope="session")
def cluster(django_db_blocker: Any) -> Iterator[TestDatabase]:
    """A server with every table made, as the owner would make them; started when the first test asks for it."""
    from django.core.management import call_command
    from django.db import connections

    given = os.environ.get("HUIYIN_TEST_DATABASE_URL", "").strip()

    @contextmanager
    def embedded() -> Iterator[TestDatabase]:
        with temporary_server() as running:
            yield TestDatabase(running.owner_url, running.app_url, running.home, running.server)

    with _given_server(given) if given else embedded() as database:
        _use(database)
        with django_db_blocker.unblock():
            call_command("migrate", database="owner", verbosity=0, interactive=False)
            try:
                yield database
            finally:
                connections.close_all()


@pytest.fixture
def database(cluster: TestDatabase) -> Iterator[TestDatabase]:
    """The tables without anything in them but what earlier tests left; acts are really committed."""
    from django.db import connections

    yield cluster
    connections.close_all()


@pytest.fixture
def empty_record(database: TestDatabase) -> TestDatabase:
    """No matters at all."""
    import psycopg

    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(f"TRUNCATE {RECORD_TABLES}")
    # What was published speaks of matters that are gone now.
    shutil.rmtree(database.home.published / "roots", ignore_errors=True)
    try:
        from huiyin.matters import references
    except ImportError:
        return database
    references.forget()
    return database


@pytest.fixture(scope="session")
def packs_loaded(cluster: TestDatabase) -> None:
    """Both packs of the demo, with the invented staff of the city, loaded once."""
    from huiyin.city.loading import load_packs

    load_packs([PACKS / "cn", PACKS / "cn-2101-shenyang"])


@pytest.fixture
def city(database: TestDatabase, packs_loaded: None) -> TestDatabase:
    """The whole demonstration city without matters of this test's own."""
    return database
