"""Spreadsheets as Chinese offices use them: a header row, a row of notes, identifiers as text, nothing that runs.

One writer for XLSX and CSV, so that both hold the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from huiyin.core.values import Language, Text

Cell = str | int | date | datetime | None
RISKY = ("=", "+", "-", "@", "\t", "\r")
# What XML cannot carry; a file with one of them would not open.
UNWRITABLE = {code: None for code in range(32) if code not in (9, 10, 13)}
HEAD = PatternFill("solid", fgColor="E1EEEC")
NOTE = PatternFill("solid", fgColor="F1EFE8")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        note: what stands in it, for the second row.
        width: in characters.
    """

    label: Text
    note: Text
    width: int = 14


def harmless(cell: str) -> str:
    """Return a text no spreadsheet takes for a formula."""
    plain = cell.translate(UNWRITABLE)
    return f"'{plain}" if plain.startswith(RISKY) else plain


def letter(place: int) -> str:
    """Return the letters of a column counted from 0."""
    return str(get_column_letter(place + 1))


def write_xlsx(
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    title: Text,
    watermark: Text,
    language: Language,
) -> int:
    """Write a workbook of one sheet; returns how many rows it has.

    Args:
        watermark: who took it out and when; below the last row and at the foot of every printed page.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title.in_(language)[:31])
    sheet.freeze_panes = "A3"
    for place, column in enumerate(columns):
        sheet.column_dimensions[letter(place)].width = column.width
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = _footer(watermark.in_(language))
    sheet.oddFooter.right.text = "&P / &N"
    sheet.append([_styled(sheet, column.label.in_(language), bold=True, fill=HEAD) for column in columns])
    sheet.append([_styled(sheet, column.note.in_(language), fill=NOTE) for column in columns])
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    sheet.append([])
    sheet.append([_text(sheet, watermark.in_(language))])
    book.save(path)
    return count


def write_csv(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, watermark: Text, language: Language) -> int:
    """Write the same as CSV; returns how many rows it has."""
    count = 0
    # The mark at the start lets spreadsheets of every language show the Chinese.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.label.in_(language) for column in columns])
        for row in rows:
            writer.writerow([_flat(value) for value in row])
            count += 1
        writer.writerow([])
        writer.writerow([harmless(watermark.in_(language))])
    return count


def _flat(value: Cell) -> str | int:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else value


def _cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value=value.replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value


def _text(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value=harmless(value))
    # Long digits stay as they are: a spreadsheet keeps only fifteen of a number.
    cell.number_format = "@"
    cell.data_type = "s"
    return cell


def _styled(sheet: Any, value: str, *, bold: bool = False, fill: PatternFill) -> Any:
    cell = _text(sheet, value)
    cell.font = Font(bold=bold, color="1D2426" if bold else "50585A")
    cell.fill = fill
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _footer(text: str) -> str:
    # An ampersand begins a code in headers and footers.
    return text.replace("&", "&&")[:200]
