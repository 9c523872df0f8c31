"""One count of a return week by week, drawn and as a table; each number opens its list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from huiyin.city import queries as city
from huiyin.core.returns import Count
from huiyin.core.values import Text
from huiyin.returns import periods, queries
from huiyin.returns.periods import Period
from huiyin.returns.shapes import Number
from huiyin.ui.forms import Option, Question
from huiyin.web.pages.board.charts import Line, line
from huiyin.web.pages.returns.asking import Asking

WEEKS: Final = 12


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its number, of how many it is a part, and where its list is.

    Attributes:
        whole: None where the count is no part of another.
        late: how many were recorded after the week.
    """

    label: Text
    count: int
    whole: int | None
    late: int
    address: str
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """What the page draws."""

    count: Count
    whole: Count | None
    question: Question
    weeks: tuple[Week, ...]
    picture: Line

    @property
    def empty(self) -> bool:
        """Whether nothing happened in any of the weeks."""
        return not any(week.count for week in self.weeks)


def of(ask: Asking, wanted: str) -> Trend | None:
    """Return the weeks up to the period asked for; None when the return counts nothing that can be drawn.

    Args:
        wanted: name of a count; an unknown one means the first of the table.
    """
    one = ask.asked.one
    counts = {name: count for name, count in one.counts.items() if count.amount is None}
    if one.table is None or not counts:
        return None
    first = [name for group in one.table.groups for name in group.counts] or list(one.table.columns)
    chosen = counts.get(wanted) or next((counts[name] for name in first if name in counts), next(iter(counts.values())))
    whole = None if chosen.part_of is None else one.counts.get(chosen.part_of)
    today = city.today()
    weeks = periods.recent("week", max(ask.asked.period.start, min(ask.asked.period.last, today)), WEEKS)[::-1]
    found = queries.trend(ask.asked, [chosen.name, *([] if whole is None else [whole.name])], weeks)
    wholes = [None] * len(weeks) if whole is None else [number.value for number in found[whole.name]]
    made = tuple(
        _week(ask, chosen, period, number, of_all, period.end > today)
        for period, number, of_all in zip(weeks, found[chosen.name], wholes, strict=True)
    )
    options = tuple(Option(name, counts[name].label, name == chosen.name) for name in dict.fromkeys((*first, *counts)) if name in counts)
    question = Question("trend", Text("看哪一项", "Which count"), "select", options=options, value=chosen.name)
    return Trend(chosen, whole, question, made, line([(week.label, week.count) for week in made]))


def _week(ask: Asking, count: Count, period: Period, number: Number, whole: int | None, unfinished: bool) -> Week:
    value = number.value or 0
    opens = value > 0 and "week" in ask.asked.one.periods
    query = ask.address(count=count.name, period=period.slug)
    address = f"{reverse('return-list', args=[ask.asked.one.name])}?{query}" if opens else ""
    label = Text(f"{period.start:%m-%d}", f"{period.start:%m-%d}")
    return Week(label, value, whole, number.late, address, unfinished)
