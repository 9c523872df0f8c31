"""The topic of a matter, corrected by the post that has it in hand: the next decision is taken on what it is really about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from huiyin.core.corrections import reprint, short_words
from huiyin.core.effects import NOTE_RETYPED, Content, Move, Tell
from huiyin.core.run import Run, StoppedError
from huiyin.core.values import Refusal, Text

MAX_REASON = 2000


def retype(run: Run, data: Mapping[str, Any]) -> None:
    """Say what the matter is about. ``data``: ``topic`` (key), ``reason``.

    Clocks run on: none of them hangs on the topic. Ways that stay open follow the new topic, and what is printed and
    unsigned is printed anew.
    """
    known = run.library.topics
    topic = known.get(str(data.get("topic") or ""))
    if topic is None:
        raise StoppedError(Refusal("topic", Text("请从列表里选这是什么事。", "Choose from the list what it is about."), field="topic"))
    before = run.snapshot
    if topic.key == before.topic:
        raise StoppedError(Refusal("same_topic", Text("本来就是这一类。", "It is of that kind already."), field="topic"))
    asked = Text("请写明为什么改。", "Say why it is changed.")
    reason = short_words(data.get("reason"), "reason", MAX_REASON, asked)
    run.snapshot = replace(before, topic=topic.key)
    run.content.append(Content(NOTE_RETYPED, "P1", "set", {"from": before.topic, "to": topic.key, "reason": reason}))
    run.moves.append(Move("retype", before.state, before.state))
    reprint(
        run,
        before,
        signed=Text("已经签字，文字不变；事项类别以这次更正为准。", "is signed and stays as it is; for its class this correction counts."),
    )
    told = Text(f"这件事按“{topic.label.zh}”办：{reason}", f"This is handled as “{topic.label.en}”: {reason}")
    run.tells.extend(Tell(party.id, told) for party in run.snapshot.present)
    run.follow()
