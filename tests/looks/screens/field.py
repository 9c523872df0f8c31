"""The grid worker's screens: today, noting a visit, what the phone keeps, the list on paper, planning, the shell without signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page


def today(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/")


def nothing_today(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/")


def capture(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/capture/")


def capture_wrong(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/capture/")
    page.check("[name='f.result'][value=matter]")
    stage.press(page, "#capture")


def capture_settled(stage: Stage, page: Page) -> None:
    """A hazard of a kind whose unit turns on one more answer."""
    stage.go(page, "/field/capture/")
    page.check("[name='f.result'][value=matter]")
    page.check("[name='f.matter_kind'][value=hazard]")
    page.select_option("[name=topic]", "hazard.road.manhole")
    page.check("[name='f.premises'][value=estate]")


def kept(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/kept/")


def plan(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/plan/")


def plan_wrong(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/plan/")
    stage.press(page)


def paper(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/print/")


def shell(stage: Stage, page: Page) -> None:
    stage.go(page, "/field/shell/")


SCREENS: tuple[Screen, ...] = (
    Screen("today", "grid", {"normal": today}, shows="today"),
    Screen("today-nothing", "inspector", {"empty": nothing_today}, shows="today"),
    Screen(
        "capture",
        "grid",
        {"normal": capture, "error": capture_wrong, "settled": capture_settled},
        again=("settled",),
        shows="field-capture",
    ),
    Screen("kept", "grid", {"empty": kept}, shows="field-kept"),
    Screen("plan", "grid", {"normal": plan, "error": plan_wrong}, shows="field-plan"),
    Screen("paper", "grid", {"normal": paper}, shows="field-print"),
    Screen("shell", "resident", {"normal": shell}, shows="field-shell"),
)
