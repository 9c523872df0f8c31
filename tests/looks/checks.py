"""Checks of a page as it stands: each names the criterion of WCAG 2.2 (or of the elder rules) it holds the page to.

Every check returns what is wrong, one line each, and nothing when all is well. Those that need another width leave the page at it:
who calls them sees to the order. Keyboard, media and dialogs are in ``walks``.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .stage import Language

PROBES = Path(__file__).with_name("probes.js")
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # The only rule of WCAG 2.2 axe has is off unless asked for; contrast has its own look.
    "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}},
    "resultTypes": ["violations"],
}
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
TARGETS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["target-size"]}, "resultTypes": ["violations"]}
ELDER_TYPE, ELDER_TARGET, ELDER_LEADING = 18, 60, 1.75
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } "
    "p { margin-bottom: 2em !important }"
)


@cache
def _probes() -> str:
    return PROBES.read_text("utf-8")


@cache
def _axe_script() -> str:
    from axe_playwright_python.sync_playwright import Axe

    script: str = Axe().axe_script
    return script


def ask(page: Page, probe: str, *words: Any) -> Any:
    """Ask the page one of the probes."""
    asked = f"(words) => 'looks' in window ? {{said: window.looks.{probe}(...words)}} : null"
    answer = page.evaluate(asked, list(words))
    if answer is None:
        page.evaluate(_probes())
        answer = page.evaluate(asked, list(words))
    return answer["said"]


def listed(page: Page, probe: str, *words: Any) -> list[str]:
    """Return what a probe finds wrong."""
    found: list[str] = ask(page, probe, *words)
    return found


def axe(page: Page) -> list[str]:
    """All rules axe has for WCAG 2.2 A and AA, and its best practice; but contrast, which is looked at by itself."""
    return _violations(page, AXE_OPTIONS)


def targets_on_a_phone(page: Page) -> list[str]:
    """2.5.8 Target size at 360 px, where columns fold. The window is as tall as the page: what a bar that sticks covers can be scrolled."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_viewport_size({"width": 360, "height": int(page.evaluate("() => document.documentElement.scrollHeight"))})
    return [f"at 360px: {one}" for one in _violations(page, TARGETS)]


def contrast(page: Page, *, everywhere: bool, forced: bool) -> list[str]:
    """1.4.3 Contrast in light, in dark, and with forced colours where they are asked for."""
    wrong = _contrast(page, everywhere)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    wrong += [f"dark: {one}" for one in _contrast(page, everywhere)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if forced:
        page.emulate_media(forced_colors="active")
        wrong += [f"forced colours: {one}" for one in _contrast(page, everywhere)]
        page.emulate_media(forced_colors="none")
    return wrong


def _contrast(page: Page, everywhere: bool) -> list[str]:
    ask(page, "words")
    return _violations(page, CONTRAST, "document" if everywhere else "{include: window.looks.kinds()}")


def _violations(page: Page, options: dict[str, Any], where: str = "document") -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe_script())
    found: dict[str, Any] = page.evaluate(f"(options) => axe.run({where}, options)", options)
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: " + "; ".join(str(node["html"])[:160] for node in one["nodes"][:3])
        for one in found["violations"]
    ]


def k7_dragging_has_another_way(page: Page) -> list[str]:
    """2.5.7 Dragging movements: whatever can be dragged names its alternative."""
    return listed(page, "dragged")


def k8_reflow(page: Page) -> list[str]:
    """1.4.10 Reflow, 1.4.4 Resize text: 320 px (400 %) and text of 200 % need no scrolling two ways, and lose nothing."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("() => document.documentElement.style.fontSize = '200%'")
    wrong = [f"text of 200%: {one}" for one in (*listed(page, "across"), *listed(page, "clipped"))]
    page.evaluate("() => document.documentElement.style.removeProperty('font-size')")
    page.set_viewport_size({"width": 320, "height": 256})
    return wrong + [f"at 320px: {one}" for one in listed(page, "across")]


def k9_text_spacing(page: Page) -> list[str]:
    """1.4.12 Text spacing: wider lines, letters and words cut nothing off."""
    page.evaluate("(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }", SPACING)
    page.set_viewport_size({"width": 360, "height": 800})
    wrong = [*listed(page, "clipped"), *listed(page, "across")]
    page.evaluate("() => { document.adoptedStyleSheets = [] }")
    return [f"with wide spacing: {one}" for one in wrong]


def k10_help_in_one_place(page: Page) -> list[str]:
    """3.2.6 Consistent help: the telephone is the last of the header's tools, on every page."""
    there: bool = page.evaluate(
        "() => { const all = document.querySelectorAll('header .tools a[href^=\"tel:\"]'); "
        "return all.length === 1 && all[0].matches('.help') "
        "&& all[0].closest('li') === document.querySelector('header .tools > li:last-child') }"
    )
    return [] if there else ["the help telephone is not the last of the header's tools"]


def k11_nothing_asked_twice(page: Page) -> list[str]:
    """3.3.7 Redundant entry: one form does not ask the same thing of a person twice without filling it in."""
    return listed(page, "askedTwice")


def k12_pasting_allowed(page: Page) -> list[str]:
    """3.3.8 Accessible authentication: codes and passwords can be pasted and kept by the browser."""
    return listed(page, "pasting")


def k13_messages_are_told(page: Page) -> list[str]:
    """4.1.3 Status messages: news are statuses, errors alerts, progress speaks; nothing interrupts."""
    return listed(page, "messages")


def k14_nothing_only_on_hover(page: Page) -> list[str]:
    """1.4.13 Content on hover or focus: no content that only a pointer finds."""
    return listed(page, "hoverOnly")


def k19_language(page: Page, language: Language) -> list[str]:
    """3.1.1 and 3.1.2 Language of page and parts: the switch stays on the page; Chinese on an English page is marked."""
    wrong = []
    lang = page.evaluate("() => document.documentElement.lang")
    if lang != {"zh": "zh-Hans", "en": "en"}[language]:
        wrong.append(f"the page says it is in {lang}")
    switch = page.locator("header .tools a[hreflang]").first.get_attribute("href") or ""
    there, here = urlsplit(urljoin(page.url, switch)), urlsplit(page.url)

    def others(query: str) -> list[tuple[str, str]]:
        return [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in ("lang", "big")]

    if there.path != here.path or others(there.query) != others(here.query):
        wrong.append(f"the language switch leaves the page: {switch}")
    if language == "en":
        wrong += [f"Chinese not marked as such: {one}" for one in listed(page, "foreign")]
    return wrong


def k21_elder(page: Page) -> list[str]:
    """The elder rules: type of 18 px, targets of 60 px, lines 1.75 apart. Nothing across at 320 px is reflow (K8), in every size."""
    return [f"large type: {one}" for one in dict.fromkeys(listed(page, "elder", ELDER_TYPE, ELDER_TARGET, ELDER_LEADING))]


def k6_bad_submit(page: Page) -> list[str]:
    """3.3.1, 3.3.3, 4.1.3: the summary has the focus, links land on their questions, and say what stands beside them."""
    # A busy machine may still be running the script that puts it there; a focus that never comes is asked about all the same.
    from playwright.sync_api import TimeoutError as TooLongError

    with suppress(TooLongError):
        page.wait_for_selector(".errors:focus", timeout=3000)
    found = ask(page, "errors")
    if found is None:
        return ["no summary of what is wrong"]
    wrong = []
    if not found["focused"]:
        wrong.append("the focus is not on the summary")
    if not found["title"].startswith(("错误：", "Error: ")):
        wrong.append(f"the title does not begin with the error: {found['title']}")
    for link in found["links"]:
        if not link["there"]:
            wrong.append(f"the link to #{link['id']} leads nowhere")
            continue
        if link["inline"] is None or link["said"] not in link["inline"]:
            wrong.append(f"#{link['id']}: “{link['said']}” above, {json.dumps(link['inline'], ensure_ascii=False)} beside")
        if not link["described"] or not link["invalid"]:
            wrong.append(f"#{link['id']} is not marked as wrong for screen readers")
        page.locator(f".errors a[href='#{link['id']}']").first.click()
        lands: bool = page.evaluate(
            "(id) => { const target = document.getElementById(id); return target.contains(document.activeElement) }", link["id"]
        )
        if not lands:
            wrong.append(f"the link to #{link['id']} does not move the focus there")
    return wrong
