"""The real web server as the commands start it, and clients that talk to it over sockets and keep their own list."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any
from uuid import uuid4

import machine
import small
from held import Acknowledged

from huiyin.cli import running
from huiyin.host.processes import answers, choose_port

Plain = dict[str, Any]
HOST = "127.0.0.1"


@contextmanager
def serving(environ: Mapping[str, str], port: int, log: Path) -> Iterator[Any]:
    """Run the web part of ``serve`` until the block ends or somebody kills it."""
    child = running._children(HOST, port, port + 1, 2, with_worker=False)[0]
    with machine.started(child.command, {**environ, **child.environ}, log) as process:
        for _ in machine.until(60, "the first page"):
            assert process.poll() is None, log.read_text()[-4000:]
            if answers(HOST, port):
                break
        yield process


def free_port() -> int:
    return choose_port(HOST, 18_600, fixed=False)


def clerk_token() -> str:
    from huiyin.city.models import Account
    from huiyin.web import tokens

    return tokens.for_staff(Account.objects.get(pk=small.ADA), f"{small.OFFICE}/clerk").text


@dataclass
class Request:
    path: str
    body: Plain
    key: str
    mark: str

    @property
    def held_key(self) -> str:
        return f"api:{self.key}"


def opening(mark: str) -> Request:
    body = {
        "procedure": "small",
        "opened_by": "party",
        "topic": "dispute.leak",
        "division": small.STREET,
        "parties": [{"role": "asker", "name": "张三", "facts": {"phone": "13800000000"}}],
        "data": {"claim": mark},
    }
    return Request("/api/v1/matters", body, str(uuid4()), mark)


def act(matter: str, action: str, data: Plain, mark: str = "") -> Request:
    body = {"procedure": "small", "action": action, "data": data}
    return Request(f"/api/v1/matters/{small.HOME}/{matter}/acts", body, str(uuid4()), mark)


class RefusedError(Exception):
    """The server answered, and not with a receipt."""


def send(port: int, token: str, request: Request) -> Acknowledged:
    """Send one request over a socket of its own.

    Raises:
        OSError | http.client.HTTPException: no whole answer came back; nobody knows whether it was done.
        RefusedError: it was answered with something else than a receipt.
    """
    line = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        headers = {"Content-Type": "application/json", "Idempotency-Key": request.key, "Authorization": f"Bearer {token}"}
        if request.path.endswith("/matters"):
            del headers["Authorization"]
        line.request("POST", request.path, json.dumps(request.body), headers)
        answer = line.getresponse()
        said = answer.read()
    finally:
        line.close()
    if answer.status not in (200, 201):
        raise RefusedError(f"{answer.status} {said.decode('utf-8', 'replace')[:500]}")
    plain = json.loads(said)
    return Acknowledged(request.held_key, plain["home"], plain["matter"], plain["reference"], plain["version"], plain["head"], request.mark)


@dataclass
class Crowd:
    """Several clients at once; what they hold outlives every server."""

    port: int
    token: str
    acknowledged: list[Acknowledged] = field(default_factory=list)
    unanswered: list[Request] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    matters: list[str] = field(default_factory=list)

    def work(self, stop: threading.Event, number: int) -> None:
        """Open, accept and act until the server is gone or the round is over."""
        while not stop.is_set():
            mark = f"words {uuid4()}"
            asked: list[Request] = [opening(mark)] if number % 4 == 0 or not self.matters else []
            number += 1
            if not asked:
                asked = [act(self.matters[-1 - number % min(2, len(self.matters))], "list", {"tasks": {"what": mark}}, mark)]
            while asked:
                answer = self.ask(asked.pop())
                if answer is None:
                    return
                if answer.version == 1:
                    accepted = self.ask(act(answer.matter, "accept", {"who_helps": str(small.BEN)}))
                    if accepted is None:
                        return
                    self.matters.append(answer.matter)

    def ask(self, request: Request) -> Acknowledged | None:
        """Send, and note what came of it; None when no answer came."""
        try:
            answer = send(self.port, self.token, request)
        except (OSError, http.client.HTTPException):
            self.unanswered.append(request)
            return None
        except RefusedError as refused:
            self.refused.append(str(refused))
            return None
        self.acknowledged.append(answer)
        return answer

    def run(self, stop: threading.Event, clients: int) -> list[threading.Thread]:
        """Start the clients."""
        threads = [threading.Thread(target=self.work, args=(stop, number)) for number in range(clients)]
        for thread in threads:
            thread.start()
        return threads

    def settle(self, process: Popen[str]) -> int | None:
        """Send again, each under its key, what nobody answered.

        Returns:
            how many of them had been done already; None when the server ended itself meanwhile, as it does when its workers
            die in quick succession. What is still open then waits for the next server.
        """
        from huiyin.core.values import SYSTEM
        from huiyin.matters.access import reading_as
        from huiyin.matters.models import Key

        with reading_as(SYSTEM):
            done = set(Key.objects.filter(key__in=[one.held_key for one in self.unanswered]).values_list("key", flat=True))
        while self.unanswered:
            request = self.unanswered[0]
            # A server whose workers were killed takes a moment to have new ones.
            for _ in machine.until(60, f"an answer to {request.path} {request.key}"):
                if process.poll() is not None:
                    return None
                try:
                    answer = send(self.port, self.token, request)
                    assert send(self.port, self.token, request) == answer
                except (OSError, http.client.HTTPException):
                    continue
                self.acknowledged.append(answer)
                break
            self.unanswered.pop(0)
        return len(done)
