"""What two versions of a pack differ in, said in words of the domain."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.core.pack_compare import Change, Comparison, compare

PACKS = Path(__file__).resolve().parents[2] / "packs"


def files(pack: str) -> dict[str, bytes]:
    folder = PACKS / pack
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def country() -> dict[str, bytes]:
    return files("cn")


def changed(before: dict[str, bytes], path: str, old: str, new: str) -> Comparison:
    text = before[path].decode()
    assert old in text, old
    return compare(before, {**before, path: text.replace(old, new, 1).encode()})


def only(found: Comparison) -> Change:
    (one,) = found.changes
    return one


def test_a_term_of_the_law(country: dict[str, bytes]) -> None:
    old = '{name: case_filing, at: "126", term: 7 days'
    one = only(changed(country, "clocks/courts.yaml", old, old.replace("7 days", "8 days")))
    (leaf,) = one.leaves
    assert (one.kind.zh, one.how) == ("法律里的期限", "changed")
    assert "立案" in one.name.zh
    assert leaf.before is not None
    assert leaf.after is not None
    assert (leaf.what.zh, leaf.before.zh, leaf.after.zh) == ("期限", "7 days", "8 days")


def test_a_day_of_the_calendar(country: dict[str, bytes]) -> None:
    found = changed(country, "calendars/2026.yaml", "to: 2026-05-05", "to: 2026-05-06")
    one = only(found)
    assert (one.how, one.name.zh) == ("added", "2026-05-06 劳动节（放假）")
    assert found.moves_dates


def test_a_way_of_counting(country: dict[str, bytes]) -> None:
    found = changed(country, "counting.yaml", "days: CAL_ROLL", "days: CAL_STRICT")
    assert only(found).kind.zh == "期间怎么算"
    assert found.moves_dates


def test_an_action_a_step_and_a_condition(country: dict[str, bytes]) -> None:
    path = "procedures/hazard_repair.yaml"
    action = only(
        changed(country, path, "clears: again_reason, needs: [checked_by_another, reason_if_declined], ", "clears: again_reason, ")
    )
    assert (action.kind.zh, "received.dispatch" in action.name.zh) == ("动作", True)
    assert [leaf.what.zh for leaf in action.leaves] == ["条件"]
    state = only(changed(country, path, "label: {zh: 等派单,", "label: {zh: 等着派单,"))
    assert state.kind.zh == "环节"
    condition = only(changed(country, path, "test: lead != checker", "test: lead == checker"))
    assert condition.kind.zh == "条件"
    assert not changed(country, path, "test: lead != checker", "test: lead == checker").moves_dates


def test_an_element_of_a_paper(country: dict[str, bytes]) -> None:
    line = '  - {name: {zh: "发生地点", en: "Place"}, binds: "dispute_place"}\n'
    one = only(changed(country, "papers/acceptance_form.yaml", line, ""))
    assert (one.kind.zh, one.how) == ("文书的要素", "taken_away")
    assert "发生地点" in one.name.zh


def test_units_and_responsibilities() -> None:
    city = files("cn-2101-shenyang")
    one = only(
        changed(
            city,
            "responsibility.yaml",
            "id: dispute.neighbour, topic: dispute.neighbour, lead: mediation_committee",
            "id: dispute.neighbour, topic: dispute.neighbour, lead: street_office",
        )
    )
    assert (one.kind.zh, one.leaves[0].what.zh) == ("责任清单", "主办")
    unit = only(changed(city, "units.yaml", 'zh: "{place}系统管理办公室"', 'zh: "{place}系统办"'))
    assert unit.kind.zh == "单位"
    place = compare(city, {**city, "divisions.csv": city["divisions.csv"].replace("沈阳市".encode(), "沈城".encode(), 1)})
    assert only(place).kind.zh == "地方"


def test_a_file_that_cannot_be_read_is_compared_by_its_lines(country: dict[str, bytes]) -> None:
    found = compare(country, {**country, "topics.yaml": b"lines: [\n"})
    assert found.changes == ()
    assert [one.path for one in found.files] == ["topics.yaml"]
    assert found.files[0].lines
    # The words of a calendar that is well-formed and yet none.
    assert compare(country, {**country, "calendars/2026.yaml": b"days: [7]\n"}).files[0].path == "calendars/2026.yaml"


def test_a_comment_changes_nothing_but_a_line(country: dict[str, bytes]) -> None:
    found = compare(country, {**country, "topics.yaml": b"# new\n" + country["topics.yaml"]})
    assert (found.changes, len(found.files)) == ((), 1)


def test_every_file_of_our_packs_is_understood() -> None:
    for pack in ("cn", "cn-2101-shenyang"):
        whole = files(pack)
        told = {one.path for one in compare({}, whole).changes}
        assert told >= {path for path in whole if path.endswith((".yaml", "divisions.csv"))}
