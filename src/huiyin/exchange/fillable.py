"""Workbooks people fill in and bring back: header, notes, lists to choose from, everything as text, nothing that runs."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from huiyin.core.values import Text
from huiyin.exchange.sheets import HEAD, NOTE, harmless, letter

OFFERED = "可选的值"
# What a column is called, what the note row says of it, and how wide it is in characters.
Column = tuple[str, str, int]
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: .*)?")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be read, by its address; ``row`` is what the row is called."""

    cell: str
    row: str
    text: Text


def write(
    title: str,
    columns: Mapping[str, Column],
    rows: Sequence[Mapping[str, str]] = (),
    *,
    choices: Mapping[str, Sequence[str]],
    empty: int,
    freeze: str = "B3",
) -> bytes:
    """Return a workbook of these rows, with empty ones behind them to fill in.

    Args:
        choices: column -> what may be chosen in it, on a sheet of its own.
    """
    book = Workbook()
    sheet = book.active
    offered = book.create_sheet(OFFERED)
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = title
    for place, (label, note, width) in enumerate(columns.values()):
        column = letter(place)
        sheet.column_dimensions[column].width = width
        for line, text, fill, bold in ((1, label, HEAD, True), (2, note, NOTE, False)):
            cell = sheet[f"{column}{line}"]
            cell.value, cell.fill, cell.font = text, fill, Font(bold=bold)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for line, row in enumerate(rows, 3):
        for place, name in enumerate(columns):
            cell = sheet[f"{letter(place)}{line}"]
            cell.value, cell.number_format, cell.data_type = harmless(row.get(name, "")) or None, "@", "s"
    last = len(rows) + 2 + empty
    for line in range(len(rows) + 3, last + 1):
        for place in range(len(columns)):
            sheet[f"{letter(place)}{line}"].number_format = "@"
    for place, (name, words) in enumerate(choices.items()):
        source, target = letter(place), letter(list(columns).index(name))
        for line, word in enumerate([columns[name][0], *words], 1):
            offered[f"{source}{line}"] = word
        rule = DataValidation(type="list", formula1=f"'{OFFERED}'!${source}$2:${source}${len(words) + 1}", allow_blank=True)
        rule.errorTitle, rule.error, rule.showErrorMessage = "列表里没有", "请从列表里选，或者留空。", True
        sheet.add_data_validation(rule)
        rule.add(f"{target}3:{target}{last}")
    sheet.freeze_panes = freeze
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def day(word: str) -> str | Text:
    """Return a day as people and spreadsheets write it, in the form 2027-01-01; empty stays empty."""
    if not word:
        return ""
    found = _DAY.fullmatch(word.strip())
    try:
        return date(*(int(part) for part in found.groups())).isoformat() if found is not None else _no_day(word)
    except ValueError:
        return _no_day(word)


def _no_day(word: str) -> Text:
    return Text(f"“{word}”不是日期，写成 2027-01-01。", f"“{word}” is no date; write it as 2027-01-01.")
