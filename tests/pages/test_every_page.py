"""What holds of every page: one heading, a language, labelled questions, help in one place, nothing inline."""

from __future__ import annotations

import re

import pytest
from looking import CENTRE, COMMITTEE, COMMUNITY, Page, Visitor, desk_of, staff

OPEN_TO_ALL = (
    "/",
    "/track/",
    "/p/?words=南京南",
    f"/p/{COMMUNITY}/",
    "/guide/",
    "/guide/people_mediation/",
    "/guide/hazard_repair/",
    "/guide/plain_request/",
    "/guide/judicial_confirmation/",
    "/record/",
    "/about/",
    "/sign-in/",
    "/no-such-page/",
)


def sound(page: Page, language: str) -> None:
    assert len(page.headings) == 1, page.headings
    assert page.headings[0]
    assert page.root["lang"] == {"zh": "zh-Hans", "en": "en"}[language]
    assert page.title.endswith({"zh": "- 回音", "en": "- Huiyin"}[language])
    assert page.unnamed() == []
    assert page.forbidden == []
    assert len(page.ids) == len(set(page.ids)), [one for one in page.ids if page.ids.count(one) > 1]
    assert page.links[0][1] == "#main"
    assert "main" in page.ids
    assert re.search(r'class="help" href="tel:\d+"', page.html)
    for shown in ("{{", "{%", "Text(zh="):
        assert shown not in page.html


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", OPEN_TO_ALL)
def test_open_pages_are_sound_in_both_languages(served: object, address: str, language: str) -> None:
    page = Visitor().get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    sound(page, language)
    assert page.status == (404 if "no-such" in address else 200)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_of_a_report_is_sound(served: object, language: str) -> None:
    visitor = Visitor()
    draft = visitor.up_to_check("路面塌了一个大坑", "hazard.road.collapse")
    visitor.answer(draft, "safety")
    for step in ("what", "kind", "safety", "where", "danger_now", "you", "check"):
        sound(visitor.get(f"{draft}/{step}/", lang=language), language)
    draft = visitor.begin("dispute")
    sound(visitor.get(f"{draft}/what/", lang=language), language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_a_matter_are_sound_for_its_party_and_at_the_desk(served: object, language: str) -> None:
    party = Visitor()
    reference, code = party.ask_for_mediation()
    party.track(reference, code)
    for address in (f"/mine/{reference}/", f"/mine/{reference}/act/withdraw/", f"/mine/{reference}/act/add_evidence/"):
        page = party.get(address, lang=language)
        assert party.address.partition("?")[0] == address, party.address
        sound(page, language)
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    for address in (
        "/desk/",
        "/desk/?scope=all",
        desk,
        f"{desk}act/accept/",
        f"{desk}act/correct/",
        "/post/",
        "/desk/search/?q=1",
        "/desk/notices/",
        "/desk/keys/",
    ):
        sound(clerk.get(f"{address}{'&' if '?' in address else '?'}lang={language}"), language)


def test_changing_the_language_keeps_the_page_and_what_it_asked_for(served: object) -> None:
    visitor = Visitor()
    page = visitor.get("/p/?words=南京南")
    toggle = next(address for text, address in page.links if text == "English")
    page = visitor.get(toggle)
    assert page.headings == ["Find a workroom"]
    assert page.value("words") == "南京南"
    assert visitor.get("/track/").root["lang"] == "en"  # the choice stays
    assert Visitor().client.get("/track/", headers={"accept-language": "en"}).content.decode().count('lang="zh-Hans"') == 1


def test_large_type_is_one_switch_that_stays(served: object) -> None:
    visitor = Visitor()
    toggle = next(address for text, address in visitor.get("/").links if text == "大字版")
    assert visitor.get(toggle).root["data-big"] == "1"
    assert visitor.get("/track/").root["data-big"] == "1"
    assert visitor.get("/track/?big=0").root["data-big"] == "0"


def test_nothing_inline_is_allowed_and_nobody_keeps_a_copy(served: object) -> None:
    answer = Visitor().client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"


def test_pages_of_help_do_not_load_anything_from_elsewhere(served: object) -> None:
    for address in OPEN_TO_ALL:
        html = Visitor().get(address).html
        assert not re.search(r'(src|href)="(https?:)?//', html)


def test_a_centre_sees_its_own_shell(served: object) -> None:
    page = staff(CENTRE, "dispatcher").get("/guide/")
    assert page.root["data-shell"] == "staff"
