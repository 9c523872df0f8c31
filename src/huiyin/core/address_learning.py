"""What an address could teach the gazetteer once a person has said where it lies: the names in it that led nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from huiyin.core.address import read_address
from huiyin.core.address_index import STEM, DivisionIndex
from huiyin.core.address_names import plain
from huiyin.core.gazetteer import LONGEST_NAME

SHORTEST_STEM: Final = 2
# How the names of things in a city end, by what they are. What bears such a word is worth remembering; a house number is not.
_ENDS: Final = (
    (
        "estate",
        "小区|家园|花园|嘉园|名苑|佳苑|花苑|公寓|新村|新城|山庄|豪庭|名邸|公馆|华府|国际城|大院|家属院|家属楼|苑|庭|府|湾|郡|邸|园|城|里",
    ),
    (
        "landmark",
        "广场|大厦|商场|市场|百货|医院|学校|小学|中学|大学|学院|幼儿园|公园|火车站|车站|地铁站|体育馆|立交桥|大桥|桥|影院|厂|庙|塔|门",
    ),
    ("road", "大道|大街|胡同|路|街|巷"),
    ("former", "街道|镇|乡"),
)
_CUT: Final = re.compile(
    r"[0-9A-Za-z#\-]+|[一二三四五六七八九十]+(?:号|栋|单元|楼|层|期|区)|号楼|单元|栋|附近|旁边|旁|对面|对过|后面|后身|后院|前面|门口|院里|院内|里面|这边|那边"
    r"|这块|那块|这儿|那儿|那片|这片|靠近|紧挨着|挨着|拐角|路口|交叉口|交汇处|交汇|往[东西南北]|以[东西南北]|[东西南北]侧|一带|就在|就是|原来的|原来|以前的|以前|老"
    r"|我家|我们|咱们|住在|住|位于|的|在|和|与|跟|是"
)


def names_left(index: DivisionIndex, text: str) -> list[tuple[str, str]]:
    """Return (name, kind) for the names of an address that lead nowhere yet, the likeliest to be useful first."""
    read = plain(text)
    reading = read_address(index, text)
    known = bytearray(len(read))
    for one in (word for candidate in reading.candidates for word in candidate.words if word.form != STEM):
        if one.end <= len(read) and reading.read == read[: len(reading.read)]:
            known[one.start : one.end] = b"\x01" * (one.end - one.start)
    found: dict[str, str] = {}
    for piece in _pieces(read, known):
        for kind, name in _names_in(piece):
            if SHORTEST_STEM < len(name) <= LONGEST_NAME:
                found.setdefault(name, kind)
    order = {kind: place for place, (kind, _) in enumerate(_ENDS)}
    return sorted(found.items(), key=lambda one: (order[one[1]], -len(one[0])))


def _pieces(read: str, known: bytearray) -> Iterator[str]:
    """Yield the stretches of a text that no name covers, cut at numbers and at words for where."""
    start = 0
    for at in range(len(read) + 1):
        if at == len(read) or known[at]:
            if at > start:
                yield from (piece for piece in _CUT.split(read[start:at]) if piece)
            start = at + 1


def _names_in(piece: str) -> Iterator[tuple[str, str]]:
    rest = piece
    while rest:
        best: tuple[int, str] | None = None
        for kind, ends in _ENDS:
            found = re.match(rf".{{{SHORTEST_STEM - 1},8}}?.(?:{ends})", rest)
            if found is not None and (best is None or found.end() < best[0]):
                best = found.end(), kind
        if best is None:
            return
        yield best[1], rest[: best[0]]
        rest = rest[best[0] :]
