"""What the public may count: what came in, how fast it was answered, how it ended; by line, district and week.

Small numbers are hidden, and with them what they could be computed from. Every table says what it counts and as of when.
"""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.city.models import Division
from huiyin.core.suppression import SMALLEST_SHOWN, hidden, safe
from huiyin.core.values import Text
from huiyin.exchange.sheets import harmless
from huiyin.matters import counting
from huiyin.matters.counting import Fact
from huiyin.ui.language import language_of
from huiyin.web.pages import worklist
from huiyin.web.pages.board.charts import Bar, Line, Part, bar, line, stacked
from huiyin.web.pages.guide import OUTCOMES
from huiyin.web.pages.show import show

WEEKS: Final = 12
FRESH: Final = timedelta(minutes=10)
OPEN, WHOLE, REST = "", "whole", "rest"
HIDDEN: Final = Text("不公布", "not published")
STILL_OPEN: Final = Text("还在办", "still open")
ALL_LINES: Final = Text("全部", "All")
HOW_FAST: Final = ((3, Text("3天以内", "within 3 days")), (7, Text("4～7天", "4 to 7 days")), (30, Text("8～30天", "8 to 30 days")))
LONGER: Final = Text("30天以上", "over 30 days")
OTHER_ROWS: Final[Mapping[str, Text]] = {"districts": Text("其他区县和没写明的", "other districts and not known")}
OTHER_COLUMNS: Final[Mapping[str, Text]] = {"outcomes": Text("其他结果", "other ends"), "speed": Text("其他天数", "other lengths")}
ELSEWHERE: Final = Text("没有写明在哪个区", "district not known")

_lock = threading.Lock()
_kept: tuple[tuple[str, ...], datetime, tuple[Fact, ...], date] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table; None is hidden."""

    count: int | None

    @property
    def shown(self) -> str | None:
        """The number as people read it."""
        return None if self.count is None else f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its cells, its total, and the total's bar."""

    label: Text
    cells: tuple[Cell, ...]
    total: Cell
    bar: Bar
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table fit to be published; ``columns`` are the headings of the cells, without the total."""

    title: Text
    what: Text
    first: Text
    columns: tuple[Text, ...]
    rows: tuple[TableRow, ...]
    total: TableRow
    key: str

    @property
    def drawn_in_parts(self) -> bool:
        """Whether a row is drawn as parts of a whole, so that the colours need their legend."""
        return any(row.parts for row in self.rows)

    @property
    def any_hidden(self) -> bool:
        """Whether something is left out."""
        return any(cell.count is None for row in (*self.rows, self.total) for cell in (*row.cells, row.total))


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Show the public figures."""
    facts, at, since = _facts()
    tables = published(facts, since)
    weeks = next(table for table in tables if table.key == "weeks")
    context = {
        "at": at,
        "since": since,
        "total": None if 0 < (whole := sum(fact.number for fact in facts)) < SMALLEST_SHOWN else f"{whole:,}",
        "empty": not facts,
        "tables": tables,
        "weeks": _drawn(weeks),
        "smallest": SMALLEST_SHOWN,
        "csv": reverse("figures-csv"),
        "here": "record",
    }
    return show(request, "web/board/figures.html", context)


@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give the same tables as CSV: nothing is in it that is not on the page."""
    facts, at, since = _facts()
    language = language_of(request)
    zone = city.library().zone
    out = io.StringIO()
    writer = csv.writer(out)
    heads = (Text("表", "Table"), Text("行", "Row"), Text("列", "Column"), Text("件数", "Matters"), Text("截至", "As of"))
    writer.writerow([head.in_(language) for head in heads])
    stamp = f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    for table in published(facts, since):
        for row in (*table.rows, table.total):
            for label, cell in zip((*table.columns, Text("合计", "Total")), (*row.cells, row.total), strict=True):
                said = HIDDEN.in_(language) if cell.count is None else cell.count
                writer.writerow([harmless(table.title.in_(language)), harmless(row.label.in_(language)), label.in_(language), said, stamp])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="huiyin-figures.csv"'
    return answer


def facilities() -> dict[str, int | None]:
    """Return district -> matters of facilities, None where hidden: the same numbers as in the table of districts."""
    facts, _, since = _facts()
    table = next(table for table in published(facts, since) if table.key == "districts")
    column = next((n for n, label in enumerate(_lines()) if label == "hazard"), None)
    codes = {place.title: place.code for place in _districts()}
    found: dict[str, int | None] = dict.fromkeys(codes.values())
    for row in table.rows:
        if row.label in codes and column is not None:
            found[codes[row.label]] = row.cells[column].count
    return found


def taken_at() -> datetime:
    """Return when the public figures were counted."""
    return _facts()[1]


def published(facts: Sequence[Fact], since: date) -> list[Table]:
    """Return the tables fit for everyone, from facts that are not."""
    lines = _lines()
    weeks = [since + timedelta(weeks=n) for n in range(WEEKS)]
    outcomes = _outcomes(facts)
    spans = {**{str(days): label for days, label in HOW_FAST}, "more": LONGER}
    districts = {place.code: place.title for place in _districts()} | {"": ELSEWHERE}
    ends = _table(
        "outcomes", Text("结果怎么样", "How it ended"), Text("收到的事现在是什么结果", "Where matters received stand now"),
        Text("类别", "Line"), lines, outcomes, facts, lambda fact: fact.line, lambda fact: fact.outcome, parts=True,
    )  # fmt: skip
    speed = _table(
        "speed", Text("办完的用了多少天", "How long it took"),
        Text("只数已经办完的，从收到到办完", "Closed matters, from coming in to the end"),
        Text("类别", "Line"), lines, spans, [fact for fact in facts if fact.days is not None],
        lambda fact: fact.line, lambda fact: _span(fact.days or 0), parts=True,
    )  # fmt: skip
    return [
        _table(
            "weeks", Text("每周收到多少", "Received by week"),
            Text("按收到的那一周", "By the week it came in"), Text("周（周一起）", "Week from"),
            {one.isoformat(): Text(one.isoformat(), one.isoformat()) for one in weeks}, {WHOLE: ALL_LINES}, facts,
            lambda fact: fact.week.isoformat(), lambda _: WHOLE,
        ),
        without_closed(speed, ends),
        ends,
        _table(
            "districts", Text("各区收到多少", "Received by district"),
            Text("按事情所在的区", "By the district it is in"), Text("区县", "District"),
            districts, lines, facts, lambda fact: fact.district if fact.district in districts else "", lambda fact: fact.line,
        ),
    ]  # fmt: skip


def without_closed(speed: Table, ends: Table) -> Table:
    """Return the table of closed matters without the lines whose number of open ones is hidden.

    All that came in less all that is closed is what is open: where that may not be read, how many are closed may not be either.
    """
    if STILL_OPEN not in ends.columns:
        return _nothing(speed)
    place = ends.columns.index(STILL_OPEN)
    kept_back = {row.label for row in ends.rows if row.cells[place].count is None}
    if not kept_back:
        return speed
    none = tuple(Cell(None) for _ in speed.columns)
    rows = tuple(TableRow(row.label, none, Cell(None), bar(None, 0)) if row.label in kept_back else row for row in speed.rows)
    return replace(speed, rows=rows, total=replace(speed.total, cells=none))


def _nothing(table: Table) -> Table:
    """Return a table of which nothing can be published."""
    return replace(table, columns=(), rows=(), total=TableRow(ALL_LINES, (), Cell(None), bar(None, 0)))


def _table(
    key: str,
    title: Text,
    what: Text,
    first: Text,
    rows: Mapping[str, Text],
    columns: Mapping[str, Text],
    facts: Sequence[Fact],
    row_of: Callable[[Fact], str],
    column_of: Callable[[Fact], str],
    *,
    parts: bool = False,
) -> Table:
    counts: dict[tuple[str, str], int] = {(row, column): 0 for row in rows for column in columns}
    for fact in facts:
        cell = (row_of(fact), column_of(fact))
        if cell in counts:
            counts[cell] += fact.number
    # Few are put together: what is small alone is seldom small among others.
    counts, rows = together(counts, rows, 0, OTHER_ROWS.get(key))
    counts, columns = together(counts, columns, 1, OTHER_COLUMNS.get(key))
    fit = leave_out(counts)
    if fit is None:
        return Table(title, what, first, (), (), TableRow(ALL_LINES, (), Cell(None), bar(None, 0)), key)
    out, totals = fit
    row_totals = {row: sum(counts[row, column] for column in columns) for row in rows}
    most = max(row_totals.values(), default=0)

    def row(name: str, label: Text, cells: tuple[Cell, ...], total: int) -> TableRow:
        whole = all(cell.count is not None for cell in cells)
        drawn = stacked([(columns[c], cell.count or 0, n + 1) for n, (c, cell) in enumerate(zip(columns, cells, strict=True))])
        shown = cells[0].count if len(columns) == 1 else total if totals else None
        return TableRow(label, cells, Cell(shown), bar(shown, most), drawn if parts and whole and total else ())

    made = [
        row(name, label, tuple(Cell(None if (name, column) in out else counts[name, column]) for column in columns), row_totals[name])
        for name, label in rows.items()
        if row_totals[name] or key != "districts"
    ]
    column_totals = tuple(Cell(sum(counts[r, column] for r in rows) if totals else None) for column in columns)
    whole = sum(counts.values())
    if len(columns) == 1:
        made = [TableRow(one.label, (), one.total, one.bar) for one in made]
        return Table(title, what, first, (), tuple(made), TableRow(ALL_LINES, (), _sum(whole), bar(whole, whole)), key)
    total = TableRow(ALL_LINES, column_totals, _sum(whole), bar(whole, whole))
    return Table(title, what, first, tuple(columns.values()), tuple(made), total, key)


def _sum(whole: int) -> Cell:
    return Cell(whole if whole >= SMALLEST_SHOWN or not whole else None)


def together(
    counts: Mapping[tuple[str, str], int], names: Mapping[str, Text], side: int, label: Text | None
) -> tuple[dict[tuple[str, str], int], dict[str, Text]]:
    """Return counts and names with the smallest rows (or columns) put together until none of them is small.

    Args:
        side: 0 for rows, 1 for columns.
        label: what the others are called; None leaves everything as it is.
    """
    totals = {name: sum(number for cell, number in counts.items() if cell[side] == name) for name in names}
    small = [name for name in names if 0 < totals[name] < SMALLEST_SHOWN]
    if label is None or not small:
        return dict(counts), dict(names)
    for name in sorted((one for one in names if totals[one] >= SMALLEST_SHOWN), key=lambda one: totals[one]):
        if len(small) > 1 and sum(totals[one] for one in small) >= SMALLEST_SHOWN:
            break
        small.append(name)
    made: dict[tuple[str, str], int] = {}
    for cell, number in counts.items():
        name = REST if cell[side] in small else cell[side]
        moved = (name, cell[1]) if side == 0 else (cell[0], name)
        made[moved] = made.get(moved, 0) + number
    return made, {**{name: text for name, text in names.items() if name not in small}, REST: label}


def leave_out(counts: Mapping[tuple[str, str], int]) -> tuple[frozenset[tuple[str, str]], bool] | None:
    """Return (cells to hide, whether totals of rows and columns may be shown); None when no part of it can be published.

    Cells are hidden as if every total were known, since another table may tell it. Where a total is small itself, all
    totals of the table stay out.
    """
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (row, column), number in counts.items():
        rows[row] = rows.get(row, 0) + number
        columns[column] = columns.get(column, 0) + number
    if len(columns) == 1:
        # One number in each row is its own total: only their sum ties them together.
        turned = {(column, row): number for (row, column), number in counts.items()}
        left = hidden(turned, column_totals=False)
        return (frozenset((row, column) for column, row in left), False) if safe(turned, left, column_totals=False) else None
    out = hidden(counts)
    if not safe(counts, out):
        return None
    return out, not any(0 < number < SMALLEST_SHOWN for number in (*rows.values(), *columns.values()))


def _drawn(table: Table) -> Line | None:
    """Return the line of the weeks; None while one of them is hidden."""
    if any(row.total.count is None for row in table.rows) or not table.rows:
        return None
    return line([(Text(row.label.zh[5:], row.label.en[5:]), row.total.count or 0) for row in table.rows])


def _facts() -> tuple[tuple[Fact, ...], datetime, date]:
    """Return what is counted, when it was, and the first day; counted anew every ten minutes.

    Numbers that moved with each matter would tell what the last one was.
    """
    global _kept
    held, now = _kept, clock.now()
    key = city.versions()
    if held is None or held[0] != key or not timedelta(0) <= now - held[1] < FRESH:
        zone = city.library().zone
        today = now.astimezone(zone).date()
        since = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
        found, at = counting.facts(datetime(since.year, since.month, since.day, tzinfo=zone))
        with _lock:
            _kept = held = (key, at, tuple(found), since)
    return held[2], held[1], held[3]


def forget() -> None:
    """Drop what was counted (tests)."""
    global _kept
    _kept = None


def _lines() -> dict[str, Text]:
    library = city.library()
    asked_for = {one.line_of_work for one in library.procedures.values() if "party" in one.opened_by}
    return {name: label for name, label in worklist.lines(library).items() if name in asked_for}


def _outcomes(facts: Sequence[Fact]) -> dict[str, Text]:
    ends = {
        state.end for one in city.library().procedures.values() if "party" in one.opened_by for state in one.states.values() if state.end
    }
    names = sorted(ends | {fact.outcome for fact in facts} - {OPEN})
    return {OPEN: STILL_OPEN, **{name: OUTCOMES[name][0] if name in OUTCOMES else Text(name, name) for name in names}}


def _span(days: int) -> str:
    return next((str(most) for most, _ in HOW_FAST if days <= most), "more")


def _districts() -> Sequence[Division]:
    root = places.root()
    return [] if root is None else places.parts(root.code)
