"""suggest: what messages are about, learned from decided ones; measured, and what many of them are about."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from huiyin.cli import models
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import Verb
from huiyin.core.values import Text
from huiyin.host.errors import HostError

SHOWN_ISSUES: Final = 10
FIGURES: Final = (
    ("accuracy", "正确率", "accuracy"),
    ("macro_f1", "宏平均 F1", "macro F1"),
    ("ece", "校准误差", "calibration error"),
    ("coverage_at_95", "按 95% 把握作答的比例", "share answered at 95 % precision"),
    ("precision_at_95", "其中答对", "of these right"),
    ("threshold", "界限(只由训练部分定出)", "threshold (from training folds only)"),
)


def suggest(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Do one of the verb's parts."""
    with Progress() as progress:
        return _PARTS[args.do](args, console, progress)


def _evaluate(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    from huiyin.learning import measuring
    from huiyin.learning.messages import labelled

    start = time.monotonic()
    if args.file is not None and args.train is None and args.test is None:
        answer = measuring.cross_validated(labelled(args.file), args.folds, progress)
    elif args.file is None and args.train is not None and args.test is not None:
        answer = measuring.two_files(labelled(args.train), labelled(args.test), progress)
    else:
        raise HostError(
            "usage",
            "请写 --train A.csv --test B.csv,或者 --folds 5 A.csv。",
            "Give --train A.csv --test B.csv, or --folds 5 A.csv.",
        )
    for name, zh, en in FIGURES:
        console.show(f"{zh} / {en}: {answer[name]}")
    return {**answer, "seconds": round(time.monotonic() - start, 1)}


def _hot(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    if args.file is None:
        return models.with_city(_hot_in_the_city)(args, console, progress)
    from huiyin.learning.heat import hot_issues
    from huiyin.learning.messages import messages

    found, unread = messages(args.file)
    issues = hot_issues(found, alike=args.alike, near_days=args.near_days, progress=progress)
    rows = [
        {
            "rank": rank,
            "heat": one.heat,
            "count": one.count,
            "first": one.first.date().isoformat(),
            "last": one.last.date().isoformat(),
            "title": one.title,
            "words": list(one.words),
            "places": list(one.places),
            "together": one.together,
            "messages": [found[row].number for row in one.members],
        }
        for rank, one in enumerate(issues[: args.first], 1)
    ]
    for row, one in zip(rows, issues, strict=False):
        console.show(f"{row['rank']:>3}. {one.count} 件 / messages  {row['first']} – {row['last']}  {one.title}")
        console.show(f"     {'、'.join((*one.places, *one.words))}")
    return {"messages": len(found), "without_time": unread, "issues": len(issues), "hot": rows}


def _hot_in_the_city(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    from huiyin.city.places import full_name
    from huiyin.learning import hot

    look = hot.read(days=args.days, progress=progress)
    for rank, one in enumerate(look.issues[: args.first], 1):
        before = "" if one.before is None else f"  前{look.days}天 / before: {one.before}"
        console.show(
            f"{rank:>3}. {one.matters} 件 / matters  {one.people} 人 / people  "
            f"{one.first.isoformat()} – {one.last.isoformat()}{before}  {'、'.join(one.words)}  {'；'.join(map(full_name, one.places))}"
        )
    if not look.issues:
        console.show("没有热点 / nothing is hot")
    plain = [one.to_plain() for one in look.issues[: args.first]]
    return {"days": look.days, "until": look.until.isoformat(), "read": look.read, "whole": look.whole, "hot": plain}


_PARTS: Final[Mapping[str, models.Part]] = {"evaluate": _evaluate, "hot": _hot, **models.PARTS}


def _days(said: str) -> int:
    days = int(said)
    if not 1 <= days <= 90:
        raise argparse.ArgumentTypeError("1 – 90")
    return days


def _arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(dest="do", required=True, metavar="PART")

    def part(name: str, zh: str, en: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = parts.add_parser(name, help=f"{zh} / {en}", description=f"{zh} / {en}", allow_abbrev=False)
        made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="输出一个 JSON 对象 / print one JSON object")
        return made

    one = part("evaluate", "用已知类型的来件测一测", "measure on messages whose topics are known")
    one.add_argument("file", nargs="?", type=Path, metavar="FILE.csv", help="一个文件,分成几份轮流测 / one file, measured by folds")
    one.add_argument("--folds", type=int, default=5, metavar="N", choices=range(2, 21), help="分几份(5) / how many folds (5)")
    one.add_argument("--train", type=Path, metavar="A.csv", help="用来训练 / to train on")
    one.add_argument("--test", type=Path, metavar="B.csv", help="用来测 / to measure on")
    one = part("hot", "看许多来件在说哪几件事", "what many messages are about")
    told = "来件表:message_no、time、title、detail;不写就看本市的事 / a file of messages; without one the city's own matters"
    one.add_argument("file", nargs="?", type=Path, metavar="FILE.csv", help=told)
    one.add_argument("--days", type=_days, default=30, metavar="N", help="本市最近多少天,1 到 90(30) / of the city, the last days (30)")
    one.add_argument("--first", type=int, default=SHOWN_ISSUES, metavar="N", help="列出前几件(10) / how many to tell (10)")
    one.add_argument("--alike", type=float, default=0.15, help="同一件事平均要多像(0.15) / average likeness within an issue (0.15)")
    one.add_argument("--near-days", type=float, default=240, help="相隔多少天还算同一件事(240) / days within which it is one issue (240)")
    models.arguments(part)


VERBS = (
    Verb(
        "suggest",
        Text(
            "事项类型建议:学、比、用、退回,测试,找热点",
            "suggestions of topics: learn, compare, use, go back, measure; what many write about",
        ),
        Text(
            "evaluate 用已知类型的来件测建议有多准、多有把握;同一来件不会既训练又测试。hot 从来件表里找出许多人在说的事,"
            "不写文件就看本市最近的事:只有件数、人数、几个人都用过的字词和地方;不到三个人说的不列。这两样不改变任何东西。"
            "train 从本市办过的事里学一个模型,做好先不用;show 看有哪些;"
            "compare 在它们都没有见过的事上比;use 用一个(words 是只照清单里的词);back 退回上一个;ask 问一段话。模型只建议,从不决定。",
            "evaluate measures how right and how honestly sure suggestions are; the same message is never both trained on and tested. "
            "hot finds what many messages of a file are about, or without a file the city's own matters of late: counts, and words and "
            "places of at least three people. Neither changes anything. train learns a "
            "model from the city's decided matters and does not use it; show lists them; compare asks them on matters none has seen; use "
            "puts one to use (words: only those of the list); back returns to the one before; ask asks about a text. A model proposes and "
            "never decides.",
        ),
        (
            (
                "./huiyin suggest evaluate --train A.csv --test B.csv",
                Text("一个文件训练,另一个文件测", "train on one file, measure on another"),
            ),
            ("./huiyin suggest evaluate --folds 5 A.csv", Text("同一个文件分五份轮流测", "measure one file by five folds")),
            ("./huiyin suggest hot messages.csv", Text("许多来件在说的事", "what many messages are about")),
            ("./huiyin suggest hot --days 30", Text("本市许多人在说的事", "what many people write about in the city")),
            ("./huiyin suggest train --cost 5", Text("从本市办过的事里学", "learn from the city's decided matters")),
        ),
        suggest,
        _arguments,
    ),
)
