"""Whistles: who was called and has come, blowing one, and a matter dealt with together with another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage
from .shell import at

if TYPE_CHECKING:
    from playwright.sync_api import Page


def call_wrong(stage: Stage, page: Page) -> None:
    stage.go(page, "/desk/whistles/new/")
    stage.press(page)


def whistle(stage: Stage, page: Page) -> None:
    stage.go(page, stage.matter("whistle", "running").desk)


def answer(stage: Stage, page: Page) -> None:
    stage.go(page, stage.matter("whistle_response", "absent").desk)


def task(stage: Stage, page: Page) -> None:
    stage.go(page, stage.matter("joint_task", "helping").desk)


def merge(stage: Stage, page: Page) -> None:
    stage.go(page, f"{stage.matter('plain_request', 'received').desk}act/merge/")


def merge_wrong(stage: Stage, page: Page) -> None:
    merge(stage, page)
    stage.press(page)


SCREENS: tuple[Screen, ...] = (
    Screen("list", "workroom", {"normal": at("/desk/whistles/")}, shows="whistles"),
    Screen("list-nothing", "seal", {"empty": at("/desk/whistles/")}, shows="whistles"),
    Screen("call", "workroom", {"normal": at("/desk/whistles/new/"), "error": call_wrong}, shows="whistle-new"),
    Screen("whistle", "workroom", {"normal": whistle}, shows="desk-matter"),
    Screen("answer", "traffic", {"normal": answer}, shows="desk-matter"),
    Screen("task", "housing", {"normal": task}, shows="desk-matter"),
    Screen("merge", "dispatcher", {"normal": merge, "error": merge_wrong}, shows="desk-act"),
)
