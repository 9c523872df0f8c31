"""SIGKILL of the web server in the middle of acts (F1): a receipt once given stands, and asking again completes the rest."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path
from subprocess import Popen
from typing import Any

import machine
from invariants import violations
from web import Crowd, clerk_token, free_port, serving

ROUNDS = int(os.environ.get("HUIYIN_KILL_ROUNDS", "8"))
CLIENTS = 6
# Every so many rounds the whole server dies and is started again as the supervisor would; in those between its workers die.
WHOLE = 4


def kill_workers(process: Popen[str], how_many: int) -> None:
    for worker in machine.children_of(process.pid)[:how_many]:
        os.kill(worker, signal.SIGKILL)


def one_round(crowd: Crowd, process: Popen[str], number: int, source: random.Random) -> bool:
    """Let the clients work and kill what serves them; return whether the whole server is gone."""
    stop = threading.Event()
    before = len(crowd.acknowledged)
    threads = crowd.run(stop, CLIENTS)
    for _ in machine.until(60, "the first acknowledgements of a round"):
        if len(crowd.acknowledged) >= before + CLIENTS:
            break
    time.sleep(source.random() * 0.3)
    whole = number % WHOLE == WHOLE - 1
    if whole:
        machine.kill_group(process)
    else:
        # One worker alone, while the other goes on; or both.
        kill_workers(process, 1 + number % 2)
    stop.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return whole


def test_no_kill_of_the_server_loses_or_doubles_an_acknowledged_act(record: Any, tmp_path: Path) -> None:
    source = random.Random(20_261_121)
    crowd = Crowd(free_port(), clerk_token())
    number = done = repeated = 0
    finished = False
    while not finished:
        with serving(record.environ, crowd.port, tmp_path / "web.log") as process:
            gone = False
            while not gone:
                # What the kill before left open is asked again first.
                repeated += len(crowd.unanswered)
                settled = crowd.settle(process)
                if settled is None:
                    break
                done += settled
                assert violations(record.owner_url, crowd.acknowledged, audited=number in (ROUNDS, ROUNDS // 2)) == []
                if number == ROUNDS:
                    finished = True
                    break
                gone = one_round(crowd, process, number, source)
                number += 1
    assert not [one for one in crowd.refused if not one.startswith("409")], crowd.refused[:3]
    assert repeated > 0, "no kill ever met a request on its way: the rounds prove nothing"
    print(f"{ROUNDS} kills, {len(crowd.acknowledged)} acknowledged, {repeated} unanswered of which {done} were already done")
