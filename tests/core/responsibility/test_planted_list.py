"""A list with a gap, an overlap, a dead row and a unit that is gone: each is named, and nothing else is."""

from __future__ import annotations

from datetime import date
from typing import Any

from huiyin.core.responsibility import Fact, Row
from huiyin.core.responsibility_check import check
from huiyin.core.responsibility_facts import Asked
from huiyin.core.responsibility_problems import Ground, ListProblem, Standing
from huiyin.core.values import Text

CITY, TOWN, FARM = "210100000000", "210102000000", "210113000000"
STREET, VILLAGE = "210102001000", "210113401000"
GROUND = Ground(
    {CITY: (CITY,), TOWN: (CITY, TOWN), FARM: (CITY, FARM), STREET: (CITY, TOWN, STREET), VILLAGE: (CITY, FARM, VILLAGE)},
    {
        CITY: Text("沈阳", "Shenyang"),
        TOWN: Text("和平", "Heping"),
        FARM: Text("沈北", "Shenbei"),
        STREET: Text("浑河湾", "Hunhewan"),
        VILLAGE: Text("石佛寺", "Shifosi"),
    },
    {CITY: {}, TOWN: {"area": "urban"}, FARM: {"area": "urban"}, STREET: {"area": "urban"}, VILLAGE: {"area": "rural"}},
)
FIRST, TODAY = date(2024, 1, 1), date(2026, 11, 22)
UNITS = (
    *(Standing(f"bureau.{code}", "bureau", code, FIRST) for code in (TOWN, FARM)),
    *(Standing(f"office.{code}", "office", code, FIRST) for code in (STREET, VILLAGE)),
    Standing("old_bureau.1", "old_bureau", TOWN, FIRST, date(2026, 6, 30)),
    Standing("leaving.1", "leaving", CITY, FIRST, date(2026, 12, 31)),
)
TOPICS = ("gas", "gas.smell", "noise", "trees", "heat")
LEVELS = {"bureau": ("district",), "office": ("street",), "old_bureau": ("district",), "leaving": ("city",)}
FACTS = {
    "area": Fact("area", Text("城乡", "area"), {"urban": Text("城区", "town"), "rural": Text("农村", "countryside")}),
    "premises": Fact(
        "premises", Text("哪里", "where"), {"estate": Text("小区内", "an estate"), "public": Text("公共区域", "a public place")}
    ),
}


def row(name: str, topic: str, **more: Any) -> Row:
    return Row(**{"id": name, "topic": topic, "lead": "bureau", "from_date": FIRST, **more})


def found(*rows: Row, since: date | None = TODAY) -> list[ListProblem]:
    return check(rows, topics=TOPICS, unit_levels=LEVELS, facts=FACTS, ground=GROUND, units=UNITS, since=since)


def named(*rows: Row, since: date | None = TODAY) -> set[tuple[str, str]]:
    return {(one.kind, one.row) for one in found(*rows, since=since)}


SOUND = (row("gas", "gas"), row("noise", "noise"), row("trees", "trees"), row("heat", "heat"))


def test_each_planted_fault_is_named_and_nothing_else() -> None:
    planted = (
        *SOUND[:3],
        row("heat.town", "heat", place=TOWN),
        row("heat.estate", "heat", when={"premises": ("estate",)}),
        row("noise.again", "noise"),
        row("trees.village.town", "trees", place=VILLAGE, when={"area": ("urban",)}),
        row("gas.smell", "gas.smell", lead="old_bureau"),
    )
    assert named(*SOUND) == set()
    assert named(*planted) == {("gap", "heat"), ("tie", "noise.again"), ("unreachable", "trees.village.town"), ("unit_gone", "gas.smell")}


def test_a_condition_no_procedure_of_the_line_asks_for_is_named() -> None:
    estate = row("heat.estate", "heat", when={"premises": ("estate",)})
    village = row("trees.village", "trees", when={"area": ("rural",)})

    def unasked(*rows: Row, asked: Asked) -> list[tuple[str, str]]:
        problems = check(rows, topics=TOPICS, unit_levels=LEVELS, facts=FACTS, ground=GROUND, units=UNITS, since=TODAY, asked=asked)
        return [(one.kind, one.row) for one in problems if not one.notice]

    nobody: Asked = {"heat": {}, "trees": {}}
    assert unasked(*SOUND, estate, village, asked=nobody) == [("unasked", "heat.estate")]
    assert unasked(*SOUND, estate, asked={**nobody, "trees": {"premises": frozenset({"estate"})}}) == [("unasked", "heat.estate")]
    assert unasked(*SOUND, estate, asked={"heat": {"premises": frozenset({"public"})}}) == [("unasked", "heat.estate")]
    assert unasked(*SOUND, estate, asked={"heat": {"premises": frozenset({"estate"})}}) == []
    assert unasked(*SOUND, estate, asked={"trees": {}}) == [], "nobody brings such matters here: another pack may ask"
    assert named(*SOUND, estate) == set(), "without procedures it is not looked at"


def test_a_gap_says_where_and_under_which_facts() -> None:
    (gap,) = found(*SOUND[:3], row("heat.town", "heat", place=TOWN), row("heat.estate", "heat", when={"premises": ("estate",)}))
    assert "沈北（哪里：不知道、公共区域）" in gap.text.zh
    assert "Shenbei (where: not known or a public place)" in gap.text.en
    assert "和平" not in gap.text.zh


def test_rows_for_every_district_leave_no_gap_but_for_matters_without_a_place() -> None:
    (gap,) = found(*SOUND[:3], row("a", "heat", place=TOWN), row("b", "heat", place=FARM))
    assert "不知道地点" in gap.text.zh
    assert "和平" not in gap.text.zh
    assert "沈北" not in gap.text.zh


def test_conditions_that_cover_every_value_still_leave_a_fact_nobody_knows() -> None:
    rows = [row(value, "heat", when={"premises": (value,)}) for value in FACTS["premises"].values]
    (gap,) = found(*SOUND[:3], *rows)
    assert "不知道" in gap.text.zh
    assert "小区内" not in gap.text.zh


def test_a_row_behind_rows_for_every_value_its_place_can_have_is_dead() -> None:
    always = [row(f"heat.{value}", "heat", place=FARM, when={"area": (value,)}) for value in FACTS["area"].values]
    assert named(*SOUND, *always, row("heat.farm", "heat", place=FARM)) == {("unreachable", "heat.farm")}
    assert named(*SOUND, always[0], row("heat.farm", "heat", place=FARM)) == set(), "a village of it is still its own"


def test_a_row_that_a_newer_one_always_beats_is_outdated_from_then_on() -> None:
    newer = row("heat.new", "heat", from_date=date(2026, 1, 1))
    assert named(*SOUND, newer) == {("outdated", "heat")}
    assert named(*SOUND, newer, since=FIRST) == set(), "it decided before"
    ended = row("heat", "heat", to_date=date(2025, 12, 31))
    assert named(*SOUND[:3], ended, newer) == set()
    assert named(*SOUND, row("heat.later", "heat", from_date=date(2027, 1, 1))) == set(), "it decides until then"


def test_a_unit_that_ends_next_month_is_told_in_time() -> None:
    outlives = row("trees.one", "trees", lead="leaving")
    (told,) = found(*SOUND[:2], outlives, SOUND[3])
    assert (told.kind, told.notice) == ("unit_ends", True)
    assert "2026-12-31" in told.text.zh
    in_time = row("trees.one", "trees", lead="leaving", to_date=date(2026, 12, 31))
    after = row("trees.two", "trees", from_date=date(2027, 1, 1))
    assert named(*SOUND[:2], in_time, after, SOUND[3]) == set()


def test_a_named_unit_is_looked_for_by_itself() -> None:
    assert named(*SOUND, row("one", "gas.smell", unit=f"bureau.{TOWN}")) == set()
    assert named(*SOUND, row("one", "gas.smell", unit="bureau.999")) == {("unit_gone", "one")}
    assert named(*SOUND, row("one", "gas.smell", lead="old_bureau", unit="old_bureau.1")) == {("unit_gone", "one")}
    assert named(*SOUND, row("one", "gas.smell", lead="leaving", unit="leaving.1")) == {("unit_ends", "one")}
    assert named(*SOUND, row("one", "gas.smell", lead="office", unit=f"bureau.{TOWN}")) == {("unknown_unit", "one")}


def test_places_and_helpers_without_their_unit_are_told() -> None:
    assert named(*SOUND, row("one", "gas.smell", lead="office", place=TOWN)) == set()
    far = row("one", "gas.smell", lead="old_bureau", to_date=date(2026, 6, 30))
    (told,) = [one for one in found(*SOUND, far, since=FIRST) if one.row == "one"]
    assert told.kind == "unit_partly"
    assert "沈北" in told.text.zh
    assert named(*SOUND, row("one", "gas.smell", helpers=("old_bureau",))) == {("helper_gone", "one")}


def test_a_topic_only_the_last_row_answers_is_told() -> None:
    last = row("anything", "*")
    assert named(*SOUND[:3], last) == {("only_catch_all", "heat")}
