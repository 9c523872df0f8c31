"""What residents see: the start, a place, a report from the first word to the slip, following it, the guided path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage, Way

if TYPE_CHECKING:
    from playwright.sync_api import Page

COMMUNITY = "210102001005"
LAMPS = "楼前三盏路灯不亮，老人夜里出门看不见。"
PIT = "路面塌陷一个大坑，有一米深。"


def at(address: str) -> Way:
    """Open one address."""
    return lambda stage, page: stage.go(page, address)


def _said(stage: Stage, page: Page, words: str = LAMPS, kind: str = "report") -> None:
    stage.go(page, f"/{kind}/?place={COMMUNITY}")
    page.locator("[name='f.said']").fill(words)
    stage.press(page)


def what_error(stage: Stage, page: Page) -> None:
    """The first page sent empty."""
    stage.go(page, "/report/")
    stage.press(page)


def kind(stage: Stage, page: Page) -> None:
    """A proposed kind."""
    _said(stage, page)


def kind_error(stage: Stage, page: Page) -> None:
    """No kind chosen."""
    _said(stage, page)
    stage.press(page)


def danger(stage: Stage, page: Page) -> None:
    """Words of violence: the way out is there."""
    _said(stage, page, "家里有人家暴打老婆")


def safety(stage: Stage, page: Page) -> None:
    """The card before a dangerous hazard."""
    _said(stage, page, PIT)
    page.locator("[name=topic]").first.check()
    stage.press(page)


def where(stage: Stage, page: Page) -> None:
    """Where it is, filled in by the code at the door."""
    _said(stage, page)
    page.locator("[name=topic]").first.check()
    stage.press(page)


def where_unknown(stage: Stage, page: Page) -> None:
    """A place nobody knows."""
    where(stage, page)
    page.locator("[name='f.place.detail']").fill("魔法学校门口")
    page.locator("button[name=do][value='find:f.place']").click()


def you(stage: Stage, page: Page) -> None:
    """How to reach the person, with what is known nearby."""
    where(stage, page)
    stage.press(page)


def check(stage: Stage, page: Page) -> None:
    """The answers before sending."""
    you(stage, page)
    page.locator("[name='f.phone']").fill("13800000001")
    stage.press(page)


def done(stage: Stage, page: Page) -> None:
    """The receipt."""
    check(stage, page)
    stage.press(page)


def slip(stage: Stage, page: Page) -> None:
    """The slip on A4."""
    done(stage, page)
    page.goto(page.url.replace("/done/", "/slip/"))


def slip_narrow(stage: Stage, page: Page) -> None:
    """The slip on a roll."""
    done(stage, page)
    page.goto(page.url.replace("/done/", "/slip/?size=80"))


def saved(stage: Stage, page: Page) -> None:
    """A draft put by."""
    where(stage, page)
    with page.expect_navigation():
        page.locator("button[name=do][value=save]").click()


def deleted(stage: Stage, page: Page) -> None:
    """A draft put by, then deleted."""
    saved(stage, page)
    stage.press(page)


def gone(stage: Stage, page: Page) -> None:
    """A draft that is not this browser's."""
    page.goto(f"{stage.root}/report/nobodys-draft/what/")


def unknown_place(stage: Stage, page: Page) -> None:
    """A code at a door that nobody knows."""
    page.goto(f"{stage.root}/p/999999999999/")


def wrong_code(stage: Stage, page: Page) -> None:
    """A code that opens nothing."""
    stage.go(page, "/report/resume/")
    page.locator("[name=code]").fill("123")
    stage.press(page)


def wrong_pair(stage: Stage, page: Page) -> None:
    """Reference and code that do not belong together."""
    stage.go(page, "/track/")
    page.locator("[name=reference]").fill("2611 2104 0873")
    page.locator("[name=code]").fill("000000")
    stage.press(page)


def mine(procedure: str, state: str) -> Way:
    """A matter in one state, as its party sees it."""

    def way(stage: Stage, page: Page) -> None:
        stage.track(page, stage.matter(procedure, state))

    return way


def result(stage: Stage, page: Page) -> None:
    """Saying how it went."""
    found = stage.matter("plain_request", "replied")
    stage.track(page, found)
    stage.go(page, f"{found.mine}result/")


def result_error(stage: Stage, page: Page) -> None:
    """Nothing said of how it went."""
    result(stage, page)
    stage.press(page)


def rated(stage: Stage, page: Page) -> None:
    """What was said of the result."""
    found = stage.matter("plain_request", "closed")
    stage.track(page, found)
    stage.go(page, f"{found.mine}result/")


ANSWERED = "whom=neighbour&topic=dispute.neighbour.water_leak&tried=talked"

SCREENS = (
    Screen("home", "resident", {"normal": at("/")}, shows="home"),
    Screen(
        "place", "resident", {"normal": at(f"/p/{COMMUNITY}/"), "missing": unknown_place, "wide": at("/p/210102000000/")}, shows="place"
    ),
    Screen("places", "resident", {"normal": at("/p/?words=南京南"), "empty": at("/p/?words=魔法学校")}, shows="places"),
    Screen("sign", "resident", {"normal": at(f"/p/{COMMUNITY}/sign/"), "small": at(f"/p/{COMMUNITY}/sign/?size=a6")}, shows="place-sign"),
    Screen("paper_form", "resident", {"normal": at("/paper-form/report/"), "dispute": at("/paper-form/dispute/")}, shows="paper-form"),
    Screen("what", "resident", {"normal": at("/report/"), "error": what_error, "dispute": at("/dispute/")}, shows="report-step"),
    Screen("kind", "resident", {"normal": kind, "error": kind_error, "danger": danger}, shows="report-step"),
    Screen("safety", "resident", {"normal": safety}, shows="report-step"),
    Screen("where", "resident", {"normal": where, "unknown": where_unknown}, shows="report-step"),
    Screen("you", "resident", {"normal": you}, shows="report-step"),
    Screen("check", "resident", {"normal": check}, shows="report-step"),
    Screen("done", "resident", {"normal": done}, shows="report-done"),
    Screen("slip", "resident", {"normal": slip, "narrow": slip_narrow}, shows="report-slip"),
    Screen("saved", "resident", {"normal": saved, "deleted": deleted}, again=("deleted",), shows="report-saved"),
    Screen("gone", "resident", {"missing": gone}, shows="report-step"),
    Screen("resume", "resident", {"normal": at("/report/resume/"), "error": wrong_code}, shows="report-resume"),
    Screen(
        "one_page", "resident", {"normal": at("/report/one-page/report/"), "dispute": at("/report/one-page/dispute/")}, shows="report-plain"
    ),
    Screen("track", "resident", {"normal": at("/track/"), "error": wrong_pair}, shows="track"),
    Screen(
        "mine",
        "party",
        {
            "normal": mine("plain_request", "waiting_reporter"),
            "received": mine("plain_request", "received"),
            "replied": mine("plain_request", "replied"),
            "repairing": mine("hazard_repair", "repairing"),
            "argued": mine("hazard_repair", "consulting"),
            "passing": mine("hazard_repair", "passing"),
            "mediating": mine("people_mediation", "mediating"),
            "ended": mine("plain_request", "closed"),
        },
        shows="mine",
    ),
    Screen("result", "party", {"normal": result, "error": result_error, "rated": rated}, shows="mine-result"),
    Screen(
        "pathway",
        "resident",
        {
            "normal": at("/way/"),
            "error": at("/way/?asked=whom"),
            "topic": at("/way/?whom=neighbour"),
            "ways": at(f"/way/?{ANSWERED}&wants=repair"),
            "empty": at("/way/?whom=none"),
        },
        shows="pathway",
    ),
)
