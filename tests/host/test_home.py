"""The home folder: where it is, who may read it, which database it means."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from huiyin.host.errors import HostError
from huiyin.host.home import LONGEST_SOCKET_FOLDER, Home


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_environment_names_the_folder(tmp_path: Path) -> None:
    assert Home.find({"HUIYIN_HOME": str(tmp_path / "x")}).path == tmp_path / "x"


def test_finding_a_home_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    found = Home.find({"HUIYIN_HOME": str(tmp_path / "x")})
    assert found.config() == {}
    assert found.owner_url
    assert list(tmp_path.iterdir()) == []


def test_a_new_home_is_closed_to_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "x", {}).prepare()
    assert mode(home.path) == 0o700
    assert {mode(part) for part in (home.files, home.secrets, home.backups, home.logs)} == {0o700}


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    place = tmp_path / "x"
    place.mkdir(mode=0o750)
    place.chmod(0o750)
    Home(place, {}).prepare()
    assert mode(place) == 0o750


def test_a_folder_that_cannot_be_made_is_named_in_both_languages() -> None:
    with pytest.raises(HostError) as told:
        Home(Path("/proc/nowhere/home"), {}).prepare()
    assert told.value.code == "home_not_writable"
    assert "/proc/nowhere/home" in told.value.text.zh
    assert "HUIYIN_HOME" in told.value.text.en


def test_a_secret_is_made_once_and_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "x", {}).prepare()
    first = home.secret("key")
    assert len(first) >= 48
    assert home.secret("key") == first
    assert home.secret("other") != first
    assert mode(home.secrets / "key") == 0o600
    assert sorted(os.listdir(home.secrets)) == ["key", "other"]


def test_settings_are_merged_and_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "x", {}).prepare()
    home.save_config({"port": 8001})
    home.save_config({"hosts": ["a"]})
    assert home.config() == {"port": 8001, "hosts": ["a"]}
    assert mode(home.path / "config.json") == 0o600


def test_the_operators_database_wins_and_the_application_gets_its_own_role(tmp_path: Path) -> None:
    from psycopg.conninfo import conninfo_to_dict

    url = "postgresql://chief:s%40fe@db.example:6432/city?sslmode=require"
    home = Home(tmp_path / "x", {"DATABASE_URL": url}).prepare()
    assert not home.embedded
    assert home.owner_url == url
    app = conninfo_to_dict(home.app_url)
    assert (app["user"], app["host"], app["port"], app["dbname"], app["sslmode"]) == (
        "huiyin_app",
        "db.example",
        "6432",
        "city",
        "require",
    )
    assert app["password"] == home.secret("app_database_password") != "s@fe"


def test_a_given_application_connection_is_used_as_it_is(tmp_path: Path) -> None:
    given = "postgresql://limited@db/city"
    home = Home(tmp_path / "x", {"DATABASE_URL": "postgresql://chief@db/city", "HUIYIN_APP_DATABASE_URL": given})
    assert home.app_url == given


def test_a_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    home = Home(tmp_path / ("long" * 30), {})
    assert len(str(home.run)) <= LONGEST_SOCKET_FOLDER
    assert home.run != home.path / "run"
    assert home.run != Home(tmp_path / ("other" * 30), {}).run


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    home = Home(tmp_path / "x", {}).prepare()
    with home.lock("work") as mine, home.lock("work", wait=False) as other:
        assert mine
        assert not other
    with home.lock("work", wait=False) as free:
        assert free
