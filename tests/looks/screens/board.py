"""The supervisor's board, places and figures, long work and spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage
from .shell import at

if TYPE_CHECKING:
    from playwright.sync_api import Page


def signs(stage: Stage, page: Page) -> None:
    """The signs of a street's workrooms, asked for and done."""
    stage.go(page, "/jobs/")
    with page.expect_navigation():
        page.locator("form[action$='/jobs/signs/'] button").click()
    page.wait_for_selector("a[href$='/file/']", timeout=30_000)


def taken_back(stage: Stage, page: Page) -> None:
    """A file whose rows are wrong, tried."""
    stage.go(page, "/import/")
    page.fill("input[name=feeder]", "12345")
    rows = "编号,时间,标题,内容\nA1,2026-11-01 09:30,路灯,门口路灯不亮\nA2,昨天,井盖,井盖丢了\n"
    page.set_input_files("input[type=file]", {"name": "来件.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    with page.expect_navigation():
        page.locator("main form[enctype] button[type=submit]").click()
    page.wait_for_selector("a[href$='/errors/']", timeout=30_000)


def nothing_chosen(stage: Stage, page: Page) -> None:
    """The upload sent without a file."""
    stage.go(page, "/import/")
    with page.expect_navigation():
        page.locator("main form[enctype] button[type=submit]").click()


def supervise(stage: Stage, page: Page) -> None:
    """A late matter somebody may be supervised for, at a step that has no act of its own for it: those lead to their act instead."""
    stage.go(page, "/board/list/?cause=late&n=100")
    ways = page.locator("main a[href*='/board/supervise/']").evaluate_all("(every) => every.map((one) => one.getAttribute('href'))")
    for way in ways:
        stage.go(page, way)
        if page.url.endswith(way):
            return
    raise LookupError(f"none of {len(ways)} late matters is supervised by a notice alone")


def supervise_wrong(stage: Stage, page: Page) -> None:
    """The supervision sent without what it is about and why."""
    supervise(stage, page)
    page.fill("[name='f.about']", "")
    stage.press(page)


def hot(stage: Stage, page: Page) -> None:
    """Two hot issues, as a counting left them."""
    import psycopg

    from huiyin.host.home import Home

    by_day = [0] * 18 + [1, 0, 2, 3, 1, 4, 6, 2, 5, 3, 0, 1]
    rising: tuple[object, ...] = (
        ["石材厂粉尘", "半夜切割石料", "云杉新城"],
        ["210102001005", "210102001007"],
        28,
        21,
        9,
        "2026-10-25",
        "2026-11-23",
        by_day,
    )
    steady: tuple[object, ...] = (["路灯不亮"], [], 7, 5, 0, "2026-10-26", "2026-11-20", [0, 1, 0, 2, 0, 0, 1] + [0] * 20 + [1, 2, 0])
    with psycopg.connect(Home(stage.home).owner_url, autocommit=True) as owner:
        look = owner.execute(
            "INSERT INTO learning_hotlook (made_at, days, until, read, whole) VALUES (now(), 30, '2026-11-23', 412, true) RETURNING id"
        ).fetchone()
        assert look is not None
        for one in (rising, steady):
            owner.execute(
                "INSERT INTO learning_hotissue (look_id, words, places, matters, people, before, first, last, by_day) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (*look, *one),
            )
    stage.go(page, "/board/hot/")


def nothing_hot(stage: Stage, page: Page) -> None:
    """A counting that found nothing."""
    import psycopg

    from huiyin.host.home import Home

    with psycopg.connect(Home(stage.home).owner_url, autocommit=True) as owner:
        owner.execute("INSERT INTO learning_hotlook (made_at, days, until, read, whole) VALUES (now(), 30, '2026-11-23', 3000, false)")
    stage.go(page, "/board/hot/")


SCREENS: tuple[Screen, ...] = (
    Screen(
        "board", "supervisor", {"normal": at("/board/"), "streets": at("/board/?by=street"), "lines": at("/board/?by=line")}, shows="board"
    ),
    Screen(
        "board-list",
        "supervisor",
        {"normal": at("/board/list/?cause=late"), "empty": at("/board/list/?cause=late&by=line&key=none")},
        shows="board-list",
    ),
    Screen("hot", "supervisor", {"normal": hot, "empty": nothing_hot}, shows="hot-issues"),
    Screen("supervise", "supervisor", {"normal": supervise, "error": supervise_wrong}, shows="board-supervise"),
    Screen("map", "supervisor", {"normal": at("/map/")}, shows="map"),
    Screen("map-street", "supervisor", {"normal": at("/map/210102001000/")}, shows="map-place"),
    Screen("map-public", "resident", {"normal": at("/map/")}, shows="map"),
    Screen("figures", "resident", {"normal": at("/record/figures/")}, shows="figures"),
    Screen("jobs", "dispatcher", {"normal": at("/jobs/")}, shows="jobs"),
    Screen("job", "dispatcher", {"normal": signs, "errors": taken_back}, shows="job"),
    Screen("export", "dispatcher", {"normal": at("/export/?scope=unit&overdue=1")}, shows="export"),
    Screen("import", "dispatcher", {"normal": at("/import/"), "error": nothing_chosen}, shows="import"),
)
