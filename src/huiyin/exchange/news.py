"""What became of a neighbour's matters, under its own numbers: counted once, readable again, marked when it was handed over.

Numbers are given when somebody asks, behind one lock for each neighbour: an event that was written late gets a later number, so that
no mark ever skips one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Max

from huiyin import clock
from huiyin.core import commission
from huiyin.core.procedure import Procedure
from huiyin.core.rights import may_exchange
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import commissions, neighbours
from huiyin.exchange.commissions import Standing
from huiyin.exchange.models import Delivery, Neighbour, News
from huiyin.ids import uuid7
from huiyin.matters import definitions, queries
from huiyin.matters.access import DATABASE, reading_as
from huiyin.matters.models import Event, Matter
from huiyin.matters.views import Entry

# An act is written within seconds of the time it bears; whatever is younger than this is compared one by one.
LATE: Final = timedelta(days=1)
MOST: Final = 500

WHAT: Final[Mapping[str, Text]] = {
    "received": Text("已收下", "received"),
    "accepted": Text("已派办", "accepted, sent to a unit"),
    "replied": Text("已答复", "replied"),
    "asked": Text("要补充", "something is asked"),
    "not_ours": Text("不归本市办，已退回", "returned as not ours"),
    "declined": Text("不予受理", "declined"),
    "closed": Text("已办结", "closed"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "reopened": Text("重新办理", "reopened"),
    "rated": Text("已评价", "rated"),
    "said": Text("反映人又说", "the reporter said more"),
    "moved": Text("有进展", "moved on"),
    "result": Text("委派有了结果", "the commission has its result"),
}
_ENDS: Final = {
    "resolved": "closed", "failed": "closed", "declined": "declined", "transferred": "not_ours", "withdrawn": "withdrawn",
}  # fmt: skip
TAKEN: Final = Text("已受理", "taken")
# What a unit of ours says to another of ours is not passed on; where it stands is.
SILENT: Final = frozenset({"received", "accepted", "moved"})


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news.

    Attributes:
        number: its mark.
        theirs: the neighbour's own number of the matter.
        what: a word of `WHAT`.
        said: (field, label, value) of what the reporter is told by it.
        due: the next promised date of the matter as it stands now.
        result: of a court's commission, the document with its result.
    """

    number: int
    theirs: str
    reference: str
    what: str
    at: datetime
    label: Text
    state: str
    stands: Text
    outcome: str
    said: tuple[tuple[str, Text, Any], ...]
    due: datetime | None
    result: Mapping[str, Any] | None = None


def count(neighbour: Neighbour) -> int:
    """Give numbers to what happened since; return the last number there is."""
    reader = neighbours.principal_of(neighbour)
    with transaction.atomic(using=DATABASE):
        with connections[DATABASE].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"exchange:{neighbour.name}"])
        mine = News.objects.filter(neighbour=neighbour.name)
        last = mine.aggregate(number=Max("number"), at=Max("recorded_at"))
        with reading_as(reader):
            events = Event.objects.filter(matter__in=Matter.objects.filter(feeder=neighbour.name).values("id"), sealed=False)
            if last["at"] is not None:
                events = events.filter(now__gte=last["at"] - LATE).exclude(
                    id__in=mine.filter(recorded_at__gte=last["at"] - LATE).values("event")
                )
            found = list(events.order_by("now", "id"))
        commissioned = _commissioned(neighbour, {event.matter for event in found})
        told = {event.id for matter, standing in commissioned.items() for event in _to_court(standing, found, matter)}
        fresh = [event for event in found if (event.id in told if event.matter in commissioned else _is_news(event, neighbour))]
        first = (last["number"] or 0) + 1
        News.objects.bulk_create(
            News(
                neighbour=neighbour.name,
                number=number,
                home=event.home,
                matter=event.matter,
                event=event.id,
                seq=event.seq,
                recorded_at=event.now,
            )
            for number, event in enumerate(fresh, first)
        )
    return int(last["number"] or 0) + len(fresh)


def _commissioned(neighbour: Neighbour, matters: Collection[UUID]) -> dict[UUID, Standing]:
    """Return which of a court's matters it commissioned, and where they stand: of those it hears little (see `commissions.words`)."""
    if neighbour.kind != neighbours.COURT or not matters:
        return {}
    with reading_as(neighbours.principal_of(neighbour)):
        rows = Matter.objects.filter(id__in=matters, feeder=neighbour.name, body__opened_by=commission.WAY)
        numbers = dict(rows.values_list("id", "feeder_number"))
    found = {matter: commissions.standing(neighbour, number) for matter, number in numbers.items()}
    return {matter: standing for matter, standing in found.items() if standing is not None}


def _to_court(standing: Standing, events: Sequence[Event], matter: UUID) -> list[Event]:
    return commissions.words(standing.theirs.definition, [one for one in events if one.matter == matter], standing.told)


def _is_news(event: Event, neighbour: Neighbour) -> bool:
    """Tell whether an event goes back: the first word, every step, what the reporter said; not what the neighbour itself passed on."""
    if event.seq == 1:
        return True
    if (event.principal_kind, event.principal) == ("feeder", neighbour.name) and event.state == event.source_state:
        return False
    return bool(event.state != event.source_state or event.principal_kind == "party")


def read(neighbour: Neighbour, after: int, upto: int | None = None, *, limit: int = MOST) -> list[Item]:
    """Return the news behind a mark, in order, as the reporter of each matter may read it."""
    rows = News.objects.filter(neighbour=neighbour.name, number__gt=after).order_by("number")
    if upto is not None:
        rows = rows.filter(number__lte=upto)
    found = list(rows[:limit])
    with reading_as(neighbours.principal_of(neighbour)):
        matters = {row.id: row for row in Matter.objects.filter(id__in={one.matter for one in found})}
    told: dict[UUID, dict[int, Entry]] = {}
    commissioned = _commissioned(neighbour, set(matters))
    items = (
        _court_item(one, matter, commissioned[one.matter], neighbour) if one.matter in commissioned else _item(one, matter, told)
        for one in found
        if (matter := matters.get(one.matter)) is not None
    )
    return [item for item in items if item is not None]


def _court_item(one: News, matter: Matter, standing: Standing, neighbour: Neighbour) -> Item | None:
    """Return a word to the court that commissioned a matter: nothing from its history but the instant."""
    with reading_as(neighbours.principal_of(neighbour)):
        event = Event.objects.filter(home=one.home, matter=one.matter, seq=one.seq).first()
    if event is None:
        return None
    definition = standing.theirs.definition
    accepted = commissions.was_accepted(definition, event)
    what = "received" if one.seq == 1 else "accepted" if accepted else "result"
    document = commissions.result(neighbour, standing) if what == "result" else None
    label = TAKEN if accepted else WHAT[what]
    return Item(
        number=one.number,
        theirs=matter.feeder_number,
        reference=matter.reference,
        what=what,
        at=event.at,
        label=label,
        state=what,
        stands=label,
        outcome="" if document is None else str(document["status"]),
        said=() if document is None else commissions.said(document),
        due=None,
        result=document,
    )


def _item(one: News, matter: Matter, told: dict[UUID, dict[int, Entry]]) -> Item | None:
    if matter.id not in told:
        reporter = Principal("party", matter.holder, purpose="own", matter=f"{matter.home}/{matter.id}")
        told[matter.id] = {entry.seq: entry for entry in queries.timeline(reporter, matter.home, matter.id)}
    entry = told[matter.id].get(one.seq)
    if entry is None:
        return None
    definition, _ = definitions.pinned(matter.procedure, matter.procedure_version)
    what = _what(definition, entry)
    state = definition.states[entry.state]
    said = (
        () if what in SILENT else tuple((part.field, part.label, part.value) for part in entry.said if _passed_on(definition, part.field))
    )
    return Item(
        number=one.number,
        theirs=matter.feeder_number,
        reference=matter.reference,
        what=what,
        at=entry.at,
        label=entry.label,
        state=entry.state,
        stands=state.label or WHAT[what],
        outcome=str(entry.effects.get("outcome", "")),
        said=said,
        due=None if matter.outcome else matter.next_due,
    )


def _what(definition: Procedure, entry: Entry) -> str:
    """Return what an event is to the neighbour, from how the procedure is built and not from what its steps are called."""
    outcome = str(entry.effects.get("outcome", ""))
    if entry.seq == 1:
        return "received"
    if outcome:
        return _ENDS.get(outcome, "closed")
    fields = {part.field for part in entry.said}
    state, before = definition.states[entry.state], definition.states.get(entry.source_state)
    to_reporter = bool(set(state.by) & set(definition.roles))
    if entry.state == entry.source_state:
        chosen = any(name in definition.fields and definition.fields[name].type == "choice" for name in fields)
        return "rated" if chosen and state.end is not None else "said"
    if to_reporter:
        goes_on = any(action.to == definition.start for action in state.actions)
        return "asked" if goes_on else "replied"
    if before is not None and entry.state == definition.start and not set(before.by) & set(definition.roles):
        return "reopened" if any(action.to and definition.states[action.to].end is not None for action in before.actions) else "moved"
    return "accepted" if entry.source_state == definition.start else "moved"


def _passed_on(definition: Procedure, name: str) -> bool:
    """Tell whether a value goes to the neighbour: what stands in the matter, never where its reporter lives or can be called."""
    field = definition.fields.get(name)
    return field is not None and field.of is None and field.cls in ("P0", "P1", "P2") and field.type not in ("file", "unit")


def mark(neighbour: Neighbour) -> int:
    """Return the number up to which everything was handed over."""
    return int(Delivery.objects.filter(neighbour=neighbour.name).aggregate(last=Max("upto"))["last"] or 0)


def deliveries(principal: Principal, neighbour: Neighbour, *, limit: int = 50) -> list[Delivery]:
    """Return what was handed over, the latest first, for whoever sees the record."""
    if not neighbours.may_see(principal, neighbour):
        return []
    return list(Delivery.objects.filter(neighbour=neighbour.name).order_by("-made_at", "-id")[:limit])


def deliver(*, principal: Principal, neighbour: Neighbour, way: str, after: int, upto: int) -> Delivery | Refusal:
    """Write down that news was handed over: a file taken out by hand, or what the neighbour says it has."""
    itself = principal.kind == "feeder" and principal.id == neighbour.name
    if not itself and not may_exchange(principal, neighbour.unit):
        return neighbours.NOT_YOURS
    last = News.objects.filter(neighbour=neighbour.name).aggregate(number=Max("number"))["number"] or 0
    if not 0 <= after <= upto <= last:
        return Refusal("mark", Text(f"标记应在0到{last}之间。", f"The mark must be between 0 and {last}."), field="upto")
    return Delivery.objects.create(
        id=uuid7(),
        neighbour=neighbour.name,
        way=way,
        after=after,
        upto=upto,
        made_by=f"{principal.kind}:{principal.id}",
        made_at=clock.now(),
    )


def words(values: Sequence[tuple[str, Text, Any]], language: str) -> str:
    """Return what was said in one text, for a cell."""
    return "\n".join(f"{label.in_(language)}：{_flat(value)}" for _, label, value in values if value not in (None, "", []))


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(_flat(one) for one in value)
    if isinstance(value, dict):
        return "，".join(str(part) for part in value.values() if part not in (None, ""))
    return str(value)
