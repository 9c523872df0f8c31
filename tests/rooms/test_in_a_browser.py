"""The script of a room in a real browser: what others say comes by itself, and what is typed outlives a killed server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from in_rooms import Talk
from room_processes import Served, served_for_real
from test_files_in_rooms import photograph
from test_pages_of_rooms import as_party

from huiyin.mediation import services

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name)) is not None), None)


@pytest.fixture(scope="module")
def both(cluster: Any, city_loaded: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_for_real(cluster.environ, tmp_path_factory.mktemp("processes")) as running:
        yield running


def test_a_message_typed_while_the_server_is_dead_is_sent_once_when_it_lives(served: object, both: Served) -> None:
    pytest.importorskip("playwright", reason="playwright is not installed")
    if chromium() is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk)")
    talk = Talk()
    talk.enter("张三", "李四")
    session = as_party(talk, "张三").client.cookies["huiyin_session"].value

    def say(who: str, text: str) -> None:
        with ThreadPoolExecutor(1) as other:
            sent = other.submit(_said, talk, who, text).result()
        assert isinstance(sent, services.Sent)

    with ThreadPoolExecutor(1) as browsing:
        browsing.submit(_in_browser, talk, both, session, say).result()
    assert talk.heard("李四") == ["在线说的", "别人说的", "断线时说的", "重连以后说的", "看照片"]


def _said(talk: Talk, who: str, text: str) -> object:
    from django.db import connections

    try:
        return talk.say(who, text)
    finally:
        connections.close_all()


def _in_browser(talk: Talk, both: Served, session: str, say: Any) -> None:
    from playwright.sync_api import expect, sync_playwright

    root = f"http://127.0.0.1:{both.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        context = browser.new_context(locale="zh-CN")
        context.add_cookies([{"name": "huiyin_session", "value": session, "url": root}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{root}/mine/{talk.reference}/room/")

        def type_in(text: str) -> None:
            page.locator("#text").fill(text)
            page.locator("form.say button[type=submit]").click()

        type_in("在线说的")
        page.locator(".talk li[data-seq='1']").wait_for()
        say("李四", "别人说的")
        page.locator(".talk li[data-seq='2']", has_text="别人说的").wait_for()
        both.kill("web")
        both.kill("live")
        type_in("断线时说的")
        page.locator(".talk li.waiting", has_text="断线时说的").wait_for()
        expect(page.locator("[data-room] [role=status]")).to_contain_text("还没有发出去")
        both.start("web")
        both.start("live")
        page.locator(".talk li[data-seq='3']", has_text="断线时说的").wait_for()
        expect(page.locator(".talk li.waiting")).to_have_count(0)
        say("李四", "重连以后说的")
        page.locator(".talk li[data-seq='4']").wait_for()
        assert page.locator(".talk li").count() == 4
        page.locator("#file").set_input_files({"name": "漏水.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
        type_in("看照片")
        given = page.locator(".talk li[data-seq='5'] .given")
        expect(given).to_contain_text("漏水.jpg")
        expect(given.locator("img")).to_have_js_property("complete", True)
        assert given.locator("img").evaluate("(one) => one.naturalWidth") == 480
        expect(page.locator("#file")).to_have_value("")
        page.locator("#file").set_input_files({"name": "不是.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7"})
        type_in("说明")
        expect(page.locator("[data-room] [role=status]")).to_contain_text("内容却是")
        expect(page.locator("#text")).to_have_value("说明")
        assert page.locator("#file").evaluate("(one) => one.files.length") == 1, "the file is still chosen"
        browser.close()
