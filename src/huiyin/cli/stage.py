"""What verbs stand on: the home, the running database with its tables, Django."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import ROOT, pack_folders
from huiyin.host.errors import HostError
from huiyin.host.home import Home
from huiyin.host.postgres import Server

if TYPE_CHECKING:
    import psycopg

MIGRATION_LOCK = 4854_1001

# What the database remembers about itself: set by ``init``.
REAL = "installation"


@contextmanager
def database(console: Console, *, migrated: bool = True) -> Iterator[tuple[Home, Server]]:
    """Keep the database running for the block; with ``migrated`` its tables are made or brought up to date first."""
    home = Home.find().prepare()
    server = Server(home)
    with server:
        if migrated:
            ensure_tables(home, console)
        yield home, server


def use_django() -> None:
    """Load Django and the rooms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.web.settings")
    import django

    django.setup()


def ensure_tables(home: Home, console: Console, *, may_change: bool = True) -> bool:
    """Check the database's settings and bring its tables to this release; return whether anything changed.

    The release's migration files have a fingerprint; when the database carries the same one, Django is not even loaded.

    Args:
        may_change: whether an older database may be migrated; without it only an empty one is filled.

    Raises:
        HostError: unsafe settings, or an older database that this verb must not change.
    """
    from huiyin.host.checks import assert_settings

    for text in assert_settings(home):
        console.say(text.zh, text.en)
    wanted = migrations_fingerprint()
    kept = state(home, "migrations")
    if kept == wanted:
        return False
    if kept is not None and not may_change:
        raise HostError(
            "release_differs",
            "数据库属于另一个版本。请先运行 ./huiyin upgrade(会先备份)。",
            "The database belongs to another release. Run ./huiyin upgrade first (it makes a backup before it changes anything).",
        )
    migrate(home, console, wanted)
    return True


def migrate(home: Home, console: Console, wanted: str) -> None:
    """Apply the migrations, one migrator at a time."""
    import psycopg

    console.say("正在准备数据表……", "Preparing the tables ...")
    use_django()
    from django.core.management import call_command
    from django.db import connections

    with psycopg.connect(home.owner_url, autocommit=True) as lock:
        lock.execute("SET lock_timeout = 0")
        lock.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        connections["owner"].close()
        _keep(lock, "migrations", wanted)


def ensure_packs(home: Home, console: Console, named: list[str] | None = None) -> dict[str, object] | None:
    """Load the packs when their files differ from what was last loaded; return what the loader told."""
    folders = pack_folders(named or [])
    wanted = fingerprint(path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    name = "packs:" + ",".join(sorted(folder.name for folder in folders))
    if state(home, name) == wanted:
        return None
    told = load_packs(home, folders)
    keep_state(home, name, wanted)
    return told


def load_packs(home: Home, folders: list[Path]) -> dict[str, object]:
    """Load the packs into the city's tables; a real installation gets none of their invented staff."""
    use_django()
    from huiyin.city.loading import load_packs as load
    from huiyin.routing.services import load_rules

    with Progress() as progress:
        told: dict[str, object] = dict(load(folders, progress=progress, staff=state(home, REAL) is None))
    told["responsibility_rows"] = load_rules().rows
    return told


def migrations_fingerprint() -> str:
    """Return a hash over everything that decides what the tables look like."""
    from importlib.metadata import version

    files = sorted((ROOT / "src" / "huiyin").glob("*/migrations/*"))
    return fingerprint((path for path in files if path.suffix in (".py", ".sql")), version("django"))


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """Return a hash over names and contents."""
    whole = hashlib.sha256()
    for word in words:
        whole.update(word.encode() + b"\0")
    for path in files:
        whole.update(str(path.relative_to(path.parents[2])).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def state(home: Home, key: str) -> str | None:
    """Return what the database remembers under ``key``, or None."""
    import psycopg

    with psycopg.connect(home.owner_url, connect_timeout=3) as owner:
        if owner.execute("SELECT to_regclass('public.host_state')").fetchone() == (None,):
            return None
        row = owner.execute("SELECT value FROM host_state WHERE key = %s", [key]).fetchone()
        return None if row is None else str(row[0])


def keep_state(home: Home, key: str, value: str) -> None:
    """Let the database remember ``value``: it travels with the data, not with the folder."""
    import psycopg

    with psycopg.connect(home.owner_url, autocommit=True) as owner:
        _keep(owner, key, value)


def _keep(owner: psycopg.Connection[tuple[object, ...]], key: str, value: str) -> None:
    owner.execute("CREATE TABLE IF NOT EXISTS host_state (key text PRIMARY KEY, value text NOT NULL)")
    owner.execute(
        "INSERT INTO host_state (key, value) VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value", [key, value]
    )
