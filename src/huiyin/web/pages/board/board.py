"""The supervisor's board: what is late or will be, by cause; every number leads to its list, under the same rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Division, Unit
from huiyin.core.packs import Library
from huiyin.core.rights import may_oversee
from huiyin.core.values import Principal, Text
from huiyin.exchange.export import BOARD
from huiyin.matters import counting
from huiyin.matters.counting import CAUSES, GROUPS, Cause, Group, Tallied
from huiyin.web.pages import worklist
from huiyin.web.pages.board import supervising
from huiyin.web.pages.board.charts import Bar, bar
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.show import show

MOST_ROWS: Final = 40
PAGE: Final = 30
LABELS: Final[Mapping[Cause, tuple[Text, Text]]] = {
    "late": (Text("已超期", "Overdue"), Text("最近的期限已经过去。", "The next date has passed.")),
    "soon": (Text("24小时内到期", "Due within 24 hours"), Text("现在去催，还来得及。", "There is still time to ask.")),
    "no_owner": (
        Text("还没定由谁办", "No owner decided"),
        Text("在派单员或者指定人手里，还没有承办单位。", "With a dispatcher or an arbiter; no unit has it."),
    ),
    "paused": (Text("停钟太久", "Paused too long"), Text("停钟超过{days}天。", "Its clock has stood still for over {days} days.")),
    "returned": (Text("退回两次以上", "Returned twice"), Text("承办单位两次以上说不归自己。", "Units gave it back twice or more.")),
    "reopened": (
        Text("重办两次以上", "Reopened twice"),
        Text("答复以后又两次以上重新办理。", "Taken up again twice or more after an answer."),
    ),
}  # fmt: skip
BY: Final[Mapping[Group, Text]] = {"unit": Text("单位", "Unit"), "line": Text("类别", "Line"), "street": Text("街道", "Street")}
TONES: Final[Mapping[Cause, str]] = {"late": "late", "soon": "warn"}
WAITS_OUTSIDE = Text("等当事人或者外部", "Waiting for a party or outside")


@dataclass(frozen=True, slots=True)
class Number:
    """One number with where it leads; nothing leads to an empty list."""

    count: int
    address: str

    @property
    def shown(self) -> str:
        """The number as people read it."""
        return f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class CauseLine:
    """One cause for the whole board."""

    label: Text
    meaning: Text
    tone: str
    number: Number
    total: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One unit, line or street."""

    label: Text
    total: Number
    numbers: tuple[Number, ...]
    bar: Bar


@dataclass(frozen=True, slots=True)
class ListLine:
    """One matter of a list behind a number.

    Attributes:
        way: where this post supervises whoever has it late; None where it may not, or no unit has it.
    """

    line: worklist.Line
    clocks: tuple[counting.Dated, ...]
    way: supervising.Way | None


@require_GET
@staff_only
def board(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the counts by cause, and divided by unit, line or street."""
    _only_for(principal)
    group = cast("Group", request.GET["by"] if request.GET.get("by") in GROUPS else "unit")
    seen = counting.board(principal)
    library = city.library()
    rows = seen.groups[group]
    most = request.GET.get("all") == "1" or len(rows) <= MOST_ROWS + 5
    shown = rows if most else rows[:MOST_ROWS]
    names = names_of(group, [one.key for one in shown], library)
    unit = city.unit(principal.unit or "")
    context = {
        "at": seen.at,
        "unit_name": None if unit is None else unit.title,
        "total": Number(seen.all.total, _list(None, None, "")),
        "causes": [_cause(cause, seen.all, library) for cause in CAUSES],
        "any": any(seen.all.causes.values()),
        "cause_labels": [LABELS[cause][0] for cause in CAUSES],
        "groups": [_group(group, one, names, max(row.causes["late"] for row in rows)) for one in shown],
        "group_label": BY[group],
        "tabs": [(BY[one], f"{reverse('board')}?by={one}#groups", one == group) for one in GROUPS],
        "more": None if most else f"{reverse('board')}?by={group}&all=1#groups",
        "left_out": len(rows) - len(shown),
        "here": "board",
    }
    return show(request, "web/board/board.html", context, frame="staff")


@require_GET
@staff_only
def behind(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the matters behind one number of the board."""
    _only_for(principal)
    asked = request.GET
    cause = cast("Cause | None", asked.get("cause") or None)
    group, key = cast("Group | None", asked.get("by") or None), asked.get("key", "")
    if (cause is not None and cause not in CAUSES) or (group is not None and group not in GROUPS) or len(key) > 80:
        raise Http404
    page = counting.behind(principal, cause, group, key, after=asked.get("after") or None, limit=PAGE)
    library = city.library()
    lines = worklist.shown(page.rows, principal, worklist.asked_in({}, library), library)
    beside = counting.beside(principal, page.rows)
    ways = supervising.ways(principal, page.rows, library, beside)
    here = {name: value for name, value in (("cause", cause), ("by", group), ("key", key if group else "")) if value}
    title, group_name = called(cause, group, key, library)
    context = {
        "title": title,
        "group_name": group_name,
        "rows": [
            ListLine(line, clocks_of.clocks if (clocks_of := beside.get(line.row.matter)) else (), ways.get(line.row.matter))
            for line in lines
        ],
        "now": clock.now(),
        "export": f"{reverse('export')}?{urlencode({**here, 'scope': BOARD})}" if lines else None,
        "next_page": f"{request.path}?{urlencode({**here, 'after': page.after})}" if page.after else None,
        "first_page": f"{request.path}?{urlencode(here)}" if asked.get("after") else None,
        "here": "board",
    }
    return show(request, "web/board/behind.html", context, frame="staff")


def called(cause: Cause | None, group: Group | None, key: str, library: Library) -> tuple[Text, Text | None]:
    """Return what a list of the board is called: its cause, and the unit, line or street it is of."""
    title = LABELS[cause][0] if cause else Text("在办的事项", "Open matters")
    return title, None if group is None else names_of(group, [key], library).get(key, WAITS_OUTSIDE)


def _only_for(principal: Principal) -> None:
    if not may_oversee(principal):
        raise Http404


def _list(cause: Cause | None, group: Group | None, key: str) -> str:
    parts = {"cause": cause or "", "by": group or "", "key": key}
    return f"{reverse('board-list')}?{urlencode({name: value for name, value in parts.items() if value})}"


def _cause(cause: Cause, whole: Tallied, library: Library) -> CauseLine:
    label, meaning = LABELS[cause]
    count = whole.causes[cause]
    return CauseLine(
        label,
        meaning.fill(days=library.board.paused_days) if cause == "paused" else meaning,
        TONES.get(cause, ""),
        Number(count, _list(cause, None, "")),
        f"{whole.total:,}",
        bar(count, whole.total),
    )


def _group(group: Group, one: Tallied, names: Mapping[str, Text], most: int) -> GroupLine:
    return GroupLine(
        names.get(one.key, WAITS_OUTSIDE),
        Number(one.total, _list(None, group, one.key)),
        tuple(Number(one.causes[cause], _list(cause, group, one.key)) for cause in CAUSES),
        bar(one.causes["late"], most),
    )


def names_of(group: Group, keys: Sequence[str], library: Library) -> dict[str, Text]:
    """Return what the units, lines or streets of a division of the board are called."""
    if group == "unit":
        return {unit.id: unit.title for unit in Unit.objects.filter(id__in=keys)}
    if group == "line":
        return {key: label for key, label in worklist.lines(library).items() if key in keys}
    return {place.code: place.title for place in Division.objects.filter(code__in=keys)}
