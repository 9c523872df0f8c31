"""Looking at one state of one screen in both languages and sizes, and saying everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from . import checks, walks
from .screens import of_area
from .stage import Language, Screen, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

ALL = bool(os.environ.get("LOOKS_ALL"))
# Chinese in normal type and English in large hold between them every word, colour and size; in these axe looks at a screen's first
# state. Its other states share the words of the frame: axe sees them in Chinese. Colours have no language and no size.
# LOOKS_ALL=1 lets it look at all four, always.
BOTH_ENDS: tuple[tuple[Language, bool], ...] = (("zh", False), ("en", True))
EVERY: tuple[tuple[Language, bool], ...] = (("zh", False), ("zh", True), ("en", False), ("en", True))
ALWAYS: tuple[Callable[[Page], list[str]], ...] = (
    checks.k10_help_in_one_place,
    checks.k13_messages_are_told,
)
AS_OPENED: ViewportSize = {"width": 1366, "height": 900}
COMPONENTS = ("shell.look", "shell.look_staff")
# In other states the page itself may answer with a refusal, which the browser writes down as a fault.
WELL, REFUSED = ("normal", "empty", "long"), "the server responded with a status of 4"
# What no language and no size changes is asked once; what changes the page comes last.
ONCE: tuple[Callable[[Page], list[str]], ...] = (
    checks.k7_dragging_has_another_way,
    checks.k11_nothing_asked_twice,
    checks.k12_pasting_allowed,
    checks.k14_nothing_only_on_hover,
    walks.k15_other_media,
    walks.k2_k3_k4_by_keyboard,
    walks.k17_no_keys_by_default,
    walks.k5_dialogs,
    walks.k18_composing,
)


def every_state_of(area: str) -> pytest.MarkDecorator:
    """Give a test every state of every screen of an area. Each area has a file of tests, so that processes share the screens."""
    states = [pytest.param(screen, state, id=f"{screen.name}-{state}") for screen in of_area(area) for state in screen.ways]
    return pytest.mark.parametrize(("screen", "state"), states)


def faults_of(stage: Stage, screen: Screen, state: str) -> list[str]:
    """Return everything wrong with one state of a screen."""
    wrong: list[str] = []
    again = state in screen.again or state.startswith("dialog")
    with stage.opened(screen.who, width=AS_OPENED["width"], height=AS_OPENED["height"]) as page:
        if not again:
            screen.ways[state](stage, page)
        first = state == next(iter(screen.ways))
        for language, big in EVERY if first or ALL else BOTH_ENDS:
            if again:
                stage.read_in(page, language, big=big)
                screen.ways[state](stage, page)
            else:
                stage.open_again(page, language, big=big)
            label = f"{language}{' large' if big else ''}"
            plain = (language, big) == BOTH_ENDS[0]
            found = _as_it_stands(page, language, big=big)
            if plain and state == "error":
                found += checks.k6_bad_submit(page)
            if ALL or (language, big) in (BOTH_ENDS if first else BOTH_ENDS[:1]):
                found += checks.axe(page)
            if ALL or plain:
                found += checks.contrast(page, everywhere=ALL, forced=screen.name in COMPONENTS)
            found += _at_other_widths(page, on_phones=plain and screen.on_phones, big=big)
            if plain:
                # These change the page.
                found += _once(page, screen, printed=ALL or first or state == "long")
            wrong += [f"{label}: {one}" for one in found]
            faults = [one for one in stage.faults if state in WELL or REFUSED not in one]
            if faults:
                wrong.append(f"{label}: the browser complains: {faults[0]}")
            stage.faults.clear()
        if (shown := _page_at(page.url)) != screen.shows:
            wrong.append(f"this is the page {shown!r}, not {screen.shows!r}")
    if screen.resident and state == "normal":
        wrong += [f"without scripts: {one}" for one in k22_without_scripts(stage, screen)]
    return wrong


def _page_at(address: str) -> str:
    """Return the name of the page at an address; empty where there is none."""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


def _as_it_stands(page: Page, language: Language, *, big: bool) -> list[str]:
    wrong = [one for check in ALWAYS for one in check(page)]
    wrong += checks.k19_language(page, language)
    return wrong + (checks.k21_elder(page) if big else [])


def _at_other_widths(page: Page, *, on_phones: bool, big: bool) -> list[str]:
    """Each width is gone to once, and the page is left as it was opened."""
    wrong = checks.k8_reflow(page)
    wrong += [] if big else checks.k9_text_spacing(page)
    wrong += checks.targets_on_a_phone(page) if on_phones else []
    page.set_viewport_size(AS_OPENED)
    return wrong


def _once(page: Page, screen: Screen, *, printed: bool) -> list[str]:
    paper = walks.k20_on_paper if printed else walks.k20_laid_out_for_paper
    wrong = [*paper(page), *(one for check in ONCE for one in check(page))]
    if not screen.resident:
        wrong += walks.k16_session_end_is_told(page)
    return wrong


def k22_without_scripts(stage: Stage, screen: Screen) -> list[str]:
    """Robustness: residents reach and read the screen with scripts off."""
    with stage.opened(screen.who, scripts=False) as page:
        try:
            screen.ways["normal"](stage, page)
        except Exception as error:  # whatever stops a reader without scripts is what we look for
            return [f"not reached: {str(error).splitlines()[0]}"]
        heads = page.locator("h1:visible").count()
        return [] if heads == 1 else [f"{heads} headings of the first level"]
