"""work: the long work of pages, done here and now with a bar."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import Verb
from huiyin.core.values import Text
from huiyin.host.errors import HostError


def work(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """List the kinds of work an operator may do, or do one."""
    params = dict(_pair(word) for word in args.params)
    with stage.database(console) as (home, _):
        stage.need_packs(home)
        stage.use_django()
        from huiyin.jobs import kinds

        offered = {name: one for name, one in kinds.kinds().items() if one.operator}
        if args.kind is None:
            for name, one in sorted(offered.items()):
                console.show(f"{name}: {one.label.zh} / {one.label.en}")
                for param, text in one.params.items():
                    console.show(f"    {param}=  {text.zh} / {text.en}")
            return {"kinds": sorted(offered)}
        if args.kind not in offered:
            raise HostError(
                "no_such_work",
                f"没有可以在命令行做的工作 {args.kind}。现有:{'、'.join(sorted(offered))}。",
                f"There is no work {args.kind} for the command line. Known: {', '.join(sorted(offered))}.",
            )
        return _done(args, params, console)


def _done(args: argparse.Namespace, params: Mapping[str, str], console: Console) -> Mapping[str, Any]:
    from huiyin.core.values import SYSTEM, Refusal
    from huiyin.jobs import files, queries, running, services

    made = services.ask(args.kind, params, principal=SYSTEM)
    if isinstance(made, Refusal):
        raise HostError(made.code, made.text.zh, made.text.en)
    with Progress() as progress:
        running.run_now(made, progress)
    seen = queries.get(SYSTEM, made)
    message = Text("", "") if seen is None or seen.message is None else seen.message
    found = queries.file_of(SYSTEM, made, files.RESULT)
    if seen is None or seen.state != "finished":
        raise HostError("work_failed", message.zh, message.en)
    written = None
    if found is not None:
        written = args.out or Path.cwd() / found[1]
        shutil.copyfile(found[0], written)
    console.show(f"{message.zh}\n{message.en}")
    if written is not None:
        console.show(str(written))
    told = {label.en: count for label, count in seen.told}
    return {"kind": args.kind, "job": str(made), "told": told, "file": None if written is None else str(written)}


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise HostError("bad_param", f"参数要写成 名称=值,不是 {word}。", f"A parameter is NAME=VALUE, not {word}.")
    return name, value


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", nargs="?", help="哪种工作;不写就列出 / which work; listed when left out")
    parser.add_argument("params", nargs="*", metavar="NAME=VALUE", help="这种工作的参数 / what it takes")
    parser.add_argument("--out", type=Path, help="结果写到哪个文件 / where to write the file that comes of it")


VERBS = (
    Verb(
        "work",
        Text("做一项批量工作", "do a piece of long work"),
        Text(
            "和网页上“导出和批量工作”一样的工作,在这里马上做,带进度条。不写工作名就列出能做的。",
            "The same long work the pages offer, done here at once with a progress bar. Without a name it lists what there is.",
        ),
        (
            ("./huiyin work", Text("列出能做的工作", "lists the kinds")),
            (
                "./huiyin work door_signs division=210102000000 base=https://huiyin.example.cn --out signs.zip",
                Text("一个区的工作室门牌码", "the signs of one district's workrooms"),
            ),
        ),
        work,
        _arguments,
    ),
)
