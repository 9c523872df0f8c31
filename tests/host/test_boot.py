"""The start command: makes its environment once, whole or not at all, whoever starts it and from wherever."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiyin import boot

REPOSITORY = Path(__file__).resolve().parents[2]
ECHO = """import json, os, sys
prefix = os.environ.get("HY_PREFIX", sys.prefix)
print(json.dumps({"words": sys.argv[1:], "path": sys.path, "home": os.environ["HUIYIN_HOME"], "prefix": prefix}))
"""


@pytest.fixture
def clone(folder: Path) -> Iterator[Path]:
    """A clone with the real start command, an empty lock file and a command line that tells what it was given."""
    place = folder / "clone"
    room = place / "src" / "huiyin" / "cli"
    room.mkdir(parents=True)
    (place / "requirements").mkdir()
    shutil.copy2(REPOSITORY / "huiyin", place / "huiyin")
    shutil.copy2(REPOSITORY / "src" / "huiyin" / "boot.py", place / "src" / "huiyin" / "boot.py")
    for empty in (place / "src" / "huiyin" / "__init__.py", room / "__init__.py"):
        empty.write_text("")
    (room / "__main__.py").write_text(ECHO)
    for kind in ("run", "test"):
        (place / "requirements" / f"{kind}.txt").write_text(f"# {kind}\n")
    yield place
    subprocess.run(["chmod", "-R", "u+w", str(place)], check=False)


def made_before(clone: Path, home: Path) -> None:
    """Put environments that were made before into ``home``: making a real one takes long and is another test's point."""
    for kind in ("run", "test"):
        lock = (clone / "requirements" / f"{kind}.txt").read_bytes()
        place = home / "env" / boot.environment_name(kind, lock)
        (place / "bin").mkdir(parents=True)
        python = place / "bin" / "python"
        python.write_text(f'#!/bin/sh\nHY_PREFIX={place} exec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        (place / boot.MARKER).touch()


def start(clone: Path, home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(home.parent), "HUIYIN_HOME": str(home), **more}
    return subprocess.run([str(clone / "huiyin"), *words], capture_output=True, text=True, env=env, cwd="/", check=False, timeout=120)


def listed(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))


def test_the_first_start_makes_the_environment_and_the_second_uses_it(clone: Path, folder: Path) -> None:
    before, home = listed(clone), folder / "home"
    first = start(clone, home, "demo", "--port", "8001")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert told["words"] == ["demo", "--port", "8001"]
    assert told["home"] == str(home)
    assert told["prefix"].startswith(str(home / "env" / "run-"))
    assert str(clone / "src") in told["path"]
    assert "" not in told["path"]
    assert "/" not in told["path"]
    assert "First use" in first.stderr
    assert home.stat().st_mode & 0o077 == 0
    began = time.monotonic()
    second = start(clone, home, "demo")
    assert time.monotonic() - began < 2
    assert second.returncode == 0
    assert second.stderr == ""
    assert listed(clone) == before


def test_the_test_verb_has_its_own_environment(clone: Path, folder: Path) -> None:
    made_before(clone, folder / "home")
    for words, kind in ((("--json", "test"), "test"), (("--json", "audit"), "run")):
        told = json.loads(start(clone, folder / "home", *words).stdout)
        assert f"/env/{kind}-" in told["prefix"]


def test_two_starts_at_once_make_it_once_and_clear_away_what_a_killed_one_left(clone: Path, folder: Path) -> None:
    lock = (clone / "requirements" / "run.txt").read_bytes()
    half = folder / "home" / "env" / boot.environment_name("run", lock) / "half"
    half.parent.mkdir(parents=True)
    half.write_text("")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "HUIYIN_HOME": str(folder / "home")}
    runs = [
        subprocess.Popen([str(clone / "huiyin"), "x"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd="/")
        for _ in range(2)
    ]
    told = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert sum("First use" in errors for _, errors in told) == 1
    assert {json.loads(out)["prefix"] for out, _ in told} == {str(half.parent)}
    assert not half.exists()


def test_a_shim_that_fails_is_passed_over(clone: Path, folder: Path) -> None:
    shims = folder / "shims"
    shims.mkdir()
    for name in ("python3", "python3.13"):
        (shims / name).write_text("#!/bin/sh\necho 'no such version' >&2\nexit 127\n")
        (shims / name).chmod(0o755)
    made_before(clone, folder / "home")
    done = start(clone, folder / "home", "x", PATH=f"{shims}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr


def test_what_cannot_be_installed_is_told_and_leaves_no_whole_environment(clone: Path, folder: Path) -> None:
    (clone / "requirements" / "run.txt").write_text(f"nothing-of-that-name==1.0 --hash=sha256:{'0' * 64}\n")
    done = start(clone, folder / "home", "load", "--json", PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["error"]["code"] == "environment_not_made"
    assert "PIP_FIND_LINKS" in told["error"]["zh"]
    assert not list((folder / "home" / "env").glob(f"*/{boot.MARKER}"))


def test_a_home_that_cannot_be_made_is_told(clone: Path) -> None:
    done = start(clone, Path("/proc/nowhere/home"), "load", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "home_not_writable"
    assert start(clone, Path("/proc/nowhere/home"), "load").stdout == ""


def test_a_link_to_the_command_works(clone: Path, folder: Path) -> None:
    made_before(clone, folder / "home")
    link = folder / "bin"
    link.symlink_to(clone / "huiyin")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "HUIYIN_HOME": str(folder / "home")}
    done = subprocess.run([str(link), "x"], capture_output=True, text=True, env=env, cwd="/", check=False)
    assert done.returncode == 0, done.stderr


def test_another_lock_or_kind_is_another_environment() -> None:
    names = {boot.environment_name(kind, lock) for kind in ("run", "test") for lock in (b"a", b"b")}
    assert len(names) == 4
    assert boot.environment_name("run", b"a") == boot.environment_name("run", b"a")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_starts_a_clone_he_may_not_write(clone: Path, folder: Path) -> None:
    user = pwd.getpwnam("nobody")
    usable = subprocess.run(
        ["/usr/bin/python3", "-I", "-c", "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"],
        capture_output=True,
        check=False,
        user=user.pw_uid,
        cwd="/",
    )
    if usable.returncode != 0:
        pytest.skip("no system Python 3.11 with venv that an ordinary user can run")
    theirs = folder / "theirs"
    theirs.mkdir()
    os.chown(theirs, user.pw_uid, user.pw_gid)
    before = listed(clone)
    done = subprocess.run(
        [str(clone / "huiyin"), "x"],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(theirs)},
        cwd="/",
        check=False,
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["prefix"].startswith(str(theirs / ".local/share/huiyin/env"))
    assert listed(clone) == before
