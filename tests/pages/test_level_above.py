"""The body a level above or below is proposed, not looked for in a long list; how a matter is passed on follows from the choice."""

from __future__ import annotations

import re
from html import unescape

import pytest
from looking import CENTRE, Page, Visitor, desk_of, receipt, staff

DISTRICT, CITY, OTHER_STREET = "governance_centre.210102", "governance_centre.2101", "governance_centre.210102002"


def groups(page: str, name: str) -> dict[str, list[str]]:
    """Return the answers of a list by the group they stand in."""
    select = re.search(rf'<select[^>]*name="{re.escape(name)}".*?</select>', page, re.DOTALL)
    assert select is not None
    found = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', select[0], re.DOTALL)
    return {unescape(label): re.findall(r'value="([^"]+)"', options) for label, options in found}


def radios(page: Page, name: str) -> list[str]:
    return [one["value"] for one in page.inputs if one.get("name") == name]


def asked() -> str:
    """Let something be asked in the community; return its reference."""
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said="两个街道交界处的路没人修。")
    visitor.answer(draft, "kind", topic="other", topic_other="request")
    where = {"f__place__detail": "南京南社区门前", "f__place__division": "210102001005", "f__place__searched": "1"}
    visitor.answer(draft, "where", **where)
    visitor.answer(draft, "you", f__my_name="", f__phone="")
    return receipt(visitor.answer(draft, "check"))[0]


def test_passing_on_offers_the_bodies_that_cover_the_place_first_and_asks_the_way_once(served: object) -> None:
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, asked())
    form = dispatcher.get(f"{desk}act/pass_on/")
    assert radios(form, "f.next_host") == [DISTRICT, "other"]
    assert form.chosen("f.next_host") is None
    found = groups(form.html, "f.next_host.other")
    assert list(found) == ["上级", "同级"]
    assert CITY in found["上级"]
    assert OTHER_STREET in found["同级"]
    assert CENTRE not in {unit for units in found.values() for unit in units}
    assert "怎样转" not in form.labels.values()
    assert "责任清单怎么说" not in form.words, "the list says who handles it, not whom it is passed to"
    sent = {
        "key": form.value("key"),
        "version": form.value("version"),
        "f__next_host": DISTRICT,
        "f__pass_reason": "路跨两个街道，本街道修不了。",
    }
    page = dispatcher.post(f"{desk}act/pass_on/", **sent)
    assert "提级办理" in page.words


@pytest.mark.parametrize(("to", "way"), [(OTHER_STREET, "移送同级"), (CITY, "提级办理")])
def test_the_way_is_written_as_the_body_stands(served: object, to: str, way: str) -> None:
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, asked())
    form = dispatcher.get(f"{desk}act/pass_on/")
    sent = {"key": form.value("key"), "version": form.value("version"), "f__next_host": "other", "f__pass_reason": "查清这段路在那边。"}
    back = dispatcher.post(f"{desk}act/pass_on/", **sent)
    assert back.chosen("f.next_host") == "other", "which other is still to be said"
    sent |= {"key": back.value("key"), "f__next_host__other": to}
    assert way in dispatcher.post(f"{desk}act/pass_on/", **sent).words


def test_who_has_it_above_is_offered_the_street_below_and_may_hand_it_down(served: object) -> None:
    dispatcher, district = staff(CENTRE, "dispatcher"), staff(DISTRICT, "dispatcher")
    reference = asked()
    desk = desk_of(dispatcher, reference)
    form = dispatcher.get(f"{desk}act/pass_on/")
    sent = {
        "key": form.value("key"),
        "version": form.value("version"),
        "f__next_host": DISTRICT,
        "f__pass_reason": "路跨两个街道，本街道修不了。",
    }
    dispatcher.post(f"{desk}act/pass_on/", **sent)
    desk = desk_of(district, reference)
    form = district.get(f"{desk}act/accept_pass/")
    district.post(f"{desk}act/accept_pass/", key=form.value("key"), version=form.value("version"))
    form = district.get(f"{desk}act/pass_on/")
    assert radios(form, "f.next_host") == [CITY, CENTRE, "other"]
    sent = {"key": form.value("key"), "version": form.value("version"), "f__next_host": CENTRE, "f__pass_reason": "路在街道里，街道能办。"}
    assert "交下级办理" in district.post(f"{desk}act/pass_on/", **sent).words


def test_the_arbiter_finds_the_level_above_chosen(served: object) -> None:
    dispatcher, arbiter = staff(CENTRE, "dispatcher"), staff(CENTRE, "arbiter")
    reference = asked()
    desk = desk_of(dispatcher, reference)
    form = dispatcher.get(f"{desk}act/ask_order/")
    dispatcher.post(f"{desk}act/ask_order/", key=form.value("key"), version=form.value("version"), f__reason="责任清单里没有这件事。")
    form = arbiter.get(f"{desk}act/raise_up/")
    assert form.chosen("f.upper") == DISTRICT
    assert list(groups(form.html, "f.upper.other")) == ["上级"]
    assert "上一级，管这个地方" in form.words
