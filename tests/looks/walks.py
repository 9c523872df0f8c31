"""Checks that do something: keys, dialogs, another medium, paper."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from .checks import ask, listed

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

MOST_STOPS = 160
MOST_PRESSES_IN_ONE = 9
RING, RING_CONTRAST = 2, 3.0
# What A4 leaves between our margins, at 96 points to the inch.
SHEET: ViewportSize = {"width": 718, "height": 1000}
# How far a picture's shape may be from its own: none is drawn to the hundredth of a point.
OUT_OF_SHAPE = 0.05
SHORTCUTS = "abcdefghijklmnopqrstuvwxyz0123456789?/.,"


def k2_k3_k4_by_keyboard(page: Page) -> list[str]:
    """2.1.2 No trap, 2.4.3 Order, 2.4.7 Focus visible, 2.4.11 Focus not covered: from the top to the end by Tab, and back."""
    wrong = [f"order: {one}" for one in listed(page, "orderIsPlain")]
    stops = listed(page, "stops")
    page.evaluate(
        "() => { window.scrollTo(0, 0); document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex') }"
    )
    reached: list[int] = []
    last, stayed = None, 0
    while len(reached) < min(len(stops), MOST_STOPS):
        page.keyboard.press("Tab")
        at = ask(page, "focus")
        if at is None:
            break
        if at["index"] == last:
            stayed += 1
            if stayed > MOST_PRESSES_IN_ONE:
                wrong.append(f"no way on from {at['called']}")
                break
            continue
        last, stayed = at["index"], 0
        if at["index"] in reached:
            break
        reached.append(at["index"])
        wrong += _marked(at)
    missed = [stops[index] for index in range(min(len(stops), MOST_STOPS)) if index not in reached]
    if missed:
        wrong.append(f"{len(missed)} of {len(stops)} not reached by Tab: {'; '.join(missed[:3])}")
    if reached != sorted(reached):
        wrong.append("the focus jumps back")
    return wrong + _back(page, reached)


def _marked(at: dict[str, Any]) -> list[str]:
    wrong = []
    if not at["seen"]:
        wrong.append(f"{at['called']} has the focus and is covered")
    if at["ring"] < RING or at["contrast"] < RING_CONTRAST:
        wrong.append(f"{at['called']}: focus ring of {at['ring']}px, contrast {at['contrast']:.1f}")
    return wrong


def _back(page: Page, reached: list[int]) -> list[str]:
    """Go a part of the way back; date inputs hold several stops of the browser's own."""
    seen: list[int] = []
    for _ in range(min(len(reached), 12) * 2):
        page.keyboard.press("Shift+Tab")
        at = ask(page, "focus")
        if at is None or len(set(seen)) >= 6:
            break
        seen.append(at["index"])
    if seen and len(set(seen)) == 1 and len(reached) > 2 and len(seen) > MOST_PRESSES_IN_ONE:
        return [f"no way back from stop {seen[0]}"]
    return ["going back by Shift+Tab does not go back"] if seen != sorted(seen, reverse=True) else []


def k5_dialogs(page: Page) -> list[str]:
    """2.4.3, 4.1.2: opening a dialog moves the focus in and makes the rest inert; Escape closes it and brings the focus back."""
    wrong = []
    for index in range(page.locator("[data-opens]").count()):
        opener = page.locator("[data-opens]").nth(index)
        if not opener.is_visible():
            continue
        name = opener.get_attribute("data-opens") or ""
        opener.focus()
        page.keyboard.press("Enter")
        state = page.evaluate(
            "(id) => { const dialog = document.getElementById(id); return dialog && "
            "{open: dialog.open, modal: dialog.matches(':modal'), inside: dialog.contains(document.activeElement)} }",
            name,
        )
        if not state or not all(state.values()):
            wrong.append(f"#{name} opened badly: {state}")
            continue
        page.keyboard.press("Escape")
        closed = page.evaluate("(id) => !document.getElementById(id).open && document.activeElement?.dataset.opens === id", name)
        if not closed:
            wrong.append(f"#{name} does not close by Escape, or the focus is lost")
    return wrong


def k15_other_media(page: Page) -> list[str]:
    """2.3.3, 1.4.11: nothing moves for those who ask for calm; forced colours and more contrast lose nothing."""
    words = ask(page, "words")
    page.emulate_media(reduced_motion="reduce")
    wrong = [f"moves: {one}" for one in listed(page, "moving")]
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    wrong += [f"has no edge in forced colours: {one}" for one in listed(page, "edges")]
    if ask(page, "words") != words:
        wrong.append("words vanish in forced colours")
    page.emulate_media(reduced_motion="reduce", forced_colors="none", contrast="more")
    if ask(page, "words") != words:
        wrong.append("words vanish with more contrast")
    page.emulate_media(reduced_motion="reduce", contrast="no-preference")
    return wrong


def k16_session_end_is_told(page: Page) -> list[str]:
    """2.2.1 Timing adjustable: a page behind a session carries what warns of its end (how it warns is tried in test_session)."""
    told: bool = page.evaluate(
        "() => document.documentElement.dataset.shell !== 'staff' || "
        "!!document.querySelector('html[data-session-ends]') && !!document.querySelector('script[src*=\"ui/session.js\"]')"
    )
    return [] if told else ["nothing warns of the session's end"]


def k17_no_keys_by_default(page: Page) -> list[str]:
    """2.1.4 Character key shortcuts: single keys do nothing until somebody switches them on."""
    was = page.url
    # A date's own inner fields keep the focus through one blur.
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex') }")
    page.keyboard.type(SHORTCUTS)
    moved = page.evaluate("() => document.activeElement !== document.body && document.activeElement.className !== 'errors'")
    opened = page.locator("dialog[open]").count()
    return [f"a single key did something: {page.url}"] if page.url != was or moved or opened else []


def k18_composing(page: Page) -> list[str]:
    """3.2.2 On input: Enter that ends a composition (a Chinese input method) sends nothing."""
    fields = page.locator("main form input[type=text]:visible, main form input[type=tel]:visible, main form textarea:visible")
    if not fields.count():
        return []
    was = page.url
    page.evaluate("() => document.addEventListener('submit', (event) => { window.sent = true; event.preventDefault() }, true)")
    fields.first.focus()
    devices = page.context.new_cdp_session(page)
    devices.send("Input.imeSetComposition", {"text": "lu deng", "selectionStart": 7, "selectionEnd": 7})
    key = {"windowsVirtualKeyCode": 229, "code": "Enter", "key": "Process"}
    devices.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    devices.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    page.evaluate(
        "() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', code: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    devices.send("Input.insertText", {"text": "路灯"})
    devices.detach()
    sent: bool = page.evaluate("() => window.sent === true")
    return ["Enter during composition sent the form"] if sent or page.url != was else []


def k20_on_paper(page: Page) -> list[str]:
    """1.3.1: printed, the page is text (not a picture), says what it is, numbers its sheets, and leaves the tools out."""
    import pypdfium2  # type: ignore[import-untyped]

    heading = page.locator("h1").first.inner_text().strip()
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=False)))
    sheets = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    text = "".join("".join(sheets).split())
    wrong = []
    if "".join(heading.split())[:12] not in text and page.locator("h1.no-print").count() == 0:
        wrong.append(f"the printed page does not say “{heading}”")
    for number, sheet in enumerate(sheets, 1):
        if f"{number}/{len(sheets)}" not in "".join(sheet.split()):
            wrong.append(f"sheet {number} of {len(sheets)} has no number")
    if page.locator("header .tools a[hreflang]").first.inner_text().strip() in sheets[0].splitlines():
        wrong.append("the header's tools are printed")
    return wrong + _pictures_on_paper(page)


def k20_laid_out_for_paper(page: Page) -> list[str]:
    """1.3.1, for states whose sheets are those of another: laid out for print the heading stands and the tools are gone."""
    page.emulate_media(media="print")
    wrong = []
    if not page.locator("h1").first.is_visible() and page.locator("h1.no-print").count() == 0:
        wrong.append("the heading is not printed")
    if page.locator("header .tools a[hreflang]").first.is_visible():
        wrong.append("the header's tools are printed")
    page.emulate_media(media="null")
    return wrong + _pictures_on_paper(page)


def _pictures_on_paper(page: Page) -> list[str]:
    """No picture is squeezed on a sheet: a code out of shape is read by no camera."""
    was = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    squeezed: list[str] = page.evaluate(
        """(most) => [...document.images].filter((one) => one.naturalHeight && one.offsetHeight).map((one) => {
            const box = getComputedStyle(one), bare = (...sides) => sides.reduce((sum, side) => sum + parseFloat(box[`padding${side}`]), 0);
            const wide = one.clientWidth - bare("Left", "Right"), high = one.clientHeight - bare("Top", "Bottom");
            const off = (wide / high) / (one.naturalWidth / one.naturalHeight);
            return box.objectFit === "fill" && Math.abs(off - 1) > most ? `${one.alt || one.src}: ${wide} x ${high}` : "";
        }).filter(Boolean)""",
        OUT_OF_SHAPE,
    )
    page.emulate_media(media="null")
    if was is not None:
        page.set_viewport_size(was)
    return [f"out of shape on paper: {one}" for one in squeezed[:3]]
