"""An answer becomes a card: proposed by the asker, published by a second body, offered on matters of its kind, searched, taken back."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from cases import Case, at_desk
from looking import COMMUNITY, staff
from test_asking_experts import PANEL, Asked, drain, panel

from huiyin.city import queries as city
from huiyin.city.models import Appointment
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import published, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter

BUREAU = "judicial_bureau.210102"
QUESTION = "漏水查不进门的卡片怎么写"
CARD = {"card_question": QUESTION, "card_answer": "应当给必要的便利", "grounds": "《民法典》第296条"}


def reviewer() -> Principal:
    held = Appointment.objects.filter(unit_id=BUREAU, post="handler", to_date=None).order_by("id").first()
    assert held is not None
    return city.principal_in_post(UUID(str(held.account_id)), BUREAU, "handler", city.today())


def does(row: Matter, action: str, data: dict[str, Any] | None = None) -> None:
    answer = services.act(
        home=row.home, matter=row.id, action=action, data=data or {}, principal=reviewer(), key=f"test:{uuid.uuid4()}"
    )  # fmt: skip
    assert not isinstance(answer, Refusal), answer


def proposed() -> Matter:
    asked = Asked()
    asked.act(panel("judge"), "answer", {"answers": {"answer": "应当让人进门查", "who": "周法官", "as_what": "judge"}})
    mediator = asked.case.principal("mediator")
    asked.act(mediator, "enough")
    named = asked.tries(mediator, "propose_card", {**CARD, "card_answer": "张三应当给便利"})
    assert isinstance(named, Refusal)
    assert named.field == "card_answer"
    asked.act(mediator, "propose_card", CARD)
    drain(asked.row.home)
    with reading_as(SYSTEM):
        return Matter.objects.get(procedure="knowledge_card", body__parent=f"{asked.row.home}/{asked.row.id}")


def shown(row: Matter) -> list[int]:
    return [card.version for card in published.published() if card.matter == str(row.id)]


def test_an_answer_becomes_a_card_that_is_offered_searched_and_taken_back(served: object) -> None:
    row = proposed()
    assert shown(row) == []
    does(row, "publish", CARD)
    assert shown(row) == [1]
    case = Case().mediating()
    desk = at_desk("mediator")
    assert QUESTION in desk.get(f"{case.desk}/file/").words
    assert QUESTION in desk.get("/cards/", words="296 漏水").words
    assert QUESTION not in desk.get("/cards/", words="工资").words
    assert QUESTION not in desk.get("/cards/", topic="dispute.labour").words
    does(row, "revise", {**CARD, "card_answer": "应当给必要的便利，弄坏了要赔"})
    assert shown(row) == [2]
    does(row, "take_back", {"reason": "答错了"})
    assert shown(row) == []
    assert QUESTION not in desk.get(f"{case.desk}/file/").words


def test_a_workroom_asks_without_a_matter(served: object) -> None:
    desk = staff(f"workroom.{COMMUNITY}", "clerk")
    assert "请教法官、专家" in desk.get("/cards/").words
    form = desk.get("/cards/ask/")
    named = {"key": form.value("key"), "topic": "dispute.neighbour.noise", "f__question": "半夜跳绳算不算扰民，打13812345678"}
    refused = desk.post("/cards/ask/", **named)
    assert "不能发出去" in refused.words
    assert "已经发给咨询团" in desk.post("/cards/ask/", **(named | {"f__question": "半夜跳绳算不算扰民"})).words
    assert staff(PANEL, "expert").get("/cards/ask/").status == 404
