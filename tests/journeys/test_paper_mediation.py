"""From the window to a stamped agreement with one printer: parties without a telephone, the network down half-way, nothing typed twice."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from driving import Staff
from stories import COMMITTEE, Stage, day

Play = Callable[[Callable[[Any], None]], None]
MOST_FIELDS_BEFORE_THE_FIRST_SESSION = 12


@dataclass
class Window(Staff):
    """Somebody at the window who counts: pages sent, fields answered, and everything typed."""

    sent: int = 0
    fields: int = 0
    typed: list[str] = field(default_factory=list)

    def press(self, name: str) -> None:
        self.sent += 1
        super().press(name)

    def fill(self, label: str, text: str) -> None:
        self._count(text)
        super().fill(label, text)

    def sign_in(self, username: str, password: str, post: str) -> None:
        """Sign in; that is no part of the mediation and is not counted."""
        super().sign_in(username, password, post)
        self.sent = self.fields = 0
        self.typed.clear()

    def put(self, name: str, text: str) -> None:
        """Type into an input by its name, where its words stand on several rows."""
        self._count(text)
        self.page.locator(f"[name='{name}']").fill(text)

    def _count(self, text: str) -> None:
        self.fields += 1
        self.typed.append(text)

    def choose(self, label: str) -> None:
        self.fields += 1
        super().choose(label)


def _photograph(words: bytes) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 40), (words[0], words[-1], 200)).save(out, "PNG")
    return out.getvalue()


def _scan(window: Window, name: str) -> None:
    window.page.locator("input[name=scan]").set_input_files([{"name": name, "mimeType": "image/png", "buffer": _photograph(name.encode())}])


def _paper_signed(window: Window, act: str, how: str, witness: str | None = None, *, of: str = "") -> None:
    """Record what was signed by hand on the printed sheet."""
    window.act(act)
    window.page.locator("input[name=read]").check()
    window.choose(how)
    if witness is not None:
        window.fill("见证人姓名", witness)
    _scan(window, f"{act}-{how}.png")
    window.send(f"登记{of}的签名" if of else act)


def _printed(window: Window) -> bytes:
    """Open the paper's page and fetch its copy in large print, as the printer gets it."""
    window.follow("打印这份文书")
    address = window.page.locator(".copies a[href*=large]").first.get_attribute("href")
    answer = window.page.context.request.get(window.root + str(address))
    assert answer.status == 200, answer.status
    assert answer.headers["content-type"].startswith("application/pdf")
    return bytes(answer.body())


def on_paper(stage: Stage) -> None:
    begun = time.monotonic()
    username, password, _ = stage.holder(COMMITTEE, "clerk")
    clerk = Window(stage.browser, stage.root)
    stage.people.append(clerk)
    clerk.sign_in(username, password, f"{COMMITTEE}/clerk")

    # Both came to the window; neither has a telephone.
    clerk.go("/desk/take-in/?kind=dispute")
    clerk.fill("您想要什么", "赔偿被水泡坏的书柜。")
    clerk.fill("事情经过", "楼上漏水，泡坏了书柜。")
    clerk.press("继续")
    clerk.choose("楼上漏水")
    clerk.press("继续")
    clerk.fill("您的姓名", "赵福来")
    clerk.put("f.others.0.name", "钱进宝")
    clerk.press("继续")
    clerk.press("继续")  # the community of the committee is filled in
    clerk.press("继续")  # no telephone
    clerk.choose("当面来说")
    clerk.press("提交调解申请")
    reference = "".join(clerk.page.locator(".digits").first.inner_text().split())

    clerk.find(reference)
    clerk.act("受理")
    clerk.choose("当事人申请")
    clerk.choose(stage.holder(COMMITTEE, "mediator")[2])
    clerk.fields += 1
    clerk.page.get_by_role("group", name="该调解员没有代理过").get_by_label("是", exact=True).check()
    clerk.send("受理")
    for name in ("赵福来", "钱进宝"):
        clerk.find(reference)
        clerk.record_for(name)
        clerk.act("同意调解")
        clerk.choose("当面")
        clerk.send("同意调解")
    assert "正在调解" in clerk.text
    assert clerk.fields <= MOST_FIELDS_BEFORE_THE_FIRST_SESSION, clerk.fields

    username, password, _ = stage.holder(COMMITTEE, "mediator")
    mediator = Window(stage.browser, stage.root)
    stage.people.append(mediator)
    mediator.sign_in(username, password, f"{COMMITTEE}/mediator")
    mediator.find(reference)
    mediator.act("记录一次调解")
    mediator.put("f.session_at", day(-1) + "T09:00")
    mediator.fill("调解地点或方式", "社区调解室")
    mediator.fill("调解记录", "双方到场。钱进宝认可漏水，愿意赔书柜。")
    _down(mediator, "记录一次调解", "f.minutes")
    mediator.send("记录一次调解")
    # The answer was lost on the way, not the act: sending it again records nothing twice.
    assert mediator.page.locator(".sheet-link", has_text="人民调解记录").count() == 1
    clerk.find(reference)
    clerk.record_for("赵福来")
    _paper_signed(clerk, "签调解记录", "手写签名", of="赵福来")

    mediator.find(reference)
    mediator.act("写成协议")
    mediator.page.locator("[name='f.obligations.0.who']").select_option(label="钱进宝")
    mediator.put("f.obligations.0.what", "赔偿书柜")
    mediator.put("f.obligations.0.amount", "2300")
    mediator.put("f.obligations.0.due", day(20))
    mediator.fill("各方认可的主要事实", "卫生间防水坏了，水泡坏楼下书柜。")
    mediator.fill("各方的责任", "钱进宝负责赔偿。")
    mediator.fill("怎么履行、履行地点", "在调解室当面付。")
    mediator.choose("一般的给付或者行为")
    mediator.send("写成协议")

    for name, how, witness in (("赵福来", "手写签名", None), ("钱进宝", "按指印", "王芳")):
        clerk.find(reference)
        clerk.record_for(name)
        clerk.act("签字")
        assert "人民币贰仟叁佰元整" in clerk.text
        assert _printed(clerk).startswith(b"%PDF")
        clerk.find(reference)
        clerk.record_for(name)
        _paper_signed(clerk, "签字", how, witness, of=name)
    mediator.find(reference)
    _paper_signed(mediator, "签字", "手写签名")

    username, password, _ = stage.holder(COMMITTEE, "seal_keeper")
    keeper = Window(stage.browser, stage.root)
    stage.people.append(keeper)
    keeper.sign_in(username, password, f"{COMMITTEE}/seal_keeper")
    keeper.go("/mediations/")
    keeper.page.get_by_role("link", name=f"{reference[:4]} {reference[4:8]} {reference[8:]}", exact=True).click()
    keeper.act("盖章")
    assert keeper.page.locator(".checks .tag.good").count() == 3
    keeper.page.locator("input[name=read]").check()
    keeper.choose("在纸上盖章")
    _scan(keeper, "seal.png")
    keeper.send("盖章")
    assert "协议已经生效" in keeper.text

    mediator.find(reference)
    mediator.follow("人民调解卷宗")
    assert "（必备）" in mediator.text
    assert mediator.page.locator(".tasks .tag.good").count() >= 4
    typed = [text for window in (clerk, mediator, keeper) for text in window.typed]
    assert len(typed) == len(set(typed)), sorted(text for text in typed if typed.count(text) > 1)
    seconds = time.monotonic() - begun
    print(
        f"paper mediation: {clerk.sent + mediator.sent + keeper.sent} pages sent, "
        f"{clerk.fields + mediator.fields + keeper.fields} fields, {seconds:.0f} s of a machine"
    )


def _down(window: Window, label: str, name: str) -> None:
    """Send a form while the network loses first the request, then the answer; go back each time and find everything typed."""
    from playwright.sync_api import expect

    typed = window.page.locator(f"[name='{name}']").input_value()
    for lose in (_request_lost, _answer_lost):
        window.page.route("**/act/**", lose)
        window.page.get_by_role("button", name=label, exact=True).click()
        window.page.wait_for_url("chrome-error://**")
        window.page.unroute("**/act/**")
        window.page.go_back()
        # The browser puts the words back when the page has been read to its end.
        expect(window.page.locator(f"[name='{name}']")).to_have_value(typed, timeout=20_000)
    # That the network was down is what the browser's console says here, and no fault of a page.
    window.faults[:] = [fault for fault in window.faults if "net::ERR" not in fault]


def _request_lost(route: Any) -> None:
    route.abort()


def _answer_lost(route: Any) -> None:
    """Let the server do it and lose what it says."""
    route.fetch(max_redirects=0)
    route.abort()


def test_two_people_without_a_telephone_leave_with_a_stamped_agreement(play: Play) -> None:
    play(on_paper)
