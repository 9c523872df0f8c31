"""Finding places: candidates with full names, never a guess shown as fact."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def test_a_full_address_finds_one_place(city: Any) -> None:
    from huiyin.city.places import find_places

    first = find_places("沈阳市和平区浑河湾街道砂阳南社区3号楼漏水")[0]
    assert first.full_name == "沈阳市和平区浑河湾街道砂阳南社区"
    assert first.alone


def test_names_that_occur_more_than_once_give_every_place_and_none_is_alone(city: Any) -> None:
    from huiyin.city.models import Division
    from huiyin.city.places import find_places

    names = Counter(Division.objects.filter(level="community", path__contains=["210100000000"]).values_list("name", flat=True))
    several = {name: number for name, number in names.items() if number > 1}
    assert len(several) == 146
    for name, number in sorted(several.items())[::12]:
        found = [one for one in find_places(name, limit=50) if one.full_name.endswith(name) or one.said]
        best = [one for one in found if one.score == found[0].score]
        assert len(best) >= number
        assert not any(one.alone for one in best)
        assert len({one.full_name for one in best}) == len(best)


def test_the_district_tells_places_of_one_name_apart(city: Any) -> None:
    from huiyin.city.models import Division
    from huiyin.city.places import ancestors, find_places

    names = Counter(Division.objects.filter(level="community").values_list("short", flat=True))
    name = next(name for name, number in sorted(names.items()) if number == 2)
    one, other = Division.objects.filter(level="community", short=name).order_by("code")
    street = ancestors(other.code)[-2]
    assert find_places(f"{street.short}{name}")[0].code == other.code
    assert one.code != other.code


def test_a_few_letters_find_names_that_contain_them(city: Any) -> None:
    from huiyin.city.places import find_places

    assert any("砂阳南社区" in one.full_name for one in find_places("砂阳南"))


def test_a_code_finds_its_place(city: Any) -> None:
    from huiyin.city.places import find_places

    assert [one.code for one in find_places("210102001003")] == ["210102001003"]


@pytest.mark.parametrize("text", ["", " ", "。", "x" * 200_000, "\U00020000\U0001f600", "月球背面环形山"])
def test_text_without_a_place_finds_none(city: Any, text: str) -> None:
    from huiyin.city.places import find_places

    assert find_places(text) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="和平区南湖街道社区村镇铁西皇姑浑河一二三号楼 ，x", max_size=60), limit=st.integers(1, 9))
def test_whatever_is_written_the_answer_is_candidates_in_order(city: Any, text: str, limit: int) -> None:
    from huiyin.city.places import find_places, path_of

    found = find_places(text, limit)
    assert len(found) <= limit
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.said and path_of(one.code) for one in found)
    if len(found) > 1 and found[0].score == found[1].score:
        assert not found[0].alone


def test_a_home_is_the_county_and_an_unknown_place_belongs_to_the_city(city: Any) -> None:
    from huiyin.city.places import home_of

    assert home_of("210102001003") == "210102"
    assert home_of("210113401598") == "210113"
    assert home_of("210100000000") == home_of(None) == "210100"
    with pytest.raises(LookupError):
        home_of("000000000000")


def test_the_unit_for_a_place_is_its_own_or_the_nearest_above(city: Any) -> None:
    from huiyin.city.queries import unit_for

    def at(kind: str, code: str, **more: Any) -> str | None:
        found = unit_for(kind, code, **more)
        return None if found is None else found.id

    assert at("workroom", "210102001003") == "workroom.210102001003"
    assert at("police_station", "210102001003") == "police_station.210102001"
    assert at("court", "210102001003") == "court.210102"
    assert at("water", "210102001003") == "water.2101"
    assert at("mediation_committee", "210102001003", level="street") == "mediation_committee.210102001"
    assert at("governance_centre", "210113401598") == "governance_centre.210113", "a farm of statistics has no street office"
    assert at("workroom", "210102000000") is None
    assert at("workroom", "000000000000") is None
