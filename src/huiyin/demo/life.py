"""Giving the demonstration city its life: a year of history, and a matter at every stage for those who look around."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict
from datetime import datetime
from multiprocessing import get_context
from typing import Any

import django

from huiyin import clock
from huiyin.demo import history, joint_work, stations
from huiyin.demo.duty import give_duty
from huiyin.demo.people import sign_ins
from huiyin.demo.reports import give_reports

PROCESSES = 2

Progress = Callable[[int, int], None]


def give_life(*, progress: Progress | None = None, matters: int = 3000, until: datetime | None = None) -> list[dict[str, Any]]:
    """Write ``matters`` invented matters of the year before ``until``, and one at every stage; safe to repeat.

    Args:
        progress: told how many matters of how many are done.
        until: the day the history ends; now when not given.

    Returns:
        the matters at a stage: procedure, state, home, id, reference, code.
    """
    sign_ins()  # so that those who will be signed in as have a past
    end = until or clock.now()
    wanted = stations.stages(history.author(), matters)
    total, done = matters + len(wanted), 0
    found: dict[int, stations.Station] = {}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        runs: dict[Future[Any], int | None] = {pool.submit(stations.write_station, stage, end): place for place, stage in enumerate(wanted)}
        runs |= {pool.submit(history.write_batch, numbers, end): None for numbers in history.batches(matters)}
        for run in as_completed(runs):
            place, answer = runs[run], run.result()
            done += 1 if place is not None else answer[0]
            if place is not None and answer is not None:
                found[place] = answer
            if progress is not None:
                progress(done, total)
    give_reports()
    joint_work.play()
    give_duty(end)
    return [asdict(found[place]) for place in sorted(found)]
