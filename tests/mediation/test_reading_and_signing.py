"""Reading before signing: the text, what it asks, a pause, the signature; nothing recorded before the last."""

from __future__ import annotations

import io
from datetime import timedelta

from cases import Case, at_desk
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from huiyin import clock


def _sign_address(case: Case) -> str:
    return f"/mine/{case.reference}/act/sign/"


def _signatures(case: Case) -> int:
    return len([line for line in case.view("clerk").papers if line.name == "mediation_agreement"][-1].signatures)


def test_a_party_reads_the_text_and_what_it_asks_before_anything_else(served: object) -> None:
    case = Case().signing()
    page = case.party().get(_sign_address(case))
    assert page.headings == ["请先读《人民调解协议书》"]
    assert "您能得到什么" in page.words
    assert "协议里没有要您做的事" in page.words
    assert "¥23,000.00" in page.words
    assert "人民币贰万叁仟元整" in page.words
    assert not any(one.get("name") == "read" for one in page.inputs)


def test_nobody_reaches_the_signature_past_an_unread_text_or_without_the_pause(served: object) -> None:
    case = Case().signing()
    visitor = case.party()
    for name in ("pause", "sign"):
        assert visitor.get(_sign_address(case), page=name).headings == ["请先读《人民调解协议书》"]
    visitor.post(_sign_address(case), do="read", hash=case.hash("mediation_agreement"))
    assert visitor.get(_sign_address(case), page="sign").headings == ["签字以后就有约束力"]


def test_a_form_sent_past_the_reading_or_the_pause_signs_nothing(served: object) -> None:
    case = Case().signing()
    address, text = _sign_address(case), case.hash("mediation_agreement")
    signs = {"do": "sign", "hash": text, "key": "page:k", "read": "yes", "read_hash": text, "paused": "yes"}
    visitor = case.party()
    assert visitor.post(address, **signs).headings == ["请先读《人民调解协议书》"]
    assert visitor.post(address, do="pause", hash=text, read_hash=text).headings == ["请先读《人民调解协议书》"]
    visitor.post(address, do="read", hash=text)
    assert visitor.post(address, **signs).headings == ["签字以后就有约束力"]
    assert _signatures(case) == 0
    visitor.post(address, do="pause")
    assert "已登记：签字" in visitor.post(address, **signs).words
    assert _signatures(case) == 1
    # Pressed twice: it is signed, and nobody is sent back to read.
    assert "请先读" not in "".join(visitor.post(address, **signs).headings)
    assert _signatures(case) == 1


def test_the_day_named_is_the_one_of_signing_and_of_no_other_clock(served: object) -> None:
    from dataclasses import replace
    from datetime import timedelta

    from huiyin.web.pages.mediation import signing

    view = Case().signing().view("clerk")
    (own,) = [one for one in view.clocks if one.name == "signing"]
    assert own.due is not None
    sooner = replace(own, name="work", due=own.due - timedelta(days=3))
    assert signing._until(replace(view, clocks=(sooner, own))) == own.due
    assert signing._until(replace(view, clocks=(sooner,))) is None


def test_thinking_it_over_records_nothing(served: object) -> None:
    case = Case().signing()
    before = case.view("clerk").version
    visitor = case.party()
    visitor.post(_sign_address(case), do="read", hash=case.hash("mediation_agreement"))
    page = visitor.post(_sign_address(case), do="think")
    assert "什么都没有登记" in page.words
    assert case.view("clerk").version == before


def test_the_signature_needs_the_tick_and_then_stands(served: object) -> None:
    case = Case().signing()
    visitor, text = case.party(), case.hash("mediation_agreement")
    visitor.post(_sign_address(case), do="read", hash=text)
    page = visitor.post(_sign_address(case), do="pause")
    assert page.headings == ["签字：《人民调解协议书》"]
    key = page.value("key") or ""
    refused = visitor.post(_sign_address(case), do="sign", hash=text, key=key)
    assert refused.title.startswith("错误：")
    assert "我自愿签" in refused.words
    assert _signatures(case) == 0
    done = visitor.post(_sign_address(case), do="sign", hash=text, key=key, read="yes")
    assert "已登记：签字" in done.words
    assert _signatures(case) == 1
    # The same press again is the same signature.
    visitor.post(_sign_address(case), do="sign", hash=text, key=key, read="yes")
    assert _signatures(case) == 1


def test_a_text_changed_meanwhile_is_read_again_and_shows_what_changed(served: object) -> None:
    case = Case().signing()
    visitor, old = case.party(), case.hash("mediation_agreement")
    visitor.post(_sign_address(case), do="read", hash=old)
    key = visitor.post(_sign_address(case), do="pause").value("key") or ""
    case.act("mediator", "change_text", {"reason": "金额写错了"})
    case.act("mediator", "resume")
    case.draft(amount=2400000)
    page = visitor.post(_sign_address(case), do="sign", hash=old, key=key, read="yes")
    assert _signatures(case) == 0
    assert page.headings == ["请先读《人民调解协议书》"]
    assert "和您上次看到的不一样的地方" in page.words
    assert "人民币贰万叁仟元整" in page.words  # taken out
    assert "人民币贰万肆仟元整" in page.words  # new


def test_who_signed_an_earlier_text_sees_what_differs_from_it(served: object) -> None:
    case = Case().signing()
    case.sign("张三")
    case.act("mediator", "change_text", {"reason": "金额写错了"})
    case.act("mediator", "resume")
    case.draft(amount=2400000)
    assert "和您上次看到的不一样的地方" in case.party().get(_sign_address(case)).words


def test_minutes_are_signed_without_the_pause_and_say_what_the_signature_means(served: object) -> None:
    case = Case().mediating()
    case.act("mediator", "hold_session", {"session_at": "2026-01-05T09:00+08:00", "session_place": "调解室", "minutes": "双方到场。"})
    visitor, address = case.party(), f"/mine/{case.reference}/act/sign_minutes/"
    page = visitor.post(address, do="read", hash=case.hash("mediation_minutes"))
    assert "不表示您同意对方的要求" in page.words


def test_staff_record_a_signature_on_paper_with_how_it_was_given(served: object) -> None:
    case = Case().signing()
    clerk = at_desk("clerk")
    address = f"{case.desk}/act/sign/?for={case.people['李四']}"
    page = clerk.get(address)
    assert "在纸上签的办法" in page.words
    assert page.chosen("method") == "wet"
    text = case.hash("mediation_agreement")
    refused = clerk.post(address, hash=text, key=page.value("key") or "", read="yes", method="fingerprint", at="")
    assert "见证人" in refused.words
    assert _signatures(case) == 0
    clerk.post(address, hash=text, key=page.value("key") or "", read="yes", method="fingerprint", witness="王芳", at="")
    assert _signatures(case) == 1
    mark = [line for line in case.view("clerk").papers if line.name == "mediation_agreement"][-1].signatures[0]
    assert (mark.by, mark.method) == (case.people["李四"], "fingerprint")


def _sheet(name: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (len(name), 90, 200)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def test_a_scan_outlives_an_error_though_the_browser_sends_the_empty_file_input_too(served: object) -> None:
    case = Case().signing()
    clerk = at_desk("clerk")
    address = f"{case.desk}/act/sign/?for={case.people['李四']}"
    page = clerk.get(address)
    sent = {"hash": case.hash("mediation_agreement"), "key": page.value("key") or "", "read": "yes", "method": "fingerprint", "at": ""}
    again = clerk.post(address, **sent, scan=_sheet("signed.png"))
    assert "不用再传" in again.words
    held = again.value("scan") or ""
    assert held
    # Django reads a file part without a name as one more value of the field.
    clerk.post(address, **sent, witness="王芳", scan=[held, ""])
    mark = [line for line in case.view("clerk").papers if line.name == "mediation_agreement"][-1].signatures[0]
    assert mark.scan == (held,)


def test_who_signed_the_same_sheet_is_recorded_next_with_the_same_scan(served: object) -> None:
    case = Case().signing()
    clerk = at_desk("clerk")
    first, second = (f"{case.desk}/act/sign/?for={case.people[name]}" for name in ("张三", "李四"))
    page = clerk.get(first)
    sent = {"hash": case.hash("mediation_agreement"), "read": "yes", "method": "wet", "at": ""}
    following = clerk.post(first, **sent, key=page.value("key") or "", scan=_sheet("sheet.png"))
    assert clerk.address == second
    assert "接着登记李四在这张纸上的签名" in following.words
    assert following.value("same") is not None
    clerk.post(second, **sent, key=following.value("key") or "", same="yes")
    marks = [line for line in case.view("clerk").papers if line.name == "mediation_agreement"][-1].signatures
    assert [mark.by for mark in marks] == [case.people["张三"], case.people["李四"]]
    assert marks[0].scan == marks[1].scan != ()


def test_whoever_was_passed_over_is_not_asked_for_again_in_the_same_row(served: object) -> None:
    case = Case().signing()
    clerk = at_desk("clerk")
    second = f"{case.desk}/act/sign/?for={case.people['李四']}"
    page = clerk.get(second)
    assert "登记李四的签名" in page.words
    sent = {"hash": case.hash("mediation_agreement"), "read": "yes", "method": "wet", "at": ""}
    after = clerk.post(second, **sent, key=page.value("key") or "", scan=_sheet("sheet.png"))
    assert clerk.address == case.desk + "/"
    assert "在这张纸上的签名；" not in after.words


def test_what_is_signed_on_the_screen_leads_to_nobody_s_sheet(served: object) -> None:
    case = Case().signing()
    case.sign("张三")
    case.sign("李四")
    mediator = at_desk("mediator")
    address = f"{case.desk}/act/sign/"
    page = mediator.get(address)
    assert "打印这份文书" in page.words
    mediator.post(address, hash=case.hash("mediation_agreement"), key=page.value("key") or "", read="yes", method="screen", at="")
    assert mediator.address == f"{case.desk}/"


def test_the_seal_keeper_sees_the_text_and_who_has_signed(served: object) -> None:
    case = Case().signing()
    case.sign("张三")
    page = at_desk("seal_keeper").get(f"{case.desk}/act/seal/")
    assert "签章齐不齐" in page.words
    assert page.html.count("tag good") == 1
    assert "人民调解协议书" in page.words


def test_nothing_to_sign_is_said_and_not_an_error(served: object) -> None:
    case = Case().mediating()
    page = case.party().get(f"/mine/{case.reference}/act/sign_minutes/")
    assert page.status == 200
    assert "现在没有要签的文书" in page.words


def test_without_the_word_of_every_side_it_is_signed_on_paper(served: object) -> None:
    case = Case().signing()
    case.act("clerk", "choose_signing", {"sign_way": "paper"}, for_="李四")
    visitor = case.party()
    page = visitor.get(_sign_address(case))
    assert "各方都选了“在屏幕上签”" in page.words
    assert "读完了，继续" not in page.words
    text = case.hash("mediation_agreement")
    visitor.post(_sign_address(case), do="read", hash=text)
    visitor.post(_sign_address(case), do="pause")
    visitor.post(_sign_address(case), do="sign", hash=text, key="page:p", read="yes")
    assert _signatures(case) == 0
    # At the desk the paper is what remains.
    case.sign("clerk", for_="张三")
    case.sign("clerk", for_="李四")
    desk = at_desk("mediator").get(f"{case.desk}/act/sign/")
    assert "在屏幕上签名" not in desk.labels.values()
    assert "手写签名" in desk.words


def test_who_thinks_it_over_keeps_a_day_for_themselves(served: object) -> None:
    case = Case().signing()
    before, visitor = case.view("clerk").version, case.party()
    day = clock.now().date() + timedelta(days=3)
    visitor.post(_sign_address(case), do="read", hash=case.hash("mediation_agreement"))
    visitor.post(_sign_address(case), do="think", think_on=day.isoformat())
    said = f"{day.month}月{day.day}日"
    page = visitor.get(_sign_address(case))
    assert "您打算想到" in page.words
    assert said in "".join(page.words.split())
    assert case.view("clerk").version == before
    assert "您打算想到" not in case.party().get(_sign_address(case)).words
    visitor.post(_sign_address(case), do="think", think_on="2001-01-01")
    visitor.post(_sign_address(case), do="think", think_on="<b>")
    assert "您打算想到" in visitor.get(_sign_address(case)).words


def test_the_text_can_be_read_aloud_by_the_device_itself(served: object) -> None:
    page = Case().signing()
    html = page.party().client.get(_sign_address(page)).content.decode()
    assert 'data-aloud="article.sheet[lang=zh-Hans]"' in html
    assert "ui/aloud" in html
