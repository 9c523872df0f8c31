"""Why a matter is this unit's: every word in both languages, nothing machine-made where residents read."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

DAY = date(2026, 9, 7)
TOWN = "210102001003"


def explained(topic: str, place: str | None = TOWN, **facts: str) -> Any:
    from huiyin.routing.explain import explanation
    from huiyin.routing.queries import decide_owner

    return explanation(decide_owner(topic=topic, division=place, on=DAY, facts=facts))


def test_the_row_that_decided_and_those_that_lost_are_told_in_words(city: Any) -> None:
    told = explained("hazard.road.manhole", premises="public")
    assert told.winner.id == "hazard.road.manhole"
    assert told.unit == "drainage.210102"
    assert "区县级" in told.unit_why.zh
    lost = {one.row.id: one.why for one in told.losers}
    assert "小区内" in lost["hazard.road.manhole.estate"].zh
    assert "narrower topic" in lost["hazard"].en
    assert "anything" in lost
    plain = told.to_plain()
    assert json.loads(json.dumps(plain)) == plain
    assert all(one["why"]["zh"] and one["why"]["en"] for one in plain["losers"])


def test_a_row_for_one_place_names_the_place_and_not_its_code(city: Any) -> None:
    told = explained("hazard.snow_ice", "210103005000")
    (why,) = [one.why for one in told.losers if one.row.id == "hazard.snow_ice.heping"]
    assert "和平" in why.zh
    assert "210102" not in why.zh + why.en


@pytest.mark.parametrize("topic", ["hazard.gas", "request.heating", "dispute.neighbour.noise", "*"])
def test_a_resident_reads_whose_work_it_is_without_machine_words(city: Any, topic: str) -> None:
    told = explained(topic)
    assert told.unit_name.zh in told.resident.zh
    assert told.unit_name.en in told.resident.en
    assert "_" not in told.resident.zh + told.resident.en
    assert topic == "*" or topic not in told.resident.zh + told.resident.en


def test_the_answer_that_decided_is_told_to_staff_and_to_the_resident(city: Any) -> None:
    told = explained("request.lighting", premises="estate")
    assert told.winner.id == "request.lighting.estate"
    for said in (told.reason.zh, told.resident.zh, told.to_plain()["answers"]["zh"]):
        assert "因为“发生在什么地方”答的是“小区内”" in said
    assert "was answered “inside an estate”" in told.resident.en
    assert not told.open.zh


def test_a_resident_is_told_what_is_still_to_be_asked_and_no_unit_is_promised(city: Any) -> None:
    told = explained("request.lighting")
    assert "还要看“发生在什么地方”" in told.resident.zh
    assert "turns on “where it is”" in told.resident.en
    assert told.unit_name.zh not in told.resident.zh
    assert told.to_plain()["open"]["en"] == "“where it is”"


def test_without_a_unit_nobody_is_promised(city: Any) -> None:
    told = explained("request.heating", "999999999999")
    assert told.unit is None
    assert "工作人员正在" in told.resident.zh
    assert told.unit_why.zh
