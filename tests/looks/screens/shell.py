"""The pages every visitor may meet, the doors of staff, error pages and the living page of components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage, Way

if TYPE_CHECKING:
    from playwright.sync_api import Page


def at(path: str, status: int = 200) -> Way:
    """Return the way to an address."""

    def way(stage: Stage, page: Page) -> None:
        stage.go(page, path, status)

    return way


def wrong_sign_in(stage: Stage, page: Page) -> None:
    """A wrong password."""
    stage.go(page, "/sign-in/")
    page.fill("input[name=username]", "workroom")
    page.fill("input[name=password]", "not the password")
    stage.press(page)


def forged(stage: Stage, page: Page) -> None:
    """A form without its proof of origin: the page stood open too long."""
    stage.go(page, "/track/")
    page.evaluate("() => document.querySelectorAll('input[name=csrfmiddlewaretoken]').forEach((one) => one.remove())")
    stage.press(page)


SCREENS: tuple[Screen, ...] = (
    Screen("about", "resident", {"normal": at("/about/")}, shows="about"),
    Screen("guides", "resident", {"normal": at("/guide/")}, shows="guides"),
    Screen("guide", "resident", {"normal": at("/guide/people_mediation/")}, shows="guide"),
    Screen("record", "resident", {"normal": at("/record/")}, shows="record"),
    Screen("sign_in", "resident", {"normal": at("/sign-in/"), "error": wrong_sign_in}, shows="sign-in"),
    Screen("choose_post", "mediator", {"normal": at("/post/")}, shows="choose-post"),
    Screen("look", "resident", {"normal": at("/look/")}, shows="look"),
    Screen("look_staff", "dispatcher", {"normal": at("/look/")}, shows="look"),
    Screen("offline", "resident", {"missing": at("/offline/")}, shows="offline"),
    Screen("not_found", "resident", {"missing": at("/no-such-page/", 404)}, shows=""),
    Screen("not_found_staff", "dispatcher", {"missing": at("/no-such-page/", 404)}, shows=""),
    Screen("forged", "resident", {"missing": forged}, again=("missing",), shows="track"),
)
