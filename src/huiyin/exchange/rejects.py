"""The reject file: which lines did not go in, and why, for the person who will mend them.

It holds no message: what was said stays in the file it came in. Mended there and read again, the rest is known by number.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from huiyin.core.values import Language, Text
from huiyin.exchange.messages import Rejected
from huiyin.exchange.sheets import Column, harmless, write_xlsx

HEADER = ("line", "cell", "message_no", "原因", "reason")
COLUMNS = (
    Column(Text("单元格", "Cell"), Text("原表里的位置", "where in the file"), 12),
    Column(Text("编号", "Number"), Text("来件编号", "the sender's number"), 22),
    Column(
        Text("原因", "Reason"),
        Text("改好后把整张表重新上传，收过的不会重收", "mend it and upload the whole file; what is in is not taken twice"),
        70,
    ),
)


def path_for(source: Path) -> Path:
    """Return where the rejects of a file are written."""
    return source.with_name(f"{source.name}.rejected.csv")


def write(source: Path, rejected: Sequence[Rejected]) -> Path | None:
    """Write the rejects of a whole run at once; none leaves no file behind.

    Returns:
        the file, or None when nothing was rejected.
    """
    path = path_for(source)
    if not rejected:
        if _is_ours(path):
            path.unlink()
        return None
    waiting = path.with_name(f"{path.name}.{os.getpid()}.part")
    # The mark at the start lets spreadsheets of every language show the Chinese.
    with waiting.open("w", encoding="utf-8-sig", newline="") as file:
        os.fchmod(file.fileno(), 0o600)
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows((one.line, one.cell, harmless(one.number), one.reason.zh, one.reason.en) for one in rejected)
    waiting.replace(path)
    return path


def write_sheet(path: Path, rejected: Sequence[Rejected], language: Language) -> None:
    """Write the same as a spreadsheet, for whoever tried the file on a page."""
    rows = ((one.cell, one.number, one.reason.in_(language)) for one in rejected)
    note = Text("只列位置和原因，不含来件内容。", "Places and reasons only; no message is in here.")
    write_xlsx(path, COLUMNS, rows, title=Text("要改的行", "Rows to mend"), watermark=note, language=language)


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.readline().strip() == ",".join(HEADER)
    except (OSError, UnicodeDecodeError):
        return False
