"""Staff: signing in, the work list, a matter, an act with its evidence, its time and its reasons."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from looking import CENTRE, COMMITTEE, COMMUNITY, PASSWORD, Visitor, account, desk_of, receipt, staff


def accepted(clerk: Visitor, desk: str, **more: str) -> object:
    """Accept a request for mediation."""
    form = clerk.get(f"{desk}act/accept/")
    sent = {"f__mediator_person": str(account(COMMITTEE, "mediator").pk), "f__impartial": "true"}
    for name in {one["name"] for one in form.inputs if one.get("type") == "radio"} - {"f.mediator_person", "f.impartial"}:
        sent[name.replace(".", "__")] = next(one["value"] for one in form.inputs if one.get("name") == name)
    return clerk.post(f"{desk}act/accept/", key=form.value("key"), version=form.value("version"), **sent, **more)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(served: object) -> None:
    known = account(COMMITTEE, "clerk").username
    pages = [Visitor().post("/sign-in/", username=name, password="wrong") for name in (known, "nobody")]
    assert [page.words.count("用户名或者密码不对") for page in pages] == [2, 2]
    assert pages[0].value("username") == known
    assert pages[0].value("password") == ""


def test_ten_wrong_passwords_close_the_door_for_a_while(served: object) -> None:
    known = account(COMMITTEE, "clerk").username
    visitor = Visitor()
    for _ in range(10):
        visitor.post("/sign-in/", username=known, password="wrong")
    page = visitor.post("/sign-in/", username=known, password=PASSWORD)
    assert page.status == 429
    assert "请等一会儿" in page.words


def test_somebody_with_several_posts_says_in_which_one_they_act(served: object) -> None:
    visitor = Visitor()
    page = visitor.post("/sign-in/", username=account(COMMITTEE, "clerk").username, password=PASSWORD)
    assert page.headings == ["以哪个岗位办事"]
    page = visitor.post("/post/", seat="court.210102/judge")  # not theirs
    assert "请选一个岗位" in page.words
    page = visitor.post("/post/", seat=f"{COMMITTEE}/clerk")
    assert page.headings == ["待办"]


def test_somebody_on_leave_can_act_in_no_post_and_is_named_nowhere(served: object) -> None:
    from huiyin.city.models import Absence
    from huiyin.city.queries import library
    from huiyin.clock import now

    head = account(COMMITTEE, "head")
    assert head.name in Visitor().get(f"/p/{COMMUNITY}/").words
    today = now().astimezone(library().zone).date()
    away = Absence.objects.using("owner").create(account_id=head.pk, from_date=today, reason_kind="leave")
    try:
        assert head.name not in Visitor().get(f"/p/{COMMUNITY}/").words
        visitor = Visitor()
        assert "您今天没有岗位" in visitor.post("/sign-in/", username=head.username, password=PASSWORD).words
    finally:
        away.delete(using="owner")


def test_the_work_list_has_what_waits_for_the_post_with_what_it_may_read(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    page = staff(COMMITTEE, "clerk").get("/desk/")
    assert f"{reference[:4]} {reference[4:8]} {reference[8:]}" in page.words
    assert "楼上漏水" in page.words  # the kind of matter
    assert "修好卫生间" in page.words  # the first words of what was asked
    assert "张三" not in page.words
    assert "待办已经清空" in staff(COMMITTEE, "seal_keeper").get("/desk/").words


def test_a_colleague_sees_the_matter_in_the_list_without_what_people_said(served: object) -> None:
    from huiyin.core.values import Principal
    from huiyin.matters import lists

    Visitor().ask_for_mediation()
    (line,) = lists.matters(Principal("staff", str(account(COMMITTEE, "clerk").pk), COMMITTEE, "archivist")).rows
    assert line.summary == ""


def test_a_long_work_list_is_turned_by_key_and_shows_each_matter_once(served: object) -> None:
    made = {Visitor().report()[0] for _ in range(33)}
    visitor = staff(CENTRE, "dispatcher")
    page = visitor.get("/desk/")
    seen = re.findall(r'class="digits" href="[^"]+">([\d ]+)<', page.html)
    following = next(address for text, address in page.links if text == "下一页")
    seen += re.findall(r'class="digits" href="[^"]+">([\d ]+)<', visitor.get(following).html)
    assert sorted(one.replace(" ", "") for one in seen) == sorted(made)


def test_a_list_of_a_hundred_is_light_and_asks_the_database_a_fixed_number_of_times(
    served: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from huiyin.matters import directory

    # Whether packs were loaded meanwhile is asked once a second, by the clock and not by the number of lines.
    monkeypatch.setattr(directory, "LIBRARY_SECONDS", 3600.0)
    monkeypatch.setattr(directory, "_library", None)
    visitor = Visitor()
    draft = visitor.up_to_check()
    receipt(visitor.answer(draft, "check"))
    dispatcher = staff(CENTRE, "dispatcher")
    with CaptureQueriesContext(connection) as few:
        dispatcher.get("/desk/", n="100")
    for _ in range(99):
        Visitor().report()
    with CaptureQueriesContext(connection) as many:
        page = dispatcher.get("/desk/", n="100")
    assert page.html.count('<th scope="row">') == 100
    assert len(page.html.encode()) < 150_000, len(page.html.encode())
    asked = [[query["sql"] for query in page.captured_queries] for page in (few, many)]
    assert len(asked[1]) <= len(asked[0]), [one for one in asked[1] if one[:120] not in {other[:120] for other in asked[0]}]


def test_overdue_work_is_named_in_words_and_can_be_asked_for_alone(served: object) -> None:
    from huiyin import clock

    Visitor().ask_for_mediation()
    visitor = staff(COMMITTEE, "clerk")
    assert "没有符合条件的事项" in visitor.get("/desk/?overdue=1").words
    with clock.set_to(clock.now() + timedelta(days=12)):
        visitor = staff(COMMITTEE, "clerk")
        page = visitor.get("/desk/?overdue=1")
        assert re.search(r"超期\d+天", page.words)


def test_a_matter_says_why_each_date(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    page = clerk.get(desk_of(clerk, reference))
    why = next(href for words, href in page.links if words.startswith("为什么是这一天"))
    assert "只数工作日" in clerk.get(why).words


def test_an_act_moves_the_matter_and_prints_its_papers(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    page = accepted(clerk, desk)
    assert "已登记：受理" in page.words  # type: ignore[attr-defined]
    assert "《人民调解受理登记表》" in page.words  # type: ignore[attr-defined]
    assert "印出了：《人民调解受理登记表》" in " ".join(page.words.split())  # type: ignore[attr-defined]
    address = next(one for text, one in page.links if text == "《人民调解受理登记表》")  # type: ignore[attr-defined]
    paper = clerk.get(address)
    assert "张三" in paper.words
    assert "印出了" not in clerk.get(desk).words  # said once
    assert "文字指纹" in paper.words


def test_an_act_not_open_yet_says_why(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    accepted(clerk, desk)
    page = clerk.get(desk)
    assert "还没有人拒绝或者退出" in page.words
    assert "给对方答复的时间还没有到" in page.words


def test_a_partys_word_is_recorded_with_how_it_is_known(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    page = accepted(clerk, desk)
    recording = next(one for text, one in page.links if "李四" in text)  # type: ignore[attr-defined]
    address = next(one for text, one in clerk.get(recording.partition("#")[0]).links if text == "同意调解")
    form = clerk.get(address)
    sent = {"key": form.value("key"), "version": form.value("version")}
    page = clerk.post(address, **sent)
    assert "要写明凭据" in page.words
    page = clerk.post(address, **sent, evidence="telephone", evidence_note="本人来电")
    assert "同意调解（代李四登记）" in page.words
    assert "电话，本人来电" in page.words


def test_what_happened_earlier_is_entered_late_and_says_so(served: object) -> None:
    from huiyin import clock
    from huiyin.city.queries import library

    with clock.set_to(clock.now() - timedelta(days=3)):
        reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    then = (clock.now() - timedelta(days=2)).astimezone(library().zone)
    page = accepted(clerk, desk, at=f"{then:%Y-%m-%dT%H:%M}")
    assert f"{then.year}年{then.month}月{then.day}日 {then:%H:%M}" in page.words  # type: ignore[attr-defined]
    assert "登记于" in page.words  # type: ignore[attr-defined]


def test_a_time_in_the_future_or_in_words_is_refused_and_kept(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    page = accepted(clerk, desk, at="2099-01-01T09:00")
    assert "时间不能晚于现在" in page.words  # type: ignore[attr-defined]
    assert page.value("at") == "2099-01-01T09:00"  # type: ignore[attr-defined]
    page = accepted(clerk, desk, at="上周五")
    assert "要写日期和时间" in page.words  # type: ignore[attr-defined]


def test_a_date_is_corrected_beside_the_original(served: object) -> None:
    from huiyin import clock
    from huiyin.city.queries import library

    with clock.set_to(clock.now() - timedelta(days=1)):
        reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    form = clerk.get(f"{desk}act/correct/")
    assert re.search(r'<option value="1">[^<]*登记', form.html)
    then = (clock.now() - timedelta(hours=5)).astimezone(library().zone)
    page = clerk.post(
        f"{desk}act/correct/",
        key=form.value("key"),
        version=form.value("version"),
        event="1",
        at=f"{then:%Y-%m-%dT%H:%M}",
        reason="登记时写错了日期",
    )
    assert "已登记：更正记录" in page.words
    assert "登记时写错了日期" in page.words
    assert page.html.count('<p class="head">') == 2  # the original stays


def test_the_responsibility_list_gives_its_reason_to_whoever_dispatches(served: object) -> None:
    reference, _ = Visitor().report_hazard()
    dispatcher = staff(CENTRE, "dispatcher")
    page = dispatcher.get(f"{desk_of(dispatcher, reference)}act/dispatch/")
    assert "责任清单怎么说" in page.words
    assert "依据" in page.words
    assert "责任清单“路面塌陷”条" in page.words
    assert "hazard." not in page.words


def test_signing_out_ends_it(served: object) -> None:
    clerk = staff(COMMITTEE, "clerk")
    clerk.post("/sign-out/")
    assert clerk.get("/desk/").headings == ["工作人员登录"]


def test_a_form_from_elsewhere_is_not_accepted(served: object) -> None:
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/track/", {"reference": "1", "code": "2"})
    assert answer.status_code == 403
    assert "这次提交没有收下" in answer.content.decode()


def test_health_says_that_the_database_answers_and_packs_are_loaded(served: object) -> None:
    answer = Visitor().client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_a_choice_is_corrected_by_the_words_the_page_shows(served: object) -> None:
    reference, _ = Visitor().report_hazard()
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, reference)
    form = dispatcher.get(f"{desk}act/correct/")
    sent = {"key": form.value("key"), "version": form.value("version"), "field": "danger_now", "reason": "现场看过，没有那么急。"}
    refused = dispatcher.post(f"{desk}act/correct/", **sent, value="不急")
    assert "已登记" not in refused.words
    page = dispatcher.post(f"{desk}act/correct/", **sent, value="拖久了会出事")
    assert "已登记：更正记录" in page.words
    assert "拖久了会出事" in dispatcher.get(desk).words


def test_related_matters_say_number_step_and_who_has_them_and_lead_nowhere_one_may_not_go(served: object) -> None:
    from huiyin import clock
    from huiyin.matters import outbox

    reference, _ = Visitor().report(said="路面有一个深坑，怕摔着人")
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, reference)
    form = dispatcher.get(f"{desk}act/open_hazard/")
    sent = dispatcher.post(
        f"{desk}act/open_hazard/",
        key=form.value("key"),
        version=form.value("version"),
        f__reason="路面有坑，按隐患办才有人围护。",
        f__place__detail="2号楼门前",
        f__place__division=COMMUNITY,
        f__place__searched="1",
    )
    assert "正在登记" in sent.words
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        while outbox.run_once("210102"):
            pass
    panel = dispatcher.get(desk).html.partition('id="kin-title"')[2].partition("</section>")[0]
    child = re.search(r'<a href="(/desk/[^"]+)">隐患整改 <span class="digits nowrap">([\d ]{14})</span>', panel)
    assert child is not None, panel
    assert "等派单" in panel
    assert "派单员" in panel
    back = dispatcher.get(child[1]).html.partition('id="kin-title"')[2].partition("</section>")[0]
    assert f"{reference[:4]} {reference[4:8]} {reference[8:]}" in back


def test_a_step_that_waits_for_parties_names_them_where_staff_look_first(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    assert "这一步等当事人" not in clerk.get(desk).words  # the committee itself has to answer
    accepted(clerk, desk)
    page = clerk.get(desk)
    panel = page.html.partition('id="do-title"')[2].partition("</section>")[0]
    named = re.findall(r'<a href="([^"]+)#recording">([^<]+)<', panel)
    assert sorted(name for _, name in named) == ["张三", "李四"]
    opened = clerk.get(named[0][0])
    assert f"代{named[0][1]}登记" in opened.words


def test_what_is_recorded_of_a_party_stands_in_the_form_and_an_empty_box_erases_nothing(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    accepted(clerk, desk)
    whom = next(one.partition("?")[2].partition("#")[0] for text, one in clerk.get(desk).links if "张三" in text and "for=" in one)
    address = f"{desk}act/update_details/?{whom}"
    form = clerk.get(address)
    assert form.value("f.phone") == "13800000002"
    assert form.value("f.address") == ""
    assert form.words.count("这是已经登记的") == 1
    sent = {"evidence": "in_person", "f__phone": "13800000002", "f__address": "2号楼1单元", "f__id_number": "210102199001011234"}
    page = clerk.post(address, key=form.value("key"), version=form.value("version"), **sent)
    told = page.html.partition('id="history-title"')[2].partition("</section>")[0]
    assert "2号楼1单元" in told
    assert told.count("13800000002") == 1  # given at the opening; it had not changed
    form = clerk.get(address)
    assert form.value("f.address") == "2号楼1单元"
    assert form.value("f.id_number") == ""
    assert "210102199001011234" not in form.html
    assert "已登记，不填就不变" in form.words
    page = clerk.post(address, key=form.value("key"), version=form.value("version"), evidence="in_person", f__phone="", f__address="")
    assert "已登记：填住址、电话和证件" in page.words
    form = clerk.get(address)
    assert (form.value("f.phone"), form.value("f.address")) == ("13800000002", "2号楼1单元")


def test_a_clerk_of_a_committee_begins_at_the_dispute_and_may_turn_to_a_problem(served: object) -> None:
    clerk = staff(COMMITTEE, "clerk")
    page = clerk.get("/desk/take-in/")
    assert page.value("f.claim") is not None
    other = next(address for text, address in page.links if text == "登记问题或者隐患")
    assert clerk.get(other).value("f.claim") is None
    page = staff(CENTRE, "dispatcher").get("/desk/take-in/")
    assert page.value("f.claim") is None
    assert "登记问题或者隐患" not in page.words


def test_only_who_holds_several_posts_is_offered_another(served: object) -> None:
    from django.db.models import Count

    from huiyin.city.models import Account, Appointment

    held = Appointment.objects.filter(to_date=None).values("account_id").annotate(posts=Count("id"))
    alone = Account.objects.get(pk=held.filter(posts=1).order_by("account_id")[0]["account_id"])
    alone.set_password(PASSWORD)
    alone.save(update_fields=["password"])
    visitor = Visitor()
    visitor.post("/sign-in/", username=alone.username, password=PASSWORD)
    page = visitor.get("/desk/")
    assert "退出" in page.words
    assert alone.name in page.words
    assert "换岗位" not in page.words
    assert "换岗位" in staff(COMMITTEE, "clerk").get("/desk/").words


def test_the_way_back_names_the_list_one_came_from_also_after_an_act(served: object) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    assert ("‹ 回到待办", "/desk/") in clerk.get(desk).links
    listed = "http://testserver/mediations/?stage=asked"
    clerk.client.get(desk, headers={"referer": listed})
    page = accepted(clerk, desk)
    assert ("‹ 回到我的调解", "/mediations/?stage=asked") in page.links  # type: ignore[attr-defined]
    for elsewhere in ("http://example.org/mediations/", "http://testserver/about/", "http://testserver/nowhere", "http://[", "x"):
        clerk.client.get(desk, headers={"referer": elsewhere})
        assert ("‹ 回到我的调解", "/mediations/?stage=asked") in clerk.get(desk).links
    other, _ = Visitor().ask_for_mediation()
    in_another_tab = desk_of(clerk, other)
    assert ("‹ 回到待办", "/desk/") in clerk.get(in_another_tab).links
    clerk.client.get(in_another_tab, headers={"referer": "http://testserver/returns/mediation_register/?period=2026"})
    assert ("‹ 回到报表", "/returns/mediation_register/?period=2026") in clerk.get(in_another_tab).links
    assert ("‹ 回到我的调解", "/mediations/?stage=asked") in clerk.get(desk).links
