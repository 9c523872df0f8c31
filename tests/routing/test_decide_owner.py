"""The demonstration list, resolved to the units of the city."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

DAY = date(2026, 9, 7)
TOWN = "210102001003"  # 砂阳南社区, Heping
FARM = "210113401598"  # a community below its district, without a street

CASES = [
    # topic, place, facts, unit, direct
    ("dispute.neighbour.water_leak", TOWN, {}, "mediation_committee.210102001003", True),
    ("dispute.property_service", TOWN, {}, "mediation_committee.210102001", True),
    ("dispute.property_service", FARM, {}, "mediation_committee.210113401598", True),
    ("dispute.labour.wages", TOWN, {}, "human_resources.210102", True),
    ("dispute.housing_sale", TOWN, {}, "mediation_committee.210102", False),
    ("dispute.family", TOWN, {}, "mediation_committee.210102001003", True),
    ("request.lighting", TOWN, {"premises": "estate"}, "property_management_office.210102", True),
    ("request.lighting", TOWN, {"premises": "public"}, "street_lighting.2101", True),
    ("request.lighting", TOWN, {}, "street_lighting.2101", False),
    ("hazard.road.manhole", TOWN, {}, "drainage.210102", False),
    ("hazard.road.collapse", TOWN, {}, "road_maintenance.210102", True),
    ("hazard.road.manhole", TOWN, {"premises": "estate"}, "property_management_office.210102", True),
    ("hazard.road.manhole", TOWN, {"premises": "public"}, "drainage.210102", True),
    ("hazard.gas", TOWN, {}, "gas.2101", True),
    ("hazard", TOWN, {}, "governance_centre.210102001", False),
    ("hazard.snow_ice", TOWN, {}, "urban_management.210102", True),
    ("hazard.snow_ice", "210103005000", {}, "sanitation.210103", True),
    ("request.heating", TOWN, {}, "heating.210102", True),
    ("*", TOWN, {}, "governance_centre.210102", False),
]


@pytest.mark.parametrize(("topic", "place", "facts", "unit", "direct"), CASES)
def test_the_list_names_the_unit_of_the_place(city: Any, topic: str, place: str, facts: dict[str, str], unit: str, direct: bool) -> None:
    from huiyin.routing.queries import decide_owner

    owner = decide_owner(topic=topic, division=place, on=DAY, facts=facts)
    assert (owner.unit, owner.direct) == (unit, direct)
    assert owner.reason.zh
    assert owner.reason.en


def test_an_answer_nobody_gave_is_named_and_keeps_the_list_from_sending(city: Any) -> None:
    from huiyin.routing.queries import decide_owner

    owner = decide_owner(topic="request.lighting", division=TOWN, on=DAY)
    assert owner.open == ("premises",)
    assert "“发生在什么地方”" in owner.reason.zh
    assert "小区内的，归" in owner.reason.zh
    assert "Nobody has said yet" in owner.reason.en
    answered = decide_owner(topic="request.lighting", division=TOWN, on=DAY, facts={"premises": "estate"})
    assert (answered.open, answered.answers) == ((), {"premises": "estate"})
    assert "因为“发生在什么地方”答的是“小区内”。" in answered.reason.zh
    assert "“where it is” was answered “inside an estate”" in answered.reason.en


def test_in_a_village_the_question_changes_nothing(city: Any) -> None:
    from huiyin.city.models import Division
    from huiyin.routing.queries import decide_owner

    village = Division.objects.filter(level="community", kind="村", path__contains=["210181000000"]).order_by("code")[0]
    owner = decide_owner(topic="request.lighting", division=village.code, on=DAY)
    assert (owner.open, owner.direct) == ((), True)
    assert owner.unit == f"street_office.{village.code[:9]}"


def test_only_what_rows_turn_on_is_asked(city: Any) -> None:
    from huiyin.routing.queries import turning

    assert "premises" in turning("request.lighting")
    assert "premises" not in turning("request.heating")
    assert "premises" not in turning("hazard.road.collapse"), "the row for the narrower topic decides whatever the answer"
    assert not turning("safety.domestic_violence")


def test_countryside_is_known_from_the_place(city: Any) -> None:
    from huiyin.city.models import Division
    from huiyin.routing.queries import decide_owner

    village = Division.objects.filter(level="community", kind="村", path__contains=["210181000000"]).order_by("code")[0]
    in_village = decide_owner(topic="request.illegal_building", division=village.code, on=DAY)
    in_town = decide_owner(topic="request.illegal_building", division=TOWN, on=DAY)
    assert in_village.unit == f"street_office.{village.code[:9]}"
    assert in_town.unit == "urban_management.210102"
    assert in_village.decision is not None
    assert str(in_village.decision.row.basis) == "城乡规划法(2019)#65"


def test_an_unknown_place_goes_to_the_city_and_an_unknown_code_to_a_dispatcher(city: Any) -> None:
    from huiyin.routing.queries import decide_owner

    assert decide_owner(topic="*", division=None, on=DAY).unit == "governance_centre.2101"
    nowhere = decide_owner(topic="request.heating", division="999999999999", on=DAY)
    assert nowhere.unit is None
    assert not nowhere.direct


def test_a_dated_row_changes_the_helpers_on_its_day(city: Any) -> None:
    from huiyin.routing.queries import decide_owner

    before = decide_owner(topic="request.pets", division=TOWN, on=date(2026, 6, 30))
    after = decide_owner(topic="request.pets", division=TOWN, on=date(2026, 7, 1))
    assert before.helpers == ("workroom.210102001003", "police_station.210102001")
    assert after.helpers == ("workroom.210102001003", "agriculture.210102")


def test_no_workroom_leads_and_only_committees_take_disputes_to_mediate(city: Any) -> None:
    from huiyin.routing.queries import rules

    assert not [row.id for row in rules() if row.lead == "workroom"]


def test_the_list_is_long_enough_and_every_line_has_a_catch_all(city: Any) -> None:
    from huiyin.city.queries import library
    from huiyin.routing.queries import rules

    rows = rules(DAY)
    assert len(rows) >= 60
    topics = {row.topic for row in rows if not row.when and row.place == "*"}
    assert {"dispute", "safety", "hazard", "request", "*"} <= topics
    assert len(library().topics) >= 60


def test_every_topic_at_every_street_has_a_unit(city: Any) -> None:
    from huiyin.city.models import Division
    from huiyin.city.queries import library
    from huiyin.routing.queries import decide_owner

    streets = Division.objects.filter(level="street", path__contains=["210100000000"]).order_by("code")[::60]
    for street in streets:
        for topic in library().topics:
            assert decide_owner(topic=topic, division=street.code, on=DAY).unit is not None, (topic, street.code)


def test_loading_the_list_twice_changes_nothing_and_a_changed_row_keeps_the_old_one(city: Any) -> None:
    from huiyin.city.models import PackFile
    from huiyin.routing.models import ResponsibilityRule
    from huiyin.routing.services import load_rules

    again = load_rules()
    assert (again.added, again.ended) == (0, 0)
    rules = ResponsibilityRule.objects.using("owner")
    assert rules.filter(row="request.heating").count() == 1
    assert PackFile.objects.filter(kind="responsibility").exists()


def test_the_application_may_not_change_the_list(city: Any) -> None:
    from django.db import ProgrammingError, transaction

    from huiyin.routing.models import ResponsibilityRule

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ResponsibilityRule.objects.update(topic="x")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("楼上漏水，把我家天花板泡了", "dispute.neighbour.water_leak"),
        ("家里暖气不热，室温只有十五度", "request.heating"),
        ("路面塌陷出现一个大坑", "hazard.road.collapse"),
        ("公司拖欠工资三个月", "dispute.labour.wages"),
    ],
)
def test_words_suggest_a_topic(city: Any, text: str, topic: str) -> None:
    from huiyin.routing.queries import suggest_topics

    first = suggest_topics(text)[0]
    assert first.topic == topic
    assert all(word in text for word in first.words)


def test_a_text_without_known_words_suggests_nothing(city: Any) -> None:
    from huiyin.routing.queries import suggest_topics

    assert suggest_topics("喵喵喵") == ()


def test_a_second_unit_is_one_the_list_names_else_the_nearest_and_never_the_lead(city: Any) -> None:
    from huiyin.routing.queries import decide_owner, propose_beside

    kinds = ("street_office", "housing", "road_maintenance", "drainage", "emergency")
    collapse = decide_owner(topic="hazard.road.collapse", division=TOWN, on=DAY)
    named = propose_beside(collapse, kinds, division=TOWN, on=DAY)
    assert named is not None
    assert named.unit == "drainage.210102"
    nobody_named = decide_owner(topic="hazard.road", division=TOWN, on=DAY)
    nearest = propose_beside(nobody_named, kinds, division=TOWN, on=DAY)
    assert nearest is not None
    assert nearest.unit == "street_office.210102001"
    assert nearest.reason.zh != named.reason.zh
    gas = decide_owner(topic="hazard.gas", division=TOWN, on=DAY)
    assert propose_beside(gas, ("gas",), division=TOWN, on=DAY) is None  # the only unit of that kind leads
