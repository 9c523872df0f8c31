"""A matter finds its unit, in a browser: by the list and called back, by agreement, and by order after two returns."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from driving import Staff
from stories import CENTRE, COMMUNITY, DISTRICT, ROADS, Stage

Play = Callable[[Callable[[Stage], None]], None]
DRAINAGE = f"drainage.{DISTRICT}"
pytestmark = pytest.mark.usefixtures("site")


def apart(work: Callable[[], str]) -> str:
    """Do what needs the database away from the thread that drives the browser."""

    def working() -> str:
        from django.db import connections

        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        return other.submit(working).result()


def came_in(topic: str) -> str:
    """Let a request come in and the queue run empty; return its reference."""

    def work() -> str:
        from huiyin.core.values import ANONYMOUS
        from huiyin.matters import services
        from huiyin.matters.receipts import Receipt

        receipt = services.open(
            procedure="plain_request",
            data={"title": "路边的井返水", "detail": "路边的井返水两天了，电话13900000000"},
            principal=ANONYMOUS,
            topic=topic,
            division=COMMUNITY,
            opened_by="party",
            parties=[{"role": "reporter", "name": "", "facts": {}}],
            key=str(uuid4()),
        )
        assert isinstance(receipt, Receipt), receipt
        _drain()
        return receipt.reference

    return apart(work)


def _drain() -> str:
    from huiyin.workers import loop

    loop.drain()
    return ""


def _asked(unit: str) -> str:
    from huiyin.core.values import SYSTEM
    from huiyin.matters.access import reading_as
    from huiyin.matters.models import Matter

    with reading_as(SYSTEM):
        return str(Matter.objects.get(procedure="consultation", unit=unit).reference)


def unit(person: Staff, name: str, value: str) -> None:
    """Choose a unit, from a list or among radio buttons."""
    inputs = person.page.locator(f"select[name='f.{name}']")
    if inputs.count():
        inputs.select_option(value)
    else:
        person.page.locator(f"input[name='f.{name}'][value='{value}']").check()


def test_by_law_a_direct_row_sends_it_and_the_dispatcher_calls_it_back(play: Play) -> None:
    reference = came_in("request.heating")

    def story(stage: Stage) -> None:
        dispatcher = stage.staff(CENTRE, "dispatcher")
        dispatcher.find(reference)
        assert "正在办" in dispatcher.text
        assert "按责任清单" in dispatcher.text
        dispatcher.act("撤回派单")
        dispatcher.fill("为什么撤回", "说的是下水，不是暖气。")
        dispatcher.choose("事项类别不对")
        dispatcher.send("撤回派单")
        assert "等派单" in dispatcher.text
        dispatcher.act("改事项类别")
        dispatcher.select("这件事是什么", "下水与污水")
        dispatcher.fill("为什么改", "井返水。")
        dispatcher.send("改事项类别")
        dispatcher.act("派办")
        assert "责任清单怎么说" in dispatcher.text
        unit(dispatcher, "lead", DRAINAGE)
        dispatcher.fill("为什么由它办", "井返水由排水养护单位疏通。")
        dispatcher.send("派办")
        assert "派单员决定" in dispatcher.text

    play(story)


def test_by_agreement_the_units_asked_say_yes_or_no_and_see_the_question_alone(play: Play) -> None:
    reference = came_in("request")

    def story(stage: Stage) -> None:
        dispatcher = stage.staff(CENTRE, "dispatcher")
        dispatcher.find(reference)
        dispatcher.act("请几个单位商量")
        for one in (DRAINAGE, ROADS):
            dispatcher.page.locator(f"input[name='f.asked_units.{one}']").check()
        dispatcher.fill("请它们回答什么", "南京南社区路边一口井返水，能不能由你们疏通？")
        dispatcher.send("请几个单位商量")
        apart(_drain)
        for one, position, why in ((DRAINAGE, "可以", "归我们疏通。"), (ROADS, "不可以", "井不归路管。")):
            asked = stage.staff(one, "handler")
            asked.find(apart(partial(_asked, one)))
            assert "能不能由你们疏通" in asked.text
            assert "13900000000" not in asked.page.content()
            asked.act("答复")
            asked.choose(position)
            asked.fill("理由", why)
            asked.send("答复")
        apart(_drain)
        dispatcher.find(reference)
        assert "归我们疏通。" in dispatcher.text
        assert "井不归路管。" in dispatcher.text
        dispatcher.act("按商定派办")
        unit(dispatcher, "lead", DRAINAGE)
        dispatcher.fill("为什么由它办", "它答应疏通。")
        dispatcher.send("按商定派办")
        assert "几个单位商定" in dispatcher.text

    play(story)


def test_by_order_after_two_returns_the_arbiter_decides_in_writing(play: Play) -> None:
    reference = came_in("request")

    def back(person: Staff, act: str, whose: str) -> None:
        person.find(reference)
        person.act(act)
        person.fill("为什么不归本单位", "设施不在我们的清单里。")
        person.choose("责任清单不对")
        unit(person, "proposed_unit", whose)
        person.send(act)

    def story(stage: Stage) -> None:
        dispatcher = stage.staff(CENTRE, "dispatcher")
        roads, drainage = stage.staff(ROADS, "handler"), stage.staff(DRAINAGE, "handler")
        for lead, why in ((ROADS, "这口井就在路面上。"), (DRAINAGE, "路面下的井归排水单位。")):
            dispatcher.find(reference)
            dispatcher.act("派办")
            unit(dispatcher, "lead", lead)
            dispatcher.fill("为什么由它办", why)
            dispatcher.send("派办")
            if lead == ROADS:
                back(roads, "退回派单员", DRAINAGE)
        back(drainage, "请专人指定由谁办", ROADS)
        arbiter = stage.staff(CENTRE, "arbiter")
        arbiter.find(reference)
        arbiter.act("指定承办单位")
        unit(arbiter, "lead", ROADS)
        arbiter.fill("为什么由它办", "井圈随路面养护。")
        arbiter.press("指定承办单位")
        assert "要写明为什么还派给它" in arbiter.text
        arbiter.fill("它说过不归它", "养护合同第三条写明。")
        arbiter.send("指定承办单位")
        assert "专人指定" in arbiter.text
        assert "指定承办决定" in arbiter.text

    play(story)
