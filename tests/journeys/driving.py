"""Driving a real browser through the pages, as residents and as staff. Every click is one a person could make."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
Seen = Callable[[Any, str], None]


def chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name)) is not None), None)


@contextmanager
def browser() -> Iterator[Any]:
    """Start the machine's Chromium, without a sandbox because tests may run as root."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield running
        finally:
            running.close()


def nothing(_page: Any, _name: str) -> None:
    """Take no pictures."""


class Pointing:
    """What a hand does with a pointer."""

    def click(self, where: Any) -> None:
        where.click()

    def tick(self, where: Any) -> None:
        where.check()

    def write(self, where: Any, text: str) -> None:
        where.fill(text)

    def pick(self, where: Any, label: str | None = None, index: int | None = None) -> None:
        where.select_option(label=label, index=index)


MOST_TABS = 250


class ByKeys:
    """The same by keys alone: whatever it does something with it reaches by Tab, sees it has the focus, and presses.

    A date is typed part by part, in whichever order this browser takes them.
    """

    def __init__(self) -> None:
        self.presses = 0

    def click(self, where: Any) -> None:
        self._reach(where)
        self._press(where, "Enter")

    def tick(self, where: Any) -> None:
        group = where.get_attribute("name") if where.get_attribute("type") == "radio" else None
        if where.is_checked():
            return
        if group is None:
            self._reach(where)
        else:
            self._reach(where.page.locator(f'[name="{group}"]'))
            for _ in range(where.page.locator(f'[name="{group}"]').count()):
                if self._has_focus(where):
                    break
                self._press(where, "ArrowDown")
        if not where.is_checked():
            self._press(where, "Space")
        assert where.is_checked(), where

    def write(self, where: Any, text: str) -> None:
        self._reach(where)
        if where.get_attribute("type") in ("date", "datetime-local"):
            self._write_time(where, text)
            return
        self._press(where, "ControlOrMeta+a")
        where.page.keyboard.type(text)
        self.presses += len(text)

    def _write_time(self, where: Any, text: str) -> None:
        year, month, day, *clock = re.findall(r"\d+", text)
        hour = int(clock[0]) if clock else 0
        noon = [f"{hour % 12 or 12:02}", clock[1], "AM" if hour < 12 else "PM"] if clock else []
        for date in ((month, day, year), (year, month, day), (day, month, year)):
            for rest in (clock, noon):
                self._reach(where)
                for _ in range(6):
                    self._press(where, "ArrowLeft")
                for part in (*date, *rest):
                    where.page.keyboard.type(part)
                    if part == year:
                        # A year may have six figures: the browser does not go on by itself.
                        self._press(where, "ArrowRight")
                if where.input_value() == text:
                    return
        raise AssertionError(f"{text} could not be typed; it reads {where.input_value()!r}")

    def pick(self, where: Any, label: str | None = None, index: int | None = None) -> None:
        self._reach(where)
        wanted = str(label) if label is not None else where.locator("option").nth(index or 0).inner_text()
        self._press(where, "Home")
        for _ in range(where.locator("option").count()):
            if where.locator("option:checked").inner_text().strip() == wanted.strip():
                return
            self._press(where, "ArrowDown")
        raise AssertionError(f"{wanted} is not among the choices")

    def _reach(self, where: Any) -> None:
        for _ in range(MOST_TABS):
            if self._has_focus(where):
                return
            self._press(where, "Tab")
        raise AssertionError(f"not reached by Tab: {where}")

    def _has_focus(self, where: Any) -> bool:
        return bool(where.evaluate_all("found => found.includes(document.activeElement)"))

    def _press(self, where: Any, key: str) -> None:
        where.page.keyboard.press(key)
        self.presses += 1


@dataclass
class Person:
    """Somebody at a browser of their own, scripts off: the pages must work without them."""

    browser: Any
    root: str
    look: Seen = nothing
    language: str = "zh"
    width: int = 1024
    hands: Any = field(default_factory=Pointing)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            java_script_enabled=False, viewport={"width": self.width, "height": 900}, locale="zh-CN", base_url=self.root
        )
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)

    def close(self) -> None:
        self.context.close()

    def go(self, address: str) -> None:
        self.page.goto(address)

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first)

    def click(self, where: Any) -> None:
        """Click what leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.hands.click(where)

    def write(self, where: str, text: str) -> None:
        """Fill what a selector finds."""
        self.hands.write(self.page.locator(where), text)

    def pick(self, where: str, label: str | None = None, index: int | None = None) -> None:
        self.hands.pick(self.page.locator(where).first, label, index)

    def tick(self, where: Any) -> None:
        self.hands.tick(where)

    def fill(self, label: str, text: str) -> None:
        self.hands.write(self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first, text)

    def choose(self, label: str) -> None:
        self.hands.tick(self.page.get_by_label(label, exact=True).first)

    def select(self, label: str, option: str) -> None:
        self.hands.pick(self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first, option)

    def open(self, words: str) -> None:
        """Unfold a fold."""
        self.hands.click(self.page.locator("summary", has_text=words).first)

    def seen(self, name: str) -> None:
        self.look(self.page, name)

    @property
    def text(self) -> str:
        return str(self.page.locator("main").inner_text())

    @property
    def heading(self) -> str:
        return str(self.page.locator("h1").inner_text())


class Resident(Person):
    """Reports, asks for mediation, follows."""

    def report(self, said: str, *, kind: str, place: str, community: str, danger: str | None = None) -> tuple[str, str]:
        """Report something; return reference and code."""
        self.go("/")
        self.seen("home")
        self.follow("反映问题或隐患")
        self.fill("请说说是什么事", said)
        self.seen("report-what")
        self.press("继续")
        self.choose(kind)
        self.seen("report-kind")
        self.press("继续")
        if "先顾安全" in self.heading:
            self.seen("report-safety")
            self.press("我知道了，继续填")
        self._place(place, community)
        if danger is not None:
            self.choose(danger)
            self.seen("report-danger")
            self.press("继续")
        self.fill("电话", "13800000001")
        self.seen("report-you")
        self.press("继续")
        self.seen("report-check")
        self.press("提交反映")
        return self._receipt()

    def ask_for_mediation(
        self, *, claim: str, story: str, kind: str, name: str, others: list[str], place: str, community: str
    ) -> tuple[str, str]:
        """Ask the committee to mediate; return reference and code."""
        self.go("/")
        self.follow("有纠纷，想找人调解")
        self.fill("您想要什么", claim)
        self.fill("事情经过", story)
        self.seen("dispute-what")
        self.press("继续")
        self.choose(kind)
        self.press("继续")
        self.fill("您的姓名", name)
        for number, other in enumerate(others):
            if number:
                self.press("再加一项")
            self.write(f"[name='f.others.{number}.name']", other)
        self.seen("dispute-who")
        self.press("继续")
        self._place(place, community)
        self.fill("电话", "13800000002")
        self.press("继续")
        self.seen("dispute-check")
        self.press("提交调解申请")
        return self._receipt()

    def _place(self, place: str, community: str) -> None:
        self.write("[name='f.place.detail']", place)
        self.press("查是哪个社区")
        self.tick(self.page.get_by_label(re.compile(re.escape(community))).first)
        self.seen("report-where")
        self.press("继续")

    def _receipt(self) -> tuple[str, str]:
        assert "已经收到" in self.heading, self.text
        self.seen("report-done")
        reference, code = [re.sub(r"\s", "", one.inner_text()) for one in self.page.locator(".confirm .digits").all()]
        return reference, code

    def track(self, reference: str, code: str) -> None:
        """Look the matter up."""
        self.go("/track/")
        self.fill("编号", reference)
        self.fill("查询码", code)
        self.seen("track")
        self.press("查看")


class Staff(Person):
    """Signs in, opens a matter, acts."""

    def sign_in(self, username: str, password: str, post: str) -> None:
        self.go("/sign-in/")
        self.seen("sign-in")
        self.fill("用户名", username)
        self.fill("密码", password)
        self.press("登录")
        if "/post/" in self.page.url:
            self.seen("choose-post")
            self.tick(self.page.locator(f"input[value='{post}']"))
            self.press("开始")

    def find(self, reference: str) -> None:
        self.write("#find-reference", reference)
        self.press("查找")

    def act(self, label: str) -> None:
        """Open the form of an act."""
        link = self.page.locator("main").get_by_role("link", name=label, exact=True)
        if not link.count():
            # Those of any time are folded away; of a party one records for, in a fold of their own.
            named = self.page.locator("a", has_text=re.compile(f"^{re.escape(label)}$"))
            self.hands.click(self.page.locator("main details:not([open])").filter(has=named).first.locator("summary").first)
        self.click(link.first)

    def record_for(self, name: str) -> None:
        """Show the acts of one party, to record what it did at the window or by telephone."""
        self.click(self.page.get_by_role("link", name=re.compile(f"登记其当面.*{name}")))

    def send(self, label: str) -> None:
        """Send the form, and see that it was taken."""
        self.press(label)
        assert self.page.locator("[role=status]").count(), self.text
