"""Reporting: one question a page, nothing typed is lost, sent once."""

from __future__ import annotations

import json
import re

import pytest
from looking import COMMITTEE, COMMUNITY, COMMUNITY_NAME, Page, Visitor, receipt, staff

from huiyin.web.pages import places


def matters() -> int:
    from huiyin.core.values import SYSTEM
    from huiyin.matters.access import reading_as
    from huiyin.matters.models import Matter

    with reading_as(SYSTEM):
        return Matter.objects.count()


def test_a_report_ends_with_a_reference_a_code_who_has_it_and_by_when(served: object) -> None:
    visitor = Visitor()
    page = visitor.answer(visitor.up_to_check(), "check")
    reference, code = receipt(page)
    assert len(reference) == 12
    assert len(code) == 6
    assert "综治中心派单员" in page.words
    assert "最晚哪天有消息" in page.words
    assert "看进度" in page.words
    page = visitor.get(f"/mine/{reference}/")
    assert "楼前三盏路灯不亮" in page.words
    assert f"{reference[:4]} {reference[4:8]} {reference[8:]}" in page.words


def test_sending_twice_makes_one_matter(served: object) -> None:
    visitor = Visitor()
    draft = visitor.up_to_check()
    first = receipt(visitor.answer(draft, "check"))
    assert receipt(visitor.answer(draft, "check")) == first  # the button pressed again
    assert receipt(visitor.get(f"{draft}/what/")) == first  # back, and forward again
    assert matters() == 1


def test_two_requests_of_one_draft_at_the_same_time_make_one_matter(served: object) -> None:
    """The second was on its way before the first one's answer reached the stored draft."""
    from huiyin.intake.models import StoredDraft

    visitor = Visitor()
    draft = visitor.up_to_check()
    token = draft.rsplit("/", 1)[1]
    before = bytes(StoredDraft.objects.get(token=token).sealed)
    first = receipt(visitor.answer(draft, "check"))
    StoredDraft.objects.filter(token=token).update(sealed=before)
    assert receipt(visitor.answer(draft, "check")) == first
    assert matters() == 1


def test_an_empty_answer_is_named_on_top_and_beside_the_question(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    page = visitor.answer(draft, "what", f__said="   ")
    assert page.title.startswith("错误：")
    assert 'role="alert"' in page.html
    assert ("请说几句是什么事。", "#f-said") in page.links
    assert 'aria-invalid="true"' in page.html
    assert 'id="f-said-error"' in page.html


def test_changing_language_after_an_error_keeps_words_and_error(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin("dispute")
    visitor.answer(draft, "what", f__claim="修好卫生间。", f__facts="")
    page = visitor.get(f"{draft}/what/", lang="en")
    assert page.value("f.claim") == "修好卫生间。"
    assert page.title.startswith("Error: ")
    assert "Fill in “What happened”." in page.words


def test_two_hundred_thousand_characters_are_refused_with_the_count_and_kept(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    page = visitor.answer(draft, "what", f__said="漏" * 200_000)
    assert "有200000字，最多20000字" in page.words
    assert page.value("f.said") == "漏" * 200_000


@pytest.mark.parametrize(
    "said", ["𠮷野家门口的井盖没了🕳️，有人差点绊倒。", "<script>alert(1)</script> & “引号”", "买买提·艾力说路灯不亮\r\n第二行"]
)
def test_rare_characters_emoji_and_markup_come_back_as_they_were_typed(served: object, said: str) -> None:
    visitor = Visitor()
    reference, _ = visitor.report(said=said)
    page = visitor.get(f"/mine/{reference}/")
    assert said.splitlines()[0] in page.words
    assert "<script>alert" not in page.html


def test_a_place_nobody_can_tell_goes_to_the_city(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said="垃圾没人收")
    visitor.answer(draft, "kind", topic="other", topic_other="request")
    page = visitor.answer(draft, "where", do="find:f.place", f__place__detail="魔法学校门口")
    assert "没有查到对应的社区" in page.words
    visitor.answer(draft, "where", f__place__detail="魔法学校门口", f__place__searched="1")
    visitor.answer(draft, "you")
    page = visitor.answer(draft, "check")
    assert "沈阳市综治中心" in page.words


def test_what_a_search_for_the_place_found_is_told_reached_and_left_to_choose(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said="垃圾没人收")
    visitor.answer(draft, "kind", topic="other", topic_other="request")
    page = visitor.answer(draft, "where", do="find:f.place", f__place__detail=COMMUNITY_NAME)
    assert visitor.address.endswith("/where/#f-place-found")
    assert "f-place-found" in page.ids
    found = [one for one in page.inputs if one.get("name") == "f.place.division"]
    assert f"查到{len(found) - 1}个地方，是哪一个？" in page.words
    assert page.chosen("f.place.division") is None
    page = visitor.answer(draft, "where", f__place__detail=COMMUNITY_NAME, f__place__searched="1")
    assert ("查到了几个地方，请选一个；都不对，就选最后一项。", "#f-place-found") in page.links
    typed = {"f__place__detail": COMMUNITY_NAME, "f__place__searched": "1"}
    page = visitor.answer(draft, "where", **typed, f__place__division="")  # none of these is an answer too
    assert page.headings == ["怎么联系您"]
    assert visitor.get(f"{draft}/where/").chosen("f.place.division") == ""


def test_a_button_inside_the_form_leads_back_to_what_it_changed(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin("dispute")
    visitor.answer(draft, "what", f__claim="还钱", f__facts="借了不还")
    visitor.answer(draft, "kind", topic="other", topic_other="dispute.money")
    page = visitor.answer(draft, "who", do="add:others", f__my_name="张三", f__others__rows="1", f__others__0__name="李四")
    assert visitor.address.endswith("/who/#f-others-row2")
    assert "f-others-row2" in page.ids


def test_a_dispute_needs_a_place_because_a_committee_is_somewhere(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin("dispute")
    visitor.answer(draft, "what", f__claim="还钱", f__facts="借了不还")
    visitor.answer(draft, "kind", topic="other", topic_other="dispute.money")
    visitor.answer(draft, "who", f__my_name="张三", f__others__rows="1", f__others__0__name="李四")
    page = visitor.answer(draft, "where", f__place__detail="")
    assert any(target == "#area" for _, target in page.links)
    page = visitor.answer(draft, "where", f__place__detail="", area="210102000000")
    assert "怎么联系您" in page.headings


def test_words_of_a_dispute_lead_from_a_report_to_mediation(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said="楼上漏水到楼下，泡了我家天花板")
    page = visitor.answer(draft, "kind", topic="dispute.neighbour.water_leak")
    assert page.headings == ["是什么纠纷"]
    assert page.value("f.facts") == "楼上漏水到楼下，泡了我家天花板"


def asked_for_mediation(visitor: Visitor, detail: str, **also: str) -> tuple[str, Page]:
    """Answer a request for mediation up to the place; return the draft's address and the page after it."""
    draft = visitor.begin("dispute")
    visitor.answer(draft, "what", f__claim="修好卫生间。", f__facts="楼上漏水，泡了天花板。", **also)
    visitor.answer(draft, "kind", topic="other", topic_other="dispute.neighbour.water_leak")
    visitor.answer(draft, "who", f__my_name="张三", f__others__rows="1", f__others__0__name="李四")
    return draft, visitor.answer(draft, "where", f__place__detail=detail, f__place__division=COMMUNITY, f__place__searched="1")


def test_who_asks_for_mediation_has_a_dated_paper_with_claim_and_sum_at_once(served: object) -> None:
    visitor = Visitor()
    draft, _ = asked_for_mediation(visitor, "2号楼1单元502", f__claim_sum="3000.50")
    assert "3000.50" in visitor.answer(draft, "you", f__phone="").words.replace(",", "")
    reference, _ = receipt(visitor.answer(draft, "check"))
    paper = visitor.get(f"/mine/{reference}/papers/application_receipt/1/").words
    assert "修好卫生间。" in paper
    assert "请求的金额：¥3,000.50" in paper
    assert "诉讼时效从提出那天起中断" in paper


def told_of_parties(reference: str) -> str:
    """Return what the record holds of the parties."""
    from huiyin.core.values import SYSTEM
    from huiyin.matters.access import reading_as
    from huiyin.matters.models import Matter

    with reading_as(SYSTEM):
        return json.dumps(Matter.objects.get(reference=reference).body["parties"], ensure_ascii=False)


@pytest.mark.parametrize("before", ["", COMMUNITY_NAME, "沈阳市和平区"])
def test_who_lives_where_it_happens_writes_the_address_once(served: object, before: str) -> None:
    visitor = Visitor()
    detail = f"{before}2号楼1单元502"
    draft, page = asked_for_mediation(visitor, detail)
    whole = detail if before == "沈阳市和平区" else places.written(COMMUNITY, "2号楼1单元502")
    assert whole.endswith(f"{COMMUNITY_NAME}2号楼1单元502") or before == "沈阳市和平区"
    assert f"我的地址就是刚才写的地方：{whole}" in page.words
    assert (
        f'My address is the place I gave: <span lang="zh-Hans">{whole.removesuffix("502")}</span>502'
        in visitor.get(f"{draft}/you/", lang="en").html
    )
    visitor.get(f"{draft}/you/", lang="zh")
    page = visitor.answer(draft, "you", f__phone="", f__address="", f__address__same="yes")
    assert page.headings == ["核对一下再提交"]
    assert whole in page.words.partition("住址或者单位地址")[2]
    reference, _ = receipt(visitor.answer(draft, "check"))
    assert told_of_parties(reference).count(f'"{whole}"') == 1


def test_the_ticked_address_follows_the_place_when_that_is_mended_also_at_the_window(served: object) -> None:
    visitor = Visitor()
    draft, _ = asked_for_mediation(visitor, "2号楼")
    page = visitor.answer(draft, "you", f__phone="", f__address="", f__address__same="yes", do="save")
    (code,) = re.findall(r'class="digits">([\d ]+)<', page.html)
    clerk = staff(COMMITTEE, "clerk")
    clerk.post("/report/resume/", code=code)
    at_the_window = clerk.address.partition("?")[0].rsplit("/", 2)[0]
    page = clerk.answer(at_the_window, "where", f__place__detail="9号楼", f__place__division=COMMUNITY, f__place__searched="1")
    other = places.written(COMMUNITY, "9号楼")
    page = clerk.get(f"{at_the_window}/you/")
    assert re.search(r'name="f.address.same" value="yes" checked[^>]*><label[^>]*>[^<]*' + other, page.html)
    page = clerk.answer(at_the_window, "you", f__phone="", f__address="", f__address__same="yes")
    reference, _ = receipt(clerk.answer(at_the_window, "check", channel="in_person"))
    assert f'"{other}"' in told_of_parties(reference)


def test_an_address_that_was_typed_holds_and_without_a_place_there_is_nothing_to_tick(served: object) -> None:
    visitor = Visitor()
    draft, _ = asked_for_mediation(visitor, "2号楼")
    page = visitor.answer(draft, "you", f__phone="", f__address="晨光二街7号", f__address__same="yes")
    assert "晨光二街7号" in page.words.partition("住址或者单位地址")[2]
    reference, _ = receipt(visitor.answer(draft, "check"))
    assert '"晨光二街7号"' in told_of_parties(reference)
    _, page = asked_for_mediation(Visitor(), "")
    assert page.headings == ["怎么联系您"]
    assert "f.address.same" not in page.html
    assert "f.address" in page.html


def test_on_one_page_a_tick_without_a_place_above_is_asked_about(served: object) -> None:
    address = "/report/one-page/dispute/"
    sent = {
        "key": "k-9",
        "f__claim": "修好卫生间。",
        "f__facts": "楼上漏水。",
        "topic": "dispute.neighbour.water_leak",
        "f__my_name": "张三",
        "f__others__rows": "1",
        "f__others__0__name": "李四",
        "f__place__division": COMMUNITY,
        "f__address__same": "yes",
    }
    page = Visitor().post(address, **sent, f__place__detail="")
    assert ("上面没有写地址，请写在这里。", "#f-address") in page.links
    assert 'name="f.address.same" value="yes" checked' in page.html
    reference, _ = receipt(Visitor().post(address, **sent, f__place__detail="2号楼"))
    assert f'"{places.written(COMMUNITY, "2号楼")}"' in told_of_parties(reference)


def test_a_mobile_number_with_a_digit_missing_is_asked_about_and_a_landline_is_not(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said="楼前三盏路灯不亮")
    visitor.answer(draft, "kind", topic="request.lighting")
    visitor.answer(draft, "where", f__place__detail="3号楼", f__place__division=COMMUNITY, f__place__searched="1")
    page = visitor.answer(draft, "you", f__phone="138 4001 22")
    assert ("手机号是11位，您填了9位，请数一数。", "#f-phone") in page.links
    assert page.value("f.phone") == "138 4001 22"
    assert visitor.answer(draft, "you", f__phone="（024）2286-1234").headings == ["核对一下再提交"]
    assert visitor.answer(draft, "you", f__phone="+86 138-4001-2233").headings == ["核对一下再提交"]


def test_a_dispute_is_told_before_it_is_asked_what_is_wanted(served: object) -> None:
    visitor = Visitor()
    page = visitor.get(f"{visitor.begin('dispute')}/what/")
    assert page.words.index("事情经过") < page.words.index("您想要什么")


def test_a_whole_line_of_work_is_offered_as_such(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    page = visitor.answer(draft, "what", f__said="三号楼二单元楼道的灯坏了好几天了，从一楼到三楼都不亮，晚上黑，我下楼差点摔了，希望快点修")
    offered = page.words[: page.words.index("都不是，我自己选")]
    assert "诉求（说不清是哪种）" in offered


def test_a_line_is_added_and_taken_away_without_losing_the_others(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin("dispute")
    visitor.answer(draft, "what", f__claim="还钱", f__facts="借了不还")
    visitor.answer(draft, "kind", topic="other", topic_other="dispute.money")
    page = visitor.answer(draft, "who", do="add:others", f__my_name="张三", f__others__rows="1", f__others__0__name="李四")
    assert page.value("f.others.0.name") == "李四"
    assert page.value("f.others.1.name") == ""
    rows = {"f__others__rows": "2", "f__others__0__name": "李四", "f__others__1__name": "王五"}
    page = visitor.answer(draft, "who", do="remove:others:0", f__my_name="张三", **rows)
    assert page.value("f.others.0.name") == "王五"
    assert page.value("f.others.1.name") is None
    assert page.value("f.my_name") == "张三"


def test_danger_shows_the_numbers_before_anything_else_is_asked(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said="路面塌陷一个大坑")
    page = visitor.answer(draft, "kind", topic="hazard.road.collapse")
    assert page.headings == ["先顾安全"]
    assert ("110", "tel:110") in page.links


def test_words_of_danger_show_the_numbers_whatever_the_kind(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said="暖气不热，屋里还有煤气味")
    page = visitor.answer(draft, "kind", topic="other", topic_other="request.heating")
    assert page.headings == ["先顾安全"]


def test_the_code_at_a_door_fills_in_the_place(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin("report", place=COMMUNITY)
    visitor.answer(draft, "what", f__said="路灯不亮")
    visitor.answer(draft, "kind", topic="other", topic_other="request.lighting")
    assert visitor.get(f"{draft}/where/").chosen("f.place.division") == COMMUNITY


@pytest.mark.parametrize(
    ("typed", "shown"), [(f"{COMMUNITY_NAME}3号楼", f"{COMMUNITY_NAME}3号楼"), ("3号楼门前", f"{COMMUNITY_NAME} 3号楼门前")]
)
def test_the_name_of_the_community_is_said_once(served: object, typed: str, shown: str) -> None:
    visitor = Visitor()
    draft = visitor.up_to_check()
    page = visitor.answer(draft, "where", f__place__detail=typed, f__place__division=COMMUNITY, f__place__searched="1")
    assert page.headings == ["核对一下再提交"]
    assert shown in page.words
    assert page.words.count(COMMUNITY_NAME) == 1


def test_a_step_cannot_be_jumped_over(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    assert visitor.get(f"{draft}/check/").headings == ["请说说是什么事"]


def test_a_draft_of_somebody_else_is_not_there(served: object) -> None:
    draft = Visitor().begin()
    page = Visitor().get(f"{draft}/what/")
    assert page.status == 404
    assert page.headings == ["这份草稿已经不在了"]


def test_staff_take_in_for_somebody_who_called(served: object) -> None:
    from looking import CENTRE, desk_of, staff

    clerk = staff(CENTRE, "intake_clerk")
    clerk.get("/desk/take-in/")
    draft = clerk.address.rsplit("/", 2)[0]
    clerk.answer(draft, "what", f__said="路灯不亮")
    clerk.answer(draft, "kind", topic="other", topic_other="request.lighting")
    clerk.answer(draft, "where", f__place__detail="2号楼", f__place__division=COMMUNITY, f__place__searched="1")
    clerk.answer(draft, "you")
    page = clerk.answer(draft, "check")
    assert any(target == "#channel-1" for _, target in page.links)  # how they came is asked
    reference, _ = receipt(clerk.answer(draft, "check", channel="telephone", at="2026-01-05T09:00"))
    page = clerk.get(desk_of(clerk, reference))
    assert "2026年1月5日 09:00" in page.words
    assert "登记于" in page.words


def test_a_proposed_kind_is_asked_about_and_never_taken(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    page = visitor.answer(draft, "what", f__said="楼前三盏路灯不亮")
    assert "看起来像：路灯照明。对吗？" in page.words
    assert page.chosen("topic") is None
    page = visitor.answer(draft, "kind")
    assert any(target == "#topic-1" for _, target in page.links)


def test_violence_can_be_left_in_one_press_and_the_browser_forgets(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    page = visitor.answer(draft, "what", f__said="家里有人家暴打老婆")
    assert ("马上离开这个页面", "/report/leave/") in page.links
    answer = visitor.client.get("/report/leave/")
    assert answer.status_code == 302
    assert not answer.headers["Location"].startswith("/")
    assert visitor.get(f"{draft}/what/").status == 404


def test_no_way_out_is_shown_where_nobody_is_in_danger(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    page = visitor.answer(draft, "what", f__said="楼前三盏路灯不亮")
    assert "看起来像：路灯照明。对吗？" in page.words
    assert "马上离开" not in page.words


def test_a_like_facility_nearby_is_told_in_words_and_never_a_dispute(served: object) -> None:
    Visitor().report()
    second = Visitor()
    draft = second.begin()
    second.answer(draft, "what", f__said="楼前三盏路灯不亮")
    second.answer(draft, "kind", topic="request.lighting")
    page = second.answer(draft, "where", f__place__detail="3号楼", f__place__division=COMMUNITY, f__place__searched="1")
    assert "附近已有 1 件类似的事：路灯照明" in page.words
    Visitor().ask_for_mediation()
    third = Visitor()
    draft = third.begin("dispute")
    third.answer(draft, "what", f__claim="修好", f__facts="漏水")
    third.answer(draft, "kind", topic="other", topic_other="dispute.neighbour.water_leak")
    third.answer(draft, "who", f__my_name="王五", f__others__rows="1", f__others__0__name="赵六")
    page = third.answer(draft, "where", f__place__detail="2号楼", f__place__division=COMMUNITY, f__place__searched="1")
    assert "附近已有" not in page.words


def test_the_slip_carries_the_reference_in_its_code_and_not_the_look_up_code(served: object) -> None:
    visitor = Visitor()
    draft = visitor.up_to_check()
    page = visitor.answer(draft, "check")
    reference, code = receipt(page)
    slip = visitor.get(f"{draft}/slip/", size="80")
    assert code[:3] in slip.words
    assert "<svg" in slip.html
    page = Visitor().get("/track/", reference=reference)
    assert (page.value("reference") or "").replace(" ", "") == reference
    assert page.value("code") == ""


def test_a_browser_without_cookies_reports_on_one_page(served: object) -> None:
    visitor = Visitor()
    begun = visitor.client.get("/report/").headers["Location"]
    visitor.client.cookies.clear()
    page = visitor.get(begun)
    assert page.headings == ["反映问题（一页填完）"]
    assert "不保存小文件" in page.words
    address = "/report/one-page/report/"
    wrong = visitor.post(address, key="k-1", f__said="")
    assert any(target == "#f-said" for _, target in wrong.links)
    sent = {"key": "k-1", "f__said": "楼前三盏路灯不亮", "topic": "request.lighting", "f__phone": ""}
    first = receipt(visitor.post(address, **sent))
    assert receipt(visitor.post(address, **sent)) == first
    assert matters() == 1
    page = visitor.post(address, key="k-2", do="find:f.place", f__place__detail=COMMUNITY_NAME)
    assert page.html.count("autofocus") == 1
    assert "个地方，是哪一个？" in page.words


def test_without_cookies_the_door_and_the_guided_path_are_not_forgotten(served: object) -> None:
    """What they brought goes along in the address, for no cookie can hold it."""

    def begun(address: str) -> Page:
        visitor = Visitor()
        first = visitor.client.get(address).headers["Location"]
        visitor.client.cookies.clear()
        return visitor.get(first)

    page = begun(f"/report/?place={COMMUNITY}")
    assert page.headings == ["反映问题（一页填完）"]
    assert page.chosen("f.place.division") == COMMUNITY
    assert any(f"place={COMMUNITY}" in address for text, address in page.links if "申请调解" in text)
    ways = Visitor().get("/way/", whom="neighbour", topic="dispute.neighbour.water_leak", tried="talked", wants="repair")
    page = begun(next(address for _, address in ways.links if address.startswith("/dispute/?topic=")))
    assert page.headings == ["申请调解（一页填完）"]
    assert page.value("f.claim") == "修好、恢复原样"
    assert re.search(r'<option value="dispute.neighbour.water_leak" selected', page.html)
    # Only what is there can be brought.
    page = begun("/report/?place=999999999999&topic=nothing")
    assert page.chosen("f.place.division") is None


def test_the_paper_form_asks_what_the_pages_ask(served: object) -> None:
    page = Visitor().get("/paper-form/report/")
    for asked in ("请说说是什么事", "地址或者附近的标志", "电话"):
        assert asked in page.words
    page = Visitor().get("/paper-form/dispute/")
    for asked in ("您想要什么", "事情经过", "您的姓名", "姓名或者单位名称（2）"):
        assert asked in page.words
    assert Visitor().get("/paper-form/nothing/").status == 404
