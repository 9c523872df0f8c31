"""The supervisor: one command that keeps the web server, the workers and the database running, and ends them together."""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from huiyin.host.errors import HostError
from huiyin.host.home import Home, write_private
from huiyin.host.postgres import Server

STOP_LIMIT = 10.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
# A child that lived this long was healthy; its next fault starts the waits anew.
HEALTHY_AFTER = 60.0
TRIES_BEFORE_READY = 3


@dataclass(slots=True)
class Child:
    """A process the supervisor keeps alive.

    Attributes:
        name: names its log and stands in messages.
        command: full path of the program, and its arguments.
        environ: added to the supervisor's own environment.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    again_at: float = 0.0
    faults: int = 0


class Supervisor:
    """Starts children, restarts what crashes, stops all on SIGINT or SIGTERM."""

    def __init__(self, home: Home, server: Server, children: Sequence[Child], *, say: Callable[[str, str], None]) -> None:
        self.home = home
        self.server = server
        self.children = list(children)
        self.say = say
        self.stopping = threading.Event()
        self._was_ready = False

    def start(self) -> None:
        """Start every child that does not run yet."""
        for child in self.children:
            if child.process is None:
                self._spawn(child)

    def listen(self) -> None:
        """Take SIGINT and SIGTERM from now on as a request for a clean end."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())

    def await_page(self, host: str, port: int, *, limit: float = 60.0) -> float | None:
        """Wait until a page is served; return the seconds it took, or None when asked to stop meanwhile.

        Raises:
            HostError: the web server keeps failing or never answers.
        """
        began = time.monotonic()
        while not self.stopping.is_set():
            self._look()
            if answers(host, port):
                self._was_ready = True
                return time.monotonic() - began
            if time.monotonic() - began > limit:
                raise self._failed("web")
            self.stopping.wait(0.02)
        return None

    def run(self) -> None:
        """Keep everything alive until asked to stop."""
        self._was_ready = True
        next_look_at_server = 0.0
        while not self.stopping.wait(0.2):
            self._look()
            if time.monotonic() >= next_look_at_server:
                self._keep_server()
                next_look_at_server = time.monotonic() + 1.0

    def stop(self) -> None:
        """End the children: a request to finish first, then by force."""
        living = [child.process for child in self.children if child.process is not None and child.process.poll() is None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + STOP_LIMIT
        for process in living:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(process)
                process.wait()
        for child in self.children:
            child.process = None

    def _spawn(self, child: Child) -> None:
        log = self.home.logs / f"{child.name}.log"
        tether = str(Path(__file__).with_name("tether.py"))
        with log.open("ab") as out:
            child.process = subprocess.Popen(
                [sys.executable, "-I", "-S", tether, str(os.getpid()), *child.command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **child.environ},
                # Ctrl-C on the terminal reaches only the supervisor, which then asks each child in order.
                start_new_session=True,
            )
        child.started = time.monotonic()

    def _look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.again_at:
                    self._spawn(child)
                continue
            status = child.process.poll()
            if status is None:
                continue
            # Its own children may outlive a process that was killed and would keep the port.
            _kill_group(child.process)
            child.process = None
            child.faults += 1
            if not self._was_ready and child.faults >= TRIES_BEFORE_READY:
                raise self._failed(child.name)
            child.wait = FIRST_WAIT if now - child.started > HEALTHY_AFTER else min(child.wait * 2, LONGEST_WAIT)
            child.again_at = now + child.wait
            self.say(
                f"进程 {child.name} 意外结束(状态 {status}),{child.wait:.0f} 秒后重启。",
                f"Process {child.name} ended unexpectedly (status {status}); starting it again in {child.wait:.0f} s.",
            )

    def _keep_server(self) -> None:
        if self.server.ready():
            return
        self.say("数据库没有响应,正在恢复。", "The database does not answer; recovering it.")
        try:
            self.server.start()
        except HostError as error:
            self.say(error.text.zh, error.text.en)
        else:
            self.say("数据库已恢复。", "The database is back.")

    def _failed(self, name: str) -> HostError:
        log = self.home.logs / f"{name}.log"
        last = log.read_text("utf-8", "replace").strip().splitlines()[-1:] if log.exists() else []
        return HostError(
            "process_failed",
            f"进程 {name} 无法启动。详见 {log};最后一行:{''.join(last)}",
            f"Process {name} does not start. See {log}; its last line: {''.join(last)}",
        )


@contextmanager
def only_copy(home: Home) -> Iterator[None]:
    """Hold the home for one running copy.

    Raises:
        HostError: another copy runs on this home; the message gives its address and how to run a second one.
    """
    with home.lock("supervisor", wait=False) as mine:
        if not mine:
            address = running_at(home) or "?"
            raise HostError(
                "already_running",
                f"这个数据目录已有一份在运行:{address}。要另开一份,请换一个目录:HUIYIN_HOME=另一目录 ./huiyin demo。",
                f"A copy already runs on this home folder: {address}. "
                "To run another, give it its own: HUIYIN_HOME=OTHER_FOLDER ./huiyin demo.",
            )
        try:
            yield
        finally:
            (home.path / "running.json").unlink(missing_ok=True)


def note_running(home: Home, address: str) -> None:
    """Note where this copy is reached, for a second copy's message."""
    write_private(home.path / "running.json", json.dumps({"address": address, "pid": os.getpid()}))


def running_at(home: Home) -> str | None:
    """Return the noted address of the running copy."""
    try:
        return str(json.loads((home.path / "running.json").read_text("utf-8"))["address"])
    except (FileNotFoundError, KeyError, ValueError):
        return None


def choose_port(host: str, wanted: int, *, fixed: bool) -> int:
    """Return ``wanted`` if free, else the next free port, or refuse when the operator fixed it.

    Raises:
        HostError: the port cannot be had.
    """
    for port in range(wanted, wanted + (1 if fixed else 100)):
        try:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as line:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                line.bind((host, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise HostError(
                    "address_unusable",
                    f"无法在 {host}:{port} 监听({error.strerror})。请用 --host 给出本机的地址。",
                    f"Cannot listen on {host}:{port} ({error.strerror}). Give an address of this machine with --host.",
                ) from error
            reason = error.strerror
            continue
        return port
    raise HostError(
        "port_taken",
        f"端口 {wanted} 不可用({reason})。请用 --port 换一个端口。",
        f"Port {wanted} cannot be used ({reason}). Choose another with --port.",
    )


def answers(host: str, port: int) -> bool:
    """Whether a page is served there."""
    line = http.client.HTTPConnection("127.0.0.1" if host in ("0.0.0.0", "") else host, port, timeout=10)  # noqa: S104
    try:
        line.request("GET", "/", headers={"Host": "localhost"})
        return line.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
