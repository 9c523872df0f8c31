"""Matters whose every text is a token that stands nowhere else, so that any leak is found by looking for it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from huiyin.core.opening import party_form
from huiyin.core.procedure import Field, Form, Procedure
from huiyin.core.values import ANONYMOUS, SYSTEM, Principal
from huiyin.matters import doors, outbox, services
from huiyin.matters.receipts import Receipt

COMMUNITY = "210102001002"
COMMITTEE = f"mediation_committee.{COMMUNITY}"
MARK = "kanarie"
# Words that stand beside every token, for searches that would find the matter.
WORDS = "楼上漏水"
_numbers = count(1)


def canary(where: str) -> str:
    """Return a text with a token of its own; ASCII, so that no escaping hides it."""
    return f"{WORDS} {MARK}{next(_numbers):05d}{where.replace('_', '')}"


@dataclass
class Victim:
    """Somebody's matter and every id by which a stranger could ask for it."""

    receipt: Receipt
    procedure: str
    parties: list[str] = field(default_factory=list)
    papers: list[tuple[str, int]] = field(default_factory=list)
    notices: list[UUID] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    files: list[UUID] = field(default_factory=list)

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """What no answer to a stranger may hold: any token, and the code."""
        code = self.receipt.code
        return (MARK.encode(), *((f'"{code}"'.encode(),) if code else ()))


def values(procedure: Procedure, form: Form) -> dict[str, Any]:
    """Fill a form, every text with a token."""
    filled = {}
    for entry in form.entries:
        value = _value(procedure.fields[entry.field])
        if value is not None:
            filled[entry.field] = value[0] if entry.add else value
    return filled


def _value(field_: Field) -> Any:
    match field_.type:
        case "text":
            return canary(field_.name)
        case "choice":
            return field_.values[0].value
        case "flag":
            return True
        case "number":
            return 1
        case "money":
            return 12_345
        case "date":
            return "2026-12-01"
        case "datetime":
            return "2026-12-01T09:00+08:00"
        case "place":
            return {"division": COMMUNITY, "detail": canary(field_.name)}
        case "list":
            if not field_.record:
                return [canary(field_.name)]
            entry = {part.name: _value(part) for part in field_.record}
            return [{name: value for name, value in entry.items() if value is not None}]
        case _:
            return None


def opened(name: str, *, topic: str, division: str, parties: int) -> Victim:
    """Open a matter full of tokens."""
    from huiyin.city import queries as city

    procedure = city.library().procedures[name]
    role = next(iter(procedure.roles))
    people = [
        {
            "role": role,
            "name": canary("name"),
            "facts": values(procedure, party_form(procedure, role, own=number == 0)),
        }
        for number in range(parties)
    ]
    receipt = services.open(
        procedure=name,
        data=values(procedure, procedure.forms[procedure.opening_form]),
        principal=ANONYMOUS,
        key=str(uuid4()),
        topic=topic,
        division=division,
        opened_by="party",
        parties=people,
    )
    assert isinstance(receipt, Receipt), receipt
    return Victim(receipt, name)


def act(victim: Victim, action: str, data: dict[str, Any], principal: Principal, **more: Any) -> None:
    """Take an act that must succeed."""
    answer = services.act(
        home=victim.receipt.home, matter=victim.receipt.matter, action=action, data=data, principal=principal, key=str(uuid4()), **more
    )
    assert isinstance(answer, Receipt), (action, answer)


def hand_in(victim: Victim) -> None:
    """Let the first party hand in a picture whose name and bytes hold tokens."""
    from PIL import Image

    from huiyin.papers import services as papers

    seen = doors.snapshot(victim.receipt.home, victim.receipt.matter, SYSTEM)
    assert seen is not None
    party = Principal("party", seen["body"]["parties"][0]["id"], purpose="own")
    stream = io.BytesIO()
    Image.new("RGB", (2, 2)).save(stream, "JPEG", comment=canary("file").encode())
    made = papers.attach(
        home=victim.receipt.home, matter=victim.receipt.matter, name=f"{canary('name')}.jpg", chunks=[stream.getvalue()], principal=party
    )
    assert isinstance(made, UUID), made
    victim.files = [made]
    act(victim, "add_evidence", {"evidence": {"what": canary("what")}, "files": [str(made)]}, party)


def look_up(victim: Victim) -> Victim:
    """Let every notice go out and note the ids a stranger could try."""
    from datetime import timedelta

    from huiyin import clock
    from huiyin.city import queries as city
    from huiyin.matters.access import reading_as
    from huiyin.matters.models import Notice, Paper

    hand_in(victim)
    home, matter = victim.receipt.home, victim.receipt.matter
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        while outbox.run_once(home):
            pass
    with reading_as(SYSTEM):
        victim.notices = list(Notice.objects.filter(home=home, matter=matter).values_list("id", flat=True))
        victim.papers = list(Paper.objects.filter(home=home, matter=matter).order_by("seq", "name").values_list("name", "number"))
    seen = doors.snapshot(home, matter, SYSTEM)
    assert seen is not None
    victim.parties = [party["id"] for party in seen["body"]["parties"]]
    procedure = city.library().procedures[victim.procedure]
    state = procedure.states[seen["body"]["state"]]
    victim.actions = [action.name for action in (*state.actions, *procedure.always)]
    return victim


def holder(unit: str, post: str) -> Principal:
    """Return the first holder of a post, acting in it."""
    from huiyin.city.models import Appointment

    held = Appointment.objects.filter(unit_id=unit, post=post, to_date=None).order_by("id").first()
    assert held is not None, (unit, post)
    return Principal("staff", str(held.account_id), unit, post)


def request_matter() -> Victim:
    """A request, asked back about: texts in the opening, in an act, in papers and notices."""
    victim = opened("plain_request", topic="request.lighting", division="210102000000", parties=1)
    act(victim, "ask_more", {"question": canary("question")}, holder("governance_centre.210102", "dispatcher"))
    return look_up(victim)


def hazard_matter() -> Victim:
    """A hazard with an alarm."""
    victim = opened("hazard_repair", topic="hazard.road.collapse", division="210102000000", parties=1)
    return look_up(victim)


def dispute_matter() -> Victim:
    """A dispute with private words to the mediator and a sealed report of danger."""
    from huiyin.city import queries as city

    victim = opened("people_mediation", topic="dispute.neighbour.water_leak", division=COMMUNITY, parties=2)
    seen = doors.snapshot(victim.receipt.home, victim.receipt.matter, SYSTEM)
    assert seen is not None
    first = Principal("party", seen["body"]["parties"][0]["id"], purpose="own")
    mediator = holder(COMMITTEE, "mediator")
    clerk = holder(COMMITTEE, "clerk")
    act(victim, "tell_mediator", {"private_statement": canary("private_statement")}, first)
    procedure = city.library().procedures[victim.procedure]
    act(victim, "accept", {**values(procedure, procedure.forms["acceptance"]), "mediator_person": mediator.id}, clerk)
    act(victim, "report_danger", values(procedure, procedure.forms["danger"]), mediator)
    return look_up(victim)
