"""Correcting a record, saying what a matter is about, handing it over: acts whose forms no procedure writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huiyin.core.procedure import Field
from huiyin.core.values import Text
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question
from huiyin.web.pages import choices

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

PLAIN = frozenset({"P0", "P1", "P2"})


def begun(act: Act, field: str) -> dict[str, str]:
    """Return what a correction starts with that was opened for one field."""
    return {"field": field} if act.action.name == "correct" and field in act.view.procedure.fields else {}


def correction(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    told = act.words.history(newest_first=False)
    zone = act.library.zone
    events = tuple(
        Option(
            str(one.seq),
            Text(f"{one.at.astimezone(zone):%Y-%m-%d %H:%M} {one.label.zh}", f"{one.at.astimezone(zone):%Y-%m-%d %H:%M} {one.label.en}"),
            str(one.seq) == raw.get("event"),
        )
        for one in told
    )
    fields = act.view.procedure.fields
    # What was left out when the matter was opened may be added.
    first = {entry.field for entry in act.view.procedure.forms[act.view.procedure.opening_form].entries if fields[entry.field].cls in PLAIN}
    open_ = tuple(
        Option(name, definition.label, name == raw.get("field"))
        for name, definition in fields.items()
        if (name in act.view.facts or name in first)
        and definition.type in ("text", "date", "number", "choice", "datetime")
        and definition.of is None
    )
    error = problems.by_field.get
    return [
        Question(
            "event",
            Text("更正哪一步的时间", "Correct the time of which step"),
            "select",
            error=error("event"),
            options=events,
            required=False,
        ),
        Question(
            "at",
            Text("这一步实际发生的时间", "When that step really happened"),
            "moment",
            error=error("at"),
            value=raw.get("at", ""),
            required=False,
        ),
        Question(
            "field",
            Text("或者更正哪一项内容", "Or correct what was recorded as"),
            "select",
            error=error("field"),
            options=open_,
            required=False,
        ),
        _value(fields.get(raw.get("field", "")), raw, problems),
        Question(
            "reason",
            Text("更正的理由", "Why it is corrected"),
            "long",
            hint=Text("原来的记录会保留，更正另记一笔。", "The original stays; the correction is recorded beside it."),
            error=error("reason"),
            value=raw.get("reason", ""),
        ),
    ]


def _value(definition: Field | None, raw: forms.Raw, problems: forms.Problems) -> Question:
    """Return the question for the right content: of a choice that was asked for by its link, the choice itself."""
    label, said, error = Text("正确的内容", "What it should say"), raw.get("value", ""), problems.by_field.get("value")
    if definition is not None and definition.type == "choice":
        chosen = _chosen(definition, said)
        options = tuple(Option(one.value, one.label, one.value == chosen) for one in definition.values)
        return Question("value", label, "radios", hint=definition.label, error=error, options=options, required=False)
    hint = Text(
        "选项照写选项上的字；日期写成2026-11-22，时间写成2026-11-22 14:30。",
        "For a choice write its words; a date as 2026-11-22, a time as 2026-11-22 14:30.",
    )
    return Question("value", label, "long", hint=hint, error=error, value=said, required=False)


def handover(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    sources = choices.sources_of(act.view, act.words, act.library, act.action, party=None)
    named = [(name, post) for name, post in act.view.procedure.posts.items() if post.named]
    people: dict[str, Text] = {}
    for name, _ in named:
        people |= dict(sources.members(name))
    post = raw.get("post") or (named[0][0] if len(named) == 1 else "")
    error = problems.by_field.get
    return [
        Question(
            "post",
            Text("哪个岗位", "Which post"),
            "radios",
            error=error("post"),
            options=tuple(Option(name, use.label, name == post) for name, use in named),
        ),
        Question(
            "to",
            Text("移交给谁", "To whom"),
            "radios" if len(people) < 8 else "select",
            error=error("to"),
            options=tuple(Option(key, label, key == raw.get("to")) for key, label in people.items()),
        ),
        Question("reason", Text("移交的理由", "Why it is handed over"), "long", error=error("reason"), value=raw.get("reason", "")),
    ]


def retyping(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    now = raw.get("topic") or act.view.topic
    options = tuple(Option(topic.key, topic.label, topic.key == now) for topic in act.library.topics.values())
    error = problems.by_field.get
    return [
        Question(
            "topic",
            Text("这件事是什么", "What it is about"),
            "select",
            hint=Text("下一次定由谁办，按改过的类别来。", "Who handles it is decided on this class from now on."),
            error=error("topic"),
            options=options,
        ),
        Question("reason", Text("为什么改", "Why it is changed"), "long", error=error("reason"), value=raw.get("reason", "")),
    ]


def _chosen(definition: Field, typed: str) -> str:
    """Return the answer meant by one of its words: people write what the page shows, the record holds the key."""
    said = typed.strip()
    return next((one.value for one in definition.values if said in (one.value, one.label.zh, one.label.en)), typed)


def data_of(act: Act, raw: forms.Raw) -> dict[str, Any]:
    if act.action.name == "hand_over":
        return {"post": raw.get("post", ""), "to": raw.get("to", ""), "reason": raw.get("reason", "")}
    if act.action.name == "retype":
        return {"topic": raw.get("topic", ""), "reason": raw.get("reason", "")}
    reason = raw.get("reason", "")
    if raw.get("field"):
        definition = act.view.procedure.fields.get(raw["field"])
        value = raw.get("value", "")
        if definition is not None and definition.type == "datetime":
            value = forms.instant(value.strip(), act.library.zone)
        if definition is not None and definition.type == "choice":
            value = _chosen(definition, value)
        return {"field": raw["field"], "value": value, "reason": reason}
    at = forms.instant(raw.get("at", ""), act.library.zone)
    return {"event": raw.get("event", ""), "at": at, "reason": reason}
