"""What the embedded server is told: its settings, who may connect, its roles and database."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

from huiyin.host.home import APP_ROLE, DATABASE, OWNER_ROLE, socket_url

SUPERUSER = "postgres"
IDENT_MAP = "huiyin"

# A page that waits longer than this for the database is better told so.
STATEMENT_TIMEOUT = "30s"
LOCK_TIMEOUT = "5s"
IDLE_IN_TRANSACTION_TIMEOUT = "60s"
OWNER_LOCK_TIMEOUT = "30s"

# Kept with the role, so that every session has them, whatever opens it.
APP_LIMITS = {
    "statement_timeout": STATEMENT_TIMEOUT,
    "lock_timeout": LOCK_TIMEOUT,
    "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT,
    "timezone": "UTC",
}
OWNER_LIMITS = {"lock_timeout": OWNER_LOCK_TIMEOUT, "timezone": "UTC"}


def settings(socket_folder: Path, *, durable: bool) -> str:
    """Return the server's configuration file.

    Args:
        socket_folder: the only way in; no TCP port is opened.
        durable: false only for throw-away clusters of tests, which then survive a killed server but not a power cut.
    """
    switch = "on" if durable else "off"
    values: dict[str, str] = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "fsync": switch,
        "full_page_writes": switch,
        "synchronous_commit": "on",
        "wal_log_hints": "on",
        "max_connections": "200",
        "shared_buffers": f"{_shared_buffers_mib()}MB",
        "max_wal_size": "2GB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "datestyle": "ISO, YMD",
        "log_destination": "stderr",
        "logging_collector": "off",
        "log_line_prefix": "%m [%p] %u ",
        # Statements and parameters carry people's words; the log must not.
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT,
        "jit": "off",
    }
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in values.items())


def hba() -> str:
    """Return the access rules: the local socket, by operating-system user, and nothing else."""
    return f"local all all peer map={IDENT_MAP}\n"


def ident(names: Iterable[str]) -> str:
    """Return which operating-system users may connect under our three roles."""
    roles = (SUPERUSER, OWNER_ROLE, APP_ROLE)
    return "".join(f'{IDENT_MAP} "{name}" {role}\n' for name in names for role in roles)


def make_roles(socket_folder: Path) -> None:
    """Make the roles and the database of the embedded server where they are missing.

    ``huiyin_owner`` owns the tables; ``huiyin_app`` is what the application works under and row security binds it.
    """
    import psycopg
    from psycopg import sql

    with _connect(socket_url(SUPERUSER, socket_folder, "postgres")) as admin:
        known = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER_ROLE, APP_ROLE):
            if role not in known:
                admin.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS").format(sql.Identifier(role)))
        for role, limits in ((APP_ROLE, APP_LIMITS), (OWNER_ROLE, OWNER_LIMITS)):
            for name, value in limits.items():
                admin.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(sql.Identifier(role), sql.Identifier(name), sql.Literal(value)))
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)))
            admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
            admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(DATABASE), sql.Identifier(APP_ROLE)))
    with psycopg.connect(socket_url(OWNER_ROLE, socket_folder), autocommit=True) as owner:
        grant_defaults(owner, APP_ROLE)


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect, waiting while the server recovers from the crash of one of its sessions."""
    import psycopg

    deadline = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def grant_defaults(owner: psycopg.Connection[tuple[object, ...]], app_role: str) -> None:
    """Let the application use what the owner makes from now on; migrations take back what it may not change."""
    from psycopg import sql

    app = sql.Identifier(app_role)
    owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
    owner.execute(sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}").format(app))
    owner.execute(sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}").format(app))


def _shared_buffers_mib() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(64, min(1024, memory // 8))


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
