"""The responsibility list: found, tried, one row, a unit's own rows, the draft, a row of it, the workbook, what was taught, the sample."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from . import Screen, Stage
from .returns import at

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEEPER, HEAD, CHECKER = "rules", "roads_head", "arbiter"
ROW = "hazard.tree.looks"


def with_draft(stage: Stage, page: Page) -> None:
    """A draft with a new row that overlaps another: the proof names it."""
    for name in (ROW, f"{ROW}.again"):
        stage.go(page, "/responsibility/draft/row/")
        page.fill("input[name=id]", name)
        page.fill("input[name=on]", "2027-03-01")
        page.select_option("select[name=topic]", "hazard.tree")
        page.select_option("select[name=lead]", "street_office")
        stage.press(page)
    stage.go(page, "/responsibility/draft/")


def emptied(stage: Stage, page: Page) -> None:
    """A draft that changes nothing."""
    stage.go(page, "/responsibility/draft/")
    clear = page.locator("button[value=clear]")
    if clear.count():
        clear.click()
    stage.go(page, "/responsibility/draft/")


def half_a_row(stage: Stage, page: Page) -> None:
    """A row sent with nothing in it."""
    stage.go(page, "/responsibility/draft/row/")
    stage.press(page)


def yesterday(stage: Stage, page: Page) -> None:
    """The sample of the day before: the last one there can be."""
    stage.go(page, f"/responsibility/sample/{datetime.now(UTC).date() - timedelta(days=1)}/")


SCREENS: tuple[Screen, ...] = (
    Screen(
        "list",
        KEEPER,
        {"normal": at("/responsibility/?topic=hazard.road"), "empty": at("/responsibility/?q=nothing-is-called-this")},
        shows="responsibility",
    ),
    Screen(
        "try",
        KEEPER,
        {"normal": at("/responsibility/try/"), "long": at("/responsibility/try/?topic=hazard.road.manhole&place=砂阳南社区")},
        shows="responsibility-try",
    ),
    Screen("row", KEEPER, {"normal": at("/responsibility/row/hazard.road.manhole/")}, shows="responsibility-row"),
    Screen("draft", KEEPER, {"normal": with_draft, "empty": emptied}, shows="responsibility-draft"),
    Screen("edit", KEEPER, {"normal": at("/responsibility/draft/row/?row=hazard.gas"), "error": half_a_row}, shows="responsibility-edit"),
    Screen("sheet", KEEPER, {"normal": at("/responsibility/draft/sheet/")}, shows="responsibility-sheet"),
    Screen("mine", HEAD, {"normal": at("/responsibility/mine/")}, shows="responsibility-mine"),
    Screen("samples", CHECKER, {"normal": at("/responsibility/sample/")}, shows="responsibility-samples"),
    Screen("sample", CHECKER, {"normal": yesterday}, shows="responsibility-sample"),
    Screen("learned", KEEPER, {"normal": at("/responsibility/learned/")}, shows="responsibility-learned"),
)
