"""What people answered decides where a matter goes; what nobody answered is asked and never guessed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import queries, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.matters.receipts import Receipt
from huiyin.routing.models import DirectDispatch
from huiyin.workers import loop

pytestmark = pytest.mark.usefixtures("served")

COMMUNITY = "210102001005"
DISPATCHER = Principal("staff", str(uuid4()), "governance_centre.210102001", "dispatcher")
PROPERTY, LAMPS = "property_management_office.210102", "street_lighting.2101"


def reported(premises: str | None, topic: str = "request.lighting") -> Receipt:
    receipt = services.open(
        procedure="plain_request",
        data={"detail": "灯不亮", **({} if premises is None else {"premises": premises})},
        principal=Principal("anonymous", purpose="ask"),
        topic=topic,
        division=COMMUNITY,
        opened_by="party",
        parties=[{"role": "reporter", "name": "赵六", "facts": {}}],
        key=str(uuid4()),
    )
    assert isinstance(receipt, Receipt), receipt
    loop.drain()
    return receipt


def did(receipt: Receipt, action: str, principal: Principal, data: dict[str, Any]) -> None:
    answer = services.act(home=receipt.home, matter=receipt.matter, action=action, data=data, principal=principal, key=str(uuid4()))
    assert isinstance(answer, Receipt), answer
    loop.drain()


def where(receipt: Receipt) -> tuple[str, str | None]:
    with reading_as(SYSTEM):
        body: Any = Matter.objects.get(home=receipt.home, id=receipt.matter).body
    return body["state"], body["facts"].get("lead")


@pytest.mark.parametrize(
    ("premises", "stands"),
    [
        ("estate", ("handling", PROPERTY)),
        ("public", ("handling", LAMPS)),
        ("unclear", ("received", None)),
        (None, ("received", None)),
    ],
)
def test_a_lamp_goes_where_its_answer_says_and_without_one_to_nobody(premises: str | None, stands: tuple[str, str | None]) -> None:
    assert where(reported(premises)) == stands


def test_the_reason_and_the_evidence_name_the_answer() -> None:
    receipt = reported("estate")
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert "因为“发生在什么地方”答的是“小区内”" in view.facts["dispatch_reason"]
    history = queries.timeline(DISPATCHER, receipt.home, receipt.matter)
    evidence = next(said.value for entry in history for said in entry.said if said.field == "act.evidence")
    assert evidence["winner"]["id"] == "request.lighting.estate"
    assert evidence["answers"]["zh"] == "因为“发生在什么地方”答的是“小区内”。"
    assert [one.row for one in DirectDispatch.objects.filter(matter=receipt.matter)] == ["request.lighting.estate"]


def test_a_topic_no_row_asks_about_is_sent_whatever_was_answered() -> None:
    assert where(reported(None, "request.heating"))[0] == "handling"


def test_the_reporters_later_answer_lets_the_list_send_it() -> None:
    receipt = reported(None)
    did(receipt, "ask_more", DISPATCHER, {"question": "是小区里的灯，还是马路上的？"})
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    reporter = Principal("party", view.parties[0].id, purpose="own", matter=str(receipt.matter))
    did(receipt, "supply", reporter, {"supplement": "小区里的", "premises": "estate"})
    assert where(receipt) == ("handling", PROPERTY)


def test_what_a_dispatcher_finds_out_is_added_to_the_record_and_counts() -> None:
    from huiyin.routing.queries import facts_of

    receipt = reported("unclear")
    did(receipt, "correct", DISPATCHER, {"field": "premises", "value": "public", "reason": "打电话问过"})
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert facts_of(view.procedure, view.topic, view.facts) == {"premises": "public"}
    left_out = reported(None)
    did(left_out, "correct", DISPATCHER, {"field": "premises", "value": "estate", "reason": "打电话问过"})
    assert where(left_out) == ("received", None), "a person presses the key, with what the list now proposes"


def test_a_hazard_opened_from_a_request_takes_the_answer_along() -> None:
    receipt = reported("unclear", "request.lighting")
    did(receipt, "correct", DISPATCHER, {"field": "premises", "value": "estate", "reason": "打电话问过"})
    did(receipt, "open_hazard", DISPATCHER, {"reason": "灯杆要倒", "place": {"detail": "3号楼前"}})
    with reading_as(SYSTEM):
        child: Any = Matter.objects.get(parent=receipt.matter).body
    assert child["facts"]["premises"] == "estate"


def test_of_a_sealed_topic_nothing_that_was_said_stands_in_a_reason() -> None:
    from huiyin.city import queries as city
    from huiyin.routing.queries import facts_of

    procedure = city.library().procedures["plain_request"]
    assert facts_of(procedure, "safety.domestic_violence", {"premises": "estate"}) == {}
    assert facts_of(procedure, "request.lighting", {"premises": "estate"}) == {"premises": "estate"}
