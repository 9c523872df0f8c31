"""Names of places: the list, an address tried, a form sent without what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage
from .shell import at

if TYPE_CHECKING:
    from playwright.sync_api import Page

WHO = "dispatcher"


def unsaid(stage: Stage, page: Page) -> None:
    """Sent with nothing in it."""
    stage.go(page, "/names/")
    if not page.locator("#new[open]").count():
        page.locator("#new summary").click()
    with page.expect_navigation():
        page.locator("#new .button-row button").click()


SCREENS: tuple[Screen, ...] = (
    Screen(
        "names",
        WHO,
        {"normal": at("/names/?try=东陵区高官台"), "empty": at("/names/?words=没有这个名字"), "error": unsaid},
        shows="names",
    ),
)
