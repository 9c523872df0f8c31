"""Names and numbers that are written differently in two papers of one file, where most likely the same is meant. Pure; a warning only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from huiyin.core.values import Text

# Around a name of two characters: with nothing else to go by, “张床” would pass for “张三”.
_BEFORE: Final = "甲方乙方丙方申请人被告原告当事人和与由向给对、，。；：（ \t\n"
_AFTER: Final = re.compile(r"应|同意|愿意|自愿|支付|付给|付清|赔偿|承担|负责|收到|修|退还|返还|表示|先生|女士|，证件|（签名）")
_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_HAN: Final = re.compile(r"[一-鿿]+")
MOST_DIGITS: Final = 2
# How somebody is spoken of, not named: 王小姐 is no other way of writing 王小明.
_CALLED: Final = frozenset("姐妹哥弟婶爷叔某总")


@dataclass(frozen=True, slots=True)
class Written:
    """One paper of a file and its Chinese text."""

    title: Text
    text: str


@dataclass(frozen=True, slots=True)
class Differs:
    """What is written one way in one place and almost the same way in another.

    Attributes:
        right: a party's name as it is recorded; empty for numbers, which are not repeated.
        odd: the name as it is written in ``there``; empty for numbers.
        here: where the recorded way stands; None where no paper has it.
        there: where the other way stands.
    """

    right: str
    odd: str
    here: Text | None
    there: Text


def differing(names: Sequence[str], others: Collection[str], papers: Iterable[Written]) -> tuple[Differs, ...]:
    """Return what should be looked at, each once, names first.

    Args:
        names: the parties' as they are recorded.
        others: further names that are right as they stand: mediators, representatives, units.
    """
    held = tuple(papers)
    known = {*names, *others}
    found: dict[tuple[str, str], Differs] = {}
    for name in dict.fromkeys(names):
        here = next((paper.title for paper in held if name in paper.text), None)
        for paper in held:
            for odd in _near(name, paper.text, known):
                found.setdefault((name, odd), Differs(name, odd, here, paper.title))
    return (*found.values(), *_numbers(held))


def _near(name: str, text: str, known: Collection[str]) -> Iterator[str]:
    """Yield what is as long as a name and differs from it in one character, where it is no part of a name that is right."""
    length = len(name)
    if length < 2 or not _HAN.fullmatch(name):
        return
    taken = {place for one in known if one for match in re.finditer(re.escape(one), text) for place in range(match.start(), match.end())}
    for start in range(len(text) - length + 1):
        part = text[start : start + length]
        if sum(a != b for a, b in zip(part, name, strict=True)) != 1 or not _HAN.fullmatch(part) or part[-1] in _CALLED:
            continue
        if taken & set(range(start, start + length)):
            continue
        before = text[start - 1] if start else "\n"
        if length > 2 or (part[0] == name[0] and before in _BEFORE and _AFTER.match(text, start + length)):
            yield part


def _numbers(papers: Sequence[Written]) -> Iterator[Differs]:
    """Yield pairs of papers with identity numbers that differ in one or two characters."""
    first: dict[str, Text] = {}
    for paper in papers:
        for match in _NUMBER.finditer(paper.text):
            first.setdefault(match.group().upper(), paper.title)
    for one, other in combinations(first, 2):
        if sum(a != b for a, b in zip(one, other, strict=True)) <= MOST_DIGITS:
            yield Differs("", "", first[one], first[other])
