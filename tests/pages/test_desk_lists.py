"""The work list's filters, the matter beside it, its keys; search and notices."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from looking import CENTRE, COMMITTEE, COMMUNITY, OTHER_COMMITTEE, Page, Visitor, desk_of, staff

import huiyin

pytestmark = pytest.mark.usefixtures("served")


def place_of(desk: str) -> str:
    """Return what the address of a desk page calls its matter in a list."""
    _, _, home, matter, *_ = desk.split("/")
    return f"{home}/{matter}"


def send(visitor: Visitor, page: Page, **answers: str) -> Page:
    """Send the form that is open beside the list, with everything it carries."""
    carried = {one["name"]: one.get("value", "") for one in page.inputs if one.get("type") == "hidden" and "name" in one}
    action = re.search(r'<form method="post" action="([^"]+)" novalidate class="act-form"', page.html)
    assert action is not None, page.words
    given = {name.replace("__", "."): value for name, value in answers.items()}
    typed = {name: page.value(name) or "" for name in ("f.dispatch_reason",) if page.value(name) is not None}
    chosen = re.search(r'<select id="f-lead".*?<option value="([^"]+)" selected', page.html, re.DOTALL)
    lead = {"f.lead": chosen[1]} if chosen else ({"f.lead": page.chosen("f.lead") or ""} if page.chosen("f.lead") else {})
    return visitor._page(visitor.client.post(action[1], {**carried, **lead, **typed, **given}, follow=True), action[1])


def test_filters_narrow_the_list_and_can_be_kept_by_name() -> None:
    Visitor().report()
    visitor = staff(CENTRE, "dispatcher")
    assert "没有符合条件的事项" in visitor.get("/desk/", line="hazard").words
    page = visitor.get("/desk/", line="request", place=COMMUNITY)
    assert page.html.count('<th scope="row">') == 1
    assert "没有符合条件的事项" in visitor.get("/desk/", place="210102001001").words
    visitor.post("/desk/filters/", list=f"line=request&place={COMMUNITY}&evil=1", name="南京南诉求")
    page = visitor.get("/desk/")
    address = next(address for text, address in page.links if text == "南京南诉求")
    assert address == f"/desk/?line=request&place={COMMUNITY}"
    assert visitor.get(address).html.count('<th scope="row">') == 1
    visitor.post("/desk/filters/", list="", forget="南京南诉求")
    assert "南京南诉求" not in visitor.get("/desk/").words
    assert "南京南诉求" not in staff(COMMITTEE, "clerk").get("/desk/").words


def test_danger_is_marked_and_can_be_asked_for_alone() -> None:
    Visitor().report()
    visitor = staff(CENTRE, "dispatcher")
    assert "没有符合条件的事项" in visitor.get("/desk/", urgent="1").words
    resident = Visitor()
    draft = resident.begin()
    resident.answer(draft, "what", f__said="路面塌了一个大坑")
    resident.answer(draft, "kind", topic="hazard.road.collapse")
    resident.answer(draft, "safety")
    resident.answer(draft, "where", f__place__detail="2号楼门前", f__place__division=COMMUNITY, f__place__searched="1")
    resident.answer(draft, "danger_now", f__danger_now="at_once")
    resident.answer(draft, "you", f__phone="")
    resident.answer(draft, "check")
    page = visitor.get("/desk/", urgent="1")
    assert page.html.count('<th scope="row">') == 1
    assert '<span class="tag late">险情</span>' in page.html


def test_new_matters_are_announced_and_do_not_move_the_list() -> None:
    from huiyin import clock

    visitor = staff(CENTRE, "dispatcher")
    since = clock.now().isoformat()
    assert visitor.client.get("/desk/new/", {"since": since}).json() == {"new": 0, "words": ""}
    Visitor().report()
    assert visitor.client.get("/desk/new/", {"since": since}).json() == {"new": 1, "words": "有1条新事项"}
    assert visitor.client.get("/desk/new/", {"since": since, "line": "hazard"}).json()["new"] == 0
    assert visitor.client.get("/desk/new/", {"since": "昨天"}).json()["new"] == 0
    assert staff(COMMITTEE, "clerk").client.get("/desk/new/", {"since": since}).json()["new"] == 0
    page = visitor.get("/desk/")
    assert "data-arrivals" in page.html


def test_a_matter_is_read_beside_its_list_and_the_settled_dispatch_is_ready_with_its_reason() -> None:
    first, _ = Visitor().report()
    second, _ = Visitor().report()
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/", open="first")
    assert "楼前三盏路灯不亮" in page.words
    assert "责任清单：直接派办" in page.words
    assert "要回答的是" not in page.words  # nobody asked anything
    assert (page.value("f.dispatch_reason") or "").strip()
    page = send(visitor, page)
    assert "已登记：派办" in page.words
    assert "楼前三盏路灯不亮" in page.words  # the next one is open
    shown = re.search(r'id="matter-title">.*?([\d ]{14})<', page.html, re.DOTALL)
    assert shown is not None
    assert shown[1].replace(" ", "") in {first, second}
    page = send(visitor, page)
    assert "待办已经清空" in page.words


def test_a_list_that_only_proposes_leaves_the_reason_to_the_dispatcher() -> None:
    Visitor().report(said="想问问公园几点开门", topic="request")
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/", open="first")
    assert "由您决定" in page.words
    assert not (page.value("f.dispatch_reason") or "").strip()
    page = send(visitor, page, f__dispatch_reason="归它", f__lead=page.chosen("f.lead") or _first(page))
    assert "至少写6个字" in page.words
    assert page.value("f.dispatch_reason") == "归它"
    assert "?open=" in visitor.address or "&open=" in visitor.address  # still beside the list


def test_the_lists_reason_does_not_go_with_a_unit_the_list_does_not_name() -> None:
    Visitor().report()
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/", open="first")
    reason = page.value("f.dispatch_reason") or ""
    assert "request." not in reason  # a reason is printed; it names no key
    assert "责任清单“路灯照明”条" in reason
    named = page.chosen("f.lead")
    other = next(unit for unit in re.findall(r'<option value="([a-z][^"]+)"', page.html.split('id="f-lead"')[1]) if unit != named)
    page = send(visitor, page, f__lead=other)
    assert "原来的理由对不上了" in page.words
    page = send(visitor, page, f__lead=other, f__dispatch_reason="路灯在小区里面，由这个单位管。")
    assert "已登记：派办" in page.words


def _first(page: Page) -> str:
    found = re.search(r'<select id="f-lead".*?<option value="([a-z][^"]+)"', page.html, re.DOTALL)
    return found[1] if found else next(one["value"] for one in page.inputs if one.get("name") == "f.lead")


def test_offered_sentences_go_in_without_a_script_and_their_blanks_must_be_filled() -> None:
    Visitor().report(said="想问问公园几点开门", topic="request")
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/", open="first", act="decline")
    assert "可用的说法" in page.words
    page = send(visitor, page, do="say:f.reason:decline.reason:0")
    assert "〔哪个机关〕已经在依法处理" in (page.value("f.reason") or "")
    page = send(visitor, page, f__reason=page.value("f.reason") or "")
    assert "还没有换成实际内容" in page.words
    page = send(visitor, page, f__reason="这件事已经由法院依法处理，我们不能重复办理。")
    assert "已登记：不予受理" in page.words


def test_only_the_panes_come_when_a_script_asks_and_only_to_those_who_may() -> None:
    reference, _ = Visitor().report()
    visitor = staff(CENTRE, "dispatcher")
    place = place_of(desk_of(visitor, reference))
    part = visitor.client.get("/desk/", {"open": place}, headers={"x-huiyin-part": "pane"}).content.decode()
    assert part.lstrip().startswith('<article class="desk-matter"')
    assert "<html" not in part
    stranger = staff(OTHER_COMMITTEE, "clerk")
    answer = stranger.client.get("/desk/", {"open": place}, headers={"x-huiyin-part": "pane"}).content.decode()
    assert "路灯" not in answer
    assert "路灯" not in stranger.get("/desk/", open=place).html


def test_a_form_beside_the_list_leads_nowhere_else() -> None:
    Visitor().report()
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/", open="first")
    page = send(visitor, page, pane__list="next=https://elsewhere.test/&scope=mine", pane__next="//elsewhere.test")
    assert visitor.address.startswith("/desk/?")
    assert "elsewhere.test" not in visitor.address


# Search


def test_search_shows_the_words_in_their_place_and_a_reference_leads_straight_there() -> None:
    reference, _ = Visitor().report()
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/search/", q="路灯不亮")
    assert "查到 1 件" in page.words
    assert "<mark>路灯不亮</mark>" in page.html
    visitor.get("/desk/search/", q=f"{reference[:4]} {reference[4:8]} {reference[8:]}")
    assert visitor.address == desk_of(visitor, reference)
    assert "至少两个字" in visitor.get("/desk/search/", q="13800000001").words
    stranger = staff(OTHER_COMMITTEE, "clerk")
    assert "查不到" in stranger.get("/desk/search/", q="路灯不亮").words
    assert "<mark>" not in stranger.get("/desk/search/", q="路灯不亮").html


@pytest.mark.parametrize("words", ["", "灯", "'; DROP TABLE x; --", "%_\\", "<b>路灯</b>", "🙂🙂", "a" * 500])
def test_whatever_is_typed_into_search_gets_an_answer(words: str) -> None:
    page = staff(CENTRE, "dispatcher").get("/desk/search/", q=words)
    assert page.status == 200
    assert page.forbidden == []


# Notices


def told(centre: Visitor) -> Page:
    return centre.get("/desk/notices/")


def let_notices_go() -> None:
    from huiyin import clock
    from huiyin.matters import outbox

    with clock.set_to(clock.now() + timedelta(minutes=1)):
        while outbox.run_once("210102"):
            pass


def test_notices_wait_unread_in_the_side_list_until_they_are_read() -> None:
    resident = Visitor()
    reference, code = resident.report()
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, reference)
    assert "没有未读的通知" in told(dispatcher).words
    resident.track(reference, code)
    form = resident.get(f"/mine/{reference}/act/nudge/")
    resident.post(f"/mine/{reference}/act/nudge/", key=form.value("key"), version=form.value("version"))
    let_notices_go()
    page = told(dispatcher)
    assert re.search(r'class="badge">1', page.html), page.words
    notice = next(one["value"] for one in page.inputs if one.get("name") == "notice")
    stranger = staff(OTHER_COMMITTEE, "clerk")
    stranger.post("/desk/notices/read/", notice=notice)
    assert "没有未读的通知" not in told(dispatcher).words  # another's hand does nothing
    dispatcher.post("/desk/notices/read/", notice=notice, then=place_of(desk))
    assert dispatcher.address == desk
    page = told(dispatcher)
    assert "没有未读的通知" in page.words
    assert 'class="badge"' not in page.html


# Keys


def test_keys_are_off_until_switched_on_and_two_cannot_be_the_same() -> None:
    visitor = staff(CENTRE, "dispatcher")
    assert 'data-keys=""' in visitor.get("/desk/").html
    page = visitor.get("/desk/keys/")
    sent = {
        f"key__{name}": letter
        for name, letter in zip(("next", "previous", "open", "accept", "write", "preview", "acts", "search"), "JKOAWPGS", strict=True)
    }
    assert page.headings == ["快捷键"]
    page = visitor.post("/desk/keys/", on="yes", **{**sent, "key__open": "J"})
    assert "字母J已经给了" in page.words
    page = visitor.post("/desk/keys/", on="yes", **{**sent, "key__accept": "Y"})
    assert "快捷键已打开" in page.words
    assert "accept:KeyY" in visitor.get("/desk/").html
    assert 'data-keys=""' in staff(COMMITTEE, "clerk").get("/desk/").html


def test_who_checks_is_proposed_beside_who_repairs_and_says_why() -> None:
    resident = Visitor()
    draft = resident.begin()
    resident.answer(draft, "what", f__said="路面塌了一个大坑")
    resident.answer(draft, "kind", topic="hazard.road.collapse")
    resident.answer(draft, "safety")
    resident.answer(draft, "where", f__place__detail="2号楼门前", f__place__division=COMMUNITY, f__place__searched="1")
    resident.answer(draft, "danger_now", f__danger_now="at_once")
    resident.answer(draft, "you", f__phone="")
    resident.answer(draft, "check")
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/", open="first", line="hazard")
    assert chosen_unit(page, "lead") == "road_maintenance.210102"
    assert chosen_unit(page, "checker") == "drainage.210102"  # the first assisting unit of the list that may check
    assert "责任清单上的协办单位" in page.words
    page = send(visitor, page, f__checker="drainage.210102")
    assert "已登记：派给责任单位" in page.words


def chosen_unit(page: Page, name: str) -> str | None:
    """Return the unit chosen in a question, whether it is a list or radios."""
    found = re.search(rf'<select id="f-{name}".*?<option value="([^"]+)" selected', page.html, re.DOTALL)
    return found[1] if found else page.chosen(f"f.{name}")


def test_the_questions_of_the_list_fold_away_until_they_are_used() -> None:
    Visitor().report()
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/")
    assert '<details class="narrowing">' in page.html
    assert '<details class="narrowing" open>' in visitor.get("/desk/", line="request").html
    # A telephone has no keys: their button hides where nothing but a finger points.
    css = (Path(huiyin.__file__).parent / "ui" / "static" / "ui" / "desk.css").read_text("utf-8")
    assert re.search(r"@media \(hover: none\) and \(pointer: coarse\) \{\s*\.list-tools \{ display: none; \}", css)


def test_who_keeps_the_system_is_told_where_the_work_is_and_offered_no_empty_list() -> None:
    from huiyin.city.models import Appointment

    for post, command in (("audit_admin", "./huiyin audit"), ("system_admin", "./huiyin backup")):
        unit = Appointment.objects.filter(post=post, to_date=None).order_by("id").values_list("unit_id", flat=True)[0]
        visitor = staff(unit, post)
        page = visitor.get("/desk/")
        assert page.headings == ["您的工作"]
        assert command in page.words
        assert "我的待办" not in page.words
        assert all(visitor.get(href).status == 200 for text, href in page.links if text in ("公开记录", "核对一份文书", "办事指南"))
        assert "/export/" not in [href for _, href in visitor.get("/jobs/").links]
