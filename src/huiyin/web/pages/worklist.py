"""The work list made ready for its page: which filters are on, what each line says, how much there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from huiyin import clock
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.city.models import Account, Division
from huiyin.core.diagram_common import state_label
from huiyin.core.packs import Library
from huiyin.core.values import Principal, Text
from huiyin.learning.urgency import Dangers
from huiyin.matters import lists, sorting
from huiyin.matters.lists import Wanted
from huiyin.matters.views import Counted, Page, Row
from huiyin.ui.forms import Option, Question
from huiyin.ui.shown import left as time_left

PAGE = 30
MOST_ON_A_PAGE = 100
MOST_SAVED = 12
LONGEST_NAME = 20
# Posts that go through messages one after the other; the others work long on one matter and get its whole page.
READ_BESIDE = frozenset({"dispatcher", "arbiter", "supervision_officer", "intake_clerk"})
SCOPES: Mapping[str, tuple[Text, Text]] = {
    "mine": (Text("我的待办", "Mine"), Text("等我这个岗位办的事。", "What waits for my post.")),
    "unit": (Text("本单位", "My unit"), Text("等本单位各岗位办的事。", "What waits for any post of my unit.")),
    "others": (
        Text("等别人", "With others"),
        Text("本单位有份、现在等别人办的事。", "My unit has a part, another the next step."),
    ),
    "all": (Text("全部", "All"), Text("本岗位能看到的全部事项，包括已经结束的。", "Everything this post may see, closed matters too.")),
}
# How a matter came in, as staff say it.
CHANNELS: Mapping[str, Text] = {
    "party": Text("本人", "by the person"),
    "anonymous": Text("匿名", "anonymous"),
    "feeder": Text("转入", "passed in"),
    "window": Text("窗口", "window"),
    "own_initiative": Text("主动", "own initiative"),
    "transfer": Text("移送", "transferred"),
    "patrol": Text("巡查", "patrol"),
    "court_or_police_advice": Text("建议", "advised"),
    "court_commission": Text("委派", "court"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the work list.

    Attributes:
        opened: the address that shows the matter beside the list.
        urgent: its topic is a danger; ``danger``: what it was opened with may speak of one.
        why: the page that tells why its date is what it is.
        sorting: the acts of this post that sort it, with the addresses of their forms; only where the list is of what is to be sorted.
    """

    row: Row
    address: str
    opened: str
    topic: Text
    urgent: bool
    danger: bool
    place: Text | None
    state: Text
    left: Text | None
    tone: str
    channel: Text | None
    chosen: bool
    why: str
    sorting: tuple[tuple[Text, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to narrow the list, as a link, with how much it holds."""

    label: Text
    address: str
    chosen: bool
    count: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of the list."""

    scope: str
    line: str | None
    place: str | None
    state: str | None
    overdue: bool
    soon: bool
    urgent: bool
    sort: bool
    many: bool
    after: str | None

    @property
    def plain(self) -> dict[str, str]:
        """The filters as they stand in an address."""
        return {
            **({"scope": self.scope} if self.scope != "mine" else {}),
            **{name: value for name in ("line", "place", "state") if (value := getattr(self, name))},
            **{name: "1" for name in ("overdue", "soon", "urgent", "sort") if getattr(self, name)},
            **({"n": str(MOST_ON_A_PAGE)} if self.many else {}),
        }

    @property
    def query(self) -> str:
        """The filters as one text, for forms that lead back here."""
        return urlencode(self.plain)

    @property
    def narrowed(self) -> bool:
        """Tell whether any filter is on besides whose work it is."""
        return bool(set(self.plain) - {"scope", "n"})

    def address(self, **change: str | None) -> str:
        """Return the list's address with some of it changed; None takes a part away."""
        parts = {name: value for name, value in {**self.plain, **change}.items() if value}
        return reverse("inbox") + (f"?{urlencode(parts)}" if parts else "")


def asked_in(query: QueryDict | Mapping[str, str], library: Library) -> Asked:
    """Read the filters of an address; what it does not know it leaves out."""
    line, place, state = query.get("line"), query.get("place", ""), query.get("state", "")
    return Asked(
        scope=query.get("scope", "") if query.get("scope") in SCOPES else "mine",
        line=line if line in lines(library) else None,
        place=place if place and place.isascii() and place.isdigit() and len(place) <= 12 else None,
        state=state if state and state.isidentifier() and len(state) < 60 else None,
        overdue=query.get("overdue") == "1",
        soon=query.get("soon") == "1",
        urgent=query.get("urgent") == "1",
        sort=query.get("sort") == "1",
        many=query.get("n") == str(MOST_ON_A_PAGE),
        after=query.get("after") or None,
    )


def lines(library: Library) -> dict[str, Text]:
    """Return the lines of work some procedure serves."""
    found: dict[str, Text] = {}
    for procedure in library.procedures.values():
        topic = library.topics.get(procedure.line_of_work)
        found[procedure.line_of_work] = procedure.title if topic is None else topic.label
    return found


def wanted(asked: Asked, library: Library) -> Wanted:
    """Return the filters as the record takes them."""
    return Wanted(
        line=asked.line,
        state=asked.state,
        place=asked.place,
        overdue=True if asked.overdue else None,
        soon=True if asked.soon else None,
        topics=library.urgent_topics() if asked.urgent else None,
        unsorted=True if asked.sort else None,
    )


def read(principal: Principal, asked: Asked, library: Library, *, limit: int = PAGE) -> Page:
    """Return one page of the list."""
    source = {"mine": lists.inbox, "unit": lists.of_unit, "others": lists.elsewhere, "all": lists.matters}[asked.scope]
    return source(principal, after=asked.after, limit=limit, **wanted(asked, library))


def shown(rows: Iterable[Row], principal: Principal, asked: Asked, library: Library, opened: str = "") -> list[Line]:
    """Return the lines as people read them."""
    rows = list(rows)
    unit = city.unit(principal.unit or "")
    named = places({row.division for row in rows if row.division}, below=unit.division_id if unit is not None else None)
    urgent, dangers = set(library.urgent_topics()), Dangers.of(library)
    lines = [_line(row, asked, library, named, urgent, dangers, opened) for row in rows]
    return [replace(line, sorting=_sorting(line, principal, asked, library)) for line in lines] if asked.sort else lines


def _sorting(line: Line, principal: Principal, asked: Asked, library: Library) -> tuple[tuple[Text, str], ...]:
    """Return the acts of this post that sort a matter, by what its procedure says; whether one is open now its form tells."""
    row, procedure = line.row, library.procedures.get(line.row.procedure)
    state = None if procedure is None else procedure.states.get(row.state)
    if procedure is None or state is None or row.outcome:
        return ()
    posts = {name for name, post in procedure.posts.items() if post.post == principal.post}
    acts = [action for action in (*state.actions, *procedure.always) if sorting.sorts(procedure, action)]
    mine = [action for action in acts if posts & set(procedure.actors(state, action)) and state.name not in action.not_from]
    if principal.post in READ_BESIDE:
        return tuple((action.label, asked.address(after=asked.after, open=f"{row.home}/{row.matter}", act=action.name)) for action in mine)
    return tuple((action.label, reverse("desk-act", args=[row.home, row.matter, action.name])) for action in mine)


def _line(row: Row, asked: Asked, library: Library, named: Mapping[str, Text], urgent: set[str], dangers: Dangers, opened: str) -> Line:
    now = clock.now()
    procedure = library.procedures.get(row.procedure)
    state = None if procedure is None else procedure.states.get(row.state)
    place = f"{row.home}/{row.matter}"
    left, tone = left_of(row.due_at, now, library) if not row.outcome else (None, "plain")
    return Line(
        row=row,
        address=reverse("desk-matter", args=[row.home, row.matter]),
        opened=asked.address(after=asked.after, open=place),
        topic=library.about(row.topic, row.title),
        urgent=row.topic in urgent,
        danger=not row.outcome and bool(dangers.found(row.said)),
        place=named.get(row.division),
        state=Text(row.state, row.state) if state is None else state_label(state),
        left=left,
        tone=tone,
        channel=CHANNELS.get(row.opened_by),
        chosen=place == opened,
        why=reverse("desk-dates", args=[row.home, row.matter]),
    )


def left_of(due: datetime | None, now: datetime, library: Library) -> tuple[Text | None, str]:
    """Return how long is left in a few words, and the tone it is shown in."""
    if due is None:
        return None, "plain"
    words = time_left(due, now, library.zone)
    if due < now:
        return words, "late"
    days = (due.astimezone(library.zone).date() - now.astimezone(library.zone).date()).days
    return words, "warn" if days <= 1 or due - now < timedelta(hours=24) else "plain"


def places(codes: set[str], below: str | None = None) -> dict[str, Text]:
    """Return code -> name from the district down, in two questions for a whole page; of places in ``below`` only what is under it."""
    paths = dict(Division.objects.filter(code__in=codes).values_list("code", "path"))
    paths = {code: path[path.index(below) :] if below in path[:-1] else path for code, path in paths.items()}
    known = Division.objects.in_bulk({step for path in paths.values() for step in path})
    found = {}
    for code, path in paths.items():
        titles = [known[step].title for step in path[1:] if step in known] or [known[step].title for step in path if step in known]
        found[code] = Text(" ".join(one.zh for one in titles), ", ".join(one.en for one in reversed(titles)))
    return found


def tabs(principal: Principal, asked: Asked, counts: Counted) -> list[Tab]:
    """Return whose work is shown, as links."""
    unit, others = lists.sizes(principal)
    numbers = {"mine": capped(counts.total, counts.whole), "unit": capped(unit), "others": capped(others), "all": ""}
    kept = asked.plain
    return [
        Tab(
            label,
            reverse("inbox")
            + (f"?{urlencode(parts)}" if (parts := {**kept, "scope": key} if key != "mine" else _without(kept, "scope")) else ""),
            key == asked.scope,
            numbers[key] if not asked.narrowed else "",
        )
        for key, (label, _) in SCOPES.items()
    ]


def _without(parts: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in parts.items() if key != name}


def chips(asked: Asked, counts: Counted) -> list[Tab]:
    """Return the filters that are one press: late, soon, danger; pressed again they are off."""
    offered = (
        ("overdue", Text("超期", "Overdue"), counts.late, asked.overdue),
        ("soon", Text("24小时内到期", "Due in 24 hours"), counts.soon, asked.soon),
        ("urgent", Text("险情类", "Danger"), counts.urgent, asked.urgent),
        ("sort", Text("待归类", "To be sorted"), None, asked.sort),
    )
    number = asked.scope == "mine"
    return [
        Tab(label, asked.address(**{name: None if on else "1"}), on, capped(count, counts.whole) if number and count is not None else "")
        for name, label, count, on in offered
    ]


def capped(number: int, whole: bool = True) -> str:
    """Return a count as people are shown it: never an exact large number."""
    if number >= 100:
        return "99+"
    return str(number) if whole else f"{number}+"


def questions(principal: Principal, asked: Asked, library: Library, counts: Counted) -> list[Question]:
    """Return the filters that are chosen from a list."""
    number = asked.scope == "mine" and counts.whole and not asked.narrowed
    labels = {
        key: Text(f"{label.zh}（{counts.lines.get(key, 0)}）", f"{label.en} ({counts.lines.get(key, 0)})") if number else label
        for key, label in lines(library).items()
    }
    near = _near(principal)
    known = places({asked.place}) if asked.place and asked.place not in near else {}
    return [
        Question(
            "line",
            Text("类别", "Line"),
            "select",
            value=asked.line or "",
            options=tuple(Option(key, label, key == asked.line) for key, label in labels.items()),
            blank=Text("全部类别", "All lines"),
        ),
        *(
            [
                Question(
                    "place",
                    Text("哪里", "Where"),
                    "select",
                    value=asked.place or "",
                    options=tuple(Option(key, label, key == asked.place) for key, label in {**near, **known}.items()),
                    blank=Text("全部地方", "Everywhere"),
                )
            ]
            if near or known
            else []
        ),
    ]


def _near(principal: Principal) -> dict[str, Text]:
    """Return the places directly under the one this post's unit serves."""
    unit = city.unit(principal.unit or "")
    return {} if unit is None or unit.division_id is None else {place.code: place.title for place in tree.parts(unit.division_id)}


@dataclass(frozen=True, slots=True)
class Saved:
    """Filters kept under a name."""

    name: str
    address: str
    chosen: bool


def saved(request: HttpRequest, asked: Asked) -> list[Saved]:
    """Return the filters this person keeps."""
    account = request.user
    if not isinstance(account, Account):
        return []
    here = asked.plain
    return [Saved(one["name"], _address(one["query"]), one["query"] == here) for one in account.settings.get("filters", [])]


def _address(query: Mapping[str, str]) -> str:
    return reverse("inbox") + (f"?{urlencode(query)}" if query else "")


def keep(account: Account, name: str, asked: Asked) -> None:
    """Keep the present filters under a name; the same name again replaces them."""
    name = " ".join(name.split())[:LONGEST_NAME]
    if name:
        others = [one for one in account.settings.get("filters", []) if one["name"] != name]
        _save(account, [*others, {"name": name, "query": asked.plain}][-MOST_SAVED:])


def forget(account: Account, name: str) -> None:
    """Keep the filters of that name no longer."""
    _save(account, [one for one in account.settings.get("filters", []) if one["name"] != name])


def _save(account: Account, filters: list[dict[str, object]]) -> None:
    account.settings = {**account.settings, "filters": filters}
    account.save(update_fields=["settings"])
