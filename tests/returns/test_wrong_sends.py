"""Wrong sendings by cause: each return counts under what it said itself, whatever the matter's next return says."""

from __future__ import annotations

from typing import Any

from living import CENTRE, asked, did, numbers, opened, post

from huiyin.city import queries as city
from huiyin.returns import queries

WEEK = "2026-W47"


def test_two_returns_of_one_matter_count_each_under_its_own_cause(served: Any) -> None:
    matter = opened("11-16 09:00", "plain_request")
    dispatcher = post(CENTRE, "dispatcher")
    first = city.unit_for("street_lighting", "210102001005")
    second = city.unit_for("power", "210102001005")
    assert first is not None
    assert second is not None
    did(matter, "11-16 10:00", "dispatch", dispatcher, {"lead": first.id, "dispatch_reason": "路灯归其管"})
    returned = {"return_reason": "是小区里的灯", "wrong_cause": "place_wrong", "proposed_owner": "物业"}
    did(matter, "11-16 14:00", "return_order", post(first.id, "handler"), returned)
    did(matter, "11-17 09:00", "dispatch", dispatcher, {"lead": second.id, "dispatch_reason": "线路归其管"})
    contested = {"return_reason": "是灯坏，不是线路", "wrong_cause": "topic_wrong", "proposed_owner": "路灯"}
    did(matter, "11-17 14:00", "contest_owner", post(second.id, "handler"), contested)
    question = asked("wrong_sends", WEEK, post(CENTRE, "dispatcher"))
    found = {key: row[0] for key, row in numbers(question).items()}
    assert found["request_sent"] == 2
    assert found["request_back"] == 2
    assert (found["request_place"], found["request_topic"], found["request_list"]) == (1, 1, 0)
    assert queries.behind(question, "request_place").total == 1
    assert found["hazard_sent"] == 0
    before = asked("wrong_sends", WEEK, post(CENTRE, "dispatcher"), as_of="11-16 20:00")
    assert {key: row[0] for key, row in numbers(before).items()}["request_back"] == 1, "as the record stood that evening"
