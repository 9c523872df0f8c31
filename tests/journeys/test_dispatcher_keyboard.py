"""A dispatcher clears the morning's messages by keyboard alone: real key events in Chromium, counted.

``HUIYIN_MESSAGES`` says how many (12 in CI); keystrokes and seconds for each message are printed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from stories import CENTRE, COMMUNITY, Stage

Play = Callable[[Callable[[Stage], None]], None]
MESSAGES = int(os.environ.get("HUIYIN_MESSAGES", "12"))
# What comes in a morning: most the list settles; some need a question, some are not ours.
SETTLED = (
    ("request.lighting", "楼前三盏路灯不亮", "老人夜里出门看不见"),
    ("request.sanitation", "垃圾没人收", "三天没有清运，已经有味道"),
    ("request.heating", "暖气不热", "室温只有十五度"),
)
ASK = ("request.lighting", "灯坏了", "说不清在哪里")
NOT_OURS = ("request.lighting", "灯的案子法院在审", "和物业打官司，要求你们判决")


def come_in(number: int) -> list[str]:
    """Let so many messages come in; return what is to be done with each, by its title."""
    from huiyin.city import queries as city
    from huiyin.core.values import ANONYMOUS
    from huiyin.matters import services
    from huiyin.matters.receipts import Receipt
    from huiyin.routing import queries as routing

    topics = city.library().topics
    from huiyin import clock

    today = clock.now().astimezone(city.library().zone).date()
    settled = [one for one in SETTLED if one[0] in topics and routing.decide_owner(topic=one[0], division=COMMUNITY, on=today).direct]
    assert settled, "the demonstration list settles none of these topics"
    titles = []
    for n in range(number):
        topic, title, detail = ASK if n % 6 == 3 else NOT_OURS if n % 6 == 5 else settled[n % len(settled)]
        answer = services.open(
            procedure="plain_request",
            data={"title": title, "detail": f"{detail}（{n + 1}）", "place": {"division": COMMUNITY, "detail": f"{n + 1}号楼"}},
            principal=ANONYMOUS,
            topic=topic,
            division=COMMUNITY,
            opened_by="party",
            parties=[{"role": "reporter", "name": "", "facts": {"phone": "13800000001"}}],
            key=str(uuid4()),
        )
        assert isinstance(answer, Receipt), answer
        titles.append(title)
    return titles


@dataclass
class Hands:
    """Two hands at a keyboard: every key is counted, nothing is clicked."""

    page: Any
    keys: int = 0
    seconds: list[float] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def write(self, text: str) -> None:
        # Each character is one key at least; an input method needs about two.
        self.page.keyboard.type(text)
        self.keys += 2 * len(text)

    def go_to(self, words: str, most: int = 60) -> None:
        """Press Tab until the thing of that name has the focus."""
        for _ in range(most):
            if self.focused() == words:
                return
            self.press("Tab")
        raise AssertionError(f"{words} is not reached by Tab; the focus is on {self.focused()!r}")

    def focused(self) -> str:
        return str(
            self.page.evaluate(
                """() => { const one = document.activeElement; const label = one.labels && one.labels[0];
                return (label ? label.textContent : one.getAttribute('aria-label') || one.textContent).trim().replace(/\\s+/g, ' '); }"""
            )
        )


def signed_in(stage: Stage) -> Any:
    """Return a dispatcher's page, scripts on, at the work list; signing in is by keyboard too."""
    username, password, _ = stage.holder(CENTRE, "dispatcher")
    context = stage.browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=stage.root)
    page = context.new_page()
    page.goto("/sign-in/")
    hands = Hands(page)
    hands.go_to("用户名")
    hands.write(username)
    hands.press("Tab")
    hands.write(password)
    with page.expect_navigation():
        hands.press("Enter")
    if "/post/" in page.url:
        page.locator(f"input[value='{CENTRE}/dispatcher']").focus()
        hands.press("Space")
        with page.expect_navigation():
            hands.press("Enter")
    return page


def clear(stage: Stage, titles: list[str]) -> Hands:
    """Go through every message, each as it needs."""
    hands = Hands(signed_in(stage))
    page = hands.page
    # From the top of the page to the first line, once.
    while "open=" not in str(page.evaluate("document.activeElement.getAttribute('href') || ''")):
        hands.press("Tab")
    with page.expect_navigation():
        hands.press("Enter")
    page.wait_for_function("document.activeElement.id === 'desk-acts'")
    for _ in titles:
        began = time.monotonic()
        words = str(page.locator("#desk-matter").inner_text())
        if ASK[1] in words:
            other(hands, "请反映人补充", "要补充什么", "请写明是哪栋楼、哪个单元门口的灯。")
        elif NOT_OURS[1] in words:
            other(hands, "不予受理", "理由", "这件事法院正在审理，由法院依法判决。")
        else:
            hands.press("Tab")
            assert hands.focused() == "按此派办", hands.focused()
            finish(hands)
        hands.seconds.append(time.monotonic() - began)
    return hands


def other(hands: Hands, act: str, label: str, text: str) -> None:
    """Choose another act, write what it asks, send it."""
    hands.go_to(act)
    hands.press("Enter")
    hands.page.wait_for_function(
        "name => document.activeElement.id === 'desk-acts' && document.querySelector('.act-tabs a[aria-current]').textContent === name",
        arg=act,
    )
    hands.go_to(label)
    hands.write(text)
    hands.press("Tab")
    while not hands.page.evaluate("document.activeElement.matches('.act-form [data-key=accept]')"):
        hands.press("Tab")
    finish(hands)


def finish(hands: Hands) -> None:
    """Send the form; the next matter, or the empty list, comes by itself."""
    with hands.page.expect_navigation():
        hands.press("Enter")
    assert hands.page.locator("[role=status]", has_text="已登记").count(), hands.page.locator("main").inner_text()


@pytest.mark.usefixtures("site")
def test_a_dispatcher_clears_the_messages_by_keyboard(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    with ThreadPoolExecutor(1) as other_thread:
        titles = other_thread.submit(_come_in, MESSAGES).result()
    measured: list[Hands] = []

    def story(stage: Stage) -> None:
        hands = clear(stage, titles)
        assert "待办已经清空" in str(hands.page.locator("main").inner_text())
        measured.append(hands)

    play(story)
    (hands,) = measured
    each = sorted(hands.seconds)
    with capsys.disabled():
        print(
            f"\n{len(titles)} messages: {hands.keys} keys ({hands.keys / len(titles):.1f} each, typing included), "
            f"{sum(each):.1f} s ({sum(each) / len(each):.2f} s each, median {each[len(each) // 2]:.2f} s, slowest {each[-1]:.2f} s)"
        )
    # What the list settles takes two keys; six questions' worth of typing is the rest.
    assert hands.keys / len(titles) < 60


def _come_in(number: int) -> list[str]:
    from django.db import connections

    try:
        return come_in(number)
    finally:
        connections.close_all()
