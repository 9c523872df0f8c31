"""Matters made at chosen instants, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Appointment
from huiyin.core.values import ANONYMOUS, Principal, Refusal
from huiyin.matters import doors, services
from huiyin.matters.receipts import Receipt
from huiyin.returns import periods, queries
from huiyin.returns.shapes import Asked

COMMUNITY = "210102001005"
COMMITTEE = "mediation_committee.210102001005"
CENTRE = "governance_centre.210102001"
WORKROOM = "workroom.210102001005"
FAR = "mediation_committee.210103"


def at(text: str) -> datetime:
    """Return an instant of Shenyang's clock: ``11-18 09:00``."""
    day, _, hour = text.partition(" ")
    month, number = day.split("-")
    hours, minutes = (hour or "09:00").split(":")
    return datetime(2026, int(month), int(number), int(hours), int(minutes), tzinfo=city.library().zone).astimezone(UTC)


def post(unit: str, name: str, **more: Any) -> Principal:
    """Return the first holder of a post."""
    held = Appointment.objects.filter(unit_id=unit, post=name, to_date=None).order_by("id").first()
    assert held is not None, f"nobody holds {name} in {unit}"
    return Principal("staff", str(held.account_id), unit, name, **more)


def opened(when: str, procedure: str = "people_mediation", *, recorded: str | None = None, **more: Any) -> Receipt:
    """Open a matter at an instant, recorded then or later."""
    asked: dict[str, Any] = {
        "procedure": procedure,
        "principal": ANONYMOUS,
        "opened_by": "party",
        "division": COMMUNITY,
        "at": at(when),
        "key": str(uuid4()),
        **_OPENINGS.get(procedure, {}),
        **more,
    }
    with clock.set_to(at(recorded or when)):
        receipt = services.open(**asked)
    assert isinstance(receipt, Receipt), receipt
    return receipt


_OPENINGS: Mapping[str, Mapping[str, Any]] = {
    "people_mediation": {
        "data": {"claim": "修好卫生间", "facts": "楼上漏水"},
        "topic": "dispute.neighbour.water_leak",
        "parties": [{"role": "disputant", "name": "张三", "facts": {}}, {"role": "disputant", "name": "李四", "facts": {}}],
    },
    "plain_request": {
        "data": {"detail": "路灯不亮"},
        "topic": "request.lighting",
        "parties": [{"role": "reporter", "name": "王五", "facts": {}}],
    },
    "hazard_repair": {
        "data": {"what": "路面塌了", "place": {"division": COMMUNITY, "detail": "东门外"}},
        "topic": "hazard.road.collapse",
        "parties": [],
        "opener": None,
        "opened_by": "anonymous",
    },
    "visit_record": {
        "data": {"purpose": "patrol", "place": {"division": COMMUNITY, "detail": "2号楼"}, "starts_at": "2026-11-17T09:00+08:00"},
        "topic": "request",
        "opener": None,
        "opened_by": "own_initiative",
        "unit": WORKROOM,
    },
}


def did(
    matter: Receipt, when: str, action: str, principal: Principal, data: Mapping[str, Any] | None = None, recorded: str | None = None
) -> Receipt:
    """Take an act at an instant, recorded then or later."""
    with clock.set_to(at(recorded or when)):
        receipt = services.act(
            home=matter.home, matter=matter.matter, action=action, data=data or {}, principal=principal, at=at(when), key=str(uuid4())
        )
    assert not isinstance(receipt, Refusal), receipt
    return receipt


def visited(when: str, *, recorded: str | None = None, **data: Any) -> Receipt:
    """Note a visit of the workroom."""
    worker = post(WORKROOM, "grid_worker")
    matter = opened(when, "visit_record", recorded=recorded, principal=worker)
    did(matter, when, "record", worker, {"result": "nothing", **data}, recorded)
    return matter


def party(matter: Receipt, number: int) -> Principal:
    """Return one party of a matter."""
    from huiyin.core.values import SYSTEM

    seen = doors.snapshot(matter.home, matter.matter, SYSTEM)
    assert seen is not None
    return Principal("party", seen["body"]["parties"][number]["id"], purpose="own", matter=f"{matter.home}/{matter.matter}")


def accepted(matter: Receipt, when: str, source: str = "application") -> None:
    """Accept a request for mediation."""
    mediator = post(COMMITTEE, "mediator")
    data = {"case_source": source, "mediator_person": mediator.id, "impartial": True}
    did(matter, when, "accept", post(COMMITTEE, "clerk"), data)


def agreed(matter: Receipt, day: str, amount: int | None = None) -> None:
    """Bring an accepted mediation to an oral agreement, accepted by both on one day."""
    mediator, parties = post(COMMITTEE, "mediator"), (party(matter, 0), party(matter, 1))
    for place, one in enumerate(parties):
        did(matter, f"{day} 10:0{place}", "agree", one)
    owed = {"who": parties[1].id, "what": "赔偿", "due": "2026-12-01", **({} if amount is None else {"amount": amount})}
    did(matter, f"{day} 11:00", "note_oral", mediator, {"agreed_facts": "漏水属实", "obligations": [owed]})
    for place, one in enumerate(parties):
        did(matter, f"{day} 11:1{place}", "accept_orally", one)


def performed(matter: Receipt, day: str) -> None:
    """Have the one obligation done, confirmed, and the matter closed."""
    did(matter, f"{day} 14:00", "confirm_done", party(matter, 0), {"which": 0})
    did(matter, f"{day} 15:00", "close_performed", post(COMMITTEE, "mediator"))


def asked(name: str, period: str, principal: Principal, *, as_of: str = "12-31 23:00", **more: Any) -> Asked:
    """Return the question for one return and period."""
    from dataclasses import replace

    one = queries.of_name(principal, name)
    found = periods.parse(period)
    assert one is not None, f"{principal.post} may not make {name}"
    assert found is not None
    scope = queries.scopes(principal)[-1 if more.pop("below", False) else 0]
    return Asked(one, principal, replace(scope, **more), found, at(as_of))


def numbers(question: Asked) -> dict[str, tuple[int | None, ...]]:
    """Return row -> its numbers."""
    return {line.key: tuple(number.value for number in line.numbers) for line in queries.figures(question).lines}
