"""One mediation of the demonstration city, led to where a test wants it by the same acts as on the pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from looking import COMMITTEE, Visitor, staff

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Appointment
from huiyin.core.values import Principal, Refusal
from huiyin.matters import queries, services
from huiyin.matters.views import MatterView


def holder(post: str) -> UUID:
    """Return the account that holds a post of the committee."""
    held = Appointment.objects.filter(unit_id=COMMITTEE, post=post, to_date=None).order_by("id").first()
    assert held is not None
    return UUID(str(held.account_id))


class Case:
    """张三 asked for mediation with 李四; acts by the name of who takes them."""

    def __init__(self) -> None:
        self.reference, self.code = Visitor().ask_for_mediation()
        found = queries.find_by_reference(self.reference, self.code)
        assert isinstance(found, Principal)
        home, _, matter = str(found.matter).partition("/")
        self.home, self.matter = home, UUID(matter)
        self.people = {party.name: party.id for party in self.view("clerk").parties}

    @property
    def desk(self) -> str:
        return f"/desk/{self.home}/{self.matter}"

    def principal(self, who: str) -> Principal:
        """A post of the committee, or a party by name."""
        people = getattr(self, "people", {})
        if who in people:
            return Principal("party", people[who], purpose="own", matter=f"{self.home}/{self.matter}")
        return city.principal_in_post(holder(who), COMMITTEE, who, city.today())

    def view(self, who: str) -> MatterView:
        found = queries.get(self.principal(who), self.home, self.matter)
        assert found is not None
        return found

    def act(self, who: str, action: str, data: Mapping[str, Any] | None = None, *, for_: str = "") -> None:
        principal = self.principal(who)
        evidence: list[dict[str, str]] = []
        if for_:
            principal, evidence = replace(principal, acting_for=self.people[for_]), [{"kind": "in_person"}]
        answer = services.act(
            home=self.home,
            matter=self.matter,
            action=action,
            data=dict(data or {}),
            principal=principal,
            evidence=evidence,
            key=f"test:{uuid.uuid4()}",
        )
        assert not isinstance(answer, Refusal), answer

    def hash(self, paper: str) -> str:
        return [line for line in self.view("clerk").papers if line.name == paper][-1].hash

    # Where a test wants it

    def inviting(self) -> Case:
        self.act("clerk", "accept", {"case_source": "application", "mediator_person": str(holder("mediator")), "impartial": True})
        return self

    def mediating(self) -> Case:
        self.inviting()
        self.act("张三", "agree")
        self.act("clerk", "agree", for_="李四")
        return self

    def signing(self) -> Case:
        self.mediating()
        held = (clock.now() - timedelta(hours=2)).isoformat()
        self.act("mediator", "hold_session", {"session_at": held, "session_place": "调解室", "minutes": "谈妥赔偿。"})
        self.act("张三", "sign_minutes", {"hash": self.hash("mediation_minutes"), "method": "screen"})
        self.draft()
        self.act("张三", "choose_signing", {"sign_way": "screen"})
        self.act("clerk", "choose_signing", {"sign_way": "screen"}, for_="李四")
        return self

    def draft(self, amount: int = 2300000) -> None:
        day = (clock.now() + timedelta(days=20)).date().isoformat()
        self.act(
            "mediator",
            "draft_agreement",
            {
                "agreed_facts": "漏水属实",
                "responsibilities": "李四赔偿",
                "performance_way": "转账",
                "agreement_touches": "ordinary",
                "obligations": [{"who": self.people["李四"], "what": "赔偿书柜", "amount": amount, "due": day, "proof": "转账回单"}],
            },
        )

    def sign(self, who: str, *, for_: str = "") -> None:
        self.act(who, "sign", {"hash": self.hash("mediation_agreement"), "method": "wet" if for_ else "screen"}, for_=for_)

    def performing(self) -> Case:
        self.signing()
        self.sign("张三")
        self.sign("clerk", for_="李四")
        self.sign("mediator")
        self.act("seal_keeper", "seal", {"hash": self.hash("mediation_agreement"), "method": "wet"})
        return self

    # Who looks

    def party(self) -> Visitor:
        """张三 on a device of their own."""
        visitor = Visitor()
        visitor.track(self.reference, self.code)
        return visitor


def at_desk(post: str) -> Visitor:
    """Somebody in a post of the committee."""
    return staff(COMMITTEE, post)
