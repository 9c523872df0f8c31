"""Terms such as ``30 days``, the dated rows that say how each law counts, and the due dates they give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, cast

from huiyin.core.calendar import ONE_DAY, Calendar, fingerprint, read_date, read_text
from huiyin.core.counting import CODES, Base, Pause, day_text, instant_text, reckon
from huiyin.core.values import Text

Unit = Literal["days", "working days", "months", "years", "hours", "working hours"]
Direction = Literal["forward", "backward"]
UNITS: tuple[Unit, ...] = ("days", "working days", "months", "years", "hours", "working hours")
LARGEST_AMOUNT = 36_600
UNIT_TEXTS: dict[Unit, Text] = {
    "days": Text("日", "days"),
    "working days": Text("个工作日", "working days"),
    "months": Text("个月", "months"),
    "years": Text("年", "years"),
    "hours": Text("小时", "hours"),
    "working hours": Text("个工作小时", "working hours"),
}
_TERM = re.compile(r"(\d+) (full )?(working )?(day|month|year|hour)s?( before)?")

# What a unit is called in a counting row, and the codes a row falls back to when it says nothing of a unit.
UNIT_KEYS: dict[str, Unit] = {unit.replace(" ", "_"): unit for unit in UNITS}
PLAIN_CODES: dict[Unit, str] = {
    "days": "CAL_STRICT",
    "working days": "WD",
    "months": "MONTH_STRICT",
    "years": "YEAR_STRICT",
    "hours": "HOUR",
    "working hours": "WORKING_HOUR",
}
FULL_CODES: dict[Unit, str] = {**PLAIN_CODES, "days": "CAL_FULL", "working days": "WD_MIN"}
BACKWARD_CODES: dict[Unit, str] = {"days": "CAL_BACK", "working days": "WD_BACK", "hours": "HOUR_BACK"}
BASES: dict[Unit, Base] = {
    "days": "days",
    "working days": "working days",
    "months": "months",
    "years": "months",
    "hours": "hours",
    "working hours": "working hours",
}
CODE_WITH_PAUSE = {"CAL_STRICT": "CAL_PAUSE", "WD": "WD_PAUSE"}
# Where the law does not move an authority's last day, the last working day on or before it is when to act.
ACT_EARLIER_CODES = frozenset({"CAL_STRICT", "CAL_PAUSE", "MONTH_STRICT", "YEAR_STRICT"})


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as a law or a promise states it.

    Attributes:
        amount: how many of ``unit``, at least one.
        unit: what is counted.
        direction: ``backward`` counts from an event to the last day on which one may still act.
        full: the period must run out in full before the act it guards.
    """

    amount: int
    unit: Unit
    direction: Direction = "forward"
    full: bool = False

    def __post_init__(self) -> None:
        """Check what the type cannot.

        Raises:
            ValueError: the amount is out of range, or the unit cannot be counted backwards.
        """
        if not 1 <= self.amount <= LARGEST_AMOUNT:
            raise ValueError(f"a term's amount must be 1 to {LARGEST_AMOUNT}, found {self.amount}")
        if self.direction == "backward" and (self.unit not in BACKWARD_CODES or self.full):
            raise ValueError(f"a term counted backwards is in days, working days or hours, and not full: {self}")

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read ``3 working days``, ``60 full days``, ``7 working days before``, ``24 hours``.

        Raises:
            ValueError: the text has another shape.
        """
        found = _TERM.fullmatch(text.strip())
        if found is None or (found[3] and found[4] not in ("day", "hour")):
            raise ValueError(
                f"{text!r} is no term; write an amount and days, working days, months, years, hours or working hours, "
                "such as '3 working days', '60 full days' or '7 days before'"
            )
        unit = cast(Unit, f"{found[3] or ''}{found[4]}s")
        return cls(int(found[1]), unit, "backward" if found[5] else "forward", bool(found[2]))

    def __str__(self) -> str:
        """Return the shape ``parse`` reads."""
        unit = self.unit[:-1] if self.amount == 1 else self.unit
        before = " before" if self.direction == "backward" else ""
        return f"{self.amount} {'full ' if self.full else ''}{unit}{before}"

    def text(self) -> Text:
        """Return the term in words for people."""
        zh = f"{'满' if self.full else ''}{self.amount}{UNIT_TEXTS[self.unit].zh}"
        return Text(zh + ("前" if self.direction == "backward" else ""), str(self))


@dataclass(frozen=True, slots=True)
class CountingRow:
    """How one law counts, in one stretch of time.

    Attributes:
        name: the rule's name in procedures, such as ``civil_procedure``.
        law: id of the law in the pack, with its version; ``None`` for a promise.
        article: article numbers as text, such as ``85`` or ``200-204``.
        title: the law's short name, or what the promise is called.
        first: first trigger date the row covers.
        last: last trigger date it covers; ``None`` while in force.
        stated: whether the law's text decides the count; ``False`` marks a choice that stands with its reason in
            ``note`` and that a city may change.
        codes: strict and latest code by unit, for terms counted forward.
        full_codes: the same for terms that must run out in full.
        backward_codes: the same for terms counted back from an event.
        working_amounts: amounts of ``days`` that this law means as working days.
        working_up_to: amounts of ``days`` up to this one are working days; 0 when the law says no such thing.
        note: what the row rests on.
    """

    name: str
    law: str | None
    article: str
    title: Text
    first: date
    last: date | None
    stated: bool
    codes: Mapping[Unit, tuple[str, str]]
    full_codes: Mapping[Unit, tuple[str, str]]
    backward_codes: Mapping[Unit, tuple[str, str]]
    working_amounts: frozenset[int]
    working_up_to: int
    note: Text
    version: str = field(default="", compare=False)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> CountingRow:
        """Build a row from the data of the counting file.

        Raises:
            ValueError: a key is missing, unknown or wrong; the message names row and key.
        """
        name = plain.get("name")
        if not isinstance(name, str) or not name:
            raise ValueError(f"counting row without a name: {dict(plain)!r}")
        where = f"counting row {name}"
        unknown = set(plain) - _ROW_KEYS
        if unknown:
            raise ValueError(f"{where}: unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(_ROW_KEYS))}")
        law, stated = plain.get("law"), plain.get("stated", True)
        if not (law is None or isinstance(law, str)) or not isinstance(stated, bool):
            raise ValueError(f"{where}: law must be an id or empty, stated must be true or false")
        in_force = plain.get("in_force")
        if not isinstance(in_force, Mapping) or "from" not in in_force:
            raise ValueError(f"{where}: needs in_force with from (and to, once it has ended)")
        last = in_force.get("to")
        amounts, up_to = plain.get("working_day_amounts", ()), plain.get("working_days_up_to", 0)
        if not all(isinstance(amount, int) for amount in (*amounts, up_to)):
            raise ValueError(f"{where}: working_day_amounts and working_days_up_to are numbers of days")
        row = cls(
            name=name,
            law=law,
            article=str(plain.get("article", "")),
            title=read_text(plain.get("title"), f"{where}, title"),
            first=read_date(in_force["from"], where),
            last=None if last is None else read_date(last, where),
            stated=stated,
            codes=_read_codes(plain.get("counts", {}), PLAIN_CODES, f"{where}, counts"),
            full_codes=_read_codes(plain.get("full", {}), FULL_CODES, f"{where}, full"),
            backward_codes=_read_codes(plain.get("backward", {}), BACKWARD_CODES, f"{where}, backward"),
            working_amounts=frozenset(amounts),
            working_up_to=up_to,
            note=read_text(plain.get("note"), f"{where}, note"),
        )
        if row.last is not None and row.last < row.first:
            raise ValueError(f"{where}: in force to {row.last}, before its start {row.first}")
        object.__setattr__(row, "version", fingerprint(row.to_plain()))
        return row

    def to_plain(self) -> dict[str, Any]:
        """Return data ``from_plain`` reads back."""
        return {
            "name": self.name,
            "law": self.law,
            "article": self.article,
            "title": {"zh": self.title.zh, "en": self.title.en},
            "in_force": {"from": self.first.isoformat(), "to": None if self.last is None else self.last.isoformat()},
            "stated": self.stated,
            "counts": _plain_codes(self.codes),
            "full": _plain_codes(self.full_codes),
            "backward": _plain_codes(self.backward_codes),
            "working_day_amounts": sorted(self.working_amounts),
            "working_days_up_to": self.working_up_to,
            "note": {"zh": self.note.zh, "en": self.note.en},
        }

    def covers(self, on: date) -> bool:
        """Return whether the row is in force for a trigger on ``on``."""
        return self.first <= on and (self.last is None or on <= self.last)

    def codes_for(self, term: Term) -> tuple[str, str]:
        """Return the strict and the latest code for a term; equal where only one reading exists."""
        unit = term.unit
        if unit == "days" and (term.amount in self.working_amounts or term.amount <= self.working_up_to):
            unit = "working days"
        if term.direction == "backward":
            return self.backward_codes[unit]
        return self.full_codes[unit] if term.full else self.codes[unit]

    def basis(self) -> Text:
        """Return which law says so, in words for people."""
        if self.law is None:
            return Text(f"依据：{self.title.zh}（承诺，不是法定期限）。", f"Basis: {self.title.en} (a promise, not set by law).")
        article = Text(f"第{self.article}条", f", art. {self.article}") if self.article else Text("", "")
        choice = Text("", "") if self.stated else Text("；条文没有写明，按系统设定", "; the text is silent, a recorded choice applies")
        law = self.law if self.law.startswith(self.title.zh) else self.title.zh
        return Text(f"计算依据：{law}{article.zh}{choice.zh}。", f"Counted by the {self.title.en}{article.en}{choice.en}.")


_ROW_KEYS = frozenset(
    "name law article title in_force stated counts full backward working_day_amounts working_days_up_to note".split()
)
CountingRule = CountingRow


@dataclass(frozen=True, slots=True)
class CountingTable:
    """All counting rows of the packs."""

    rows: tuple[CountingRow, ...]

    def __post_init__(self) -> None:
        """Refuse two rows of one name in force on one day.

        Raises:
            ValueError: naming both rows.
        """
        for name in self.names():
            rows = sorted((row for row in self.rows if row.name == name), key=lambda row: row.first)
            for earlier, later in zip(rows, rows[1:], strict=False):
                if earlier.last is None or later.first <= earlier.last:
                    raise ValueError(
                        f"counting row {name}: the row from {earlier.first} must end before the one from {later.first}"
                    )

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> CountingTable:
        """Build the table from the counting file (``rows:``) or from a bare list of rows.

        Raises:
            ValueError: a row is wrong.
        """
        rows = plain.get("rows", ()) if isinstance(plain, Mapping) else plain
        return cls(tuple(CountingRow.from_plain(row) for row in rows))

    def to_plain(self) -> dict[str, Any]:
        """Return data ``from_plain`` reads back."""
        return {"rows": [row.to_plain() for row in self.rows]}

    def names(self) -> tuple[str, ...]:
        """Return the rule names, each once."""
        return tuple(sorted({row.name for row in self.rows}))

    def pick(self, name: str, on: date) -> CountingRow:
        """Return the row of ``name`` in force for a trigger on ``on``.

        Raises:
            LookupError: the name is unknown, or no row of it was in force that day.
        """
        rows = [row for row in self.rows if row.name == name]
        if not rows:
            raise LookupError(f"no counting rule is called {name!r}; known: {', '.join(self.names())}")
        for row in rows:
            if row.covers(on):
                return row
        covered = "; ".join(f"{row.first} to {row.last or 'now'}" for row in rows)
        raise LookupError(f"counting rule {name!r} has no row in force on {on}; its rows cover {covered}")


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
            "steps": [{"zh": step.zh, "en": step.en} for step in self.steps],
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
    codes = [_plain_code(part) if row is None else row.codes_for(part) for part in parts]
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
                f"从严理解到此为止；从宽理解最晚到{instant_text(latest.due, calendar).zh}：",
                f"So far the strict reading; the latest lawful one is {instant_text(latest.due, calendar).en}:",
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
                "The last day itself does not depend on holidays; that year's notice is not out, so the day to act by "
                "is provisional.",
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
    shown = instant_text(until, calendar)
    steps = [Text(f"日期由决定或约定写明：{shown.zh}。", f"The date was set by a decision or agreement: {shown.en}.")]
    due, provisional = until.astimezone(UTC), False
    if extensions:
        further = reckon([(part.amount, _plain_code(part)[0]) for part in extensions], due, calendar)
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
    if row is None or row.law is None or not single or code not in ACT_EARLIER_CODES:
        return None, ()
    if calendar.is_working(last):
        return None, (last,)
    earlier = calendar.previous_working(last)
    return calendar.end_of_day(earlier), (last, earlier)


def _plain_code(term: Term) -> tuple[str, str]:
    if term.direction == "backward":
        code = BACKWARD_CODES[term.unit]
    else:
        code = FULL_CODES[term.unit] if term.full else PLAIN_CODES[term.unit]
    return code, code


def _plain_basis(term: Term) -> Text:
    shown = term.text()
    return Text(f"工作目标{shown.zh}，不是法定期限。", f"A working goal of {shown.en}, not set by law.")


def _rule_text(strict: str, latest: str, row: CountingRow | None, *, paused: bool) -> str:
    if paused:
        strict, latest = CODE_WITH_PAUSE.get(strict, strict), CODE_WITH_PAUSE.get(latest, latest)
    code = strict if strict == latest else f"{strict}/{latest}"
    if row is None:
        return f"{code} target"
    law = "promise" if row.law is None else f"{row.law}#{row.article}"
    return f"{code} {law} {row.name}@{row.version}"


def _read_codes(plain: object, otherwise: Mapping[Unit, str], where: str) -> dict[Unit, tuple[str, str]]:
    """Read ``{days: CAL_ROLL, hours: {strict: HOUR, latest: HOUR_NEXT}}``; units not named keep ``otherwise``."""
    if not isinstance(plain, Mapping):
        raise ValueError(f"{where}: expected units with codes, found {plain!r}")
    codes: dict[Unit, tuple[str, str]] = {unit: (code, code) for unit, code in otherwise.items()}
    for key, value in plain.items():
        unit = UNIT_KEYS.get(key)
        if unit is None or unit not in otherwise:
            known = ", ".join(name for name, known_unit in UNIT_KEYS.items() if known_unit in otherwise)
            raise ValueError(f"{where}: {key!r} is no unit here; known: {known}")
        pair = (value.get("strict"), value.get("latest")) if isinstance(value, Mapping) else (value, value)
        for code in pair:
            if code not in CODES or CODES[code].base not in (BASES[unit], "working days"):
                raise ValueError(f"{where}, {key}: {code!r} is no counting code for {unit}")
        codes[unit] = cast(tuple[str, str], pair)
    return codes


def _plain_codes(codes: Mapping[Unit, tuple[str, str]]) -> dict[str, Any]:
    return {
        unit.replace(" ", "_"): strict if strict == latest else {"strict": strict, "latest": latest}
        for unit, (strict, latest) in codes.items()
    }
