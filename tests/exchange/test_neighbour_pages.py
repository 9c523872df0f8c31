"""The pages of neighbouring systems, over HTTP: the administrator keeps records, who exchanges maps, tries, takes in and hands back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from made import write
from test_neighbours import CENTRE, HEADER, MAPPED, matters, replied, save, take

pytestmark = pytest.mark.usefixtures("desk")
SAMPLE = (
    "工单号,登记时间,诉求内容,类别\n"
    "G1,2026-11-20 08:30,中山路三号楼前的路灯坏了一个星期。,0307\n"
    "G2,明天,时间写错。,0307\n"
    "G3,2026-11-20 08:31,楼里暖气不热。,0402\n"
)


def client(unit: str, post: str) -> Any:
    from django.test import Client

    from huiyin.city.models import Account, Appointment

    held = Appointment.objects.filter(unit_id=unit, post=post, to_date=None).order_by("id").first()
    if held is None:
        held = Appointment.objects.filter(unit__kind=unit.partition(".")[0], post=post, to_date=None).order_by("id").first()
    assert held is not None
    made = Client()
    made.force_login(Account.objects.get(pk=held.account_id))
    session = made.session
    session["post"] = f"{held.unit_id}/{post}"
    session.save()
    return made


def work() -> None:
    from huiyin.jobs import running

    running.drain()


def file(text: str, name: str = "a.csv") -> io.BytesIO:
    made = io.BytesIO(text.encode())
    made.name = name
    return made


def test_the_administrator_makes_a_record_and_a_key_that_is_shown_once() -> None:
    admin = client("system_office.2101", "system_admin")
    assert "还没有登记任何系统" in admin.get("/neighbours/").content.decode()
    said = {
        "name": "hotline", "title": "市12345热线", "title_en": "City hotline", "kind": "hotline", "way": "api", "direction": "both",
        "unit": CENTRE, "procedures.plain_request": "1", "from_date": "", "reason": "",
    }  # fmt: skip
    wrong = admin.post("/neighbours/new/", said, follow=True).content.decode()
    assert "请写理由" in wrong
    assert 'value="市12345热线"' in wrong
    page = admin.post("/neighbours/new/", {**said, "reason": "纪要第3号"}, follow=True)
    assert page.redirect_chain[-1][0] == "/neighbours/of/hotline/"
    shown = admin.post("/neighbours/of/hotline/keys/", follow=True).content.decode()
    assert "只显示这一次" in shown
    assert "只显示这一次" not in admin.get("/neighbours/of/hotline/").content.decode()
    assert "上传并试读" not in shown


def test_a_post_that_has_nothing_to_do_with_it_finds_nothing() -> None:
    save("hotline")
    for unit, post in (("street_office.210102001", "handler"), ("governance_centre.210103", "dispatcher")):
        other = client(unit, post)
        assert other.get("/neighbours/of/hotline/").status_code == 404, (unit, post)
        assert other.get("/neighbours/of/hotline/mapping/").status_code == 404
        assert other.post("/neighbours/of/hotline/hand-over/").status_code == 404
    assert client(CENTRE, "dispatcher").post("/neighbours/of/hotline/keys/").status_code == 404
    assert client(CENTRE, "dispatcher").get("/neighbours/new/").status_code == 404


def test_a_mapping_is_chosen_seen_tried_kept_and_the_file_taken_in_and_handed_back() -> None:
    save("byfile", way="file")
    clerk = client(CENTRE, "dispatcher")
    uploaded = clerk.post("/neighbours/of/byfile/mapping/", {"file": file(SAMPLE)})
    address = uploaded["Location"]
    first = clerk.get(address).content.decode()
    # What the headings suggest is chosen already; the codes are not known yet, and it is said.
    assert '<option value="诉求内容" selected>' in first
    assert "没有“0307”这个事项类型" in first
    sample = address.partition("sample=")[2]
    chosen = {
        "sample": sample, "column.message_no": "工单号", "column.time": "登记时间", "column.detail": "诉求内容", "column.topic": "类别",
        "of.topic": "类别", "value.topic.0": "request.lighting",
    }  # fmt: skip
    seen = clerk.post("/neighbours/of/byfile/mapping/", {**chosen, "do": "look"}, follow=True).content.decode()
    assert "路灯照明" in seen
    assert "B3" in seen
    assert "D4" in seen
    tried = clerk.post("/neighbours/of/byfile/mapping/", {**chosen, "do": "try"})
    work()
    page = clerk.get(tried["Location"]).content.decode()
    assert "试读完了，什么都没有写入" in page
    assert matters() == []
    refused = clerk.post("/neighbours/of/byfile/mapping/", {**chosen, "do": "save"}, follow=True).content.decode()
    assert "请写理由" in refused
    assert '<option value="request.lighting" selected>' in refused
    chosen["value.topic.1"] = "request.heating"
    kept = clerk.post("/neighbours/of/byfile/mapping/", {**chosen, "do": "save", "reason": "对方表头"}, follow=True)
    assert kept.redirect_chain[-1][0] == "/neighbours/of/byfile/"

    tried = clerk.post("/neighbours/of/byfile/take-in/", {"file": file(SAMPLE)})
    work()
    assert "确认收下新件" in clerk.get(tried["Location"]).content.decode()
    job = tried["Location"].rstrip("/").rpartition("/")[2]
    clerk.post(_confirm(), {"check": job})
    work()
    assert {matter.feeder_number: matter.topic for matter in matters()} == {"G1": "request.lighting", "G3": "request.heating"}

    replied(next(matter for matter in matters() if matter.feeder_number == "G1"), division="")
    handed = clerk.post("/neighbours/of/byfile/hand-over/", {"format": "csv"})
    work()
    text = _taken(clerk, handed["Location"])
    assert "G1" in text
    assert "已答复" in text
    assert "今晚已经换好灯头" in text
    page = clerk.get("/neighbours/of/byfile/").content.decode()
    assert "没有新的情况要送" in page
    again = page.partition('name="again" value="')[2].partition('"')[0]
    repeated = clerk.post("/neighbours/of/byfile/hand-over/", {"again": again, "format": "csv"})
    work()
    assert _taken(clerk, repeated["Location"]).splitlines()[:4] == text.splitlines()[:4]
    assert "没有新的情况要送" in clerk.get("/neighbours/of/byfile/").content.decode()


def test_what_the_list_turns_on_is_a_column_to_choose_with_its_values() -> None:
    save("byfile", way="file")
    clerk = client(CENTRE, "dispatcher")
    address = clerk.post("/neighbours/of/byfile/mapping/", {"file": file(SAMPLE)})["Location"]
    page = clerk.get(address).content.decode()
    assert "在小区里，还是在公共地方" in page
    chosen = {
        "sample": address.partition("sample=")[2], "column.message_no": "工单号", "column.time": "登记时间", "column.detail": "诉求内容",
        "column.fact.premises": "类别", "of.fact.premises": "类别", "value.fact.premises.0": "estate", "value.fact.premises.1": "public",
    }  # fmt: skip
    seen = clerk.post("/neighbours/of/byfile/mapping/", {**chosen, "do": "look"}, follow=True).content.decode()
    assert '<option value="estate" selected>' in seen
    assert "<br>小区里</td>" in seen
    kept = clerk.post("/neighbours/of/byfile/mapping/", {**chosen, "do": "save", "reason": "对方表头"}, follow=True)
    assert "在小区里，还是在公共地方" in kept.content.decode()
    wrong = clerk.post(
        "/neighbours/of/byfile/mapping/", {**chosen, "value.fact.premises.1": "moon", "do": "save", "reason": "对方表头"}, follow=True
    )
    assert "有一个值选错了" in wrong.content.decode()


def _confirm() -> str:
    from django.urls import reverse

    return reverse("import-confirm")


def _taken(clerk: Any, job: str) -> str:
    from uuid import UUID

    from django.urls import reverse

    answer = clerk.get(reverse("job-file", args=[UUID(job.rstrip("/").rpartition("/")[2])]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8-sig")


def test_the_desk_tells_how_the_list_stood_when_a_message_came_in(tmp_path: Path) -> None:
    save("byfile", way="file", mapping=MAPPED)
    take(write(tmp_path / "a.csv", [("G1", "2026-11-20 08:30", "和平区门口路灯不亮。", "", "", "", "")], header=HEADER))
    (one,) = matters()
    page = client("governance_centre.210102", "dispatcher").get(f"/desk/{one.home}/{one.id}/")
    assert page.status_code == 200
    assert "没有用“" in page.content.decode()
