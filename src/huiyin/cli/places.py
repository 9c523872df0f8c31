"""place: how well addresses are read, against any table of divisions. Needs no city and no database."""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from huiyin.cli.output import Console
from huiyin.cli.verbs import Verb
from huiyin.core.address_evaluate import MEASURED, Row, evaluate, level_of
from huiyin.core.address_index import DivisionIndex
from huiyin.core.address_names import LEVELS
from huiyin.core.values import Text
from huiyin.host.errors import HostError

CODE_DIGITS = 12
GZIP_MAGIC = b"\x1f\x8b"


def place(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Read a file of addresses with known codes and tell how many are found."""
    rows = list(_rows(Path(args.file)))
    console.say(f"读入{len(rows):,}条地址,正在读区划表…", f"{len(rows):,} addresses read; reading the divisions…")
    began = time.perf_counter()
    index = DivisionIndex(_divisions(Path(args.divisions)))
    if not len(index):
        raise _wrong(Path(args.divisions), 1, "区划表里没有一行", "the table of divisions has no row")
    loaded = time.perf_counter() - began
    console.say(f"区划{len(index):,}个,{loaded:.1f}秒;正在读地址…", f"{len(index):,} divisions in {loaded:.1f} s; reading addresses…")
    began = time.perf_counter()
    measure = evaluate(index, rows)
    each = (time.perf_counter() - began) * 1000 / max(1, len(rows))
    told = {**measure.to_plain(), "ms_each": round(each, 3), "divisions": len(index), "load_seconds": round(loaded, 2)}
    for level in MEASURED:
        count = told["counts"][level]
        console.show(f"{level:<10} {_percent(told[level])}  ({count['right']} / {count['rows']}, 说错 / said wrong: {count['wrong']})")
    console.show(f"{'unsure':<10} {_percent(told['unsure'])}  ({measure.unsure} / {measure.rows})")
    console.show(f"{each:.2f} ms")
    return told


def _percent(share: float | None) -> str:
    return "    —" if share is None else f"{share * 100:5.1f} %"


def _rows(file: Path) -> Iterator[Row]:
    """Yield the addresses of a file with one JSON object a line: text, code and, where it is given, level."""
    with _opened(file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                one = json.loads(line)
                text, code = str(one["text"]), str(one["code"])
                level = str(one.get("level") or level_of(code))
            except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
                raise _wrong(
                    file,
                    number,
                    '这一行应是一个JSON对象,有 text 和 code,如 {"text": "…", "code": "210102000000"}',
                    'the line has to be a JSON object with text and code, such as {"text": "…", "code": "210102000000"}',
                ) from error
            if level not in LEVELS or len(code) != CODE_DIGITS or not code.isdigit():
                raise _wrong(
                    file,
                    number,
                    f"code 要12位数字,level 是 {'、'.join(LEVELS)} 之一",
                    f"code takes 12 digits and level is one of {', '.join(LEVELS)}",
                )
            yield Row(text, code, level)


def _divisions(file: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield (code, name, level, parent) of a table, plain or compressed."""
    with _opened(file) as lines:
        table = csv.reader(lines)
        heads = [head.strip().lstrip("\ufeff") for head in next(table, [])]
        try:
            code, name, level = (heads.index(head) for head in ("code", "name", "level"))
            parent = heads.index("parent_code" if "parent_code" in heads else "parent")
        except ValueError as error:
            raise _wrong(
                file,
                1,
                "第一行要有列名 code、name、level、parent_code",
                "the first line has to name the columns code, name, level and parent_code",
            ) from error
        width = max(code, name, level, parent)
        for row in table:
            if not row:
                continue
            if len(row) <= width or row[level] not in LEVELS:
                raise _wrong(file, table.line_num, f"level 要是 {'、'.join(LEVELS)} 之一", f"level has to be one of {', '.join(LEVELS)}")
            yield row[code], row[name], row[level], row[parent]


def _opened(file: Path) -> IO[str]:
    try:
        with file.open("rb") as raw:
            packed = raw.read(2) == GZIP_MAGIC
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="") if packed else file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise HostError("no_file", f"打不开文件 {file}:{error.strerror}。", f"Cannot open {file}: {error.strerror}.") from error


def _wrong(file: Path, line: int, zh: str, en: str) -> HostError:
    return HostError("bad_file", f"{file} 第{line}行:{zh}。", f"{file}, line {line}: {en}.")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("do", choices=("evaluate",), help="做什么 / what")
    parser.add_argument("file", metavar="FILE.jsonl", help="地址和已知的区划代码 / addresses with the codes known for them")
    parser.add_argument("--divisions", required=True, metavar="CSV", help="区划表,可以是 .gz / table of divisions, plain or .gz")


VERBS = (
    Verb(
        "place",
        Text("检验地址识别得准不准", "measure how well addresses are read"),
        Text(
            "evaluate 读一个JSONL文件(每行 text、code、level),按区划表(CSV,列 code、name、level、parent_code)识别每个地址,"
            "给出区县、街道、社区三级的正确率。“拿不准”按错算,另外单列;说错的也单列。不需要数据库,什么都不改。",
            "evaluate reads a JSONL file (text, code and level on each line), reads every address by the table of divisions (CSV with "
            "code, name, level and parent_code) and tells the share right at district, street and community. “Not sure” counts as wrong "
            "and is shown apart; so is what was said wrong. It needs no database and changes nothing.",
        ),
        (
            (
                "./huiyin place evaluate addresses.jsonl --divisions divisions.csv.gz --json",
                Text("正确率、拿不准的比例、每条用时", "shares right and unsure, time each"),
            ),
        ),
        place,
        _arguments,
    ),
)
