"""The list of a project's households as a workbook or CSV: an empty one to fill in, and one read back line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Final

from huiyin.core.forms import MAX_CENTS, bad_characters
from huiyin.core.opening import MAX_NAME
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import fillable, records, workbook
from huiyin.exchange.messages import Rejected
from huiyin.exchange.records import Record
from huiyin.host.errors import HostError
from huiyin.projects import services
from huiyin.projects.queries import MOST, Project
from huiyin.projects.services import Line

SHEET: Final = Text("各户名单", "Households")
EMPTY_ROWS, MOST_NAMES, BATCH = 600, 10, 50
COLUMNS: Final[Mapping[str, fillable.Column]] = {
    "building": ("楼栋或者班组", "必填。同一楼栋每一行写成一样，例如：3号楼。", 16),
    "door": ("单元门牌", "例如：2单元501。没有门牌的（例如工地）留空。", 18),
    "names": ("姓名", "必填。一户几位用、分开，例如：张三、李四。", 20),
    "phones": ("电话", "几位的用、分开，次序和姓名一样；不知道的留空。", 20),
    "size": ("面积或者数量", "例如：86.5平方米；出工42天。可以留空。", 16),
    "sum": ("金额", "这一户要求的金额，元，最多两位小数；不要求钱的留空。", 14),
    "remark": ("备注", "只写这一户自己的事，写事不评价人。可以留空。", 30),
}
NEEDED: Final[Mapping[str, Text]] = {
    "building": Text("楼栋或者班组要填。", "Give the building or crew."),
    "names": Text("姓名要填。", "Give the name."),
}
_LONGEST: Final[Mapping[str, int]] = {"building": 40, "door": 60, "size": 60, "remark": 500}
_APART: Final = re.compile(r"[、，,;；]")
_PHONE: Final = re.compile(r"[0-9+()（） -]{5,30}")


def template() -> bytes:
    """Return the workbook to fill in."""
    return fillable.write(SHEET.zh, COLUMNS, choices={}, empty=EMPTY_ROWS, freeze="A3")


def line_of(told: Mapping[str, str]) -> Line | list[tuple[str, Text]]:
    """Return what a row says of a household, or what is wrong with it, by column."""
    said = {name: workbook.unguarded(told.get(name, "").strip()) for name in COLUMNS}
    faults = [(name, text) for name, text in NEEDED.items() if not said[name]]
    faults += [(name, Text(f"最多{most}字。", f"At most {most} characters.")) for name, most in _LONGEST.items() if len(said[name]) > most]
    faults += [
        (name, Text("含有读不出来的字符。", "It holds characters that cannot be read.")) for name in COLUMNS if bad_characters(said[name])
    ]
    names, phones = _parts(said["names"]), _parts(said["phones"])
    if said["names"] and (not 1 <= len(names) <= MOST_NAMES or any(len(name) > MAX_NAME for name in names)):
        faults.append(("names", Text(f"一户写1～{MOST_NAMES}位，用、分开。", f"Write 1 to {MOST_NAMES} people, separated by 、.")))
    if len(set(names)) < len(names):
        faults.append(("names", Text("同一位写了两次。", "One person stands here twice.")))
    if (names and len(phones) > len(names)) or not all(_PHONE.fullmatch(phone) for phone in phones):
        faults.append(
            ("phones", Text("电话写数字，次序和姓名一样，不要比姓名多。", "Digits, in the order of the names, no more than these."))
        )
    cents = _cents(said["sum"])
    if isinstance(cents, Text):
        faults.append(("sum", cents))
    if faults or isinstance(cents, Text):
        return faults
    return Line(said["building"], said["door"], names, phones, said["size"], cents, said["remark"])


def _parts(words: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _APART.split(words) if part.strip())


def _cents(word: str) -> int | Text | None:
    plain = word.replace(",", "").replace("，", "").removeprefix("¥").removeprefix("￥").removesuffix("元").strip()
    if not plain:
        return None
    try:
        cents = Decimal(plain) * 100
    except InvalidOperation:
        return Text(f"“{word[:30]}”不是金额，例如：1280.50。", f"“{word[:30]}” is no sum; for example 1280.50.")
    if not cents.is_finite() or cents != cents.to_integral_value() or not 0 < cents <= MAX_CENTS:
        return Text("金额要大于零，最多两位小数。", "A sum is above zero, with two decimals at most.")
    return int(cents)


class Reading:
    """A list being read against a project: tried, or brought in."""

    def __init__(self, principal: Principal, project: Project, path: Path, *, write: bool) -> None:
        """Look at the file.

        Raises:
            HostError: it cannot be read, lacks a column, or has more lines than a project has households.
        """
        self._principal, self._project, self._write = principal, project, write
        self._source = records.table(path, {name: label for name, (label, _, _) in COLUMNS.items()})
        lacking = [COLUMNS[name][0] for name in NEEDED if name not in self._source.places]
        if lacking:
            found = "、".join(cell[:30] for cell in self._source.header[:20]) or "（空）"
            raise HostError(
                "missing_column",
                f"第一行缺了这些列：{'、'.join(lacking)}。现有列：{found}。请照模板填。",
                f"The first row lacks {', '.join(lacking)}. It has: {found}. Use the template.",
            )
        self.total = sum(1 for _ in self._rows())
        if self.total > MOST:
            raise HostError("too_many", f"一张表最多{MOST}户，请分开。", f"At most {MOST} households in one file; split it.")
        self._before: dict[str, str] = {}
        self.read = self.new = self.known = 0
        self.rejected: list[Rejected] = []

    def batches(self) -> Iterator[int]:
        """Take the list in some lines at a time; yields how many were read so far."""
        rows = self._rows()
        while batch := list(islice(rows, BATCH)):
            self._take(batch)
            self.read += len(batch)
            yield self.read

    def _rows(self) -> Iterator[Record]:
        note = COLUMNS["building"][1]
        return (row for row in records.read(self._source) if row.problem is not None or self._says(row, note))

    @staticmethod
    def _says(row: Record, note: str) -> bool:
        values = row.values or {}
        return any(cell.strip() for cell in values.values()) and values.get("building", "").strip() != note

    def _take(self, batch: list[Record]) -> None:
        lines: list[tuple[Record, Line]] = []
        for row in batch:
            read = [("", row.problem)] if row.problem is not None else line_of(row.values or {})
            if isinstance(read, Line):
                lines.append((row, read))
            else:
                self.rejected.extend(self._wrong(row, name, text) for name, text in read)
        only = [line for _, line in lines]
        if self._write:
            answers = services.bring(self._principal, self._project, only)
        else:
            answers = services.tried(self._principal, self._project, only, self._before)
        for (row, line), answer in zip(lines, answers, strict=True):
            if isinstance(answer, Refusal):
                self.rejected.append(self._wrong(row, "", _reason(answer)))
            elif answer == "known":
                self.known += 1
            else:
                self.new += 1
                self._before[line.key(self._project.id)] = line.content()

    def _wrong(self, row: Record, name: str, text: Text) -> Rejected:
        values = row.values or {}
        door = f"{values.get('building', '')}{values.get('door', '')}"[: _LONGEST["door"]]
        return Rejected(row.line, door, text, name, self._source.cell(row.line, name))


def _reason(refusal: Refusal) -> Text:
    parts = refusal.details or (refusal,)
    return Text("；".join(part.text.zh for part in parts), "; ".join(part.text.en for part in parts))
