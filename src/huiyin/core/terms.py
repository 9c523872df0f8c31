"""Due dates: a term, its trigger and the rule of its law give a date and the reasons for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from huiyin.core.calendar import ONE_DAY, Calendar, read_text
from huiyin.core.clock_words import NOT_LAW
from huiyin.core.counting import reckon
from huiyin.core.counting_rows import CountingRow, CountingTable
from huiyin.core.date_words import day_text, instant_text
from huiyin.core.durations import Direction, Term, Unit, plain_codes
from huiyin.core.pauses import Pause
from huiyin.core.values import Text

__all__ = [
    "CountingRow", "CountingRule", "CountingTable", "Direction", "Due", "Pause", "Term", "Unit", "count", "set_date",
]  # fmt: skip

CountingRule = CountingRow
CODE_WITH_PAUSE = {"CAL_STRICT": "CAL_PAUSE", "WD": "WD_PAUSE"}
# Where the law does not move an authority's last day, the last working day on or before it is when to act.
ACT_EARLIER_CODES = frozenset({"CAL_STRICT", "CAL_PAUSE", "MONTH_STRICT", "YEAR_STRICT"})


@dataclass(frozen=True, slots=True)
class Due:
    """A computed due date with everything needed to explain it later.

    Attributes:
        strict: the end by the strict reading, UTC.
        latest: the latest lawful end, UTC; equal to ``strict`` where the law leaves one reading.
        provisional: whether a year without its holiday notice was leaned on.
        rule: code, law, article and row version, such as ``CAL_ROLL 民事诉讼法(2023)#85 civil_procedure@1f2e``.
        calendar: version of the calendar used.
        steps: why this date.
        act_by: for an authority, the end of the last working day on or before a last day that is not moved; for a
            term counted backwards, the safe day before. ``None`` when it would say nothing new.
    """

    strict: datetime
    latest: datetime
    provisional: bool
    rule: str
    calendar: str
    steps: tuple[Text, ...]
    act_by: datetime | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return data ``from_plain`` reads back."""
        return {
            "strict": self.strict.isoformat(),
            "latest": self.latest.isoformat(),
            "provisional": self.provisional,
            "rule": self.rule,
            "calendar": self.calendar,
            "steps": [step.to_plain() for step in self.steps],
            "act_by": None if self.act_by is None else self.act_by.isoformat(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Due:
        """Build a due date from stored data."""
        act_by = plain.get("act_by")
        return cls(
            strict=datetime.fromisoformat(plain["strict"]),
            latest=datetime.fromisoformat(plain["latest"]),
            provisional=plain["provisional"],
            rule=plain["rule"],
            calendar=plain["calendar"],
            steps=tuple(read_text(step, "stored steps") for step in plain["steps"]),
            act_by=None if act_by is None else datetime.fromisoformat(act_by),
        )


def count(
    term: Term,
    trigger: datetime,
    row: CountingRow | None,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Term] = (),
) -> Due:
    """Count a term from its trigger.

    Args:
        term: what the law or the promise gives.
        trigger: the instant proved by evidence; for a backward term, the event it leads to.
        row: how the law counts; ``None`` for a target: plain, never moved.
        calendar: rest days and office hours.
        pauses: stretches that do not count.
        extensions: further terms granted, in order. Only the very end is moved off a rest day.

    Raises:
        ValueError: the trigger has no time zone, or a backward term is extended or paused.
    """
    parts = (term, *extensions)
    codes = [plain_codes(part) if row is None else row.codes_for(part) for part in parts]
    strict_codes, latest_codes = [code[0] for code in codes], [code[1] for code in codes]
    amounts = [part.amount for part in parts]
    strict = reckon(list(zip(amounts, strict_codes, strict=True)), trigger, calendar, pauses)
    latest = strict
    if latest_codes != strict_codes:
        latest = reckon(list(zip(amounts, latest_codes, strict=True)), trigger, calendar, pauses)
    head = _plain_basis(term) if row is None else row.basis()
    steps = [head, *strict.steps]
    provisional = strict.provisional or latest.provisional
    if latest.due != strict.due:
        steps.append(
            Text(
                f"从严理解到此为止；从宽理解最晚到{instant_text(calendar.local(latest.due)).zh}：",
                f"So far the strict reading; the latest lawful one is {instant_text(calendar.local(latest.due)).en}:",
            )
        )
        steps.extend(step for step in latest.steps if step not in strict.steps)
    act_by, looked_at = _act_by(strict_codes[-1], strict.due, row, calendar, single=latest_codes == strict_codes)
    if act_by is not None:
        shown = day_text(calendar.local_date(act_by))
        steps.append(Text(f"建议最晚在{shown.zh}办。", f"Best done by {shown.en}."))
    if any(calendar.provisional(d) for d in looked_at) and not provisional:
        provisional = True
        steps.append(
            Text(
                "期满日本身不受放假安排影响；当年放假安排未公布，提前办理的日期为暂定。",
                "The last day itself does not depend on holidays; that year's notice is not out, so the day to act by is provisional.",
            )
        )
    return Due(
        strict=strict.due,
        latest=latest.due,
        provisional=provisional,
        rule=_rule_text(strict_codes[-1], latest_codes[-1], row, paused=bool(pauses)),
        calendar=calendar.version,
        steps=tuple(steps),
        act_by=act_by,
    )


def set_date(until: datetime, calendar: Calendar, extensions: Sequence[Term] = ()) -> Due:
    """Return the due date a decision or an agreement has set itself, with extensions counted plainly from it."""
    shown = instant_text(calendar.local(until))
    steps = [Text(f"日期是文书或者协议写明的：{shown.zh}。", f"The date stands in a paper or an agreement: {shown.en}.")]
    due, provisional = until.astimezone(UTC), False
    if extensions:
        further = reckon([(part.amount, plain_codes(part)[0]) for part in extensions], due, calendar)
        due, provisional = further.due, further.provisional
        steps.extend(further.steps)
    return Due(due, due, provisional, "SET", calendar.version, tuple(steps))


def _act_by(
    code: str, due: datetime, row: CountingRow | None, calendar: Calendar, *, single: bool
) -> tuple[datetime | None, tuple[date, ...]]:
    last = calendar.local_date(due)
    if code == "CAL_BACK":
        return calendar.end_of_day(last - ONE_DAY), ()
    if code == "WD_BACK":
        safe = calendar.previous_working(last)
        return calendar.end_of_day(safe), (safe,)
    if row is None or row.promise or not single or code not in ACT_EARLIER_CODES:
        return None, ()
    if calendar.is_working(last):
        return None, (last,)
    earlier = calendar.previous_working(last)
    return calendar.end_of_day(earlier), (last, earlier)


def _plain_basis(term: Term) -> Text:
    shown = term.text()
    return Text(f"{shown.zh}，{NOT_LAW.zh}。", f"{shown.en}, {NOT_LAW.en}.")


def _rule_text(strict: str, latest: str, row: CountingRow | None, *, paused: bool) -> str:
    if paused:
        strict, latest = CODE_WITH_PAUSE.get(strict, strict), CODE_WITH_PAUSE.get(latest, latest)
    code = strict if strict == latest else f"{strict}/{latest}"
    if row is None:
        return f"{code} target"
    law = f"{row.law}#{row.article}" if row.law else "promise" if row.promise else "silent"
    return f"{code} {law} {row.name}@{row.version}"
