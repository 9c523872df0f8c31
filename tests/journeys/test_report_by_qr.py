"""Reporting by the code at a door: how many pages, how many fields, how long; and what a lost cookie or script costs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from stories import CENTRE, COMMUNITY, Stage

SAID = "楼前三盏路灯不亮，老人夜里出门看不见。"
# Slow on purpose: an older person's pace on a telephone. Seconds to find and read a page, and for each key of a pinyin keyboard.
READS, PRESSES, KEY = 5.0, 1.5, 0.45
WITHIN = 90


def fields(page: object) -> int:
    """Count what asks for an answer on this page: a group of choices is one."""
    names = page.locator(  # type: ignore[attr-defined]
        "main form[method=post] :is(input:not([type=hidden]), select, textarea)"
    ).evaluate_all("all => [...new Set(all.map(one => one.name))].length")
    return int(names)


def test_a_report_by_the_code_at_a_door_takes_few_pages_and_few_fields(play: Callable[[Callable[[Stage], None]], None]) -> None:
    counted: dict[str, float] = {}

    def story(stage: Stage) -> None:
        person = stage.resident()
        began = time.monotonic()
        person.go(f"/p/{COMMUNITY}/")
        person.follow("反映问题或隐患")
        pages, asked, needed = 1, 0, 0
        person.fill("请说说是什么事", SAID)
        pages, asked, needed = pages + 1, asked + fields(person.page), needed + 1
        person.press("继续")
        assert "看起来像" in person.text
        person.choose("路灯照明")
        needed += 1
        # Where, and how to reach the person: the code filled in the one, nobody has to answer the other.
        while "核对一下再提交" not in person.heading:
            pages, asked = pages + 1, asked + fields(person.page)
            person.press("继续")
        pages += 1
        person.press("提交反映")
        assert "已经收到" in person.heading
        pages += 1
        machine = time.monotonic() - began
        presses = pages + needed
        # The machine that runs tests is busy with tests; its own time is told beside and not counted.
        slow = pages * READS + presses * PRESSES + len(SAID) * 2 * KEY
        counted.update(pages=pages, fields=asked, needed=needed, machine=machine, slow=slow)

    play(story)
    print(
        f"\nreport by QR: {counted['pages']:.0f} pages, {counted['fields']:.0f} fields offered, {counted['needed']:.0f} to answer, "
        f"{counted['machine']:.1f} s of machine time, {counted['slow']:.0f} s at a slow hand's pace"
    )
    assert counted["pages"] <= 7
    assert counted["needed"] == 2
    # Nine for any report, and for a lamp the one whose answer settles whose it is.
    assert counted["fields"] <= 9 + 1
    assert counted["slow"] < WITHIN


def test_a_draft_begun_at_home_is_finished_at_the_window(play: Callable[[Callable[[Stage], None]], None]) -> None:
    def story(stage: Stage) -> None:
        person = stage.resident()
        person.go(f"/report/?place={COMMUNITY}")
        person.fill("请说说是什么事", SAID)
        person.press("存起来，以后再填")
        code = re.sub(r"\s", "", person.page.locator(".confirm .digits").first.inner_text())
        assert len(code) == 12
        clerk = stage.staff(CENTRE, "intake_clerk")
        clerk.go("/desk/take-in/")
        clerk.follow("输入续填码")
        clerk.fill("续填码", code)
        clerk.press("打开草稿")
        assert SAID in clerk.page.locator("[name='f.said']").input_value()
        clerk.press("继续")
        clerk.choose("路灯照明")
        while "核对一下再提交" not in clerk.heading:
            clerk.press("继续")
        clerk.choose("当面来说")
        clerk.press("提交反映")
        assert "已经收到" in clerk.heading

    play(story)


def test_without_cookies_one_page_does_it_and_says_what_is_lost(play: Callable[[Callable[[Stage], None]], None]) -> None:
    def story(stage: Stage) -> None:
        person = stage.resident()
        # A browser that keeps nothing: whatever was set is gone before the next page.
        person.page.route("**/*", lambda route: route.continue_(headers={k: v for k, v in route.request.headers.items() if k != "cookie"}))
        person.context.clear_cookies()
        person.go("/report/one-page/report/")
        assert "中途不能保存" in person.text
        person.fill("请说说是什么事", SAID)
        person.select("选最接近的一类", "路灯照明")
        person.press("提交反映")
        assert "已经收到" in person.heading, person.text
        assert len(person.page.locator(".confirm .digits").all()) == 2

    play(story)
