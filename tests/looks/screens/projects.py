"""Projects of many households: the list, setting one up, one project with its households, bringing them in, naming for many."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import Screen, Stage
from .shell import at

if TYPE_CHECKING:
    from playwright.sync_api import Page


def new_wrong(stage: Stage, page: Page) -> None:
    stage.go(page, "/desk/projects/new/")
    stage.press(page)


def heating(stage: Stage, page: Page) -> None:
    """Open the project whose households the demonstration brought in."""
    stage.go(page, "/desk/projects/")
    page.get_by_role("link", name="晨光小区供热不达标").first.click()


def nothing_fits(stage: Stage, page: Page) -> None:
    heating(stage, page)
    stage.go(page, f"{urlsplit(page.url).path}?stage=done")


def households(stage: Stage, page: Page) -> None:
    heating(stage, page)
    stage.go(page, f"{urlsplit(page.url).path}households/")


def households_wrong(stage: Stage, page: Page) -> None:
    households(stage, page)
    page.locator("form:has([name=do][value=one]) button[type=submit]").click()


def mediator(stage: Stage, page: Page) -> None:
    heating(stage, page)
    stage.go(page, f"{urlsplit(page.url).path}mediator/")


def mediator_wrong(stage: Stage, page: Page) -> None:
    mediator(stage, page)
    stage.press(page)


SCREENS: tuple[Screen, ...] = (
    Screen("list", "committee", {"normal": at("/desk/projects/")}, shows="projects"),
    Screen("new", "committee", {"normal": at("/desk/projects/new/"), "error": new_wrong}, shows="project-new"),
    Screen("one", "committee", {"normal": heating, "empty": nothing_fits}, shows="project"),
    Screen("households", "committee", {"normal": households, "error": households_wrong}, shows="project-households"),
    Screen("mediator", "committee", {"normal": mediator, "error": mediator_wrong}, shows="project-mediator"),
)
