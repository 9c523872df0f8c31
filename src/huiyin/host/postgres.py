"""The embedded PostgreSQL server: made, started, found again, stopped.

The wheel gives the programs only. Rules kept here: one starter at a time (a lock beside the data folder); a process
counts as the server only when it lives, is no zombie and works in our data folder; nothing outside our own folder
changes its mode; the server outlives any web process and goes when the last command that uses it goes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import stat
import struct
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from huiyin.host import accounts, binaries, cluster
from huiyin.host.accounts import Account
from huiyin.host.binaries import Binaries
from huiyin.host.errors import HostError
from huiyin.host.home import Home, write_private

# Recovery after a crash replays at most max_wal_size; two minutes cover that on a slow disk.
START_LIMIT = 120.0
STOP_LIMIT = 30.0

# The built-in locale sorts the same on every machine and after every upgrade of the system's own library.
INITDB_OPTIONS = (
    "--auth=peer",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
)

# The number by which the wire protocol asks "do you encrypt?".
ENCRYPTION_REQUEST = 80877103


class Server:
    """The database of a home: the embedded server, or nothing to do when an operator's server is named.

    Used as a context manager it keeps the server running for the block, and stops it afterwards unless another
    command still uses it.
    """

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self._users: int | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        self.ensure_roles()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.leave()

    def start(self) -> None:
        """Start the server or join the running one, and count as its user until ``leave``.

        Raises:
            HostError: it cannot run here; the message says what to change.
        """
        if not self.home.embedded:
            return
        self.home.prepare()
        with self.home.lock("pg"):
            self._join()
            try:
                if self._ready():
                    return
                self._start()
            except BaseException:
                self._part()
                raise

    def ready(self) -> bool:
        """Whether the embedded server lives and answers; true without asking for an operator's server."""
        return not self.home.embedded or self._ready()

    def leave(self) -> None:
        """Stop using the server; whoever leaves last stops it."""
        if not self.home.embedded:
            return
        with self.home.lock("pg"):
            self._part()
            if self._alone():
                self._stop()

    def stop(self) -> None:
        """Stop the server, whoever still uses it."""
        if not self.home.embedded:
            return
        with self.home.lock("pg"):
            self._part()
            self._stop()

    def ensure_roles(self) -> None:
        """Make the owner's and the application's roles and the database where they are missing."""
        if self.home.embedded:
            cluster.make_roles(self.home.run)
        else:
            from huiyin.host.external import make_app_role

            make_app_role(self.home)

    def pid(self) -> int | None:
        """Return the process id of the living server, or None."""
        noted = _noted(self.home.pg)
        if not noted:
            return None
        pid = int(noted[0])
        return pid if _works_in(pid, self.home.pg) else None

    def reap(self) -> None:
        """Collect a dead server that was our own child, so that it does not stay a zombie."""
        if self._child is not None and self._child.poll() is not None:
            self._child = None

    def _ready(self) -> bool:
        self.reap()
        noted = _noted(self.home.pg)
        noted_ready = len(noted) >= 8 and noted[7].strip() == "ready"
        return noted_ready and self.pid() is not None and _answers(self.home.run / ".s.PGSQL.5432")

    def _start(self) -> None:
        account = accounts.account_for(self.home.pg)
        accounts.open_way(account, self.home.path)
        programs = binaries.for_account(account, self.home.path)
        _socket_folder(self.home.run, account)
        if not (self.home.pg / "PG_VERSION").exists():
            self._make(programs, account)
        _refuse_other_version(self.home.pg, programs)
        self._write_settings(account)
        self._clear_remains()
        if self.pid() is None:
            self._launch(programs, account)
        self._await()

    def _make(self, programs: Binaries, account: Account) -> None:
        draft = self.home.pg.with_name("pg.new")
        # Left by a start that was killed: nothing was ever stored there.
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account.own(draft)
        made = subprocess.run(
            [programs.path("initdb"), "-D", str(draft), "-U", cluster.SUPERUSER, *INITDB_OPTIONS, *([] if self.durable else ["--no-sync"])],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=draft,
            env=binaries.clean_environment(),
            umask=0o077,
            check=False,
            **account.for_child(),
        )
        if made.returncode != 0:
            reason = (made.stderr.strip().splitlines() or ["initdb"])[-1]
            raise HostError(
                "database_not_made",
                f"无法在 {self.home.pg} 建立数据库:{reason}。请检查磁盘空间与权限后重试。",
                f"The database could not be made in {self.home.pg}: {reason}. Check disk space and permissions, then try again.",
            )
        draft.rename(self.home.pg)

    def _write_settings(self, account: Account) -> None:
        texts = {
            "huiyin.conf": cluster.settings(self.home.run, durable=self.durable),
            "pg_hba.conf": cluster.hba(),
            "pg_ident.conf": cluster.ident(accounts.names_that_may_connect(account)),
        }
        main = self.home.pg / "postgresql.conf"
        line = "include = 'huiyin.conf'\n"
        if line not in main.read_text("utf-8"):
            texts["postgresql.conf"] = main.read_text("utf-8") + "\n" + line
        for name, text in texts.items():
            place = self.home.pg / name
            if not place.exists() or place.read_text("utf-8") != text:
                write_private(place, text)
                account.own(place)

    def _clear_remains(self) -> None:
        """Remove what a killed server left, once nothing of it lives any more.

        PostgreSQL itself asks only whether the noted process id exists; a zombie or a stranger that got the same id
        would keep it from starting.
        """
        if self.pid() is not None:
            return
        deadline = time.monotonic() + 5
        while orphans := _all_working_in(self.home.pg):
            late = time.monotonic() > deadline
            for pid in orphans:
                _signal(pid, signal.SIGKILL if late else signal.SIGQUIT)
            time.sleep(0.05)
        if self._child is not None:
            self._child.wait()
            self._child = None
        for remains in (
            self.home.pg / "postmaster.pid",
            self.home.run / ".s.PGSQL.5432.lock",
            self.home.run / ".s.PGSQL.5432",
        ):
            remains.unlink(missing_ok=True)

    def _launch(self, programs: Binaries, account: Account) -> None:
        log = self.home.logs / "postgresql.log"
        _turn_over(log)
        with log.open("ab") as out:
            self._child = subprocess.Popen(
                [programs.path("postgres"), "-D", str(self.home.pg)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.home.pg,
                env=binaries.clean_environment(),
                start_new_session=True,
                umask=0o077,
                **account.for_child(),
            )

    def _await(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if self._ready():
                return
            if self._child is None and self.pid() is None:
                break
            time.sleep(0.01)
        raise HostError(
            "database_not_started",
            f"数据库没有启动。原因见 {self.home.logs / 'postgresql.log'} 末尾。",
            f"The database did not start. The end of {self.home.logs / 'postgresql.log'} says why.",
        )

    def _stop(self) -> None:
        deadline = time.monotonic() + STOP_LIMIT
        while (pid := self.pid()) is not None:
            # "Fast" ends sessions and writes a checkpoint; "immediate" is the last resort and recovers at the next start.
            _signal(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
            for _ in range(50):
                self.reap()
                if self.pid() is None:
                    break
                time.sleep(0.02)
        self.reap()

    def _join(self) -> None:
        if self._users is not None:
            return
        handle = os.open(self.home.path / "pg.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        self._users = handle

    def _part(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def _alone(self) -> bool:
        """Whether no living command uses the server; the kernel forgets users that died."""
        handle = os.open(self.home.path / "pg.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(handle)


def _socket_folder(place: Path, account: Account) -> None:
    place.mkdir(mode=0o700, exist_ok=True)
    found = os.lstat(place)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), account.uid):
        raise HostError(
            "socket_folder_taken",
            f"{place} 属于别的用户,不能放数据库的连接口。请把 HUIYIN_HOME 设为更短的路径。",
            f"{place} belongs to somebody else and cannot hold the database's socket. Set HUIYIN_HOME to a shorter path.",
        )
    account.own(place)
    place.chmod(0o700)


def _refuse_other_version(data: Path, programs: Binaries) -> None:
    made_by = (data / "PG_VERSION").read_text("ascii").strip()
    shown = subprocess.run(
        [programs.path("postgres"), "--version"], capture_output=True, text=True, env=binaries.clean_environment(), check=True
    )
    runs = shown.stdout.split()[-1].split(".")[0]
    if made_by != runs:
        raise HostError(
            "database_version",
            f"{data} 由 PostgreSQL {made_by} 建立,现有程序是 {runs}。请用旧版本执行 backup,再用新版本执行 restore。",
            f"{data} was made by PostgreSQL {made_by}; the programs here are {runs}. "
            "Run backup with the old release, then restore with this one.",
        )


def _noted(data: Path) -> list[str]:
    """Return the lines of the server's own note: its process id first, its state eighth."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    return lines if lines and lines[0].strip().isdigit() else []


def _works_in(pid: int, data: Path) -> bool:
    """Whether process ``pid`` lives, is no zombie, and has ``data`` as its working folder."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        if status.rpartition(")")[2].split()[0] in "ZXx":
            return False
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return False


def _answers(address: Path) -> bool:
    """Whether a server answers at the socket: its one-byte reply to a request for encryption is enough."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(3)
            line.connect(str(address))
            line.sendall(struct.pack("!ii", 8, ENCRYPTION_REQUEST))
            return line.recv(1) != b""
    except OSError:
        return False


def _all_working_in(data: Path) -> list[int]:
    """Return the living processes of a server on ``data``: only it and its children have that working folder."""
    found = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in found if pid != os.getpid() and _works_in(pid, data) and _is_postgres(pid)]


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].split(b":")[0].endswith(b"postgres")
    except OSError:
        return False


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _turn_over(log: Path) -> None:
    """Keep one older log once the present one passes 10 MiB."""
    try:
        if log.stat().st_size > 10 * 2**20:
            log.replace(log.with_suffix(".log.1"))
    except FileNotFoundError:
        pass
