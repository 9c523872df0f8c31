"""A reader's machine: home folders in which the commands of the documents run, and a demonstration beside them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from pages_of_docs import ROOT

from huiyin import boot

# A few matters of each kind are enough for the examples, and make the first start short.
DEMO_MATTERS = "12"
START_LIMIT = 240.0
STOP_LIMIT = 60.0


def new_home() -> Path:
    """Make a home folder whose environment is the one that runs these tests, so that nothing is installed again.

    It lies outside the folders of pytest: as root, the database's own user has to pass through all that is above it.
    """
    folder = Path(tempfile.mkdtemp(prefix="huiyin-docs-"))
    lock = (ROOT / "requirements" / "run.txt").read_bytes()
    for kind, content in (("run", lock), ("test", (ROOT / "requirements" / "test.txt").read_bytes())):
        place = folder / "env" / boot.environment_name(kind, content)
        (place / "bin").mkdir(parents=True)
        python = place / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        (place / boot.MARKER).touch()
    (folder / "env" / "python").write_text(os.path.realpath(sys.executable) + "\n", encoding="utf-8")
    return folder


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a reader who has set nothing but the home folder."""
    ours = ("DATABASE_URL", "HUIYIN_", "PYTHON", "DJANGO_", "PYTEST_", "CI")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return {**kept, "HUIYIN_HOME": str(home)}


@dataclass
class Demonstration:
    """A demonstration that can be started and stopped, with its history made once."""

    home: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.home / "demonstration.log"

    @property
    def address(self) -> str:
        """Where it is reached."""
        return str(json.loads((self.home / "running.json").read_text("utf-8"))["address"]).rstrip("/")

    def start(self, command: str = "./huiyin demo") -> None:
        """Run ``command`` until it serves a page; the first time its history is made small."""
        if self.process is not None:
            return
        if not (self.home / "demo.json").exists():
            command += f" --matters {DEMO_MATTERS}"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"], cwd=ROOT, env=environment(self.home), stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        deadline = time.monotonic() + START_LIMIT
        try:
            while "Ctrl-C" not in self.printed():
                assert self.process.poll() is None, f"{command} ended by itself:\n{self.printed()}"
                assert time.monotonic() < deadline, f"{command} served nothing:\n{self.printed()}"
                time.sleep(0.1)
        except AssertionError:
            self.process.kill()
            self.process.wait()
            self.process = None
            raise

    def stop(self) -> None:
        """Press Ctrl-C; it has to end by itself and say that all went well."""
        if self.process is None:
            return
        process, self.process = self.process, None
        process.send_signal(signal.SIGINT)
        status = process.wait(STOP_LIMIT)
        assert status == 0, f"Ctrl-C ended it with {status}:\n{self.printed()}"

    def printed(self) -> str:
        """Return what it printed so far."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""
