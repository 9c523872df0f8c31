"""Long work is done once, can be killed and taken back, and belongs to whoever asked."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from asking import CENTRE, OTHER_CENTRE, ask, counts_to, row, staff
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError

from huiyin import clock
from huiyin.core.values import Refusal, Text
from huiyin.jobs import files, kinds, queries, running, services
from huiyin.jobs.kinds import Kind, Made, Result, Run

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def counting() -> Iterator[None]:
    with kinds.extra(counts_to(5)):
        yield


_moved = ExitStack()


def later(**span: float) -> None:
    """Let the clock stand that much later until the test ends."""
    _moved.enter_context(clock.set_to(clock.now() + timedelta(**span)))


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    _moved.close()


@pytest.mark.usefixtures("counting")
def test_a_job_waits_is_done_and_leaves_counts_and_a_file() -> None:
    me = staff()
    made = ask(me, of="a")
    seen = queries.get(me, made)
    assert seen is not None
    assert seen.state == "waiting"
    assert running.drain() == 1
    seen = queries.get(me, made)
    assert seen is not None
    assert (seen.state, seen.done, seen.total, seen.told[0][1]) == ("finished", 5, 5, 5)
    found = queries.file_of(me, made, files.RESULT)
    assert found is not None
    assert found[0].read_text("utf-8") == "counted to 5 for dispatcher"
    assert found[1:] == ("numbers.txt", "text/plain")
    assert running.drain() == 0


@pytest.mark.usefixtures("counting")
def test_asking_twice_while_it_is_open_is_asking_once() -> None:
    me = staff()
    first = ask(me, of="a")
    assert ask(me, of="a") == first
    assert ask(me, of="b") != first
    running.drain()
    assert ask(me, of="a") != first


@pytest.mark.usefixtures("counting")
def test_two_presses_in_one_instant_make_one_job() -> None:
    from django.db import connections

    me, made = staff(), list[Any]()

    def press() -> None:
        made.append(services.ask("count", {"of": "same"}, principal=me))
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(made)) == 1
    assert isinstance(made[0], UUID)


def test_two_workers_never_do_the_same_job() -> None:
    from django.db import connections

    done: list[int] = []
    with kinds.extra(counts_to(1, at=done.append)):
        me = staff()
        for n in range(5):
            ask(me, of=n)

        def work() -> None:
            running.drain()
            connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert len(done) == 5


def test_cancelling_stops_it_between_steps_and_keeps_nothing() -> None:
    me = staff()
    steps: list[int] = []
    made: list[UUID] = []

    def at(n: int) -> None:
        steps.append(n)
        time.sleep(0.5)
        if n == 2:
            assert services.cancel(made[0], principal=me) is True

    with kinds.extra(counts_to(50, at=at)):
        made.append(ask(me, of="a"))
        running.drain()
    seen = queries.get(me, made[0])
    assert seen is not None
    assert seen.state == "cancelled"
    assert len(steps) < 6
    assert not list((files.folder_of(made[0])).iterdir())
    assert services.cancel(made[0], principal=me) is False


@pytest.mark.usefixtures("counting")
def test_a_job_that_waits_can_be_taken_back_before_it_begins() -> None:
    me = staff()
    made = ask(me, of="a")
    assert services.cancel(made, principal=me) is True
    assert running.drain() == 0


@pytest.mark.usefixtures("counting")
def test_nobody_else_sees_takes_back_or_takes_home_a_job() -> None:
    me = staff()
    made = ask(me, of="a")
    running.drain()
    for other in (staff(unit=OTHER_CENTRE), staff("supervision_officer"), staff("arbiter")):
        assert queries.get(other, made) is None
        assert queries.of(other) == ()
        assert queries.file_of(other, made, files.RESULT) is None
        assert services.cancel(made, principal=other) is None


@pytest.mark.usefixtures("counting")
def test_the_head_of_the_unit_sees_what_was_done_and_not_the_file() -> None:
    made = ask(staff(), of="a")
    running.drain()
    head = staff("head")
    seen = queries.get(head, made)
    assert seen is not None
    assert not seen.own
    assert seen.file == ""
    assert queries.file_of(head, made, files.RESULT) is None
    assert services.cancel(made, principal=head) is None


def test_a_kind_is_only_for_the_posts_it_names() -> None:
    with kinds.extra(counts_to(1, posts=frozenset({"arbiter"}))):
        refused = services.ask("count", {}, principal=staff())
        assert isinstance(refused, Refusal)
        assert refused.code == "not_yours"


@pytest.mark.usefixtures("counting")
def test_rights_are_those_of_the_day_it_is_done_and_not_of_the_day_it_was_asked() -> None:
    from django.db import connections

    from huiyin.city.models import Appointment
    from huiyin.core.values import SYSTEM

    me = staff()
    made = ask(me, of="a")
    held = Appointment.objects.get(account_id=me.id, unit_id=CENTRE, post="dispatcher", to_date=None)
    yesterday = clock.now().date() - timedelta(days=1)
    with connections["owner"].cursor() as owner:
        owner.execute("UPDATE city_appointment SET to_date = %s WHERE id = %s", [yesterday, held.id])
    try:
        running.drain()
        seen = queries.get(SYSTEM, made)
        assert seen is not None
        assert seen.state == "failed"
        assert seen.message == running.NO_RIGHT
    finally:
        with connections["owner"].cursor() as owner:
            owner.execute("UPDATE city_appointment SET to_date = NULL WHERE id = %s", [held.id])


@pytest.mark.usefixtures("counting")
def test_files_go_after_a_week_and_the_row_stays_as_the_log() -> None:
    me = staff()
    made = ask(me, of="a")
    running.drain()
    later(days=6.9)
    assert running.sweep() == 0
    later(days=0.2)
    assert queries.file_of(me, made, files.RESULT) is None
    assert running.sweep() == 1
    assert files.found(made, files.RESULT, row(made).runner) is None
    seen = queries.get(me, made)
    assert seen is not None
    assert (seen.state, seen.expired, seen.file) == ("finished", True, "")
    assert running.sweep() == 0


def test_a_fault_inside_says_so_and_leaves_nothing() -> None:
    def at(n: int) -> None:
        if n == 2:
            raise ZeroDivisionError

    me = staff()
    with kinds.extra(counts_to(5, at=at)):
        made = ask(me, of="a")
        running.drain()
    seen = queries.get(me, made)
    assert seen is not None
    assert (seen.state, seen.message) == ("failed", running.BROKEN)


@pytest.mark.parametrize("fault", [DataError, IntegrityError, ProgrammingError])
def test_what_the_database_refuses_is_a_fault_at_once_and_no_lost_database(fault: type[Exception]) -> None:
    def at(n: int) -> None:
        if n == 2:
            raise fault("value too long for type character varying(5)")

    me = staff()
    with kinds.extra(counts_to(5, at=at)):
        made = ask(me, of="a")
        running.drain()
    seen = queries.get(me, made)
    assert seen is not None
    assert (seen.state, seen.message, row(made).attempts) == ("failed", running.BROKEN, 1)


def test_a_lost_database_leaves_the_job_to_be_taken_up_again() -> None:
    def at(n: int) -> None:
        raise OperationalError("the connection is closed")

    with kinds.extra(counts_to(5, at=at)):
        made = ask(staff(), of="a")
        assert running.turn() == 1
    assert row(made).state == "running"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_as_such(code: int) -> None:
    def at(n: int) -> None:
        if n == 2:
            raise OSError(code, os.strerror(code))

    me = staff()
    with kinds.extra(counts_to(5, at=at)):
        made = ask(me, of="a")
        running.drain()
    seen = queries.get(me, made)
    assert seen is not None
    assert (seen.state, seen.message) == ("failed", running.NO_ROOM)


def test_a_run_that_forgot_to_write_its_file_has_failed() -> None:
    def work(run: Run) -> Result:
        return Result(Text("做完了。", "Done."), file=Made("nothing.txt", "text/plain"))

    me = staff()
    with kinds.extra(Kind("count", Text("数数", "Count"), work)):
        made = ask(me, of="a")
        running.drain()
    seen = queries.get(me, made)
    assert seen is not None
    assert (seen.state, seen.message, seen.file) == ("failed", running.BROKEN, "")


@pytest.mark.usefixtures("counting")
def test_where_no_folder_can_be_made_the_job_fails_and_the_next_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    me, real = staff(), files.folder_of_run
    full = True

    def folder_of_run(job: UUID, runner: UUID) -> Any:
        if full:
            raise OSError(errno.ENOSPC, "full")
        return real(job, runner)

    monkeypatch.setattr(files, "folder_of_run", folder_of_run)
    monkeypatch.setattr(running, "PAUSE_SECONDS", 0.01)
    first = ask(me, of="a")
    stop = threading.Event()
    thread = threading.Thread(target=running.keep_running, args=(stop,), daemon=True)
    thread.start()
    try:
        _until(lambda: row(first).state == "failed")
        full = False
        second = ask(me, of="b")
        _until(lambda: row(second).state == "finished")
    finally:
        stop.set()
        thread.join(10)


def test_a_file_the_server_cannot_store_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def folder_of(job: UUID) -> Any:
        raise OSError(errno.ENOSPC, "full")

    with kinds.extra(counts_to(1)):
        monkeypatch.setattr(files, "folder_of", folder_of)
        answer = services.ask("count", {}, principal=staff(), given=("a.csv", [b"x"]))
    assert answer == services.NOT_KEPT


def _until(there: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not there():
        assert time.monotonic() < ends, "it never came to pass"
        time.sleep(0.02)


@pytest.mark.usefixtures("counting")
def test_a_run_that_died_is_taken_up_again_and_after_three_deaths_given_up() -> None:
    me = staff()
    made = ask(me, of="a")
    for death in range(3):
        claimed = running.claim()
        assert claimed is not None, death
        assert running.claim() is None
        later(seconds=running.LEASE.total_seconds() + 1)
    assert running.claim() is None
    seen = queries.get(me, made)
    assert seen is not None
    assert (seen.state, seen.message) == ("failed", running.DIED)


@pytest.mark.usefixtures("counting")
def test_a_run_given_up_for_dead_that_comes_back_changes_nothing() -> None:
    me = staff()
    made = ask(me, of="a")
    sleeper = running.claim()
    assert sleeper is not None
    later(seconds=running.LEASE.total_seconds() + 1)
    assert running.drain() == 1
    finished = row(made)
    running._do(sleeper, None)
    assert row(made).runner == finished.runner
    found = queries.file_of(me, made, files.RESULT)
    assert found is not None
    assert found[0].is_file()


KILLED = """
import django, sys, time
django.setup()
from huiyin.core.values import Text
from huiyin.jobs import kinds, running
from huiyin.jobs.kinds import Kind, Result

def work(run):
    for n in range(1000):
        run.progress(n, 1000)
        print(n, flush=True)
        time.sleep(0.2)
    return Result(Text("", ""))

with kinds.extra(Kind("count", Text("", ""), work)):
    running.drain()
"""


def test_killed_in_the_middle_another_worker_finishes_it(served: Any) -> None:
    me = staff()
    with kinds.extra(counts_to(5)):
        made = ask(me, of="a")
    environ = {**served.environ, "DJANGO_SETTINGS_MODULE": "huiyin.web.settings"}
    worker = subprocess.Popen([sys.executable, "-c", KILLED], env=environ, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    try:
        for line in worker.stdout:
            if line.strip() == "3":
                break
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
    assert row(made).state == "running"
    with kinds.extra(counts_to(5)):
        assert running.drain() == 0
        later(seconds=running.LEASE.total_seconds() + 1)
        assert running.drain() == 1
    assert (row(made).state, row(made).attempts) == ("finished", 2)


def test_a_worker_asked_to_end_gives_its_job_back_at_once() -> None:
    me = staff()
    stop = threading.Event()

    def at(n: int) -> None:
        if n == 2:
            stop.set()

    with kinds.extra(counts_to(5, at=at)):
        made = ask(me, of="a")
        running.turn(stop)
        assert (row(made).state, row(made).attempts) == ("waiting", 0)
        with kinds.extra(counts_to(5)):
            assert running.drain() == 1
    assert row(made).state == "finished"


def test_too_large_a_file_is_refused_and_not_kept() -> None:
    me = staff()
    chunks = (b"x" * 2**20 for _ in range(21))
    with kinds.extra(counts_to(1)):
        refused = services.ask("count", {}, principal=me, given=("a.csv", chunks))
    assert isinstance(refused, Refusal)
    assert refused.field == "file"


@pytest.mark.usefixtures("counting")
def test_an_upload_a_crash_left_without_a_job_is_removed_and_others_are_not() -> None:
    me = staff()
    lost = uuid4()
    files.keep(lost, [b"what people wrote"])
    made = services.ask("count", {}, principal=me, given=("张三的来信.csv", [b"x"]))
    assert isinstance(made, UUID)
    running.sweep()
    assert files.found(lost, files.GIVEN) is not None
    later(hours=2)
    running.sweep()
    assert files.found(lost, files.GIVEN) is None
    assert files.found(made, files.GIVEN) is not None


@pytest.mark.usefixtures("counting")
def test_what_somebody_called_a_file_goes_with_the_file() -> None:
    me, head = staff(), staff("head")
    made = services.ask("count", {}, principal=me, given=("张三的来信.csv", [b"x"]))
    assert isinstance(made, UUID)
    assert running.drain() == 1
    seen, by_head = queries.get(me, made), queries.get(head, made)
    assert seen is not None
    assert by_head is not None
    assert (seen.given, by_head.given) == ("张三的来信.csv", "")
    later(days=8)
    running.sweep()
    assert row(made).input_name == ""


def test_a_fault_of_the_machine_does_not_end_long_work_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, turns = threading.Event(), []

    def turn(_: object) -> int:
        turns.append(1)
        if len(turns) == 1:
            raise OSError(28, "no space left")
        stop.set()
        return 0

    monkeypatch.setattr(running, "turn", turn)
    monkeypatch.setattr(running, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(running, "sweep", lambda: 0)
    running.keep_running(stop)
    assert len(turns) == 2


def test_a_result_is_not_handed_out_once_its_asker_may_no_longer_have_it() -> None:
    me, theirs = staff(), {"a": True}
    with kinds.extra(replace(counts_to(2), still=lambda principal, params: principal == me and theirs[params["of"]])):
        made = ask(me, of="a")
        assert running.drain() == 1
        assert queries.file_of(me, made, files.RESULT) is not None
        theirs["a"] = False
        assert queries.file_of(me, made, files.RESULT) is None


@pytest.mark.usefixtures("counting")
def test_one_person_cannot_fill_the_queue() -> None:
    me = staff()
    for n in range(services.MOST_OPEN):
        ask(me, of=n)
    refused = services.ask("count", {"of": "one more"}, principal=me)
    assert isinstance(refused, Refusal)
    assert refused.code == "too_many"


def test_how_long_is_left_follows_the_pace() -> None:
    me = staff()
    with kinds.extra(counts_to(5)):
        made = ask(me, of="a")
    claimed = running.claim()
    assert claimed is not None
    from huiyin.jobs.models import Job

    Job.objects.filter(id=made).update(done=412, total=2680)
    later(seconds=10)
    seen = queries.get(me, made)
    assert seen is not None
    assert seen.said.zh == "已处理 412 / 2,680，约剩55秒。"


def test_signs_of_a_street_come_as_one_archive_with_a_page_for_each_workroom() -> None:
    import io
    import zipfile

    from pypdf import PdfReader

    from huiyin.city.models import Unit

    me = staff()
    made = services.ask("door_signs", {"division": "210102001000", "base": "https://huiyin.example.cn"}, principal=me)
    assert isinstance(made, UUID)
    running.drain()
    found = queries.file_of(me, made, files.RESULT)
    assert found is not None, row(made).message
    with zipfile.ZipFile(found[0]) as archive:
        (name,) = archive.namelist()
        pages = PdfReader(io.BytesIO(archive.read(name))).pages
    assert len(pages) == Unit.objects.filter(kind="workroom", division__path__contains=["210102001000"]).count()
    text = pages[0].extract_text()
    assert "https://huiyin.example.cn/p/2101020010" in text
    assert "12345" in text


def test_an_unknown_job_is_not_there() -> None:
    assert queries.get(staff(), uuid4()) is None
