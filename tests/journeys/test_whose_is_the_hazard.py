"""A hazard finds its unit, in a browser: called back at once, and talked over between units while the place is closed off."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from stories import CENTRE, COMMUNITY, ROADS, URBAN, Stage
from test_whose_is_it import DRAINAGE, Play, _asked, _drain, apart, unit

pytestmark = pytest.mark.usefixtures("site")


def reported() -> tuple[str, str]:
    """Let a hazard come in that may hurt someone any moment; return its reference and the reporter's code."""
    found: list[str] = []

    def work() -> str:
        from huiyin.core.values import ANONYMOUS
        from huiyin.matters import services
        from huiyin.matters.receipts import Receipt

        receipt = services.open(
            procedure="hazard_repair",
            data={"what": "路口的井没有盖", "place": {"division": COMMUNITY, "detail": "南街路口"}, "danger_now": "at_once"},
            principal=ANONYMOUS,
            topic="hazard",
            division=COMMUNITY,
            opened_by="party",
            parties=[{"role": "reporter", "name": "", "facts": {}}],
            key=str(uuid4()),
        )
        assert isinstance(receipt, Receipt), receipt
        found.append(receipt.code or "")
        _drain()
        return receipt.reference

    reference = apart(work)
    return reference, found[0]


def test_a_dispatch_is_called_back_and_whoever_was_told_reads_that_too(play: Play) -> None:
    reference, _code = reported()

    def story(stage: Stage) -> None:
        dispatcher = stage.staff(CENTRE, "dispatcher")
        dispatcher.find(reference)
        dispatcher.act("派给责任单位")
        unit(dispatcher, "lead", ROADS)
        unit(dispatcher, "checker", URBAN)
        dispatcher.fill("为什么由它负责", "井在路面上。")
        dispatcher.send("派给责任单位")
        assert "现场排险" in dispatcher.text
        dispatcher.act("撤回派单")
        dispatcher.fill("为什么撤回", "照片上是通信井。")
        dispatcher.choose("情况没有说清")
        dispatcher.send("撤回派单")
        assert "等派单" in dispatcher.text
        apart(_drain)
        roads = stage.staff(ROADS, "handler")
        roads.go("/desk/notices/")
        assert "撤回派单" in roads.text

    play(story)


def test_units_talk_it_over_while_the_place_is_closed_off_and_the_reporter_reads_both(play: Play) -> None:
    reference, code = reported()

    def story(stage: Stage) -> None:
        dispatcher = stage.staff(CENTRE, "dispatcher")
        dispatcher.find(reference)
        assert "先让人到现场围好" in dispatcher.text  # why the units cannot be asked yet
        dispatcher.act("先围好了")
        dispatcher.fill("采取了什么安全措施", "网格员摆了锥桶，有人守着。")
        dispatcher.send("先围好了")
        dispatcher.act("请几个单位商量")
        for one in (DRAINAGE, ROADS):
            dispatcher.page.locator(f"input[name='f.asked_units.{one}']").check()
        dispatcher.fill("请它们回答什么", "南街路口一口井没有盖，是谁的井？")
        dispatcher.send("请几个单位商量")
        apart(_drain)
        reporter = stage.resident()
        reporter.track(reference, code)
        assert "几个单位正在商量由谁来修" in reporter.text
        assert "网格员摆了锥桶" in reporter.text
        asked = stage.staff(DRAINAGE, "handler")
        asked.find(apart(partial(_asked, DRAINAGE)))
        assert "有危险" in asked.text
        asked.act("答复")
        asked.choose("可以")
        asked.fill("理由", "是我们的雨水井。")
        asked.send("答复")
        apart(_drain)
        silent = apart(partial(_asked, ROADS))
        dispatcher.find(reference)
        dispatcher.act("按商定派出")
        unit(dispatcher, "lead", DRAINAGE)
        unit(dispatcher, "checker", URBAN)
        dispatcher.fill("为什么由它负责", "它说是它的井。")
        dispatcher.send("按商定派出")
        assert "几个单位商定" in dispatcher.text
        apart(_drain)
        other = stage.staff(ROADS, "handler")
        other.find(silent)
        assert "不用再答复了" in other.text

    play(story)
