"""The command line's shape: a manual page and one JSON object for every verb."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from huiyin.cli.__main__ import _ALL, ORDER

REPOSITORY = Path(__file__).resolve().parents[2]


def run(*words: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "HUIYIN_HOME": str(home), **more}
    for name in ("DATABASE_URL", "HUIYIN_APP_DATABASE_URL"):
        if name not in more:
            env.pop(name, None)
    return subprocess.run([sys.executable, "-m", "huiyin.cli", *words], capture_output=True, text=True, env=env, cwd="/", check=False)


def chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_the_manual_lists_every_verb(tmp_path: Path) -> None:
    page = run("--help", home=tmp_path).stdout
    assert set(ORDER) == set(_ALL)
    for name in ORDER:
        assert f"\n  {name} " in page
    assert "HUIYIN_HOME" in page
    assert "--json" in page


@pytest.mark.parametrize("verb", ORDER)
def test_every_verb_has_a_page_in_both_languages_with_an_example(verb: str, tmp_path: Path) -> None:
    page = run(verb, "--help", home=tmp_path)
    assert page.returncode == 0
    told = _ALL[verb]
    assert told.manual.zh in page.stdout
    assert told.manual.en in page.stdout
    assert chinese(told.brief.zh)
    assert not chinese(told.brief.en)
    assert told.examples
    for line, _ in told.examples:
        assert line in page.stdout
        assert f"./huiyin {verb}" in line
    if not told.passes_on:
        assert "--json" in page.stdout


# Each verb with a fault that shows before any data is touched.
FAULTY = {
    "demo": ("demo", "--port", "none"),
    "init": ("init", "--user"),
    "serve": ("serve", "--bogus"),
    "worker": ("worker", "--bogus"),
    "load": ("load", "no-such-pack"),
    "pack": ("pack", "nonsense"),
    "order": ("order", "nonsense"),
    "check": ("check", "no-such-pack"),
    "clock": ("clock", "check", "/nowhere/dates.csv"),
    "intake": ("intake", "/nowhere/messages.csv"),
    "place": ("place", "evaluate", "/nowhere/addresses.jsonl", "--divisions", "/nowhere/divisions.csv"),
    "suggest": ("suggest", "hot", "/nowhere/messages.csv"),
    "work": ("work", "nonsense"),
    "audit": ("audit", "surplus"),
    "prove": ("prove",),
    "seal": ("seal", "/nowhere/paper.pdf"),
    "backup": ("backup", "--bogus"),
    "restore": ("restore", "/nowhere/backup.tar"),
    "upgrade": ("upgrade", "--bogus"),
    "shell": ("shell",),
    "test": ("test", "--no-such-option"),
}


@pytest.mark.parametrize("verb", ORDER)
def test_a_fault_is_one_json_object_and_an_honest_status(verb: str, tmp_path: Path) -> None:
    done = run("--json", *FAULTY[verb], home=tmp_path / "home")
    told = json.loads(done.stdout)
    assert done.returncode != 0
    assert told["error"]["code"]
    assert told["error"]["en"]
    assert chinese(told["error"]["zh"])
    if verb != "test":
        spoken = run(*FAULTY[verb], home=tmp_path / "home")
        assert spoken.stdout == ""
        assert told["error"]["en"] in spoken.stderr
        assert spoken.returncode == done.returncode


def test_an_unreachable_database_is_told_without_a_traceback(tmp_path: Path) -> None:
    done = run("audit", "--json", home=tmp_path / "home", DATABASE_URL="postgresql://chief:secret@127.0.0.1:1/city")
    assert json.loads(done.stdout)["error"]["code"] == "database_unreachable"
    assert "secret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_what_libraries_print_does_not_spoil_the_object(tmp_path: Path) -> None:
    program = (
        "import os, subprocess; from huiyin.cli.output import Console; c = Console(as_json=True); print('noise');"
        "subprocess.run(['echo', 'child noise']); c.answer({'ok': True}); c.answer({'twice': True})"
    )
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env, check=True)
    assert json.loads(done.stdout) == {"ok": True}
    assert "child noise" in done.stderr


def test_asking_for_help_loads_no_framework(tmp_path: Path) -> None:
    program = "import sys; from huiyin.cli.__main__ import parser; parser(); print({'django', 'psycopg', 'tqdm'} & set(sys.modules))"
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.strip() == "set()"
