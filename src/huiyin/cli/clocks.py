"""clock: the dates of the law, without a database."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.cli.output import Console
from huiyin.cli.verbs import PACKS, Verb
from huiyin.core.values import Text
from huiyin.host.errors import HostError

if TYPE_CHECKING:
    from huiyin.core.worked import Rules, Worked


def clock(args: argparse.Namespace, console: Console) -> Mapping[str, Any] | int:
    """Count a table of worked dates again."""
    from huiyin.core.worked import TableError, check

    columns, rows = _table(args.file)
    rules = _rules()
    try:
        done = check(rows, columns, rules, choosing=args.choose)
    except TableError as error:
        raise HostError(error.code, error.text.zh, error.text.en) from error
    wrong = [one for one in done if not one.agrees]
    for one in wrong:
        console.show(_line(one))
    agreeing = len(done) - len(wrong)
    console.show(f"{agreeing} of {len(done)} agree")
    answer: dict[str, Any] = {
        "agree": agreeing,
        "of": len(done),
        "chosen": args.choose,
        "calendar": rules.calendar.version,
        "rows": [_plain(one) for one in done],
    }
    if wrong:
        zh, en = f"{len(done)} 行中 {len(wrong)} 行不相符。", f"{len(wrong)} of {len(done)} rows differ."
        answer["error"] = {"code": "dates_differ", "zh": zh, "en": en}
    console.answer(answer)
    return 1 if wrong else 0


def _rules() -> Rules:
    """Return what the shipped packs count with.

    Raises:
        PackError: they cannot be read.
    """
    from huiyin.core.pack_reading import read_packs
    from huiyin.core.source import PackError
    from huiyin.core.worked import Rules

    library, problems = read_packs([PACKS / "cn"])
    if library is None:
        raise PackError(problems)
    return Rules(library.statutory, library.counting, library.calendar)


def _table(file: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """Return the columns of a CSV file and its rows with their lines.

    Raises:
        HostError: there is no such file, or it is no text.
    """
    if not file.is_file():
        raise HostError("no_such_file", f"没有文件 {file}。", f"There is no file {file}.")
    raw = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise HostError("no_text", f"{file} 不是 UTF-8 或 GB 18030 的文本。", f"{file} is no text in UTF-8 or GB 18030.")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = [(name or "").strip().casefold() for name in reader.fieldnames or ()]
    reader.fieldnames = columns

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        for row in reader:
            # A row with too many or too few cells keeps what it has.
            yield reader.line_num, {name: (value or "").strip() for name, value in row.items() if name and not isinstance(value, list)}

    return columns, rows()


def _line(one: Worked) -> str:
    row = one.row
    where = " ".join(part for part in (f"{one.line}:", row.get("id", ""), row.get("law", ""), row.get("article", "")) if part)
    if one.why is not None:
        return f"{where}\n    {one.why.zh}\n    {one.why.en}"
    chosen = f" {one.clock}" if one.clock else ""
    expected = row["expected_due_date"]
    notes = "".join(f"\n    {note.zh}\n    {note.en}" for note in one.notes)
    return f"{where}\n    应为 {expected}，算得 {one.counted} / expected {expected}, counted {one.counted} ({one.code}{chosen}){notes}"


def _plain(one: Worked) -> dict[str, Any]:
    row = one.row
    return {
        "line": one.line,
        "id": row.get("id"),
        "law": row.get("law"),
        "article": row.get("article"),
        "agrees": one.agrees,
        "expected": row.get("expected_due_date"),
        "counted": one.counted or None,
        "rule": one.code or None,
        "clock": one.clock or None,
        "provisional": one.provisional,
        "why": None if one.why is None else one.why.to_plain(),
        "notes": [note.to_plain() for note in one.notes],
    }


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("check",), metavar="check", help="核对一张算好的日期表 / count a table of worked dates again")
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="CSV 文件 / CSV file")
    parser.add_argument(
        "--choose",
        action="store_true",
        help="不看 rule 列，按法律、条号和起算日找规则 / ignore the column rule: find it from law, article and trigger",
    )


VERBS = (
    Verb(
        "clock",
        Text("核对期限日期", "check dates of the law"),
        Text(
            "把一张算好的日期表按国家包的规则和放假安排重算一遍。列有 law、article、rule、trigger_iso、duration、unit、"
            "expected_due_date，其他列可有可无。写出不相符的每一行和“N of M agree”，全部相符时退出状态为 0。"
            "加 --choose 时不看 rule 列，由法律、条号和起算日找规则；停钟的日子（rule 列里的 |pause=首日..末日）是事实，照用。"
            "找不到或者不能确定的，说明理由，不猜。不需要数据库。",
            "Counts a table of worked dates again with the country pack's rules and holidays. Columns: law, article, rule, "
            "trigger_iso, duration, unit, expected_due_date; others may be there. Prints each row that differs and N of M agree; "
            "the status is 0 only when all agree. With --choose the column rule is ignored and found from law, article and trigger; "
            "days that stood still (|pause=FIRST..LAST in that column) are facts and stay. What cannot be decided is told with the "
            "reason, never guessed. "
            "Needs no database.",
        ),
        (
            ("./huiyin clock check dates.csv", Text("按表里写的规则", "by the rules the table names")),
            ("./huiyin clock check dates.csv --choose --json", Text("由法律和条号找规则", "by rules found from law and article")),
        ),
        clock,
        _arguments,
    ),
)
