"""Dates: why a clock ends when it does, the calculator open to all, the address for a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage, Way
from .resident import at

if TYPE_CHECKING:
    from playwright.sync_api import Page

REVIEW = "/dates/?clock=review_decide&on=2026-09-11"


def desk(procedure: str, state: str) -> Way:
    """Why the date of a matter at a desk is what it is."""
    return lambda stage, page: stage.go(page, f"{stage.matter(procedure, state).desk}dates/")


def mine(procedure: str, state: str) -> Way:
    """The same for its party."""

    def way(stage: Stage, page: Page) -> None:
        found = stage.matter(procedure, state)
        stage.track(page, found)
        stage.go(page, f"{found.mine}dates/")

    return way


def mine_feed(stage: Stage, page: Page) -> None:
    """A party's address for a calendar."""
    found = stage.matter("plain_request", "received")
    stage.track(page, found)
    stage.go(page, f"{found.mine}calendar/")


def made(stage: Stage, page: Page) -> None:
    """An address just made: shown once."""
    stage.go(page, "/desk/calendar/")
    page.locator("button[name=do][value=make]").click()


SCREENS = (
    Screen(
        "calculator",
        "resident",
        {
            "normal": at(REVIEW),
            "start": at("/dates/"),
            "found": at("/dates/?q=%E4%BF%A1%E8%AE%BF"),
            "empty": at("/dates/?q=%E6%97%A0%E6%AD%A4%E4%BA%8B"),
            "error": at("/dates/?clock=review_decide&on=2026-02-31&from1=2026-09-20&to1=2026-09-01&more=x"),
            "plain": at("/dates/?by=plain&amount=20&unit=working+days&way=forward&count=&on=2026-09-15"),
            "timeless": at("/dates/?clock=mediation_begins"),
            "long": at(f"{REVIEW}&from1=2026-09-20&to1=2026-10-20&more=30&more_unit=days"),
        },
        shows="dates",
    ),
    Screen(
        "clock",
        "mediator",
        {"normal": desk("people_mediation", "mediating"), "ended": desk("people_mediation", "resolved")},
        shows="desk-dates",
    ),
    Screen("own_clock", "party", {"normal": mine("plain_request", "received")}, shows="mine-dates"),
    Screen("feed", "mediator", {"normal": at("/desk/calendar/"), "made": made}, again=("made",), shows="desk-feed"),
    Screen("own_feed", "party", {"normal": mine_feed}, shows="mine-feed"),
)
