"""Calls of a room, in real browsers with invented cameras: they see each other, a third waits, and nothing ends with the server."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from cases import at_desk
from driving import chromium
from in_rooms import Talk
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from room_processes import Served, served_for_real
from test_live_streams import cookie_of
from test_pages_of_rooms import as_party

if TYPE_CHECKING:
    from playwright.sync_api import Browser

INVENTED = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
FRAMES = "(peer) => document.querySelector(`[data-peer='${peer}'] video`)?.getVideoPlaybackQuality().totalVideoFrames || 0"
OTHERS = "() => [...document.querySelectorAll('[data-peer]')].map((one) => one.dataset.peer).filter((one) => one !== 'own')"


@pytest.fixture(scope="module")
def both(cluster: Any, city_loaded: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_for_real(cluster.environ, tmp_path_factory.mktemp("processes")) as running:
        yield running


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start Chromium; while it runs, nothing is asked of the record in this process."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=[*INVENTED])
        yield running
        running.close()


class Somebody:
    """One person at a browser of their own, in the room."""

    def __init__(self, browser: Browser, both: Served, cookie: str, address: str) -> None:
        name, _, value = cookie.partition("=")
        self.context: BrowserContext = browser.new_context(locale="zh-CN")
        self.context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}])
        self.page: Page = self.context.new_page()
        self.page.goto(f"http://127.0.0.1:{both.port}{address}")

    @property
    def status(self) -> Any:
        return self.page.locator(".call [role=status]")

    def starts(self) -> None:
        self.page.get_by_role("button", name="打开视频").click()

    def sees(self, count: int) -> list[str]:
        self._until(lambda: len(self.page.evaluate(OTHERS)) == count, f"{count} others")
        return list(self.page.evaluate(OTHERS))

    def watches(self, peer: str, more: int = 5) -> None:
        before = self.page.evaluate(FRAMES, peer)
        self._until(lambda: self.page.evaluate(FRAMES, peer) > before + more, f"{more} frames")

    def _until(self, true: Callable[[], bool], what: str) -> None:
        # The page's policy evaluates nothing, so the waiting is done here.
        deadline = time.monotonic() + 30
        while not true():
            assert time.monotonic() < deadline, f"{what} did not come; the page says: {self.status.text_content()}"
            self.page.wait_for_timeout(100)


@contextmanager
def _together(both: Served, *, stranger: bool = False) -> Iterator[list[Somebody]]:
    """The mediator, 张三 and 李四 in their room, and where asked for somebody in the room of another matter."""
    talk, other = Talk(), Talk()
    talk.enter("张三", "李四", "mediator")
    other.enter("张三")
    room = f"/mine/{talk.reference}/room/"
    seats = [
        (cookie_of(at_desk("mediator")), f"{talk.desk}/room/"),
        *((cookie_of(as_party(talk, name)), room) for name in ("张三", "李四")),
    ]
    if stranger:
        seats.append((cookie_of(as_party(other, "张三")), f"/mine/{other.reference}/room/"))
    with browsing() as browser:
        yield [Somebody(browser, both, *seat) for seat in seats]


def test_two_see_each_other_a_third_waits_and_the_call_outlives_the_server(served: object, both: Served) -> None:
    with _together(both) as (desk, zhang, li):
        desk.starts()
        expect(desk.status).to_have_text("您在里面了，还在等别人。")
        zhang.starts()
        expect(zhang.status).to_have_text("已经告诉主持的人您来了，请稍等。")
        assert zhang.page.evaluate(OTHERS) == [], "nobody is seen from the waiting room"
        expect(desk.page.locator("[data-part=door]")).to_contain_text("张三")
        desk.page.get_by_role("button", name="请进来").click()
        (of_desk,) = zhang.sees(1)
        (of_zhang,) = desk.sees(1)
        zhang.watches(of_desk)
        desk.watches(of_zhang)
        li.starts()
        expect(li.status).to_have_text("已经告诉主持的人您来了，请稍等。")
        assert li.page.evaluate(OTHERS) == []
        assert zhang.page.locator("[data-part=door] li").count() == 0, "only the mediator hears who asks"

        both.kill("live")
        zhang.watches(of_desk, more=30)
        desk.watches(of_zhang, more=30)
        both.start("live")
        desk.page.get_by_role("button", name="请进来").click(timeout=20_000)
        others = li.sees(2)
        for one in others:
            li.watches(one)
        zhang.sees(2)
        assert of_desk in zhang.page.evaluate(OTHERS), "the connection that stood was kept"

        zhang.page.get_by_role("button", name="挂断").click()
        desk.sees(1)
        li.sees(1)


def test_who_is_asked_not_to_come_in_is_told_the_other_ways(served: object, both: Served) -> None:
    with _together(both) as (desk, zhang, _):
        desk.starts()
        zhang.starts()
        desk.page.get_by_role("button", name="先不").click()
        expect(zhang.status).to_have_text("调解员请您先不进来。可以打电话问，或者在下面写。")
        expect(zhang.page.get_by_role("button", name="打开视频")).to_be_visible()


def test_nothing_of_a_call_is_taken_from_outside_it(served: object, both: Served) -> None:
    with _together(both, stranger=True) as (desk, zhang, _, stranger):
        desk.starts()
        expect(desk.status).to_have_text("您在里面了，还在等别人。")
        call = zhang.page.locator("[data-call]").get_attribute("data-call") or ""
        said = json.dumps({"kind": "admit", "to": "0" * 32})
        ask = "([address, body]) => fetch(address, {method: 'POST', credentials: 'include', body}).then((one) => one.status, () => 0)"
        peer = "&peer=" + "1" * 32
        assert zhang.page.evaluate(ask, [call + peer, said]) == 404, "a party lets nobody in, and speaks for no browser but its own"
        assert stranger.page.evaluate(ask, [call + peer, said]) == 0, "to others there is no room, and they may not even read that"
