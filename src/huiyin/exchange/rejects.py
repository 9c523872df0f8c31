"""The reject file: which lines did not go in, and why, for the person who will mend them.

It holds no message: what was said stays in the file it came in. Mended there and read again, the rest is known by number.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from huiyin.exchange.messages import Rejected

HEADER = ("line", "message_no", "原因", "reason")


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
        writer.writerows((one.line, _harmless(one.number), one.reason.zh, one.reason.en) for one in rejected)
    waiting.replace(path)
    return path


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.readline().strip() == ",".join(HEADER)
    except (OSError, UnicodeDecodeError):
        return False


def _harmless(cell: str) -> str:
    """Return a cell no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
