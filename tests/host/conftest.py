"""Helpers of the machine's tests: an ordinary user's eyes, and programs that user can reach."""

from __future__ import annotations

import os
import pickle
import pwd
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg  # noqa: F401 - loaded before a test changes its user, who may not reach it
import pytest

from huiyin.host import accounts, binaries, checks, external  # noqa: F401 - the same
from huiyin.host.binaries import Binaries
from huiyin.host.home import Home


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder any user may pass through; pytest's own are closed to all but their owner."""
    place = Path(tempfile.mkdtemp(prefix="hy-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def home(folder: Path) -> Home:
    """A home that does not exist yet, with the embedded database."""
    environ = {key: value for key, value in os.environ.items() if "DATABASE_URL" not in key}
    return Home(folder / "home", environ)


def as_ordinary_user(work: Callable[[], Any], owned: Path, *, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run ``work`` as a user without privileges, in a child that changes its user, and return what it returned.

    Args:
        work: what to run; it may use what is imported already.
        owned: a folder given to that user first.
        monkeypatch: puts reachable database programs in place of the wheel's.
    """
    if os.geteuid() != 0:
        return work()
    user = pwd.getpwnam("nobody")
    wheel = binaries.of_wheel()
    reachable = owned.parent / "programs"
    binaries._copy(wheel.bin.parents[2], reachable)
    monkeypatch.setattr(binaries, "of_wheel", lambda: Binaries(reachable / binaries.PACKAGE / "pginstall" / "bin"))
    os.chown(owned, user.pw_uid, user.pw_gid)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            told: tuple[bool, Any] = (True, work())
        except BaseException:  # the child must report whatever happened
            told = (False, traceback.format_exc())
        with os.fdopen(writing, "wb") as out:
            pickle.dump(told, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as source:
        good, value = pickle.load(source)
    os.waitpid(child, 0)
    if not good:
        pytest.fail(value)
    return value
