"""Calendar files by RFC 5545: lines escaped, folded by octets and never inside a character, ended by CRLF."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

MEDIA_TYPE = "text/calendar; charset=utf-8"
MOST_OCTETS = 75


def written(lines: Iterable[str]) -> bytes:
    """Return content lines as a file."""
    return b"".join(_folded(line) for line in lines)


def instant(at: datetime) -> str:
    """Return an instant in UTC, as DTSTAMP and DTSTART take it."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Return a text as section 3.3.11 wants it."""
    for plain, safe in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(plain, safe)
    return text


def _folded(line: str) -> bytes:
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > MOST_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
