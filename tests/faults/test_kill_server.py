"""SIGKILL of the web server in the middle of acts (F1): a receipt once given stands, and asking again completes the rest."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import machine
from invariants import violations
from web import Crowd, clerk_token, free_port, serving

ROUNDS = int(os.environ.get("HUIYIN_KILL_ROUNDS", "8"))
CLIENTS = 6


def test_no_kill_of_the_server_loses_or_doubles_an_acknowledged_act(record: Any, tmp_path: Path) -> None:
    source = random.Random(20_261_121)
    crowd = Crowd(free_port(), clerk_token())
    log = tmp_path / "web.log"
    done_unanswered = repeated = 0
    for number in range(ROUNDS + 1):
        with serving(record.environ, crowd.port, log) as process:
            # What the kill before left open is asked again first, of a server that knows nothing of it.
            repeated += len(crowd.unanswered)
            done_unanswered += crowd.settle()
            assert violations(record.owner_url, crowd.acknowledged, audited=number == ROUNDS) == []
            if number == ROUNDS:
                break
            stop = threading.Event()
            before = len(crowd.acknowledged)
            threads = crowd.run(stop, CLIENTS)
            for _ in machine.until(30, "the first acknowledgements of a round"):
                if len(crowd.acknowledged) >= before + CLIENTS:
                    break
            time.sleep(source.random() * 0.5)
            workers = machine.children_of(process.pid)
            if number % 3 == 2 and workers:
                # A worker alone, while its parent and the other go on.
                os.kill(workers[0], signal.SIGKILL)
                time.sleep(0.05)
            machine.kill_group(process)
            stop.set()
            for thread in threads:
                thread.join(30)
                assert not thread.is_alive()
    assert not [one for one in crowd.refused if not one.startswith("409")], crowd.refused[:3]
    assert repeated > 0, "no kill ever met a request on its way: the rounds prove nothing"
    print(f"{ROUNDS} kills, {len(crowd.acknowledged)} acknowledged, {repeated} unanswered of which {done_unanswered} were already done")
