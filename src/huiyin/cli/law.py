"""What ``check --law`` prints: the clocks of the law with who uses them, the scenarios' coverage, the papers' elements."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from huiyin.core.values import Text

WIDTH = 100
LANGUAGES = ("zh", "en")
KINDS: Mapping[str, Text] = {
    "duty": Text("应办期限", "duty"),
    "right": Text("权利期限", "right"),
    "minimum": Text("最短期间", "minimum"),
    "ordered": Text("文书指定", "ordered"),
    "target": Text("工作目标", "target"),
    "none": Text("没有定天数", "no length"),
}
VERIFIED: Mapping[str, Text] = {
    "C": Text("已核对条文", "text compared"),
    "P": Text("只见网页", "page only"),
    "M": Text("凭记忆，未核对", "from memory, unchecked"),
}


def lines(told: Mapping[str, Any], language: str) -> Iterator[str]:
    """Yield the report for people, no line wider than 100 columns (a Chinese character is two)."""

    def say(text: Text | Mapping[str, str]) -> str:
        return text.in_(language) if isinstance(text, Text) else text[language]

    clocks = told["clocks"]
    yield say(Text(f"一、法定期限（{len(clocks)}个）", f"1. Clocks of the law ({len(clocks)})"))
    for _law, rows in groupby(clocks, key=lambda one: one["law"]):
        listed = list(rows)
        yield from wrapped(_title(listed[0], say), 0)
        for one in listed:
            yield from _clock(one, say)
    unused = told["unused"]
    yield ""
    yield say(
        Text(f"没有程序在用的：{unused}个，共{len(clocks)}个。", f"Used by no procedure: {unused} of {len(clocks)}."),
    )
    yield ""
    yield say(Text("二、情景试过什么", "2. What the scenarios try"))
    for one in told["coverage"]:
        yield from _coverage(one, say)
    yield ""
    yield say(Text(f"三、文书的要素（{len(told['papers'])}种）", f"3. Elements of papers ({len(told['papers'])})"))
    for one in told["papers"]:
        yield from wrapped(f"{say(one['title'])}  {one['paper']}", 2)
        if not one["elements"]:
            yield "      " + say(Text("没有列要素", "no elements listed"))
        for element in one["elements"]:
            basis = " ".join(say(cited) for cited in element["basis"]) or say(Text("惯例，法律没有要求", "custom, asked by no law"))
            yield from wrapped(f"{say(element['name'])} ← {element['binds']}  [{basis}]", 6)


Say = Callable[[Text | Mapping[str, str]], str]


def _title(one: Mapping[str, Any], say: Say) -> str:
    last = one["in_force"]["to"]
    until = "" if last is None else say(Text(f"，到{last}为止", f", until {last}"))
    return f"{one['law']}{until}"


def _clock(one: Mapping[str, Any], say: Say) -> Iterator[str]:
    term = one["term"] or "—"
    also = f" ({', '.join(one['also'])})" if one["also"] else ""
    article = one["article"] if one["verified"] != "M" else "?"
    rule = one["rule"] or "-"
    yield from wrapped(
        f"#{article}  {term}{also}  {say(KINDS[one['kind']])}  {rule}  [{one['verified']} {say(VERIFIED[one['verified']])}]", 2
    )
    yield from wrapped(f"{say(one['title'])}  {one['name']}", 6)
    if one["used_by"]:
        yield from wrapped(f"→ {', '.join(one['used_by'])}", 6)
    else:
        yield "      " + say(Text("→ 没有程序在用", "→ used by no procedure"))


def _coverage(one: Mapping[str, Any], say: Say) -> Iterator[str]:
    parts = (
        ("actions", Text("动作", "actions"), Text("没有做过的动作：", "actions not taken: ")),
        ("conditions_refusing", Text("见过拒绝的条件", "conditions seen refusing"), Text("没有见过拒绝的条件：", "never seen refusing: ")),
        ("clocks_dated", Text("写明日子的期限", "clocks dated"), Text("没有写明日子的期限：", "clocks not dated: ")),
    )
    shown = "  ".join(f"{say(label)} {len(one[key]['tried'])}/{one[key]['of']}" for key, label, _lacking in parts)
    yield from wrapped(f"{say(one['title'])}  {one['procedure']}", 2)
    yield from wrapped(f"{shown}  {say(Text('种类', 'kinds'))} {', '.join(one['covers']) or '-'}", 6)
    for key, _label, lacking in parts:
        if one[key]["untried"]:
            yield from wrapped(f"{say(lacking)}{', '.join(one[key]['untried'])}", 6)


def wrapped(text: str, indent: int) -> Iterator[str]:
    """Yield a text in lines that fit, broken at spaces where there are any and between characters where not."""
    room, line = WIDTH - indent, ""
    for word in _words(text):
        if line and width(line + word.rstrip()) > room:
            yield " " * indent + line.rstrip()
            line, indent, room = "", max(indent, 6), WIDTH - max(indent, 6)
            word = word.lstrip()
        line += word
    if line.strip():
        yield " " * indent + line.rstrip()


def _words(text: str) -> Iterator[str]:
    word = ""
    for one in text:
        if unicodedata.east_asian_width(one) in "WF":
            if word:
                yield word
            word = ""
            yield one
        else:
            word += one
            if one == " ":
                yield word
                word = ""
    if word:
        # A name without a space may itself be too long for a line.
        yield from (word[start : start + WIDTH // 2] for start in range(0, len(word), WIDTH // 2)) if len(word) > WIDTH // 2 else (word,)


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
