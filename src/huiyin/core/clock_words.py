"""What the kinds of a clock are called, in one place. Each word has one meaning, and none of the last four is a limit of the law.

- 法定期限  set by a law.
- 承诺      said publicly to those who ask for something.
- 工作目标  a goal of the office; it is never shown as a limit.
- 约定      agreed by the parties, or with them.
- 指定      ordered by a paper.

A clock of kind ``target`` is a promise, a goal or an agreed time: which of the three its own label says, and the words
here say no more than that no law set it.
"""

from __future__ import annotations

from collections.abc import Mapping

from huiyin.core.values import Text

NOT_LAW = Text("不是法定期限", "not set by law")
PROMISE = Text("承诺", "promise")
GOAL = Text("工作目标", "working goal")
AGREED = Text("约定", "agreed")
ORDERED = Text("指定", "ordered")
MEANINGS: Mapping[str, tuple[Text, Text]] = {
    "promise": (PROMISE, Text("对来办事的人公开说过的时间", "a time said publicly to those who ask for something")),
    "goal": (GOAL, Text("单位给自己定的时间", "a time an office sets itself")),
    "agreed": (AGREED, Text("各方说好的时间", "a time the sides agreed on")),
    "ordered": (ORDERED, Text("文书写明的日期", "a date written in a paper")),
}
# As tags beside a clock's own label.
KIND_WORDS: Mapping[str, Text] = {
    "duty": Text("法定期限", "set by law"),
    "right": Text("法定期限：当事人的", "set by law, a party's own"),
    "minimum": Text("法定最短期间", "a least period set by law"),
    "ordered": Text("指定或者约定的日期", "a date ordered or agreed"),
    "target": NOT_LAW,
    "none": Text("法律没有定天数", "no length set by law"),
}
# As sentences.
KIND_MEANINGS: Mapping[str, Text] = {
    "duty": Text("法定期限：必须在此之前办", "set by law: it must be done by then"),
    "right": Text("法定期限：当事人可以在此之前办", "set by law: a party may act until then"),
    "minimum": Text("法定最短期间：至少这么久", "set by law: at least this long"),
    "ordered": Text("指定的日期：以文书写明的为准，法律没有定天数", "ordered: the date stands in a paper, the law sets no days"),
    "target": Text("承诺、工作目标或者约定：不是法定期限", "a promise, a working goal or agreed: not set by law"),
    "none": Text("法律没有定天数", "the law sets no days"),
}
