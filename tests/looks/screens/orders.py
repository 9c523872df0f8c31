"""Orders that re-date running clocks: the list, and a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage
from .shell import at

if TYPE_CHECKING:
    from playwright.sync_api import Page

WHO = "rules"


def counted(stage: Stage, page: Page) -> None:
    """What would move, counted; under the calendar the demonstration began with that is nothing."""
    stage.go(page, "/orders/")
    with page.expect_navigation():
        page.locator("form[action$='/orders/prepare/'] button").click()
    page.wait_for_selector("form[action$='/drop/']", timeout=30_000)


SCREENS: tuple[Screen, ...] = (
    Screen("list", WHO, {"normal": at("/orders/")}, shows="orders"),
    Screen("order", WHO, {"normal": counted}, shows="order"),
)
