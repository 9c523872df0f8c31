"""Several at once, in a browser: a whistle with a unit that never comes, a helper's task, two reports answered together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from driving import Staff
from stories import CENTRE, COMMUNITY, DISTRICT, ROADS, URBAN, Stage, day
from test_whose_is_it import apart

Play = Callable[[Callable[[Stage], None]], None]
WORKROOM = f"workroom.{COMMUNITY}"
DRAINAGE, OVERSEER, CLEANERS = f"drainage.{DISTRICT}", f"supervision_office.{DISTRICT}", f"sanitation.{DISTRICT}"
pytestmark = pytest.mark.usefixtures("site")


def drained(later: timedelta | None = None) -> None:
    """Let outgoing work be done and, some while later, what has run out be noticed."""

    def work() -> str:
        from huiyin import clock
        from huiyin.matters import deadlines, doors
        from huiyin.workers import loop

        if later is None:
            loop.drain()
            return ""
        with clock.set_to(clock.now() + later):
            for home in doors.clocks_homes(clock.now()):
                deadlines.run_once(home)
            loop.drain()
        return ""

    apart(work)


def asked(detail: str) -> tuple[str, str]:
    """Let a request come in; return its reference and code."""

    def work() -> str:
        from huiyin.core.values import ANONYMOUS
        from huiyin.matters import codes, services
        from huiyin.matters.receipts import Receipt

        receipt = services.open(
            procedure="plain_request",
            data={"detail": detail},
            principal=ANONYMOUS,
            topic="request",
            division=COMMUNITY,
            opened_by="party",
            parties=[{"role": "reporter", "name": "赵六", "facts": {}}],
            key=str(uuid4()),
        )
        assert isinstance(receipt, Receipt), receipt
        return f"{receipt.reference} {codes.code_for(receipt.matter)}"

    reference, code = apart(work).split()
    return reference, code


def first_of(person: Staff) -> None:
    """Open the first matter that waits for this post."""
    person.go("/desk/")
    person.click(person.page.locator("table.matters th a").first)
    if "open=" in person.page.url:
        person.click(person.page.get_by_role("link", name="整页").first)


def test_a_whistle_with_a_unit_that_never_comes(play: Play) -> None:
    def story(stage: Stage) -> None:
        caller = stage.staff(WORKROOM, "clerk")
        caller.go("/desk/whistles/")
        caller.follow("吹哨")
        caller.go("/desk/whistles/new/")
        caller.fill("吹哨办什么事", "路面塌了一个坑，长两米宽一米，要封路、查管线")
        caller.page.locator("[name='f.place.detail']").fill("晨光三街2号楼门前")
        caller.choose("是")
        by = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=50)).strftime("%Y-%m-%dT%H:%M")
        caller.page.locator("[name='f.come_by']").fill(by)
        for unit in (ROADS, DRAINAGE):
            caller.page.locator(f"[name='f.called.{unit}']").check()
        caller.send("吹哨")
        assert "已经请各单位到场" in caller.text
        reference = caller.page.locator("h1 .digits").inner_text()
        drained()
        roads = stage.staff(ROADS, "handler")
        first_of(roads)
        roads.act("收到，就去")
        roads.send("收到，就去")
        roads.act("已到场")
        roads.send("已到场")
        drained()
        caller.find(reference)
        assert "已到场" in caller.text
        assert "还没有回话" in caller.text
        drained(timedelta(minutes=55))
        caller.find(reference)
        assert "到时间没有到" in caller.text
        overseer = stage.staff(OVERSEER, "supervision_officer")
        overseer.go("/desk/whistles/")
        assert "到时间没有到" in overseer.text
        assert reference in overseer.text
        caller.act("没到齐，先办")
        caller.fill("理由", "排水没有来，先封半幅路")
        caller.send("没到齐，先办")
        caller.act("记下现场排险")
        caller.fill("现场怎么排的险", "拉警戒线，封半幅路")
        caller.send("记下现场排险")
        caller.act("记联合处置")
        caller.fill("哪些单位到了场", "市政养护")
        caller.fill("一起办了什么", "封路、临时回填")
        caller.fill("不用再修的理由", "市政养护当天已经修好")
        caller.send("记联合处置")
        assert "联合处置已经结束" in caller.text

    play(story)


def test_a_helper_has_its_own_task_and_the_lead_waits_for_it(play: Play) -> None:
    def story(stage: Stage) -> None:
        reference, _ = asked("楼后堆了建筑垃圾，墙也歪了")
        dispatcher = stage.staff(CENTRE, "dispatcher")
        dispatcher.find(reference)
        dispatcher.act("派办")
        dispatcher.page.locator("[name='f.lead']").select_option(value=URBAN)
        dispatcher.fill("为什么由它办", "占道和乱倒由城管牵头办理")
        dispatcher.send("派办")
        lead = stage.staff(URBAN, "handler")
        lead.find(reference)
        lead.act("请别的单位协办")
        lead.page.locator(f"[name='f.helpers.{CLEANERS}']").check()
        lead.fill("请协办什么", "清运楼后的建筑垃圾")
        lead.page.locator("[name='f.help_by']").fill(day(3))
        lead.send("请别的单位协办")
        drained()
        lead.find(reference)
        assert "还有协办单位没有办完签字" in lead.text
        helper = stage.staff(CLEANERS, "handler")
        first_of(helper)
        assert "清运楼后的建筑垃圾" in helper.text
        assert "墙也歪了" not in helper.text
        helper.act("接下")
        helper.send("接下")
        helper.act("办完签字")
        helper.fill("办了什么", "清运四车，地面已冲洗")
        helper.send("办完签字")
        drained()
        lead.find(reference)
        assert "清运四车，地面已冲洗" in lead.text
        lead.act("逐点答复")
        lead.fill("总的答复", "垃圾已经清运，围墙已经围挡。")
        lead.send("逐点答复")

    play(story)


def test_two_reports_of_one_thing_are_answered_together_and_each_has_the_last_word(play: Play) -> None:
    def story(stage: Stage) -> None:
        first, _ = asked("二街路口的路灯不亮")
        second, code = asked("路口路灯坏了三天")
        dispatcher = stage.staff(CENTRE, "dispatcher")
        dispatcher.find(second)
        dispatcher.act("与另一件一起办")
        dispatcher.fill("理由", "同一个路口的同一盏路灯")
        dispatcher.page.locator("input[name='leader']").first.check()
        dispatcher.send("与另一件一起办")
        drained()
        dispatcher.find(first)
        assert "另有1件等这一件的答复" in dispatcher.text
        dispatcher.act("直接答复")
        dispatcher.fill("总的答复", "路灯已经修好。")
        dispatcher.send("直接答复")
        drained()
        person = stage.resident()
        person.track(second, code)
        assert "已经答复" in person.text
        assert first not in person.text.replace(" ", "")
        person.follow("《诉求答复书》")
        assert "路灯已经修好" in person.text

    play(story)
