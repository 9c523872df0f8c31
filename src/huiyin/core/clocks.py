"""The life of a clock: a list of events that only grows, and the due date each computation gave.

Every act returns a new life or a refusal; nothing is taken back and no date is changed in place. ``at`` is when a
thing happened in law, ``now`` when it was entered, ``seq`` the number of the matter's event it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from huiyin.core import terms
from huiyin.core.calendar import Calendar
from huiyin.core.clock_life import ClockEvent, ClockKind, ClockLife, EventKind, Status
from huiyin.core.date_words import instant_text
from huiyin.core.pauses import Pause
from huiyin.core.terms import CountingTable, Term
from huiyin.core.values import Refusal, Text

__all__ = [
    "ClockEvent", "ClockKind", "ClockLife", "Counting", "EventKind", "RunOf", "Status",
    "expire", "explain", "extend", "meet", "pause", "recount", "redate", "resume", "run_of", "start", "stop",
]  # fmt: skip

# The whole country keeps one time; a person reads when a thing happened in it.
CHINA_TIME = ZoneInfo("Asia/Shanghai")
EVENT_TEXTS: dict[EventKind, Text] = {
    "started": Text("{at}重新起算{why}。", "Started again on {at}{why}."),
    "paused": Text("{at}停钟{why}。", "Paused on {at}{why}."),
    "resumed": Text("{at}恢复计时{why}。", "Resumed on {at}{why}."),
    "extended": Text("{at}延长{by}{why}。", "Extended on {at} by {by}{why}."),
    "redated": Text("{at}更正起算或到期时间{why}。", "Start or end corrected on {at}{why}."),
    "recounted": Text("{at}按新的放假安排或规则重新计算{why}。", "Counted again on {at} with new holidays or rules{why}."),
    "met": Text("{at}办到{why}。", "Met on {at}{why}."),
    "stopped": Text("{at}终止{why}。", "Ended on {at}{why}."),
    "expired": Text("{at}记录到期{why}。", "Put on record on {at} as run out{why}."),
}


@dataclass(frozen=True, slots=True)
class Counting:
    """What a date is computed with."""

    table: CountingTable
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class RunOf:
    """The present run of a life, folded from the events since its last start."""

    trigger: datetime
    until: datetime | None
    term: Term | None
    pauses: tuple[Pause, ...]
    paused_at: datetime | None
    extensions: tuple[Term, ...]


def start(
    life: ClockLife | None,
    *,
    name: str,
    kind: ClockKind,
    term: Term | None,
    count: str | None,
    trigger: datetime,
    until: datetime | None,
    at: datetime,
    now: datetime,
    seq: int,
    counting: Counting,
    restart: bool = False,
    reason: str = "",
) -> ClockLife | Refusal:
    """Start a clock, or start it again from zero once it has ended.

    Args:
        life: what happened before, if anything.
        name: the clock's name in the procedure.
        kind: duty, right, minimum, ordered or target.
        term: how long; or
        until: the date a decision or agreement set. Exactly one of the two.
        count: name of the counting rule; ``None`` for a plain target.
        trigger: the instant the term runs from, proved by evidence.
        at: when the starting act happened.
        now: when it was entered.
        seq: number of the matter's event.
        counting: counting rules and calendar.
        restart: the law starts the period from zero again even while it runs or stands still.
        reason: why, when it is a restart.
    """
    if life is not None and life.status in ("running", "paused") and not restart:
        return _refuse("clock_running", life, "已经在计时，不能再次启动", "is already running and cannot be started again")
    if (term is None) == (until is None):
        return Refusal(
            "clock_without_end",
            Text(
                f"期限“{name}”要么写明多久，要么写明日期，二者取一。",
                f"The clock {name} needs either a term or a date, not both and not neither.",
            ),
        )
    past = () if life is None else life.events
    bare = ClockLife(name, kind, None if term is None else str(term), count, past)
    event = ClockEvent("started", at, now, seq, trigger=trigger, until=until, by_term=bare.term, reason=reason)
    return _computed(bare, event, counting)


def pause(life: ClockLife, *, at: datetime, now: datetime, seq: int, counting: Counting, reason: str = "") -> ClockLife | Refusal:
    """Stop the count from the day after ``at``; the date is computed anew when it is resumed."""
    if life.status != "running":
        return _refuse("clock_not_running", life, "没有在计时，不能停钟", "is not running and cannot be paused")
    if life.term is None:
        return _refuse(
            "clock_has_set_date",
            life,
            "的日期由决定或约定写明，不能停钟；需要变动的，请更正日期",
            "has a date set by a decision or agreement; it cannot be paused, correct the date instead",
        )
    if Term.parse(life.term).direction == "backward":
        return _refuse("clock_backward", life, "是倒推的期限，不能停钟", "counts back from an event and cannot be paused")
    return _with(life, ClockEvent("paused", at, now, seq, reason=reason))


def resume(life: ClockLife, *, at: datetime, now: datetime, seq: int, counting: Counting, reason: str = "") -> ClockLife | Refusal:
    """Let a paused clock go on from the day after ``at``."""
    run = run_of(life)
    if life.status != "paused" or run.paused_at is None:
        return _refuse("clock_not_paused", life, "没有停钟，不能恢复", "is not paused and cannot be resumed")
    if at < run.paused_at:
        return _refuse(
            "resumed_before_pause", life, "的恢复时间早于停钟时间，请核对", "cannot be resumed earlier than it was paused; check the time"
        )
    return _computed(life, ClockEvent("resumed", at, now, seq, reason=reason), counting)


def extend(
    life: ClockLife, *, by: Term, at: datetime, now: datetime, seq: int, counting: Counting, reason: str = ""
) -> ClockLife | Refusal:
    """Add a granted extension to the term."""
    if life.status not in ("running", "paused"):
        return _refuse("clock_ended", life, "已经结束，不能延长", "has ended and cannot be extended")
    backward = by.direction == "backward" or (life.term is not None and Term.parse(life.term).direction == "backward")
    if backward:
        return _refuse("clock_backward", life, "是倒推的期限，不能延长", "counts back from an event and cannot be extended")
    return _computed(life, ClockEvent("extended", at, now, seq, by_term=str(by), reason=reason), counting)


def redate(
    life: ClockLife,
    *,
    trigger: datetime | None,
    until: datetime | None,
    at: datetime,
    now: datetime,
    seq: int,
    counting: Counting,
    reason: str = "",
    term: Term | None = None,
    count: str | None = None,
) -> ClockLife | Refusal:
    """Correct the trigger, or the date a decision set; pauses and extensions of the present run stay.

    ``term`` and ``count`` are given where the law in force on the corrected day may set another length than the one it ran by.
    A clock that has ended may be corrected too: it stays ended, and whether it was late is judged by the new date.
    """
    if trigger is None and until is None:
        return _refuse("nothing_to_correct", life, "没有写明要更正成什么时间", "cannot be corrected without a new time")
    if until is not None and life.term is not None:
        return _refuse("clock_has_term", life, "按期限计算，请更正起算时间", "runs by a term; correct its start instead of its end")
    by_term = None
    if term is not None and (str(term), count) != (life.term, life.count):
        by_term = str(term)
        life = replace(life, term=by_term, count=count)
    return _computed(life, ClockEvent("redated", at, now, seq, trigger=trigger, until=until, by_term=by_term, reason=reason), counting)


def recount(life: ClockLife, *, at: datetime, now: datetime, seq: int, counting: Counting, reason: str = "") -> ClockLife | Refusal:
    """Compute the date again with a newer calendar or counting table, beside the old computation.

    What comes out on the same dates, as sure as before, is refused: a newer version of the tables alone is nothing that happened
    to this clock.
    """
    if life.status not in ("running", "paused"):
        return _refuse("clock_ended", life, "已经结束，不再重新计算", "has ended and is not counted again")
    counted = _computed(life, ClockEvent("recounted", at, now, seq, reason=reason), counting)
    if isinstance(counted, ClockLife) and _says(counted) == _says(life):
        return _refuse("nothing_changed", life, "按现在的规则和日历算，日期没有变", "comes out the same with these rules and calendar")
    return counted


def meet(life: ClockLife, *, at: datetime, now: datetime, seq: int, counting: Counting, reason: str = "") -> ClockLife | Refusal:
    """Record that what the clock waited for was done."""
    if life.status not in ("running", "paused"):
        return _refuse("clock_ended", life, "已经结束", "has already ended")
    return _with(life, ClockEvent("met", at, now, seq, reason=reason))


def stop(life: ClockLife, *, at: datetime, now: datetime, seq: int, counting: Counting, reason: str = "") -> ClockLife | Refusal:
    """End the clock because the matter moved on or ended."""
    if life.status not in ("running", "paused"):
        return _refuse("clock_ended", life, "已经结束", "has already ended")
    return _with(life, ClockEvent("stopped", at, now, seq, reason=reason))


def expire(life: ClockLife, *, at: datetime, now: datetime, seq: int, counting: Counting, reason: str = "") -> ClockLife | Refusal:
    """Put on record, once for each computed date, that it has passed; the clock runs on."""
    if not life.run_out(at):
        return _refuse("not_run_out", life, "还没有到期", "has not run out")
    if life.expired:
        return _refuse("already_recorded", life, "到期已经记录过", "is already on record as run out")
    return _with(life, ClockEvent("expired", at, now, seq, reason=reason))


def explain(life: ClockLife, zone: ZoneInfo = CHINA_TIME) -> tuple[Text, ...]:
    """Return why the date is what it is: what happened to the clock, then how the last date was counted."""
    history = []
    for event in life.events[1:]:
        by = Text("", "") if event.by_term is None else Term.parse(event.by_term).text()
        at = instant_text(event.at.astimezone(zone))
        zh_why, en_why = (f"（{event.reason}）", f" ({event.reason})") if event.reason else ("", "")
        told = EVENT_TEXTS[event.kind]
        history.append(Text(told.zh.format(at=at.zh, by=by.zh, why=zh_why), told.en.format(at=at.en, by=by.en, why=en_why)))
    due = life.due
    return (*history, *(() if due is None else due.steps))


def run_of(life: ClockLife) -> RunOf:
    """Return what the present date of a clock is counted from."""
    begun = max(number for number, event in enumerate(life.events) if event.kind == "started")
    run = life.events[begun:]
    trigger, until = life.trigger, run[0].until
    term = None if life.term is None else Term.parse(life.term)
    pauses: list[Pause] = []
    extensions: list[Term] = []
    paused_at: datetime | None = None
    for event in run[1:]:
        match event.kind:
            case "paused":
                paused_at = event.at
            case "resumed" if paused_at is not None:
                pauses.append(Pause(paused_at, event.at))
                paused_at = None
            case "extended" if event.by_term is not None:
                extensions.append(Term.parse(event.by_term))
            case "redated":
                until = event.until or until
    return RunOf(trigger, until, term, tuple(pauses), paused_at, tuple(extensions))


def _computed(life: ClockLife, event: ClockEvent, counting: Counting) -> ClockLife | Refusal:
    """Append an event together with the date that now follows."""
    grown = _with(life, event)
    run = run_of(grown)
    if run.term is None:
        due = terms.set_date(run.until or run.trigger, counting.calendar, run.extensions)
    else:
        row = None
        if life.count is not None:
            on = counting.calendar.local_date(run.trigger)
            try:
                row = counting.table.pick(life.count, on)
            except LookupError as error:
                zh = f"用的计算规则“{life.count}”没有{on}施行的条目，请在法规包里补上"
                return _refuse("no_counting_rule", life, zh, f"cannot be counted: {error}; add it to the law pack")
        due = terms.count(run.term, run.trigger, row, counting.calendar, run.pauses, run.extensions)
    return _with(life, replace(event, due=due))


def _says(life: ClockLife) -> tuple[datetime, datetime, bool, datetime | None] | None:
    """Return what a clock's last computation says, whatever it was computed with."""
    due = life.due
    return None if due is None else (due.strict, due.latest, due.provisional, due.act_by)


def _with(life: ClockLife, event: ClockEvent) -> ClockLife:
    return replace(life, events=(*life.events, event))


def _refuse(code: str, life: ClockLife, zh: str, en: str) -> Refusal:
    return Refusal(code, Text(f"期限“{life.name}”{zh}。", f"The clock {life.name} {en}."))
