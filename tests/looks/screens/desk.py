"""The staff desk: the work list, a matter beside it, a reply point by point, search, notices, keys."""

from __future__ import annotations

from typing import Any

from . import Screen, Stage, Way


def at(path: str) -> Way:
    """Return the way to an address."""

    def way(stage: Stage, page: Any) -> None:
        stage.go(page, path)

    return way


def beside(stage: Stage, page: Any) -> None:
    """A matter that waits for its owner, with others beside it that may be the same thing, and the form that deals with both together."""
    stage.go(page, "/desk/?n=100")
    for address in page.eval_on_selector_all("[data-rows] th a", "all => all.map(one => one.getAttribute('href'))"):
        stage.go(page, address)
        if page.locator(".same li").count() > 1 and page.locator(".same a[data-open]").count():
            return
    raise LookupError("the demo has no matter to be dispatched with others like it that it could be dealt with together")


def linking(stage: Stage, page: Any) -> None:
    """The form that deals with both together, the other one chosen or its number written."""
    beside(stage, page)
    stage.go(page, str(page.locator(".same a[data-open]").first.get_attribute("href")))


def unanswered_place(stage: Stage, page: Any) -> None:
    """A matter the list only proposes a unit for, because nobody has said yet what settles it."""
    stage.go(page, "/desk/?n=100")
    for address in page.eval_on_selector_all("[data-rows] th a", "all => all.map(one => one.getAttribute('href'))"):
        stage.go(page, address)
        if page.locator(".notice a[href*='/act/correct/?field=']").count():
            return
    raise LookupError("the demo has no matter whose unit turns on an answer nobody gave")


def danger(stage: Stage, page: Any) -> None:
    """A matter whose words speak of danger, beside the list that says so too."""
    stage.go(page, "/desk/?n=100&line=request")
    stage.go(page, str(page.locator("[data-rows] tr:has(.tag.warn:text('可能有危险')) th a").first.get_attribute("href")))


def asking(stage: Stage, page: Any) -> None:
    """A matter to be parted, with the points found in its words."""
    stage.go(page, "/desk/?n=100")
    for address in page.eval_on_selector_all("[data-rows] th a", "all => all.map(one => one.getAttribute('href'))"):
        stage.go(page, f"{address}&act=split")
        if page.locator(".suggested li").count() > 1:
            return
    raise LookupError("the demo has no matter to be dispatched whose words ask several things")


def taken(stage: Stage, page: Any) -> None:
    """The same with all points taken over."""
    asking(stage, page)
    if page.locator(".suggested button.second").count():  # what was taken over before is kept with the form
        page.locator(".suggested button.second").click()
    page.wait_for_selector("#f-parts-1-ask")


def went(stage: Stage, page: Any) -> None:
    """Where decided matters of a kind went; three at least have ended."""
    stage.go(page, "/desk/?n=100")
    for address in page.eval_on_selector_all("[data-rows] th a", "all => all.map(one => one.getAttribute('href'))"):
        stage.go(page, address)
        box = page.locator("details[data-later]")
        if box.count():
            stage.go(page, str(box.get_attribute("data-later")))
            if page.locator("#went table").count():
                return
    raise LookupError("the demo has no kind of which three matters were decided")


def too_few(stage: Stage, page: Any) -> None:
    """A kind of which hardly any was decided."""
    stage.go(page, "/desk/?sort=1&open=first")
    stage.go(page, str(page.locator("details[data-later]").get_attribute("data-later")))


def refused(stage: Stage, page: Any) -> None:
    """A decline without its reason, beside the list."""
    stage.go(page, "/desk/?open=first&line=request&act=decline")
    stage.press(page, "form#act-form")


def reply(stage: Stage, page: Any) -> None:
    """The form that answers."""
    stage.go(page, f"{stage.matter('plain_request', 'received').desk}act/answer_now/")


def consulting(stage: Stage, page: Any) -> None:
    """The form that asks several units."""
    stage.go(page, f"{stage.matter('plain_request', 'received').desk}act/consult/")


def nobody_asked(stage: Stage, page: Any) -> None:
    """Units asked without naming one."""
    consulting(stage, page)
    stage.press(page, "form#act-form")


def consulted(stage: Stage, page: Any) -> None:
    """A matter whose units are being asked, with what they have said."""
    stage.go(page, stage.matter("plain_request", "consulting").desk)


def passing(stage: Stage, page: Any) -> None:
    """The form that passes a matter on, the bodies that cover its place first."""
    stage.go(page, f"{stage.matter('plain_request', 'received').desk}act/pass_on/")


def passed_to_nobody(stage: Stage, page: Any) -> None:
    """A matter passed on without saying to whom."""
    passing(stage, page)
    stage.press(page, "form#act-form")


def raising(stage: Stage, page: Any) -> None:
    """The form that puts it to the level above, which is chosen already."""
    stage.go(page, f"{stage.matter('hazard_repair', 'deciding').desk}act/raise_up/")


def hazard_argued(stage: Stage, page: Any) -> None:
    """A hazard whose units are being asked: making it safe stays open."""
    stage.go(page, stage.matter("hazard_repair", "consulting").desk)


def closing_off(stage: Stage, page: Any) -> None:
    """What was done meanwhile, while units talk it over."""
    stage.go(page, f"{stage.matter('hazard_repair', 'consulting').desk}act/close_off/")


def helping(stage: Stage, page: Any) -> None:
    """A matter whose helpers by the list nobody has asked, at the desk of who sent it."""
    for at_stage in (("hazard_repair", "making_safe"), ("hazard_repair", "repairing"), ("plain_request", "handling")):
        stage.go(page, stage.matter(*at_stage).desk)
        if page.locator(".notice a.button.second").count():
            return
    raise LookupError("the demo has no matter whose helpers are still to be asked")


def helpers_form(stage: Stage, page: Any) -> None:
    """The form that asks them, filled in from the list."""
    helping(stage, page)
    stage.go(page, str(page.locator(".notice a.button.second").first.get_attribute("href")))


def ordering(stage: Stage, page: Any) -> None:
    """The form of a decision by order."""
    stage.go(page, f"{stage.matter('plain_request', 'deciding').desk}act/assign_by_order/")


def unanswered(stage: Stage, page: Any) -> None:
    """A reply with nothing in it."""
    reply(stage, page)
    stage.press(page, "form#act-form")


def bad_line(stage: Stage, page: Any) -> None:
    """A line of the duty log about a matter that is not there."""
    stage.go(page, "/desk/shift/")
    page.fill("#words", "路灯不亮")
    page.fill("#reference", "123")
    stage.press(page, "form[action$='/shift/write/']")


def keys_twice(stage: Stage, page: Any) -> None:
    """Two keys on one letter."""
    stage.go(page, "/desk/keys/")
    page.locator("select").nth(1).select_option("J")
    stage.press(page)


def followed(stage: Stage, page: Any) -> None:
    """What came of an act; the act may be taken as often as one likes."""
    found = stage.matter("people_mediation", "performing")
    stage.go(page, f"{found.desk}act/follow_up/")
    page.fill("main textarea", "双方都按约定办，没有新的问题。")
    stage.press(page, "form#act-form")


def moved(stage: Stage, page: Any) -> None:
    """An act sent from a page that stood open while the matter moved on."""
    found = stage.matter("plain_request", "handling")
    stage.go(page, found.desk)
    with page.expect_navigation():
        page.evaluate(
            """(address) => {
                const form = document.createElement("form");
                form.method = "post";
                form.action = address;
                const add = (name, value) => Object.assign(form.appendChild(document.createElement("textarea")), { name, value });
                add("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
                add("f.reason", "这盏灯不在本区，已经电话告知来电人。");
                add("version", "1");
                document.body.append(form);
                form.submit();
            }""",
            f"{found.desk}act/decline/",
        )


SCREENS = (
    Screen(
        "desk-list",
        "dispatcher",
        {"normal": at("/desk/"), "empty": at("/desk/?line=dispute"), "long": at("/desk/?scope=all&n=100")},
        shows="inbox",
    ),
    Screen("desk-beside", "dispatcher", {"normal": at("/desk/?open=first"), "error": refused}, shows="inbox"),
    Screen("desk-danger", "dispatcher", {"normal": danger}, shows="inbox"),
    Screen("desk-same", "dispatcher", {"normal": beside, "long": linking}, shows="inbox"),
    Screen("desk-unanswered", "dispatcher", {"normal": unanswered_place}, shows="inbox"),
    Screen("desk-asked", "dispatcher", {"normal": asking, "long": taken}, again=("long",), shows="inbox"),
    Screen("desk-sort", "dispatcher", {"normal": at("/desk/?sort=1"), "empty": at("/desk/?sort=1&line=dispute")}, shows="inbox"),
    Screen("desk-similar", "dispatcher", {"normal": went, "empty": too_few}, shows="desk-similar"),
    Screen(
        "desk-matter",
        "dispatcher",
        {"normal": lambda stage, page: stage.go(page, stage.matter("plain_request", "received").desk)},
        shows="desk-matter",
    ),
    Screen("desk-followed", "mediator", {"normal": followed}, again=("normal",), shows="desk-matter"),
    Screen("desk-moved", "dispatcher", {"missing": moved}, shows="desk-act"),
    Screen("desk-keeper", "admin", {"normal": at("/desk/")}, shows="inbox"),
    Screen("desk-reply", "dispatcher", {"normal": reply, "error": unanswered}, shows="desk-act"),
    Screen(
        "desk-search", "dispatcher", {"normal": at("/desk/search/?q=路灯"), "empty": at("/desk/search/?q=没有这样的字")}, shows="search"
    ),
    Screen("desk-consult", "dispatcher", {"normal": consulting, "error": nobody_asked}, shows="desk-act"),
    Screen("desk-consulted", "dispatcher", {"normal": consulted}, shows="desk-matter"),
    Screen("desk-pass", "dispatcher", {"normal": passing, "error": passed_to_nobody}, shows="desk-act"),
    Screen("desk-raise", "arbiter", {"normal": raising}, shows="desk-act"),
    Screen("desk-hazard-argued", "dispatcher", {"normal": hazard_argued}, shows="desk-matter"),
    Screen("desk-close-off", "dispatcher", {"normal": closing_off}, shows="desk-act"),
    Screen("desk-helping", "dispatcher", {"normal": helping}, shows="desk-matter"),
    Screen("desk-ask-help", "dispatcher", {"normal": helpers_form}, shows="desk-act"),
    Screen("desk-order", "arbiter", {"normal": ordering}, shows="desk-act"),
    Screen("shift", "dispatcher", {"normal": at("/desk/shift/"), "error": bad_line}, shows="shift"),
    Screen("shift-alone", "supervisor", {"normal": at("/desk/shift/")}, shows="shift"),
    Screen("desk-notices", "dispatcher", {"normal": at("/desk/notices/")}, shows="notices"),
    Screen("desk-keys", "dispatcher", {"normal": at("/desk/keys/"), "error": keys_twice}, shows="desk-keys"),
)
