"""The staff's way about: which pages stand in the side list, for which posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import HttpRequest

from huiyin.core.rights import (
    CHECK_DISPATCH,
    EXCHANGES,
    GAZETTEER_POSTS,
    KEEPS_NEIGHBOURS,
    KEEPS_PACKS,
    ORDER_POSTS,
    OVERSEES,
    SHIFT_POSTS,
    SPEAK_FOR_UNIT,
)
from huiyin.core.values import Text
from huiyin.web.people import Seat

# Posts that write down what somebody says at the window or on the telephone.
TAKES_IN = frozenset({"intake_clerk", "clerk", "mediator", "dispatcher", "head", "grid_worker"})

# Posts of a committee that mediate, keep its files and its seal.
MEDIATES = frozenset({"mediator", "clerk", "head", "seal_keeper"})

# Posts whose work is out in the streets.
GOES_OUT = frozenset({"grid_worker", "intake_clerk", "handler", "inspector", "duty_officer"})


# Posts that call other bodies to a place, answer such a call, or see to it.
WHISTLES = frozenset({"clerk", "dispatcher", "head", "duty_officer", "supervision_officer"})


# Posts that keep, question, check or work by the responsibility list; others open it from a decision.
READS_LIST = frozenset({KEEPS_PACKS, "dispatcher"}) | CHECK_DISPATCH | SPEAK_FOR_UNIT


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the side list.

    Attributes:
        name: name of the address, and what a page gives as ``here``.
        posts: who has use for it; None is everybody.
        kinds: only in units of these kinds.
        count: what waits behind it, as a short text; empty when nothing does.
        badge: that text, filled in for one reader.
    """

    name: str
    label: Text
    posts: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    count: Callable[[HttpRequest], str] | None = None
    badge: str = ""

    def serves(self, seat: Seat) -> bool:
        """Tell whether somebody in that post has use for it."""
        return (self.posts is None or seat.post in self.posts) and (self.kinds is None or seat.unit_kind in self.kinds)


# Kinds of unit some return is made for.
REPORTS = frozenset(
    {
        "workroom", "mediation_committee", "governance_centre", "supervision_office", "hotline_centre", "petition_office",
        "judicial_office", "judicial_bureau", "street_office", "emergency", "fire", "urban_management", "road_maintenance", "housing",
    }
)  # fmt: skip


# Kinds of unit that ask judges and experts, answer, or review what was answered.
ASKS_EXPERTS = frozenset({"mediation_committee", "workroom", "expert_panel", "judicial_bureau", "judicial_office", "court"})

# Kinds of unit at whose desks projects of many households stand.
PROJECTS = frozenset({"governance_centre", "workroom", "mediation_committee"})

# Kinds of unit with a desk that is staffed in shifts.
ON_DUTY = frozenset({"governance_centre", "hotline_centre", "police", "police_station", "traffic_police", "fire", "emergency"})


def _unread(request: HttpRequest) -> str:
    # The pages ask this module for their shell, so it asks them late.
    from huiyin.web.pages import told

    return told.badge(request)


def _handed_over(request: HttpRequest) -> str:
    from huiyin.web.pages.shift import desk

    return desk.badge(request)


ENTRIES: tuple[Entry, ...] = (
    Entry("today", Text("今天", "Today"), GOES_OUT),
    Entry("inbox", Text("待办", "To do")),
    Entry("notices", Text("通知", "Notices"), count=_unread),
    Entry("take-in", Text("登记来访来电", "Take in"), TAKES_IN),
    Entry("shift", Text("值班交接", "Shift hand-over"), SHIFT_POSTS | {"head"}, ON_DUTY, count=_handed_over),
    Entry("whistles", Text("吹哨报到", "Whistles"), WHISTLES),
    Entry("board", Text("督办台", "Supervision board"), OVERSEES),
    Entry("map", Text("按地方看", "By place"), OVERSEES),
    Entry("jobs", Text("导出和批量工作", "Files and long work")),
    Entry("mediations", Text("我的调解", "My mediations"), MEDIATES, frozenset({"mediation_committee"})),
    Entry("projects", Text("群体性事项", "Projects"), frozenset({"clerk", "head"}), PROJECTS),
    Entry("cards", Text("答疑卡片", "Cards"), None, ASKS_EXPERTS),
    Entry("weekly", Text("周报", "Weekly report"), None, frozenset({"workroom", "governance_centre"})),
    Entry("returns", Text("报表台账", "Returns"), None, REPORTS),
    Entry("names", Text("名称库", "Names of places"), GAZETTEER_POSTS),
    Entry("responsibility", Text("责任清单", "Whose is what"), READS_LIST),
    Entry(
        "neighbours",
        Text("来往系统", "Neighbouring systems"),
        EXCHANGES | {KEEPS_NEIGHBOURS},
        frozenset({"governance_centre", "system_office"}),
    ),
    Entry("packs", Text("规则包", "Packs"), frozenset({KEEPS_PACKS})),
    Entry("orders", Text("重新计算日期", "Dates counted again"), ORDER_POSTS),
    Entry("guides", Text("办事指南", "Guides")),
    Entry("dates", Text("算日期", "Count a date")),
    Entry("record", Text("公开记录", "Public record")),
)


def entries(seat: Seat | None, request: HttpRequest) -> tuple[Entry, ...]:
    """Return the lines for a post, in order, with what waits behind them; none before a post is chosen."""
    mine = () if seat is None else tuple(entry for entry in ENTRIES if entry.serves(seat))
    return tuple(entry if entry.count is None else replace(entry, badge=entry.count(request)) for entry in mine)
