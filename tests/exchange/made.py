"""Small files as neighbours send them, good and bad."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

HEADER = ("message_no", "user_code", "time", "title", "detail", "likes", "dislikes")


def row(
    number: str, detail: str = "小区门口路灯坏了三天。", *, time: str = "2019/2/28 11:25:05", title: str = "路灯坏了"
) -> tuple[str, ...]:
    """Return one message as seven cells."""
    return (number, "A0001", time, title, detail, "3", "0")


def text_of(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    """Return a CSV text."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue()


def write(path: Path, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8", header: Sequence[str] = HEADER) -> Path:
    """Write a CSV file and return its path."""
    path.write_bytes(text_of(rows, header).encode(encoding))
    return path


# Real citizens' messages, which may be tested against but not shipped.
PUBLIC = (
    Path(os.environ.get("HUIYIN_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "open" / "taidi_hot_messages.csv"
)
NO_PUBLIC = f"no public messages at {PUBLIC}; set HUIYIN_TEST_DATA to the data folder"
