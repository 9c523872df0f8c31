"""backup and restore: the database and the files in one archive, with a hash of each part."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from huiyin import __version__, clock
from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import Verb
from huiyin.core.values import Text
from huiyin.host.errors import HostError
from huiyin.host.home import Home

DUMP = "database.dump"
MANIFEST = "manifest.json"
FORMAT = 1
FOLDERS = ("files", "published", "secrets")
# Settings that speak of the service and not of the machine: no path, no port, no note of what ran here.
SETTINGS = ("hosts", "https")
# Belongs to one database server, not to the data.
NOT_CARRIED = {"secrets/app_database_password"}
# What long work made: it expires, and may be asked for again.
MADE_AGAIN = "files/jobs/"
# Photographs of reports that are not sent yet: the worker sweeps them while a backup is written.
PASSING = "files/drafts/"
# What waits at a signature service: gone within a day, and no text of it is to outlive its matter.
AT_A_SERVICE = re.compile(r"files/[0-9]{6}/signing/")
BLOCK = 1 << 20


def backup(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Write database, files and keys to one archive."""
    with stage.database(console, migrated=False) as (home, _):
        place = write_backup(home, console, args.file)
        size = place.stat().st_size
    console.show(f"{place}  {size:,} B")
    return {"file": str(place), "bytes": size}


def write_backup(home: Home, console: Console, target: Path | None) -> Path:
    """Write the archive, whole or not at all, and return where it is.

    The dump comes first: files of matters are only ever added, so whatever the dumped rows name is there afterwards.
    Drafts come and go, so theirs are set aside before they are read.
    """
    from huiyin.host import dumps

    now = clock.now()
    place = target or home.backups / f"huiyin-{now:%Y%m%dT%H%M%SZ}.tar"
    place = place.absolute()
    console.say("正在备份……", "Writing the backup ...")
    with tempfile.TemporaryDirectory(dir=home.backups, prefix=".backup-") as folder:
        dump = Path(folder) / DUMP
        dumps.dump(home, dump)
        members = [(DUMP, dump), *_kept_files(home, Path(folder))]
        draft = place.with_name(f".{place.name}.part")
        try:
            with open(draft, "xb", opener=_private) as out, tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
                sizes = {name: path.stat().st_size for name, path in members}
                parts = {name: {"sha256": _hash(path), "bytes": sizes[name]} for name, path in members}
                manifest = {
                    "format": FORMAT,
                    "huiyin": __version__,
                    "made_at": now.isoformat(),
                    "postgresql": dumps.server_version(home),
                    "migrations": stage.state(home, "migrations"),
                    "settings": {name: value for name, value in home.config().items() if name in SETTINGS},
                    "parts": parts,
                }
                text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
                head = tarfile.TarInfo(MANIFEST)
                head.size, head.mode = len(text), 0o600
                archive.addfile(head, io.BytesIO(text))
                with Progress() as progress:
                    for number, (name, path) in enumerate(members, 1):
                        _add(archive, name, path, sizes[name])
                        progress(number, len(members), "backup")
                out.flush()
                os.fsync(out.fileno())
            draft.replace(place)
        except FileExistsError:
            raise HostError(
                "backup_running",
                f"{draft} 已存在:另一个备份正在写,或上次中断。请确认后删除它。",
                f"{draft} exists: another backup writes it, or one was killed. Remove it if none runs.",
            ) from None
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    return place


def restore(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Verify an archive, load it, audit the record."""
    from psycopg.conninfo import conninfo_to_dict

    from huiyin.cli.reading import audit_now
    from huiyin.host import dumps
    from huiyin.host.processes import only_copy

    home = Home.find().prepare()
    with only_copy(home), tempfile.TemporaryDirectory(dir=home.path, prefix=".restore-") as name:
        folder = Path(name)
        manifest = unpack(args.file, folder)
        with stage.database(console, migrated=False) as (home, server):
            occupied = dumps.holds_data(home) or any(home.files.iterdir())
            if occupied and not args.replace:
                raise HostError(
                    "target_not_empty",
                    f"{home.path} 已有数据。确认要覆盖时加 --replace(建议先 backup)。",
                    f"{home.path} holds data. To overwrite it add --replace (make a backup first).",
                )
            console.say("校验无误,正在恢复……", "The archive is whole; restoring ...")
            dumps.load(home, folder / DUMP, str(conninfo_to_dict(home.app_url).get("user")))
            for part in FOLDERS:
                _exchange(folder / part, home.path / part)
            (home.path / "demo.json").unlink(missing_ok=True)
            server.ensure_roles()
            _take_settings(home, manifest)
            stage.ensure_tables(home, console)
            report = audit_now(console)
    console.show(f"已恢复 / restored: {args.file} → {home.path}")
    return {"restored": str(args.file), "made_at": manifest["made_at"], "home": str(home.path), "audit": report}


def _take_settings(home: Home, manifest: Mapping[str, Any]) -> None:
    """Take over the settings of the service; what the new home already says for itself stays."""
    told = manifest.get("settings")
    kept = home.config()
    new = {name: told[name] for name in SETTINGS if name in told and name not in kept} if isinstance(told, dict) else {}
    if new:
        home.save_config(new)


def unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpack ``archive`` into ``folder``, refusing anything the manifest does not vouch for; return the manifest.

    Raises:
        HostError: no archive of ours, or a part is missing, altered or unexpected.
    """
    try:
        with tarfile.open(archive, mode="r:") as tar:
            head = tar.next()
            source = None if head is None or head.name != MANIFEST else tar.extractfile(head)
            if source is None:
                raise _bad(archive, MANIFEST)
            manifest: dict[str, Any] = json.loads(source.read())
            if manifest.get("format") != FORMAT:
                raise _bad(archive, f"format {manifest.get('format')}")
            missing = dict(manifest["parts"])
            while (member := tar.next()) is not None:
                told = missing.pop(member.name, None)
                content = tar.extractfile(member) if member.isreg() and _inside(member.name) else None
                if told is None or content is None:
                    raise _bad(archive, member.name)
                place = folder / member.name
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with open(place, "xb", opener=_private) as out:
                    if _copy(content, out) != told["sha256"]:
                        raise _bad(archive, member.name)
            if missing:
                raise _bad(archive, min(missing))
    except FileNotFoundError:
        raise HostError("no_such_file", f"没有文件 {archive}。", f"There is no file {archive}.") from None
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise _bad(archive, type(error).__name__) from error
    return manifest


def _bad(archive: Path, part: str) -> HostError:
    return HostError(
        "backup_damaged",
        f"备份 {archive} 不完整或被改动({part}),没有恢复任何内容。请换一份备份。",
        f"The backup {archive} is incomplete or was altered ({part}); nothing was restored. Use another one.",
    )


def _inside(name: str) -> bool:
    parts = Path(name).parts
    return name == DUMP or (len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts)


def _kept_files(home: Home, aside: Path) -> Iterator[tuple[str, Path]]:
    for part in FOLDERS:
        for path in sorted((home.path / part).rglob("*")):
            name = path.relative_to(home.path).as_posix()
            if name in NOT_CARRIED or name.startswith(MADE_AGAIN) or path.name.startswith(".") or AT_A_SERVICE.match(name):
                continue
            if name.startswith(PASSING):
                kept = aside / name.replace("/", "+")
                try:
                    shutil.copyfile(path, kept)
                except (FileNotFoundError, IsADirectoryError):
                    continue
                yield name, kept
            elif path.is_file() and not path.is_symlink():
                yield name, path


def _add(archive: tarfile.TarFile, name: str, path: Path, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    with path.open("rb") as source:
        archive.addfile(entry, source)


def _exchange(new: Path, place: Path) -> None:
    """Put the restored folder in place of the present one; what only this machine has stays."""
    new.mkdir(mode=0o700, exist_ok=True)
    for name in NOT_CARRIED:
        part, _, file = name.partition("/")
        if part == place.name and (place / file).exists():
            shutil.copy2(place / file, new / file)
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    new.rename(place)
    place.chmod(0o700)
    shutil.rmtree(old, ignore_errors=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _hash(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _copy(source: Any, out: BinaryIO) -> str:
    whole = hashlib.sha256()
    while block := source.read(BLOCK):
        whole.update(block)
        out.write(block)
    return whole.hexdigest()


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="写到哪里 / where to write (default: HUIYIN_HOME/backups)")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="备份文件 / the backup")
    parser.add_argument("--replace", action="store_true", help="覆盖现有数据 / overwrite what is there")


VERBS = (
    Verb(
        "backup",
        Text("备份到一个文件", "back everything up into one file"),
        Text(
            "把数据库、文件、密钥和服务设置(域名、HTTPS)写进一个归档,每一部分都有哈希。归档含个人信息和密钥,请妥善保管。服务运行时也可以备份。",
            "Writes database, files, keys and the settings of the service (hosts, HTTPS) into one archive with a hash of each part. "
            "It holds personal data and keys: guard it. May run while the service runs.",
        ),
        (("./huiyin backup /mnt/safe/today.tar", Text("指定文件", "to a file")),),
        backup,
        _backup_arguments,
    ),
    Verb(
        "restore",
        Text("从备份恢复", "restore a backup"),
        Text(
            "先核对全部哈希,再整体载入数据库和文件,最后核查记录。目标非空时拒绝,除非加 --replace。服务要先停止。",
            "Verifies every hash, loads database and files as a whole, then audits the record. Refuses a target that holds data "
            "unless --replace is given. Stop the service first.",
        ),
        (("HUIYIN_HOME=/srv/new ./huiyin restore today.tar", Text("恢复到新目录", "into a new home")),),
        restore,
        _restore_arguments,
    ),
)
