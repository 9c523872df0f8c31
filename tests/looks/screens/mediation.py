"""What parties of a mediation and their mediators see: the steps, reading and signing, the file, the papers for the court."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from . import Found, Screen, Stage, Way

if TYPE_CHECKING:
    from playwright.sync_api import Page

MEDIATION, CONFIRMATION = "people_mediation", "judicial_confirmation"


def at_desk(state: str, page_of: str, procedure: str = MEDIATION) -> Way:
    """Open one page of a matter in that state at a desk."""
    return lambda stage, page: stage.go(page, f"{stage.matter(procedure, state).desk}{page_of}")


def mine(state: str) -> Way:
    """Follow a mediation in that state as its party."""
    return lambda stage, page: stage.track(page, stage.matter(MEDIATION, state))


def read(stage: Stage, page: Page) -> None:
    """The agreement, before signing."""
    found = stage.matter(MEDIATION, "signing")
    stage.track(page, found)
    stage.go(page, f"{found.mine}act/sign/")


def pause(stage: Stage, page: Page) -> None:
    """Between reading and signing on the screen, which every side has chosen."""
    found = stage.matter(MEDIATION, "signing")
    with stage.opened("mediator") as desk:
        stage.go(desk, found.desk)
        links = desk.locator("a[href*='for=']").all()
        parties = {(link.get_attribute("href") or "").partition("for=")[2].partition("#")[0] for link in links}
        for party in sorted(parties):
            stage.go(desk, f"{found.desk}act/choose_signing/?for={party}")
            if desk.locator("input[value=screen]").count():
                desk.check("input[value=screen]")
                desk.check("input[name=evidence][value=in_person]")
                with desk.expect_navigation():
                    desk.locator("main form[method=post] button[type=submit]").last.click()
    read(stage, page)
    with page.expect_navigation():
        page.locator("button[name=do][value=read]").click()


def sign(stage: Stage, page: Page) -> None:
    """The page of the signature."""
    pause(stage, page)
    with page.expect_navigation():
        page.locator("button[name=do][value=pause]").click()


def sign_error(stage: Stage, page: Page) -> None:
    """Sent without the tick."""
    sign(stage, page)
    with page.expect_navigation():
        page.locator("button[name=do][value=sign]").click()


def recorded(stage: Stage, page: Page) -> None:
    """What a party signed on paper, recorded at the desk."""
    found = stage.matter(MEDIATION, "signing")
    stage.go(page, found.desk)
    address = page.locator("a[href*='for=']").first.get_attribute("href") or ""
    party = address.partition("for=")[2].partition("#")[0]
    stage.go(page, f"{found.desk}act/sign/?for={party}")


def offering(stage: Stage, page: Page) -> None:
    """The form of an offer, with a sum in parts worked out."""
    found = stage.matter(MEDIATION, "mediating")
    stage.track(page, found)
    stage.go(page, f"{found.mine}act/make_offer/")
    page.locator("details:has(button[value='spread:terms']) summary").click()
    page.locator("[name='spread.terms.who']").select_option(index=1)
    for name, value in (("what", "赔偿天花板和墙面"), ("sum", "12000"), ("times", "3"), ("first", "2027-01-31"), ("rate", "3")):
        page.locator(f"[name='spread.terms.{name}']").fill(value)
    with page.expect_navigation():
        page.locator("button[value='spread:terms']").click()


def offering_error(stage: Stage, page: Page) -> None:
    """A sum in parts of which nothing was said."""
    found = stage.matter(MEDIATION, "mediating")
    stage.track(page, found)
    stage.go(page, f"{found.mine}act/make_offer/")
    page.locator("details:has(button[value='spread:terms']) summary").click()
    page.locator("[name='spread.terms.sum']").fill("一万二")
    with page.expect_navigation():
        page.locator("button[value='spread:terms']").click()


def danger_wrong(stage: Stage, page: Page) -> None:
    """A danger of which nothing was said."""
    at_desk("mediating", "act/report_danger/")(stage, page)
    stage.press(page, "main form:has([name='f.danger'])")


def danger_reported(stage: Stage, page: Page) -> None:
    """The mediation of who reported a danger, once the police have it in their list."""
    at_desk("mediating", "act/report_danger/")(stage, page)
    page.check("[name='f.danger_kind'][value=may_escalate]")
    page.check("[name='f.danger_called'][value=yes]")
    for name, value in (
        ("danger", "昨晚拿着铁管等在门口"),
        ("danger_phone", "值班调解员 024-00000000"),
        ("danger_place.detail", "2号楼门前"),
    ):
        page.locator(f"[name='f.{name}']").fill(value)
    stage.press(page, "main form:has([name='f.danger'])")
    reported = page.get_by_text("已送到，等接收").or_(page.get_by_text("Delivered, to be taken"))
    for _ in range(60):
        if reported.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise LookupError("the report did not reach the police")


def ready_pieces(stage: Stage, page: Page) -> None:
    """The ready pieces beside an agreement."""
    at_desk("mediating", "act/draft_agreement/")(stage, page)
    page.locator("details:has(button[value^='clause:']) summary").first.click()


def offered(stage: Stage, page: Page) -> None:
    """Two offers one after the other, the second with changes, on the party's page."""
    found = stage.matter(MEDIATION, "mediating")
    stage.track(page, found)
    for amount in ("3000", "3600"):
        stage.go(page, f"{found.mine}act/make_offer/")
        page.locator("[name='f.terms.0.who']").select_option(index=1)
        for name, value in (("what", "赔偿天花板和墙面"), ("amount", amount), ("due", "2027-01-31"), ("proof", "转账回单")):
            page.locator(f"[name='f.terms.0.{name}']").fill(value)
        page.locator("[name='f.terms_note']").fill(f"材料和人工一共{amount}元。")
        with page.expect_navigation():
            page.locator("button[data-key=accept]").click()


def answering(stage: Stage, page: Page) -> None:
    """A proposal of the mediator's, read and answered by a party on one page."""
    found = stage.matter(MEDIATION, "mediating")
    with stage.opened("mediator") as beside:
        stage.go(beside, f"{found.desk}act/propose/")
        beside.locator("[name='f.terms.0.who']").select_option(index=1)
        for name, value in (("what", "赔偿天花板和墙面"), ("amount", "3300"), ("due", "2027-01-31"), ("proof", "转账回单")):
            beside.locator(f"[name='f.terms.0.{name}']").fill(value)
        with beside.expect_navigation():
            beside.locator("button[data-key=accept]").click()
    stage.track(page, found)
    stage.go(page, f"{found.mine}act/answer_proposal/")


def on_the_table(stage: Stage, page: Page) -> None:
    """The offers as the mediator's file shows them."""
    with stage.opened("party") as beside:
        offered(stage, beside)
    at_desk("mediating", "file/")(stage, page)


def talk(alone: bool = False, *, inside: bool = True) -> Way:
    """A party in a room of its mediation."""

    def way(stage: Stage, page: Page) -> None:
        found = stage.matter(MEDIATION, "mediating")
        stage.track(page, found)
        in_room(stage, page, f"{found.mine}room/{'private/' if alone else ''}", inside, PARTY_SAYS)

    return way


def with_a_file(stage: Stage, page: Page) -> None:
    """A party in the room for all, with a photograph somebody put into it."""
    talk()(stage, page)
    if page.locator(".talk .given").count() == 0:
        page.locator("#file").set_input_files({"name": "天花板.jpg", "mimeType": "image/jpeg", "buffer": _photograph()})
        page.locator("#text").fill("这是今天早上拍的。")
        page.locator("form.say button[type=submit]").click()
    page.locator(".talk .given img").first.wait_for()


def _photograph() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 900)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def drafting(stage: Stage, page: Page) -> None:
    """A draft in its third version, as a party sees it."""
    found = stage.matter(MEDIATION, "mediating")
    talk()(stage, page)
    for by, amount, note in (
        ("mediator", "3000", ""),
        ("party", "3600", "材料和人工都算在内。"),
        ("mediator", "3200", "材料和人工都算在内。"),
    ):
        if by == "mediator":
            with stage.opened("mediator") as beside:
                in_room(stage, beside, f"{found.desk}room/", True, ())
                _version(stage, beside, f"{found.desk}draft/", amount, note)
        else:
            _version(stage, page, f"{found.mine}draft/", amount, note)
            stage.go(page, found.mine)
    stage.go(page, f"{found.mine}draft/")


def drafting_at_desk(stage: Stage, page: Page) -> None:
    """The draft as the mediator sees it."""
    with stage.opened("party") as beside:
        drafting(stage, beside)
    stage.go(page, f"{stage.matter(MEDIATION, 'mediating').desk}draft/")


def clash(stage: Stage, page: Page) -> None:
    """Two saved at once: what the other wrote above, one's own below."""
    drafting(stage, page)
    found = stage.matter(MEDIATION, "mediating")
    page.locator("[name='f.terms.0.proof']").fill("双方当面看过")
    with stage.opened("mediator") as beside:
        _version(stage, beside, f"{found.desk}draft/", "3300", "材料和人工都算在内，分两次付。")
    with page.expect_navigation():
        page.locator("#draft button[type=submit]:not(.default-press):not([name=do])").click()


def _version(stage: Stage, page: Page, address: str, amount: str, note: str) -> None:
    stage.go(page, address)
    page.locator("[name='f.terms.0.who']").select_option(index=1)
    for name, value in (("what", "赔偿天花板和墙面"), ("amount", amount), ("due", "2027-01-31")):
        page.locator(f"[name='f.terms.0.{name}']").fill(value)
    page.locator("[name='f.terms_note']").fill(note)
    with page.expect_navigation():
        page.locator("#draft button[type=submit]:not(.default-press):not([name=do])").click()


def talk_apart(stage: Stage, page: Page) -> None:
    """A party at the room for all while the mediator keeps the sides apart."""
    found = stage.matter(MEDIATION, "signing")
    with stage.opened("mediator") as beside:
        stage.go(beside, f"{found.desk}act/keep_apart/")
        stage.press(beside)
    stage.track(page, found)
    stage.go(page, f"{found.mine}room/")


def talk_at_desk(stage: Stage, page: Page) -> None:
    """The mediator in the joint room."""
    in_room(stage, page, f"{stage.matter(MEDIATION, 'mediating').desk}room/", True, MEDIATOR_SAYS)


def talk_with_one(stage: Stage, page: Page) -> None:
    """The mediator alone with the first party."""
    talk_at_desk(stage, page)
    in_room(stage, page, page.locator(".room-tabs a").nth(1).get_attribute("href") or "", True, MEDIATOR_SAYS)


PARTY_SAYS = ("楼上的水管漏了三个月，天花板和书柜都泡坏了。我找过他两次，他都说不是他家的。", "照片我交到这件事那一页了。")
MEDIATOR_SAYS = ("两边都到了。先说哪里漏、怎么修，钱的事后面再谈。\n一个一个说，别急。",)


def in_room(stage: Stage, page: Page, address: str, inside: bool, words: tuple[str, ...]) -> None:
    """Come in and say something once; where it was said already, only come."""
    stage.go(page, address)
    enter, leave = page.locator("button[value=enter]"), page.locator("button[value=leave]")
    if not inside:
        if leave.count():
            with page.expect_navigation():
                leave.click()
            stage.go(page, address)
        return
    if enter.count():
        with page.expect_navigation():
            enter.click()
    for said in words if page.locator(".talk li.mine").count() == 0 else ():
        page.locator("#text").fill(said)
        page.locator("form.say button[type=submit]").click()
        page.locator(".talk li.mine[data-seq]", has_text=said[:8]).wait_for()


def leave(stage: Stage, page: Page) -> None:
    """What leaving means, before the one press."""
    _leaving(stage, page, stage.matter(MEDIATION, "mediating"))


def _leaving(stage: Stage, page: Page, found: Found) -> None:
    stage.track(page, found)
    stage.go(page, f"{found.mine}act/leave/")


def left(stage: Stage, page: Page) -> None:
    """The page of whoever has left."""
    found = stage.matter(MEDIATION, "accepting_oral")
    stage.track(page, found)
    if page.locator(f"a[href$='{found.mine}act/leave/']").count():
        _leaving(stage, page, found)
        stage.press(page)


def own_code(stage: Stage, page: Page) -> None:
    """The slip with a party's own code, as it is handed over the desk."""
    stage.go(page, stage.matter(MEDIATION, "inviting").desk)
    # Not of whoever asked: its code opens this matter for other screens.
    page.locator("a[href*='act/own_code/']").last.click()
    page.locator("input[value=in_person]").check()
    stage.press(page)


def delegating(stage: Stage, page: Page) -> None:
    """A party choosing who speaks for it."""
    found = stage.matter(MEDIATION, "mediating")
    stage.track(page, found)
    stage.go(page, f"{found.mine}act/choose_delegate/")


SCREENS: tuple[Screen, ...] = (
    Screen("leave", "party", {"normal": leave}, shows="mine-act"),
    Screen("left", "party", {"normal": left}, shows="mine"),
    Screen("danger", "mediator", {"normal": at_desk("mediating", "act/report_danger/"), "error": danger_wrong}, shows="desk-act"),
    Screen("danger-reported", "mediator", {"normal": danger_reported}, shows="desk-matter", again=("normal",)),
    Screen(
        "danger-report",
        "police",
        {"normal": at_desk("waiting", "", "danger_report"), "late": at_desk("pressed", "", "danger_report")},
        shows="desk-matter",
    ),
    Screen("own-code", "committee", {"normal": own_code}, shows="desk-act", again=("normal",)),
    Screen("appointing", "committee", {"normal": at_desk("received", "act/accept/")}, shows="desk-act"),
    Screen("others", "mediator", {"normal": at_desk("mediating", "act/seat_others/")}, shows="desk-act"),
    Screen("delegate", "party", {"normal": delegating}, shows="mine-act"),
    Screen("sides", "mediator", {"normal": at_desk("mediating", "")}, shows="desk-matter"),
    Screen("representation", "mediator", {"normal": at_desk("mediating", "act/set_representative/")}, shows="desk-act"),
    Screen("room", "party", {"normal": mine("inviting"), "signing": mine("signing"), "performing": mine("performing")}, shows="mine"),
    Screen("talk", "party", {"normal": talk(), "outside": talk(inside=False), "apart": talk_apart}, shows="mine-room"),
    Screen("talk-file", "party", {"normal": with_a_file}, shows="mine-room"),
    Screen("draft", "party", {"normal": drafting, "clash": clash}, shows="mine-draft", again=("clash",)),
    Screen("draft-desk", "mediator", {"normal": drafting_at_desk}, shows="desk-draft"),
    Screen("talk-alone", "party", {"normal": talk(alone=True)}, shows="mine-room-private"),
    Screen("talk-desk", "mediator", {"normal": talk_at_desk}, shows="desk-room"),
    Screen("talk-desk-alone", "mediator", {"normal": talk_with_one}, shows="desk-room-private"),
    Screen("read", "party", {"normal": read}, shows="mine-act"),
    Screen("pause", "party", {"normal": pause}, shows="mine-act"),
    Screen("sign", "party", {"normal": sign, "error": sign_error}, shows="mine-act"),
    Screen("staff-sign", "mediator", {"normal": at_desk("signing", "act/sign/"), "recorded": recorded}, shows="desk-act"),
    Screen("seal", "seal", {"normal": at_desk("signing", "act/seal/")}, shows="desk-act"),
    Screen("nothing-to-sign", "mediator", {"empty": at_desk("mediating", "act/sign_minutes/")}, shows="desk-act"),
    Screen("offer", "party", {"normal": offering, "error": offering_error}, shows="mine-act"),
    Screen("pieces", "mediator", {"normal": ready_pieces}, shows="desk-act"),
    Screen("offers", "party", {"normal": offered}, shows="mine"),
    Screen("answer", "party", {"normal": answering}, shows="mine-act"),
    Screen("performing", "mediator", {"normal": at_desk("performing", "")}, shows="desk-matter"),
    Screen("table", "mediator", {"normal": on_the_table}, shows="mediation-file"),
    Screen("cards", "mediator", {"normal": lambda stage, page: stage.go(page, "/cards/")}, shows="cards"),
    Screen("card-ask", "mediator", {"normal": lambda stage, page: stage.go(page, "/cards/ask/")}, shows="card-ask"),
    Screen("ask-experts", "mediator", {"normal": at_desk("mediating", "act/ask_expert/")}, shows="desk-act"),
    Screen("list", "mediator", {"normal": lambda stage, page: stage.go(page, "/mediations/")}, shows="mediations"),
    Screen("list-seal", "seal", {"normal": lambda stage, page: stage.go(page, "/mediations/")}, shows="mediations"),
    Screen("file", "mediator", {"normal": at_desk("mediating", "file/"), "long": at_desk("performing", "file/")}, shows="mediation-file"),
    Screen("packet", "mediator", {"normal": at_desk("performing", "court-packet/")}, shows="court-packet"),
    Screen(
        "court",
        "committee",
        {"normal": at_desk("at_court", "court-packet/", CONFIRMATION), "ended": at_desk("dismissed", "court-packet/", CONFIRMATION)},
        shows="court-packet",
    ),
)
