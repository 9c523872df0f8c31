"""Files of messages: with topics, to train and measure on; or only messages, to find what many write about.

Columns are found by their names. Who wrote is never read.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from huiyin.host.errors import HostError
from huiyin.learning.features import readable

TOPIC: Final = "label"
SEGMENTED: Final = "text_segmented"
NUMBER: Final = "message_no"
# A number, id or group that two rows share makes them the same message; ``seg_id`` is the ``id`` of the other kind of file.
_SAME: Final = (("number", "message_no"), ("id", "id"), ("id", "seg_id"), ("id", "group"))
# "0", "nan" or a blank where no number is known makes no two messages the same.
_IS_NUMBER = re.compile(r"[1-9]")
_TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message whose topic somebody decided.

    Attributes:
        same: keys; rows that share one are the same message.
    """

    text: str
    topic: str
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came: its number, when, its title and what it says."""

    number: str
    at: datetime
    title: str
    detail: str


def labelled(path: Path) -> list[Labelled]:
    """Read messages with topics: columns ``label`` and ``text_segmented``, or ``label``, ``title`` and ``detail``.

    Raises:
        HostError: no such file, other columns, or nothing in it.
    """
    found = []
    for line, row in _rows(path, (TOPIC,)):
        if SEGMENTED not in row and "detail" not in row:
            raise _columns(path, f"{SEGMENTED} / title, detail")
        # A table put together from both kinds has both columns, and one of them empty.
        text = row.get(SEGMENTED, "").strip() or f"{row.get('title', '')}\n{row.get('detail', '')}"
        topic = row[TOPIC].strip()
        if not topic:
            raise HostError("no_label", f"{path} 第 {line} 行没有 {TOPIC}。", f"{path} line {line} has no {TOPIC}.")
        same = tuple(f"{kind}:{row[column].strip()}" for kind, column in _SAME if _IS_NUMBER.search(row.get(column, "")))
        found.append(Labelled(text, topic, (f"text:{readable(text)}", *same)))
    return found


def messages(path: Path) -> tuple[list[Message], int]:
    """Read messages with ``message_no``, ``time``, ``title`` and ``detail``; also how many had no time that can be read.

    Raises:
        HostError: no such file, other columns, or nothing in it.
    """
    found, unread = [], 0
    for _, row in _rows(path, (NUMBER, "time", "title", "detail")):
        at = _time(row["time"])
        if at is None:
            unread += 1
        else:
            found.append(Message(row[NUMBER].strip(), at, row["title"].strip(), row["detail"].strip()))
    return found, unread


def _rows(path: Path, needed: Sequence[str]) -> Sequence[tuple[int, Mapping[str, str]]]:
    if not path.is_file():
        raise HostError("no_such_file", f"没有文件 {path}。", f"There is no file {path}.")
    csv.field_size_limit(min(sys.maxsize, 1 << 30))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
                raise _columns(path, ", ".join(missing))
            rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise HostError("not_csv", f"{path} 不是 UTF-8 的 CSV 表({error})。", f"{path} is not a CSV table in UTF-8 ({error}).") from error
    if not rows:
        raise HostError("no_rows", f"{path} 里没有数据行。", f"{path} has no rows.")
    return rows


def _columns(path: Path, missing: str) -> HostError:
    return HostError("no_column", f"{path} 缺少列:{missing}。", f"{path} lacks the columns: {missing}.")


def _time(written: str) -> datetime | None:
    found = _TIME.search(written)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        # A file says no zone; only differences and days are used.
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
