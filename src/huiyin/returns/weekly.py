"""The weekly report of a workroom: figures drawn from the record, frozen when sent, and able to be drawn again.

The figures are the unit's, whoever asks: they are read as the unit and not as a person. So a report can be checked
against the record by anyone who may read the report, and only numbers come out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Unit
from huiyin.core import rights
from huiyin.core.snapshot import from_plain
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import definitions, fold, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Event, Matter
from huiyin.matters.receipts import Receipt
from huiyin.returns import amounts, periods, queries
from huiyin.returns.periods import Period
from huiyin.returns.shapes import Asked, Figures

PROCEDURE, RETURN = "weekly_report", "weekly_figures"
# Posts of the workroom that write the report, as its procedure has them.
WRITERS = frozenset({"head", "clerk"})
WORDS = ("work", "patterns", "fewer_reason", "next_week", "help_wanted")
MOST_REPORTS = 200
_WEEK = re.compile(r"(\d{4})年第(\d{1,2})周")
Figure = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Report:
    """One weekly report as it stands; ``facts`` are those its reader may see, as that reader sees them."""

    home: str
    matter: UUID
    reference: str
    unit: str
    week: Period | None
    state: str
    facts: Mapping[str, Any]
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that the record gives otherwise than the report says."""

    name: str
    said: int | None
    found: int | None


def kind_of(unit: str) -> str:
    """Return the kind of a unit, or an empty text."""
    found = city.unit(unit)
    return "" if found is None else found.kind


def writes(principal: Principal) -> bool:
    """Tell whether a principal writes the report of the unit it is in."""
    procedure = city.library().procedures.get(PROCEDURE)
    if procedure is None or principal.kind != "staff" or principal.post not in WRITERS:
        return False
    return kind_of(principal.unit or "") in procedure.units[procedure.host].kinds


def table(unit: str, week: Period, as_of: datetime) -> Figures | None:
    """Return the figures of a unit and week as the record stood at ``as_of``; None where the packs have no such return."""
    one = city.library().returns.get(RETURN)
    if one is None:
        return None
    reader = Principal("staff", "", unit, "head")
    return queries.figures(Asked(one, reader, queries.scopes(reader)[0], week, as_of))


def figures(unit: str, week: Period, as_of: datetime) -> list[Figure]:
    """Return the rows a report holds: each number with what it counts."""
    found = table(unit, week, as_of)
    return [
        {
            "name": line.label.zh,
            "value": line.numbers[0].value or 0,
            "before": line.numbers[1].value or 0,
            "late": line.numbers[0].late,
            "means": "" if line.means is None else line.means.zh,
        }
        for line in (() if found is None else found.lines)
    ]


def drawn(unit: str, week: Period, as_of: datetime) -> dict[str, Any]:
    """Return the values of the procedure's form of figures, as the record stood at ``as_of``."""
    one = city.library().returns[RETURN]
    rows = figures(unit, week, as_of)
    plan = one.plan
    label = "" if plan is None else one.counts[plan.count].label.zh
    visits = next((row["value"] for row in rows if row["name"] == label), 0)
    zone = city.library().zone
    return {"week": week.label.zh, "taken_at": as_of.astimezone(zone).isoformat(), "figures": rows, "visits": visits}


def begin(principal: Principal, week: Period, key: str) -> Receipt | Refusal:
    """Open the report of the principal's workroom for a week, its figures drawn now."""
    unit = city.unit(principal.unit or "")
    if unit is None or not writes(principal):
        return Refusal("not_yours", Text("周报由工作室的负责人或者经办人写。", "The head or a clerk of the workroom writes the report."))
    if week.start > city.today():
        return Refusal("week", Text("这一周还没有到。", "That week has not begun."), field="week")
    return services.open(
        procedure=PROCEDURE,
        data=drawn(unit.id, week, clock.now()),
        principal=principal,
        key=key,
        topic="request",
        division=str(unit.division_id),
        opened_by="own_initiative",
        opener=None,
        unit=unit.id,
    )


def draw_again(principal: Principal, report: Report, key: str) -> Receipt | Refusal:
    """Take the figures of a draft anew."""
    if report.week is None:
        return Refusal("week", Text("读不出这份周报是哪一周。", "The week of this report cannot be read."))
    data = drawn(report.unit, report.week, clock.now())
    return services.act(home=report.home, matter=report.matter, action="take_figures", data=data, principal=principal, key=key)


def correct(principal: Principal, report: Report, reason: str, key: str) -> Receipt | Refusal:
    """Correct the figures of a report that was sent: an act with its reason, and the paper printed anew."""
    if report.week is None:
        return Refusal("week", Text("读不出这份周报是哪一周。", "The week of this report cannot be read."))
    found = figures(report.unit, report.week, clock.now())
    data = {"field": "figures", "value": found, "reason": reason}
    return services.act(home=report.home, matter=report.matter, action="correct", data=data, principal=principal, key=key)


def differences(said: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> tuple[Difference, ...]:
    """Return the figures of a report that differ from those drawn from the record."""
    before = {str(row["name"]): int(row["value"]) for row in said}
    after = {str(row["name"]): int(row["value"]) for row in found}
    names = list(dict.fromkeys((*before, *after)))
    return tuple(Difference(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name))


def as_sent(report: Report) -> tuple[Difference, ...] | None:
    """Return how the report's figures differ from the record as it stood when they were taken; None when that cannot be told."""
    taken = _instant(report.facts.get("taken_at"))
    if report.week is None or taken is None:
        return None
    return differences(report.facts.get("figures") or [], figures(report.unit, report.week, taken))


def since(report: Report) -> tuple[Difference, ...]:
    """Return how the record of today differs from the report."""
    if report.week is None:
        return ()
    return differences(report.facts.get("figures") or [], figures(report.unit, report.week, clock.now()))


def missing(facts: Mapping[str, Any], visits: int) -> tuple[Text, ...]:
    """Return what a report still lacks; only the reason for fewer visits is needed for sending."""
    plan = city.library().returns[RETURN].plan
    lacks = []
    if plan is not None and visits < plan.least and not facts.get("fewer_reason"):
        lacks.append(
            Text(
                f"走访记了{visits}次，不到{plan.least}次：请写明原因，写明就能提交。",
                f"{visits} visits were noted, fewer than {plan.least}: give the reasons, then it can be sent.",
            )
        )
    if not facts.get("work"):
        lacks.append(Text("还没有写本周做了什么（可以不写）。", "What was done is not written yet (it may be left out)."))
    return tuple(lacks)


def reports(principal: Principal, week: Period | None = None) -> tuple[Report, ...]:
    """Return the weekly reports this principal's unit has a part in, the latest first: all of one week, or the latest of all."""
    return _reports(principal, MOST_REPORTS) if week is None else _reports(principal, body__facts__week=week.label.zh)


def report(principal: Principal, home: str, matter: UUID) -> Report | None:
    """Return one report, or None when it is not there for this principal."""
    return next(iter(_reports(principal, home=home, id=matter)), None)


def _reports(principal: Principal, most: int | None = None, **wanted: object) -> tuple[Report, ...]:
    with reading_as(principal):
        rows = list(Matter.objects.filter(procedure=PROCEDURE, **wanted).order_by("-opened_at", "-id")[:most])
        ids = [row.id for row in rows]
        sent: dict[UUID, datetime] = {}
        for matter, moment in Event.objects.filter(matter__in=ids, action="send").order_by("seq").values_list("matter", "at"):
            sent.setdefault(matter, moment)
    units = {principal.unit, *principal.supervises}
    found = []
    for row in rows:
        snapshot, _ = fold.without_erased(from_plain(amounts.loaded(row.body)))
        procedure, _ = definitions.pinned(row.procedure, row.procedure_version)
        readable = rights.may(rights.relation(principal, snapshot, procedure), "read")
        if not readable or not units & set(snapshot.units.values()):
            continue
        one = Report(
            home=row.home,
            matter=row.id,
            reference=row.reference,
            unit=snapshot.units["host"],
            week=week_of(str(snapshot.facts.get("week", ""))),
            state=row.state,
            facts=rights.view(procedure, snapshot, principal).facts,
            sent_at=sent.get(row.id),
        )
        found.append(one)
    return tuple(found)


def present_of(found: Sequence[Report], unit: str) -> Report | None:
    """Return the report of a unit among those of one week: one that was not dropped, else none."""
    return next((one for one in found if one.unit == unit and one.state != "dropped"), None)


def rooms_of(unit: Unit) -> list[Unit]:
    """Return the workrooms that report within the place of a unit, in the order of their places."""
    kinds = city.library().procedures[PROCEDURE].units["host"].kinds
    there = Unit.objects.filter(city.on_day(city.today()), kind__in=kinds, division__path__contains=[unit.division_id])
    return list(there.order_by("division_id"))


def own_visits(principal: Principal, week: Period) -> int:
    """Return how many visits this very person noted in a week; for nobody's eyes but theirs."""
    start, end = week.instants(city.library().zone)
    count = city.library().returns[RETURN].counts
    plan = city.library().returns[RETURN].plan
    if plan is None or not principal.id:
        return 0
    wanted = count[plan.count]
    with reading_as(principal):
        return Event.objects.filter(
            principal=principal.id, unit=principal.unit or "", action__in=wanted.acts, at__gte=start, at__lt=end
        ).count()


def week_of(text: str) -> Period | None:
    """Return the week a report names in words."""
    match = _WEEK.match(text)
    return None if match is None else periods.parse(f"{match[1]}-W{int(match[2]):02d}")


def this_week(today: date) -> Period:
    """Return the week a day lies in."""
    return periods.of_day("week", today)


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
