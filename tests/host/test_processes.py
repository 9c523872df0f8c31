"""The supervisor: keeps children alive, ends them together, refuses a second copy."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from huiyin.host.errors import HostError
from huiyin.host.home import Home
from huiyin.host.postgres import Server
from huiyin.host.processes import Child, Supervisor, choose_port, note_running, only_copy

PAGE = (
    "import http.server, sys; http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()"
)
SOURCE = str(Path(__file__).resolve().parents[2] / "src")


def away(home: Home) -> Home:
    """The same folder with an operator's database, so that the supervisor has no server to keep."""
    return Home(home.path, {"DATABASE_URL": "postgresql://nobody@localhost/none"}).prepare()


def until(true: Callable[[], bool], limit: float = 10) -> None:
    deadline = time.monotonic() + limit
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def supervisor(home: Home, children: list[Child], said: list[str]) -> Supervisor:
    return Supervisor(home, Server(home), children, say=lambda zh, en: said.append(en))


@pytest.fixture(autouse=True)
def _signals_as_before() -> object:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_killed_child_is_started_again_and_all_end_together(home: Home) -> None:
    outside, said = away(home), list[str]()
    port = choose_port("127.0.0.1", 18200, fixed=False)
    web = Child("web", [sys.executable, "-c", PAGE, str(port)])
    kept = supervisor(outside, [web], said)
    kept.start()
    try:
        assert kept.await_page("127.0.0.1", port) is not None
        assert web.process is not None
        first = web.process.pid
        os.kill(first, signal.SIGKILL)

        def look_again() -> bool:
            kept._look()
            return web.process is not None and web.process.pid != first

        until(look_again)
        assert kept.await_page("127.0.0.1", port) is not None
        assert any("web ended unexpectedly" in line for line in said)
    finally:
        began = time.monotonic()
        kept.stop()
    assert time.monotonic() - began < 5
    assert web.process is None


def test_a_child_that_never_starts_is_told_with_its_last_words(home: Home) -> None:
    broken = Child("web", [sys.executable, "-c", "raise SystemExit('no such thing')"])
    kept = supervisor(away(home), [broken], [])
    kept.start()
    with pytest.raises(HostError) as told:
        kept.await_page("127.0.0.1", 1)
    kept.stop()
    assert told.value.code == "process_failed"
    assert "no such thing" in told.value.text.zh


def test_a_child_that_does_not_listen_is_ended_by_force(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiyin.host.processes.STOP_LIMIT", 0.5)
    deaf = Child(
        "deaf", [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"]
    )
    outside = away(home)
    kept = supervisor(outside, [deaf], [])
    kept.start()
    until(lambda: "up" in (outside.logs / "deaf.log").read_text())
    began = time.monotonic()
    kept.stop()
    assert time.monotonic() - began < 3


def test_a_signal_ends_the_run(home: Home) -> None:
    kept = supervisor(away(home), [Child("idle", [sys.executable, "-c", "import time; time.sleep(60)"])], [])
    kept.listen()
    kept.start()
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
    began = time.monotonic()
    kept.run()
    kept.stop()
    assert time.monotonic() - began < 5


def test_children_end_when_the_supervisor_is_killed(folder: Path) -> None:
    program = (
        "import sys, time; from huiyin.host.home import Home; from huiyin.host.postgres import Server;"
        "from huiyin.host.processes import Child, Supervisor; from pathlib import Path;"
        "home = Home(Path(sys.argv[1]), {'DATABASE_URL': 'postgresql:///none'}).prepare();"
        "child = Child('idle', [sys.executable, '-c', 'import time; time.sleep(60)']);"
        "s = Supervisor(home, Server(home), [child], say=print); s.start(); time.sleep(0.5); print(child.process.pid, flush=True); s.run()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder / "home")], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": SOURCE}
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()

    def gone() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except FileNotFoundError:
            return True

    until(gone, 5)


def test_a_killed_database_comes_back_while_the_supervisor_runs(home: Home) -> None:
    said: list[str] = []
    with Server(home) as server:
        kept = Supervisor(home, server, [], say=lambda zh, en: said.append(en))
        pid = server.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: server.pid() is None)
        kept._keep_server()
        assert server.ready()
        assert said == ["The database does not answer; recovering it.", "The database is back."]


def test_a_second_copy_learns_the_address_and_how_to_run_another(home: Home) -> None:
    home.prepare()
    with only_copy(home):
        note_running(home, "http://127.0.0.1:8000/")
        with pytest.raises(HostError) as told, only_copy(home):
            pass
    assert told.value.code == "already_running"
    for text in (told.value.text.zh, told.value.text.en):
        assert "http://127.0.0.1:8000/" in text
        assert "HUIYIN_HOME=" in text
    with only_copy(home):
        pass
    assert not (home.path / "running.json").exists()


def test_a_taken_port_is_passed_over_unless_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert choose_port("127.0.0.1", port, fixed=False) > port
        with pytest.raises(HostError) as told:
            choose_port("127.0.0.1", port, fixed=True)
    assert told.value.code == "port_taken"
    assert "--port" in told.value.text.en


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(HostError) as told:
        choose_port("192.0.2.1", 8000, fixed=False)
    assert told.value.code == "address_unusable"


def test_the_note_of_the_running_copy_is_private(home: Home) -> None:
    home.prepare()
    note_running(home, "http://127.0.0.1:8000/")
    note = home.path / "running.json"
    assert json.loads(note.read_text())["pid"] == os.getpid()
    assert note.stat().st_mode & 0o077 == 0
