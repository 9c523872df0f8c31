"""The empty workbook that other offices fill in: header, notes, lists to choose from, identifiers as text."""

from __future__ import annotations

from huiyin.city import queries as city
from huiyin.core.values import Text
from huiyin.exchange import fillable
from huiyin.exchange.intake import choices, labels, openable
from huiyin.exchange.records import LABELS, NOTE

ROWS = 2000
NOTES = {
    "message_no": (f"{NOTE}每件一个编号，同一来源里不能重复。必填。", 24),
    "time": ("写信或来电的时间，例如 2026-11-21 14:05。必填。", 22),
    "title": ("一句话说是什么事。可以不填。", 28),
    "detail": ("原话，可以很长。不要写与事情无关的个人信息。必填。", 60),
    "district": ("从列表里选；不知道就留空。", 14),
    "topic": ("从列表里选；不确定就留空，由派单员定。", 22),
}
ANSWER_NOTE = ("从列表里选；有的事归谁管要看这一点。不清楚就留空，由派单员问清再定。", 24)
TITLE = Text("来件表", "Messages")


def workbook() -> bytes:
    """Return the workbook; what may be chosen is read from the packs in use."""
    library = city.library()
    chosen = choices(library)
    columns = {name: (LABELS[name], note, width) for name, (note, width) in NOTES.items()}
    columns |= {name: (label, *ANSWER_NOTE) for name, label in labels(openable(library, None)).items()}
    offered = {
        "district": list(chosen.districts),
        "topic": list(chosen.topics),
        **{name: list(known) for name, known in chosen.answers.items()},
    }
    return fillable.write(TITLE.zh, columns, choices=offered, empty=ROWS, freeze="A3")
