"""A real installation with its own city: no verb brings the demonstration's city in beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from huiyin.host.home import Home
from huiyin.host.postgres import Server

from .a_city import our_city, run

LETTERS = "message_no,time,title,detail\nA-1,2026-11-20 08:30,路灯不亮,三号楼前的路灯坏了一个星期\n"


class Installation:
    """A home with its server kept running, so that each verb costs one process and no start of a database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "home", {})

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return run("--json", *words, home=self.home.path, cwd=self.folder / "work", **more)

    def told(self, *words: str, **more: str) -> dict[str, Any]:
        done = self.run(*words, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def refused(self, *words: str) -> dict[str, str]:
        done = self.run(*words)
        assert done.returncode != 0
        error: dict[str, str] = json.loads(done.stdout)["error"]
        return error

    def asked(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.home.owner_url) as owner:
            return owner.execute(query).fetchall()

    def in_use(self) -> list[str]:
        return [row[0] for row in self.asked("SELECT pack FROM city_packversion WHERE in_use ORDER BY pack")]


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    # As root the database's user must pass through; pytest's own folders are closed to all but their owner.
    folder = Path(tempfile.mkdtemp(prefix="hy-"))
    folder.chmod(0o755)
    (folder / "work").mkdir()
    our_city(folder)
    with Server(Home(folder / "home", {})):
        yield Installation(folder)
    shutil.rmtree(folder, ignore_errors=True)


def test_one_installation_from_first_to_last(place: Installation) -> None:
    """One story, because each verb finds what the one before left."""
    letters = place.folder / "letters.csv"
    letters.write_text(LETTERS, "utf-8")

    for words in (("intake", str(letters)), ("upgrade",)):
        error = place.refused(*words)
        assert error["code"] == "no_packs"
        assert "load" in error["en"]

    # The country pack is one of ours, the city's lies somewhere else: the command of the manual.
    place.told("init", "cn", "../our-city", "--user", "chief", HUIYIN_ADMIN_PASSWORD="change-this-phrase")
    assert place.in_use() == ["cn", "our-city"]
    assert place.asked("SELECT count(*) FROM city_account WHERE synthetic") == [(0,)]
    places = place.asked("SELECT count(*) FROM city_division")

    told = place.told("intake", str(letters))
    assert (told["new"], told["rejected"]) == (1, 0)
    assert place.in_use() == ["cn", "our-city"]

    manifest = place.folder / "our-city" / "responsibility.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("terms: {answer: 1 hours}", "terms: {answer: 2 hours}"), "utf-8")
    assert place.told("upgrade")["packs"]["added"] > 0
    assert place.told("load")["packs"] == ["cn", "our-city"]
    assert place.in_use() == ["cn", "our-city"]
    assert place.asked("SELECT count(*) FROM city_division") == places

    assert place.refused("demo", "--matters", "1")["code"] == "real_home"

    # What check refuses is refused by load, and nothing is written.
    sound = manifest.read_text("utf-8")
    manifest.write_text(sound.replace("lead: street_lighting", "lead: lamplighter"), "utf-8")
    assert "lamplighter" in place.refused("load", "../our-city")["en"]
    manifest.write_text(sound, "utf-8")

    (place.folder / "our-city").rename(place.folder / "moved")
    error = place.refused("upgrade")
    assert error["code"] == "pack_gone"
    assert "our-city" in error["en"]
    (place.folder / "elsewhere").mkdir()
    (place.folder / "moved").rename(place.folder / "elsewhere" / "our-city")
    place.told("load", "../elsewhere/our-city")
    assert place.told("upgrade")["packs"] is None

    # A database that an earlier release loaded remembers no folders: what is not among ours has to be named.
    with psycopg.connect(place.home.owner_url) as owner:
        owner.execute("DELETE FROM host_state WHERE key = 'pack_folders'")
    assert place.refused("upgrade")["code"] == "pack_gone"
    place.told("upgrade", "../elsewhere/our-city")
    assert place.in_use() == ["cn", "our-city"]
