"""Writing the whole database to one file and reading it back, with tools at least as new as the server.

A newer major release is not enough: minor releases teach the tools what to leave out, so a tool of the same major
release and at least the server's minor one is used, and anything else is refused.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from huiyin.host import binaries, cluster
from huiyin.host.errors import HostError
from huiyin.host.home import DATABASE, OWNER_ROLE, Home, socket_url

EMPTY_PUBLIC = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO {app};"


def server_version(home: Home) -> str:
    """Return the server's version, such as ``18.6``."""
    import psycopg

    with psycopg.connect(home.owner_url, connect_timeout=3) as owner:
        number = owner.info.server_version
    return f"{number // 10000}.{number % 10000}"


def dump(home: Home, target: Path) -> None:
    """Write the database to ``target`` in PostgreSQL's custom format.

    Raises:
        HostError: no tool fits the server, or the dump failed.
    """
    tools = tools_for(server_version(home))
    address, env = _connection(home)
    done = subprocess.run(
        [str(tools / "pg_dump"), "--format=custom", "--no-owner", f"--file={target}", f"--dbname={address}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env=env,
        umask=0o077,
        check=False,
    )
    if done.returncode != 0:
        raise _failed("pg_dump", done.stderr)


def load(home: Home, source: Path, app_role: str) -> None:
    """Replace the database's content by the dump at ``source``, in one transaction: all of it or nothing.

    Raises:
        HostError: no tool fits the server, or the dump does not load; the database is then as it was.
    """
    tools = tools_for(server_version(home))
    address, env = _connection(home)
    before = EMPTY_PUBLIC.format(app=f'"{app_role}"')
    if home.embedded:
        before = f"SET ROLE {OWNER_ROLE}; " + before
    psql = [str(tools / "psql"), "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--single-transaction"]
    chosen = source.with_name(source.name + ".list")
    chosen.write_text(_entries(tools, source), "utf-8")
    with (
        subprocess.Popen(
            [str(tools / "pg_restore"), "--no-owner", "--file=-", f"--use-list={chosen}", str(source)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
        ) as reading,
        subprocess.Popen(
            [*psql, f"--dbname={address}", f"--command={before}", "--file=-"],
            stdin=reading.stdout,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=env,
        ) as writing,
    ):
        if reading.stdout is not None:
            reading.stdout.close()
        _, told = writing.communicate()
        read_told = reading.stderr.read() if reading.stderr is not None else b""
        reading.wait()
    if writing.returncode != 0 or reading.returncode != 0:
        raise _failed("pg_restore", (read_told + told).decode("utf-8", "replace"))


def holds_data(home: Home) -> bool:
    """Whether the database has any table of ours."""
    import psycopg

    with psycopg.connect(home.owner_url, connect_timeout=3) as owner:
        row = owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return row is not None and row[0] > 0


def tools_for(version: str) -> Path:
    """Return the folder of client programs that fit a server of ``version``.

    Raises:
        HostError: none of the same major release is new enough.
    """
    major, minor = _parts(version)
    named = os.environ.get("HUIYIN_PG_BIN", "")
    places = [Path(named)] if named else []
    try:
        places.append(binaries.of_wheel().bin)
    except HostError:
        pass
    on_path = shutil.which("pg_dump")
    places += [Path(on_path).parent] if on_path else []
    places += [Path(f"/usr/lib/postgresql/{major}/bin"), Path(f"/usr/pgsql-{major}/bin")]
    for place in places:
        shown = _version_of(place / "pg_dump")
        if shown is not None and shown[0] == major and shown[1] >= minor and (place / "psql").exists():
            return place
    raise HostError(
        "no_dump_tool",
        f"没有与服务器 PostgreSQL {version} 相配的 pg_dump(要同一大版本,且不旧于它)。"
        f"请安装 postgresql-client-{major},或用 HUIYIN_PG_BIN 指明目录。",
        f"No pg_dump fits the server's PostgreSQL {version} (same major release, not older). "
        f"Install postgresql-client-{major}, or name its folder in HUIYIN_PG_BIN.",
    )


def _entries(tools: Path, source: Path) -> str:
    """Return the dump's table of contents without what is made anew here: the schema and the rights to come."""
    listed = subprocess.run(
        [str(tools / "pg_restore"), "--list", str(source)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=binaries.clean_environment(),
        check=False,
    )
    if listed.returncode != 0:
        raise _failed("pg_restore", listed.stderr)
    made_here = re.compile(r"^\d+; \d+ \d+ (SCHEMA - public|ACL - SCHEMA public|COMMENT - SCHEMA public|DEFAULT ACL) ")
    return "".join(line + "\n" for line in listed.stdout.splitlines() if not made_here.match(line))


def _version_of(program: Path) -> tuple[int, int] | None:
    try:
        shown = subprocess.run([str(program), "--version"], capture_output=True, text=True, env=binaries.clean_environment(), check=True)
        return _parts(shown.stdout.split(")")[1].split()[0])
    except (OSError, subprocess.CalledProcessError, IndexError, ValueError):
        return None


def _parts(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor or 0)


def _connection(home: Home) -> tuple[str, dict[str, str]]:
    """Return how the tools connect; a password goes by the environment, which other users cannot read."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    if home.embedded:
        # Row security binds even the owner; only the superuser sees every row.
        url = socket_url(cluster.SUPERUSER, home.run, DATABASE)
    else:
        url = home.environ.get("HUIYIN_BACKUP_DATABASE_URL", "").strip() or home.owner_url
    parts = dict(conninfo_to_dict(url))
    env = binaries.clean_environment()
    password = parts.pop("password", None)
    if password is not None:
        env["PGPASSWORD"] = str(password)
    return make_conninfo("", **parts), env


def _failed(program: str, told: str) -> HostError:
    last = (told.strip().splitlines() or [""])[-1]
    return HostError(
        "dump_failed",
        f"{program} 失败:{last}。若与行级安全有关,请在 HUIYIN_BACKUP_DATABASE_URL 给出能读全部行的用户。",
        f"{program} failed: {last}. If row security is the cause, name a user that sees every row in HUIYIN_BACKUP_DATABASE_URL.",
    )
