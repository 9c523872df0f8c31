"""A reply point by point, its preview, and what happens when somebody else was first."""

from __future__ import annotations

from uuid import uuid4

import pytest
from looking import CENTRE, COMMUNITY, Page, Visitor, desk_of, staff

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def desk() -> tuple[Visitor, str]:
    """A dispatcher, and the address of a request that asks two things."""
    from huiyin.core.values import ANONYMOUS
    from huiyin.matters import services
    from huiyin.matters.receipts import Receipt

    made = services.open(
        procedure="plain_request",
        data={"detail": "公园几点开门、收不收费", "points": [{"ask": "几点开门"}, {"ask": "收不收费"}]},
        principal=ANONYMOUS,
        topic="request",
        division=COMMUNITY,
        opened_by="party",
        parties=[{"role": "reporter", "name": "赵六", "facts": {}}],
        key=str(uuid4()),
    )
    assert isinstance(made, Receipt), made
    visitor = staff(CENTRE, "dispatcher")
    return visitor, desk_of(visitor, made.reference)


def answers(form: Page, **change: str) -> dict[str, str]:
    """Return a whole reply, with some of it changed."""
    given = {
        "f__answers__rows": "2",
        "f__answers__0__about": "1",
        "f__answers__0__result": "explained",
        "f__answers__0__text": "早上六点开门。",
        "f__answers__1__about": "2",
        "f__answers__1__result": "done",
        "f__answers__1__text": "从今天起不再收费。",
        "f__reply_text": "谢谢您的意见，答复如上。",
    }
    return {"key": form.value("key") or "", "version": form.value("version") or "", **given, **change}


def test_every_point_has_a_place_of_its_own_and_none_may_be_passed_over(desk: tuple[Visitor, str]) -> None:
    visitor, address = desk
    form = visitor.get(f"{address}act/answer_now/")
    assert "几点开门" in form.words
    assert "收不收费" in form.words
    page = visitor.post(f"{address}act/answer_now/", **answers(form, f__answers__1__result="", f__answers__1__text=""))
    assert "第2点：请选结果" in page.words
    assert "第2点：请写答复内容" in page.words
    assert 'href="#f-answers-1-result"' in page.html
    assert page.value("f.answers.0.text") == "早上六点开门。"
    page = visitor.post(f"{address}act/answer_now/", **answers(form, f__answers__1__result="refused"))
    assert "第2点：写明不能办的依据" in page.words
    page = visitor.post(f"{address}act/answer_now/", **answers(form, f__answers__1__result="promised"))
    assert "第2点：写明哪天办好" in page.words
    page = visitor.post(f"{address}act/answer_now/", **answers(form, f__answers__1__result="promised", f__answers__1__done_by="2020-01-01"))
    assert "答应的日期已经过去" in page.words
    page = visitor.post(f"{address}act/answer_now/", **answers(form))
    assert "已登记：直接答复" in page.words


def test_what_is_on_record_stands_folded_beside_a_form_of_staff(desk: tuple[Visitor, str]) -> None:
    visitor, address = desk
    page = visitor.get(f"{address}act/answer_now/")
    folded = page.html.partition("<summary>登记的内容</summary>")[2].partition("</details>")[0]
    assert "公园几点开门、收不收费" in folded


def test_a_preview_shows_the_letter_and_writes_nothing(desk: tuple[Visitor, str]) -> None:
    visitor, address = desk
    form = visitor.get(f"{address}act/answer_now/")
    page = visitor.post(f"{address}act/answer_now/", **answers(form, do="preview"))
    assert "预览：还没有提交" in page.words
    assert "《诉求答复书》" in page.words
    assert page.words.count("早上六点开门。") >= 2  # in the letter and still in the form
    assert visitor.get(address).words.count("直接答复") == 1  # offered still, not done
    page = visitor.post(f"{address}act/answer_now/", **answers(page))
    assert "已登记：直接答复" in page.words


def test_who_comes_second_sees_what_happened_and_keeps_the_text(desk: tuple[Visitor, str]) -> None:
    visitor, address = desk
    form = visitor.get(f"{address}act/answer_now/")
    other = visitor  # the same person in another tab
    contact = other.get(f"{address}act/set_contact/")
    party = next(one["value"] for one in contact.inputs if one.get("name") == "party")
    sent = {"key": contact.value("key"), "version": contact.value("version"), "party": party, "f__phone": "13800000007"}
    assert "已登记" in other.post(f"{address}act/set_contact/", **sent).words
    page = visitor.post(f"{address}act/answer_now/", **answers(form))
    assert "您填写的时候，这件事有了变化" in page.words
    assert "改联系方式" in page.words
    assert page.value("f.answers.0.text") == "早上六点开门。"
    page = visitor.post(f"{address}act/answer_now/", **answers(page))
    assert "已登记：直接答复" in page.words


def test_an_act_that_is_gone_shows_who_did_what_and_the_text_to_take_along(desk: tuple[Visitor, str]) -> None:
    visitor, address = desk
    form = visitor.get(f"{address}act/answer_now/")
    other = visitor  # the same person in another tab
    decline = other.get(f"{address}act/decline/")
    other.post(f"{address}act/decline/", key=decline.value("key"), version=decline.value("version"), f__reason="这件事由法院依法处理")
    page = visitor.post(f"{address}act/answer_now/", **answers(form))
    assert page.status == 409
    assert "不予受理" in page.words
    assert "早上六点开门。" in page.words
