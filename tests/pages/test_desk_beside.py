"""Beside a matter at the dispatcher's desk: what may be the same thing, where decided ones went; and the queue of what is to be sorted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from looking import CENTRE, COMMUNITY, OTHER_COMMITTEE, Page, Visitor, desk_of, staff
from test_desk_lists import place_of, send

from huiyin.city.queries import principal_in_post, today
from huiyin.core.values import ANONYMOUS, Principal
from huiyin.matters import services
from huiyin.matters.receipts import Receipt

pytestmark = pytest.mark.usefixtures("served")
LAMP, AGAIN, OTHER = "小区东门口的路灯不亮，夜里看不见路", "东门口路灯还是不亮，夜里看不见", "九号楼后面草坪灯要换"


def opened(desk: Visitor, reference: str, **query: str) -> Page:
    """Open a matter beside the list."""
    return desk.get("/desk/", open=place_of(desk_of(desk, reference)), **query)


def grouped(reference: str) -> str:
    return " ".join(reference[start : start + 4] for start in range(0, 12, 4))


def taken_in(evidence: dict[str, str] | None = None, topic: str = "request.lighting", detail: str = LAMP) -> Receipt:
    """Open a request as a record taken in from a neighbour does, with how its kind and place were come by."""
    receipt = services.open(
        procedure="plain_request",
        principal=ANONYMOUS,
        opened_by="party",
        division=COMMUNITY,
        topic=topic,
        data={"detail": detail},
        parties=[{"role": "reporter", "name": "", "facts": {}}],
        evidence=[] if evidence is None else [{"kind": "routing", **evidence}],
        key=str(uuid4()),
    )
    assert isinstance(receipt, Receipt), receipt
    return receipt


# Perhaps the same thing


def test_the_likest_stands_first_with_its_place_its_state_and_its_own_words_and_no_caller() -> None:
    other, _ = Visitor().report(said=OTHER)
    like, _ = Visitor().report(said=AGAIN)
    own, _ = Visitor().report(said=LAMP)
    page = opened(staff(CENTRE, "dispatcher"), own)
    section = page.html.partition('class="same"')[2].partition("</section>")[0]
    assert section.index(grouped(like)) < section.index(grouped(other))
    for words in (AGAIN, OTHER, "南京南社区", "等派单"):
        assert words in section
    assert grouped(own) not in section
    assert "13800000001" not in section


def test_one_press_opens_the_form_that_deals_with_both_together_with_the_number_in_it() -> None:
    first, _ = Visitor().report(said=LAMP)
    second, _ = Visitor().report(said=AGAIN, topic="request")  # a wider kind: the form's own list does not name the first
    desk = staff(CENTRE, "dispatcher")
    page = opened(desk, second)
    address = next(href for text, href in page.links if text.startswith("与这一件一起办"))
    form = desk.get(address)
    assert form.value("leader_number") == grouped(first)
    page = send(
        desk, form, leader_number=form.value("leader_number") or "", leader=form.chosen("leader") or "", f__reason="同一盏路灯，两个人报的"
    )
    assert "已登记：与另一件一起办" in page.words


def test_a_leader_the_form_lists_is_chosen_there() -> None:
    first, _ = Visitor().report(said=LAMP)
    second, _ = Visitor().report(said=AGAIN)
    desk = staff(CENTRE, "dispatcher")
    address = next(href for text, href in opened(desk, second).links if text.startswith("与这一件一起办"))
    assert (desk.get(address).chosen("leader") or "") == place_of(desk_of(desk, first))
    unknown = desk.get(address.replace(f"leader={first}", "leader=123456789012"))
    assert unknown.chosen("leader") is None
    assert not unknown.value("leader_number")


def test_nothing_alike_is_said_and_a_matter_on_its_way_shows_no_such_part() -> None:
    own, _ = Visitor().report(said=LAMP)
    desk = staff(CENTRE, "dispatcher")
    page = opened(desk, own)
    assert "附近30天内没有同类的" in page.words
    send(desk, page)
    gone = opened(desk, own, scope="all")
    assert "可能是同一件事" not in gone.words
    assert "data-later" not in gone.html


# Where decided ones went


def test_fewer_than_three_are_too_few_and_three_are_told_by_unit() -> None:
    own, _ = Visitor().report(said=LAMP)
    desk = staff(CENTRE, "dispatcher")
    address = next(href for text, href in opened(desk, own).links if text == "打开来看")
    assert "太少，不足以参考" in desk.get(address).words
    for _ in range(3):
        answered(taken_in())
    page = desk.get(address)
    assert page.headings == ["同类的事以前归谁办"]
    assert "没有派给单位" in page.words
    assert "没有一件被退回过" in page.words
    part = desk.client.get(address, headers={"x-huiyin-part": "similar"}).content.decode()
    assert part.startswith('<div id="went">')
    assert "<html" not in part
    assert staff(OTHER_COMMITTEE, "clerk").get(address).status == 404
    assert Visitor().get(address).headings != ["同类的事以前归谁办"]


def answered(matter: Receipt) -> None:
    """Answer a matter at once."""
    done = services.act(
        home=matter.home,
        matter=matter.matter,
        action="answer_now",
        data={"reply_text": "已经修好。"},
        principal=dispatcher(),
        key=str(uuid4()),
    )
    assert isinstance(done, Receipt), done


def dispatcher() -> Principal:
    from huiyin.city.models import Appointment

    held = Appointment.objects.filter(unit_id=CENTRE, post="dispatcher", to_date=None).order_by("id").first()
    assert held is not None
    return principal_in_post(held.account_id, CENTRE, "dispatcher", today())


# To be sorted


def test_the_queue_holds_what_nobody_has_said_the_kind_of_and_each_line_offers_what_sorts_it() -> None:
    sure, _ = Visitor().report(said=LAMP)
    vague, _ = Visitor().report(said="想问问公园几点开门", topic="request")
    guessed = taken_in({"topic_by": "words", "place_by": "sender"}).reference
    placed = taken_in({"topic_by": "sender", "place_by": "words"}).reference
    said = taken_in({"topic_by": "sender", "place_by": "sender"}).reference
    desk = staff(CENTRE, "dispatcher")
    chip = next(href for text, href in desk.get("/desk/").links if text == "待归类")
    page = desk.get(chip)
    for reference in (vague, guessed, placed):
        assert grouped(reference) in page.words
    for reference in (sure, said):
        assert grouped(reference) not in page.words
    row = page.html.partition(grouped(vague))[2].partition("</tr>")[0]
    for act in ("派办", "分成几件办", "与另一件一起办", "改事项类别"):
        assert act in row
    retype = next(href for text, href in page.links if text == f"改事项类别 {grouped(vague)}")
    assert {"topic", "f.topic"} & {one.get("name") for one in desk.get(retype).inputs}


def test_what_was_sorted_is_gone_from_the_queue_and_the_queue_can_be_kept_by_name() -> None:
    vague, _ = Visitor().report(said="想问问公园几点开门", topic="request")
    guessed = taken_in({"topic_by": "words", "place_by": "sender"})
    done = services.act(
        home=guessed.home,
        matter=guessed.matter,
        action="retype",
        data={"topic": "request.rubbish", "reason": "说的是垃圾"},
        principal=dispatcher(),
        key=str(uuid4()),
    )
    assert isinstance(done, Receipt), done
    desk = staff(CENTRE, "dispatcher")
    page = desk.get("/desk/", sort="1")
    assert grouped(vague) in page.words
    assert grouped(guessed.reference) not in page.words
    desk.post("/desk/filters/", list="sort=1", name="待归类的")
    kept = next(href for text, href in desk.get("/desk/").links if text == "待归类的")
    assert kept == "/desk/?sort=1"
    send(desk, opened(desk, vague, act="decline"), f__reason="这件事已经由法院依法处理，我们不能重复办理。")
    assert "没有符合条件的事项" in desk.get(kept).words
    assert desk.client.get("/desk/new/", {"since": "2026-01-01T00:00:00+08:00", "sort": "1"}).json()["new"] == 0


def test_a_sealed_matter_is_in_no_such_queue_of_whoever_does_not_handle_it() -> None:
    taken_in({"topic_by": "words", "place_by": "words"}, topic="safety.domestic_violence", detail="隔壁又在打人")
    assert "打人" not in staff(CENTRE, "head").get("/desk/", sort="1", scope="all").words
