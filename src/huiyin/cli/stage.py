"""What verbs stand on: the home, the running database with its tables, Django."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import PACKS, ROOT
from huiyin.host.errors import HostError
from huiyin.host.home import Home
from huiyin.host.postgres import Server

if TYPE_CHECKING:
    import psycopg

MIGRATION_LOCK = 4854_1001

# What the database remembers about itself: set by ``init``.
REAL = "installation"
# Folders of the packs in use by name, and what was in those last loaded.
PACK_FOLDERS = "pack_folders"
PACKS_LOADED = "packs_loaded"


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


def ensure_packs(home: Home, folders: list[Path]) -> dict[str, object] | None:
    """Load packs when their files differ from what was last loaded; return what the loader told."""
    if state(home, PACKS_LOADED) == _fingerprint_of(folders):
        return None
    return load_packs(home, folders)


def load_packs(home: Home, folders: list[Path]) -> dict[str, object]:
    """Prove packs and load them into the city's tables; a real installation gets none of their invented staff.

    The database remembers which folders they were, for the verbs that work with the packs in use.

    Raises:
        PackError: they are not sound or a scenario fails; nothing is written.
    """
    use_django()
    from huiyin.city.loading import load_packs as load
    from huiyin.learning.services import begin
    from huiyin.routing.services import load_rules

    with Progress() as progress:
        told: dict[str, object] = dict(load(folders, progress=progress, staff=state(home, REAL) is None, scenarios=True))
        told["responsibility_rows"] = load_rules().rows
        begin(progress=progress)
    lying = {folder.name: _written(folder) for folder in folders if not folder.is_relative_to(home.path)}
    keep_state(home, PACK_FOLDERS, json.dumps({**_remembered(home), **lying}))
    keep_state(home, PACKS_LOADED, _fingerprint_of(folders))
    return told


def packs_in_use(home: Home) -> list[Path]:
    """Return the folders of the packs in use; empty when none was ever loaded.

    A pack that was changed here, by a proposal, is written out from the database: its folder of old is not what is in use.

    Raises:
        HostError: one of them is no longer where it was.
    """
    places, changed = _remembered(home), _changed_here(home)
    found: list[Path] = []
    for name in sorted({*places, *_names_in_use(home)}):
        if name in changed:
            found.append(_written_out(home, name, changed[name]))
            continue
        # A database loaded by an earlier release knows the names alone.
        folder = PACKS / places.get(name, name)
        if not (folder / "pack.yaml").is_file():
            raise HostError(
                "pack_gone",
                f"正在使用的规则包 {name} 不在 {folder}。请写明它现在的目录:./huiyin load {name} 的目录。",
                f"The pack {name}, which is in use, is not at {folder}. Name its folder: ./huiyin load FOLDER-OF-{name}.",
            )
        found.append(folder)
    return found


def need_packs(home: Home) -> None:
    """Insist that packs were loaded.

    Raises:
        HostError: none were.
    """
    if not _names_in_use(home):
        raise HostError(
            "no_packs",
            "还没有载入规则包。请先运行 ./huiyin load 规则包(自己城市的规则包的目录)。",
            "No packs are loaded. Run ./huiyin load PACK first (the folder of your city's pack).",
        )


def _remembered(home: Home) -> dict[str, str]:
    return dict(json.loads(state(home, PACK_FOLDERS) or "{}"))


def _written(folder: Path) -> str:
    """Return a folder as it is remembered: one of ours by its name, so that it is found in the next release's tree too."""
    return folder.name if folder.parent == PACKS else str(folder)


def _names_in_use(home: Home) -> set[str]:
    import psycopg

    with psycopg.connect(home.owner_url, connect_timeout=3) as owner:
        if owner.execute("SELECT to_regclass('public.city_packversion')").fetchone() == (None,):
            return set()
        return {str(row[0]) for row in owner.execute("SELECT pack FROM city_packversion WHERE in_use")}


def _changed_here(home: Home) -> dict[str, str]:
    """Return pack -> content of the packs in use that a proposal brought into force."""
    import psycopg

    with psycopg.connect(home.owner_url, connect_timeout=3) as owner:
        column = "SELECT 1 FROM information_schema.columns WHERE table_name = 'city_packversion' AND column_name = 'proposal'"
        if owner.execute(column).fetchone() is None:
            return {}
        rows = owner.execute("SELECT pack, content FROM city_packversion WHERE in_use AND proposal IS NOT NULL").fetchall()
        return {str(name): str(content) for name, content in rows}


def _written_out(home: Home, name: str, content: str) -> Path:
    """Return a folder with the files of a pack as they are in use."""
    use_django()
    from huiyin.city import pack_contents

    folder = home.path / "packs" / content[:16] / name
    if folder.is_dir() and pack_contents.hash_of(name, pack_contents.read_folder(folder)) != content:
        shutil.rmtree(folder)
    if not folder.is_dir():
        pack_contents.write_out(pack_contents.files_of(content, alias="owner"), folder)
    return folder


def _fingerprint_of(folders: list[Path]) -> str:
    whole = hashlib.sha256()
    for folder in sorted(folders, key=lambda one: one.name):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            # What somebody's editor or version control keeps there is no part of the pack.
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                whole.update(f"{folder.name}/{inside.as_posix()}".encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


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
