"""Correction and handover: acts open at any time. The original stays; what counts is re-dated or reprinted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from huiyin.core import clocks
from huiyin.core.effects import NOTE_CORRECTED_DATE, NOTE_CORRECTION, NOTE_HANDOVER, Content, Correction, Move, Tell
from huiyin.core.forms import MARKED, BadValueError, Known, bad_characters, instant, marked_lists, read_value, whole
from huiyin.core.procedure import NOT_PEOPLE, Field, Procedure
from huiyin.core.rights import relation, sight
from huiyin.core.run import Run, StoppedError
from huiyin.core.service import bad_day
from huiyin.core.service_parts import SLIP, notice_clock, papers_served
from huiyin.core.signing import effective_instant
from huiyin.core.snapshot import Assent, Party, Service, Signature, Snapshot, with_named
from huiyin.core.values import Principal, Refusal, Text

MAX_REASON = 2000
MAX_ID = 200
Drawn = tuple[datetime | None, datetime | None]
Mark = TypeVar("Mark", Signature, Assent)


def correct(run: Run, data: Mapping[str, Any], principal: Principal) -> Correction | None:
    """Correct when an event happened, or what a field says.

    ``data`` is ``{"event": seq, "at": ISO instant, "reason": ...}`` or
    ``{"field": name, "value": ..., "party": id or None, "reason": ...}``.
    """
    reason = short_words(data.get("reason"), "reason", MAX_REASON, Text("请写明更正的理由。", "Say why it is corrected."))
    if "field" in data and "event" in data:
        raise StoppedError(
            Refusal(
                "what_to_correct",
                Text("一次只更正一项：时间或者内容。", "Correct one thing at a time: a date or what was recorded."),
                field="field",
            )
        )
    before = run.snapshot
    drawn = {name: run.drawn(name) for name in before.clocks}
    correction = None if "field" in data else _date(run, data)
    if correction is None:
        _field(run, data, principal)
    run.content.append(Content(NOTE_CORRECTION, "P2", "set", reason))
    run.moves.append(_stay(run, "correct"))
    _recount(run, drawn)
    reprint(run, before, signed=None if correction is None else _DATES_COUNT)
    if run.clock_changes:
        # A date somebody relies on has moved: they hear of it from us, not by missing it.
        says = run.says()
        told = Text(f"记录有更正，期限随之变动。{says.zh}", f"The record was corrected and a date has moved. {says.en}")
        run.tells.extend(Tell(party.id, told) for party in run.snapshot.present)
    run.follow()
    return correction


def hand_over(run: Run, data: Mapping[str, Any]) -> None:
    """Give a named post of this matter to another person. ``data``: ``post``, ``to`` (account id), ``reason``."""
    name = str(data.get("post") or "")
    post = run.procedure.posts.get(name)
    if post is None or not post.named:
        named = "、".join(name for name, post in run.procedure.posts.items() if post.named) or "—"
        raise StoppedError(Refusal("post", Text(f"能移交的岗位：{named}。", f"Posts that can be handed over: {named}."), field="post"))
    asked = Text("请写明移交给谁和理由。", "Say to whom it is handed over, and why.")
    to = short_words(data.get("to"), "to", MAX_ID, asked)
    reason = short_words(data.get("reason"), "reason", MAX_REASON, asked)
    if run.snapshot.named.get(name) == (to,):
        raise StoppedError(Refusal("same_person", Text("已经由这个人负责了。", "That person has it already."), field="to"))
    # Of several only the first is replaced: the others go on.
    run.snapshot = with_named(run.snapshot, name, (to, *run.snapshot.named.get(name, ())[1:]))
    run.content.append(Content(NOTE_HANDOVER, "P1", "set", {"post": name, "to": to, "reason": reason}))
    run.moves.append(_stay(run, "hand_over"))


def _stay(run: Run, action: str) -> Move:
    return Move(action, run.snapshot.state, run.snapshot.state)


def short_words(raw: Any, field: str, longest: int, asked: Text) -> str:
    """Return a short text that can be kept, or stop with what is asked for."""
    words = raw.strip() if isinstance(raw, str) else ""
    if not words:
        raise StoppedError(Refusal("required", asked, field=field))
    if len(words) > longest or bad_characters(words):
        raise StoppedError(
            Refusal(
                "bad_value",
                Text(f"最多{longest}字，且不能有损坏的字符。", f"At most {longest} characters, none of them damaged."),
                field=field,
            )
        )
    return words


# Dates


def _date(run: Run, data: Mapping[str, Any]) -> Correction:
    event, at = whole(data.get("event")), instant(data.get("at"))
    if at is None or event is None or not 1 <= event < run.seq:
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
    served = next((one for one in run.snapshot.services if one.seq == event), None)
    if served is None:
        _check_order(run, event, at)
    else:
        _check_service(run, served, at)
    _check_pauses(run, event)
    if event == run.snapshot.entered:
        run.snapshot = replace(run.snapshot, entered_at=at)
    if event == 1:
        run.snapshot = replace(run.snapshot, opened_at=at)
    _move_marks(run, event, at)
    notices = {notice_clock(paper) for paper in papers_served(run.procedure)}
    if served is not None:
        _redate_service(run, served, at)
    for name, life in list(run.snapshot.clocks.items()):
        definition = run.procedure.clocks[name]
        if name in notices:
            continue  # a notice runs from the day it appeared, which is no trigger of an act
        if definition.trigger is None and definition.until is None and _started_by(life) == event:
            run.redate(name, at)
    run.content.append(Content(NOTE_CORRECTED_DATE, "P1", "set", {"event": event, "at": at.isoformat()}))
    return Correction(event, at)


def _check_order(run: Run, event: int, at: datetime) -> None:
    """Stop a date that would put a step before the one it follows, as far as the matter itself knows the order."""
    snapshot = run.snapshot
    if event == 1:
        earliest = run.library.calendar.at(run.procedure.in_force_from, datetime.min.time())
    else:
        earliest = snapshot.entered_at if event > snapshot.entered else snapshot.opened_at
    latest = snapshot.entered_at if event < snapshot.entered else run.now
    if not earliest <= at <= latest:
        raise StoppedError(
            Refusal(
                "impossible_date",
                Text(
                    "更正后的时间要与前后步骤的先后一致，并且不晚于现在。后一步也记错了的，请先更正后一步。",
                    "The corrected time must keep the order of the steps before and after, and lie before now. "
                    "Where the later step is dated wrongly too, correct that first.",
                ),
                field="at",
            )
        )


def _check_service(run: Run, service: Service, at: datetime) -> None:
    """Stop a day of service before the paper was printed, in the future, or after the step it was followed by."""
    issue = next(issue for issue in run.snapshot.papers[service.paper] if issue.number == service.number)
    day = run.library.calendar.local_date(at)
    wrong = bad_day(day, issue.printed_at, run.library, run.now, "at")
    if wrong is not None:
        raise StoppedError(wrong)


def _redate_service(run: Run, service: Service, at: datetime) -> None:
    """Give a service its true day, print its slip anew, and let the clock of its notice run from there."""
    day = run.library.calendar.local_date(at)
    counts = None
    if service.counts is not None:
        counts = run.notice_ends(service.paper, day) if service.method == "notice" else day
    run.print_slip(replace(service, on=day, counts=counts), corrects=run.slip_of(service))
    notice = run.snapshot.clocks.get(notice_clock(service.paper))
    if service.method == "notice" and notice is not None and notice.status == "running":
        run.run_notice(service.paper)


def _check_pauses(run: Run, event: int) -> None:
    """Stop rather than leave a date that counts a pause from a day on which it did not begin or end."""
    for name, life in run.snapshot.clocks.items():
        if any(one.seq == event and one.kind in ("paused", "resumed") for one in life.events):
            label = run.procedure.clocks[name].label
            raise StoppedError(
                Refusal(
                    "clock_pause",
                    Text(
                        f"这一步停了或者恢复了“{label.zh}”，它的时间不能单独更正。",
                        f"This step paused or resumed “{label.en}”; its time cannot be corrected on its own.",
                    ),
                    field="event",
                )
            )


def _started_by(life: clocks.ClockLife) -> int | None:
    return next((event.seq for event in reversed(life.events) if event.kind == "started"), None)


def _move_marks(run: Run, event: int, at: datetime) -> None:
    """Re-date what the event printed, signed or assented to, and the legal effect that follows from it."""

    def moved(mark: Mark) -> Mark:
        return replace(mark, at=at) if mark.seq == event else mark

    for issues in list(run.snapshot.papers.values()):
        for issue in issues:
            changed = replace(
                issue,
                printed_at=at if issue.seq == event else issue.printed_at,
                signatures=tuple(moved(mark) for mark in issue.signatures),
                sealed=None if issue.sealed is None else moved(issue.sealed),
                assents=tuple(moved(mark) for mark in issue.assents),
            )
            if changed == issue:
                continue
            if issue.effective_at is not None:
                changed = replace(changed, effective_at=effective_instant(changed))
            run.change_issue(changed)
    assents = {action: tuple(moved(part) for part in parts) for action, parts in run.snapshot.assents.items()}
    run.snapshot = replace(run.snapshot, assents=assents)


# Words


def _field(run: Run, data: Mapping[str, Any], principal: Principal) -> None:
    name, party = data["field"], data.get("party") or None
    field = run.procedure.fields.get(name) if isinstance(name, str) else None
    owner = run.snapshot.party(party) if party is not None else None
    if field is None or field.type in ("item", "member", "members", "unit", "units") or not _correctable(run, field, owner, principal):
        raise StoppedError(Refusal("field", Text("请从列表里选要更正的内容。", "Choose what to correct from the list."), field="field"))
    if _own_word(run.procedure, field):
        raise StoppedError(
            Refusal(
                "own_word",
                Text(
                    f"“{field.label.zh}”是当事人自己的表示，不能由别人更正；请由本人重新表示。",
                    f"“{field.label.en}” is a person's own word and nobody corrects it for them; let them say it anew.",
                ),
                field="field",
            )
        )
    raw = data.get("value")
    if raw is None or raw == "":
        raise StoppedError(Refusal("required", Text("请填正确的内容。", "Give what it should say."), field="value"))
    known = Known(
        frozenset(run.library.topics),
        frozenset(one.id for one in run.snapshot.parties),
        run.snapshot.facts,
        marked_lists(run.procedure),
        who=run.who,
    )
    try:
        value = read_value(field, raw, known)
    except BadValueError as bad:
        raise StoppedError(Refusal("bad_value", bad.text, field="value")) from None
    if field.name in known.marked:
        # What acts have marked stays marked: the words are corrected, not what was done about them.
        present = run.snapshot.facts.get(field.name) or []
        value = [{**new, MARKED: old.get(MARKED)} for new, old in zip(value, present, strict=False)] + value[len(present) :]
    run.put(field.name, value, party=party)


def _correctable(run: Run, field: Field, owner: Party | None, principal: Principal) -> bool:
    """Tell whether a field holds something to correct that this reader may know of.

    What was left out when the matter was opened may be added, for nothing else can add it; what later acts record is
    recorded by them.
    """
    how = sight(field, relation(principal, run.snapshot, run.procedure), principal, run.snapshot, run.procedure, owner)
    facts = run.snapshot.facts if field.of is None else {} if owner is None else owner.facts
    form = run.procedure.opening_form_for(run.snapshot.opened_by)
    opening = () if form is None else form.entries
    return how != "none" and (facts.get(field.name) is not None or any(entry.field == field.name for entry in opening))


def _own_word(procedure: Procedure, field: Field) -> bool:
    """Tell whether a choice is one only parties make, by an act of theirs: consent, or whether they are satisfied."""
    if field.type not in ("choice", "flag"):
        return False
    givers: set[str] = set()
    for state in procedure.states.values():
        for action in (*state.actions, *procedure.always):
            form = () if action.form is None else procedure.forms[action.form].entries
            if field.name in action.sets or any(entry.field == field.name for entry in form):
                givers.update(name for name in procedure.actors(state, action) if name not in NOT_PEOPLE)
    return bool(givers) and givers <= set(procedure.roles)


# What follows


def _recount(run: Run, before: Mapping[str, Drawn]) -> None:
    """Re-date every clock whose trigger or end is drawn from what was just corrected, and no other."""
    for name, drawn in before.items():
        trigger, until = run.drawn(name)
        if (trigger, until) == drawn:
            continue
        if trigger is not None and trigger != run.snapshot.clocks[name].trigger:
            run.redate(name, trigger)
        elif until is not None and until != _until(run.snapshot.clocks[name]):
            run.change_clock(name, clocks.redate, trigger=None, until=until)


def _until(life: clocks.ClockLife) -> datetime | None:
    return next((event.until for event in reversed(life.events) if event.until is not None), None)


_DATES_COUNT = Text("已经签字，文字不变；其中的日期以这次更正为准。", "is signed and stays as it is; for its dates this correction counts.")


def reprint(run: Run, before: Snapshot, *, signed: Text | None) -> None:
    """Print anew each paper whose text the correction changes; what is signed stays as it was signed.

    ``signed`` is said of a signed paper whose text would change; without it such a change is refused.
    """
    for name in before.papers:
        if name == SLIP:
            continue  # each slip is about one service, whose correction prints it anew
        issue = run.snapshot.paper(name)
        if issue is None or run.rendered(name, before, issue.asked_by) == run.rendered(name, run.snapshot, issue.asked_by):
            continue
        title = run.library.papers[name].title
        if not issue.signatures and issue.sealed is None:
            run.print(name, corrects=issue)
        elif signed is not None:
            run.warnings.append(Text(f"《{title.zh}》{signed.zh}", f"“{title.en}” {signed.en}"))
        else:
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
