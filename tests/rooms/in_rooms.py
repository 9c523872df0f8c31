"""One mediation with its rooms, and the people in them by name."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from cases import Case, holder
from looking import COMMITTEE

from huiyin.city import queries as city
from huiyin.city.models import Account, Appointment
from huiyin.core.values import Principal, Refusal
from huiyin.mediation import queries, services
from huiyin.mediation.queries import RoomView

SIDES = ("张三", "李四")


class Talk(Case):
    """张三 and 李四 agreed; ``private`` names whose private room is meant, nothing the joint one."""

    def __init__(self) -> None:
        super().__init__()
        self.mediating()

    def of(self, private: str) -> str:
        return self.people[private] if private else ""

    def where(self, private: str = "") -> dict[str, Any]:
        return {"home": self.home, "matter": self.matter, "party": self.of(private)}

    def enter(self, *who: str, private: str = "") -> UUID:
        rooms = [services.enter(**self.where(private), principal=self.principal(name)) for name in who]
        assert isinstance(rooms[0], UUID), rooms
        assert set(rooms) == {rooms[0]}
        return rooms[0]

    def say(self, who: str, text: str, *, private: str = "", key: str = "") -> services.Sent | Refusal:
        return services.send(**self.where(private), principal=self.principal(who), text=text, key=key or str(uuid.uuid4()))

    def room(self, who: str | Principal, private: str = "", before: int | None = None) -> RoomView | None:
        principal = who if isinstance(who, Principal) else self.principal(who)
        return queries.room(principal, self.home, self.matter, self.of(private), before=before)

    def heard(self, who: str, private: str = "") -> list[str] | None:
        seen = self.room(who, private)
        return None if seen is None else [one.text for one in seen.messages]

    def another_mediator(self) -> UUID:
        """Somebody else who holds the post in the same committee; made when there is none."""
        first = holder("mediator")
        held = Appointment.objects.filter(unit_id=COMMITTEE, post="mediator", to_date=None).exclude(account_id=first).first()
        if held is None:
            person = Account(username=f"mediator-{uuid.uuid4().hex[:8]}", name="赵二")
            person.save()
            held = Appointment.objects.create(account=person, unit_id=COMMITTEE, post="mediator", from_date=city.today())
        return UUID(str(held.account_id))

    def replace_mediator(self) -> Principal:
        """The head names another mediator; returns who that is, in the post."""
        other = self.another_mediator()
        self.act("head", "replace_mediator", {"mediator_person": str(other), "impartial": True, "reason": "当事人请求换人"})
        return city.principal_in_post(other, COMMITTEE, "mediator", city.today())
