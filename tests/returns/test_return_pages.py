"""Pages of returns: every number leads to its matters, nothing typed is lost, files hold the same as the page."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from living import COMMITTEE, FAR, WORKROOM, accepted, agreed, opened, post, visited
from looking import Visitor, staff
from openpyxl import load_workbook

from huiyin import clock
from huiyin.core.values import Principal


@pytest.fixture(autouse=True)
def _sunday(served: Any) -> Any:
    from living import at

    with clock.set_to(at("11-22 09:00")):
        yield


def signed_in(unit: str, name: str) -> Visitor:
    """Return the first holder of a post at the desk."""
    return staff(unit, name)


def test_each_post_finds_the_returns_it_has_use_for(served: Any) -> None:
    page = signed_in(COMMITTEE, "head").get("/returns/")
    assert page.headings == ["报表台账"]
    assert "人民调解案件补贴表" in page.words
    assert "人民调解案件补贴表" not in signed_in(COMMITTEE, "mediator").get("/returns/").words
    assert "督办登记簿" not in signed_in(WORKROOM, "head").get("/returns/").words
    assert signed_in(WORKROOM, "head").get("/returns/case_allowance/").status == 404
    assert signed_in(WORKROOM, "head").get("/returns/no_such/").status == 404
    anyone = Visitor()
    anyone.get("/returns/")
    assert "/sign-in/" in anyone.address


def test_every_number_leads_to_as_many_matters(served: Any) -> None:
    for day in ("11-16", "11-17", "11-18"):
        one = opened(day)
        accepted(one, f"{day} 09:30")
    agreed(one, "11-19", 12_345)
    visitor = signed_in(COMMITTEE, "clerk")
    page = visitor.get("/returns/mediation_statistics/", period="2026-11")
    links = [(text, href) for text, href in page.links if "/list/" in href]
    assert ("3", links[0][1]) == links[0]
    assert any(text == "¥123.45" for text, _ in links)
    for text, href in links:
        behind = visitor.get(href)
        assert behind.status == 200
        shown = len(re.findall(r'<a class="digits" href="/desk/', behind.html))
        # A sum leads to the matters it is the sum of.
        assert str(shown) == text or "count=amount" in href or "count=done_parts" in href
        for _, desk in [link for link in behind.links if link[1].startswith("/desk/2")][:1]:
            assert visitor.get(desk).status == 200


def test_an_empty_period_says_so_with_its_date(served: Any) -> None:
    page = signed_in(COMMITTEE, "clerk").get("/returns/mediation_statistics/", period="2026-W30")
    assert page.status == 200
    assert re.search(r"数到 *2026-11-22 09:00，2026年第30周 7月20日至26日没有要列的事项", re.sub(r"\s+", " ", page.words)), page.words


def test_what_cannot_be_read_is_told_beside_its_question_and_kept(served: Any) -> None:
    visitor = signed_in(COMMITTEE, "clerk")
    page = visitor.get("/returns/mediation_register/", **{"from": "2026-11-30", "to": "2026-11-01"})
    assert "不超过一年" in page.words
    assert (page.value("from"), page.value("to")) == ("2026-11-30", "2026-11-01")
    page = visitor.get("/returns/mediation_register/", as_of="上周五")
    assert "看不懂这个时间" in page.words
    assert page.value("as_of") == "上周五"
    for moment in ("0001-01-01T00:00+14:00", "0001-01-01T00:00", "9999-12-31T23:59-14:00"):
        assert "看不懂这个时间" in visitor.get("/returns/mediation_register/", as_of=moment).words
    assert "不在您的范围里" in visitor.get("/returns/mediation_register/", place="210103").words
    assert visitor.get("/returns/mediation_register/list/", count="all", start="x").status == 200


def test_a_strangers_register_is_empty_and_names_nobody(served: Any) -> None:
    opened("11-18")
    page = signed_in(FAR, "clerk").get("/returns/mediation_register/", period="2026-11")
    assert "没有要列的事项" in page.words
    assert "张三" not in page.words


def download(visitor: Visitor, address: str) -> Any:
    """Return the answer of a file's address; of a register, once it is said what for."""
    answer = visitor.client.post(address, {"purpose": "check"}) if "_register/" in address else visitor.client.get(address)
    assert answer.status_code == 200, answer
    return answer


def test_a_workbook_has_references_as_text_dates_as_dates_and_who_took_it_out(served: Any) -> None:
    one = opened("11-18")
    visitor = signed_in(COMMITTEE, "clerk")
    answer = download(visitor, "/returns/mediation_register/file/xlsx/?period=2026-11")
    assert "2026-11.xlsx" in answer["Content-Disposition"] or "filename*" in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).active
    head = [cell.value for cell in sheet[1]]
    line = dict(zip(head, sheet[3], strict=False))
    assert (line["案件编号"].value, line["案件编号"].data_type) == (one.reference, "s")
    assert line["登记日期"].is_date
    words = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "导出：" in words
    assert "按2026-11-22 09:00的记录" in words
    assert "用途：核对台账" in words


def test_the_lines_of_a_register_leave_only_for_a_purpose_and_numbers_leave_at_once(served: Any) -> None:
    opened("11-18")
    visitor = signed_in(COMMITTEE, "clerk")
    address = "/returns/mediation_register/file/csv/?period=2026-11"
    page = visitor.get(address)
    assert page.headings == ["导出人民调解登记簿"]
    assert "张三" not in page.html
    for purpose in ({}, {"purpose": "curiosity"}):
        assert visitor.client.post(address, purpose)["Location"] == address
        assert "请选导出做什么用" in visitor.get(address).words
    assert "张三" in download(visitor, address).content.decode("utf-8-sig")
    assert "请选导出做什么用" not in visitor.get(address).words
    assert visitor.client.get("/returns/mediation_statistics/file/csv/?period=2026-11")["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("bad", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_name_becomes_a_formula(served: Any, bad: str) -> None:
    parties = [{"role": "disputant", "name": bad, "facts": {}}, {"role": "disputant", "name": "买买提·艾力𠮷", "facts": {}}]
    opened("11-18", parties=parties)
    visitor = signed_in(COMMITTEE, "clerk")
    answer = download(visitor, "/returns/mediation_register/file/csv/?period=2026-11")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    named = dict(zip(rows[0], rows[1], strict=False))["当事人"]
    assert named[0] not in "=+-@\t"
    assert "买买提·艾力𠮷" in named
    sheet = load_workbook(io.BytesIO(download(visitor, "/returns/mediation_register/file/xlsx/?period=2026-11").content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-"), ("docx", b"PK")])
def test_a_register_can_be_printed_and_edited(served: Any, form: str, begins: bytes) -> None:
    opened("11-18")
    visitor = signed_in(COMMITTEE, "clerk")
    for address in ("mediation_register", "mediation_statistics"):
        assert download(visitor, f"/returns/{address}/file/{form}/?period=2026-11").content.startswith(begins)


def test_a_long_register_is_made_by_a_worker(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.exchange import returns as exporting

    opened("11-18")
    opened("11-19")
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    visitor = signed_in(COMMITTEE, "clerk")
    from huiyin.jobs.running import drain

    address = "/returns/mediation_register/file/csv/?period=2026-11"
    page = visitor.get(address)
    assert "共2行，要等一会儿" in page.words
    # Looking asks for nothing; the button does.
    assert drain() == 0
    page = visitor.post(address, purpose="meeting")
    assert visitor.address.startswith("/jobs/"), page.words
    assert drain() == 1
    job = visitor.address
    assert "开会研究" in visitor.get(job).words
    data = b"".join(visitor.client.get(f"{job}file/"))
    assert len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))) >= 3
    assert "用途：开会研究" in data.decode("utf-8-sig")


def test_the_weekly_report_is_drawn_sent_and_stays_as_sent(served: Any) -> None:
    visited("11-17")
    visitor = signed_in(WORKROOM, "head")
    page = visitor.get("/weekly/")
    assert "2026年第47周 11月16日至22日" in page.words
    assert "走访记了1次，不到2次" in re.sub(r"\s+", " ", page.words)
    page = visitor.post("/weekly/?week=2026-W47", key="k1", do="send", work="看了两栋楼")
    assert "请写明原因再提交" in page.words
    assert page.value("work") == "看了两栋楼"
    page = visitor.post(visitor.address, key="k2", do="send", work="看了两栋楼", fewer_reason="两人休假")
    assert "周报已经提交" in page.words, page.words
    assert "与当时的记录一致" in page.words
    here = visitor.address
    visited("11-18", recorded="11-23")
    from living import at

    with clock.set_to(at("11-24 09:00")):
        page = visitor.get(here)
        assert "与当时的记录一致" in page.words
        assert "提交以后，记录有变化" in page.words
        assert "请写明更正的理由" in visitor.post(here, key="k3", do="correct", reason="").words
        page = visitor.post(here, key="k4", do="correct", reason="周三晚登记了一次")
        assert "周报另印了一份" in page.words
        assert "提交以后，记录有变化" not in page.words
        assert len([1 for text, _ in page.links if text.startswith("看印出的周报")]) == 2


def test_a_draft_is_begun_once_and_its_figures_can_be_drawn_again(served: Any) -> None:
    visited("11-17")
    visited("11-18")
    visitor = signed_in(WORKROOM, "clerk")
    visitor.post("/weekly/?week=2026-W47", key="k1", do="save", patterns="北街漏水多")
    here = visitor.address
    visitor.post("/weekly/?week=2026-W47", key="k2", do="save", patterns="北街漏水多")
    assert visitor.address == here
    visited("11-19")
    page = visitor.get("/weekly/")
    assert "取数以后，记录有变化" in page.words
    page = visitor.post(here, key="k3", do="draw")
    assert "取数以后，记录有变化" not in page.words
    assert page.value("patterns") == "北街漏水多"


def test_figures_somebody_typed_past_the_page_are_shown_to_differ(served: Any) -> None:
    from uuid import uuid4

    from living import did

    from huiyin.matters import services
    from huiyin.matters.receipts import Receipt
    from huiyin.returns import weekly

    head = post(WORKROOM, "head")
    receipt = weekly.begin(head, weekly.this_week(clock.now().date()), str(uuid4()))
    assert isinstance(receipt, Receipt)
    (report,) = weekly.reports(head)
    rows = [{**row, "value": 9} for row in report.facts["figures"]]
    data = {"week": report.facts["week"], "taken_at": report.facts["taken_at"], "figures": rows, "visits": 9}
    answer = services.act(home=report.home, matter=report.matter, action="take_figures", data=data, principal=head, key=str(uuid4()))
    assert isinstance(answer, Receipt)
    did(receipt, "11-22 09:00", "send", head)
    (report,) = weekly.reports(head)
    assert weekly.as_sent(report)
    page = signed_in(WORKROOM, "head").get(f"/weekly/{report.home}/{report.matter}/")
    assert "与当时的记录不一致" in page.words


def test_a_centre_sees_which_workrooms_have_sent_and_a_stranger_nothing(served: Any) -> None:
    visited("11-17")
    visited("11-18")
    visitor = signed_in(WORKROOM, "head")
    visitor.post("/weekly/?week=2026-W47", key="k1", do="send")
    here = visitor.address
    centre = signed_in("governance_centre.210102001", "dispatcher")
    page = centre.get("/weekly/", week="2026-W47")
    assert re.search(r"已交 1 / \d", re.sub(r"\s+", " ", page.words))
    assert centre.get(here).status == 200
    assert signed_in("workroom.210102001002", "head").get(here).status == 404
    assert signed_in(COMMITTEE, "clerk").get("/weekly/").status == 404
    assert centre.get("/weekly/", week="2026-W99").status == 404


def test_a_report_is_found_however_many_came_after_it(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from uuid import uuid4

    from huiyin.matters.receipts import Receipt
    from huiyin.returns import weekly

    head = post(WORKROOM, "head")
    now = weekly.this_week(clock.now().date())
    begun = []
    for week in (now.before(), now):
        receipt = weekly.begin(head, week, str(uuid4()))
        assert isinstance(receipt, Receipt)
        begun.append(receipt)
    monkeypatch.setattr(weekly, "MOST_REPORTS", 1)
    assert [one.week for one in weekly.reports(head)] == [now]
    assert [one.matter for one in weekly.reports(head, now.before())] == [begun[0].matter]
    found = weekly.report(head, begun[0].home, begun[0].matter)
    assert found is not None
    assert found.week == now.before()


def test_a_report_holds_what_its_reader_may_see_and_no_more(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace
    from uuid import uuid4

    from huiyin.matters import definitions
    from huiyin.matters.receipts import Receipt
    from huiyin.returns import weekly

    head = post(WORKROOM, "head")
    receipt = weekly.begin(head, weekly.this_week(clock.now().date()), str(uuid4()))
    assert isinstance(receipt, Receipt)
    from living import did

    did(receipt, "11-22 09:00", "write_words", head, {"work": "王奶奶家漏水"})
    overseer = post("governance_centre.210102001", "supervision_officer", supervises=(WORKROOM,))
    auditor = Principal("staff", str(uuid4()), WORKROOM, "audit_admin", purpose="audit")
    assert [one.facts["work"] for one in weekly.reports(overseer)] == ["王奶奶家漏水"]
    assert weekly.reports(auditor) == ()
    # A pack that holds these words for personal has them hidden from who only oversees.
    real = definitions.pinned

    def personal(name: str, version: str) -> Any:
        procedure, library = real(name, version)
        fields = {**procedure.fields, "work": replace(procedure.fields["work"], cls="P2")}
        return replace(procedure, fields=fields), library

    monkeypatch.setattr(definitions, "pinned", personal)
    assert "王奶奶" not in str([one.facts for one in weekly.reports(overseer)])
    assert [one.facts["work"] for one in weekly.reports(head)] == ["王奶奶家漏水"]


def test_every_page_names_its_inputs_and_holds_no_inline_code(served: Any) -> None:
    opened("11-18")
    visitor = signed_in(COMMITTEE, "clerk")
    for address in ("/returns/", "/returns/mediation_statistics/", "/returns/mediation_register/?period=2026", "/returns/case_allowance/"):
        for language in ("zh", "en"):
            page = visitor.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
            assert page.status == 200
            assert page.unnamed() == []
            assert page.forbidden == []
            assert len(page.headings) == 1


def test_a_question_of_the_centre_stands_first_with_what_answers_it(served: Any) -> None:
    from living import did

    visited("11-17")
    visited("11-18")
    visitor = signed_in(WORKROOM, "head")
    visitor.post("/weekly/?week=2026-W47", key="k1", do="send")
    here = visitor.address
    (report,) = weekly_reports()
    question = "哪一天下的雪？走访为什么少？"
    did(report, "11-22 09:00", "ask_back", post("governance_centre.210102001", "dispatcher"), {"question": question})
    page = visitor.get(here)
    before_figures = page.html.partition('class="pager')[0]
    assert question in before_figures
    assert page.html.count(question) == 1
    answer = next(address for text, address in page.links if text == "说明情况")
    assert f'href="{answer}"' in before_figures
    form = visitor.get(answer)
    assert question in form.html.partition('<form method="post"')[2].partition("<textarea")[0]
    # The centre reads its question there too and has nothing to press.
    centre = signed_in("governance_centre.210102001", "dispatcher").get(here)
    assert question in centre.html.partition('class="pager')[0]
    assert "说明情况" not in [text for text, _ in centre.links]
    visitor.post(answer, key=form.value("key"), version=form.value("version"), f__answer_text="周三下雪。")
    page = visitor.get(here)
    assert question not in page.html.partition('class="pager')[0]
    assert "周三下雪。" in page.words


def weekly_reports() -> Any:
    """Return the reports of the workroom."""
    from huiyin.returns import weekly

    return weekly.reports(post(WORKROOM, "head"))
