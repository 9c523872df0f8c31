"""The duty desk: a log, a hand-over that a colleague takes over, and who may see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from looking import CENTRE, COMMITTEE, Page, Visitor, desk_of, staff

pytestmark = pytest.mark.usefixtures("served")

OTHER_CENTRE = "governance_centre.210102002"


def hand_over(visitor: Visitor, words: str = "", **more: str) -> Page:
    return visitor.post("/desk/shift/hand-over/", handed=words, **more)


def waiting_form(page: Page, what: str) -> str | None:
    found = re.search(rf'action="(/desk/shift/[0-9a-f-]+/{what}/)"', page.html)
    return None if found is None else found[1]


def test_what_a_shift_wrote_goes_to_the_next_which_takes_it_over() -> None:
    reference, _ = Visitor().report()
    leaving, coming = staff(CENTRE, "dispatcher"), staff(CENTRE, "duty_officer")
    page = leaving.post("/desk/shift/write/", words="三号楼前井盖移位，已放围挡。", reference=reference)
    assert "记下了。" in page.words
    assert "三号楼前井盖移位" in page.words
    assert reference[:4] in page.words
    desk = desk_of(leaving, reference)
    _, _, home, matter, *_ = desk.split("/")
    page = hand_over(leaving, "抢修队十点到。", watch=f"{home}/{matter}", **{f"why__{home}__{matter}": "等抢修队回话"})
    assert "您交的班，等人来接" in page.words
    assert "交班" in page.words
    assert waiting_form(page, "take") is None, "nobody takes over from themselves"

    page = coming.get("/desk/shift/")
    for said in ("抢修队十点到。", "三号楼前井盖移位", "等抢修队回话", "等本单位办的"):
        assert said in page.words
    taken = coming.post(waiting_form(page, "take") or "")
    assert "已接班。" in taken.words
    assert "有一份交班" not in taken.words
    assert "抢修队十点到。" in taken.words, "it stays among the earlier ones"
    assert "这一班还没有记录" in taken.words


def test_a_hand_over_that_waits_is_marked_in_the_side_list_of_the_others() -> None:
    leaving, coming = staff(CENTRE, "dispatcher"), staff(CENTRE, "duty_officer")
    hand_over(leaving, "本班正常。")

    def mark(page: Page) -> str:
        return next(text for text, address in page.links if address == "/desk/shift/")

    assert "1" in mark(coming.get("/desk/"))
    assert "1" not in mark(leaving.get("/desk/"))


def test_nobody_takes_over_from_themselves_or_twice() -> None:
    leaving, coming, third = staff(CENTRE, "dispatcher"), staff(CENTRE, "duty_officer"), staff(CENTRE, "arbiter")
    hand_over(leaving, "本班正常。")
    take = waiting_form(coming.get("/desk/shift/"), "take")
    assert take is not None
    assert "自己交的班不能自己接" in leaving.post(take).words
    assert "已接班。" in coming.post(take).words
    assert "已经有人接了" in third.post(take).words


def test_one_taken_back_gives_its_lines_back_and_can_be_written_anew() -> None:
    leaving, coming = staff(CENTRE, "dispatcher"), staff(CENTRE, "duty_officer")
    leaving.post("/desk/shift/write/", words="停电，已报供电。")
    page = hand_over(leaving, "写错了。")
    withdraw = waiting_form(page, "withdraw") or ""
    assert "这份交班已经有人接了" in coming.post(withdraw).words, "only who wrote it takes it back"
    page = leaving.post(withdraw)
    assert "已撤回" in page.words
    assert "停电，已报供电。" in page.words
    assert "写错了。" not in coming.get("/desk/shift/").words
    assert "等人来接" in hand_over(leaving, "供电十点修好。").words


def test_a_second_hand_over_waits_for_the_first() -> None:
    first, second = staff(CENTRE, "dispatcher"), staff(CENTRE, "duty_officer")
    hand_over(first, "本班正常。")
    page = hand_over(second, "我也交班。")
    assert "上一份交班还没有人接" in page.words


def test_an_empty_hand_over_and_a_bad_line_are_refused_and_keep_what_was_typed() -> None:
    visitor = staff(CENTRE, "dispatcher")
    assert "没有要交代的内容" in hand_over(visitor, "  ").words
    assert "请写一句发生了什么" in visitor.post("/desk/shift/write/", words=" ").words
    page = visitor.post("/desk/shift/write/", words="路灯不亮", reference="123")
    assert "没有找到编号“123”" in page.words
    assert page.value("words") == "路灯不亮"
    assert page.value("reference") == "123"
    page = visitor.post("/desk/shift/write/", words="长" * 501)
    assert "最多500字" in page.words
    long = visitor.post("/desk/shift/hand-over/", handed="长" * 2001)
    assert "最多2000字" in long.words
    assert long.value("handed") == "长" * 2001


def test_a_matter_the_post_does_not_see_is_neither_found_nor_handed_on() -> None:
    reference, _ = Visitor().report()
    desk = desk_of(staff(CENTRE, "dispatcher"), reference)
    _, _, home, matter, *_ = desk.split("/")
    stranger, next_there = staff(OTHER_CENTRE, "dispatcher"), staff(OTHER_CENTRE, "duty_officer")
    assert "没有找到编号" in stranger.post("/desk/shift/write/", words="看一下", reference=reference).words
    hand_over(stranger, "本班正常。", watch=f"{home}/{matter}")
    page = next_there.get("/desk/shift/")
    assert "本班正常。" in page.words
    assert "请接着盯的事" not in page.words


def test_other_units_and_other_posts_find_nothing_there() -> None:
    hand_over(staff(CENTRE, "dispatcher"), "本班正常。")
    assert "本班正常。" not in staff(OTHER_CENTRE, "dispatcher").get("/desk/shift/").words
    assert staff(COMMITTEE, "mediator").get("/desk/shift/").status == 404
    head = staff(CENTRE, "head")
    assert "本班正常。" in head.get("/desk/shift/").words
    assert head.post("/desk/shift/write/", words="看过").status == 404


def test_late_and_dangerous_matters_are_proposed_and_ticked() -> None:
    from huiyin import clock

    Visitor().report()
    Visitor().report_hazard()
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/shift/")
    ticked = [one for one in page.inputs if one.get("name") == "watch" and "checked" in one]
    assert len(ticked) == 1, "the danger alone; nothing is late yet"
    later = clock.now() + timedelta(days=20)
    with clock.set_to(later):
        page = staff(CENTRE, "dispatcher").get("/desk/shift/")
    ticked = [one for one in page.inputs if one.get("name") == "watch" and "checked" in one]
    assert len(ticked) == 2, "now both are late"


def test_what_has_served_its_year_is_removed_and_what_still_waits_is_not(served: object) -> None:
    from huiyin import clock
    from huiyin.shifts import services
    from huiyin.shifts.models import DutyEntry, HandOver

    leaving, coming = staff(CENTRE, "dispatcher"), staff(CENTRE, "duty_officer")
    leaving.post("/desk/shift/write/", words="停电。")
    hand_over(leaving, "一年前。")
    coming.post(waiting_form(coming.get("/desk/shift/"), "take") or "")
    hand_over(leaving, "还没有人接。")
    later = clock.now() + services.KEPT_FOR + timedelta(days=1)
    with clock.set_to(later):
        assert services.sweep() > 0
    assert list(HandOver.objects.values_list("words", flat=True)) == ["还没有人接。"]
    assert not DutyEntry.objects.exists()
