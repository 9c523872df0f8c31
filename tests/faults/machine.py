"""Starting and killing real processes of ours; only what was started here is ever ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent


@contextmanager
def started(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process group of its own; whatever of it still lives is killed at the end."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
            env={**environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill_group(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def kill_group(process: subprocess.Popen[str]) -> None:
    """End a process started here and its children, as a power cut would."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def client_command(notes: Path, seed: int | str, *more: str) -> list[str]:
    return [sys.executable, str(HERE / "client.py"), str(notes), str(seed), *more]


def run_client(notes: Path, environ: Mapping[str, str], what: str) -> None:
    """Run the client to its end: ``prepare`` or ``settle``."""
    done = subprocess.run(client_command(notes, 0, what), env=dict(environ), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]


def children_of(pid: int) -> list[int]:
    """Return the living children of a process."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def until(seconds: float, what: str) -> Iterator[None]:
    """Yield until the time is over; a loop that ends by itself is in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(0.02)
    raise AssertionError(f"{what} took longer than {seconds:.0f} s")
