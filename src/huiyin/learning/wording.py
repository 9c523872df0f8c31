"""The words of a hot issue: runs of words several people used, so that nothing of one person's is among them.

Not a name of a person, not a number of a house or a door, and never a whole message: a run is short.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final

from huiyin.learning.features import tagged

# What fewer different people said is not shown.
FEWEST: Final = 3
# Of those who write about an issue, the share that used a word of it.
SHARE: Final = 0.25
SHORTEST, LONGEST, MOST_WORDS = 2, 8, 4
SHOWN: Final = 5
# Parts of speech (as rjieba names them) that begin and end no phrase: particles, pronouns, adverbs, conjunctions, numbers, marks.
_LOOSE: Final = frozenset({"u", "r", "d", "c", "p", "m", "q", "x", "y", "z", "f", "e", "o", "t"})
_SURNAMES: Final = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段"
    "雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤葛庞樊殷施欧阳司徒上官诸东方令狐皇甫慕容尉迟长孙宇文关齐安常乐倪苗鲁康梅童申柳祝纪路季骆佟柴单艾裴"
)
_DOOR = re.compile(r"[一二三四五六七八九十百零〇两\d]+(?:号|单元|室|楼|层|户|栋|幢|门)|号楼|单元|门牌|房号")


def said_by_several(said: Sequence[tuple[str, int]], about: Sequence[str]) -> tuple[str, ...]:
    """Return up to `SHOWN` phrases, the ones most people used first; empty where they have none in common.

    Args:
        said: the Han characters of each message (a break between clauses), and a number for who wrote it.
        about: words and names of places that tell the issue from others; a phrase holds one of them.
    """
    people: dict[str, set[int]] = {}
    for text, who in said:
        for phrase in {one for clause in text.split("\n") for one in _runs(clause)}:
            people.setdefault(phrase, set()).add(who)
    least = max(FEWEST, math.ceil(SHARE * len({who for _, who in said})))
    fit = [one for one, by in people.items() if len(by) >= least and any(word in one or one in word for word in about)]
    chosen: list[str] = []
    for phrase in sorted(fit, key=lambda one: (-len(people[one]) * math.sqrt(len(one)), one)):
        if not any(_overlap(phrase, other) for other in chosen):
            chosen.append(phrase)
    return tuple(chosen[:SHOWN])


def _overlap(one: str, other: str) -> bool:
    """Tell whether two phrases say the same: one stands in the other, or half of it does."""
    half = max(2, len(one) // 2 + 1)
    return other in one or any(one[start : start + half] in other for start in range(len(one) - half + 1))


def _runs(clause: str) -> Iterator[str]:
    cut = tagged(clause)
    for start in range(len(cut)):
        if _begins(cut[start]):
            for end in range(start + 1, min(start + MOST_WORDS, len(cut)) + 1):
                run = cut[start:end]
                phrase = "".join(word for word, _ in run)
                if len(phrase) > LONGEST or _person(cut[end - 1]):
                    break
                if len(phrase) >= SHORTEST and _begins(cut[end - 1]) and not _DOOR.search(phrase):
                    yield phrase


def _begins(one: tuple[str, str]) -> bool:
    word, part = one
    return part[:1] not in _LOOSE and not _person(one) and word not in ("是", "有", "没", "让", "请", "来", "去", "说", "管")


def _person(one: tuple[str, str]) -> bool:
    word, part = one
    return part.startswith("nr") and len(word) > 1 and word[0] in _SURNAMES
