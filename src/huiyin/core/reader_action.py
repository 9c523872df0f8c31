"""From the data of an action in a procedure's file to an `Action`."""

from __future__ import annotations

import re
from typing import cast, get_args

from huiyin.core.procedure import Action, Beat, ClockUse, ClockVerb, Opens, Teaches
from huiyin.core.reader_common import NOTHING, Cursor
from huiyin.core.values import Text

_VERBS = tuple(verb for verb in get_args(ClockVerb) if verb != "extend")
_MINUTES = re.compile(r"(?P<minutes>[1-9][0-9]?) minutes?")
_ACTION_KEYS = (
    "by", "to", "form", "needs", "warns", "prints", "signs", "seals", "voids", "sets", "marks", "clocks", "effective",
    "opens", "tells", "once", "jointly", "other_side_only", "not_from", "after_end", "sealed", "calls_first", "leaves", "adds",
    "serves", "recalls", "becomes", "declines", "clears", "works_out", "calls_for", "within", "word_at_once", "teaches", "on_screen",
    "also_for", "on_paper",
)  # fmt: skip


def given(cursor: Cursor, key: str) -> str:
    """Return a name when the key is there; its absence is noted by the check of the keys."""
    return cursor.at(key).name() if cursor.has(key) else ""


def text_at(cursor: Cursor, key: str) -> Text:
    """Return the pair of texts under a key, or nothing in both."""
    return cursor.at(key).text() if cursor.has(key) else NOTHING


def read_constants(cursor: Cursor) -> dict[str, object]:
    """Return fields with the constant each is set to."""
    found: dict[str, object] = {}
    for name, inner in cursor.named():
        if isinstance(inner.data, dict | list) or inner.data is None:
            inner.wrong("这里要写一个固定的值。", "a single constant belongs here.", "例如：agreed", "For example: agreed")
        else:
            found[name] = inner.data
    return found


def read_clock_uses(cursor: Cursor) -> tuple[ClockUse, ...]:
    """Return what is done to which clock."""
    uses: list[ClockUse] = []
    for name, inner in cursor.named():
        if isinstance(inner.data, dict):
            inner.mapping(("extend",))
            term = inner.at("extend").term() if inner.has("extend") else None
            uses.append(ClockUse(name, "extend", term))
        else:
            uses.append(ClockUse(name, cast("ClockVerb", inner.one_of(_VERBS))))
    return tuple(uses)


def _opens(cursor: Cursor) -> Opens | None:
    if cursor.data is None:
        return None
    if not isinstance(cursor.data, dict):
        return Opens(cursor.name())
    cursor.mapping(("procedure",), ("hands", "unit", "each", "parties", "topic"))
    if cursor.has("unit") and cursor.has("each"):
        cursor.at("each").wrong(
            "“unit”和“each”只写一个。",
            "give either “unit” or “each”.",
            "每个单位各开一件的写 each；只开一件的写 unit。",
            "Use each for one matter with every unit, unit for one alone.",
        )
    hands = {name: inner.string() for name, inner in cursor.at("hands").named()}
    unit = cursor.at("unit").name() if cursor.has("unit") else None
    each = cursor.at("each").name() if cursor.has("each") else None
    parties = cursor.at("parties").name() if cursor.has("parties") else None
    topic = cursor.at("topic").string() if cursor.has("topic") else None
    return Opens(given(cursor, "procedure"), hands, unit, each, parties, topic)


def _teaches(cursor: Cursor) -> Teaches | None:
    if cursor.data is None:
        return None
    cursor.mapping(("beat", "owner", "reason"), ("needs",))
    beat = cast("Beat", cursor.at("beat").one_of(get_args(Beat))) if cursor.has("beat") else "law"
    return Teaches(beat, given(cursor, "owner"), given(cursor, "reason"), cursor.at("needs").names())


def _minutes(cursor: Cursor) -> int | None:
    """Return a number of minutes written as ``5 minutes``: time to call something back, which is no term of any law."""
    if cursor.data is None:
        return None
    match = _MINUTES.fullmatch(cursor.data) if isinstance(cursor.data, str) else None
    if match is None:
        cursor.wrong("这里要写几分钟。", "a number of minutes belongs here.", "例如：5 minutes", "For example: 5 minutes")
        return None
    return int(match["minutes"])


def read_action(name: str, cursor: Cursor) -> Action:
    """Return one action of a state, or of those always open."""
    if not cursor.mapping(("label",), _ACTION_KEYS):
        return Action(name, NOTHING, line=cursor.line)

    def optional(key: str) -> str | None:
        return cursor.at(key).name() if cursor.has(key) else None

    return Action(
        name=name,
        label=text_at(cursor, "label"),
        by=cursor.at("by").names(),
        to=optional("to"),
        form=optional("form"),
        needs=cursor.at("needs").names(),
        warns=cursor.at("warns").names(),
        prints=cursor.at("prints").names(),
        signs=optional("signs"),
        seals=optional("seals"),
        voids=cursor.at("voids").names(),
        sets=read_constants(cursor.at("sets")),
        marks={field: inner.name() for field, inner in cursor.at("marks").named()},
        clocks=read_clock_uses(cursor.at("clocks")),
        effective=cursor.at("effective").names(),
        opens=_opens(cursor.at("opens")),
        recalls=cursor.at("recalls").names(),
        tells=cursor.at("tells").names(),
        once=cursor.at("once").flag(),
        jointly=cursor.at("jointly").flag(),
        other_side_only=cursor.at("other_side_only").flag(),
        not_from=cursor.at("not_from").names(),
        after_end=cursor.at("after_end").flag(),
        sealed=cursor.at("sealed").flag(),
        calls_first=cursor.at("calls_first").flag(),
        leaves=cursor.at("leaves").flag(),
        adds=optional("adds"),
        serves=_serves(cursor),
        becomes={alias: inner.name() for alias, inner in cursor.at("becomes").named()},
        declines=optional("declines"),
        clears=cursor.at("clears").names(),
        works_out={field: inner.string() for field, inner in cursor.at("works_out").named()},
        calls_for=optional("calls_for"),
        also_for=_also_for(cursor),
        on_paper=optional("on_paper"),
        within=_minutes(cursor.at("within")),
        word_at_once=cursor.at("word_at_once").flag(),
        teaches=_teaches(cursor.at("teaches")),
        on_screen=_on_screen(cursor),
        line=cursor.line,
    )


def _on_screen(cursor: Cursor) -> tuple[str, ...]:
    if cursor.has("on_screen") and not cursor.has("signs"):
        cursor.at("on_screen").wrong(
            "“on_screen”只写在签字的动作里。",
            "only an action that signs has “on_screen”.",
            "它说明什么时候可以在屏幕上签；要写 signs。",
            "It says when a paper may be signed on the screen; give signs.",
        )
    return cursor.at("on_screen").names()


def _also_for(cursor: Cursor) -> str | None:
    if not cursor.has("also_for"):
        return None
    if not cursor.has("jointly"):
        cursor.at("also_for").wrong(
            "“also_for”只写在一起做的动作里。",
            "only a joint act has “also_for”.",
            "它说明谁的同意也算另一方的；要写 jointly: true。",
            "It says whose yes counts for another too; give jointly: true.",
        )
    return cursor.at("also_for").name()


def _serves(cursor: Cursor) -> str | None:
    if not cursor.has("serves"):
        return None
    for key in ("form", "signs", "seals", "marks", "jointly", "other_side_only", "sealed"):
        if cursor.has(key):
            cursor.at(key).wrong(
                f"送达的动作不写“{key}”：它的表是现成的，一次只登记一次送达。",
                f"an action that serves has no “{key}”: its form is built in, and it records one service and nothing else.",
                "请把别的事写成另一个动作。",
                "Make the rest an action of its own.",
            )
    return cursor.at("serves").name()
