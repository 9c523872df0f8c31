"""Each way into people's mediation, taken from a page, to the first paper of the file: who, what, and how it came."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from looking import CENTRE, COMMITTEE, COMMUNITY, Page, Visitor, receipt, staff

from huiyin.core.values import SYSTEM
from huiyin.matters import outbox
from huiyin.matters.access import reading_as

CLAIM, FACTS = "修好卫生间。", "楼上漏水，泡了天花板。"


def up_to_check(visitor: Visitor) -> str:
    draft = visitor.begin("dispute")
    visitor.answer(draft, "what", f__claim=CLAIM, f__facts=FACTS)
    visitor.answer(draft, "kind", topic="other", topic_other="dispute.neighbour.water_leak")
    visitor.answer(draft, "who", f__my_name="张三", f__others__rows="1", f__others__0__name="李四")
    visitor.answer(draft, "where", f__place__detail="2号楼", f__place__division=COMMUNITY, f__place__searched="1")
    visitor.answer(draft, "you", f__phone="13800000002", f__address="")
    return draft


def newest(procedure: str = "people_mediation") -> Any:
    from huiyin.matters.models import Matter

    with reading_as(SYSTEM):
        return Matter.objects.filter(procedure=procedure).order_by("-opened_at").first()


def first_paper(matter: Any, committee: Visitor | None = None) -> str:
    """Return the words of the receipt, as the committee's clerk reads them."""
    clerk = committee or staff(COMMITTEE, "clerk")
    page = clerk.get(f"/desk/{matter.home}/{matter.id}/papers/application_receipt/1/")
    assert page.status == 200, page.words[:400]
    return page.words


def told(words: str) -> None:
    for said in ("张三", "李四", CLAIM):
        assert said in words


def test_by_a_party(served: object) -> None:
    visitor = Visitor()
    receipt(visitor.answer(up_to_check(visitor), "check"))
    words = first_paper(newest())
    told(words)
    assert "来源：" not in words


@pytest.mark.parametrize(
    ("way", "said", "source", "asker"),
    [
        ("own_initiative", "调委会走访后主动调解", "initiative", None),
        ("court_or_police_advice", "法院、公安等建议调解", "advised", "张三"),
    ],
    ids=["own_initiative", "advice"],
)
def test_by_the_committee_itself_or_on_advice(served: object, way: str, said: str, source: str, asker: str | None) -> None:
    clerk = staff(COMMITTEE, "clerk")
    receipt(clerk.answer(up_to_check(clerk), "check", channel=way))
    matter = newest()
    assert matter.body["opened_by"] == way
    sides = {party["name"]: party["facts"].get("side") for party in matter.body["parties"]}
    assert sides == ({"张三": None, "李四": None} if asker is None else {"张三": "applicant", "李四": "respondent"})
    words = first_paper(matter, clerk)
    told(words)
    assert said in words
    # How it came is not asked again where the committee takes it.
    page = clerk.get(f"/desk/{matter.home}/{matter.id}/act/accept/")
    chosen = next(one for one in re.findall(r"<option[^>]*>|<input[^>]*>", page.html) if f'value="{source}"' in one)
    assert "selected" in chosen or "checked" in chosen


def test_by_a_court_on_paper(served: object) -> None:
    clerk = staff(COMMITTEE, "clerk")
    draft = up_to_check(clerk)
    page = clerk.answer(draft, "check", channel="court_commission")
    assert "f.court_number" in {one.get("name") for one in page.inputs}, "what a court's commission says is asked once that is chosen"
    given = {"f__court_name": "某区人民法院", "f__court_number": "（2026）辽0102诉前调7号"}
    day = {"f__court_until": "2027-01-15"}
    receipt(clerk.answer(draft, "check", channel="court_commission", **given, **day))
    words = first_paper(newest(), clerk)
    told(words)
    assert "（2026）辽0102诉前调7号" in words
    assert "某区人民法院" in words


def test_by_a_court_through_the_api(served: object) -> None:
    from django.test import Client

    from huiyin.core.values import Text
    from huiyin.exchange import neighbours
    from huiyin.web.api.courts import EXAMPLE

    agreed = neighbours.Agreed(
        "court", Text("某法院", "A court"), kind="court", way="api", direction="both", unit=CENTRE, procedures=("people_mediation",)
    )
    neighbours.save(principal=SYSTEM, agreed=agreed, reason="协议")
    key = neighbours.make_key(principal=SYSTEM, name="court")
    body = json.dumps({**EXAMPLE, "claim": CLAIM})
    answer = Client().post(
        "/api/v1/neighbour/commissions", body, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 201, answer.content
    words = first_paper(newest())
    told(words)
    assert str(EXAMPLE["case_number"]) in words


def test_by_transfer_from_a_workroom(served: object) -> None:
    """Somebody reports a dispute as a request; the desk names the other side and passes it on, and nothing is typed again."""
    visitor = Visitor()
    visitor.report(said=FACTS, topic="request.lighting")
    request = newest("plain_request")
    desk = staff(request.unit, "dispatcher")
    address = f"/desk/{request.home}/{request.id}/act/open_mediation/"
    page = desk.get(address)
    assert "f.other_sides.0.name" in {one.get("name") for one in page.inputs}
    given = {"f__other_sides__rows": "1", "f__other_sides__0__name": "李四", "f__other_sides__0__phone": "13800000009"}
    page = sent(desk, page, address, **given, f__reason="邻里漏水，可以调解")
    assert newest() is None, "not without the person's own wish"
    page = sent(desk, desk.get(address), address, **given, f__reason="邻里漏水，可以调解", f__wants_mediation="true")
    while outbox.run_once(request.home):
        pass
    matter = newest()
    assert matter is not None, page.words[-800:]
    assert [(party["name"], party["facts"].get("phone")) for party in matter.body["parties"]][1] == ("李四", "13800000009")
    assert matter.body["facts"]["facts"] == FACTS
    assert matter.body["facts"]["dispute_place"]["detail"]
    words = first_paper(matter)
    assert "李四" in words
    assert "别处转来" in words


def sent(visitor: Visitor, page: Page, address: str, **data: str) -> Page:
    """Post an act's form with the hidden answers the page gave it."""
    hidden = {one["name"]: one.get("value", "") for one in page.inputs if one.get("type") == "hidden" and one.get("name")}
    return visitor.post(address, **{**{name.replace(".", "__"): value for name, value in hidden.items()}, **data})
