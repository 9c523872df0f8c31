"""check, intake, audit, prove: the verbs that read packs, messages and the record."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import DEMO_PACKS, Verb, pack_folders
from huiyin.core.values import Text
from huiyin.host.errors import HostError

# People read the first of them; --json gives them all.
SHOWN_FINDINGS = 20


class UnsoundError(HostError):
    """Something was looked at and is not right; the details were told already."""


def check(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Read packs strictly, prove them as a load would, and run every scenario."""
    from huiyin.city.proving import prove_packs
    from huiyin.cli.law import lines
    from huiyin.core.law_report import report
    from huiyin.core.responsibility_problems import KINDS

    folders = pack_folders(args.pack or [*DEMO_PACKS])
    proof = prove_packs(folders)
    problems, run = proof.problems, sum(proof.scenarios.values())
    for one in problems:
        console.show(f"{one.file}:{one.line}: [{one.rule}] {one.text.zh}\n    {one.text.en}")
        console.show(f"    → {one.mend.zh}\n      {one.mend.en}")
    rows = [{"file": one.file, "line": one.line, "rule": one.rule, "text": asdict(one.text), "mend": asdict(one.mend)} for one in problems]
    answer = {
        "packs": [folder.name for folder in folders],
        "sound": not rows,
        "scenarios": run,
        "scenarios_of": dict(proof.scenarios),
        "responsibility_rows": {city.name: len(city.rows) for city in proof.cities},
        "responsibility_notices": {
            city.name: [{"kind": one.kind, "row": one.row, "text": asdict(one.text)} for one in city.notices] for city in proof.cities
        },
        "problems": rows,
    }
    if rows or proof.library is None:
        zh, en = f"规则包有 {len(rows)} 处问题。", f"The packs have {len(rows)} problems."
        if proof.library is None:
            zh, en = f"{zh}情景没有运行。", f"{en} The scenarios were not run."
        console.answer({**answer, "error": {"code": "unsound", "zh": zh, "en": en}})
        raise UnsoundError("unsound", zh, en)
    for name, count in sorted(proof.scenarios.items()):
        console.show(f"  {name}: {count}")
    for city in proof.cities:
        console.show(f"  {city.name}: {len(city.rows)} 条责任 / rows of responsibility")
        for notice in city.notices:
            console.show(
                f"    {KINDS[notice.kind].zh}“{notice.row}”:{notice.text.zh}\n      {KINDS[notice.kind].en}, {notice.row}: {notice.text.en}"
            )
    if args.law is not None:
        told = report(proof.library, proof.tried)
        for line in lines(told, args.law):
            console.show(line)
        answer |= told
    packs, procedures = ", ".join(folder.name for folder in folders), sorted(proof.library.procedures)
    console.show(f"规则包没有问题({packs}):{len(procedures)} 个程序,{run} 个情景。")
    console.show(f"The packs are sound ({packs}): {len(procedures)} procedures, {run} scenarios.")
    return {**answer, "procedures": procedures}


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
        stage.need_packs(home)
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
    asked = {word: _asked(word) for word in args.reference}
    with stage.database(console):
        stage.use_django()
        from huiyin.matters.prove import prove as run

        proofs = {word: _compared(run(one.head or one.reference), one) for word, one in asked.items()}
    for word, proof in proofs.items():
        if proof is None:
            console.show(f"{word}: 没有这个编号或回执 / no such reference or receipt")
            continue
        for key, value in proof.items():
            console.show(f"  {key}: {value}")
    answer = {"proofs": [{"asked": word, **(proof or {"ok": False, "found": False})} for word, proof in proofs.items()]}
    if not all(proof and proof.get("ok") for proof in proofs.values()):
        zh, en = "至少有一项没有得到证明。", "At least one of them is not proved."
        console.answer({**answer, "error": {"code": "not_proved", "zh": zh, "en": en}})
        raise UnsoundError("not_proved", zh, en)
    return answer


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants proved: the hash on a receipt where there is one, else a reference; from a file, both."""

    head: str = ""
    reference: str = ""


def _asked(word: str) -> Asked:
    """Read one word of the command: a reference, a receipt's hash, or a file that holds a receipt.

    Raises:
        HostError: the file holds no receipt.
    """
    if not Path(word).is_file():
        return Asked(reference=word)
    try:
        told = json.loads(Path(word).read_text("utf-8"))
    except (OSError, ValueError):
        told = None
    found = {name: told[name] for name in ("head", "reference") if isinstance(told.get(name), str)} if isinstance(told, dict) else {}
    if not found:
        raise HostError(
            "no_receipt",
            f"{word} 里没有回执:要有一个 JSON 对象,含 head(记录指纹)或 reference(编号)。",
            f"{word} holds no receipt: a JSON object with a head (the fingerprint) or a reference.",
        )
    return Asked(**found)


def _compared(proof: dict[str, Any] | None, asked: Asked) -> dict[str, Any] | None:
    """Add whether the receipt's reference is the one its hash stands under."""
    if proof is None or not (asked.head and asked.reference):
        return proof
    from huiyin.core import reference

    same = reference.normalise(asked.reference) == proof["reference"]
    return {**proof, "reference_ok": same, "ok": proof["ok"] and same}


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", nargs="*", metavar="PACK", help="规则包目录或名字 / folder or name of a pack")
    parser.add_argument(
        "--law",
        nargs="?",
        const="zh",
        choices=("zh", "en"),
        help="再列出每个法定期限和谁在用、情景试过什么、文书的要素 / also print each clock and who uses it, coverage, elements",
    )


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
    parser.add_argument("reference", nargs="+", metavar="WHAT", help="编号、记录指纹或回执文件 / reference, fingerprint, or receipt file")


VERBS = (
    Verb(
        "check",
        Text("检查规则包", "check packs"),
        Text(
            "严格读取规则包和它们需要的包,核对程序是否健全、责任清单有无漏洞,并运行全部情景;每处问题给出文件、行号、规则和改法。"
            "凡 load 会拒绝的,这里都说。不需要数据库。",
            "Reads packs and those they need strictly, checks procedures and responsibility lists and runs every scenario; each problem "
            "comes with file, line, rule and mend. Whatever load would refuse is told here. Needs no database.",
        ),
        (
            ("./huiyin check packs/cn", Text("检查一个包", "one pack")),
            ("./huiyin check", Text("演示用的包", "the demo's packs")),
            ("./huiyin check --law en", Text("期限、覆盖、要素，英文", "clocks, coverage, elements, in English")),
        ),
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
            ("./huiyin intake letters.csv --map detail=内容 --map message_no=编号 --json", Text("别的列名", "with other columns")),
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
            "写编号(证明最后一步)、回执上的记录指纹,或存有回执的 JSON 文件。重算这个事项的链和它所在的封存根,给出从事件到根的路径。"
            "要用到本机的数据库;外人用 GET /api/v1/record/ 下的公开接口。不用我们的数据库就能全部验证的工具,以后的版本提供。",
            "Takes a reference (its last step), the fingerprint on a receipt, or a JSON file that holds a receipt. Recomputes the matter's "
            "chain and the sealed root it stands under, and gives the path between them. Needs this installation's database; someone "
            "outside uses the public GET /api/v1/record/. A tool that verifies everything without our database comes with a later release.",
        ),
        (
            ("./huiyin prove 123456789012", Text("按编号", "by reference")),
            ("./huiyin prove receipt.json", Text("按存下的回执", "by a receipt that was kept")),
        ),
        prove,
        _prove_arguments,
    ),
)
