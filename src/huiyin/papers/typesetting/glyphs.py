"""Which characters a font can draw: no character is ever left out or printed as an empty box without a word.

A character no font has (a rare one of a name) and a control character that would reorder or hide text are printed as their
code, and the page of the paper tells staff where one stands.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

# Marks that turn text around, join or hide it: what is read must be what is signed.
_UNSEEN = frozenset(
    chr(code)
    for span in (
        (0x00, 0x09),
        (0x0B, 0x20),
        (0x7F, 0xA0),
        (0x200B, 0x2010),
        (0x2028, 0x202F),
        (0x2060, 0x2070),
        (0xFE00, 0xFE10),
        (0xFFF9, 0xFFFC),
    )
    for code in range(*span)
) | {"\u00ad", "\u061c", "\ufeff"}


@lru_cache(maxsize=16)
def characters(font: Path) -> frozenset[int]:
    """Return the code points an OpenType font has a glyph for.

    Raises:
        ValueError: it is no font, or has no table of Unicode characters.
    """
    data = font.read_bytes()
    try:
        start = struct.unpack(">I", data[12:16])[0] if data[:4] == b"ttcf" else 0
        tables = struct.unpack(">H", data[start + 4 : start + 6])[0]
        entries = (data[start + 12 + 16 * n : start + 28 + 16 * n] for n in range(tables))
        cmap = next(struct.unpack(">I", entry[8:12])[0] for entry in entries if entry[:4] == b"cmap")
        count = struct.unpack(">H", data[cmap + 2 : cmap + 4])[0]
        found: set[int] = set()
        for n in range(count):
            platform, _, offset = struct.unpack(">HHI", data[cmap + 4 + 8 * n : cmap + 12 + 8 * n])
            if platform in (0, 3):
                found |= _subtable(data, cmap + offset)
    except (struct.error, StopIteration, IndexError) as error:
        raise ValueError(f"{font.name} is no OpenType font that can be read") from error
    return frozenset(found)


def _subtable(data: bytes, at: int) -> set[int]:
    form = struct.unpack(">H", data[at : at + 2])[0]
    if form == 12:
        groups = struct.unpack(">I", data[at + 12 : at + 16])[0]
        spans = (struct.unpack(">II", data[at + 16 + 12 * n : at + 24 + 12 * n]) for n in range(groups))
        return {code for first, last in spans for code in range(first, min(last, 0x10FFFF) + 1)}
    if form != 4:
        return set()
    twice = struct.unpack(">H", data[at + 6 : at + 8])[0]
    half = twice // 2
    ends = struct.unpack(f">{half}H", data[at + 14 : at + 14 + twice])
    starts = struct.unpack(f">{half}H", data[at + 16 + twice : at + 16 + 2 * twice])
    return {code for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1) if code != 0xFFFF}


def printable(text: str, fonts: Iterable[Path]) -> tuple[str, tuple[str, ...]]:
    """Return the text with every character that cannot be drawn written as its code, and those characters.

    Args:
        text: what is to be printed; line breaks stay.
        fonts: the faces that may be used, all of them.
    """
    if text.isascii() and text.isprintable():
        return text, ()
    known = frozenset[int]().union(*map(characters, fonts))
    missing: dict[str, None] = {}
    shown: list[str] = []
    for character in text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "):
        if character == "\n" or (character not in _UNSEEN and ord(character) in known):
            shown.append(character)
        else:
            missing[character] = None
            shown.append(f"〔U+{ord(character):04X}〕")
    return "".join(shown), tuple(missing)
