"""A matter comes to its unit by the list, by agreement or by order, in the whole city and through the queue of outgoing work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from huiyin import clock
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import outbox, queries, services
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Matter, Notice
from huiyin.matters.receipts import Receipt
from huiyin.routing.models import DirectDispatch, RowProposal
from huiyin.workers import loop

pytestmark = pytest.mark.usefixtures("served")

COMMUNITY = "210102001005"
CENTRE, DISTRICT = "governance_centre.210102001", "governance_centre.210102"
HEATING, DRAINAGE, ROADS = "heating.210102", "drainage.210102", "road_maintenance.210102"
# A Monday in November, nine in the morning in Shenyang.
START = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def at() -> Any:
    """A clock that a test sets; it starts on a Monday morning."""
    now = [START]

    def move(moment: datetime) -> None:
        now[0] = moment

    with clock.set_to(lambda: now[0]):
        yield move


def staff(unit: str, post: str) -> Principal:
    return Principal("staff", str(uuid4()), unit, post)


DISPATCHER, ARBITER = staff(CENTRE, "dispatcher"), staff(CENTRE, "arbiter")


def asked(topic: str = "request.heating", procedure: str = "plain_request", **more: Any) -> Receipt:
    receipt = services.open(
        procedure=procedure,
        data={"detail": "家里不热，电话13900000000"}
        if procedure == "plain_request"
        else {"what": "电线垂下来", "place": {"detail": "北街"}},
        principal=Principal("anonymous", purpose="ask"),
        topic=topic,
        division=COMMUNITY,
        opened_by="party",
        parties=[{"role": "reporter", "name": "赵六", "facts": {}}],
        key=str(uuid4()),
        **more,
    )
    assert isinstance(receipt, Receipt), receipt
    return receipt


def tried(receipt: Receipt, action: str, principal: Principal, data: Mapping[str, Any] | None = None) -> Receipt | Refusal:
    return services.act(home=receipt.home, matter=receipt.matter, action=action, data=data or {}, principal=principal, key=str(uuid4()))


def did(receipt: Receipt, action: str, principal: Principal, data: Mapping[str, Any] | None = None) -> Receipt:
    answer = tried(receipt, action, principal, data)
    assert isinstance(answer, Receipt), answer
    return answer


def body(receipt: Receipt) -> Any:
    with reading_as(SYSTEM):
        return Matter.objects.get(home=receipt.home, id=receipt.matter).body


def told(receipt: Receipt) -> list[tuple[str, str]]:
    with reading_as(SYSTEM):
        return [(one.recipient, (one.text or {})["zh"]) for one in Notice.objects.filter(matter=receipt.matter).order_by("created")]


@pytest.mark.parametrize(
    ("topic_by", "place_by", "sent"),
    [("sender", "sender", True), ("sender", "nobody", True), ("words", "sender", False), ("sender", "words", False)],
)
def test_what_was_only_read_out_of_the_words_is_not_sent_by_itself(
    at: Callable[[datetime], None], topic_by: str, place_by: str, sent: bool
) -> None:
    receipt = asked(evidence=[{"kind": "routing", "topic_by": topic_by, "place_by": place_by}])
    loop.drain()
    assert (body(receipt)["state"] == "handling") is sent


def test_a_direct_row_sends_a_matter_at_once_and_keeps_why(at: Callable[[datetime], None]) -> None:
    receipt = asked()
    loop.drain()
    now = body(receipt)
    assert (now["state"], now["facts"]["lead"], now["facts"]["beat"]) == ("handling", HEATING, "by_list")
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert "责任清单" in view.facts["dispatch_reason"]
    assert "责任清单" in view.says.zh
    history = queries.timeline(DISPATCHER, receipt.home, receipt.matter)
    evidence = next(said.value for entry in history for said in entry.said if said.field == "act.evidence")
    assert evidence["kind"] == "routing"
    assert evidence["winner"]["id"] == "request.heating"
    assert [(one.row, one.unit) for one in DirectDispatch.objects.filter(matter=receipt.matter)] == [("request.heating", HEATING)]
    assert not RowProposal.objects.filter(matter=receipt.matter).exists()
    assert audit().passed


def test_what_the_list_does_not_settle_waits_for_a_person(at: Callable[[datetime], None]) -> None:
    for topic in ("request", "dispute.labour.wages"):
        receipt = asked(topic)
        loop.drain()
        assert body(receipt)["state"] == "received"
    # The list names nobody who would check the repair: who does is for a person to say.
    hazard = asked("hazard.electric", "hazard_repair")
    loop.drain()
    assert body(hazard)["state"] in ("received", "making_safe")
    if body(hazard)["state"] == "making_safe":
        assert body(hazard)["units"]["checker"] != body(hazard)["units"]["lead"]


def test_word_of_a_dispatch_waits_five_minutes_also_over_a_restart(at: Callable[[datetime], None]) -> None:
    receipt = asked()
    loop.drain()
    assert not any(unit == f"unit:{HEATING}" for unit, _ in told(receipt))
    at(START + timedelta(minutes=4, seconds=59))
    outbox.run_once(receipt.home)  # another worker, begun afresh
    assert not any(unit == f"unit:{HEATING}" for unit, _ in told(receipt))
    at(START + timedelta(minutes=5, seconds=1))
    loop.drain()
    assert any(unit == f"unit:{HEATING}" for unit, _ in told(receipt))
    assert any("正在办" in text for who, text in told(receipt) if who.startswith("party:"))


def test_a_dispatch_called_back_in_time_is_never_told_and_never_sent_by_itself_again(at: Callable[[datetime], None]) -> None:
    receipt = asked()
    loop.drain()
    at(START + timedelta(minutes=3))
    why = {"recall_reason": "先是没电", "wrong_cause": "topic_wrong"}
    did(receipt, "recall_dispatch", DISPATCHER, why)
    did(receipt, "retype", DISPATCHER, {"topic": "request.power", "reason": "没电在先"})
    at(START + timedelta(minutes=30))
    loop.drain()
    assert body(receipt)["state"] == "received"
    assert body(receipt)["topic"] == "request.power"
    assert not any(unit == f"unit:{HEATING}" for unit, _ in told(receipt))
    assert not any("正在办" in text for _, text in told(receipt))
    did(receipt, "dispatch", DISPATCHER, {"lead": HEATING, "dispatch_reason": "还是供热"})
    at(START + timedelta(minutes=36))
    late = tried(receipt, "recall_dispatch", DISPATCHER, why)
    assert isinstance(late, Refusal)
    assert late.code == "too_late"
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert "recall_dispatch" not in [offer.action.name for offer in view.offers]
    assert audit().passed


def consulted() -> tuple[Receipt, dict[str, Matter]]:
    receipt = asked("request")
    loop.drain()
    did(receipt, "consult", DISPATCHER, {"asked_units": [DRAINAGE, ROADS], "consult_question": "路边的井返水，谁来疏通"})
    loop.drain()
    with reading_as(SYSTEM):
        children = {one.unit: one for one in Matter.objects.filter(procedure="consultation")}
    return receipt, children


def test_a_unit_asked_sees_the_question_and_nothing_of_the_matter(at: Callable[[datetime], None]) -> None:
    receipt, children = consulted()
    assert set(children) == {DRAINAGE, ROADS}
    handler = staff(DRAINAGE, "handler")
    assert queries.get(handler, receipt.home, receipt.matter) is None
    child = children[DRAINAGE]
    seen = queries.get(handler, child.home, child.id)
    assert seen is not None
    assert seen.facts["question"] == "路边的井返水，谁来疏通"
    assert "13900000000" not in str(child.body)
    assert "赵六" not in str(child.body)
    assert queries.get(handler, children[ROADS].home, children[ROADS].id) is None


def test_positions_come_back_and_the_one_that_agreed_gets_it_and_the_list_learns(at: Callable[[datetime], None]) -> None:
    receipt, children = consulted()
    for unit, position in ((ROADS, "no"), (DRAINAGE, "yes")):
        child = children[unit]
        answer = {"position": position, "position_reason": f"{unit}的理由"}
        services.act(home=child.home, matter=child.id, action="answer", data=answer, principal=staff(unit, "handler"), key=str(uuid4()))
    loop.drain()
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert {one.unit: one.facts["position"] for one in view.children} == {ROADS: "no", DRAINAGE: "yes"}
    refused = tried(receipt, "dispatch_agreed", DISPATCHER, {"lead": ROADS, "dispatch_reason": "应该归它"})
    assert isinstance(refused, Refusal)
    assert refused.code == "lead_agreed"
    did(receipt, "dispatch_agreed", DISPATCHER, {"lead": DRAINAGE, "dispatch_reason": "它答应了"})
    at(clock.now() + timedelta(minutes=6))
    loop.drain()
    (taught,) = RowProposal.objects.filter(matter=receipt.matter)
    assert (taught.beat, taught.lead_kind, taught.reason) == ("agreement", "drainage", "它答应了")
    order = queries.paper(DISPATCHER, receipt.home, receipt.matter, "work_order", 1)
    assert order is not None
    printed = str(order)
    assert "不可以" in printed
    assert f"{DRAINAGE}的理由" in printed
    assert "几个单位商定" in printed
    assert audit().passed


def test_silence_is_shown_as_silence_and_leads_to_the_arbiter(at: Callable[[datetime], None]) -> None:
    receipt, _children = consulted()
    at(START + timedelta(days=3))
    loop.drain()
    loop.drain()
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert view.state == "deciding"
    assert {one.facts.get("position") for one in view.children} == {"silent"}
    assert audit().passed


def test_two_returns_an_arbiter_and_a_third_return_go_up_and_the_units_are_told(at: Callable[[datetime], None]) -> None:
    receipt = asked("request")
    loop.drain()
    did(receipt, "dispatch", DISPATCHER, {"lead": ROADS, "dispatch_reason": "在路上"})
    back = {"return_reason": "不在路上", "wrong_cause": "place_wrong", "proposed_unit": DRAINAGE}
    did(receipt, "return_order", staff(ROADS, "handler"), back)
    again = tried(receipt, "dispatch", DISPATCHER, {"lead": ROADS, "dispatch_reason": "再看看"})
    assert isinstance(again, Refusal)
    assert again.code == "reason_if_declined"
    did(receipt, "dispatch", DISPATCHER, {"lead": DRAINAGE, "dispatch_reason": "是井"})
    did(receipt, "contest_owner", staff(DRAINAGE, "handler"), {**back, "proposed_unit": ROADS})
    order = {"lead": DRAINAGE, "dispatch_reason": "现场看过", "decided_by": "许庚子（指定派办人）", "again_reason": "井在红线内"}
    did(receipt, "assign_by_order", ARBITER, order)
    at(START + timedelta(minutes=6))
    loop.drain()
    assert {f"unit:{ROADS}", f"unit:{DRAINAGE}"} <= {who for who, _ in told(receipt)}
    assert sorted(RowProposal.objects.filter(matter=receipt.matter).values_list("beat", flat=True)) == ["order", "return"]
    did(receipt, "contest_owner", staff(DRAINAGE, "handler"), {**back, "proposed_unit": ROADS})
    here = tried(receipt, "assign_by_order", ARBITER, order)
    assert isinstance(here, Refusal)
    assert here.code == "decides_here"
    did(receipt, "raise_up", ARBITER, {"upper": DISTRICT, "reason": "定不下来"})
    did(receipt, "decide_above", staff(DISTRICT, "arbiter"), {**order, "decided_by": "区中心主任"})
    assert body(receipt)["facts"]["declined"] == [ROADS, DRAINAGE]
    assert audit().passed


def test_a_matter_passed_on_stays_with_its_first_receiver_until_another_has_accepted(at: Callable[[datetime], None]) -> None:
    receipt = asked("request")
    loop.drain()
    did(receipt, "pass_on", DISPATCHER, {"pass_kind": "raised", "next_host": DISTRICT, "pass_reason": "跨街道"})
    waiting = body(receipt)
    assert waiting["units"]["host"] == CENTRE
    view = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert view is not None
    assert "它接下之前，仍由" in view.says.zh
    did(receipt, "accept_pass", staff(DISTRICT, "dispatcher"))
    now = body(receipt)
    assert (now["units"]["host"], now["units"]["sender"], now["home"]) == (DISTRICT, CENTRE, waiting["home"])
    late = tried(receipt, "dispatch", DISPATCHER, {"lead": ROADS, "dispatch_reason": "在路上"})
    assert isinstance(late, Refusal)
    did(receipt, "dispatch", staff(DISTRICT, "dispatcher"), {"lead": ROADS, "dispatch_reason": "在路上"})
    kept = queries.get(DISPATCHER, receipt.home, receipt.matter)
    assert kept is not None  # who passed it on still sees how it goes
    assert kept.state == "handling"
    loop.drain()
    assert audit().passed
