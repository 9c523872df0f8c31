"""The two stories, whole: a dispute from the first word to the performed agreement, a hazard from the pit to the repair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from driving import Pointing, Resident, Seen, Staff, nothing

COMMUNITY, COMMUNITY_NAME = "210102001005", "南京南社区"
STREET, DISTRICT = "210102001", "210102"
COMMITTEE = f"mediation_committee.{COMMUNITY}"
CENTRE = f"governance_centre.{STREET}"
ROADS, URBAN = f"road_maintenance.{DISTRICT}", f"urban_management.{DISTRICT}"
Holder = Callable[[str, str], tuple[str, str, str]]
"""(unit, post) -> (username, password, name) of somebody who holds that post."""


def day(ahead: int) -> str:
    """Return the city's date so many days ahead, as date inputs take it."""
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=ahead)).date().isoformat()


class Stage:
    """Everybody in a story, each with a browser of their own."""

    def __init__(self, browser: Any, root: str, holder: Holder, look: Seen = nothing, hands: Any = None) -> None:
        self.browser, self.root, self.holder, self.look = browser, root, holder, look
        self.hands = hands or Pointing()
        self.people: list[Any] = []

    def resident(self) -> Resident:
        person = Resident(self.browser, self.root, look=self.look, hands=self.hands)
        self.people.append(person)
        return person

    def staff(self, unit: str, post: str) -> Staff:
        person = Staff(self.browser, self.root, look=self.look, hands=self.hands)
        self.people.append(person)
        username, password, _ = self.holder(unit, post)
        person.sign_in(username, password, f"{unit}/{post}")
        return person

    def close(self) -> list[str]:
        """Close every browser; return what their consoles complained about."""
        for person in self.people:
            person.close()
        return [fault for person in self.people for fault in person.faults]


def dispute(stage: Stage) -> None:
    """A leak from above: asked, accepted, agreed by both, written, read and signed, sealed, paid, confirmed, closed."""
    zhang = stage.resident()
    reference, code = zhang.ask_for_mediation(
        claim="修好卫生间，赔偿天花板损失。",
        story="楼上卫生间漏水，从九月开始，泡了我家天花板和书柜。",
        kind="楼上漏水",
        name="张三",
        others=["李四"],
        place="和平区南京南社区2号楼",
        community=COMMUNITY_NAME,
    )
    zhang.track(reference, code)
    assert "调委会已经收到" in zhang.text

    clerk = stage.staff(COMMITTEE, "clerk")
    clerk.seen("inbox")
    clerk.find(reference)
    clerk.seen("matter-received")
    clerk.act("受理")
    clerk.choose("当事人申请")
    clerk.choose(stage.holder(COMMITTEE, "mediator")[2])
    clerk.page.get_by_role("group", name="该调解员没有代理过").get_by_label("是", exact=True).check()
    clerk.seen("act-accept")
    clerk.send("受理")
    assert "正在问各方" in clerk.text

    zhang.go(f"/mine/{reference}/")
    zhang.follow("同意调解")
    zhang.seen("act-agree")
    zhang.press("同意调解")
    assert "已登记：同意调解" in zhang.text

    clerk.find(reference)
    clerk.record_for("李四")
    clerk.seen("matter-recording")
    clerk.act("同意调解")
    clerk.press("同意调解")
    assert "写明凭据" in clerk.text  # without saying how it is known it is refused
    clerk.seen("act-error")
    clerk.choose("电话")
    clerk.send("同意调解")
    assert "正在调解" in clerk.text

    mediator = stage.staff(COMMITTEE, "mediator")
    mediator.find(reference)
    mediator.act("记录一次调解")
    mediator.write("[name='f.session_at']", day(-1) + "T09:00")
    mediator.fill("调解地点或方式", "社区调解室")
    mediator.fill("调解记录", "双方都到场。李四承认防水层坏了，愿意修并赔偿；张三同意分两次付。")
    mediator.send("记录一次调解")
    zhang.go(f"/mine/{reference}/")
    zhang.follow("参加调解")
    zhang.press("读完了，继续")
    zhang.choose("我读完了，我自愿签")
    zhang.press("签调解记录")
    assert "已登记" in zhang.text

    mediator.find(reference)
    mediator.act("写成协议")
    row = "[name='f.obligations.{}.{}']"
    mediator.pick(row.format(0, "who"), "李四")
    mediator.write(row.format(0, "what"), "修好卫生间防水")
    mediator.write(row.format(0, "due"), day(20))
    mediator.press("再加一项")
    mediator.pick(row.format(1, "who"), "李四")
    mediator.write(row.format(1, "what"), "赔偿天花板和书柜")
    mediator.write(row.format(1, "amount"), "3,000.50")
    mediator.write(row.format(1, "due"), day(30))
    mediator.fill("各方认可的主要事实", "楼上卫生间防水层损坏，漏水泡坏楼下天花板和书柜。")
    mediator.fill("各方的责任", "李四负责修好并赔偿；张三配合进户。")
    mediator.fill("怎么履行、履行地点", "李四请施工单位上门修，款项转账。")
    mediator.choose("一般的给付或者行为")
    assert mediator.page.locator(row.format(0, "what")).input_value() == "修好卫生间防水"
    mediator.seen("act-agreement")
    mediator.send("写成协议")
    assert "还差" in mediator.text

    zhang.go(f"/mine/{reference}/act/sign/")
    assert "在纸上签" in zhang.text
    zhang.go(f"/mine/{reference}/act/choose_signing/")
    zhang.choose("在屏幕上签")
    zhang.press("选协议怎么签")
    clerk.find(reference)
    clerk.record_for("李四")
    clerk.act("选协议怎么签")
    clerk.choose("在屏幕上签")
    clerk.choose("当面")
    clerk.send("选协议怎么签")

    zhang.go(f"/mine/{reference}/")
    zhang.seen("mine-signing")
    zhang.follow("签字")
    zhang.seen("sign-read")
    assert "您能得到什么" in zhang.text
    zhang.press("读完了，继续")
    assert zhang.heading == "签字以后就有约束力"
    zhang.seen("sign-pause")
    zhang.press("我想再考虑")
    assert "什么都没有登记" in zhang.text
    zhang.follow("签字")
    zhang.press("读完了，继续")
    zhang.press("我想清楚了，去签字")
    zhang.press("签字")
    assert "我自愿签" in zhang.text
    zhang.choose("我读完了，我自愿签")
    zhang.seen("act-sign")
    zhang.press("签字")
    clerk.find(reference)
    clerk.record_for("李四")
    clerk.act("签字")
    clerk.choose("纸上签的就是这份文字，一个字没有改")
    clerk.choose("手写签名")
    clerk.send("登记李四的签名")
    mediator.find(reference)
    mediator.act("签字")
    mediator.choose("我读完了上面的文字")
    mediator.send("签字")
    keeper = stage.staff(COMMITTEE, "seal_keeper")
    keeper.find(reference)
    keeper.act("盖章")
    keeper.choose("我读完了上面的文字")
    keeper.seen("act-seal")
    keeper.send("盖章")

    zhang.go(f"/mine/{reference}/")
    assert "协议已经生效" in zhang.text, zhang.text
    zhang.seen("mine-performing")
    zhang.follow("《人民调解协议书》")
    zhang.seen("paper-agreement")
    assert "3,000.50" in zhang.text
    for number in (0, 1):
        clerk.find(reference)
        clerk.record_for("李四")
        clerk.act("我已办完")
        clerk.page.get_by_role("group", name="哪一项").get_by_role("radio").nth(number).check()
        clerk.fill("怎么办的", "有照片和收条。")
        clerk.choose("当面")
        clerk.send("我已办完")
        zhang.go(f"/mine/{reference}/")
        zhang.follow("确认对方办完")
        zhang.page.get_by_role("group", name="哪一项").get_by_role("radio").nth(number).check()
        zhang.press("确认对方办完")
        assert "已登记" in zhang.text
    mediator.find(reference)
    mediator.seen("matter-performing")
    mediator.act("履行完毕结案")
    mediator.send("履行完毕结案")
    zhang.go(f"/mine/{reference}/")
    assert "约定的事都办完了" in zhang.text
    zhang.seen("mine-resolved")


def hazard(stage: Stage) -> None:
    """A pit in the road: reported without a name, given to who must answer, made safe, ordered, repaired, checked, agreed."""
    wang = stage.resident()
    reference, code = wang.report(
        "楼下的路面塌了一个坑，一米多深，晚上看不见。",
        kind="路面塌陷",
        place="太原街 南京南社区 门前",
        community=COMMUNITY_NAME,
        danger="随时会伤人",
    )
    wang.track(reference, code)
    wang.seen("mine")

    dispatcher = stage.staff(CENTRE, "dispatcher")
    dispatcher.find(reference)
    dispatcher.act("派给责任单位")
    dispatcher.seen("act-dispatch")
    unit = dispatcher.page.locator(f"[name='f.lead'] option[value='{ROADS}'], input[name='f.lead'][value='{ROADS}']").first
    if unit.evaluate("one => one.tagName") == "OPTION":
        dispatcher.page.locator("[name='f.lead']").select_option(ROADS)
        dispatcher.page.locator("[name='f.checker']").select_option(URBAN)
    else:
        unit.check()
        dispatcher.page.locator(f"input[name='f.checker'][value='{URBAN}']").check()
    dispatcher.fill("为什么由它负责", "市政道路塌陷，由区道路养护单位负责。")
    dispatcher.send("派给责任单位")

    roads = stage.staff(ROADS, "handler")
    roads.find(reference)
    roads.act("现场已安全")
    roads.fill("采取了什么安全措施", "已围挡，设警示灯，派人看守。")
    roads.send("现场已安全")
    inspector = stage.staff(URBAN, "inspector")
    inspector.find(reference)
    inspector.act("责令限期整改")
    inspector.fill("整改责任单位", "和平区道路养护单位")
    inspector.fill("整改要求", "回填、压实，恢复路面。")
    inspector.fill("责令整改的依据", "安全生产法第七十三条")
    inspector.fill("最晚哪天修好", day(7))
    inspector.send("责令限期整改")
    roads.find(reference)
    roads.act("报修好了")
    roads.fill("怎么修的", "挖开夯实，重铺沥青。")
    roads.send("报修好了")
    inspector.find(reference)
    inspector.act("检查合格")
    inspector.fill("检查结果", "路面平整，承重合格。")
    inspector.send("检查合格")
    inspector.seen("matter-hazard")

    wang.go(f"/mine/{reference}/")
    wang.follow("确实修好了")
    wang.press("确实修好了")
    assert "隐患已经修好" in wang.text
