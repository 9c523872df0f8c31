"""Packs: the list, putting a change forward, the versions of one pack, a proposal with what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage, Way
from .returns import at

if TYPE_CHECKING:
    from playwright.sync_api import Page

WHO = "rules"
WRONG = "lines: [\n  dispute: 纠纷\n"


def put_forward(name: str, content: str, *, reason: str = "增加一天假，见国务院办公厅通知") -> Way:
    """Return the way to the proposal that comes of one file handed in."""

    def way(stage: Stage, page: Page) -> None:
        stage.go(page, "/packs/new/")
        page.check("input[name=pack][value=cn]")
        page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/plain", "buffer": content.encode()})
        page.fill("textarea[name=reason]", reason)
        stage.press(page)

    return way


def changed(stage: Stage, page: Page) -> None:
    """A proposal that changes words and lines of one file."""
    stage.go(page, "/packs/")
    stage.go(page, "/packs/cn/")
    with page.expect_download() as download:
        page.locator("main details summary").first.click()
        page.locator("a[href*='wordings.yaml']").click()
    text = download.value.path().read_text("utf-8")
    put_forward("wordings.yaml", text.replace("。", "！", 3))(stage, page)


def without_reason(stage: Stage, page: Page) -> None:
    """Sent with nothing in it."""
    stage.go(page, "/packs/new/")
    stage.press(page)


SCREENS: tuple[Screen, ...] = (
    Screen("list", WHO, {"normal": at("/packs/")}, shows="packs"),
    Screen("new", WHO, {"normal": at("/packs/new/"), "error": without_reason}, shows="pack-new"),
    Screen("one-pack", WHO, {"normal": at("/packs/cn/")}, shows="pack"),
    Screen("proposal", WHO, {"normal": changed, "unsound": put_forward("topics.yaml", WRONG)}, shows="pack-proposal"),
)
