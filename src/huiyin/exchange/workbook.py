"""Workbooks (XLSX) read as rows of text, the way their reader sees them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from huiyin.host.errors import HostError

# A small archive can hold a very large sheet; this is what is unpacked at most.
MOST_UNPACKED = 300 * 2**20
# As many as a sheet can have. A file may name a row far beyond, and reading would go on for ever towards it.
MOST_ROWS = 2**20
# Spreadsheets keep fifteen digits of a number.
SAFE_DIGITS = 10**15


class LostDigits(str):
    """A number too long for a spreadsheet to have kept."""

    __slots__ = ()


def is_workbook(path: Path) -> bool:
    """Tell whether a file is an archive, as workbooks are."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def header(path: Path) -> tuple[str, ...]:
    """Return the first row of the first sheet.

    Raises:
        HostError: it is no workbook that can be read.
    """
    return next((tuple(cell.strip() for cell in cells) for _, cells in _all_rows(path)), ())


def rows(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (number of the row, its cells) below the header; empty rows are left out."""
    for number, cells in _all_rows(path):
        if number > 1 and any(cell.strip() for cell in cells):
            yield number, cells


def _all_rows(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise _too_large()
        # As a stream: the library refuses paths whose ending it does not know.
        with path.open("rb") as stream, closing(load_workbook(stream, read_only=True, data_only=True)) as book:
            sheet = book.worksheets[0]
            # The size a file states may be wrong; what is there counts.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                if number > MOST_ROWS:
                    raise _too_large()
                yield number, tuple(_text(cell) for cell in cells)
    except HostError:
        raise
    except Exception as error:
        # Readers of archives and of XML fail in many ways of their own; each means the same here.
        raise HostError(
            "workbook",
            "这个表格打不开，可能已损坏或者加了密码。请另存为 XLSX 后再试。",
            "The workbook cannot be opened: damaged, or kept by a password. Save it anew as XLSX.",
        ) from error


def _too_large() -> HostError:
    return HostError("workbook", "表格太大，请分成几个文件。", "The workbook is too large; split it into several files.")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return LostDigits(value) if abs(value) >= SAFE_DIGITS else str(value)
    return unguarded(str(value))


def unguarded(text: str) -> str:
    """Return a cell without the mark our own export puts before what could run as a formula."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text
