"""Backups: everything comes back, nothing altered gets in, tools fit the server."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import tarfile
from pathlib import Path

import psycopg
import pytest

from huiyin.cli import saving, stage
from huiyin.cli.output import Console
from huiyin.host import dumps
from huiyin.host.errors import HostError
from huiyin.host.home import Home
from huiyin.host.postgres import Server


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("HUIYIN_APP_DATABASE_URL", raising=False)
    return Console(as_json=False)


def filled(home: Home, console: Console, target: Path) -> Path:
    """Make a home with a row behind row security and a file, and back it up."""
    with Server(home):
        with psycopg.connect(home.owner_url, autocommit=True) as owner:
            owner.execute("CREATE EXTENSION pg_trgm")
            owner.execute("CREATE TABLE kept (word text)")
            owner.execute("CREATE INDEX ON kept USING gin (word gin_trgm_ops)")
            owner.execute("INSERT INTO kept VALUES ('回音')")
            owner.execute("ALTER TABLE kept ENABLE ROW LEVEL SECURITY")
            owner.execute("ALTER TABLE kept FORCE ROW LEVEL SECURITY")
            owner.execute("CREATE POLICY mine ON kept USING (current_setting('huiyin.who', true) = 'me')")
        (home.files / "a").mkdir()
        (home.files / "a" / "scan.pdf").write_bytes(b"paper")
        home.secret("django_secret_key")
        home.secret("app_database_password")
        home.save_config({"hosts": ["city.example"], "https": True, "port": 8443, "ran": "x"})
        stage.keep_state(home, "migrations", "x")
        return saving.write_backup(home, console, target)


def rows(home: Home) -> list[tuple[str]]:
    with psycopg.connect(home.app_url) as app:
        app.execute("SET huiyin.who = 'me'")
        return app.execute("SELECT word FROM kept").fetchall()


def test_database_files_and_keys_come_back(home: Home, folder: Path, quiet: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = filled(home, quiet, folder / "b.tar")
    assert archive.stat().st_mode & 0o077 == 0
    new = Home(folder / "new", {}).prepare()
    new.save_config({"https": False, "port": 9000})
    monkeypatch.setenv("HUIYIN_HOME", str(new.path))
    monkeypatch.setattr(stage, "ensure_tables", lambda *args, **more: False)
    monkeypatch.setattr("huiyin.cli.reading.audit_now", lambda console: {"ok": True})
    told = saving.restore(argparse.Namespace(file=archive, replace=False), quiet)
    assert told["audit"] == {"ok": True}
    assert (new.files / "a" / "scan.pdf").read_bytes() == b"paper"
    assert new.secret("django_secret_key") == home.secret("django_secret_key")
    assert not (new.secrets / "app_database_password").exists()
    assert new.config() == {"hosts": ["city.example"], "https": False, "port": 9000}
    with Server(new):
        assert rows(new) == [("回音",)]
        with psycopg.connect(new.app_url) as stranger:
            assert stranger.execute("SELECT * FROM kept").fetchall() == []
        with psycopg.connect(new.owner_url) as owner:
            assert owner.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'kept'").fetchone() == ("huiyin_owner",)

    with pytest.raises(HostError) as refused:
        saving.restore(argparse.Namespace(file=archive, replace=False), quiet)
    assert refused.value.code == "target_not_empty"
    with Server(new), psycopg.connect(new.owner_url, autocommit=True) as owner:
        owner.execute("DROP TABLE kept")
    saving.restore(argparse.Namespace(file=archive, replace=True), quiet)
    with Server(new):
        assert rows(new) == [("回音",)]
        # A backup of what was restored is a backup again.
        again = saving.write_backup(new, quiet, folder / "again.tar")
    saving.restore(argparse.Namespace(file=again, replace=True), quiet)
    with Server(new):
        assert rows(new) == [("回音",)]


def made(place: Path, parts: dict[str, bytes], manifest: dict[str, object] | None) -> Path:
    with tarfile.open(place, "w") as archive:
        if manifest is not None:
            parts = {"manifest.json": json.dumps(manifest).encode(), **parts}
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return place


HASH_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def vouched(*names: str) -> dict[str, object]:
    return {"format": 1, "parts": {name: {"sha256": HASH_OF_X, "bytes": 1} for name in names}}


@pytest.mark.parametrize(
    ("parts", "manifest"),
    [
        ({"database.dump": b"y"}, vouched("database.dump")),
        ({"database.dump": b"x"}, vouched("database.dump", "files/a")),
        ({"database.dump": b"x", "files/b": b"x"}, vouched("database.dump")),
        ({"database.dump": b"x", "files/../../out": b"x"}, vouched("database.dump", "files/../../out")),
        ({"database.dump": b"x", "/etc/out": b"x"}, vouched("database.dump", "/etc/out")),
        ({"database.dump": b"x"}, None),
        ({"database.dump": b"x"}, {"format": 99, "parts": {}}),
    ],
    ids=["altered", "missing", "unexpected", "outside", "absolute", "no manifest", "other format"],
)
def test_an_archive_that_is_not_whole_is_refused(parts: dict[str, bytes], manifest: dict[str, object] | None, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(HostError) as told:
        saving.unpack(made(tmp_path / "b.tar", parts, manifest), target)
    assert told.value.code == "backup_damaged"
    assert not (tmp_path / "out").exists()


def test_a_whole_archive_is_unpacked(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    saving.unpack(made(tmp_path / "b.tar", {"database.dump": b"x", "files/a": b"x"}, vouched("database.dump", "files/a")), target)
    assert (target / "files" / "a").read_bytes() == b"x"


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"\x00" * 700)
    with pytest.raises(HostError) as told:
        saving.unpack(tmp_path / "b.tar", tmp_path)
    assert told.value.code == "backup_damaged"


def test_a_tool_older_or_of_another_major_release_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (dumps.tools_for("18.6") / "pg_dump").exists()
    monkeypatch.setattr(dumps, "_version_of", lambda program: (18, 6))
    for server in ("18.7", "15.20"):
        with pytest.raises(HostError) as told:
            dumps.tools_for(server)
        assert told.value.code == "no_dump_tool"
        assert server in told.value.text.en


def test_long_works_files_stay_out_and_a_draft_swept_meanwhile_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    home = Home(tmp_path / "home", {"HUIYIN_HOME": str(tmp_path / "home")}).prepare()
    for name in (
        "files/jobs/list.xlsx",
        "files/drafts/gone",
        "files/drafts/kept",
        "files/210102/photo",
        "files/210102/signing/210102-1/sent.pdf",
    ):
        path = home.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    aside = tmp_path / "aside"
    aside.mkdir()
    copy = shutil.copyfile

    def swept(source: Path, target: Path) -> None:
        if source.name == "gone":
            source.unlink()
        copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", swept)
    found = {name: path.read_bytes() for name, path in saving._kept_files(home, aside) if name.startswith("files/")}
    assert found == {"files/drafts/kept": b"files/drafts/kept", "files/210102/photo": b"files/210102/photo"}
