"""A hazard comes to its unit as a request does, and its danger waits for nobody who argues: in the whole city, through the queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from test_three_beats import CENTRE, DISPATCHER, DISTRICT, DRAINAGE, ROADS, START, asked, at, body, did, staff, told, tried

from huiyin import clock
from huiyin.core.values import SYSTEM, Refusal
from huiyin.matters import queries, services
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Matter, Notice
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

__all__ = ["at"]
pytestmark = pytest.mark.usefixtures("served")
CHECKER = "urban_management.210102"


def hazard(topic: str = "hazard") -> Receipt:
    receipt = asked(topic, "hazard_repair")
    loop.drain()
    return receipt


def due(receipt: Receipt, name: str) -> datetime:
    from huiyin.core.snapshot import from_plain

    found = from_plain(body(receipt)).clocks[name].due
    assert found is not None
    return found.strict


def test_word_of_a_dispatch_goes_out_at_once_and_so_does_word_of_its_recall(at: Callable[[datetime], None]) -> None:
    receipt = hazard()
    did(receipt, "dispatch", DISPATCHER, {"lead": ROADS, "checker": CHECKER, "dispatch_reason": "在路上"})
    loop.drain()
    assert [text for unit, text in told(receipt) if unit == f"unit:{ROADS}"]
    at(START + timedelta(minutes=3))
    promised = due(receipt, "make_safe")
    did(receipt, "recall_dispatch", DISPATCHER, {"recall_reason": "地点看错了", "wrong_cause": "place_wrong"})
    loop.drain()
    heard = [text for unit, text in told(receipt) if unit == f"unit:{ROADS}"]
    assert heard[-1].startswith("撤回派单。")
    assert len(heard) == 2
    assert due(receipt, "make_safe") == promised == START + timedelta(hours=4)
    at(START + timedelta(minutes=30))
    loop.drain()
    assert body(receipt)["state"] == "received"
    assert audit().passed


def heard_of(matter: Matter) -> list[tuple[str, str]]:
    with reading_as(SYSTEM):
        return [(one.recipient, (one.text or {})["zh"]) for one in Notice.objects.filter(matter=matter.id)]


def consulted() -> tuple[Receipt, dict[str, Matter]]:
    receipt = hazard()
    did(receipt, "consult", DISPATCHER, {"asked_units": [DRAINAGE, ROADS], "consult_question": "南京南社区路口的井没有盖，是谁的"})
    loop.drain()
    with reading_as(SYSTEM):
        return receipt, {one.unit: one for one in Matter.objects.filter(procedure="consultation")}


def test_units_asked_about_a_danger_answer_in_hours_and_what_was_done_meanwhile_is_told(at: Callable[[datetime], None]) -> None:
    receipt, children = consulted()
    assert {one.state for one in children.values()} == {"asked_now"}
    did(receipt, "close_off", DISPATCHER, {"safety_measure": "网格员摆了锥桶"})
    loop.drain()
    assert "网格员摆了锥桶" in [text for who, text in told(receipt) if who.startswith("party:")][-1]
    at(START + timedelta(hours=2, minutes=1))
    loop.drain()
    loop.drain()
    now = body(receipt)
    assert now["state"] == "deciding"
    assert now["clocks"]["make_safe"]["events"][0]["kind"] == "started"
    assert len(now["clocks"]["make_safe"]["events"]) == 1
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert {one.facts.get("position") for one in view.children} == {"silent"}
    assert audit().passed


def test_who_does_not_wait_calls_the_question_back_and_the_units_asked_hear_of_it(at: Callable[[datetime], None]) -> None:
    receipt, children = consulted()
    yes = children[DRAINAGE]
    answer = {"position": "yes", "position_reason": "是我们的井"}
    services.act(home=yes.home, matter=yes.id, action="answer", data=answer, principal=staff(DRAINAGE, "handler"), key=str(uuid4()))
    loop.drain()
    did(receipt, "dispatch_agreed", DISPATCHER, {"lead": DRAINAGE, "checker": CHECKER, "dispatch_reason": "它答应了"})
    loop.drain()
    with reading_as(SYSTEM):
        states = dict(Matter.objects.filter(procedure="consultation").values_list("id", "state"))
    other = children[ROADS]
    assert states == {yes.id: "answered", other.id: "called_back"}
    assert any(unit == f"unit:{ROADS}" and "不用再答复" in text for unit, text in heard_of(other))
    late = services.act(home=other.home, matter=other.id, action="answer", data=answer, principal=staff(ROADS, "handler"), key=str(uuid4()))
    assert isinstance(late, Refusal)
    at(clock.now() + timedelta(minutes=6))
    loop.drain()
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert {one.unit: one.outcome for one in view.children} == {DRAINAGE: "resolved", ROADS: "withdrawn"}
    assert audit().passed


def test_a_hazard_passed_on_stays_with_its_first_receiver_who_may_still_close_it_off(at: Callable[[datetime], None]) -> None:
    receipt = hazard()
    did(receipt, "pass_on", DISPATCHER, {"pass_kind": "raised", "next_host": DISTRICT, "pass_reason": "跨街道"})
    assert body(receipt)["units"]["host"] == CENTRE
    did(receipt, "close_off", DISPATCHER, {"safety_measure": "拉了警戒线"})
    before = due(receipt, "make_safe")
    at(START + timedelta(minutes=40))
    did(receipt, "accept_pass", staff(DISTRICT, "dispatcher"))
    now = body(receipt)
    assert (now["units"]["host"], now["units"]["sender"]) == (DISTRICT, CENTRE)
    assert due(receipt, "make_safe") == before
    assert due(receipt, "assign") == START + timedelta(hours=2, minutes=40)
    mine = tried(receipt, "dispatch", DISPATCHER, {"lead": ROADS, "checker": CHECKER, "dispatch_reason": "在路上"})
    assert isinstance(mine, Refusal)
    loop.drain()
    assert audit().passed
