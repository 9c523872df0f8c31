"""An expert or judge asked without names: what leaves the matter, who sees what, and what the court is told."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from cases import Case, at_desk
from looking import COMMITTEE, staff

from huiyin.city import queries as city
from huiyin.city.models import Appointment
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import outbox, queries, services
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Matter
from huiyin.matters.views import MatterView

PANEL = "expert_panel.210102"


class Asked:
    """A question the mediator of a leak has put to the panel."""

    def __init__(self) -> None:
        self.case = Case().mediating()
        self.case.act("mediator", "ask_expert", {"expert_question": "楼上不让进门查漏水怎么办", "expert_situation": "甲家漏水，乙住楼上"})
        drain(self.case.home)
        with reading_as(SYSTEM):
            self.row = Matter.objects.get(procedure="expert_question", body__parent=f"{self.case.home}/{self.case.matter}")

    def tries(self, who: Principal, action: str, data: dict[str, Any]) -> Any:
        return services.act(home=self.row.home, matter=self.row.id, action=action, data=data, principal=who, key=f"test:{uuid.uuid4()}")

    def act(self, who: Principal, action: str, data: dict[str, Any] | None = None) -> None:
        answer = self.tries(who, action, data or {})
        assert not isinstance(answer, Refusal), answer

    def seen_by(self, who: Principal) -> MatterView | None:
        return queries.get(who, self.row.home, self.row.id)


def drain(home: str) -> None:
    while outbox.run_once(home):
        pass


def panel(post: str) -> Principal:
    held = Appointment.objects.filter(unit_id=PANEL, post=post, to_date=None).order_by("id").first()
    assert held is not None
    return city.principal_in_post(UUID(str(held.account_id)), PANEL, post, city.today())


def test_the_panel_sees_the_question_and_nothing_of_the_matter(served: object) -> None:
    asked = Asked()
    judge = panel("judge")
    seen = asked.seen_by(judge)
    assert seen is not None
    assert seen.parties == ()
    assert seen.facts["question"] == "楼上不让进门查漏水怎么办"
    assert queries.get(judge, asked.case.home, asked.case.matter) is None
    page = staff(PANEL, "judge").get(f"/desk/{asked.row.home}/{asked.row.id}")
    assert page.status == 200
    for word in ("张三", "李四", "13800000002", asked.case.reference):
        assert word not in page.html
    # The asker reads the answer at its own desk; a party of the mediation learns nothing of it.
    assert asked.seen_by(asked.case.principal("mediator")) is not None
    assert asked.seen_by(asked.case.principal("张三")) is None
    assert "楼上不让进门查漏水怎么办" not in asked.case.party().get("/mine/").html


def test_a_known_name_or_number_does_not_leave_the_matter(served: object) -> None:
    asked = Asked()
    mediator = asked.case.principal("mediator")
    for said in ("张三家漏水", "老李不开门", "打13800000002", "住2号楼的人"):
        refused = services.act(
            home=asked.case.home, matter=asked.case.matter, action="ask_expert", data={"expert_question": said}, principal=mediator,
            key=f"test:{uuid.uuid4()}",
        )  # fmt: skip
        assert isinstance(refused, Refusal), said
        assert refused.field == "expert_question"
        assert "张三" not in refused.text.zh
    # Asked back in the question's own matter, which has no parties: the people of the mediation are spared there too.
    asked.act(panel("judge"), "want_facts", {"facts_wanted": "漏的是不是公共立管。"})
    refused = asked.tries(mediator, "supplement", {"question": "怎么办", "situation": "张三说不是"})
    assert isinstance(refused, Refusal)
    assert refused.field == "situation"
    asked.act(mediator, "supplement", {"question": "怎么办", "situation": "甲说不是"})


def test_whoever_is_asked_cannot_find_a_name_out_by_trying(served: object) -> None:
    asked = Asked()
    said = {"answers": {"answer": "如果是张三，应当让人进门", "who": "周法官", "as_what": "judge"}}
    asked.act(panel("judge"), "answer", said)


def test_answers_that_differ_stay_and_the_court_is_told_that_a_judge_advised(served: object) -> None:
    asked = Asked()
    asked.act(panel("expert"), "answer", {"answers": {"answer": "先做闭水试验", "who": "李工", "as_what": "expert"}})
    asked.act(
        panel("judge"),
        "answer",
        {"answers": {"answer": "应当让人进门查", "grounds": "《民法典》第296条", "who": "周法官", "as_what": "judge"}},
    )
    mediator = asked.case.principal("mediator")
    asked.act(mediator, "enough")
    seen = asked.seen_by(mediator)
    assert seen is not None
    assert [one["answer"] for one in seen.facts["answers"]] == ["先做闭水试验", "应当让人进门查"]
    drain(asked.row.home)
    child = next(one for one in asked.case.view("mediator").children if one.procedure == "expert_question")
    assert child.facts["judge_advised"] == "yes"
    assert audit().passed


def test_the_page_shows_what_goes_out_and_puts_names_out_of_it(served: object) -> None:
    case = Case().mediating()
    desk = at_desk("mediator")
    form = f"{case.desk}/act/ask_expert/"
    first = desk.get(form)
    assert first.status == 200
    assert "换掉姓名、号码和地址" in first.words
    named = {"key": first.value("key"), "version": first.value("version"), "f__expert_question": "张三家漏水，李女士不开门，打13800000002"}
    refused = desk.post(form, **named)
    assert "<mark>张三</mark>" in refused.html
    veiled = desk.post(form, **named, do="veil:expert_question")
    assert veiled.value("f.expert_question") == "甲家漏水，乙不开门，打（号码）"
    assert "发出去的就是这样" in veiled.words
    sent = desk.post(form, **(named | {"f__expert_question": veiled.value("f.expert_question")}))
    assert "已登记" in sent.words
    assert case.principal("mediator").unit == COMMITTEE
