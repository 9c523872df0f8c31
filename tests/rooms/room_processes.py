"""The pages and the live process as they really run, and a reader of streams such as a browser has."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from huiyin.cli import running
from huiyin.host.processes import choose_port

HOST = "127.0.0.1"
STARTS_WITHIN = 60.0


def until(true: Callable[[], bool], limit: float = 20.0, what: str = "it") -> None:
    deadline = time.monotonic() + limit
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come within {limit} s"
        time.sleep(0.01)


@dataclass
class Served:
    """Both processes; ``kill`` ends one at once, ``start`` begins it again on its port."""

    environ: Mapping[str, str]
    folder: Path
    port: int
    live_port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        children = {child.name: child for child in running._children(HOST, self.port, self.live_port, 2, with_worker=False)}
        child = children[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                child.command, env={**self.environ, **child.environ}, stdout=log, stderr=log, start_new_session=True
            )
        port, path = (self.port, "/healthz") if name == "web" else (self.live_port, "/live/health")
        until(lambda: _answers(port, path), STARTS_WITHIN, name)

    def kill(self, name: str) -> None:
        """As when the machine's memory runs out: the whole group, at once."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def served_for_real(environ: Mapping[str, str], folder: Path) -> Iterator[Served]:
    port = choose_port(HOST, 18_900, fixed=False)
    both = Served(environ, folder, port, choose_port(HOST, port + 1, fixed=False))
    try:
        both.start("web")
        both.start("live")
        yield both
    finally:
        for name in list(both.processes):
            both.kill(name)


def _answers(port: int, path: str) -> bool:
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", path)
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


@dataclass
class Listener:
    """A stream read as EventSource does: it goes on where it stopped, until it is closed or told to end."""

    port: int
    path: str
    cookie: str
    origin: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    times: dict[int, float] = field(default_factory=dict)
    status: int = 0
    closed: bool = False
    ended: bool = False
    thread: threading.Thread | None = None

    def listen(self) -> Listener:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def end(self) -> None:
        self.ended = True

    @property
    def numbers(self) -> list[int]:
        return [said["seq"] for said in self.got]

    def _run(self) -> None:
        last = 0
        while not self.ended and not self.closed:
            line = http.client.HTTPConnection(HOST, self.port, timeout=20)
            try:
                headers = {"Cookie": self.cookie, **({"Last-Event-ID": str(last)} if last else {})}
                line.request("GET", self.path, headers=headers | ({"Origin": self.origin} if self.origin else {}))
                answer = line.getresponse()
                self.status = answer.status
                if answer.status in (403, 404):
                    return
                last = self._read(answer, last) if answer.status == 200 else last
            except (OSError, http.client.HTTPException):
                pass
            finally:
                line.close()
            time.sleep(0.1)

    def _read(self, answer: http.client.HTTPResponse, last: int) -> int:
        event, data = "", ""
        while not self.ended:
            raw = answer.readline()
            if not raw:
                break
            text = raw.decode().rstrip("\n")
            name, _, value = text.partition(": ")
            if name == "event":
                event = value
            elif name == "data":
                data = value
            elif name == "id":
                last = int(value)
            elif not text and event == "closed":
                self.closed = True
                break
            elif not text and data:
                said = json.loads(data)
                self.times.setdefault(said["seq"], time.monotonic())
                self.got.append(said)
                data = ""
        return last


def post(port: int, path: str, cookie: str, token: str, **fields: str) -> tuple[int, dict[str, Any]]:
    """Send a form as the script does; (0, {}) when nobody answered."""
    line = http.client.HTTPConnection(HOST, port, timeout=20)
    headers = {
        "Cookie": f"{cookie}; huiyin_csrf={token}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    try:
        line.request("POST", path, urlencode({**fields, "csrfmiddlewaretoken": token}), headers)
        answer = line.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if answer.headers.get("Content-Type", "").startswith("application/json") else {}
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        line.close()
