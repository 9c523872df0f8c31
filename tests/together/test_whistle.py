"""A workroom whistles for three bodies: who answered, who came and when, who never came and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from living import CENTRE, COMMUNITY, WORKROOM, at, did, opened, post
from test_following import body, delivered

from huiyin import clock
from huiyin.core.values import Principal, Refusal
from huiyin.matters import counting, deadlines, doors, lists, parts, queries, services
from huiyin.matters.audit import audit
from huiyin.matters.receipts import Receipt

pytestmark = pytest.mark.usefixtures("served")
TRAFFIC, ROADS, DRAINS = "traffic_police.210102", "road_maintenance.210102", "drainage.210102"
OVERSEER = "supervision_office.210102"


def caller() -> Principal:
    return post(WORKROOM, "clerk")


def whistled(when: str = "11-16 09:00", by: str = "2026-11-16T10:00+08:00", **more: Any) -> Receipt:
    data = {
        "what_for": "路面塌了个坑，要封路、查管线",
        "place": {"division": COMMUNITY, "detail": "晨光三街2号楼门前"},
        "danger": "yes",
        "called": [TRAFFIC, ROADS, DRAINS],
        "come_by": by,
        **more,
    }
    made = opened(
        when,
        "whistle",
        principal=caller(),
        opened_by="own_initiative",
        topic="hazard.road.collapse",
        parties=[],
        opener=None,
        unit=WORKROOM,
        data=data,
    )
    delivered(when)
    return made


@dataclass(frozen=True)
class Part:
    """One unit's part of a matter."""

    home: str
    matter: UUID


def answer_of(whole: Any, unit: str) -> Any:
    child = next(one for one in body(whole)["children"] if one["unit"] == unit)
    home, _, matter = child["matter"].partition("/")
    return Part(home, UUID(matter))


def part_of(matter: Any) -> Any:
    """Return the one matter another opened."""
    (child,) = body(matter)["children"]
    home, _, id_ = child["matter"].partition("/")
    return Part(home, UUID(id_))


def ran_out(when: str) -> None:
    with clock.set_to(at(when)):
        for home in doors.clocks_homes(clock.now()):
            deadlines.run_once(home)
    delivered(when)


def test_each_unit_answers_for_itself_and_the_caller_sees_when() -> None:
    whistle = whistled()
    assert body(whistle)["state"] == "running"
    traffic = answer_of(whistle, TRAFFIC)
    officer = post(TRAFFIC, "handler")
    did(traffic, "11-16 09:05", "acknowledge", officer, {"who_comes": "两人一车"})
    delivered("11-16 09:05")
    told = next(one for one in body(whistle)["children"] if one["unit"] == TRAFFIC)
    assert told["facts"]["acknowledged_at"] == "2026-11-16T01:05:00+00:00"
    assert "arrived_at" not in told["facts"]
    did(traffic, "11-16 09:20", "arrive", officer)
    did(answer_of(whistle, ROADS), "11-16 09:30", "arrive", post(ROADS, "handler"))
    did(answer_of(whistle, DRAINS), "11-16 09:31", "cannot", post(DRAINS, "handler"), {"cannot_reason": "这一段管线归区外单位"})
    delivered("11-16 09:32")
    assert body(whistle)["state"] == "joint"
    assert body(whistle)["clocks"]["come"]["events"][-1]["kind"] == "met"
    assert audit().passed


def test_a_unit_that_never_comes_is_on_record_after_it_could_object_and_the_district_hears() -> None:
    whistle = whistled()
    for unit in (TRAFFIC, ROADS):
        did(answer_of(whistle, unit), "11-16 09:30", "arrive", post(unit, "handler"))
    delivered("11-16 09:31")
    ran_out("11-16 10:01")
    absent = answer_of(whistle, DRAINS)
    assert body(absent)["state"] == "absent"
    overseer = post(OVERSEER, "supervision_officer")
    with clock.set_to(at("11-16 10:02")):
        assert {one.matter for one in queries.notices(overseer)} == {whistle.matter, absent.matter}
        assert whistle.matter in {one.matter for one in queries.notices(caller())}
        # No public listing before it could object: nothing of that kind is even offered yet.
        seen = queries.get(overseer, absent.home, absent.matter)
    assert seen is not None
    assert {offer.action.name for offer in seen.offers} == {"supervise"}
    assert body(absent)["papers"] == {}
    did(whistle, "11-16 10:05", "go_on", caller(), {"reason": "排水没有来，先封路"})
    ran_out("11-20 00:01")
    after = body(absent)
    assert (after["state"], after["outcome"]) == ("never_came", "unperformed")
    assert list(after["papers"]) == ["whistle_absence_notice"]
    told = next(one for one in body(whistle)["children"] if one["unit"] == DRAINS)
    assert told["facts"]["missed"] is True
    did(whistle, "11-20 09:00", "make_safe", caller(), {"made_safe": "封路"})
    did(whistle, "11-20 09:10", "close", caller(), {"met": "交警、市政", "done_together": "封路回填", "no_repair": "已经回填"})
    assert audit().passed


def test_called_off_reaches_every_unit_that_was_called() -> None:
    whistle = whistled()
    did(answer_of(whistle, ROADS), "11-16 09:10", "arrive", post(ROADS, "handler"))
    did(whistle, "11-16 09:15", "call_off", caller(), {"reason": "是施工围挡，不是塌陷"})
    delivered("11-16 09:16")
    states = {unit: body(answer_of(whistle, unit))["state"] for unit in (TRAFFIC, ROADS, DRAINS)}
    assert states == {TRAFFIC: "called_off", ROADS: "here", DRAINS: "called_off"}
    delivered("11-16 09:17")
    assert all(child["ended_at"] for child in body(whistle)["children"])


def test_a_stranger_sees_no_whistle_and_a_called_unit_reads_only_what_is_shared() -> None:
    whistle = whistled()
    officer = post(TRAFFIC, "handler")
    assert queries.get(officer, whistle.home, whistle.matter) is None
    own = answer_of(whistle, TRAFFIC)
    seen = queries.get(officer, own.home, own.matter)
    assert seen is not None
    whole = parts.whole(officer, seen)
    assert whole is not None
    assert set(whole.facts) == {"what_for"}
    assert [child.unit for child in whole.parts] == [TRAFFIC, ROADS, DRAINS]
    stranger = post("health.210102", "handler")
    assert queries.get(stranger, own.home, own.matter) is None
    refused = services.act(home=own.home, matter=own.matter, action="arrive", data={}, principal=stranger, key="stranger-1")
    assert isinstance(refused, Refusal)


def test_a_whistle_is_one_matter_on_the_board_and_in_no_public_figure() -> None:
    whistled()
    overseer = post(OVERSEER, "supervision_officer")
    with clock.set_to(at("11-16 09:30")):
        assert lists.matters(overseer).rows
        assert counting.board(overseer).all.total == 1
        assert len(counting.behind(overseer, None).rows) == 1
        assert counting.facts(at("11-01 00:00"))[0] == []


def test_a_whistle_out_of_a_hazard_takes_along_what_the_dispatcher_wrote_and_not_the_residents_words() -> None:
    said = {"what": "王五家门口塌了", "place": {"division": COMMUNITY, "detail": "晨光三街2号楼"}}
    hazard = opened("11-16 09:00", "hazard_repair", topic="hazard", data=said)
    did(hazard, "11-16 09:10", "whistle", post(CENTRE, "dispatcher"), {"whistle_for": "路面塌陷，要封路"})
    delivered("11-16 09:11")
    whistle = part_of(hazard)
    assert body(whistle)["state"] == "calling"
    assert body(whistle)["facts"]["what_for"] == "路面塌陷，要封路"
    assert "王五" not in str(body(whistle)["facts"])
    assert body(whistle)["parties"] == []
    named = {"called": [TRAFFIC], "come_by": "2026-11-16T10:00+08:00"}
    did(whistle, "11-16 09:15", "call", post(CENTRE, "clerk"), named)
    delivered("11-16 09:16")
    assert body(answer_of(whistle, TRAFFIC))["state"] == "called"
