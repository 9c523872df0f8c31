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


def brought(stage: Stage, page: Page, *rows: str) -> None:
    """A file of names, looked at and not taken."""
    stage.go(page, "/names/sheet/")
    text = "编号,名称,类别,地方代码,开始日,结束日,来源,停用\n" + "\n".join(rows) + "\n"
    page.set_input_files("input[type=file]", {"name": "names.csv", "mimeType": "text/csv", "buffer": text.encode()})
    with page.expect_navigation():
        page.locator("form[enctype] button[type=submit]").click()


def good_file(stage: Stage, page: Page) -> None:
    """A file that would add two names."""
    brought(stage, page, ",望月花园,小区,210102001005,,,民政局地名公告,", ",浑河老桥,俗称,210102001007,,2014-06-17,走访,")


def bad_file(stage: Stage, page: Page) -> None:
    """A file with cells to mend."""
    unknown = ",某某花园,小区,210199000000,,,走访,"
    brought(stage, page, ",望月花园,城堡,210102001005,,,走访,", unknown, ",听雨苑,小区,210102001005,去年,,走访,")


def no_file(stage: Stage, page: Page) -> None:
    """The form sent without a file."""
    stage.go(page, "/names/sheet/")
    with page.expect_navigation():
        page.locator("form[enctype] button[type=submit]").click()


SCREENS: tuple[Screen, ...] = (
    Screen(
        "names",
        WHO,
        {"normal": at("/names/?try=东陵区高官台"), "empty": at("/names/?words=没有这个名字"), "error": unsaid},
        shows="names",
    ),
    Screen(
        "names-sheet",
        WHO,
        {"normal": good_file, "long": bad_file, "error": no_file},
        again=("normal", "long", "error"),
        shows="names-sheet",
    ),
)
