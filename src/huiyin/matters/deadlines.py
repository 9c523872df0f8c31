"""The sweep of clocks that ran out: each date is acted upon once, by the act ``clock_due`` on its matter."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from huiyin import clock
from huiyin.core.values import SYSTEM, Refusal
from huiyin.matters import doors, services

BATCH: Final = 200
AGAIN_AFTER: Final = timedelta(minutes=10)

log = logging.getLogger("huiyin.deadlines")
# Clocks whose act failed in this process, and when to try again; kept here because the failure is ours, not theirs.
_failed: dict[tuple[str, UUID, str], datetime] = {}


def run_once(home: str, *, limit: int = BATCH) -> int:
    """Act upon the clocks of one home that ran out; returns how many acts that made."""
    now = clock.now()
    for place in [place for place, until in _failed.items() if until <= now]:
        del _failed[place]
    done = 0
    for matter, name, due in doors.clocks_due(home, now, limit + len(_failed)):
        if (home, matter, name) in _failed:
            continue
        try:
            done += _act(home, matter, name, due, now)
        except Exception:
            _failed[home, matter, name] = now + AGAIN_AFTER
            log.exception("clock %s of %s/%s ran out and could not be acted upon", name, home, matter)
    return done


def _act(home: str, matter: UUID, name: str, due: datetime, now: datetime) -> bool:
    answer = services.act(
        home=home,
        matter=matter,
        action="clock_due",
        data={"clock": name},
        principal=SYSTEM,
        key=f"clock:{matter}:{name}:{due.isoformat()}",
    )
    if not isinstance(answer, Refusal):
        return not answer.known
    if answer.code != "conflict":
        log.warning("clock %s of %s/%s ran out; the procedure refused: %s", name, home, matter, answer.code)
        doors.clock_alerted(home, matter, name, due, now)
    return False
