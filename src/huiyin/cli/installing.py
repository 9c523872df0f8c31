"""init, load, upgrade: the verbs that prepare an installation."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huiyin.cli import stage
from huiyin.cli.output import Console
from huiyin.cli.verbs import DEMO_PACKS, Verb, failed, pack_folders
from huiyin.core.values import Refusal, Text
from huiyin.host.errors import HostError
from huiyin.host.home import Home

SHORTEST_PASSWORD = 10


def init(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Make a real installation with its first administrator."""
    named = pack_folders(args.pack)
    with stage.database(console) as (home, _):
        if stage.state(home, "demo") is not None:
            raise HostError(
                "demo_home",
                f"{home.path} 里是演示数据。请用 HUIYIN_HOME 指定一个新目录。",
                f"{home.path} holds the demonstration. Name a new folder with HUIYIN_HOME.",
            )
        stage.keep_state(home, stage.REAL, "init")
        stage.load_packs(home, named or _usual(home))
        from huiyin.city.services import first_administrator

        password, made = _password()
        done = first_administrator(username=args.user, password=password)
        if isinstance(done, Refusal):
            raise failed(done)
        console.show(f"管理员 / administrator: {args.user}")
        if made:
            console.show(f"口令(只显示这一次)/ password (shown this once): {password}")
        console.show("下一步 / next: ./huiyin serve")
        return {"home": str(home.path), "administrator": args.user, **({"password": password} if made else {})}


def load(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Load packs."""
    named = pack_folders(args.pack)
    with stage.database(console) as (home, _):
        folders = named or _usual(home)
        told = stage.load_packs(home, folders)
        console.show(f"已载入 / loaded: {', '.join(folder.name for folder in folders)} ({home.path})")
        return {"packs": [folder.name for folder in folders], **told}


def upgrade(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Bring the database to this release, with a backup before and an audit after."""
    from huiyin.cli.reading import audit_now
    from huiyin.cli.saving import write_backup

    named = pack_folders(args.pack)
    with stage.database(console, migrated=False) as (home, _):
        folders = named or stage.packs_in_use(home)
        if not folders:
            stage.need_packs(home)
        kept = None if stage.state(home, "migrations") is None else write_backup(home, console, None)
        changed = stage.ensure_tables(home, console)
        told = stage.load_packs(home, folders) if named else stage.ensure_packs(home, folders)
        report = audit_now(console)
        console.show(f"升级完成 / upgraded; 备份 / backup: {kept}")
        return {"backup": None if kept is None else str(kept), "migrated": changed, "packs": told, "audit": report}


def _usual(home: Home) -> list[Path]:
    """Return the packs in use, and those of the demonstration where there are none."""
    return stage.packs_in_use(home) or pack_folders([*DEMO_PACKS])


def _password() -> tuple[str, bool]:
    """Return the administrator's password and whether it was made up here."""
    given = os.environ.get("HUIYIN_ADMIN_PASSWORD", "")
    if not given and sys.stdin.isatty() and sys.stderr.isatty():
        given = getpass.getpass("管理员口令(至少 10 个字符;留空则自动生成)/ password (at least 10 characters; empty: one is made): ")
        if given and given != getpass.getpass("再输一次 / again: "):
            raise HostError("passwords_differ", "两次输入的口令不同,请重来。", "The two passwords differ; start again.")
    if not given:
        return secrets.token_urlsafe(15), True
    if len(given) < SHORTEST_PASSWORD:
        raise HostError(
            "password_short",
            f"口令至少要 {SHORTEST_PASSWORD} 个字符。",
            f"The password needs at least {SHORTEST_PASSWORD} characters.",
        )
    return given, False


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    _pack_arguments(parser)
    parser.add_argument("--user", default="admin", help="第一位管理员的登录名 / sign-in name of the first administrator")


def _pack_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", nargs="*", metavar="PACK", help="规则包目录,或 packs/ 下的名字 / folder of a pack, or a name under packs/")


VERBS = (
    Verb(
        "init",
        Text("建立正式安装和第一位管理员", "make a real installation and its first administrator"),
        Text(
            "建立数据表、载入规则包(不含虚构人员)和第一位管理员,没有演示数据。"
            "口令取自 HUIYIN_ADMIN_PASSWORD,或在终端询问,否则随机生成并只显示一次。",
            "Makes the tables, loads the packs (without their invented staff) and makes the first administrator; no demo data. "
            "The password comes from HUIYIN_ADMIN_PASSWORD, is asked on the terminal, or is made at random and shown once.",
        ),
        (
            (
                "HUIYIN_HOME=/srv/huiyin ./huiyin init cn ../our-city --user chief",
                Text("自己的目录、规则包和登录名", "your own folder, packs and name"),
            ),
        ),
        init,
        _init_arguments,
    ),
    Verb(
        "load",
        Text("载入规则包", "load packs"),
        Text(
            "检查(含情景)并载入规则包:历法、程序、文书、区划、单位、职责;有问题就什么都不写。不写名字则重新载入正在使用的包;"
            "还没有时载入演示用的两个包,但不生成历史。需要的包可以一同写上,也可以在同一个目录里或 packs/ 下。",
            "Checks packs, their scenarios too, and loads them: calendars, procedures, papers, divisions, units, responsibilities; "
            "writes nothing when something is wrong. Without a name: the packs in use again, or, where there are none, the demo's, "
            "without its history. A needed pack may be named too, lie in the same folder, or be one under packs/.",
        ),
        (
            ("./huiyin load", Text("演示用的包", "the demo's packs")),
            ("./huiyin load cn ../our-city", Text("国家包和自己的城市包", "the national pack and your own")),
        ),
        load,
        _pack_arguments,
    ),
    Verb(
        "upgrade",
        Text("把数据库升级到本版本", "bring the database to this release"),
        Text(
            "先备份,再更新数据表和正在使用的规则包,最后做一次核查。任何一步失败都会停下并说明。",
            "Makes a backup, updates tables and the packs in use, then audits the record. Stops and says so when a step fails.",
        ),
        (("./huiyin upgrade", Text("更新代码之后运行", "run it after updating the code")),),
        upgrade,
        _pack_arguments,
    ),
)
