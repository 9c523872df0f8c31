"""Returns: the list, a table, a register, a sheet, the matters behind a number, the weekly report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage, Way

if TYPE_CHECKING:
    from playwright.sync_api import Page

BEFORE_ALL = "2020-01"


def at(path: str, status: int = 200) -> Way:
    """Return the way to an address."""

    def way(stage: Stage, page: Page) -> None:
        stage.go(page, path, status)

    return way


def earlier_week(stage: Stage, page: Page) -> None:
    """A report that was written before."""
    stage.go(page, "/weekly/")
    stage.go(page, page.locator("main ul.offers a[href*='/weekly/']").first.get_attribute("href") or "")


def what_for(stage: Stage, page: Page) -> None:
    """Before a register is sent: what it is taken out for."""
    stage.go(page, "/returns/hazard_register/file/xlsx/?period=2026")


def nothing_said(stage: Stage, page: Page) -> None:
    """Sent without a purpose."""
    what_for(stage, page)
    stage.press(page)


SCREENS: tuple[Screen, ...] = (
    Screen("list", "committee", {"normal": at("/returns/")}, shows="returns"),
    Screen(
        "table",
        "committee",
        {
            "normal": at("/returns/mediation_statistics/?period=2026"),
            "empty": at(f"/returns/mediation_statistics/?period={BEFORE_ALL}"),
            "error": at("/returns/mediation_statistics/?from=2026-11-30&to=2026-11-01"),
        },
        shows="return",
    ),
    Screen(
        "figures",
        "dispatcher",
        {"normal": at("/returns/weekly_figures/"), "long": at("/returns/weekly_figures/?period=2026-11")},
        shows="return",
    ),
    Screen(
        "register",
        "dispatcher",
        {
            "normal": at("/returns/hazard_register/?period=2026"),
            "empty": at(f"/returns/hazard_register/?period={BEFORE_ALL}"),
            "error": at("/returns/hazard_register/?period=2026&place=000000"),
        },
        shows="return",
    ),
    Screen("sheet", "committee", {"normal": at("/returns/case_allowance/?period=2026")}, shows="return"),
    Screen(
        "behind",
        "dispatcher",
        {
            "normal": at("/returns/request_register/list/?count=all&period=2026"),
            "empty": at(f"/returns/request_register/list/?count=all&period={BEFORE_ALL}"),
        },
        shows="return-list",
    ),
    Screen("what-for", "dispatcher", {"normal": what_for, "error": nothing_said}, shows="return-file"),
    Screen("weekly", "workroom", {"normal": at("/weekly/"), "empty": at("/weekly/?week=2020-W10")}, shows="weekly"),
    Screen("weekly-earlier", "workroom", {"normal": earlier_week}, shows="weekly-one"),
    Screen("gathered", "dispatcher", {"normal": at("/weekly/")}, shows="weekly"),
)
