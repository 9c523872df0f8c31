"""The points a message asks, proposed on forms that list them: taken by a press, changed, left out, never recorded by themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from looking import CENTRE, Page, Visitor, desk_of, staff
from test_desk_lists import place_of, send

pytestmark = pytest.mark.usefixtures("served")
SAID = "楼前三盏路灯不亮，已经半个月了，老人夜里出门摔倒过两次，打电话也没有人接，请路灯所尽快派人来修。什么时候能装新的？"
POINTS = ["请路灯所尽快派人来修", "什么时候能装新的？"]
MARK = "从原话里找到的，供参考"


def beside(desk: Visitor, act: str, said: str = SAID) -> tuple[Page, str]:
    """Open the form of an act beside the list on a new matter."""
    reference, _ = Visitor().report(said=said, topic="request.lighting")
    address = desk_of(desk, reference)
    return desk.get("/desk/", open=place_of(address), act=act), address


def rows(page: Page, name: str) -> list[str]:
    return [page.value(f"f.{name}.{line}.ask") or "" for line in range(int(page.value(f"f.{name}.rows") or 0))]


def pressed(desk: Visitor, page: Page, do: str, **answers: Any) -> Page:
    """Press a button of the form with all it holds."""
    held = {f"f__{name}__{line}__ask": text for name in ("points", "parts") for line, text in enumerate(rows(page, name))}
    return send(desk, page, **{**held, **answers}, do=do)


def recorded(desk: Visitor, address: str) -> str:
    """Return what is on record of a matter, as its own page shows it."""
    return desk.get(address).words


def test_the_points_stand_beside_their_sentences_and_nothing_is_filled_in() -> None:
    desk = staff(CENTRE, "dispatcher")
    page, _ = beside(desk, "dispatch")
    assert rows(page, "points") == [""]
    part = page.html.partition('class="suggested"')[2].partition("</section>")[0]
    assert all(one in part for one in (MARK, "自动", *POINTS, "出自：楼前三盏路灯不亮"))
    assert re.findall(r'value="(take:[^"]+)"', part) == ["take:points:0", "take:points:1", "take:points:all"]


def test_what_nobody_took_over_is_not_recorded() -> None:
    desk = staff(CENTRE, "dispatcher")
    page, address = beside(desk, "dispatch")
    assert "已登记：派办" in send(desk, page, f__points__rows="1", f__points__0__ask="").words
    assert "问了哪几点" not in recorded(desk, address)


def test_one_press_takes_all_over_and_each_may_be_changed_or_left_out() -> None:
    desk = staff(CENTRE, "dispatcher")
    page, address = beside(desk, "dispatch")
    page = pressed(desk, page, "take:points:all")
    assert rows(page, "points") == POINTS
    assert page.html.count("已填在上面") == 2
    assert "take:points" not in page.html
    page = pressed(desk, page, "remove:points:1", f__points__0__ask="尽快修路灯")
    assert rows(page, "points") == ["尽快修路灯"]
    assert MARK in page.words
    page = send(desk, page, f__points__rows="1", f__points__0__ask="尽快修路灯")
    assert "已登记：派办" in page.words
    told = recorded(desk, address)
    assert "尽快修路灯" in told
    assert "什么时候能装新的？" not in told.replace(SAID, "")


def test_one_is_taken_over_beside_what_was_typed() -> None:
    desk = staff(CENTRE, "dispatcher")
    page, _ = beside(desk, "dispatch")
    page = pressed(desk, page, "take:points:1", f__points__0__ask="换成亮一点的灯")
    assert rows(page, "points") == ["换成亮一点的灯", POINTS[1]]
    assert page.html.count("已填在上面") == 1
    assert rows(pressed(desk, page, "take:points:1"), "points") == ["换成亮一点的灯", POINTS[1]]


def test_the_parts_of_a_matter_are_proposed_in_the_same_way() -> None:
    desk = staff(CENTRE, "dispatcher")
    page, _ = beside(desk, "split")
    page = pressed(desk, page, "take:parts:all")
    assert rows(page, "parts") == POINTS


def test_on_the_page_of_the_act_too_and_in_english() -> None:
    desk = staff(CENTRE, "dispatcher")
    _, address = beside(desk, "dispatch")
    page = desk.get(f"{address}act/dispatch/", lang="en")
    assert "Suggested from the words of the matter" in page.words


@pytest.mark.parametrize("do", ["take:points:9", "take:points:x", "take:points:", "take:lead:0", "take:title:all", "take::"])
def test_a_press_that_names_nothing_found_fills_in_nothing(do: str) -> None:
    desk = staff(CENTRE, "dispatcher")
    page, _ = beside(desk, "dispatch")
    page = pressed(desk, page, do, f__lead="")
    assert page.status == 200
    assert "已登记" not in page.words


@pytest.mark.parametrize("said", ["昨天下午社区办了义诊，人很多。", "مصباح الشارع معطل منذ أسبوع."])
def test_where_nothing_is_asked_nothing_is_proposed(said: str) -> None:
    page, _ = beside(staff(CENTRE, "dispatcher"), "dispatch", said=said)
    assert rows(page, "points") == [""]
    assert MARK not in page.words


def test_a_list_on_record_is_proposed_nothing() -> None:
    desk = staff(CENTRE, "dispatcher")
    page, address = beside(desk, "dispatch")
    page = pressed(desk, page, "take:points:0")
    send(desk, page, f__points__rows="1", f__points__0__ask=POINTS[0])
    page = desk.get(f"{address}act/recall_dispatch/")
    page = send(desk, page, f__recall_reason="派错了单位，要改派", f__wrong_cause="other")
    assert "已登记：撤回派单" in page.words
    assert rows(desk.get(f"{address}act/dispatch/"), "points") == POINTS[:1]
    assert MARK not in desk.get(f"{address}act/dispatch/").words
