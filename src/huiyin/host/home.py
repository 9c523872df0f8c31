"""The home folder: everything an installation keeps lives under it.

``HUIYIN_HOME`` names the folder. The database may live elsewhere: an operator's ``DATABASE_URL`` is then the
owner's connection, and the application's own connection is derived from it or given as ``HUIYIN_APP_DATABASE_URL``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from huiyin.host.errors import HostError

OWNER_ROLE = "huiyin_owner"
APP_ROLE = "huiyin_app"
DATABASE = "huiyin"

# A Unix socket address holds 107 bytes; the server appends "/.s.PGSQL.5432" and, for its lock, ".lock".
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True, slots=True)
class Home:
    """One installation's folder and the connections that belong to it.

    Attributes:
        path: absolute folder.
        environ: the environment read for ``DATABASE_URL`` and its companion; the process's own by default.
    """

    path: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False, compare=False)

    @classmethod
    def find(cls, environ: Mapping[str, str] | None = None) -> Home:
        """Return the home the environment names, without touching the disk."""
        env = os.environ if environ is None else environ
        named = env.get("HUIYIN_HOME", "").strip()
        if named:
            return cls(Path(named).expanduser().absolute(), env)
        if os.geteuid() == 0:
            return cls(Path("/var/lib/huiyin"), env)
        return cls(Path.home() / ".local" / "share" / "huiyin", env)

    def prepare(self) -> Home:
        """Make the folder and its parts, private to their owner.

        An existing folder keeps its mode: whoever made it may have had reasons.

        Raises:
            HostError: the folder cannot be made or written.
        """
        try:
            if not self.path.is_dir():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.mkdir(mode=0o700, exist_ok=True)
            for part in (self.files, self.published, self.backups, self.logs, self.secrets):
                part.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise HostError(
                "home_not_writable",
                f"无法使用数据目录 {self.path}({error.strerror})。请把 HUIYIN_HOME 设为当前用户可写的目录。",
                f"Cannot use the home folder {self.path} ({error.strerror}). Set HUIYIN_HOME to a folder this user may write.",
            ) from error
        return self

    @property
    def pg(self) -> Path:
        """Data folder of the embedded server."""
        return self.path / "pg"

    @property
    def run(self) -> Path:
        """Folder of the server's socket: inside the home, or a short runtime folder when the path is too long."""
        inside = self.path / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        short = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        runtime = self.environ.get("XDG_RUNTIME_DIR", "")
        if os.geteuid() == 0:
            base = Path("/run") if os.access("/run", os.W_OK) else Path("/tmp")  # noqa: S108
        elif runtime and len(runtime) < 60 and os.access(runtime, os.W_OK):
            base = Path(runtime)
        else:
            base = Path("/tmp")  # noqa: S108 - the server checks who owns the folder before using it
        return base / f"huiyin-{short}"

    @property
    def files(self) -> Path:
        """Uploaded and issued files."""
        return self.path / "files"

    @property
    def published(self) -> Path:
        """What anyone may fetch: sealed roots and other publications."""
        return self.path / "published"

    @property
    def backups(self) -> Path:
        """Where ``backup`` writes when no file is named."""
        return self.path / "backups"

    @property
    def logs(self) -> Path:
        """Logs of the server and the supervised processes."""
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        """Folder of generated secrets."""
        return self.path / "secrets"

    def secret(self, name: str) -> str:
        """Return the secret called ``name``, made on first use (file mode 0600)."""
        place = self.secrets / name
        try:
            return place.read_text("utf-8")
        except FileNotFoundError:
            pass
        self.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self.secrets, prefix=f".{name}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(secrets.token_urlsafe(48))
                out.flush()
                os.fsync(out.fileno())
            try:
                # link() refuses an existing name, so of two first users one wins and both read the same value.
                os.link(draft, place)
            except FileExistsError:
                pass
        finally:
            os.unlink(draft)
        return place.read_text("utf-8")

    def config(self) -> dict[str, Any]:
        """Return the settings kept for this installation."""
        try:
            kept = json.loads((self.path / "config.json").read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return dict(kept)

    def save_config(self, values: Mapping[str, Any]) -> None:
        """Merge ``values`` into the kept settings, in one atomic replacement."""
        merged = {**self.config(), **values}
        write_private(self.path / "config.json", json.dumps(merged, ensure_ascii=False, indent=2) + "\n")

    @property
    def embedded(self) -> bool:
        """Whether the database is the one from the wheel."""
        return not self.environ.get("DATABASE_URL", "").strip()

    @property
    def owner_url(self) -> str:
        """Connection of the role that owns the tables."""
        if not self.embedded:
            return self.environ["DATABASE_URL"].strip()
        return socket_url(OWNER_ROLE, self.run)

    @property
    def app_url(self) -> str:
        """Connection of the role the application works under."""
        given = self.environ.get("HUIYIN_APP_DATABASE_URL", "").strip()
        if given:
            return given
        if self.embedded:
            return socket_url(APP_ROLE, self.run)
        from psycopg.conninfo import conninfo_to_dict

        parts = {key: str(value) for key, value in conninfo_to_dict(self.owner_url).items() if value is not None}
        parts.update(user=APP_ROLE, password=self.secret("app_database_password"))
        parts.pop("passfile", None)
        return url_of(parts)

    @contextmanager
    def lock(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """Hold the lock file ``name``; yield whether it was obtained (always, when waiting)."""
        handle = os.open(self.path / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(handle)


def socket_url(role: str, folder: Path, database: str = DATABASE) -> str:
    """Return the URL of ``database`` on the server whose socket lies in ``folder``."""
    return f"postgresql://{role}@/{database}?host={quote(str(folder), safe='')}"


def url_of(parts: Mapping[str, str]) -> str:
    """Return a PostgreSQL URL holding every connection parameter of ``parts``."""
    rest = {key: value for key, value in parts.items() if key != "dbname"}
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in sorted(rest.items()))
    return f"postgresql:///{quote(parts.get('dbname', ''), safe='')}?{query}"


def write_private(place: Path, text: str) -> None:
    """Replace ``place`` with ``text`` atomically and durably, mode 0600."""
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, place)
    except BaseException:
        os.unlink(draft)
        raise
