"""Looking at one state of one screen in both languages and sizes, and saying everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import checks, walks
from .stage import Language, Screen, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

ALL = bool(os.environ.get("LOOKS_ALL"))
# Chinese in normal type and English in large hold between them every word, colour and size; in these axe looks at a screen's first
# state. Its other states share the words of the frame: axe sees them in Chinese. LOOKS_ALL=1 lets it look at all four, always.
BOTH_ENDS: tuple[tuple[Language, bool], ...] = (("zh", False), ("en", True))
EVERY: tuple[tuple[Language, bool], ...] = (("zh", False), ("zh", True), ("en", False), ("en", True))
ALWAYS: tuple[Callable[[Page], list[str]], ...] = (
    checks.k8_reflow,
    checks.k10_help_in_one_place,
    checks.k13_messages_are_told,
)
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
    walks.k20_on_paper,
    walks.k5_dialogs,
    walks.k18_composing,
)


def faults_of(stage: Stage, screen: Screen, state: str) -> list[str]:
    """Return everything wrong with one state of a screen."""
    wrong: list[str] = []
    again = state in screen.again or state.startswith("dialog")
    with stage.opened(screen.who) as page:
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
            wrong += [f"{label}: {one}" for one in _as_it_stands(page, state, language, big=big)]
            if ALL or (language, big) in (BOTH_ENDS if first else BOTH_ENDS[:1]):
                wrong += [f"{label}: {one}" for one in _axe(page, screen, language)]
            if language == "zh" and not big:
                # These change the page.
                wrong += [f"{label}: {one}" for one in _once(page, screen)]
            faults = [one for one in stage.faults if state in WELL or REFUSED not in one]
            if faults:
                wrong.append(f"{label}: the browser complains: {faults[0]}")
            stage.faults.clear()
    if screen.resident and state == "normal":
        wrong += [f"without scripts: {one}" for one in k22_without_scripts(stage, screen)]
    return wrong


def _as_it_stands(page: Page, state: str, language: Language, *, big: bool) -> list[str]:
    wrong = [one for check in ALWAYS for one in check(page)]
    wrong += checks.k19_language(page, language)
    wrong += checks.k21_elder(page) if big else checks.k9_text_spacing(page)
    if language == "zh" and not big and state == "error":
        wrong += checks.k6_bad_submit(page)
    return wrong


def _axe(page: Page, screen: Screen, language: Language) -> list[str]:
    wrong = checks.axe(page)
    if language == "zh":
        wrong += checks.contrast_in_the_dark(page)
        wrong += checks.targets_on_a_phone(page) if screen.on_phones else []
    return wrong


def _once(page: Page, screen: Screen) -> list[str]:
    wrong = [one for check in ONCE for one in check(page)]
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
