"""Why a period ends when it does, as data: every day counted or passed over, both readings, and each choice the law leaves.

It says nothing the arithmetic did not do: the days are those `counting` marked, and a stored clock whose date the present
rules no longer give is shown with the reasons kept beside it and without days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from huiyin.core.calendar import ONE_DAY, Calendar
from huiyin.core.clock_life import ClockEvent, ClockKind, ClockLife, EventKind
from huiyin.core.clocks import Counting, run_of
from huiyin.core.counting import CODES, Code, Mark, reckon
from huiyin.core.counting_rows import CountingRow
from huiyin.core.durations import Term, plain_codes
from huiyin.core.pauses import Pause
from huiyin.core.terms import Due, count
from huiyin.core.values import Text

DayKind = Literal["start", "counted", "adjusted", "weekend", "holiday", "paused", "moved"]
DAY_TEXTS: dict[DayKind, Text] = {
    "start": Text("起算当日，不计", "the starting day, not counted"),
    "counted": Text("计入", "counted"),
    "adjusted": Text("调休上班，计入", "a weekend day made a working day, counted"),
    "weekend": Text("周末，不计", "weekend, not counted"),
    "holiday": Text("放假，不计", "public holiday, not counted"),
    "paused": Text("停钟，不计", "clock stopped, not counted"),
    "moved": Text("末日遇休息日，顺延", "the last day is a rest day, moved on"),
}
_BASE_TEXTS: dict[str, Text] = {
    "days": Text("按自然日数，周末和节假日都计入", "calendar days; weekends and holidays count"),
    "working days": Text("只数工作日：周末和放假不计，调休上班的计入", "working days only: weekends and holidays are left out"),
    "months": Text("按月、年的对应日；没有对应日的，取月末", "to the corresponding day of the month, or its last day"),
    "hours": Text("按小时数，节假日也照算", "hours by the clock, holidays too"),
    "working hours": Text("只数工作日的办公时间", "office hours of working days only"),
}
_TAIL_TEXTS: dict[str, Text] = {
    "stay": Text("末日不因休息日顺延", "the last day is not moved off a rest day"),
    "first working day": Text("末日是休息日的，顺延到其后第一个工作日", "a last day on a rest day moves to the next working day"),
    "after the holiday": Text(
        "末日在法定节假日里的，顺延到假期之后；普通周末不顺延",
        "a last day inside a public holiday moves behind it; a plain weekend does not",
    ),
}
# Days above this are told in words alone: a drawing of three years helps nobody.
MOST_DRAWN = 100


@dataclass(frozen=True, slots=True)
class DayStory:
    """One day of a period.

    Attributes:
        number: which day it is, for a counted one.
        name: what the calendar calls it, such as National Day.
        notice: the notice or regulation that makes it so.
        last: the period ends on it.
    """

    date: date
    kind: DayKind
    number: int
    name: Text | None
    notice: str
    last: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """A stretch of days that were not counted, or a weekend day that was, and why."""

    first: date
    last: date
    kind: DayKind
    name: Text | None
    notice: str

    @property
    def days(self) -> int:
        """How many days it is long."""
        return (self.last - self.first).days + 1

    @property
    def says(self) -> Text:
        """Why, in words."""
        told = DAY_TEXTS[self.kind]
        return told if self.name is None else Text(f"{self.name.zh}，{told.zh}", f"{self.name.en}: {told.en}")


@dataclass(frozen=True, slots=True)
class Reading:
    """One lawful way to count the period."""

    code: str
    says: Text
    due: datetime
    days: tuple[DayStory, ...]

    @property
    def kinds(self) -> frozenset[DayKind]:
        """The kinds of day there are in it."""
        return frozenset(day.kind for day in self.days)

    @property
    def passed(self) -> tuple[Passed, ...]:
        """The days that were not simply counted, as stretches."""
        found: list[Passed] = []
        for day in self.days:
            if day.kind in ("counted", "start") or (day.last and not day.number):
                continue
            before = found[-1] if found else None
            joined = before is not None and day.date - before.last == ONE_DAY
            if before is not None and joined and (before.kind, before.name, before.notice) == (day.kind, day.name, day.notice):
                found[-1] = Passed(before.first, day.date, before.kind, before.name, before.notice)
            else:
                found.append(Passed(day.date, day.date, day.kind, day.name, day.notice))
        return tuple(found)

    @property
    def weeks(self) -> tuple[tuple[DayStory | None, ...], ...]:
        """The days in weeks from Monday, for a drawing; empty where it would be too long to help."""
        if not self.days or len(self.days) > MOST_DRAWN:
            return ()
        told = {day.date: day for day in self.days}
        first, last = self.days[0].date, self.days[-1].date
        monday = first - first.weekday() * ONE_DAY
        weeks = []
        while monday <= last:
            weeks.append(tuple(told.get(monday + n * ONE_DAY) for n in range(7)))
            monday += 7 * ONE_DAY
        return tuple(weeks)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way the choice could be made, and the date it would give; ``None`` where a date would say nothing."""

    says: Text
    due: datetime | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A choice the text of the law leaves, made and recorded.

    Attributes:
        name: what the setting is called: the counting row and the unit it speaks of.
        asks: the question.
        chosen: the answer in use.
        reason: why.
        others: what else could be chosen.
    """

    name: str
    asks: Text
    chosen: Text
    reason: Text
    others: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """A period and its end.

    Attributes:
        strict: the strict reading; what an authority is held to.
        latest: the latest lawful one; ``None`` where the law leaves one reading.
        settings: the choices it rests on.
        unknown: years whose holiday notice is not out, leaned on by this date.
    """

    term: Term
    trigger: datetime
    pauses: tuple[Pause, ...]
    extensions: tuple[Term, ...]
    row: CountingRow | None
    due: Due
    strict: Reading
    latest: Reading | None
    settings: tuple[Setting, ...]
    unknown: tuple[int, ...]


def explain(
    term: Term,
    trigger: datetime,
    row: CountingRow | None,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Term] = (),
    *,
    kind: ClockKind = "duty",
) -> Why:
    """Count a period and tell everything about it.

    Raises:
        ValueError: as `terms.count` does.
    """
    due = count(term, trigger, row, calendar, pauses, extensions)
    parts = (term, *extensions)
    codes = [plain_codes(part) if row is None else row.codes_for(part) for part in parts]
    strict = _reading([(part.amount, code[0]) for part, code in zip(parts, codes, strict=True)], trigger, calendar, pauses)
    latest = None
    if any(one != other for one, other in codes):
        latest = _reading([(part.amount, code[1]) for part, code in zip(parts, codes, strict=True)], trigger, calendar, pauses)
    looked = [day.date for reading in (strict, latest) if reading is not None for day in reading.days]
    ends = [calendar.local_date(end) for end in (due.strict, due.latest, due.act_by) if end is not None]
    unknown = sorted({d.year for d in (*looked, *ends) if calendar.provisional(d)}) if due.provisional else []
    return Why(
        term=term,
        trigger=trigger,
        pauses=tuple(pauses),
        extensions=tuple(extensions),
        row=row,
        due=due,
        strict=strict,
        latest=latest,
        settings=_settings(parts, codes, trigger, row, calendar, pauses, kind),
        unknown=tuple(unknown),
    )


def of_life(life: ClockLife, counting: Counting) -> Why | None:
    """Return why a clock's present date is what it is; None where a paper set the date or the rules of today give another."""
    run, due = run_of(life), life.due
    if run.term is None or due is None:
        return None
    row = None
    if life.count is not None:
        try:
            row = counting.table.pick(life.count, counting.calendar.local_date(run.trigger))
        except LookupError:
            return None
    why = explain(run.term, run.trigger, row, counting.calendar, run.pauses, run.extensions, kind=life.kind)
    return why if (why.due.strict, why.due.latest) == (due.strict, due.latest) else None


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a clock, and the date that followed from it.

    Attributes:
        due: what was computed then, if anything; with its own rule and calendar version, kept for ever.
        superseded: a later computation stands in its place.
    """

    kind: EventKind
    says: Text
    at: datetime
    now: datetime
    seq: int
    reason: str
    due: Due | None
    superseded: bool


_BEGAN = Text("开始计时", "started")
_SHORT: dict[EventKind, Text] = {
    "started": Text("重新起算", "started again"),
    "paused": Text("停钟", "stopped for a time"),
    "resumed": Text("恢复计时", "resumed"),
    "extended": Text("延长{by}", "extended by {by}"),
    "redated": Text("更正起算或者到期时间", "start or end corrected"),
    "recounted": Text("按新的放假安排或者规则重算", "counted again with new holidays or rules"),
    "met": Text("办到", "met"),
    "stopped": Text("终止", "ended"),
    "expired": Text("记录到期", "put on record as run out"),
}


def history(life: ClockLife) -> tuple[Happened, ...]:
    """Return every event of a clock, oldest first, with every computation it led to."""
    last = max((n for n, event in enumerate(life.events) if event.due is not None), default=-1)
    return tuple(_happened(n, event, last) for n, event in enumerate(life.events))


def _happened(n: int, event: ClockEvent, last: int) -> Happened:
    told = _BEGAN if n == 0 else _SHORT[event.kind]
    if event.by_term is not None and event.kind == "extended":
        by = Term.parse(event.by_term).text()
        told = Text(told.zh.format(by=by.zh), told.en.format(by=by.en))
    return Happened(event.kind, told, event.at, event.now, event.seq, event.reason, event.due, event.due is not None and n != last)


def code_text(name: str) -> Text:
    """Return in plain words how a counting code counts."""
    code = CODES[name]
    zh, en = [_BASE_TEXTS[code.base].zh], [_BASE_TEXTS[code.base].en]
    if code.backward:
        hours = code.base == "hours"
        zh.append("从那一刻往前数" if hours else "从那一天往前数，当日不计")
        en.append("counted back from that moment" if hours else "counted back from the event, its day left out")
    elif code.from_next_hour:
        zh.append("从次时起算")
        en.append("from the next full hour")
    elif code.base in ("days", "months", "working days") and not code.full:
        if code.base != "working days":
            zh.append(_TAIL_TEXTS[code.tail].zh)
            en.append(_TAIL_TEXTS[code.tail].en)
    elif code.full:
        zh.append("期间须全部经过，次日起才算届满")
        en.append("the period must run out in full and is over only the next day")
        if code.tail != "stay":
            zh.append(_TAIL_TEXTS[code.tail].zh)
            en.append(_TAIL_TEXTS[code.tail].en)
    return Text("；".join(zh), "; ".join(en))


def _reading(parts: Sequence[tuple[int, str]], trigger: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> Reading:
    found = reckon(parts, trigger, calendar, pauses, marked=True)
    last = calendar.local_date(found.due)
    working = any(CODES[code].base == "working days" for _, code in parts)
    days = [_story(mark, calendar, last, working=working) for mark in found.marks]
    for at, day in enumerate(days[:-1]):
        if day.kind == "counted" and days[at + 1].kind == "moved":
            # The last day counted is itself one of those the end is moved over.
            days[at] = _story(replace(found.marks[at], kind="moved"), calendar, last, working=working)
    return Reading(parts[0][1], code_text(parts[0][1]), found.due, tuple(days))


def _story(mark: Mark, calendar: Calendar, last: date, *, working: bool) -> DayStory:
    day = calendar.day(mark.date)
    kind: DayKind
    if mark.kind == "rest":
        kind = "weekend" if day is None and calendar.is_weekend(mark.date) else "holiday"
    elif mark.kind == "counted":
        kind = "adjusted" if working and day is not None and day.kind == "work" else "counted"
    else:
        kind = mark.kind
    shown = day is not None and kind in ("holiday", "adjusted", "moved")
    name, notice = (day.name, day.notice) if day is not None and shown else (None, "")
    return DayStory(mark.date, kind, mark.number, name, notice, mark.date == last and mark.kind != "start")


def _settings(
    parts: Sequence[Term],
    codes: Sequence[tuple[str, str]],
    trigger: datetime,
    row: CountingRow | None,
    calendar: Calendar,
    pauses: Sequence[Pause],
    kind: ClockKind,
) -> tuple[Setting, ...]:
    found: list[Setting] = []
    strict, latest = codes[0]
    if row is not None and not row.promise and (not row.stated or strict != latest):
        chosen = latest if kind == "right" else strict
        others = _others(chosen)
        if others or strict != latest:
            found.append(
                Setting(
                    f"{row.name}.{parts[0].unit.replace(' ', '_')}",
                    Text("条文没有写明的地方怎么数", "how to count where the text leaves it open"),
                    code_text(chosen),
                    row.note,
                    tuple(
                        Alternative(
                            code_text(name),
                            reckon(
                                [
                                    (parts[0].amount, name),
                                    *((part.amount, code[0]) for part, code in zip(parts[1:], codes[1:], strict=True)),
                                ],
                                trigger,
                                calendar,
                                pauses,
                            ).due,
                            name,
                        )
                        for name in others
                    ),
                )
            )
    if parts[0].direction == "backward" and parts[0].unit != "hours":
        found.append(_counted_back(parts[0], strict, trigger, calendar))
    if pauses:
        found.append(_EDGES)
    return tuple(found)


_EDGES = Setting(
    "pause.edges",
    Text("停钟的头尾两天算不算", "which days at the edges of a pause count"),
    Text(
        "停钟的当天仍计入；从次日到收到结果当天都不计", "the day of the pause still counts; from the next day to the day it ends none does"
    ),
    Text("条文没有写，比照“开始的当日不计入”。", "The text is silent; taken like the rule that a starting day does not count."),
    (Alternative(Text("停钟的当天也不计：每停一次晚一天", "the day of the pause is left out too: a day later for each pause"), None),),
)


def _counted_back(term: Term, code: str, trigger: datetime, calendar: Calendar) -> Setting:
    event_counted = (
        calendar.end_of_day(calendar.local_date(trigger)) if term.amount == 1 else reckon([(term.amount - 1, code)], trigger, calendar).due
    )
    return Setting(
        "backward.event_day",
        Text("往前数，那一天本身算不算", "whether the day of the event counts when counting back"),
        Text("不算；建议再早一天办", "it does not; acting a day earlier is advised"),
        Text("条文没有写，取对办事的人更严的数法。", "The text is silent; the stricter way for whoever has to act is taken."),
        (Alternative(Text("那一天算第一天", "it counts as the first day"), event_counted),),
    )


def _others(chosen: str) -> tuple[str, ...]:
    """Return the codes that differ from one only in what the law may leave open: the roll, or the first hour."""
    one = CODES[chosen]

    def same(other: Code) -> bool:
        return (one.base, one.backward, one.full, one.factor) == (other.base, other.backward, other.full, other.factor)

    seen = {(one.tail, one.from_next_hour)}
    found = []
    for name, other in CODES.items():
        if same(other) and (other.tail, other.from_next_hour) not in seen:
            seen.add((other.tail, other.from_next_hour))
            found.append(name)
    return tuple(found)
