"""Following one's own matter: reference and code, a page in plain words, and no guessing."""

from __future__ import annotations

import re

from looking import CENTRE, COMMITTEE, Visitor, desk_of, staff

from huiyin.core import reference as references


def errors(html: str) -> list[str]:
    return re.findall(r'class="error"[^>]*>(.*?)</p>', html)


def test_reference_and_code_open_the_matter_also_with_spaces_and_full_width_digits(served: object) -> None:
    reference, code = Visitor().report()
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    page = Visitor().track(f" {reference[:4]} {reference[4:8]}-{reference[8:]} ".translate(wide), f"{code[:3]} {code[3:]}")
    assert "现在由谁办" in page.words


def test_a_wrong_reference_and_a_wrong_code_get_the_same_answer(served: object) -> None:
    reference, code = Visitor().report()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    answers = [
        Visitor().track(reference, wrong),
        Visitor().track(references.make(2026, 1, 99_999), code),
    ]
    told = [(page.status, errors(page.html)) for page in answers]
    assert all(one == told[0] for one in told)
    assert told[0][1] == ["编号和查询码对不上。请对照收到的回执，核对编号，再输一次查询码。"]


def test_a_mistyped_reference_is_told_by_its_digits_alone(served: object) -> None:
    reference, code = Visitor().report()
    short = Visitor().track(reference[:-1], code)
    assert errors(short.html) == ["编号是12位数字，您填了11位。请对照回执，再输一次查询码。"]
    assert short.value("reference") == reference[:-1]
    swapped = reference[:-2] + reference[-1] + reference[-2]
    typed = swapped if swapped != reference else f"{reference[:-1]}{(int(reference[-1]) + 1) % 10}"
    assert errors(Visitor().track(typed, code).html) == ["编号里有数字打错了。请对照回执，一位一位核对，再输一次查询码。"]


def test_after_five_wrong_codes_one_has_to_wait_and_is_told_how_long(served: object) -> None:
    reference, code = Visitor().report()
    visitor = Visitor()
    for _ in range(6):
        page = visitor.track(reference, "000000" if code != "000000" else "000001")
    page = visitor.track(reference, code)
    assert re.search(r"请\d+秒后再试", page.words)
    assert page.value("reference") == reference


def test_the_code_is_never_put_back_into_a_page(served: object) -> None:
    reference, code = Visitor().report()
    page = Visitor().track("2600 0000 0000", code)
    assert errors(page.html)
    assert page.value("reference") is not None
    assert code not in page.html
    assert reference not in page.html


def test_a_browser_without_cookies_reads_how_it_stands_and_is_told_what_it_cannot_do(served: object) -> None:
    reference, code = Visitor().report()
    bare = Visitor()
    page = bare.post("/track/", reference=reference, code=code, csrfmiddlewaretoken="of a cookie that was not kept")
    assert page.status == 200
    assert "现在由谁办" in page.words
    assert "所以这里只能看" in page.words
    assert "走到哪一步了" in page.words
    assert "催一下" not in page.words
    bare.client.cookies.clear()
    wrong = bare.post("/track/", reference=reference, code="000000" if code != "000000" else "111111", csrfmiddlewaretoken="x")
    assert "编号和查询码对不上" in wrong.words
    assert (wrong.value("reference") or "").replace(" ", "") == reference


def test_a_form_of_somebody_else_s_page_opens_nothing_in_this_browser(served: object) -> None:
    """With cookies, and without our own token beside them, the proof of origin is asked for as everywhere."""
    from django.test import Client

    reference, code = Visitor().report()
    strict = Client(enforce_csrf_checks=True)
    strict.get("/track/")
    assert strict.post("/track/", {"reference": reference, "code": code}).status_code == 403
    assert Client(enforce_csrf_checks=True).post("/track/", {"reference": reference, "code": code}).status_code == 403


def test_leaving_forgets_the_matter_on_this_device(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.report()
    assert "现在由谁办" in visitor.get(f"/mine/{reference}/").words
    visitor.post(f"/mine/{reference}/leave/")
    page = visitor.get(f"/mine/{reference}/")
    assert page.headings == ["查进度"]


def test_a_matter_left_open_is_forgotten_after_two_hours(served: object) -> None:
    from datetime import timedelta

    from huiyin import clock

    visitor = Visitor()
    reference, _ = visitor.report()
    with clock.set_to(clock.now() + timedelta(hours=3)):
        assert visitor.get(f"/mine/{reference}/").headings == ["查进度"]


def test_a_party_sees_who_looked(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.ask_for_mediation()
    assert "还没有工作人员打开过" in visitor.get(f"/mine/{reference}/").words
    desk_of(staff(COMMITTEE, "clerk"), reference)
    page = visitor.get(f"/mine/{reference}/")
    assert "人民调解委员会经办人 · 办理" in re.sub(r"\s+", " ", page.words)


def test_an_act_of_the_party_is_recorded_and_told_in_a_sentence(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.ask_for_mediation()
    form = visitor.get(f"/mine/{reference}/act/leave/")
    page = visitor.post(f"/mine/{reference}/act/leave/", key=form.value("key"), version=form.value("version"))
    assert "已登记：" in page.words
    assert "已退出" in page.words
    assert "这次没有调解成" in page.words
    assert "《" in page.words  # the notice of where else to turn


def test_what_the_heading_says_is_not_said_again_below_it(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.report()
    page = visitor.get(f"/mine/{reference}/act/add_evidence/")
    assert page.headings == ["补充材料"]
    assert '<legend class="hidden-words">补充材料' in page.html
    assert "提交以后" in visitor.get(f"/mine/{reference}/act/withdraw/").words


def test_the_next_date_is_named_by_what_comes_with_it(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.report()
    assert "最晚哪天有消息" in visitor.get(f"/mine/{reference}/").words


def test_a_form_sent_twice_is_done_once(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.ask_for_mediation()
    address = f"/mine/{reference}/act/add_evidence/"
    form = visitor.get(address)
    sent = {"key": form.value("key"), "version": form.value("version"), "f__evidence__0__what": "天花板的照片"}
    visitor.post(address, **sent)
    page = visitor.post(address, **sent)
    assert "已登记" in page.words
    assert page.html.count('<p class="head">补充证据') == 1


def test_an_old_page_is_refused_with_what_was_typed_kept(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.ask_for_mediation()
    address = f"/mine/{reference}/act/add_evidence/"
    old = visitor.get(address)
    visitor.post(address, key=old.value("key"), version=old.value("version"), f__evidence__0__what="第一张照片")
    page = visitor.post(address, key="another", version=old.value("version"), f__evidence__0__what="第二张照片")
    assert "刚才有人先办了这件事" in page.words
    assert page.value("f.evidence.0.what") == "第二张照片"
    assert page.value("version") != old.value("version")  # sending again now goes through


def test_nothing_is_promised_beyond_a_year_without_an_official_calendar(served: object) -> None:
    from datetime import UTC, datetime

    from huiyin import clock

    with clock.set_to(datetime(2026, 12, 30, 2, tzinfo=UTC)):
        visitor = Visitor()
        reference, _ = visitor.ask_for_mediation()
        assert "（暂定）" in visitor.get(f"/mine/{reference}/").words
        assert "(provisional)" in visitor.get(f"/mine/{reference}/?lang=en").words


def test_whose_turn_it_is_is_said_in_a_word(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.report()
    assert re.search(r'class="tag wait[^"]*">\s*等单位', visitor.get(f"/mine/{reference}/").html)
    other = Visitor()
    dispute, _ = other.ask_for_mediation()
    page = other.get(f"/mine/{dispute}/")
    assert "等单位" in page.words
    assert "您随时可以停止调解，也随时可以直接去法院起诉" in page.words
    assert "您随时可以停止调解" not in visitor.get(f"/mine/{reference}/").words


def test_the_route_shows_where_it_is_and_which_way_it_goes(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.report()
    page = visitor.get(f"/mine/{reference}/")
    stops = re.findall(r'<li class="(done|here|next)"', page.html)
    assert stops == ["here", "next", "next", "next"]
    assert page.html.count('aria-current="step"') == 1


def test_who_opened_it_without_signing_in_is_called_what_it_was(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.report()
    page = visitor.get(f"/mine/{reference}/")
    assert "网上反映，没有登录" in page.words
    assert "未登录的人" not in page.words


def act(desk: str, who: Visitor, action: str, **typed: str) -> object:
    form = who.get(f"{desk}act/{action}/")
    return who.post(f"{desk}act/{action}/", key=form.value("key") or "k", version=form.value("version") or "", **typed)


def handled(visitor: Visitor) -> tuple[str, str, Visitor, str]:
    """A request that was sent to the unit in charge: its reference, its desk address, its handler, its unit."""
    reference, _ = visitor.report()
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, reference)
    unit = "road_maintenance.210102"
    act(desk, dispatcher, "dispatch", f__lead=unit, f__dispatch_reason="路灯由它管。", f__points__0__ask="哪天修好路灯")
    return reference, desk, staff(unit, "handler"), unit


def test_a_point_asked_stands_beside_its_answer_and_the_result_can_be_rated_once(served: object) -> None:
    visitor = Visitor()
    reference, desk, handler, _ = handled(visitor)
    assert "还没有答复" in visitor.get(f"/mine/{reference}/").words
    answer = {"f__answers__0__about": "1", "f__answers__0__result": "done", "f__answers__0__text": "昨天修好三盏。"}
    act(desk, handler, "reply", f__reply_text="已经修好。", **answer)
    page = visitor.get(f"/mine/{reference}/")
    assert "1. 哪天修好路灯" in page.words
    assert "昨天修好三盏。" in page.words
    assert "等您" in page.words
    assert any(address == f"/mine/{reference}/result/" for _, address in page.links)
    form = visitor.get(f"/mine/{reference}/result/")
    assert "没有回话" not in form.words
    assert sum(one.get("name") == "f.satisfaction" for one in form.inputs) == 5
    wrong = visitor.post(f"/mine/{reference}/result/", key="k-1", f__rating_note="还行")
    assert any(target == "#solved-1" for _, target in wrong.links)
    assert wrong.value("f.rating_note") == "还行"
    page = visitor.post(f"/mine/{reference}/result/", key="k-1", solved="partly", f__satisfaction="fair")
    assert "解决了一部分" in page.words
    again = visitor.get(f"/mine/{reference}/result/")
    assert "基本满意" in again.words


def test_not_solved_leads_to_looking_again_with_what_was_written(served: object) -> None:
    visitor = Visitor()
    reference, desk, handler, _ = handled(visitor)
    answer = {"f__answers__0__about": "1", "f__answers__0__result": "done", "f__answers__0__text": "修好。"}
    act(desk, handler, "reply", f__reply_text="已经修好。", **answer)
    page = visitor.post(f"/mine/{reference}/result/", key="k-2", solved="again", f__rating_note="还有一盏不亮。")
    assert visitor.address == f"/mine/{reference}/act/dispute_closure/"
    assert page.value("f.dispute_reason") == "还有一盏不亮。"


def test_a_unit_that_says_not_ours_is_named_with_its_reason(served: object) -> None:
    visitor = Visitor()
    reference, desk, handler, _ = handled(visitor)
    act(desk, handler, "return_order", f__return_reason="这几盏是小区自己的灯。", f__wrong_cause="list_wrong", f__proposed_owner="物业")
    page = visitor.get(f"/mine/{reference}/")
    assert "有单位说这件事不归它" in page.words
    assert "这几盏是小区自己的灯。" in page.words
    assert "最晚哪天定下来" in page.words


def test_a_hazard_its_unit_returned_is_told_in_the_same_way(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.report_hazard()
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, reference)
    unit = "road_maintenance.210102"
    act(desk, dispatcher, "dispatch", f__lead=unit, f__checker="urban_management.210102", f__dispatch_reason="路由它养护。")
    assert "有单位说这件事不归它" not in visitor.get(f"/mine/{reference}/").words
    act(
        desk,
        staff(unit, "handler"),
        "not_ours",
        f__return_reason="这一段是小区里的路。",
        f__wrong_cause="list_wrong",
        f__proposed_owner="物业",
    )
    page = visitor.get(f"/mine/{reference}/")
    assert "有单位说这件事不归它" in page.words
    assert "这一段是小区里的路。" in page.words


def test_who_dispatches_again_reads_the_return_and_gives_a_reason_of_their_own(served: object) -> None:
    _, desk, handler, _ = handled(Visitor())
    act(desk, handler, "return_order", f__return_reason="这几盏是小区自己的灯。", f__wrong_cause="list_wrong", f__proposed_owner="物业")
    dispatcher = staff(CENTRE, "dispatcher")
    form = dispatcher.get(f"{desk}act/dispatch/")
    assert "说过不归它，认为归物业：这几盏是小区自己的灯。" in form.words
    assert form.value("f.dispatch_reason") == ""
    assert "按此派办" not in dispatcher.get("/desk/", open=desk.removeprefix("/desk/").rstrip("/")).words
