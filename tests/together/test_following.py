"""Two people report the same: each keeps a number and a page, one answer goes to both, and each says whether it is solved for them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from living import CENTRE, at, did, opened, party, post

from huiyin import clock
from huiyin.core.following import LEADER
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import doors, queries, services
from huiyin.matters.audit import audit
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

pytestmark = pytest.mark.usefixtures("served")


def place(receipt: Receipt) -> str:
    return f"{receipt.home}/{receipt.matter}"


def body(receipt: Receipt) -> dict[str, Any]:
    seen = doors.snapshot(receipt.home, receipt.matter, SYSTEM)
    assert seen is not None
    found: dict[str, Any] = seen["body"]
    return found


def delivered(when: str) -> None:
    with clock.set_to(at(when)):
        loop.drain()


def merge(follower: Receipt, leader: Receipt, when: str, **more: Any) -> Receipt | Refusal:
    with clock.set_to(at(when)):
        return services.act(
            home=follower.home,
            matter=follower.matter,
            action="merge",
            data={LEADER: place(leader), "reason": "同一盏路灯"},
            principal=more.get("principal", dispatcher()),
            key=str(uuid4()),
        )


def dispatcher() -> Principal:
    return post(CENTRE, "dispatcher")


def linked() -> tuple[Receipt, Receipt]:
    first = opened("11-16 09:00", "plain_request", topic="request")
    second = opened("11-16 10:00", "plain_request", topic="request", parties=[{"role": "reporter", "name": "赵六", "facts": {}}])
    assert isinstance(merge(second, first, "11-16 11:00"), Receipt)
    delivered("11-16 11:01")
    return first, second


def test_one_answer_goes_to_both_and_each_is_asked_whether_it_is_solved() -> None:
    first, second = linked()
    assert [one["matter"] for one in body(first)["followers"]] == [place(second)]
    answered = did(first, "11-17 09:00", "answer_now", dispatcher(), {"reply_text": "路灯已经修好。"})
    assert any("同样的答复" in warning.zh for warning in answered.warnings)
    delivered("11-17 09:01")
    after = body(second)
    assert (after["state"], after["facts"]["reply_text"]) == ("replied", "路灯已经修好。")
    assert first.reference != second.reference
    did(second, "11-18 09:00", "dispute_closure", party(second, 0), {"dispute_reason": "我门前那盏还不亮"})
    did(first, "11-18 10:00", "confirm_result", party(first, 0), {"solved": "yes"})
    assert (body(first)["state"], body(second)["state"]) == ("closed", "reviewing")
    assert audit().passed


def test_neither_person_learns_that_somebody_else_reported_it() -> None:
    first, second = linked()
    for own, other in ((first, second), (second, first)):
        me = party(own, 0)
        seen = queries.get(me, own.home, own.matter)
        told = queries.timeline(me, own.home, own.matter)
        assert seen is not None
        assert seen.links == ()
        written = f"{seen}{told}"
        assert other.reference not in written
        assert str(other.matter) not in written
        assert "follower_joined" not in {entry.action for entry in told}
    staff = queries.get(dispatcher(), first.home, first.matter)
    assert staff is not None
    assert [link.matter for link in staff.links] == [place(second)]


def test_no_circle_and_no_chain() -> None:
    first, second = linked()
    third = opened("11-16 12:00", "plain_request", topic="request")
    refused = [
        merge(first, third, "11-16 13:00"),
        merge(third, second, "11-16 13:01"),
        merge(third, third, "11-16 13:02"),
        merge(first, second, "11-16 13:03"),
    ]
    assert [one.code for one in refused if isinstance(one, Refusal)] == ["chain", "chain", "circle", "chain"]
    ended = opened("11-16 14:00", "plain_request", topic="request")
    did(ended, "11-16 14:10", "decline", dispatcher(), {"reason": "不归政府管"})
    again = merge(third, ended, "11-16 14:20")
    assert isinstance(again, Refusal)
    assert again.code == "ended"
    hazard = opened("11-16 14:30", "hazard_repair", topic="hazard")
    unlike = merge(third, hazard, "11-16 14:40")
    assert isinstance(unlike, Refusal)
    assert unlike.code == "not_alike"


def test_two_that_follow_each_other_at_the_same_moment_both_come_back() -> None:
    first, second = opened("11-16 09:00", "plain_request", topic="request"), opened("11-16 09:01", "plain_request", topic="request")
    assert isinstance(merge(first, second, "11-16 10:00"), Receipt)
    # The other one's word has not been delivered yet, so only the leader's own end tells.
    crossed = merge(second, first, "11-16 10:00")
    assert isinstance(crossed, Refusal)
    assert crossed.code == "circle"
    third = opened("11-16 09:02", "plain_request", topic="request")
    assert isinstance(merge(third, second, "11-16 10:01"), Receipt)
    # Before it hears of its follower, the followed one is linked elsewhere itself.
    fourth = opened("11-16 09:03", "plain_request", topic="request")
    assert isinstance(merge(second, fourth, "11-16 10:02"), Receipt)
    delivered("11-16 10:03")
    delivered("11-16 10:04")
    assert body(second)["state"] == "following"
    assert [body(one)["state"] for one in (first, third)] == ["received", "received"]
    assert audit().passed


def test_a_follower_taken_back_is_answered_by_itself_and_waits_for_nobody() -> None:
    first, second = linked()
    did(second, "11-16 12:00", "unmerge", dispatcher(), {"reason": "不是同一盏"})
    delivered("11-16 12:01")
    assert [one["told"] for one in body(first)["followers"]] == ["left"]
    did(first, "11-17 09:00", "answer_now", dispatcher(), {"reply_text": "修好了。"})
    delivered("11-17 09:01")
    assert body(second)["state"] == "received"
    assert "reply_text" not in body(second)["facts"]


def test_a_follower_comes_back_when_the_other_ends_without_an_answer() -> None:
    first, second = linked()
    did(first, "11-17 09:00", "transfer", dispatcher(), {"reason": "归电力公司", "right_body": "供电公司，95598"})
    delivered("11-17 09:01")
    assert (body(second)["state"], body(second)["leader"]["told"]) == ("received", "ended")


def test_what_is_delivered_twice_has_one_effect() -> None:
    first, second = linked()
    did(first, "11-17 09:00", "answer_now", dispatcher(), {"reply_text": "修好了。"})
    delivered("11-17 09:01")
    from huiyin.matters import following

    versions = (body(first)["version"], body(second)["version"])
    row = {"matter": second.matter, "payload": {"leader": place(first), "key": 2, "verb": "follower_joined"}}
    following.tell_leader(second.home, row)
    told = {"matter": first.matter, "payload": {"follower": place(second), "key": 2, "verb": "answered"}}
    following.tell_follower(first.home, told)
    assert (body(first)["version"], body(second)["version"]) == versions


def test_a_hazard_reported_twice_is_repaired_once_and_told_twice() -> None:
    reporter: dict[str, Any] = {"parties": [{"role": "reporter", "name": "赵六", "facts": {}}], "opener": 0, "opened_by": "party"}
    first, second = (
        opened("11-16 09:00", "hazard_repair", topic="hazard"),
        opened("11-16 09:30", "hazard_repair", topic="hazard", **reporter),
    )
    assert isinstance(merge(second, first, "11-16 10:00"), Receipt)
    delivered("11-16 10:01")
    roads, urban = "road_maintenance.210102", "urban_management.210102"
    did(first, "11-16 10:10", "dispatch", dispatcher(), {"lead": roads, "checker": urban, "dispatch_reason": "市政道路"})
    did(first, "11-16 12:00", "made_safe", post(roads, "handler"), {"safety_measure": "围挡"})
    order = {"responsible": "市政养护单位", "requirement": "回填", "ground": "城市道路管理条例第二十四条", "repair_by": "2026-11-20"}
    did(first, "11-16 14:00", "order_repair", post(urban, "inspector"), order)
    did(first, "11-18 09:00", "report_repaired", post(roads, "handler"), {"repair_note": "已回填压实"})
    did(first, "11-19 09:00", "check_passed", post(urban, "inspector"), {"check_note": "平整"})
    delivered("11-19 09:01")
    after = body(second)
    assert (after["state"], after["units"]["checker"]) == ("told", urban)
    assert "城市管理" in after["unit_names"]["checker"]
    did(second, "11-19 12:00", "agree_repaired", party(second, 0))
    assert (body(first)["state"], body(second)["state"]) == ("told", "repaired")
    assert audit().passed
