"""What the things of a pack and the keys of its files are called for people who compare two versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from huiyin.core.values import Text

# In the order they are shown: what moves dates and rights first.
KINDS: Final[Mapping[str, Text]] = {
    "clock": Text("法律里的期限", "Clocks of the law"),
    "counting": Text("期间怎么算", "How periods are counted"),
    "day": Text("日历上的日子", "Days of the calendar"),
    "calendar": Text("日历的其他内容", "The calendar otherwise"),
    "law": Text("法律", "Laws"),
    "word": Text("期限用的词", "Words clocks use"),
    "state": Text("环节", "Steps"),
    "action": Text("动作", "Actions"),
    "condition": Text("条件", "Conditions"),
    "own_clock": Text("程序里的期限", "Clocks of procedures"),
    "field": Text("填写的内容", "Fields"),
    "form": Text("表单", "Forms"),
    "procedure": Text("程序的其他内容", "Procedures otherwise"),
    "scenario": Text("情景", "Scenarios"),
    "element": Text("文书的要素", "Elements of papers"),
    "block": Text("文书的正文", "Text of papers"),
    "paper": Text("文书的其他内容", "Papers otherwise"),
    "unit": Text("单位", "Units"),
    "post": Text("岗位", "Posts"),
    "responsibility": Text("责任清单", "Responsibility list"),
    "remedy": Text("还有的路", "Ways that stay open"),
    "place": Text("地方", "Places"),
    "other": Text("其他内容", "Other contents"),
    "file": Text("文件", "Files"),
}
DAY_KINDS: Final[Mapping[str, Text]] = {"off": Text("放假", "day off"), "work": Text("上班", "working day")}

_KEYS: Final[Mapping[str, Text]] = {
    "law": Text("法律", "law"),
    "at": Text("条款", "article"),
    "article": Text("条款", "article"),
    "articles": Text("条款", "articles"),
    "basis": Text("依据", "basis"),
    "term": Text("期限", "term"),
    "terms": Text("期限", "terms"),
    "also": Text("另外的期限", "other terms"),
    "count": Text("怎么算", "counting rule"),
    "counts": Text("怎么算", "counted by"),
    "counted": Text("通常怎么算", "usually counted by"),
    "kind": Text("性质", "kind"),
    "from": Text("从什么起算", "runs from"),
    "trigger": Text("从什么起算", "runs from"),
    "until": Text("到哪天", "until"),
    "who": Text("由谁", "who"),
    "verified": Text("核对到哪一步", "verified"),
    "stops": Text("不算的时间", "time not counted"),
    "longer": Text("能不能延长", "extension"),
    "then": Text("过期以后", "afterwards"),
    "title": Text("名称", "title"),
    "name": Text("名称", "name"),
    "label": Text("名称", "label"),
    "does": Text("内容", "what is due"),
    "says": Text("写给居民的话", "words for residents"),
    "note": Text("说明", "note"),
    "to": Text("去往", "leads to"),
    "by": Text("由谁", "by"),
    "form": Text("表单", "form"),
    "needs": Text("条件", "conditions"),
    "test": Text("条件", "condition"),
    "fails": Text("不符合时说的话", "words of the refusal"),
    "prints": Text("出的文书", "prints"),
    "clocks": Text("期限", "clocks"),
    "tells": Text("告诉谁", "tells"),
    "binds": Text("取自", "bound to"),
    "lead": Text("主办", "lead"),
    "helpers": Text("协办", "helpers"),
    "topic": Text("事由", "topic"),
    "place": Text("地方", "place"),
    "when": Text("在什么情况下", "when"),
    "direct": Text("直接派", "direct"),
    "posts": Text("岗位", "posts"),
    "levels": Text("级别", "levels"),
    "in_force": Text("施行", "in force"),
}


def leaf_words(place: tuple[str, ...]) -> Text:
    """Return what a place within a thing is called; a key without words of its own is shown as it is written."""
    if not place:
        return Text("内容", "content")
    words = [_KEYS.get(key, Text(key, key)) for key in place]
    return Text(" › ".join(word.zh for word in words), " › ".join(word.en for word in words))
