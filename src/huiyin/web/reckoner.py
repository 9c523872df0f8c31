"""A date somebody asks for: read from plain words, counted, and explained. One for the page and the API; it keeps nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from huiyin.city import queries as city
from huiyin.core import why as reasons
from huiyin.core.citations import canonical
from huiyin.core.clock_words import KIND_MEANINGS, KIND_WORDS
from huiyin.core.counting_rows import CountingRow
from huiyin.core.durations import BACKWARD_CODES, UNIT_TEXTS, Term, Unit
from huiyin.core.packs import Library
from huiyin.core.pauses import Pause
from huiyin.core.statutory import TIMELESS, StatutoryClock
from huiyin.core.values import Refusal, Text
from huiyin.web import dating
from huiyin.web.dating import Explained, Started

Way = Literal["forward", "full", "backward"]
WAYS: Mapping[str, Text] = {
    "forward": Text("往后数，最晚到哪天", "forward: until when"),
    "full": Text("往后数，须全部经过", "forward: it must run out in full"),
    "backward": Text("从那一天往前数", "back from that day"),
}
UNITS: tuple[Unit, ...] = ("days", "working days", "months", "years", "hours", "working hours")
MOST_PAUSES = 4
MOST_AMOUNT = 3660
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
NAMES = (
    "clock", "term", "amount", "unit", "way", "count", "on", "at", "more", "more_unit",
    *(f"{edge}{n}" for n in range(1, MOST_PAUSES + 1) for edge in ("from", "to")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, proved to make sense."""

    clock: StatutoryClock | None
    term: Term
    row: CountingRow | None
    trigger: datetime
    pauses: tuple[Pause, ...]
    extensions: tuple[Term, ...]


def clock_named(library: Library, name: str) -> StatutoryClock | None:
    """Return the clock of the packs of that name."""
    return next((clock for clock in library.statutory.clocks if clock.name == name), None)


def find(library: Library, words: str, law: str = "") -> tuple[StatutoryClock, ...]:
    """Return the clocks in which every word stands: in law, title, article or what is due."""
    wanted = [part for part in unicodedata.normalize("NFKC", words).casefold().split() if part]
    return tuple(
        clock for clock in library.statutory.clocks if (not law or clock.law.id == law) and all(_stands_in(clock, part) for part in wanted)
    )


def _stands_in(clock: StatutoryClock, part: str) -> bool:
    # The article of a row from memory is not told, so it is not found either.
    place = "" if clock.verified == "M" else clock.place.text().zh
    shown = (clock.title.zh, clock.title.en, clock.does.zh, clock.does.en, clock.law.title.zh, clock.law.title.en, clock.law.id, place)
    if any(part in one.casefold() for one in shown):
        return True
    plain = canonical(part)
    return bool(plain) and any(plain in name for name in clock.law.names)


def answer(raw: Mapping[str, str]) -> Explained | Refusal:
    """Count what was asked; a refusal holds one detail for every answer that does not fit."""
    library = city.library()
    asked = _read(library, raw)
    if isinstance(asked, Refusal):
        return asked
    kind = "target" if asked.clock is None and asked.row is None else "duty" if asked.clock is None else asked.clock.kind
    try:
        why = reasons.explain(
            asked.term,
            asked.trigger,
            asked.row,
            library.calendar,
            asked.pauses,
            asked.extensions,
            kind="right" if kind == "right" else "duty",
        )
    except (ValueError, OverflowError):
        return _refuse("on", "按这样算，日期超出了能算的范围。", "Counted so, the date lies outside what can be counted.")
    due, clock = why.due, asked.clock
    trigger = None if clock is None or clock.trigger is None else library.statutory.triggers[clock.trigger]
    return Explained(
        name="" if clock is None else clock.name,
        label=asked.term.text() if clock is None else clock.title,
        kind=kind,
        kind_word=KIND_WORDS[kind] if clock is not None else Text("自己填的期限", "your own figures"),
        kind_means=KIND_MEANINGS[kind]
        if clock is not None
        else Text("按您填的天数和数法算的，没有对应到哪一条法律", "counted by the figures you gave; no article is behind it"),
        status="",
        due=due.strict,
        latest=due.latest,
        act_by=due.act_by,
        decides=due.latest if kind == "right" else due.strict,
        provisional=due.provisional,
        started=Started(
            at=asked.trigger,
            whole_day="hour" not in asked.term.unit,
            says=None if trigger is None else trigger.says,
            proof=None if trigger is None else trigger.proof,
        ),
        term=asked.term.text(),
        why=why,
        stale=False,
        steps=due.steps if clock is not None or asked.row is not None else due.steps[1:],
        law=None if clock is None else dating.law_shown(library, clock),
        basis=(),
        row=asked.row,
        calendar=due.calendar,
        # A bare length is nobody's goal here: the code alone says how it was counted.
        rule=due.rule if asked.row is not None else due.rule.partition(" ")[0],
    )


def _read(library: Library, raw: Mapping[str, str]) -> Asked | Refusal:
    wrong: list[Refusal] = []
    named = raw.get("clock", "").strip()
    clock = clock_named(library, named) if named else None
    if named and clock is None:
        return _refuse("clock", "没有这个期限，请重新找。", "There is no such period; look it up again.")
    if clock is not None and clock.kind in TIMELESS:
        means = KIND_MEANINGS[clock.kind]
        return Refusal("no_length", Text(f"{means.zh}，所以没有日期可算。", f"There is nothing to count: {means.en}."), field="clock")
    day = _day(raw.get("on", ""), "on", wrong, needed=True)
    term = _term_of(clock, raw, wrong) if clock is not None else _plain_term(raw, wrong)
    moment = _moment(raw.get("at", ""), term, wrong)
    row: CountingRow | None = None
    if day is not None:
        if clock is not None and not clock.law.covers(day):
            wrong.append(_out_of_force(clock, day))
        count = (clock.count or "") if clock is not None else raw.get("count", "").strip()
        if count:
            try:
                row = library.counting.pick(count, day)
            except LookupError:
                known = count in library.counting.names()
                zh = "这种数法那一天还没有施行，请选别的。" if known else "没有这种数法，请重新选。"
                wrong.append(_refuse("count", zh, "No rule for counting of that name was in force that day; choose another."))
    pauses = _pauses(library, raw, day, term, wrong)
    extensions = _extension(raw, term, wrong)
    if wrong or day is None or term is None:
        return wrong[0] if len(wrong) == 1 else Refusal("bad_date_question", _HEAD, details=tuple(wrong))
    return Asked(clock, term, row, library.calendar.at(day, moment), pauses, extensions)


_HEAD = Text("有几处要改，见下面。", "Some answers need a change; see below.")


def _out_of_force(clock: StatutoryClock, day: date) -> Refusal:
    law = clock.law
    zh, en = f"{law.first}起", f"from {law.first}"
    if law.last is not None:
        zh, en = f"{law.first}至{law.last}", f"{en} to {law.last}"
    return _refuse(
        "on",
        f"《{law.title.zh}》的这一版在{day}不施行（{zh}施行）。请改日期，或者选当时施行的规定。",
        f"This version of {law.title.en} was not in force on {day} (in force {en}). Change the date, or choose what was in force then.",
    )


def _term_of(clock: StatutoryClock, raw: Mapping[str, str], wrong: list[Refusal]) -> Term | None:
    said = raw.get("term", "").strip()
    found = next((term for term in clock.terms if str(term) == said), None)
    if said and found is None:
        wrong.append(_refuse("term", "这一条没有这个长度，请重新选。", "The article has no such length; choose again."))
        return None
    return found or clock.terms[0]


def _plain_term(raw: Mapping[str, str], wrong: list[Refusal]) -> Term | None:
    amount = _amount(raw.get("amount", ""), "amount", wrong)
    unit = next((one for one in UNITS if one == (raw.get("unit") or "days").replace("_", " ")), None)
    way = raw.get("way", "") or "forward"
    if unit is None:
        wrong.append(_refuse("unit", "请选单位。", "Choose a unit."))
    if way not in WAYS:
        wrong.append(_refuse("way", "请选怎么数。", "Choose how to count."))
    if amount is None or unit is None or way not in WAYS:
        return None
    if way == "backward" and unit not in BACKWARD_CODES:
        text = UNIT_TEXTS[unit]
        wrong.append(
            _refuse("way", f"“{text.zh}”不能往前数；往前数用日、工作日或者小时。", f"{text.en} cannot be counted back; use days or hours.")
        )
        return None
    return Term(amount, unit, "backward" if way == "backward" else "forward", way == "full")


def _amount(text: str, name: str, wrong: list[Refusal]) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > 5 or not 1 <= int(plain) <= MOST_AMOUNT:
        wrong.append(_refuse(name, f"请填1到{MOST_AMOUNT}之间的整数。", f"Give a whole number from 1 to {MOST_AMOUNT}."))
        return None
    return int(plain)


def _day(text: str, name: str, wrong: list[Refusal], *, needed: bool) -> date | None:
    plain = unicodedata.normalize("NFKC", text).strip().replace("/", "-").replace(".", "-")
    if not plain and not needed:
        return None
    try:
        parts = [int(part) for part in plain.split("-")]
        found = date(*parts) if len(parts) == 3 else None
    except (ValueError, OverflowError):
        found = None
    if found is None or not EARLIEST <= found <= LATEST:
        zh = "请填日期，例如2026-11-30" if not plain else f"“{text.strip()[:20]}”不是能用的日期，请写成2026-11-30这样"
        wrong.append(_refuse(name, f"{zh}（{EARLIEST.year}年到{LATEST.year}年）。", "Give a date such as 2026-11-30, from 2000 to 2099."))
        return None
    return found


def _moment(text: str, term: Term | None, wrong: list[Refusal]) -> time:
    plain = unicodedata.normalize("NFKC", text).strip()
    if term is None or "hour" not in term.unit:
        return time(0, 0)
    try:
        return time.fromisoformat(plain if ":" in plain else "")
    except ValueError:
        zh = "这个期限按小时算，请填几点几分，例如14:30。"
        wrong.append(_refuse("at", zh, "This period runs in hours; give the time, such as 14:30."))
        return time(0, 0)


def _pauses(library: Library, raw: Mapping[str, str], start: date | None, term: Term | None, wrong: list[Refusal]) -> tuple[Pause, ...]:
    found: list[Pause] = []
    for n in range(1, MOST_PAUSES + 1):
        said = raw.get(f"from{n}", "").strip(), raw.get(f"to{n}", "").strip()
        if not any(said):
            continue
        first, last = _day(said[0], f"from{n}", wrong, needed=True), _day(said[1], f"to{n}", wrong, needed=True)
        if first is None or last is None:
            continue
        if last < first:
            wrong.append(_refuse(f"to{n}", "停钟的最后一天早于第一天。", "The pause ends before it begins."))
        elif start is not None and last <= start:
            wrong.append(_refuse(f"to{n}", "停钟在起算以前就结束了，不影响日期。", "The pause ends before the period starts."))
        elif term is not None and term.direction == "backward":
            wrong.append(_refuse(f"from{n}", "往前数的期限不能停钟。", "A period counted back cannot be paused."))
        elif last - first > timedelta(days=MOST_AMOUNT):
            wrong.append(_refuse(f"to{n}", "停钟太长，请核对。", "The pause is too long; check it."))
        else:
            found.append(Pause.of_days(first, last, library.calendar))
    return tuple(found)


def _extension(raw: Mapping[str, str], term: Term | None, wrong: list[Refusal]) -> tuple[Term, ...]:
    said = raw.get("more", "").strip()
    if not said:
        return ()
    amount = _amount(said, "more", wrong)
    unit = next((one for one in UNITS if one == (raw.get("more_unit") or "days").replace("_", " ")), None)
    if unit is None:
        wrong.append(_refuse("more_unit", "请选单位。", "Choose a unit."))
    if term is not None and term.direction == "backward":
        wrong.append(_refuse("more", "往前数的期限不能延长。", "A period counted back cannot be extended."))
    return () if amount is None or unit is None else (Term(amount, unit),)


def _refuse(field: str, zh: str, en: str) -> Refusal:
    return Refusal(f"bad_{field.rstrip('0123456789')}", Text(zh, en), field=field)
