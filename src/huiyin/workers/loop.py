"""The worker: outgoing work, clocks that ran out, sealing, and in a thread of its own what people asked for that takes long.

Any number of workers may run; each piece is done once.

It polls: an index tells in a fraction of a millisecond that nothing is due. NOTIFY would take one lock for the whole
database at every commit and put all writers in a queue.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from django.contrib.sessions.backends.db import SessionStore
from django.db import Error, connections

from huiyin import clock
from huiyin.intake import services as intake
from huiyin.jobs import running
from huiyin.learning import hot
from huiyin.matters import deadlines, doors, outbox, sealing
from huiyin.mediation import services as mediation
from huiyin.papers import services as papers
from huiyin.shifts import services as shifts
from huiyin.workers import packs

POLL_SECONDS: Final = 0.5
SEAL_SECONDS: Final = 240
SWEEP_SECONDS: Final = 600
LONGEST_BACKOFF: Final = 30.0
# How long a job is given to reach its next step when the worker is asked to end; it is taken up again later.
JOIN_SECONDS: Final = 5.0

log = logging.getLogger("huiyin.worker")


def run(stop: threading.Event, *, poll: float = POLL_SECONDS, seal_every: float = SEAL_SECONDS) -> None:
    """Work until ``stop`` is set. A lost database is waited for; nothing is lost with it."""
    backoff = poll
    next_seal = next_sweep = time.monotonic()
    # Long work stands beside: no clock waits for somebody's spreadsheet.
    beside = threading.Thread(target=running.keep_running, args=(stop,), name="huiyin-jobs", daemon=True)
    beside.start()
    # So do packs: reading and proving one takes seconds.
    changing = threading.Thread(target=packs.run_looking, args=(stop,), name="huiyin-packs", daemon=True)
    changing.start()
    while not stop.is_set():
        try:
            done = turn()
            if time.monotonic() >= next_seal:
                seal()
                next_seal = time.monotonic() + seal_every
            if time.monotonic() >= next_sweep:
                sweep()
                next_sweep = time.monotonic() + SWEEP_SECONDS
            backoff = poll
        except Error:
            # The connection is gone or spoilt; a fresh one is made at the next turn.
            log.warning("the database does not answer; trying again in %.1f s", backoff, exc_info=True)
            connections.close_all()
            stop.wait(backoff)
            backoff = min(backoff * 2, LONGEST_BACKOFF)
            continue
        if not done:
            stop.wait(poll)
    beside.join(timeout=JOIN_SECONDS)
    changing.join(timeout=JOIN_SECONDS)
    connections.close_all()


def sweep() -> None:
    """Remove what is over: drafts, sessions (they hold what people typed into forms that were not taken), what a crash left.

    Also asks for what is counted once a day.
    """
    intake.sweep()
    SessionStore.clear_expired()
    papers.sweep()
    shifts.sweep()
    mediation.sweep()
    hot.daily()


def turn() -> int:
    """Do once everything that is due in every home; returns how much was done."""
    now = clock.now()
    return _each(doors.outbox_homes(now), outbox.run_once) + _each(doors.clocks_homes(now), deadlines.run_once)


def seal() -> int:
    """Seal and publish the new events of every home; returns how many roots that made."""
    made = 0
    for home in doors.seal_homes():
        while (root := sealing.seal_once(home)) is not None:
            made += 1
            if root.size < sealing.LARGEST:
                break
    # Also where nothing new was sealed: the turn before may have died between sealing and publishing.
    for home in sealing.homes():
        sealing.publish(home)
    return made


def drain(*, limit: int = 10_000) -> int:
    """Do everything that is due now and all it sets going; for commands and tests that want to see the end of it."""
    done = 0
    for _ in range(limit):
        step = turn()
        if not step:
            return done
        done += step
    raise RuntimeError(f"outgoing work did not come to an end in {limit} turns")


def _each(homes: Iterable[str], work: Callable[[str], int]) -> int:
    return sum(work(home) for home in homes)
