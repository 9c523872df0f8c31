"""check, intake, audit, prove: the verbs that read packs, messages and the record."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import Verb, pack_folders
from huiyin.core.values import Text
from huiyin.host.errors import HostError

if TYPE_CHECKING:
    from huiyin.core.packs import Library
    from huiyin.core.source import Problem


# People read the first of them; --json gives them all.
SHOWN_FINDINGS = 20


class UnsoundError(HostError):
    """Something was looked at and is not right; the details were told already."""


def check(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Read packs strictly, run the soundness checks and every scenario."""
    from huiyin.core.packs import read_library

    folders = pack_folders(args.pack)
    library, problems = read_library(folders)
    run = 0
    if library is not None:
        run, problems = _scenarios(folders, library)
    for one in problems:
        console.show(f"{one.file}:{one.line}: [{one.rule}] {one.text.zh}\n    {one.text.en}")
        console.show(f"    → {one.mend.zh}\n      {one.mend.en}")
    rows = [{"file": one.file, "line": one.line, "rule": one.rule, "text": asdict(one.text), "mend": asdict(one.mend)} for one in problems]
    answer = {"packs": [folder.name for folder in folders], "sound": not rows, "scenarios": run, "problems": rows}
    if rows or library is None:
        zh, en = f"规则包有 {len(rows)} 处问题。", f"The packs have {len(rows)} problems."
        console.answer({**answer, "error": {"code": "unsound", "zh": zh, "en": en}})
        raise UnsoundError("unsound", zh, en)
    names = ", ".join(sorted(library.procedures))
    console.show(f"规则包没有问题:{len(library.procedures)} 个程序,{run} 个情景。")
    console.show(f"The packs are sound: {len(library.procedures)} procedures ({names}), {run} scenarios.")
    return {**answer, "procedures": sorted(library.procedures)}


def _scenarios(folders: list[Path], library: Library) -> tuple[int, list[Problem]]:
    """Run every scenario beside the procedures; return how many, and what came out otherwise than written."""
    from huiyin.core import scenario
    from huiyin.core.soundness import check_coverage
    from huiyin.core.source import PackError, Problem, read_yaml

    count = 0
    problems: list[Problem] = []
    mend = Text("请改情景或程序,使两者一致。", "Change the scenario or the procedure so that they agree.")
    for path in (path for folder in folders for path in sorted(folder.glob("procedures/*.scenario.yaml"))):
        procedure = library.procedures.get(path.name.removesuffix(".scenario.yaml"))
        if procedure is None:
            continue
        try:
            source = read_yaml(path)
        except PackError as error:
            problems += error.problems
            continue
        traces = []
        for number, case in enumerate(source.data):
            count += 1
            trace = scenario.run(procedure, library, case)
            traces.append(trace)
            for text in trace.failures:
                told = Text(f"情景“{trace.name}”:{text.zh}", f"Scenario “{trace.name}”: {text.en}")
                problems.append(Problem(str(path), source.line_of(number), "scenario", told, mend))
        problems += check_coverage(procedure, traces)
    return count, problems


def intake(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Read citizens' messages from a file."""
    if not args.file.is_file():
        raise HostError("no_such_file", f"没有文件 {args.file}。", f"There is no file {args.file}.")
    mapping: dict[str, str] | Path = {}
    if len(args.map) == 1 and "=" not in args.map[0] and Path(args.map[0]).is_file():
        mapping = Path(args.map[0])
    for pair in args.map if isinstance(mapping, dict) else ():
        field, equals, column = pair.partition("=")
        if not equals or not field or not column:
            raise HostError("bad_map", f"--map 要写成 字段=列名,不是 {pair}。", f"--map is FIELD=COLUMN, not {pair}.")
        if isinstance(mapping, dict):
            mapping[field] = column
    with stage.database(console) as (home, _):
        stage.ensure_packs(home, console)
        stage.use_django()
        from huiyin.exchange.intake import run

        with Progress() as progress:
            told = dict(run(args.file, mapping=mapping or None, feeder=args.feeder, progress=progress))
    console.show("  ".join(f"{key}: {told[key]}" for key in ("read", "new", "known", "rejected")))
    return told


def audit(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Recompute every chain and seal."""
    with stage.database(console):
        report = audit_now(console)
    console.show(f"核查通过:{report['matters']} 个事项,{report['events']} 个事件,{report['roots']} 个封存根。")
    console.show(f"The record is whole: {report['matters']} matters, {report['events']} events, {report['roots']} sealed roots.")
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
    plain = {"ok": report.passed, **asdict(report)}
    if not report.passed:
        for one in report.findings[:SHOWN_FINDINGS]:
            where = f"{one.reference or one.matter} #{one.seq}" if one.seq is not None else one.reference or one.matter
            console.show(f"{one.home}  {where}  [{one.check}] {one.detail.zh}\n    {one.detail.en}")
        if report.found > SHOWN_FINDINGS:
            console.show(f"…… {report.found} (--json)")
        zh, en = f"核查不通过:{report.found} 处。", f"The record does not hold: {report.found} findings."
        console.answer({**plain, "error": {"code": "record_altered", "zh": zh, "en": en}})
        raise UnsoundError("record_altered", zh, en)
    return plain


def prove(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Prove receipts or matters against the sealed roots."""
    with stage.database(console):
        stage.use_django()
        from huiyin.matters.prove import prove as run

        proofs = {reference: run(reference) for reference in args.reference}
    for reference, proof in proofs.items():
        if proof is None:
            console.show(f"{reference}: 没有这个编号或回执 / no such reference or receipt")
            continue
        for key, value in proof.items():
            console.show(f"  {key}: {value}")
    answer = {"proofs": [{"asked": reference, **(proof or {"ok": False, "found": False})} for reference, proof in proofs.items()]}
    if not all(proof and proof.get("ok") for proof in proofs.values()):
        zh, en = "至少有一项没有得到证明。", "At least one of them is not proved."
        console.answer({**answer, "error": {"code": "not_proved", "zh": zh, "en": en}})
        raise UnsoundError("not_proved", zh, en)
    return answer


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", nargs="*", metavar="PACK", help="规则包目录或名字 / folder or name of a pack")


def _intake_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV 文件 / CSV file")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="字段与列名的对应,可重复,或一个 YAML/JSON 文件 / which column holds a field; may be repeated; or a YAML or JSON file",
    )
    parser.add_argument("--feeder", default="file", help="来源系统的名字 / name of the neighbouring system")


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
