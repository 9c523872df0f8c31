"""Mediations in which everybody sits at a browser of their own at once, from the invitation to what comes after the signature."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from driving import ByKeys, Resident, Staff
from pypdf import PdfReader
from stories import COMMITTEE, COMMUNITY_NAME, Stage, day
from test_whose_is_it import _drain, apart

Play = Callable[..., None]
ROW = "[name='f.terms.{}.{}']"
pytestmark = pytest.mark.usefixtures("site")


def now() -> str:
    """Return this minute in the city, as inputs of a time take it."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")


class Table:
    """One mediation: the committee's people and the parties, each with a browser that stays open."""

    def __init__(self, stage: Stage, others: list[str], *, kind: str, claim: str, story: str) -> None:
        self.stage = stage
        self.first = stage.resident()
        self.reference, _ = self.first.ask_for_mediation(
            claim=claim, story=story, kind=kind, name="张三", others=others, place="和平区南京南社区2号楼", community=COMMUNITY_NAME
        )
        self.parties: dict[str, Resident] = {"张三": self.first}
        self.clerk = stage.staff(COMMITTEE, "clerk")
        self.clerk.find(self.reference)
        self.clerk.act("受理")
        self.clerk.choose("当事人申请")
        self.clerk.choose(stage.holder(COMMITTEE, "mediator")[2])
        self.clerk.tick(self.clerk.page.get_by_role("group", name="该调解员没有代理过").get_by_label("是", exact=True))
        self.clerk.send("受理")
        self.mediator = stage.staff(COMMITTEE, "mediator")
        self.first.go(self.mine)

    @property
    def mine(self) -> str:
        return f"/mine/{self.reference}/"

    def seats(self, name: str) -> Resident:
        """Hand a party its code across the desk, and let it sit down with it at a browser of its own."""
        self.clerk.find(self.reference)
        self.clerk.click(self.clerk.page.get_by_role("link", name=f"给查询码 {name}", exact=True))
        self.clerk.choose("当面")
        self.clerk.press("领查询码，或者换一个")
        self.clerk.seen("own-code")
        code = re.sub(r"\D", "", self.clerk.page.locator("article .digits").nth(1).inner_text())
        party = self.stage.resident()
        party.track(self.reference, code)
        party.open("登记的内容")
        assert re.search(rf"（您）\s*{name}", party.text), party.text
        self.parties[name] = party
        return party

    def does(self, name: str, label: str, fill: Callable[[Resident], None] | None = None) -> str:
        """Let a party take an act from its own page; returns what the page says then."""
        party = self.parties[name]
        party.go(self.mine)
        link = party.page.locator("main").get_by_role("link", name=label, exact=True).first
        if not link.is_visible():
            fold = party.page.locator("details", has=party.page.locator("a", has_text=re.compile(f"^{re.escape(label)}$")))
            party.hands.click(fold.locator("summary").first)
        party.click(link)
        if fill is not None:
            fill(party)
        party.press(label)
        assert f"已登记：{label}" in party.text, party.text
        return party.text

    def records(self, name: str, label: str, fill: Callable[[Staff], None] | None = None) -> None:
        """Let the clerk record what a party did across the desk."""
        self.clerk.find(self.reference)
        self.clerk.record_for(name)
        self.clerk.act(label)
        if fill is not None:
            fill(self.clerk)
        self.clerk.choose("当面")
        self.clerk.send(label)

    def signs(self, name: str) -> None:
        """Read and sign on the screen."""
        party = self.parties[name]
        party.go(f"{self.mine}act/sign/")
        party.press("读完了，继续")
        party.press("我想清楚了，去签字")
        party.choose("我读完了，我自愿签")
        party.press("签字")
        assert "已登记" in party.text, party.text

    def holds_session(self, minutes: str) -> None:
        self.mediator.find(self.reference)
        self.mediator.act("记录一次调解")
        self.mediator.write("[name='f.session_at']", day(-1) + "T09:00")
        self.mediator.fill("调解地点或方式", "社区调解室")
        self.mediator.fill("调解记录", minutes)
        self.mediator.send("记录一次调解")

    def signs_minutes(self, name: str) -> None:
        party = self.parties[name]
        party.go(f"{self.mine}act/sign_minutes/")
        party.press("读完了，继续")
        party.choose("我读完了，我自愿签")
        party.press("签调解记录")

    def writes_agreement(self) -> None:
        """The agreement begins with what was accepted; only what is new is typed."""
        self.mediator.find(self.reference)
        self.mediator.act("写成协议")
        self.mediator.fill("各方认可的主要事实", "各方对经过没有争议。")
        self.mediator.fill("各方的责任", "按下列各项办。")
        self.mediator.fill("怎么履行、履行地点", "转账，或者在调解室当面付。")
        self.mediator.choose("一般的给付或者行为")

    def sealed(self) -> None:
        self.mediator.find(self.reference)
        self.mediator.act("签字")
        self.mediator.choose("我读完了上面的文字")
        self.mediator.send("签字")
        keeper = self.stage.staff(COMMITTEE, "seal_keeper")
        keeper.find(self.reference)
        keeper.act("盖章")
        keeper.choose("我读完了上面的文字")
        keeper.send("盖章")

    def in_room(self, name: str, text: str, *, alone: bool = False) -> None:
        """Say something in the joint room, or alone with the mediator."""
        party = self.parties[name]
        party.go(f"{self.mine}room/{'private/' if alone else ''}")
        if party.page.get_by_role("button", name="进入房间", exact=True).count():
            party.press("进入房间")
        party.write("[name=text]", text)
        party.press("发送")
        assert text in party.text


def _terms(*rows: tuple[str, str, str]) -> Callable[[Resident], None]:
    """Fill the lines of an offer: who, what, how much; a line more than stands there is added."""

    def fill(party: Resident) -> None:
        for number, (who, what, amount) in enumerate(rows):
            if not party.page.locator(ROW.format(number, "what")).count():
                party.press("再加一项")
            party.pick(ROW.format(number, "who"), who)
            party.write(ROW.format(number, "what"), what)
            party.write(ROW.format(number, "amount"), amount)
            party.write(ROW.format(number, "due"), day(20))

    return fill


def a_leak(stage: Stage) -> None:
    """Settled by offers, signed on four screens, confirmed by the court, performed."""
    table = Table(stage, ["李四"], kind="楼上漏水", claim="修好卫生间，赔偿天花板。", story="楼上卫生间漏水，泡了天花板。")
    zhang, li = table.first, table.seats("李四")
    assert "等您" in li.text
    table.does("李四", "同意调解")
    table.does("张三", "同意调解")
    assert "正在调解" in table.parties["张三"].text

    table.in_room("李四", "我愿意修，也愿意赔一部分。")
    zhang.go(f"{table.mine}room/")
    zhang.press("进入房间")
    assert "我愿意修，也愿意赔一部分。" in zhang.text
    table.does("李四", "提出方案", _terms(("李四", "修好卫生间防水", ""), ("李四", "赔偿天花板", "2000")))
    zhang.go(table.mine)
    assert "¥2,000.00" in zhang.text
    table.does("张三", "提出方案", _terms(("李四", "修好卫生间防水", ""), ("李四", "赔偿天花板", "3000")))
    li.go(table.mine)
    assert "有改动" in li.text
    assert "原来：" in li.text
    table.does("李四", "接受这个方案")
    zhang.go(table.mine)
    assert "各方都接受" in zhang.text

    table.holds_session("双方谈妥：李四修好并赔三千元。")
    table.signs_minutes("张三")
    table.writes_agreement()
    typed = table.mediator.page.locator("[name='f.obligations.1.amount']").input_value()
    assert typed.replace(",", "") == "3000.00"
    table.mediator.send("写成协议")
    for name in ("张三", "李四"):
        table.does(name, "选协议怎么签", lambda party: party.choose("在屏幕上签"))
    table.signs("张三")
    li.go(table.mine)
    assert "等您" in li.text
    table.signs("李四")
    table.sealed()
    for party in (zhang, li):
        party.go(table.mine)
        assert "协议已经生效" in party.text

    _confirmed(table)
    for number in (0, 1):

        def which(party: Resident, number: int = number) -> None:
            party.tick(party.page.get_by_role("group", name="哪一项").get_by_role("radio").nth(number))

        def done(party: Resident) -> None:
            which(party)
            party.fill("怎么办的", "办好了，有收条。")

        table.does("李四", "我已办完", done)
        table.does("张三", "确认对方办完", which)
    table.mediator.find(table.reference)
    table.mediator.act("履行完毕结案")
    table.mediator.send("履行完毕结案")
    for party in (zhang, li):
        party.go(table.mine)
        assert "约定的事都办完了" in party.text


def _confirmed(table: Table) -> None:
    """Both ask the court together; what it decides is entered from the papers it served."""

    def court(party: Resident) -> None:
        party.pick("[name='f.court']", index=1)
        party.choose("调解组织所在地")

    table.does("张三", "备好确认申请", court)
    table.does("张三", "一起申请确认")
    table.does("李四", "一起申请确认")
    apart(_drain)
    clerk = table.clerk
    clerk.find(table.reference)
    clerk.click(clerk.page.get_by_role("link", name=re.compile(r"^司法确认\s*\d")).first)
    clerk.act("登记已交法院")
    clerk.write("[name='f.filed_at']", now())
    clerk.send("登记已交法院")
    clerk.act("登记法院受理")
    clerk.write("[name='f.accepted_at']", now())
    clerk.fill("法院案号", "（2026）辽0102民特1号")
    clerk.send("登记法院受理")
    clerk.act("登记确认裁定")
    clerk.fill("裁定书文号", "（2026）辽0102民特1号")
    clerk.send("登记确认裁定")
    for name in ("张三", "李四"):
        clerk.act("登记裁定书送达")
        if clerk.page.get_by_label(name, exact=True).count():
            clerk.choose(name)
        clerk.write("[name='f.on']", day(0))
        clerk.fill("谁签收", name) if clerk.page.get_by_label(re.compile("^谁签收")).count() else None
        clerk.send("登记裁定书送达")
    for name in ("张三", "李四"):
        party = table.parties[name]
        party.go(table.mine)
        party.click(party.page.get_by_role("link", name=re.compile("^司法确认")).first)
        assert "法院确认协议有效" in party.text, party.text


WORKERS = ("张三", "王二", "王三", "王四", "王五", "王六", "王七", "王八", "王九", "王十", "赵一", "赵二")
FIRM = "某装修公司"


def twelve_workers(stage: Stage) -> None:
    """Four at screens of their own, the others across the desk; one refuses, and the rest settle without it."""
    table = Table(stage, [FIRM], kind="拖欠工资", claim="付清八月份工资。", story="公司拖欠十二个人八月份工资，去讨薪也不发。")
    for name in WORKERS[1:]:
        table.mediator.find(table.reference)
        table.mediator.act("加一方当事人")
        table.mediator.write("[name='name']", name)
        table.mediator.choose("申请的一方")
        table.mediator.send("加一方当事人")
    for name in ("王二", "王三", FIRM):
        table.seats(name)
    table.does("王三", "不同意调解")
    for name in ("张三", "王二", FIRM):
        table.does(name, "同意调解")
    for name in WORKERS[3:]:
        table.records(name, "同意调解")
    assert "正在问各方" in table.clerk.text
    table.mediator.find(table.reference)
    table.mediator.act("其余各方接着调解")
    table.mediator.fill("其余各方的事为什么可以分开谈", "各人的工资各算各的。")
    table.mediator.send("其余各方接着调解")
    rest = [name for name in WORKERS if name != "王三"]

    table.does(FIRM, "提出方案", _terms(*((FIRM, f"付{name}八月份工资", "6000") for name in rest)))
    for name in ("张三", "王二"):
        table.does(name, "接受这个方案")
    for name in WORKERS[3:]:
        table.records(name, "接受这个方案")
    table.holds_session("公司愿意付清。")
    table.signs_minutes("王二")
    table.writes_agreement()
    table.mediator.send("写成协议")
    wang = table.parties["王三"]
    wang.go(table.mine)
    assert "付张三八月份工资" not in wang.text
    assert "王三" not in _agreement(table, "张三")
    for name in ("张三", "王二", FIRM):
        table.does(name, "选协议怎么签", lambda party: party.choose("在屏幕上签"))
    for name in WORKERS[3:]:
        table.records(name, "选协议怎么签", lambda clerk: clerk.choose("在屏幕上签"))
    for name in ("张三", "王二", FIRM):
        table.signs(name)
    for name in WORKERS[3:]:
        table.clerk.find(table.reference)
        table.clerk.record_for(name)
        table.clerk.act("签字")
        table.clerk.choose("纸上签的就是这份文字，一个字没有改")
        table.clerk.choose("手写签名")
        table.clerk.send(f"登记{name}的签名")
    table.sealed()
    for name in ("张三", "王二", FIRM):
        table.parties[name].go(table.mine)
        assert "协议已经生效" in table.parties[name].text
    wang.go(table.mine)
    assert "协议已经生效" not in wang.text
    assert "可以找谁" in wang.text


def _agreement(table: Table, name: str) -> str:
    party = table.parties[name]
    party.go(table.mine)
    party.follow("《人民调解协议书》")
    return party.text


SECRETS = ("黄鹂一声", "黄鹂二声", "7,654.32", "7654.32", "765432")
LATER = "白鹭三行"


def somebody_leaves(stage: Stage) -> None:
    """A third party is there; one leaves half-way by one press. What it said alone stays alone, what comes after does not reach it."""
    table = Table(stage, ["李四", "某物业公司"], kind="楼上漏水", claim="查清谁漏的，修好。", story="楼上漏水，三家都说不是自己漏的。")
    for name in ("李四", "某物业公司"):
        table.seats(name)
    for name in ("张三", "李四", "某物业公司"):
        table.does(name, "同意调解")
    table.in_room("李四", SECRETS[0], alone=True)
    table.in_room("李四", "我先听听大家怎么说。")
    table.does("李四", "单独告诉调解员", lambda party: party.fill("只对调解员说的话", SECRETS[1]))
    table.does("李四", "把底线告诉调解员", lambda party: party.fill("最多付多少", "7654.32"))
    table.does("张三", "提出方案", _terms(("李四", "修好水管", ""), ("某物业公司", "查公共管道", "")))

    li = table.parties["李四"]
    li.go(table.mine)
    li.follow("不想调了")
    li.seen("leaving")
    li.press("退出调解")
    assert "看给您的告知书" in li.text
    for name, side in (("张三", "申请的一方"), ("某物业公司", "对方")):
        table.mediator.find(table.reference)
        table.mediator.act("登记站在哪一方")
        table.mediator.choose(name)
        table.mediator.choose(side)
        table.mediator.send("登记站在哪一方")
    table.mediator.act("其余各方接着调解")
    table.mediator.fill("其余各方的事为什么可以分开谈", "公共管道的事物业自己能办。")
    table.mediator.send("其余各方接着调解")
    table.in_room("张三", LATER)
    table.does("张三", "提出方案", _terms(("某物业公司", f"查公共管道，{LATER}", "")))
    table.does("某物业公司", "接受这个方案")

    for name in ("张三", "某物业公司"):
        seen = _everything(table.parties[name], table.mine)
        assert LATER in seen, name
        assert not [word for word in SECRETS if word in seen], name
    theirs = _everything(li, table.mine)
    assert SECRETS[1] in theirs, "what one said oneself stays"
    assert LATER not in theirs
    assert LATER not in _everything(table.clerk, f"/mine/{table.reference}/"), "the clerk is no party"


def _everything(person: Any, start: str) -> str:
    """Return what every page that can be reached from a party's page says, by links alone, their sources included."""
    seen: dict[str, str] = {}
    waiting = [start, f"{start}room/", f"{start}room/private/"]
    while waiting and len(seen) < 80:
        address = waiting.pop()
        if address in seen or not address.startswith(start):
            continue
        answer = person.page.context.request.get(person.root + address)
        body = answer.body()
        seen[address] = _words(body)
        waiting.extend(one.partition("#")[0] for one in re.findall(r'href="(/mine/[^"]*)"', seen[address]) if "leave" not in one)
    return "\n".join(seen.values())


def _words(body: bytes) -> str:
    if not body.startswith(b"%PDF"):
        return body.decode(errors="replace")
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def test_a_leak_is_settled_by_offers_confirmed_and_performed(play: Play) -> None:
    play(a_leak)


def test_a_leak_is_settled_by_keys_alone(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    """The same story, everybody without a pointer: whatever is pressed or filled is reached by Tab and has the focus first."""
    hands = ByKeys()
    play(a_leak, hands)
    with capsys.disabled():
        print(f"\na leak, from the first word to performed: {hands.presses} presses of keys")


def test_twelve_workers_against_one_firm_where_one_is_severed(play: Play) -> None:
    play(twelve_workers)


def test_a_party_leaves_half_way_and_nothing_private_has_leaked(play: Play) -> None:
    play(somebody_leaves)
