"""The end of a session is told before it comes, one key puts it off, and what has happened is said when it is over (WCAG 2.2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

DIALOG = "dialog#session-end"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Page]:
    """Return a desk whose clock the test turns."""
    with stage.opened("dispatcher") as page:
        page.clock.install()
        stage.go(page, "/desk/")
        yield page


def seconds(page: Page) -> int:
    return int(page.evaluate("() => document.documentElement.dataset.sessionEnds"))


def server_says(page: Page, ends: int) -> list[str]:
    """Let the address of the session answer as if so many seconds were left; return the list of what is asked of it."""
    asked: list[str] = []

    def answer(route: object) -> None:
        from playwright.sync_api import Route

        assert isinstance(route, Route)
        asked.append(route.request.method)
        left = 43200 if route.request.method == "POST" else ends
        route.fulfill(json={"ends": left})

    page.route("**/session/", answer)
    return asked


def test_a_desk_says_two_minutes_before_the_end_and_goes_on_by_one_key(desk: Page) -> None:
    asked = server_says(desk, 118)
    desk.clock.fast_forward((seconds(desk) - 121) * 1000)
    assert not desk.locator(DIALOG).is_visible()
    desk.clock.run_for(2000)
    desk.locator(DIALOG).wait_for(state="visible")
    assert desk.evaluate("() => document.activeElement.closest('dialog') !== null")
    desk.keyboard.press("Enter")
    desk.locator(DIALOG).wait_for(state="hidden")
    assert asked == ["GET", "POST"]
    assert desk.url.endswith("/desk/")


def test_nothing_is_said_while_another_page_keeps_the_session_alive(desk: Page) -> None:
    asked = server_says(desk, 40000)
    desk.clock.fast_forward((seconds(desk) - 119) * 1000)
    desk.wait_for_timeout(200)
    assert asked == ["GET"]
    assert not desk.locator(DIALOG).is_visible()


def test_after_the_end_the_page_says_what_to_save(desk: Page) -> None:
    server_says(desk, 100)
    desk.clock.fast_forward((seconds(desk) - 119) * 1000)
    desk.locator(DIALOG).wait_for(state="visible")
    desk.clock.run_for(130_000)
    told = desk.locator(f"{DIALOG} [data-after]")
    told.wait_for(state="visible")
    assert "复制" in told.inner_text()


def test_the_server_puts_the_end_off(stage: Stage) -> None:
    with stage.opened("dispatcher") as page:
        stage.go(page, "/desk/")
        before = page.request.get(f"{stage.root}/session/").json()["ends"]
        assert 0 < before <= 12 * 3600
        assert seconds(page) <= 12 * 3600
        token = page.locator(f"{DIALOG} input[name=csrfmiddlewaretoken]").input_value()
        after = page.request.post(f"{stage.root}/session/", form={"csrfmiddlewaretoken": token}, headers={"Referer": stage.root}).json()[
            "ends"
        ]
        assert after >= before


def test_a_stranger_has_no_session_to_keep(stage: Stage) -> None:
    with stage.opened("resident") as page:
        assert page.request.get(f"{stage.root}/session/").json() == {"ends": 0}
        stage.go(page, "/")
        assert page.evaluate("() => document.documentElement.dataset.sessionEnds") is None


def test_the_second_press_of_a_button_is_ignored(stage: Stage) -> None:
    with stage.opened("resident") as page:
        stage.go(page, "/track/")
        # After the page's own listener: what gets this far would be sent.
        page.evaluate(
            "() => { window.sent = 0; document.addEventListener('submit', (event) => "
            "{ if (!event.defaultPrevented) window.sent += 1; event.preventDefault() }) }"
        )
        button = page.locator("main form[method=post] button[type=submit]").first
        button.click()
        page.wait_for_function("button => button.getAttribute('aria-disabled') === 'true'", arg=button.element_handle())
        # By key: a script that drives a browser refuses to click what says it is busy; people do not.
        page.keyboard.press("Enter")
        assert page.evaluate("() => window.sent") == 1
        assert button.inner_text() == "正在提交……"
        assert page.locator("p[role=status].hidden-words").inner_text() == "正在提交……"
        # A server that does not answer must not keep the button for ever: ten seconds, and what a busy machine adds.
        page.wait_for_function("button => button.innerText === '查看'", arg=button.element_handle(), timeout=40_000)
