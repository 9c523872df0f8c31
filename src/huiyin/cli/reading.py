"""check, intake, audit, prove: the verbs that read packs, messages and the record."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import Verb, pack_folders
from huiyin.core.values import Text
from huiyin.host.errors import HostError


class UnsoundError(HostError):
    """Something was looked at and is not right; the details were told already."""


def check(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Read packs strictly and run the soundness checks."""
    from huiyin.core.packs import read_library

    folders = pack_folders(args.pack)
    library, problems = read_library(folders)
    rows = [_problem(problem) for problem in problems]
    for row in rows:
        console.show(f"{row['file']}:{row['line']}: [{row['rule']}] {row['zh']}\n    {row['en']}")
        if row["mend_zh"]:
            console.show(f"    → {row['mend_zh']}\n      {row['mend_en']}")
    answer = {"packs": [folder.name for folder in folders], "sound": not rows, "problems": rows}
    if rows or library is None:
        console.answer({**answer, "error": {"code": "unsound", "zh": f"{len(rows)} 处问题", "en": f"{len(rows)} problems"}})
        raise UnsoundError("unsound", f"规则包有 {len(rows)} 处问题。", f"The packs have {len(rows)} problems.")
    console.show("规则包没有问题。 The packs are sound.")
    return answer


def _problem(problem: Any) -> dict[str, Any]:
    text = getattr(problem, "text", None) or getattr(problem, "what", None) or Text(str(problem), str(problem))
    mend = getattr(problem, "mend", None)
    if isinstance(text, str):
        text = Text(text, text)
    if isinstance(mend, str):
        mend = Text(mend, mend)
    return {
        "file": str(getattr(problem, "file", "")),
        "line": getattr(problem, "line", None),
        "rule": str(getattr(problem, "rule", "")),
        "zh": text.zh,
        "en": text.en,
        "mend_zh": mend.zh if mend else "",
        "mend_en": mend.en if mend else "",
    }


def intake(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Read citizens' messages from a file."""
    if not args.file.is_file():
        raise HostError("no_such_file", f"没有文件 {args.file}。", f"There is no file {args.file}.")
    mapping = {}
    for pair in args.map:
        field, equals, column = pair.partition("=")
        if not equals or not field or not column:
            raise HostError("bad_map", f"--map 要写成 字段=列名,不是 {pair}。", f"--map is FIELD=COLUMN, not {pair}.")
        mapping[field] = column
    with stage.database(console) as (home, _):
        stage.ensure_packs(home, console)
        stage.use_django()
        from huiyin.exchange.intake import run

        with Progress() as progress:
            told = dict(run(args.file, mapping=mapping, feeder=args.feeder, progress=progress))
    console.show("  ".join(f"{key}: {told[key]}" for key in ("read", "new", "known", "rejected")))
    return told


def audit(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Recompute every chain and seal."""
    with stage.database(console):
        report = audit_now(console)
    console.show("核查通过。 The record is whole.")
    return report


def audit_now(console: Console) -> dict[str, Any]:
    """Audit the record of a running database.

    Raises:
        UnsoundError: something was altered; the report, already given, names it.
    """
    stage.use_django()
    from huiyin.matters.audit import audit as run

    with Progress() as progress:
        report = run(progress=progress)
    plain: dict[str, Any] = dict(report.to_plain())
    if not report.ok:
        for key, value in plain.items():
            console.show(f"{key}: {value}")
        zh, en = "核查不通过,详见报告。", "The record does not hold; see the report."
        console.answer({**plain, "error": {"code": "record_altered", "zh": zh, "en": en}})
        raise UnsoundError("record_altered", zh, en)
    return plain


def prove(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Prove receipts or matters against the sealed roots."""
    with stage.database(console):
        stage.use_django()
        from huiyin.matters.prove import prove as run

        proofs = [dict(run(reference)) for reference in args.reference]
    for reference, proof in zip(args.reference, proofs, strict=True):
        console.show(f"{reference}: " + "  ".join(f"{key}={value}" for key, value in proof.items()))
    return {"proofs": proofs}


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", nargs="*", metavar="PACK", help="规则包目录或名字 / folder or name of a pack")


def _intake_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV 文件 / CSV file")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="字段与列名的对应,可重复 / which column holds a field; may be repeated",
    )
    parser.add_argument("--feeder", default="csv", help="来源系统的名字 / name of the neighbouring system")


def _prove_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", nargs="+", metavar="REFERENCE", help="编号,或回执文件 / reference, or receipt file")


VERBS = (
    Verb(
        "check",
        Text("检查规则包", "check packs"),
        Text(
            "严格读取规则包并核对程序是否健全;每处问题给出文件、行号、规则和改法。不需要数据库。",
            "Reads packs strictly and checks that every procedure is sound; each problem comes with file, line, rule and mend. "
            "Needs no database.",
        ),
        (("./huiyin check packs/cn", Text("检查一个包", "one pack")), ("./huiyin check", Text("演示用的包", "the demo's packs"))),
        check,
        _check_arguments,
    ),
    Verb(
        "intake",
        Text("从文件接收群众来信", "take in citizens' messages from a file"),
        Text(
            "逐行读入;来源系统自己的编号使重复运行不会重复立案,中断后可续。坏行写入旁边的退回文件,其余照常。",
            "Row by row; the feeder's own number keeps a second run from opening anything twice, and a killed run goes on. "
            "A bad row goes to a reject file with line and reason, the rest go in.",
        ),
        (
            ("./huiyin intake messages.csv", Text("默认列名", "with the usual columns")),
            ("./huiyin intake letters.csv --map text=内容 --map number=编号 --json", Text("别的列名", "with other columns")),
        ),
        intake,
        _intake_arguments,
    ),
    Verb(
        "audit",
        Text("核查全部记录未被改动", "check that nothing was altered"),
        Text(
            "重算每个事项的事件链和每个封存根。发现改动时指出事项和事件,并以非零状态结束。",
            "Recomputes each matter's chain of events and every sealed root. Names matter and event where something was changed, "
            "and ends with a status other than zero.",
        ),
        (("./huiyin audit --json", Text("供监控程序使用", "for a monitor")),),
        audit,
    ),
    Verb(
        "prove",
        Text("证明一个事项或回执在封存的记录里", "prove that a matter or receipt is in the sealed record"),
        Text(
            "给出从事件到封存根的路径,任何人都能自行验算。",
            "Gives the path from the event to a sealed root, which anyone can recompute.",
        ),
        (("./huiyin prove 123456789012", Text("按编号", "by reference")),),
        prove,
        _prove_arguments,
    ),
)
