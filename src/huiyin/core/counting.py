"""The arithmetic of periods: each rule code turns an amount and a start into an end, with its reasons.

The codes are those of the packs' counting tables. Day codes end on a local date (the last second of it), hour
codes on an instant. Positions between two parts of one period are instants, so a period may go on after an
extension in another unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from huiyin.core.calendar import ONE_DAY, Calendar, add_months
from huiyin.core.date_words import day_text, instant_text, stretches
from huiyin.core.pauses import Pause, disjoint, without
from huiyin.core.values import Text

Base = Literal["days", "working days", "months", "hours", "working hours"]
Tail = Literal["stay", "first working day", "after the holiday"]
MarkKind = Literal["start", "counted", "rest", "paused", "moved"]

ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Code:
    """How one rule code counts.

    Attributes:
        base: what is counted.
        tail: what happens when the last day is a rest day.
        backward: counted back from an event; the event's day is not counted.
        from_next_hour: hours start at the next full hour instead of the instant itself.
        full: the period must have run out in full, so the act is lawful only from the day after.
        factor: how many of the base make one unit of the amount (a year is twelve months).
    """

    base: Base
    tail: Tail = "stay"
    backward: bool = False
    from_next_hour: bool = False
    full: bool = False
    factor: int = 1


CODES: dict[str, Code] = {
    "WD": Code("working days"),
    "WD_BACK": Code("working days", backward=True),
    "WD_MIN": Code("working days", full=True),
    "WD_PAUSE": Code("working days"),
    "CAL_ROLL": Code("days", "first working day"),
    "CAL_STRICT": Code("days"),
    "CAL_HOLIDAY": Code("days", "after the holiday"),
    "CAL_BACK": Code("days", backward=True),
    "CAL_FULL": Code("days", full=True),
    "CAL_MIN_ROLL": Code("days", "first working day", full=True),
    "CAL_PAUSE": Code("days"),
    "MONTH_ROLL": Code("months", "first working day"),
    "MONTH_STRICT": Code("months"),
    "MONTH_HOLIDAY": Code("months", "after the holiday"),
    "YEAR_ROLL": Code("months", "first working day", factor=12),
    "YEAR_STRICT": Code("months", factor=12),
    "YEAR_HOLIDAY": Code("months", "after the holiday", factor=12),
    "HOUR": Code("hours"),
    "HOUR_NEXT": Code("hours", from_next_hour=True),
    "HOUR_BACK": Code("hours", backward=True),
    "WORKING_HOUR": Code("working hours"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What the arithmetic did with one day.

    Attributes:
        kind: ``start`` is the day of the trigger; ``rest`` and ``paused`` were passed over; ``moved`` lies between the last
            day counted and the one the period ends on.
        number: which day of its part a counted one is; 0 for the others.
    """

    date: date
    kind: MarkKind
    number: int = 0


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One reading of a period: where it ends, why, and whether an unknown year was leaned on.

    Attributes:
        marks: every day the count passed, in the order of the calendar; only when asked for, and never for hours.
    """

    due: datetime
    nominal: datetime
    provisional: bool
    steps: tuple[Text, ...]
    marks: tuple[Mark, ...] = ()


def reckon(
    parts: Sequence[tuple[int, str]], trigger: datetime, calendar: Calendar, pauses: Sequence[Pause] = (), *, marked: bool = False
) -> Reckoning:
    """Count a period.

    Args:
        parts: amount and rule code of the term, then of each extension in order. Neighbours of one code are one
            amount (six months and six months are twelve); only the very end is moved off a rest day.
        trigger: the instant that starts the period, or the event a backward term leads to.
        calendar: rest days, working days, office hours.
        pauses: stretches that do not count.
        marked: tell what was done with every day too.

    Raises:
        ValueError: an unknown code, an amount below one, a backward term with an extension or pause, working hours
            without office hours, or an instant without a time zone.
    """
    merged: list[tuple[int, str]] = []
    for amount, name in parts:
        if name not in CODES:
            raise ValueError(f"unknown counting code {name!r}; known: {', '.join(sorted(CODES))}")
        if amount < 1:
            raise ValueError(f"a term needs an amount of at least 1, found {amount}")
        if merged and merged[-1][1] == name:
            merged[-1] = (merged[-1][0] + amount, name)
        else:
            merged.append((amount, name))
    if not merged:
        raise ValueError("a period needs a term")
    if any(CODES[name].backward for _, name in merged) and (len(merged) > 1 or pauses):
        raise ValueError("a term counted backwards can be neither extended nor paused")
    count = _Count(calendar, tuple(pauses), trigger.astimezone(UTC), marks=[] if marked else None)
    return count.run(merged, trigger)


@dataclass(slots=True)
class _Count:
    """One run of the arithmetic; gathers the steps as it goes."""

    calendar: Calendar
    pauses: tuple[Pause, ...]
    position: datetime
    steps: list[Text] = field(default_factory=list)
    looked_at: list[date] = field(default_factory=list)
    marks: list[Mark] | None = None

    def run(self, parts: Sequence[tuple[int, str]], trigger: datetime) -> Reckoning:
        self._say_start(CODES[parts[0][1]], trigger)
        self._mark(self._today(), "start")
        ends: list[datetime] = []
        for number, (amount, name) in enumerate(parts):
            if number:
                self.steps.append(Text("其后为延长的期限：", "Then the extension:"))
            self._advance(CODES[name], amount)
            ends.append(self._unextended(CODES[name].tail))
        self._say_pauses(trigger)
        nominal = self.position
        last = CODES[parts[-1][1]]
        if last.tail != "stay":
            self._move_off_rest(last.tail)
        if max(ends) > self.position:
            self.position = max(ends)
            shown = instant_text(self.calendar.local(self.position))
            self.steps.append(Text(f"延长不使期限提前，仍到{shown.zh}。", f"An extension never shortens: it still ends on {shown.en}."))
        if last.full:
            self._say_full()
        unknown = sorted({d.year for d in self.looked_at if self.calendar.provisional(d)})
        if unknown:
            years_zh, years_en = "、".join(map(str, unknown)), ", ".join(map(str, unknown))
            self.steps.append(
                Text(
                    f"{years_zh}年的放假安排还没有公布，先按周末和法定节日推算，本日期为暂定，公布后重新计算。",
                    f"The holiday notice for {years_en} is not out; weekends and the fixed public holidays were used. "
                    "This date is provisional and will be counted again.",
                )
            )
        return Reckoning(self.position, nominal, bool(unknown), tuple(self.steps), self._marks())

    def _advance(self, code: Code, amount: int) -> None:
        match code.base:
            case "days" if code.backward:
                self._back(amount, working=False)
            case "working days" if code.backward:
                self._back(amount, working=True)
            case "days":
                self._days(amount)
            case "working days":
                self._working_days(amount)
            case "months":
                self._months(amount * code.factor)
            case "hours":
                self._hours(amount, code)
            case "working hours":
                self._working_hours(amount)

    def _mark(self, d: date, kind: MarkKind, number: int = 0) -> None:
        if self.marks is not None:
            self.marks.append(Mark(d, kind, number))

    def _marks(self) -> tuple[Mark, ...]:
        """Return the days passed, filled up to the day the period ends on; hours pass no days."""
        if not self.marks or not any(mark.kind == "counted" for mark in self.marks):
            return ()
        last, end = max(mark.date for mark in self.marks), self._today()
        while last < end:
            last += ONE_DAY
            self._mark(last, "paused" if self._paused(last) else "moved")
        return tuple(sorted(self.marks, key=lambda mark: mark.date))

    def _today(self) -> date:
        return self.calendar.local_date(self.position)

    def _end_on(self, d: date) -> None:
        self.position = self.calendar.end_of_day(d)

    def _paused(self, d: date) -> bool:
        return any(first <= d <= last for first, last in (pause.days(self.calendar) for pause in self.pauses))

    def _days(self, amount: int, *, quiet: bool = False) -> None:
        d = self._today()
        for number in range(1, amount + 1):
            d += ONE_DAY
            while self._paused(d):
                self._mark(d, "paused")
                d += ONE_DAY
            self._mark(d, "counted", number)
        self._end_on(d)
        if not quiet:
            shown = day_text(d)
            self.steps.append(Text(f"第{amount}日是{shown.zh}。", f"Day {amount} is {shown.en}."))

    def _months(self, amount: int) -> None:
        start = self._today()
        end = add_months(start, amount)
        years, months = divmod(amount, 12)
        zh = (f"{years}年" if years else "") + (f"{months}个月" if months else "")
        en = " and ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((years, "year"), (months, "month")) if n)
        why = (
            Text("对应日", "the corresponding day")
            if end.day == start.day
            else Text("没有对应日，取月末日", "there is no corresponding day, so the month's last day")
        )
        shown = day_text(end)
        self.steps.append(Text(f"{zh}期满日是{shown.zh}（{why.zh}）。", f"{en} end on {shown.en} ({why.en})."))
        self._days((end - start).days, quiet=True)

    def _working_days(self, amount: int) -> None:
        d = start = self._today()
        counted = 0
        while counted < amount:
            d += ONE_DAY
            self.looked_at.append(d)
            if self._paused(d):
                self._mark(d, "paused")
            elif self.calendar.is_working(d):
                counted += 1
                self._mark(d, "counted", counted)
            else:
                self._mark(d, "rest")
        self._end_on(d)
        self._say_working(amount, start + ONE_DAY, d, day_text(d))

    def _back(self, amount: int, *, working: bool) -> None:
        event = d = self._today()
        counted = 0
        while counted < amount:
            d -= ONE_DAY
            if working:
                self.looked_at.append(d)
            counts = not working or self.calendar.is_working(d)
            counted += counts
            self._mark(d, "counted" if counts else "rest", counted if counts else 0)
        self._end_on(d)
        shown = day_text(d)
        if working:
            self._say_working(amount, d, event - ONE_DAY, shown)
        else:
            self.steps.append(Text(f"往前第{amount}日是{shown.zh}。", f"The {amount}th day before is {shown.en}."))
        self.steps.append(Text("最晚当日办；提前一天更稳妥。", "Act that day at the latest; a day earlier is safer."))

    def _hours(self, amount: int, code: Code) -> None:
        if code.backward:
            self.position -= amount * ONE_HOUR
        else:
            if code.from_next_hour:
                local = self.calendar.local(self.position)
                into_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
                self.position += ONE_HOUR - into_hour
                shown = instant_text(self.calendar.local(self.position))
                self.steps.append(Text(f"从次时{shown.zh}起算。", f"Hours run from the next full hour, {shown.en}."))
            start = self.position
            self.position += amount * ONE_HOUR
            for since, until in disjoint(self.pauses):
                if until > start and since < self.position:
                    self.position += until - max(since, start)
        shown = instant_text(self.calendar.local(self.position))
        before = Text("往前", " back") if code.backward else Text("", "")
        self.steps.append(
            Text(
                f"{before.zh}{amount}小时到{shown.zh}，遇节假日也不变。",
                f"{amount} hours{before.en} lead to {shown.en}; holidays change nothing.",
            )
        )

    def _working_hours(self, amount: int) -> None:
        left = amount * ONE_HOUR
        d, start = self._today(), self.position
        pauses = disjoint(self.pauses)
        while True:
            self.looked_at.append(d)
            for hours in self.calendar.office_hours(d):
                opens, closes = self.calendar.at(d, hours.opens), self.calendar.at(d, hours.closes)
                for begin, end in without(max(opens, start), closes, pauses):
                    if end - begin >= left:
                        self.position = begin + left
                        shown = instant_text(self.calendar.local(self.position))
                        self.steps.append(
                            Text(
                                f"只数工作日的办公时间，满{amount}个工作小时是{shown.zh}。",
                                f"Only office hours of working days count; {amount} of them are over at {shown.en}.",
                            )
                        )
                        return
                    left -= end - begin
            d += ONE_DAY

    def _unextended(self, tail: Tail) -> datetime:
        """Return where the period would end without what follows."""
        if tail == "stay":
            return self.position
        return self.calendar.end_of_day(self._moved(self._today(), tail))

    def _moved(self, nominal: date, tail: Tail) -> date:
        """Return the day a period ends on when its last counted day is ``nominal``."""
        if tail == "stay":
            return nominal
        off = self.calendar.is_rest if tail == "first working day" else self.calendar.in_holiday_block
        d = nominal
        self.looked_at.append(d)
        # A clock resumed after its last day fell on a rest day must not find that it ran out while it stood still.
        while off(d) or (d != nominal and self._paused(d)):
            d += ONE_DAY
            self.looked_at.append(d)
        return d

    def _move_off_rest(self, tail: Tail) -> None:
        nominal = self._today()
        d = self._moved(nominal, tail)
        if d != nominal:
            self._end_on(d)
            shown, why = day_text(d), self._rest_name(nominal)
            text = Text(f"当天是{why.zh}，顺延到{shown.zh}。", f"That is {why.en}; the period ends on {shown.en} instead.")
        elif self.calendar.is_rest(d):
            text = Text("当天是普通周末，不在法定节假日内，不顺延。", "That is a plain weekend, not a public holiday: not moved.")
        elif self.calendar.is_weekend(d):
            text = Text("当天虽是周末，但已调为上班日，不顺延。", "That weekend day is a working day by the notice: not moved.")
        else:
            return
        self.steps.append(text)

    def _rest_name(self, d: date) -> Text:
        day = self.calendar.day(d)
        if day is not None:
            return Text(f"{day.name.zh}假期", f"in the holiday {day.name.en}")
        return Text("休息日", "a rest day")

    def _say_start(self, code: Code, trigger: datetime) -> None:
        shown = instant_text(self.calendar.local(trigger))
        if code.backward:
            text = Text(f"从{shown.zh}往前数，当日不计。", f"Counted back from {shown.en}; that day is not counted.")
        elif code.base in ("hours", "working hours"):
            text = Text(f"起点是{shown.zh}。", f"The start is {shown.en}.")
        else:
            # A period in days runs from the day: the hour of the trigger changes nothing in it.
            shown = day_text(self.calendar.local_date(trigger))
            text = Text(
                f"起点是{shown.zh}，当日不计，从次日起算。",
                f"The start is {shown.en}; that day is not counted, the next one is day 1.",
            )
        self.steps.append(text)

    def _say_working(self, amount: int, first: date, last: date, shown: Text) -> None:
        special = self.calendar.special_days(first, last)
        off = [day.date for day in special if day.kind != "work"]
        work = [day.date for day in special if day.kind == "work"]
        zh, en = f"只数工作日，第{amount}个工作日是{shown.zh}", f"Only working days count; number {amount} is {shown.en}"
        if off:
            zh += f"；其间放假{stretches(off, '至', '、')}不计"
            en += f"; holidays on {stretches(off, ' to ', ', ')} are left out"
        if work:
            zh += f"；调休上班的{stretches(work, '至', '、')}计入"
            en += f"; weekend days made working days are counted: {stretches(work, ' to ', ', ')}"
        self.steps.append(Text(zh + "。", en + "."))

    def _say_pauses(self, trigger: datetime) -> None:
        start = self.calendar.local_date(trigger)
        for pause in self.pauses:
            first, last = pause.days(self.calendar)
            first = max(first, start + ONE_DAY)
            if first <= min(last, self._today()):
                days = (last - first).days + 1
                self.steps.append(
                    Text(
                        f"{first}至{last}停钟（{days}日），不计入。",
                        f"Paused from {first} to {last} ({days} days), not counted.",
                    )
                )

    def _say_full(self) -> None:
        shown = day_text(self._today() + ONE_DAY)
        self.steps.append(Text(f"期间须全部经过，{shown.zh}起才算届满。", f"It must run out in full: over only from {shown.en}."))
