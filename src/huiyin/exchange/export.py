"""A list of matters taken out as a spreadsheet: what the screen shows and not a word more, with who took it and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.diagram_common import state_label
from huiyin.core.packs import Library
from huiyin.core.values import Language, Principal, Refusal, Text
from huiyin.exchange.sheets import Cell, Column
from huiyin.matters import counting, lists
from huiyin.matters.views import Page, Row
from huiyin.ui import shown

PAGE = 200
# A longer list is no list anybody works through; it is the record carried away.
MOST_ROWS = 20_000
PURPOSES: Mapping[str, Text] = {
    "handle": Text("办理这些事项", "to handle these matters"),
    "supervise": Text("督办", "to supervise"),
    "meeting": Text("开会研究", "for a meeting"),
    "report": Text("向上级报告", "to report to a higher body"),
    "check": Text("核对台账", "to check another register"),
}
UNSAID = Refusal("purpose", Text("请选导出做什么用。", "Choose what it is taken out for."), "purpose")
TOO_LONG = Refusal(
    "too_long",
    Text(
        f"超过{MOST_ROWS:,}行，没有导出。请选一类事项、一个地方或者短一点的时间，分几次导出。",
        f"More than {MOST_ROWS:,} lines; nothing was exported. Choose a line, a place or a shorter time, and export in parts.",
    ),
)
LISTS: Mapping[str, Callable[..., Page]] = {
    "mine": lists.inbox,
    "unit": lists.of_unit,
    "others": lists.elsewhere,
    "all": lists.matters,
}
# Not among them: what the list is taken out for, which the log of jobs keeps beside them.
FILTERS = ("scope", "line", "place", "state", "overdue", "soon", "urgent", "cause", "by", "key")
# The list behind one number of the supervision board, by its cause and what the number is of.
BOARD = "board"
COLUMNS = (
    Column(Text("事项编号", "Reference"), Text("文本格式，不要改成数字", "text; do not turn it into a number"), 18),
    Column(Text("办理程序", "Procedure"), Text("按哪个程序办", "the procedure it follows"), 16),
    Column(Text("事项类型", "Topic"), Text("登记的类型", "as registered"), 18),
    Column(Text("地点", "Place"), Text("到社区为止，不含门牌", "down to the community, no house number"), 30),
    Column(Text("到哪一步", "Step"), Text("导出时的状态", "when it was exported"), 16),
    Column(Text("谁在办", "With"), Text("单位和岗位，不含人名", "unit and post, no names"), 26),
    Column(Text("期限", "Due"), Text("最近一个期限", "the next date"), 14),
    Column(Text("是否超期", "Overdue"), Text("按导出时计算", "when it was exported"), 12),
    Column(Text("收到时间", "Received"), Text("北京时间", "Beijing time"), 18),
)


def read_rows(principal: Principal, asked: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows of a list, all its pages.

    Args:
        asked: which list (``scope``: one of `LISTS`, or `BOARD` with ``cause``, ``by`` and ``key``) and what it is narrowed
            to, as `wanted_of` reads it.
    """
    read = _behind_number(asked) if asked.get("scope") == BOARD else partial(_listed, asked)
    after: str | None = None
    while True:
        page = read(principal, after)
        yield from page.rows
        after = page.after
        if after is None:
            return


def _listed(asked: Mapping[str, Any], principal: Principal, after: str | None) -> Page:
    read = LISTS.get(str(asked.get("scope")), lists.inbox)
    return read(principal, after=after, limit=PAGE, bare=True, **wanted_of(asked))


def _behind_number(asked: Mapping[str, Any]) -> Callable[[Principal, str | None], Page]:
    cause = next((one for one in counting.CAUSES if one == asked.get("cause")), None)
    group = next((one for one in counting.GROUPS if one == asked.get("by")), None)
    key = str(asked.get("key") or "")
    return lambda principal, after: counting.behind(principal, cause, group, key, after=after, limit=PAGE)


def wanted_of(asked: Mapping[str, Any]) -> lists.Wanted:
    """Return what a list is narrowed to, from the words of its address."""
    return {
        "line": str(asked["line"]) if asked.get("line") else None,
        "place": str(asked["place"]) if asked.get("place") else None,
        "state": str(asked["state"]) if asked.get("state") else None,
        "overdue": True if asked.get("overdue") else None,
        "soon": True if asked.get("soon") else None,
        "topics": city.library().urgent_topics() if asked.get("urgent") else None,
    }


class Lines:
    """Rows of matters as rows of a sheet; every name is looked up once."""

    def __init__(self, language: Language) -> None:
        """Read names in one language."""
        self._library: Library = city.library()
        self._language: Language = language
        self._places: dict[str, str] = {}

    def line(self, row: Row) -> tuple[Cell, ...]:
        """Return the cells of one matter."""
        topic = self._library.topics.get(row.topic)
        procedure = self._library.procedures.get(row.procedure)
        state = None if procedure is None else procedure.states.get(row.state)
        late = Text("超期", "overdue") if row.overdue else Text("", "")
        if row.division not in self._places:
            self._places[row.division] = places.full_name(row.division) if row.division else ""
        return (
            shown.reference(row.reference),
            row.title.in_(self._language),
            "" if topic is None else topic.label.in_(self._language),
            self._places[row.division],
            row.state if state is None else state_label(state).in_(self._language),
            row.who.in_(self._language),
            row.due,
            late.in_(self._language),
            None if row.opened_at is None else row.opened_at.astimezone(self._library.zone),
        )


def stamp() -> str:
    """Return the city's date and time as file names carry it."""
    return f"{clock.now().astimezone(city.library().zone):%Y%m%d-%H%M}"
