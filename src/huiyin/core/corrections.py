"""Correction and handover: acts open at any time. The original stays; what counts is re-dated or reprinted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from huiyin.core import clocks
from huiyin.core.effects import NOTE_CORRECTED_DATE, NOTE_CORRECTION, NOTE_HANDOVER, Content, Correction
from huiyin.core.forms import BadValueError, Known, read_value
from huiyin.core.papers import fields_in
from huiyin.core.run import Run, StoppedError, effective_instant
from huiyin.core.snapshot import PaperIssue, Signature
from huiyin.core.values import Refusal, Text

_REASON = Text("请写明更正的理由。", "Say why it is corrected.")


def correct(run: Run, data: Mapping[str, Any]) -> Correction | None:
    """Correct when an event happened, or what a field says.

    ``data`` is ``{"event": seq, "at": ISO instant, "reason": ...}`` or
    ``{"field": name, "value": ..., "party": id or None, "reason": ...}``.
    """
    reason = str(data.get("reason") or "").strip()
    if not reason:
        raise StoppedError(Refusal("required", _REASON, field="reason"))
    if "field" in data:
        _field(run, data)
        correction = None
    else:
        correction = _date(run, data)
    run.content.append(Content(NOTE_CORRECTION, "P1", "set", reason))
    run.moves.append(_stay(run, "correct"))
    _recount_bases(run)
    run.follow()
    return correction


def hand_over(run: Run, data: Mapping[str, Any]) -> None:
    """Give a named post of this matter to another person. ``data``: ``post``, ``to`` (account id), ``reason``."""
    name = str(data.get("post") or "")
    post = run.procedure.posts.get(name)
    reason = str(data.get("reason") or "").strip()
    to = str(data.get("to") or "").strip()
    if post is None or not post.named:
        named = "、".join(name for name, post in run.procedure.posts.items() if post.named) or "—"
        raise StoppedError(Refusal("post", Text(f"能移交的岗位：{named}。", f"Posts that can be handed over: {named}."), field="post"))
    if not reason or not to:
        raise StoppedError(
            Refusal(
                "required",
                Text("请写明移交给谁和理由。", "Say to whom it is handed over, and why."),
                field="reason" if to else "to",
            )
        )
    if run.snapshot.named.get(name) == (to,):
        raise StoppedError(Refusal("same_person", Text("已经由这个人负责了。", "That person has it already."), field="to"))
    run.snapshot = replace(run.snapshot, named={**run.snapshot.named, name: (to,)})
    run.content.append(Content(NOTE_HANDOVER, "P1", "set", {"post": name, "to": to, "reason": reason}))
    run.moves.append(_stay(run, "hand_over"))


def _stay(run: Run, action: str) -> Any:
    from huiyin.core.effects import Move

    return Move(action, run.snapshot.state, run.snapshot.state)


def _date(run: Run, data: Mapping[str, Any]) -> Correction:
    snapshot = run.snapshot
    try:
        event = int(data["event"])
        at = datetime.fromisoformat(str(data["at"]))
    except (KeyError, TypeError, ValueError):
        event, at = 0, run.now
    if at.tzinfo is None or not 1 <= event < run.seq:
        raise StoppedError(
            Refusal(
                "what_to_correct",
                Text(
                    "请选要更正的是哪一步，并填实际发生的时间。",
                    "Choose which step to correct and give the time it really happened.",
                ),
                field="event",
            )
        )
    if at > run.now or (event > 1 and at < snapshot.opened_at):
        raise StoppedError(
            Refusal(
                "impossible_date",
                Text(
                    "更正后的时间要在立项之后、现在之前。",
                    "The corrected time lies after the matter was opened and before now.",
                ),
                field="at",
            )
        )
    if event == snapshot.entered:
        run.snapshot = replace(run.snapshot, entered_at=at)
    if event == 1:
        run.snapshot = replace(run.snapshot, opened_at=at)
    _move_signatures(run, event, at)
    for name, life in list(run.snapshot.clocks.items()):
        definition = run.procedure.clocks[name]
        if definition.trigger is None and definition.until is None and _started_by(life) == event:
            run.change_clock(name, clocks.redate, trigger=at, until=None)
    run.content.append(Content(NOTE_CORRECTED_DATE, "P1", "set", {"event": event, "at": at.isoformat()}))
    return Correction(event, at)


def _started_by(life: clocks.ClockLife) -> int | None:
    return next((event.seq for event in reversed(life.events) if event.kind == "started"), None)


def _move_signatures(run: Run, event: int, at: datetime) -> None:
    def moved(mark: Signature) -> Signature:
        return replace(mark, at=at) if mark.seq == event else mark

    for issues in list(run.snapshot.papers.values()):
        for issue in issues:
            signatures = tuple(moved(mark) for mark in issue.signatures)
            sealed = None if issue.sealed is None else moved(issue.sealed)
            if (signatures, sealed) == (issue.signatures, issue.sealed):
                continue
            changed = replace(issue, signatures=signatures, sealed=sealed)
            if issue.effective_at is not None:
                changed = replace(changed, effective_at=effective_instant(changed))
            run.change_issue(changed)


def _field(run: Run, data: Mapping[str, Any]) -> None:
    name = str(data["field"])
    field = run.procedure.fields.get(name)
    if field is None or field.type in ("item", "member", "unit"):
        raise StoppedError(Refusal("field", Text("请从列表里选要更正的内容。", "Choose what to correct from the list."), field="field"))
    printed = [issue for issue in map(run.snapshot.paper, run.snapshot.papers) if issue is not None and _shows(run, issue, name)]
    signed = next((issue for issue in printed if issue.signatures or issue.sealed), None)
    if signed is not None:
        title = run.library.papers[signed.paper].title
        raise StoppedError(
            Refusal(
                "signed_text",
                Text(
                    f"这项内容写在已签字的《{title.zh}》里，不能直接更正；要改文字，须重新印出、重新签字。",
                    f"This stands in “{title.en}”, which is signed; to change the text it must be printed and signed anew.",
                ),
                field="field",
            )
        )
    known = Known(frozenset(run.library.topics), frozenset(party.id for party in run.snapshot.parties), run.snapshot.facts)
    try:
        value = read_value(field, data.get("value"), known)
    except BadValueError as bad:
        raise StoppedError(Refusal("bad_value", bad.text, field="value")) from None
    run.put(name, value, party=data.get("party"))
    for issue in printed:
        run.print(issue.paper, corrects=issue.number)


def _shows(run: Run, issue: PaperIssue, field: str) -> bool:
    return field in fields_in(run.library.papers[issue.paper])


def _recount_bases(run: Run) -> None:
    """Re-date every clock whose trigger or end is drawn from what was just corrected."""
    for name, life in list(run.snapshot.clocks.items()):
        definition = run.procedure.clocks[name]
        if definition.trigger is None and definition.until is None:
            continue
        trigger, until = run.clock_basis(name, life.trigger)
        if definition.trigger is not None and trigger != life.trigger:
            run.change_clock(name, clocks.redate, trigger=trigger, until=None)
        elif definition.until is not None and until is not None and until != _until(life):
            run.change_clock(name, clocks.redate, trigger=None, until=until)


def _until(life: clocks.ClockLife) -> datetime | None:
    return next((event.until for event in reversed(life.events) if event.until is not None), None)
