"""Worked dates: a table somebody computed by hand is counted again, by the rule it names or by one the packs choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from huiyin.core.calendar import Calendar
from huiyin.core.choosing import UNITS_SAID, Asked, choose
from huiyin.core.counting import CODES, reckon
from huiyin.core.counting_rows import CountingTable
from huiyin.core.durations import Unit
from huiyin.core.pauses import Pause
from huiyin.core.statutory import StatutoryTable
from huiyin.core.terms import CODE_WITH_PAUSE
from huiyin.core.values import Refusal, Text

COLUMNS = ("law", "article", "rule", "trigger_iso", "duration", "unit", "expected_due_date")
# Facts, not answers: they may tell which of an article's periods a row is about.
HINTS = ("clock", "procedure", "trigger", "action_due", "who")
# A bare length in years or months is one amount of months; the code may name either.
_MONTHS: Mapping[Unit, int] = {"months": 1, "years": 12}


class TableError(ValueError):
    """The table cannot be read at all."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.text = code, Text(zh, en)


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of one row.

    Attributes:
        line: line of the file the row begins on, the heading being line 1.
        row: the row as it stood.
        code: the code it was counted by; empty when it was not counted.
        clock: name of the clock chosen, when one was.
        counted: the date or instant counted, as the row writes its own; empty when it was not counted.
        agrees: whether that is the one expected.
        why: what kept the row from being counted.
        notes: what narrowed the choice, and what is not certain.
        provisional: whether a year without its holiday notice was leaned on.
    """

    line: int
    row: Mapping[str, str]
    code: str = ""
    clock: str = ""
    counted: str = ""
    agrees: bool = False
    why: Text | None = None
    notes: tuple[Text, ...] = ()
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What worked dates are counted with."""

    table: StatutoryTable
    counting: CountingTable
    calendar: Calendar


def check(rows: Iterable[tuple[int, Mapping[str, str]]], columns: Sequence[str], rules: Rules, *, choosing: bool) -> list[Worked]:
    """Count every row of a table.

    Args:
        rows: line number and row.
        columns: the table's columns.
        rules: clocks, counting rules and holidays.
        choosing: find the rule from law, article and trigger instead of reading it; a pause the row names is a fact and stays.

    Raises:
        TableError: columns are missing, or there is no row.
    """
    missing = [name for name in COLUMNS if name not in columns and not (choosing and name == "rule")]
    if missing:
        raise TableError("columns", f"表里缺少列：{'、'.join(missing)}。", f"The table lacks the columns {', '.join(missing)}.")
    done = [_worked(line, row, rules, choosing=choosing) for line, row in rows]
    if not done:
        raise TableError("no_rows", "表里没有一行日期。", "The table has no row.")
    return done


def _worked(line: int, row: Mapping[str, str], rules: Rules, *, choosing: bool) -> Worked:
    said, _, facts = row.get("rule", "").strip().partition("|")
    try:
        trigger = _instant(row["trigger_iso"], rules.calendar)
        amount, unit = _amount(row["duration"]), _unit(row["unit"])
        pauses = _pauses(facts, row.get("pause", ""), rules.calendar)
        expected = row["expected_due_date"].strip()
        wanted = _expected(expected, rules.calendar)
    except TableError as error:
        return Worked(line, row, why=error.text)
    clock, code = "", said
    notes: tuple[Text, ...] = ()
    if choosing:
        asked = Asked(
            law=row["law"],
            article=row["article"],
            on=rules.calendar.local_date(trigger),
            amount=amount,
            unit=unit,
            paused=bool(pauses),
            hints=" ".join(row.get(name, "") for name in HINTS),
        )
        choice = choose(rules.table, rules.counting, asked)
        if isinstance(choice, Refusal):
            return Worked(line, row, why=choice.text)
        clock, notes, code = choice.clock.name, choice.notes, choice.code
    elif code not in CODES:
        return Worked(line, row, why=Text(f"没有规则“{code}”。", f"There is no rule {code!r}; known: {', '.join(sorted(CODES))}."))
    named, months = code, _MONTHS.get(unit)
    if months is not None and CODES[code].base == "months":
        code, amount = code.replace("YEAR_", "MONTH_"), amount * months
    try:
        got = reckon([(amount, code)], trigger, rules.calendar, pauses)
    except (ValueError, OverflowError) as error:
        return Worked(line, row, clock=clock, why=Text(f"算不出来：{error}。", f"It cannot be counted: {error}."))
    due = rules.calendar.local(got.due)
    whole_day = isinstance(wanted, date) and not isinstance(wanted, datetime)
    counted = due.date().isoformat() if whole_day else due.isoformat()
    agrees = due.date() == wanted if whole_day else due == wanted
    shown = CODE_WITH_PAUSE.get(named, named) if pauses else named
    return Worked(line, row, shown, clock, counted, agrees, None, notes, got.provisional)


def _instant(text: str, calendar: Calendar) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise TableError(
            "trigger",
            f"起算时间“{text}”读不通，例如 2026-03-02T09:00:00+08:00。",
            f"{text!r} is no instant, such as 2026-03-02T09:00:00+08:00.",
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=calendar.zone)


def _expected(text: str, calendar: Calendar) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return _instant(text, calendar)
    except TableError:
        raise TableError("expected", f"到期日“{text}”读不通，例如 2026-03-02。", f"{text!r} is no date, such as 2026-03-02.") from None


def _amount(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise TableError("duration", f"期限“{text}”不是一个数。", f"{text!r} is no length; a whole number from 1 belongs here.")
    return int(text)


def _unit(text: str) -> Unit:
    unit = UNITS_SAID.get(text.strip().casefold())
    if unit is None:
        raise TableError("unit", f"没有单位“{text}”。", f"There is no unit {text!r}; known: {', '.join(sorted(UNITS_SAID))}.")
    return unit


def _pauses(facts: str, column: str, calendar: Calendar) -> list[Pause]:
    """Read ``pause=FIRST..LAST``, several separated by commas or bars."""
    spans = [span for part in facts.split("|") for span in part.strip().removeprefix("pause=").split(",")]
    spans += column.removeprefix("pause=").split(",")
    pauses: list[Pause] = []
    for span in spans:
        if not span.strip():
            continue
        first, _, last = span.strip().partition("..")
        try:
            pauses.append(Pause.of_days(date.fromisoformat(first), date.fromisoformat(last or first), calendar))
        except ValueError:
            raise TableError(
                "pause", f"停钟“{span}”读不通，例如 2026-03-05..2026-03-07。", f"{span!r} is no pause, such as 2026-03-05..2026-03-07."
            ) from None
    return pauses
