"""SIGKILL of the whole database under load (F2): what was acknowledged is there, and everything goes on by itself."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import client
import machine
import psycopg
import pytest

from huiyin.host.testing import TemporaryServer, temporary_server

ROUNDS = int(os.environ.get("HUIYIN_DATABASE_KILL_ROUNDS", "2"))
CLIENTS = 2
# As an operator would have them: a receipt is not given before its words are on the disk.
SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TemporaryServer, dict[str, str]]]:
    """A cluster with the settings of a real installation, holding the small city."""
    with temporary_server(durable=True) as running:
        environ = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "HUIYIN_APP_DATABASE_URL")}
        environ |= {
            "HUIYIN_HOME": str(running.home.path),
            "PYTHONPATH": os.pathsep.join([str(machine.HERE.parents[1] / "src"), str(machine.HERE)]),
        }
        machine.run_client(tmp_path_factory.mktemp("prepare") / "notes", environ, "prepare")
        yield running, environ


def kill_all(server: Any) -> None:
    """Kill the postmaster and every process under it, the postmaster first so that it cannot tidy up."""
    pid = server.pid()
    assert pid is not None
    for one in [pid, *machine.children_of(pid)]:
        assert b"postgres" in Path(f"/proc/{one}/cmdline").read_bytes() or one != pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def broken(environ: dict[str, str], notes: list[Path]) -> list[str]:
    """Ask a fresh process which invariants do not hold."""
    asked = [sys.executable, str(machine.HERE / "verdict.py"), *map(str, notes)]
    said = subprocess.run(asked, env=environ, capture_output=True, text=True, check=False, timeout=300)
    assert said.returncode == 0, said.stderr[-4000:]
    found: list[str] = json.loads(said.stdout)
    return found


def storm(running: TemporaryServer, environ: dict[str, str], folder: Path, rounds: int) -> tuple[list[Path], list[float]]:
    """Let clients work while the database is killed ``rounds`` times; return their notes and the recovery times."""
    source = random.Random(20_261_121)
    notes = [folder / f"notes-{number}" for number in range(CLIENTS)]
    recovered = []
    with contextlib.ExitStack() as stack:
        working = [
            stack.enter_context(machine.started(machine.client_command(place, number), environ, folder / "clients.log"))
            for number, place in enumerate(notes)
        ]
        for process in working:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", (folder / "clients.log").read_text()[-3000:]
        for _ in range(rounds):
            before = sum(len(client.read(place)[1]) for place in notes)
            for _ in machine.until(30, "the next acknowledgement"):
                if sum(len(client.read(place)[1]) for place in notes) >= before + 5:
                    break
            time.sleep(source.random() * 0.3)
            kill_all(running.server)
            began = time.monotonic()
            running.server.start()
            recovered.append(time.monotonic() - began)
        for process in working:
            # They go on by themselves: each still gets receipts after the last recovery, then ends when told to.
            assert process.stdin is not None
            time.sleep(0.5)
            process.stdin.close()
        for process in working:
            assert process.wait(60) == 0, (folder / "clients.log").read_text()[-3000:]
    return notes, recovered


def test_the_settings_keep_what_is_acknowledged(durable: tuple[TemporaryServer, dict[str, str]]) -> None:
    with psycopg.connect(durable[0].owner_url) as owner:
        found = {name: (owner.execute(f"SHOW {name}").fetchone() or ("",))[0] for name in SAFE}
    assert found == SAFE


def test_no_kill_of_the_database_loses_or_doubles_an_acknowledged_act(
    durable: tuple[TemporaryServer, dict[str, str]], tmp_path: Path, record_property: Any
) -> None:
    running, environ = durable
    notes, recovered = storm(running, environ, tmp_path, ROUNDS)
    for place in notes:
        asked, acknowledged = client.read(place)
        left = set(asked) - set(acknowledged)
        assert not {key for key in left if asked[key]["door"] == "open"}, "an opening was never answered"
    assert broken(environ, notes) == []
    held = sum(len(client.read(place)[1]) for place in notes)
    record_property("acknowledged", held)
    print(f"{ROUNDS} kills, {held} acknowledged, recovery at most {max(recovered):.1f} s")


def test_the_storm_finds_a_database_that_acknowledges_too_early(durable: tuple[TemporaryServer, dict[str, str]], tmp_path: Path) -> None:
    """The planted fault: commits that are not on the disk when they are acknowledged."""
    running, environ = durable
    late = {**environ, "PGOPTIONS": "-c synchronous_commit=off"}
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        notes, _ = storm(running, late, folder, 1)
        found = broken(environ, notes)
        if found:
            assert any(one.startswith("I1") for one in found), found[:5]
            return
    pytest.fail("acknowledged work was lost six times over and the storm saw none of it")
