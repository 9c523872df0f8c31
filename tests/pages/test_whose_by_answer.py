"""The question that settles whose a matter is: asked where the list turns on it, beside the place, and told to whoever sends it."""

from __future__ import annotations

from looking import CENTRE, COMMUNITY, Visitor, desk_of, receipt, staff

PLACE = {"f__place__detail": "2号楼门前", "f__place__division": COMMUNITY, "f__place__searched": "1"}
ASKED = "在小区里，还是在公共地方"


def up_to_where(topic: str) -> tuple[Visitor, str]:
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said="灯不亮，晚上看不见路。")
    visitor.answer(draft, "kind", topic="other", topic_other=topic)
    return visitor, draft


def lamp(**answer: str) -> str:
    visitor, draft = up_to_where("request.lighting")
    visitor.answer(draft, "where", **PLACE, **answer)
    visitor.answer(draft, "you", f__my_name="", f__phone="")
    return receipt(visitor.answer(draft, "check"))[0]


def test_the_question_is_asked_for_a_lamp_and_not_for_heating(served: object) -> None:
    visitor, draft = up_to_where("request.lighting")
    page = visitor.get(f"{draft}/where/")
    assert ASKED in page.words
    assert "不清楚" in page.words
    visitor, draft = up_to_where("request.heating")
    assert ASKED not in visitor.get(f"{draft}/where/").words


def test_it_may_be_left_out_and_what_was_chosen_is_shown_before_sending(served: object) -> None:
    visitor, draft = up_to_where("request.lighting")
    assert visitor.answer(draft, "where", **PLACE).headings != ["在哪里"]
    visitor.answer(draft, "where", **PLACE, f__premises="unclear")
    visitor.answer(draft, "you", f__my_name="", f__phone="")
    page = visitor.get(f"{draft}/check/")
    assert ASKED in page.words
    assert "不清楚" in page.words
    refused = visitor.answer(draft, "where", **PLACE, f__premises="on the moon")
    assert refused.headings == ["在哪里"]


def test_an_answer_to_a_question_no_longer_asked_is_not_sent(served: object) -> None:
    visitor, draft = up_to_where("request.lighting")
    visitor.answer(draft, "where", **PLACE, f__premises="estate")
    visitor.answer(draft, "kind", topic="other", topic_other="request.heating")
    visitor.answer(draft, "you", f__my_name="", f__phone="")
    assert ASKED not in visitor.get(f"{draft}/check/").words
    reference, _ = receipt(visitor.answer(draft, "check"))
    dispatcher = staff(CENTRE, "dispatcher")
    assert ASKED not in dispatcher.get(desk_of(dispatcher, reference)).words


def test_the_dispatcher_reads_what_is_still_to_be_asked_and_can_write_it_down(served: object) -> None:
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, lamp(f__premises="unclear"))
    page = dispatcher.get(f"{desk}act/dispatch/")
    assert "还没有人说明“发生在什么地方”" in page.words
    assert "小区内的，归" in page.words
    assert ("问清了，写进记录", f"{desk}act/correct/?field=premises") in page.links
    assert not page.value("f.dispatch_reason"), "a proposal has no ready reason"
    form = dispatcher.get(f"{desk}act/correct/", field="premises")
    assert [one["value"] for one in form.inputs if one.get("name") == "value"] == ["estate", "public", "workplace", "unclear"]
    assert "照写选项上的字" not in form.words
    sent = {"key": form.value("key"), "version": form.value("version"), "field": "premises"}
    # Sent back for want of a reason, the answer stays chosen.
    back = dispatcher.post(f"{desk}act/correct/", **sent, value="estate", reason="")
    assert back.chosen("value") == "estate"
    dispatcher.post(f"{desk}act/correct/", **sent, value="estate", reason="打电话问过")
    page = dispatcher.get(f"{desk}act/dispatch/")
    assert "因为“发生在什么地方”答的是“小区内”" in page.words
    assert "问清了，写进记录" not in page.words


def test_what_was_left_out_at_the_opening_can_be_added_by_the_page(served: object) -> None:
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, lamp())
    form = dispatcher.get(f"{desk}act/correct/")
    assert 'value="premises"' in form.html
    sent = {"key": form.value("key"), "version": form.value("version")}
    dispatcher.post(f"{desk}act/correct/", **sent, field="premises", value="公共道路或者公共地方", reason="到现场看过")
    assert "答的是“公共区域”" in dispatcher.get(f"{desk}act/dispatch/").words


def test_a_reporter_asked_for_more_is_asked_it_only_where_the_list_turns_on_it(served: object) -> None:
    dispatcher = staff(CENTRE, "dispatcher")
    for topic, asked in (("request.lighting", True), ("request", False)):
        visitor, draft = up_to_where(topic)
        visitor.answer(draft, "where", **PLACE)
        visitor.answer(draft, "you", f__my_name="", f__phone="")
        reference, code = receipt(visitor.answer(draft, "check"))
        desk = desk_of(dispatcher, reference)
        form = dispatcher.get(f"{desk}act/ask_more/")
        dispatcher.post(f"{desk}act/ask_more/", key=form.value("key"), version=form.value("version"), f__question="在哪里的灯？")
        visitor.track(reference, code)
        page = visitor.get(f"/mine/{reference}/act/supply/")
        assert "f.supplement" in page.html
        assert (ASKED in page.words) is asked


# Where every question stands on one page, and no kind is chosen yet


def test_the_paper_form_asks_it_and_says_for_what(served: object) -> None:
    page = Visitor().get("/paper-form/report/")
    assert ASKED in page.words
    assert "反映这些事的才要答：" in page.words
    for known in ("路灯照明", "停车", "不清楚"):
        assert known in page.words
    assert ASKED not in Visitor().get("/paper-form/dispute/").words


def test_the_one_page_report_asks_it_at_once_and_the_list_sends_by_the_answer(served: object) -> None:
    visitor = Visitor()
    page = visitor.get("/report/one-page/report/")
    assert ASKED in page.words
    assert "反映这些事的才要答：" in page.words
    said = {
        "key": page.value("key") or "",
        "f__said": "灯不亮，晚上看不见路。",
        "topic": "request.lighting",
        **PLACE,
        "f__my_name": "",
        "f__phone": "",
    }
    reference, _ = receipt(visitor.post("/report/one-page/report/", **said, f__premises="estate"))
    assert "小区里" in desk_words(reference)
    said["key"] = visitor.get("/report/one-page/report/").value("key") or ""
    unsaid, _ = receipt(visitor.post("/report/one-page/report/", **said))
    assert "还没有人说明" in desk_words(unsaid)


def test_once_a_kind_is_chosen_the_one_page_asks_it_for_that_kind_only(served: object) -> None:
    visitor = Visitor()
    for topic, asked in (("request.lighting", True), ("request.heating", False)):
        page = visitor.post("/report/one-page/report/", topic=topic, f__said="", f__premises="estate")
        assert (ASKED in page.words) is asked
        assert "反映这些事的才要答：" not in page.words


def test_an_answer_that_settles_nothing_for_the_kind_is_not_kept(served: object) -> None:
    visitor = Visitor()
    page = visitor.get("/report/one-page/report/")
    said = {"key": page.value("key") or "", "f__said": "家里不热。", "topic": "request.heating", **PLACE, "f__my_name": "", "f__phone": ""}
    reference, _ = receipt(visitor.post("/report/one-page/report/", **said, f__premises="estate"))
    assert ASKED not in desk_words(reference)


def desk_words(reference: str) -> str:
    dispatcher = staff(CENTRE, "dispatcher")
    return dispatcher.get(f"{desk_of(dispatcher, reference)}act/dispatch/").words
