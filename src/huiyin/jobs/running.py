"""Doing long work: claim a job, renew the lease while it runs, write down what came of it. Any number of workers may.

A run that dies (kill -9, power) leaves its lease to run out; then the work is taken up again from its beginning, and
after the third death it is given up with a word to whoever asked.
"""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID, uuid4

from django.db import Error, InterfaceError, OperationalError, connections
from django.db.models import F, Q

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.values import SYSTEM, Language, Principal, Text
from huiyin.jobs import files, kinds
from huiyin.jobs.kinds import CancelledError, RefusedError, Result
from huiyin.jobs.models import FAILED, FINISHED, OPEN, RUNNING, WAITING, Job

LEASE: Final = timedelta(seconds=40)
RENEW_SECONDS: Final = 10.0
WRITE_SECONDS: Final = 0.4
MOST_ATTEMPTS: Final = 3
KEPT: Final = timedelta(days=7)
POLL_SECONDS: Final = 0.5
SWEEP_SECONDS: Final = 600.0
# After a fault of the database or of the machine itself.
PAUSE_SECONDS: Final = 5.0
# A folder this old whose job was never entered is what a crash left of an upload.
ORPHAN_AFTER: Final = timedelta(hours=1)

log = logging.getLogger("huiyin.jobs")

DIED = Text(
    "处理时多次中断，没有做成。请再试一次；还不行，请告诉系统管理员。",
    "The run broke off several times. Try again; if it fails again, tell the administrator.",
)
BROKEN = Text(
    "程序内部出错，没有做成，也没有留下半份结果。请告诉系统管理员。", "An internal fault: nothing was made. Please tell the administrator."
)
NO_ROOM = Text(
    "服务器的磁盘满了，没有做成，也没有留下半份结果。请告诉系统管理员，腾出空间后再试。",
    "The server’s disk is full: nothing was made. Tell the administrator, and try again when there is room.",
)
NO_RIGHT = Text("您现在不在提出时的岗位上，所以没有做。", "You no longer hold the post you asked in, so it was not done.")
UNKNOWN = Text("这个版本没有这种工作。", "This release has no such kind of work.")


def keep_running(stop: threading.Event) -> None:
    """Do jobs until ``stop`` is set; the worker's second thread, so that long work holds up no clock."""
    next_sweep = time.monotonic()
    while not stop.is_set():
        done = 0
        try:
            done = turn(stop)
            if time.monotonic() >= next_sweep:
                sweep()
                next_sweep = time.monotonic() + SWEEP_SECONDS
        except Error:
            log.warning("the database does not answer; long work waits", exc_info=True)
            connections.close_all()
            stop.wait(PAUSE_SECONDS)
        except Exception:
            # A full disk, say: the lease of the job in hand runs out and it is taken up again; nobody would start this thread anew.
            log.exception("long work broke off; going on")
            stop.wait(PAUSE_SECONDS)
        if not done:
            stop.wait(POLL_SECONDS)
    connections.close_all()


def turn(stop: threading.Event | None = None) -> int:
    """Do the job that has waited longest; returns how many were done: 0 or 1."""
    row = claim()
    if row is None:
        return 0
    _do(row, stop)
    return 1


def drain() -> int:
    """Do everything that waits; for commands and tests that want to see the end of it."""
    done = 0
    while turn():
        done += 1
    return done


def run_now(job: UUID, tell: Callable[[int, int | None], object]) -> None:
    """Do one job here, telling how far it is; for the command line. A worker that was quicker is waited for."""
    row = claim(job)
    if row is not None:
        _do(row, None, tell)
    while Job.objects.filter(id=job, state__in=OPEN).exists():
        time.sleep(POLL_SECONDS)


def claim(job: UUID | None = None) -> Job | None:
    """Take the oldest job that waits or whose run died, or the one named; exactly one worker gets it."""
    now = clock.now()
    free = Q(state=WAITING) | Q(state=RUNNING, alive_until__lt=now)
    named = Q() if job is None else Q(id=job)
    for row in list(Job.objects.filter(free, named).order_by("asked_at")[:10]):
        mine = Job.objects.filter(free, id=row.id)
        if row.attempts >= MOST_ATTEMPTS:
            if mine.filter(attempts__gte=MOST_ATTEMPTS).update(**_ending(FAILED, DIED)):
                files.remove(row.id)
            continue
        runner = uuid4()
        if mine.update(
            state=RUNNING, runner=runner, alive_until=now + LEASE, attempts=F("attempts") + 1, started_at=now, done=0, total=None
        ):
            row.runner = runner
            return row
    return None


def sweep() -> int:
    """Remove the files of jobs that have expired, and those no job has; rows stay as the log, without what a person called a file."""
    now = clock.now()
    swept = 0
    for job in files.older_than(now - ORPHAN_AFTER):
        if not Job.objects.filter(id=job, swept_at=None).exists():
            files.remove(job)
    for job in list(Job.objects.filter(expires_at__lte=now, swept_at=None).values_list("id", flat=True)[:500]):
        files.remove(job)
        swept += Job.objects.filter(id=job, swept_at=None).update(swept_at=now, input_name="")
    return swept


def principal_of(row: Job) -> Principal | None:
    """Return whose rights a job has now; None when its asker no longer acts in that post."""
    if row.account is None:
        return SYSTEM
    return city.staff_principal(row.account, row.unit, row.post, city.today())


def _do(row: Job, stop: threading.Event | None, tell: Callable[[int, int | None], object] | None = None) -> None:
    one = kinds.kind(row.kind)
    principal = principal_of(row)
    if one is None:
        return _fail(row, UNKNOWN)
    if principal is None or not kinds.may_ask(one, principal):
        return _fail(row, NO_RIGHT)
    run = StoredRun(row, principal, stop, tell)
    try:
        with run.alive():
            made = one.work(run)
            _only_what_was_made(run, made)
    except CancelledError:
        _stopped(row)
    except RefusedError as refused:
        _fail(row, refused.refusal.text)
    except (OperationalError, InterfaceError):
        # The database went away under it: the lease runs out and the work begins again. What the database refuses (a value too
        # long, a number too large) it would refuse again, and falls below.
        log.warning("job %s lost the database", row.id, exc_info=True)
        connections.close_all()
    except OSError as error:
        log.exception("job %s (%s) could not write its files", row.id, row.kind)
        _fail(row, NO_ROOM if error.errno in (errno.ENOSPC, errno.EDQUOT) else BROKEN)
    except Exception:
        log.exception("job %s (%s) failed", row.id, row.kind)
        _fail(row, BROKEN)
    else:
        _finish(row, run, made)
    return None


def _only_what_was_made(run: StoredRun, made: Result) -> None:
    """Remove what a run wrote and does not hand out; what it says it made must be there."""
    for path, file in ((run.result, made.file), (run.errors, made.errors)):
        if file is None:
            path.unlink(missing_ok=True)
        elif not path.is_file():
            raise FileNotFoundError(file.name)


def _finish(row: Job, run: StoredRun, made: Result) -> None:
    kept = made.file is not None or made.errors is not None or bool(row.input_name)
    values = _ending(FINISHED, made.message, keep=kept)
    steps = run.seen[1] if run.seen[1] is not None else run.seen[0]
    held = Job.objects.filter(id=row.id, runner=row.runner, state=RUNNING).update(
        **values,
        done=steps,
        total=steps,
        file_name="" if made.file is None else made.file.name,
        file_type="" if made.file is None else made.file.media_type,
        error_name="" if made.errors is None else made.errors.name,
        error_type="" if made.errors is None else made.errors.media_type,
        told=[{"zh": label.zh, "en": label.en, "count": count} for label, count in made.told],
    )
    if not held:
        _stopped(row)


def _fail(row: Job, why: Text) -> None:
    if Job.objects.filter(id=row.id, runner=row.runner, state=RUNNING).update(**_ending(FAILED, why)):
        files.remove(row.id)


def _stopped(row: Job) -> None:
    """Throw away what a cancelled run made; a run that lost its job to another leaves the other's files alone."""
    now = Job.objects.filter(id=row.id).first()
    if now is None or now.state not in (*OPEN, FINISHED):
        files.remove(row.id)
        return
    if row.runner is not None:
        files.remove_run(row.id, row.runner)
    if now.state == RUNNING and now.runner == row.runner:
        # The worker itself was asked to end: the next one takes it up at once, and this was no death.
        Job.objects.filter(id=row.id, runner=row.runner).update(state=WAITING, runner=None, alive_until=None, attempts=F("attempts") - 1)


def _ending(state: str, message: Text, *, keep: bool = False) -> dict[str, Any]:
    now = clock.now()
    return {
        "state": state,
        "alive_until": None,
        "ended_at": now,
        "expires_at": now + KEPT if keep else now,
        "message": message.to_plain(),
    }


@dataclass
class StoredRun:
    """A run of a job that has a row."""

    row: Job
    principal: Principal
    stop: threading.Event | None = None
    tell: Callable[[int, int | None], object] | None = None
    seen: tuple[int, int | None] = (0, None)
    _lost: threading.Event = field(default_factory=threading.Event)
    _written: float = 0.0

    @property
    def params(self) -> Mapping[str, Any]:
        """What was asked."""
        return cast("Mapping[str, Any]", self.row.params)

    @property
    def language(self) -> Language:
        """The asker's language."""
        return "en" if self.row.language == "en" else "zh"

    @property
    def _folder(self) -> Path:
        if self.row.runner is None:
            raise RuntimeError("a job is run by a runner")
        return files.folder_of_run(self.row.id, self.row.runner)

    @property
    def result(self) -> Path:
        """Where the result is written."""
        return self._folder / files.RESULT

    @property
    def errors(self) -> Path:
        """Where the error file is written."""
        return self._folder / files.ERRORS

    @property
    def given(self) -> Path | None:
        """The file handed in."""
        return files.found(self.row.id, files.GIVEN)

    def given_to(self, job: str) -> Path | None:
        """Return the file handed in with an earlier job of the same asker."""
        mine = Job.objects.filter(id=UUID(job), account=self.row.account, unit=self.row.unit, post=self.row.post)
        return files.found(UUID(job), files.GIVEN) if mine.exists() else None

    def progress(self, done: int, total: int | None = None) -> None:
        """Write down how far it is, a few times a second at most."""
        if self._lost.is_set() or (self.stop is not None and self.stop.is_set()):
            raise CancelledError
        self.seen = (done, total if total is not None else self.seen[1])
        if self.tell is not None:
            self.tell(*self.seen)
        now = time.monotonic()
        if now - self._written < WRITE_SECONDS and done != self.seen[1]:
            return
        self._written = now
        self._renew(done=self.seen[0], total=self.seen[1])
        if self._lost.is_set():
            raise CancelledError

    def _renew(self, **more: int | None) -> None:
        mine = Job.objects.filter(id=self.row.id, runner=self.row.runner, state=RUNNING)
        if not mine.update(alive_until=clock.now() + LEASE, **more):
            self._lost.set()

    def alive(self) -> _Alive:
        """Renew the lease in the background, for steps that take longer than it."""
        return _Alive(self._renew)


class _Alive:
    def __init__(self, renew: Callable[[], None]) -> None:
        self._renew = renew
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="huiyin-job-lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(RENEW_SECONDS):
            # A database that is away for a moment costs at most the lease; the run itself finds out at its next step.
            with suppress(Error):
                self._renew()
        connections.close_all()
