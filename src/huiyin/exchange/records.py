"""Rows of a file that somebody else made, CSV or XLSX: read one by one, so that a bad one does not take the good ones with it."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from huiyin.core.values import Text
from huiyin.exchange import workbook
from huiyin.exchange.sheets import letter
from huiyin.host.errors import HostError

COLUMNS = (
    "message_no", "user_code", "time", "title", "detail", "likes", "dislikes", "district", "topic",
    "name", "phone", "act", "act_no", "choice",
)  # fmt: skip
# How a column's name begins that answers what the responsibility list turns on; the field's name follows.
FACT = "fact."
# What our own template calls them.
LABELS: Mapping[str, str] = {
    "message_no": "编号",
    "time": "时间",
    "title": "标题",
    "detail": "内容",
    "district": "区县",
    "topic": "事项类型",
}
# How the template's row of notes begins; it is no message.
NOTE = "说明："
NEEDED = ("message_no", "time", "detail")
XLSX = "xlsx"
# A quote opened and never closed would swallow the rest of the file; no message is longer than this.
MOST_LINES = 2000
MOST_CHARACTERS = 400_000
csv.field_size_limit(MOST_CHARACTERS * 2)


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file.

    Attributes:
        line: the line it begins on, counted from 1.
        values: our column name -> cell; None when the row cannot be read at all.
        problem: why it cannot be read.
    """

    line: int
    values: Mapping[str, str] | None
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was looked at: how it is encoded (``xlsx`` for a workbook) and which column holds what."""

    path: Path
    encoding: str
    header: tuple[str, ...]
    places: Mapping[str, int]

    def cell(self, line: int, field: str) -> str:
        """Return the address of a cell as spreadsheets show it; of the row alone when the field has no column."""
        return f"{letter(self.places[field])}{line}" if field in self.places else str(line)


def inspect(path: Path, mapping: Mapping[str, str] | None = None, labels: Mapping[str, str] | None = None) -> Source:
    """Find out a file's encoding and columns.

    Args:
        mapping: our column name -> theirs, for the columns they call otherwise.
        labels: what our template calls further columns of today's packs.

    Raises:
        HostError: the file is not one we can read, or a column that is needed is missing.
    """
    theirs = {name: name for name in COLUMNS} | dict(mapping or {})
    unknown = sorted(name for name in theirs if name not in COLUMNS and not name.startswith(FACT))
    if unknown:
        raise HostError(
            "bad_map",
            f"对应表里的“{'、'.join(unknown)}”不是本系统的列名。可用：{'、'.join(COLUMNS)}。",
            f"The mapping names {', '.join(unknown)}, which is none of ours: {', '.join(COLUMNS)}.",
        )
    encoding = XLSX if workbook.is_workbook(path) else _encoding(path)
    header = workbook.header(path) if encoding == XLSX else _header(path, encoding)
    places = {name: header.index(column) for name, column in theirs.items() if column in header}
    for name, label in {**LABELS, **(labels or {})}.items():
        if name not in places and name not in (mapping or {}) and label in header:
            places[name] = header.index(label)
    missing = [theirs[name] for name in NEEDED if name not in places]
    missing += [column for name, column in (mapping or {}).items() if name not in places and column not in missing]
    if missing:
        found = "、".join(cell[:30] for cell in header[:20]) or "（空）"
        raise HostError(
            "missing_column",
            f"{path.name}的表头里没有：{'、'.join(missing)}。现有列：{found}。列名不同请用 --map 说明。",
            f"The header of {path.name} lacks {', '.join(missing)}. It has: {found}. Say with --map which column is which.",
        )
    return Source(path, encoding, header, places)


def _header(path: Path, encoding: str) -> tuple[str, ...]:
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        try:
            return tuple(cell.strip() for cell in next(csv.reader(_Lines(iter(file)), strict=True), ()))
        except (csv.Error, _RunawayError):
            return ()


def table(path: Path, labels: Mapping[str, str]) -> Source:
    """Find out the encoding and columns of a file whose headings are known: our column name -> its heading.

    Raises:
        HostError: it is no file that can be read.
    """
    header = headings(path)
    places = {name: header.index(label) for name, label in labels.items() if label in header}
    return Source(path, XLSX if workbook.is_workbook(path) else _encoding(path), header, places)


def headings(path: Path) -> tuple[str, ...]:
    """Return the headings of a file as they stand, for choosing which is which.

    Raises:
        HostError: it is no file that can be read.
    """
    encoding = XLSX if workbook.is_workbook(path) else _encoding(path)
    return workbook.header(path) if encoding == XLSX else _header(path, encoding)


def read(source: Source) -> Iterator[Record]:
    """Yield the rows of a file in order. A row that cannot be read is one bad record; reading goes on behind it."""
    rows = _workbook_records(source) if source.encoding == XLSX else _csv_records(source)
    for record in rows:
        if not (record.values or {}).get("message_no", "").startswith(NOTE):
            yield record


def _workbook_records(source: Source) -> Iterator[Record]:
    for line, cells in workbook.rows(source.path):
        values = {name: cells[place] if place < len(cells) else "" for name, place in source.places.items()}
        lost = next((name for name, cell in values.items() if isinstance(cell, workbook.LostDigits)), None)
        problem = None
        if lost is not None:
            problem = Text(
                f"“{source.header[source.places[lost]]}”是很长的数字，表格软件可能已改掉后几位。请把这一列设为文本后重填。",
                f"“{source.header[source.places[lost]]}” is a long number and the spreadsheet may have changed its last digits. "
                "Format the column as text and fill it in again.",
            )
        yield Record(line, {name: str(cell) for name, cell in values.items()}, problem)


def _csv_records(source: Source) -> Iterator[Record]:
    with source.path.open(encoding=source.encoding, errors="surrogateescape", newline="") as file:
        lines = _Lines(iter(file))
        reader = csv.reader(lines, strict=True)
        next(reader, None)
        while True:
            line = lines.start_record()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _RunawayError):
                lines.keep_first_only()
                reader = csv.reader(lines, strict=True)
                yield Record(line, None, Text("引号没有成对，这一行读不出来。", "The quotes do not match; the row cannot be read."))
                continue
            if cells:
                yield _record(source, line, cells)


def read_mapping(path: Path) -> dict[str, str]:
    """Read a mapping file: YAML or JSON, ``our column: their column``.

    Raises:
        HostError: it cannot be read, or holds something else.
    """
    try:
        plain = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        plain = error
    if not isinstance(plain, dict) or not all(isinstance(part, str) for pair in plain.items() for part in pair):
        raise HostError(
            "bad_map",
            f"{path.name}应是一张“本系统列名: 对方列名”的表（YAML或JSON）。",
            f"{path.name} should be a table of “our column: their column”, in YAML or JSON.",
        )
    return dict(plain)


def _record(source: Source, line: int, cells: Sequence[str]) -> Record:
    if len(cells) != len(source.header):
        return Record(
            line,
            {name: cells[place] for name, place in source.places.items() if place < len(cells)},
            Text(
                f"这一行有{len(cells)}列，表头有{len(source.header)}列。",
                f"The row has {len(cells)} columns, the header {len(source.header)}.",
            ),
        )
    return Record(line, {name: cells[place] for name, place in source.places.items()})


class _RunawayError(Exception):
    """One row has gone on for too long: a quote was opened and not closed."""


class _Lines(Iterator[str]):
    """Lines that can be given back: those of a row that turned out bad, but its first."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file = file
        self._returned: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 0
        self._characters = 0

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._file)
        self._taken.append(line)
        self._number += 1
        self._characters += len(line)
        if len(self._taken) > MOST_LINES or self._characters > MOST_CHARACTERS:
            raise _RunawayError
        return line

    def start_record(self) -> int:
        """Forget the lines of the row before; return the number of the line to come."""
        self._taken = []
        self._characters = 0
        return self._number + 1

    def keep_first_only(self) -> None:
        """Give back every line of the present row but its first."""
        rest = self._taken[1:]
        self._returned.extendleft(reversed(rest))
        self._number -= len(rest)


def _encoding(path: Path) -> str:
    """Return the encoding a file is in: by its mark, else by what most of its lines can only be.

    Chinese in UTF-8 has characters of three bytes, which text in GB18030 hardly ever looks like. The other way round both
    happen: a few words in GB18030, 联通 the best known, are valid UTF-8 of two-byte characters, and most UTF-8 is valid GB18030.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _whole(path, "utf-16")
    sure, other = 0, 0
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            if _is_utf8(line):
                sure += 1
            else:
                other += 1
    return "gb18030" if other > sure else "utf-8"


def _is_utf8(line: bytes) -> bool:
    """Tell whether a line can hardly be anything but UTF-8."""
    try:
        return any(ord(character) >= 0x800 for character in line.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _whole(path: Path, encoding: str) -> str:
    """Return an encoding in which a file can be read from end to end: one wrong byte would turn all behind it into something else.

    Raises:
        HostError: it cannot.
    """
    try:
        with path.open(encoding=encoding) as file:
            while file.read(2**16):
                pass
    except UnicodeDecodeError:
        raise HostError(
            "encoding",
            f"{path.name}的文字编码（{encoding.upper()}）有损坏，没有收下。请另存为UTF-8的CSV或者XLSX后再试。",
            f"The text of {path.name} is damaged ({encoding.upper()}) and was not taken. Save it anew as CSV in UTF-8, or as XLSX.",
        ) from None
    return encoding
