"""The embedded server: as root and as an ordinary user, after a kill, beside strangers."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from huiyin.host import accounts, binaries, checks
from huiyin.host.errors import HostError
from huiyin.host.home import Home
from huiyin.host.postgres import Server, _works_in
from huiyin.host.testing import temporary_server

from .conftest import as_ordinary_user

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user")


def modes_above(path: Path) -> dict[str, tuple[int, int, int]]:
    return {str(place): (place.stat().st_mode, place.stat().st_uid, place.stat().st_gid) for place in path.parents}


def listening(pids: set[int]) -> list[str]:
    """Return the TCP sockets any of the processes listens on."""
    inodes = set()
    for pid in pids:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(f"/proc/{pid}/fd/{name}")
            except FileNotFoundError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    rows = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            rows += [row.split() for row in Path(table).read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[3] == "0A" and row[9] in inodes]


def test_roles_settings_and_no_tcp_port(home: Home) -> None:
    above = modes_above(home.path)
    with Server(home) as server:
        pid = server.pid()
        assert pid is not None
        assert listening({pid}) == []
        assert modes_above(home.path) == above
        assert checks.assert_settings(home) == []
        seen = checks.found(home)
        assert (seen.role, seen.data_checksums, seen.timezone, seen.above_row_security) == ("huiyin_app", "on", "UTC", False)
        with psycopg.connect(home.owner_url) as owner:
            assert owner.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
            owner.execute("CREATE TABLE kept (word text)")
        with psycopg.connect(home.app_url) as app:
            app.execute("INSERT INTO kept VALUES ('one')")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE mine (word text)")
        assert stat.S_IMODE(home.run.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.pg.stat().st_mode) == 0o700
    assert server.pid() is None


@as_root
def test_root_drops_to_another_user_in_the_child_only(home: Home) -> None:
    with Server(home) as server:
        pid = server.pid()
        uid = Path(f"/proc/{pid}").stat().st_uid
        assert uid not in (0, os.geteuid())
        assert os.geteuid() == 0
        assert home.pg.stat().st_uid == uid == home.run.stat().st_uid
        # The home lets the server's user pass through and no more.
        assert stat.S_IMODE(home.path.stat().st_mode) & 0o067 == 0
        assert home.secrets.stat().st_uid == 0


@as_root
def test_a_stranger_cannot_connect(home: Home) -> None:
    stranger = pwd.getpwnam("nobody")
    with Server(home):
        line = socket.socket(socket.AF_UNIX)
        child = os.fork()
        if child == 0:
            os.setuid(stranger.pw_uid)
            try:
                line.connect(str(home.run / ".s.PGSQL.5432"))
            except PermissionError:
                os._exit(7)
            os._exit(0)
        line.close()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


@as_root
def test_a_closed_folder_above_is_named_and_left_alone(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(HostError) as told:
        Server(Home(closed / "home", {})).start()
    assert told.value.code == "home_not_reachable"
    assert str(closed) in told.value.text.zh
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_programs_out_of_reach_are_copied(home: Home, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    hidden = folder / "hidden"
    binaries._copy(binaries.of_wheel().bin.parents[2], hidden / "wheel")
    hidden.chmod(0o700)
    monkeypatch.setattr(binaries, "of_wheel", lambda: binaries.Binaries(hidden / "wheel" / binaries.PACKAGE / "pginstall" / "bin"))
    with Server(home), psycopg.connect(home.app_url) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)
    assert (home.path / "postgresql").is_dir()
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o700


def test_an_ordinary_user_runs_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owned = folder / "theirs"
    owned.mkdir()

    def work() -> tuple[int, str, bool]:
        home = Home(owned / "home", {})
        with Server(home) as server:
            first = server.pid()
            assert first is not None
            uid = Path(f"/proc/{first}").stat().st_uid
            with psycopg.connect(home.owner_url, autocommit=True) as owner:
                owner.execute("CREATE TABLE kept (word text)")
                owner.execute("INSERT INTO kept VALUES ('one')")
            os.kill(first, signal.SIGKILL)
            server.start()
            assert server.pid() != first
            with psycopg.connect(home.app_url) as app:
                row = app.execute("SELECT word FROM kept").fetchone()
            assert row is not None
        return uid, row[0], server.pid() is None

    uid, word, stopped = as_ordinary_user(work, owned, monkeypatch=monkeypatch)
    assert uid != 0
    assert (word, stopped) == ("one", True)


def test_killed_with_its_pid_file_left_it_comes_back_with_every_row(home: Home) -> None:
    with Server(home) as server:
        with psycopg.connect(home.owner_url, autocommit=True) as owner:
            owner.execute("CREATE TABLE kept (n int)")
        for n in range(5):
            with psycopg.connect(home.app_url, autocommit=True) as app:
                app.execute("INSERT INTO kept VALUES (%s)", [n])
                pid = server.pid()
                assert pid is not None
                os.kill(pid, signal.SIGKILL)
            assert (home.pg / "postmaster.pid").exists()
            server.start()
        with psycopg.connect(home.app_url) as app:
            assert app.execute("SELECT array_agg(n ORDER BY n) FROM kept").fetchone() == ([0, 1, 2, 3, 4],)


def test_a_stale_pid_that_belongs_to_a_stranger_or_a_zombie_does_not_stop_a_start(home: Home) -> None:
    with Server(home):
        pass
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    while "Z" not in Path(f"/proc/{zombie.pid}/stat").read_text().rpartition(")")[2]:
        time.sleep(0.01)
    for pid in (zombie.pid, os.getpid()):
        (home.pg / "postmaster.pid").write_text(f"{pid}\n{home.pg}\n0\n5432\n{home.run}\n\n0 0\nready\n")
        with Server(home) as server:
            assert server.pid() not in (None, pid)
    zombie.wait()


def test_it_outlives_one_user_and_goes_with_the_last(home: Home) -> None:
    first, second = Server(home), Server(home)
    with first:
        second.start()
        assert second.pid() == first.pid()
    assert second.pid() is not None
    with psycopg.connect(home.app_url) as app:
        app.execute("SELECT 1")
    second.leave()
    assert second.pid() is None


def test_a_user_killed_without_leaving_is_forgotten(home: Home) -> None:
    child = os.fork()
    if child == 0:
        Server(home).start()
        os._exit(0)
    os.waitpid(child, 0)
    server = Server(home)
    assert server.pid() is not None
    with server:
        pass
    assert server.pid() is None


def test_a_killed_first_start_leaves_nothing_in_the_way(home: Home) -> None:
    home.prepare()
    half = home.path / "pg.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("half")
    with Server(home), psycopg.connect(home.app_url) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_a_data_folder_of_another_release_is_refused(home: Home) -> None:
    with Server(home):
        pass
    (home.pg / "PG_VERSION").write_text("9\n")
    with pytest.raises(HostError) as told:
        Server(home).start()
    assert told.value.code == "database_version"


def test_a_long_home_path_still_connects(folder: Path) -> None:
    home = Home(folder / ("d" * 60) / ("e" * 60), {})
    with Server(home), psycopg.connect(home.app_url) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)
        assert home.path not in home.run.parents
    home.run.rmdir()


def test_somebody_elses_socket_folder_is_refused(folder: Path) -> None:
    home = Home(folder / ("d" * 60) / ("f" * 60), {})
    home.run.symlink_to("/tmp")
    try:
        with pytest.raises(HostError) as told:
            Server(home).start()
        assert told.value.code == "socket_folder_taken"
    finally:
        home.run.unlink()


def test_a_process_elsewhere_is_not_the_server(tmp_path: Path) -> None:
    assert not _works_in(os.getpid(), tmp_path)
    assert not _works_in(2**22 + 1, tmp_path)


def test_unsafe_settings_are_refused_by_name() -> None:
    with temporary_server() as server:
        with pytest.raises(HostError) as told:
            checks.assert_settings(server.home)
        assert "fsync is off" in told.value.text.en
        with psycopg.connect(f"{server.owner_url}&user=postgres", autocommit=True) as admin:
            admin.execute("ALTER ROLE huiyin_app SET timezone = 'Asia/Shanghai'")
            admin.execute("ALTER ROLE huiyin_app SET statement_timeout = 0")
            admin.execute("ALTER ROLE huiyin_app BYPASSRLS")
        texts = " ".join(text.en for text in checks.faults(checks.found(server.home), embedded=True))
        for word in ("time zone", "statement_timeout", "row security", "full_page_writes"):
            assert word in texts


def test_an_operators_server_gets_the_application_role_made(home: Home) -> None:
    """The embedded server stands in for the operator's: reached by a URL with a role that may make roles."""
    with temporary_server() as server:
        with psycopg.connect(f"{server.owner_url}&user=postgres", autocommit=True) as admin:
            admin.execute("CREATE ROLE chief LOGIN CREATEROLE PASSWORD 'x'")
            admin.execute("CREATE DATABASE city OWNER chief")
            admin.execute("DROP OWNED BY huiyin_app")
            admin.execute("DROP ROLE huiyin_app")
        # "peer" is for the embedded server; an operator's asks for a password.
        hba = server.home.pg / "pg_hba.conf"
        hba.write_text("local city all scram-sha-256\nlocal all all peer map=huiyin\n")
        with psycopg.connect(f"{server.owner_url}&user=postgres&dbname=postgres", autocommit=True) as admin:
            admin.execute("SELECT pg_reload_conf()")
        url = f"postgresql://chief:x@/city?host={server.home.run}"
        outside = Home(home.path, {"DATABASE_URL": url}).prepare()
        with Server(outside):
            with psycopg.connect(outside.owner_url) as owner:
                owner.execute("CREATE TABLE kept (n int)")
            with psycopg.connect(outside.app_url) as app:
                assert app.execute("SELECT current_user::text, (SELECT count(*) FROM kept)").fetchone() == ("huiyin_app", 0)
        other = Home(home.path.with_name("other"), {"DATABASE_URL": url}).prepare()
        with pytest.raises(HostError) as told, Server(other):
            pass
        assert told.value.code == "app_role_refused"


def test_root_without_an_unprivileged_user_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(accounts, "_owner_of", lambda data: None)
    monkeypatch.setattr(accounts, "_known", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(HostError) as told:
        accounts.account_for(tmp_path)
    assert told.value.code == "no_unprivileged_user"
