"""Which rule counts a period: found from the law, the article and the day it starts, by the dated rows of the packs.

Nothing is guessed in silence. What the packs do not hold, or hold twice with different results, is refused with the
reason; every step that narrowed the choice is told beside the answer.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from huiyin.core.citations import CitedName, CitedPlace, Place, read_name, read_names, read_places
from huiyin.core.clock_words import KIND_MEANINGS
from huiyin.core.counting_rows import CountingRow, CountingTable
from huiyin.core.durations import Term, Unit, plain_codes
from huiyin.core.statutory import TIMELESS, StatuteVersion, StatutoryClock, StatutoryTable
from huiyin.core.values import Refusal, Text

_CLASS_OF: dict[Unit, str] = {
    "days": "day",
    "working days": "day",
    "months": "month",
    "years": "month",
    "hours": "hour",
    "working hours": "hour",
}
# What tables call their units.
UNITS_SAID: dict[str, Unit] = {
    "day": "days", "days": "days", "calendar_day": "days", "natural_day": "days", "日": "days", "天": "days", "自然日": "days",
    "working_day": "working days", "workday": "working days", "工作日": "working days", "个工作日": "working days",
    "month": "months", "months": "months", "月": "months", "个月": "months",
    "year": "years", "years": "years", "年": "years",
    "hour": "hours", "hours": "hours", "小时": "hours", "时": "hours",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A period somebody asks about.

    Attributes:
        law: the law as cited; several are separated by semicolons.
        article: the articles as cited.
        on: local date the period starts, which decides the version of the law.
        amount: how many.
        unit: of what.
        paused: whether part of it stood still: a fact that only some periods allow.
        hints: further words of the question that may tell which of an article's periods is meant.
    """

    law: str
    article: str
    on: date
    amount: int
    unit: Unit
    paused: bool = False
    hints: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The clock and the code that count the period.

    Attributes:
        clock: the clock of the packs.
        row: how its law counts; ``None`` for a bare length.
        code: the reading that decides: the latest lawful one for a party's own period, the strict one for all else.
        notes: what narrowed the choice, and what is not certain about it.
    """

    clock: StatutoryClock
    row: CountingRow | None
    code: str
    notes: tuple[Text, ...] = ()


@dataclass(slots=True)
class _Search:
    table: StatutoryTable
    asked: Asked
    notes: list[Text] = field(default_factory=list)


def choose(table: StatutoryTable, counting: CountingTable, asked: Asked) -> Choice | Refusal:
    """Find the clock that is meant and the code it is counted by, or say why that cannot be decided."""
    search = _Search(table, asked)
    cited = _cited(search)
    if isinstance(cited, Refusal):
        return cited
    pairs, said = cited
    found = _clocks(search, pairs)
    if isinstance(found, Refusal):
        return found
    hints = f"{said} {asked.hints}"
    found = _narrowed(search, found, hints)
    if isinstance(found, Refusal):
        return found
    named = frozenset(f"{law.id}#{place.article}" for law, place in pairs)
    readings: dict[str, tuple[StatutoryClock, CountingRow | None]] = {}
    for clock in found:
        reading = _reading(clock, counting, asked, named)
        if isinstance(reading, Refusal):
            return reading
        code, row = reading
        readings.setdefault(code, (clock, row))
    if len(readings) > 1:
        rights = {code: pair for code, pair in readings.items() if pair[0].kind == "right"}
        alike = all(any(_amounts_to(term, asked) for term in pair[0].terms) for pair in readings.values())
        if len(rights) != 1 or not alike:
            return _ambiguous([pair[0] for pair in readings.values()])
        others = [pair[0].title for pair in readings.values() if pair[0].kind != "right"]
        readings = rights
        zh, en = "、".join(one.zh for one in others), ", ".join(one.en for one in others)
        search.notes.append(
            Text(
                f"这一条还有机关的期限（{zh}）；没有写明是谁的，按当事人的期限算。",
                f"The article also binds an authority ({en}); as none is named, the party's period is counted.",
            )
        )
    code, (clock, row) = next(iter(readings.items()))
    return Choice(clock, row, code, (*search.notes, *_marks(clock, row)))


def _cited(search: _Search) -> tuple[list[tuple[StatuteVersion, Place]], str] | Refusal:
    """Return every cited pair of law and place, and the words in parentheses."""
    names = read_names(search.asked.law)
    groups = [group for group in search.asked.article.replace("；", ";").split(";") if group.strip()]
    if not names:
        return _refuse("no_law", "没有写法律。", "No law is named.")
    if not groups:
        return _refuse("no_article", "没有写条号。", "No article is named.")
    pairs: list[tuple[StatuteVersion, Place]] = []
    said: list[str] = []
    first_fault: Refusal | None = None
    laws: list[StatuteVersion | None] = []
    for name in names:
        resolved = _resolve(search, name)
        if isinstance(resolved, Refusal):
            first_fault = first_fault or resolved
            laws.append(None)
            continue
        law, place = resolved
        laws.append(law)
        if place is not None:
            pairs.append((law, place))
    if first_fault is not None and laws[0] is None:
        return first_fault
    for number, group in enumerate(groups):
        places, words = read_places(group)
        said.append(words)
        beside = [laws[number]] if len(groups) == len(laws) > 1 else laws
        for one in places:
            named = _of_place(search, one)
            pairs.extend((law, one.place) for law in (beside if named is None else [named]) if law is not None)
    order = [law.id for law in laws if law is not None]
    pairs.sort(key=lambda pair: order.index(pair[0].id) if pair[0].id in order else len(order))
    return pairs, " ".join(said)


def _of_place(search: _Search, cited: CitedPlace) -> StatuteVersion | None:
    if not cited.law:
        return None
    resolved = _resolve(search, read_name(cited.law))
    return None if isinstance(resolved, Refusal) else resolved[0]


def _resolve(search: _Search, name: CitedName) -> tuple[StatuteVersion, Place | None] | Refusal:
    """Return the version in force on the day, and the article that stood behind the law's name."""
    place: Place | None = None
    versions = next((known for one in name.names if (known := search.table.known(one))), ())
    if not versions and name.trailing is not None:
        versions, place = search.table.known(name.trailing[0]), name.trailing[1]
    if not versions:
        every = sorted({known for law in search.table.laws for known in law.names})
        near = difflib.get_close_matches(name.names[0] if name.names else "", every, n=1, cutoff=0.7)
        meant = next((law for law in search.table.laws if near and near[0] in law.names), None)
        zh, en = f"法规包里没有“{name.said}”的期限。", f"The packs hold no clocks of “{name.said}”."
        if meant is not None:
            zh, en = f"{zh}是不是“{meant.title.zh}”？", f"{en} Is “{meant.title.zh}” meant?"
        return _refuse("unknown_law", zh, en)
    if name.years:
        dated = tuple(version for version in versions if version.years & name.years)
        if not dated:
            years = "、".join(str(year) for version in versions for year in sorted(version.years))
            return _refuse(
                "unknown_version",
                f"法规包里没有“{name.said}”这个版本；有的是：{years}。",
                f"The packs do not hold the version “{name.said}”; they hold {years.replace('、', ', ')}.",
            )
        versions = dated
    on = search.asked.on
    covering = [version for version in versions if version.covers(on)]
    if not covering:
        spans = "; ".join(f"{version.id} {version.first}..{version.last or ''}" for version in versions)
        return _refuse(
            "not_in_force",
            f"“{name.said}”在{on}不施行（{spans}）；请按当日施行的规定写。",
            f"“{name.said}” was not in force on {on} ({spans}); cite what was in force that day.",
        )
    return covering[-1], place


def _clocks(search: _Search, pairs: Sequence[tuple[StatuteVersion, Place]]) -> list[StatutoryClock] | Refusal:
    """Return the clocks of the first cited article that has any with a length."""
    timeless: list[StatutoryClock] = []
    for law, place in pairs:
        here = [clock for clock in search.table.of(law) if clock.place.article == place.article]
        timed = [clock for clock in here if clock.kind not in TIMELESS]
        if not timed:
            timeless.extend(here)
            continue
        exact = [clock for clock in timed if not clock.place.differs(place)]
        if not exact:
            shown = place.text()
            search.notes.append(
                Text(f"{shown.zh}没有自己的期限，按同条的期限。", f"{shown.en} has no period of its own; the article's is used.")
            )
        return exact or timed
    if timeless:
        clock = timeless[0]
        why, says = KIND_MEANINGS[clock.kind], clock.does
        cited = clock.cited()
        return _refuse("no_clock", f"{cited.zh}：{why.zh}。{says.zh}", f"{cited.en}: {why.en}. {says.en}")
    places = [f"{law.title.zh}{place.text().zh}" for law, place in pairs]
    return _refuse(
        "unknown_article",
        f"法规包里没有这一条的期限：{'、'.join(places)}。",
        f"The packs hold no clock under {', '.join(places)}.",
    )


def _narrowed(search: _Search, found: list[StatutoryClock], hints: str) -> list[StatutoryClock] | Refusal:
    asked = search.asked
    wanted = _CLASS_OF[asked.unit]
    fitting = [clock for clock in found if any(_CLASS_OF[term.unit] == wanted for term in clock.terms)]
    if not fitting:
        terms = "、".join(str(term) for clock in found for term in clock.terms)
        return _refuse(
            "other_unit",
            f"这一条的期限是{terms}，和所问的单位不同。",
            f"The article's periods are {terms.replace('、', ', ')}, in another unit than asked.",
        )
    named = [clock for clock in fitting if clock.name in hints or clock.title.zh in hints]
    if named:
        return named
    for same in (
        [clock for clock in fitting if any(_amounts_to(term, asked) for term in clock.terms[:1])],
        [clock for clock in fitting if any(_amounts_to(term, asked) for term in clock.terms)],
    ):
        if same:
            fitting = same
            break
    if asked.paused:
        fitting = [clock for clock in fitting if clock.stops] or fitting
    heard = {clock.name: sum(word in hints for word in clock.words) for clock in fitting}
    most = max(heard.values())
    return [clock for clock in fitting if heard[clock.name] == most]


def _amounts_to(term: Term, asked: Asked) -> bool:
    if _CLASS_OF[term.unit] != _CLASS_OF[asked.unit]:
        return False
    of_term = term.amount * (12 if term.unit == "years" else 1)
    return of_term == asked.amount * (12 if asked.unit == "years" else 1)


def _reading(
    clock: StatutoryClock, counting: CountingTable, asked: Asked, named: frozenset[str]
) -> tuple[str, CountingRow | None] | Refusal:
    """Return the code that decides, in the unit asked for."""
    fitting = [term for term in clock.terms if _CLASS_OF[term.unit] == _CLASS_OF[asked.unit]]
    term = next((term for term in fitting if _amounts_to(term, asked)), fitting[0])
    row: CountingRow | None = None
    if clock.count is None:
        strict, latest = plain_codes(term)
    else:
        try:
            row = counting.pick(clock.count, asked.on)
        except LookupError as error:
            return _refuse(
                "no_counting_rule",
                f"计算规则“{clock.count}”在{asked.on}没有施行的条目。",
                f"The rule for counting cannot be found: {error}.",
            )
        strict, latest = row.codes_for(term)
    late = clock.kind == "right" or (row is not None and bool(named & row.latest_when_cited))
    return _in_unit(latest if late else strict, asked.unit), row


def _in_unit(code: str, unit: Unit) -> str:
    """Return the code for the unit the amount is given in: two years may be asked as twenty-four months."""
    if unit == "months" and code.startswith("YEAR_"):
        return code.replace("YEAR_", "MONTH_")
    if unit == "years" and code.startswith("MONTH_"):
        return code.replace("MONTH_", "YEAR_")
    return code


def _marks(clock: StatutoryClock, row: CountingRow | None) -> list[Text]:
    """Return what is not certain about a clock."""
    marks: list[Text] = []
    if clock.kind == "target":
        marks.append(KIND_MEANINGS["target"])
    if clock.law.elsewhere:
        marks.append(Text("别处的规定，不在本市施行", "a rule of another place, not in force here"))
    if row is not None and not row.stated:
        marks.append(row.note)
    if clock.note is not None:
        marks.append(clock.note)
    return marks


def _ambiguous(clocks: Sequence[StatutoryClock]) -> Refusal:
    zh = "、".join(clock.title.zh for clock in clocks)
    en = ", ".join(f"{clock.title.en} ({clock.name})" for clock in clocks)
    return _refuse(
        "several_periods",
        f"这一条有几个算法不同的期限：{zh}；请写明款项或者在括号里写明是哪一个。",
        f"The article has several periods that count differently: {en}. Name paragraph or item, or say which in parentheses.",
    )


def _refuse(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code, Text(zh, en))
