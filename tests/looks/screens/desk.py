"""The staff desk: the work list, a matter beside it, a reply point by point, search, notices, keys."""

from __future__ import annotations

from typing import Any

from . import Screen, Stage, Way


def at(path: str) -> Way:
    """Return the way to an address."""

    def way(stage: Stage, page: Any) -> None:
        stage.go(page, path)

    return way


def refused(stage: Stage, page: Any) -> None:
    """A decline without its reason, beside the list."""
    stage.go(page, "/desk/?open=first&line=request&act=decline")
    stage.press(page, "form#act-form")


def reply(stage: Stage, page: Any) -> None:
    """The form that answers."""
    stage.go(page, f"{stage.matter('plain_request', 'received').desk}act/answer_now/")


def unanswered(stage: Stage, page: Any) -> None:
    """A reply with nothing in it."""
    reply(stage, page)
    stage.press(page, "form#act-form")


def keys_twice(stage: Stage, page: Any) -> None:
    """Two keys on one letter."""
    stage.go(page, "/desk/keys/")
    page.locator("select").nth(1).select_option("J")
    stage.press(page)


SCREENS = (
    Screen("desk-list", "dispatcher", {"normal": at("/desk/"), "empty": at("/desk/?line=dispute"), "long": at("/desk/?scope=all&n=100")}),
    Screen("desk-beside", "dispatcher", {"normal": at("/desk/?open=first"), "error": refused}),
    Screen("desk-matter", "dispatcher", {"normal": lambda stage, page: stage.go(page, stage.matter("plain_request", "received").desk)}),
    Screen("desk-reply", "dispatcher", {"normal": reply, "error": unanswered}),
    Screen("desk-search", "dispatcher", {"normal": at("/desk/search/?q=路灯"), "empty": at("/desk/search/?q=没有这样的字")}),
    Screen("desk-notices", "dispatcher", {"normal": at("/desk/notices/")}),
    Screen("desk-keys", "dispatcher", {"normal": at("/desk/keys/"), "error": keys_twice}),
)
