"""Neighbouring systems: the list, one record for who keeps it and for who exchanges with it, the form, the mapping editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage
from .returns import at

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEEPS, EXCHANGES = "admin", "dispatcher"
SAMPLE = (
    "信访件号,登记日期,信访事项,内容分类\n"
    "XF-1,2026-11-20,楼前三盏路灯不亮，老人夜里出门看不见。,03-07\n"
    "XF-2,2026-11-20,家里暖气不热，孩子发烧。,04-01\n"
    "XF-3,明天,时间写错的一行。,03-07\n"
    "XF-4,2026-11-20,分类是新的一行。,09-99\n"
)


def sampled(stage: Stage, page: Page) -> None:
    """The editor with a sample: columns, values, and what the first rows become."""
    stage.go(page, "/neighbours/of/petitions/mapping/")
    page.set_input_files("input[type=file]", {"name": "来信.csv", "mimeType": "text/csv", "buffer": SAMPLE.encode()})
    stage.press(page)


def kept_without_a_reason(stage: Stage, page: Page) -> None:
    """Kept without a word on why."""
    sampled(stage, page)
    page.locator("button[value=save]").click()
    page.wait_for_load_state()


def without_anything(stage: Stage, page: Page) -> None:
    """Sent with nothing in it."""
    stage.go(page, "/neighbours/new/")
    stage.press(page)


SCREENS: tuple[Screen, ...] = (
    Screen("kept", KEEPS, {"normal": at("/neighbours/")}, shows="neighbours"),
    Screen("exchanged", EXCHANGES, {"normal": at("/neighbours/")}, shows="neighbours"),
    Screen("new", KEEPS, {"normal": at("/neighbours/new/"), "error": without_anything}, shows="neighbour-new"),
    Screen("record", KEEPS, {"normal": at("/neighbours/of/cityapp/")}, shows="neighbour"),
    Screen("change", KEEPS, {"normal": at("/neighbours/of/hotline/change/")}, shows="neighbour-change"),
    Screen("exchange", EXCHANGES, {"normal": at("/neighbours/of/petitions/")}, shows="neighbour"),
    Screen(
        "mapping",
        EXCHANGES,
        {"normal": sampled, "empty": at("/neighbours/of/petitions/mapping/"), "error": kept_without_a_reason},
        shows="neighbour-mapping",
    ),
)
