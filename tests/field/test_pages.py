"""The field pages as plain HTML: the list of the day, the form without a script, the list on paper, the shell without a person."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from looking import Page
from phones import ZONE, Phone, ago, deed, of_matters, picture, visit


def said(page: Page) -> str:
    return "".join(page.words.split())


def sound(page: Page) -> None:
    assert page.status == 200
    assert len(page.headings) == 1
    assert page.unnamed() == []
    assert page.forbidden == []
    assert len(page.ids) == len(set(page.ids)), [one for one in page.ids if page.ids.count(one) > 1]


@pytest.mark.parametrize("address", ["/field/", "/field/capture/", "/field/kept/", "/field/plan/", "/field/print/", "/field/shell/"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_field_page_is_sound(served: Any, address: str, language: str) -> None:
    phone = Phone.of()
    phone.plan()
    phone.plan(days=2, detail="5号楼门前")
    sound(phone.visitor.get(address, lang=language))


def test_the_list_holds_today_and_the_next_days_apart(served: Any) -> None:
    phone = Phone.of()
    assert "今天没有任务，未来三天也没有" in said(phone.visitor.get("/field/"))
    phone.plan(days=2, detail="5号楼门前")
    assert "今天没有任务，可以看未来三天" in said(phone.visitor.get("/field/"))
    phone.plan()
    phone.plan(days=30, detail="下个月")
    words = said(phone.visitor.get("/field/"))
    assert words.index("2号楼1单元") < words.index("未来三天") < words.index("5号楼门前")
    assert "下个月" not in words
    assert "更晚的在待办里" in words


def test_the_week_counts_only_ones_own_visits_and_only_those_made(served: Any) -> None:
    phone, clerk = Phone.of(), Phone.of(post="intake_clerk")
    phone.plan()
    assert "本周下沉0/2" in said(phone.visitor.get("/field/"))
    at = ago(minutes=3)
    phone.send(visit(at=at))
    made = "本周下沉1/2" if at.isocalendar()[:2] == datetime.now(ZONE).isocalendar()[:2] else "本周下沉0/2"
    assert made in said(phone.visitor.get("/field/"))
    assert "本周下沉0/2" in said(clerk.visitor.get("/field/"))


def test_a_list_shows_nobodys_words_and_is_no_look_at_a_matter(served: Any) -> None:
    from django.db import connections

    phone = Phone.of()
    phone.plan()
    (line,) = phone.lines()
    phone.send(deed(line, "add_note", fields={"remarks.0.what": "敲门问了张三家"}))
    assert "张三" not in phone.bundle()
    assert "张三" not in phone.visitor.get("/field/print/").html
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matters_access_log")
        assert cursor.fetchone()[0] == 0


def test_the_form_sends_itself_without_a_script(served: Any) -> None:
    import base64

    from django.core.files.uploadedfile import SimpleUploadedFile

    phone = Phone.of()
    page = phone.visitor.get("/field/capture/")
    assert page.value("key")
    data = {
        "key": page.value("key"),
        "f.purpose": "patrol",
        "f.place.detail": "3号楼",
        "f.starts_at": ago(minutes=2).strftime("%Y-%m-%dT%H:%M"),
        "f.result": "solved",
        "f.check_railing": "wrong",
    }
    page = Page(phone.visitor.client.post("/field/capture/", data, follow=True).content.decode())
    assert page.title.startswith("错误：")
    assert "看到什么" in said(page)
    assert page.value("f.place.detail") == "3号楼"
    assert page.chosen("f.check_railing") == "wrong"
    photo = SimpleUploadedFile("a.jpg", base64.b64decode(picture()), "image/jpeg")
    sent = {**data, "f.note": "扶手已经拧紧", "photos": photo}
    page = Page(phone.visitor.client.post("/field/capture/", sent, follow=True).content.decode())
    assert "已经记下" in said(page)
    assert of_matters("visit_record") == [("solved", "request")]


def test_whose_a_matter_is_is_asked_for_the_kinds_it_turns_on(served: Any) -> None:
    visitor = Phone.of().visitor
    page = visitor.get("/field/capture/")
    topics = re.findall(r'<div data-topics="([^"]*)">', page.html)
    assert len(topics) == 1
    assert {"request.lighting", "hazard.road.manhole"} <= set(topics[0].split())
    assert "request.heating" not in topics[0].split()
    assert "在小区里，还是在公共地方" in page.words
    assert 'name="f.premises"' in visitor.get("/field/shell/").html


def test_the_same_form_sent_twice_is_one_visit(served: Any) -> None:
    phone = Phone.of()
    data = {
        "key": str(uuid4()),
        "f.purpose": "patrol",
        "f.place.detail": "3号楼",
        "f.starts_at": ago(minutes=2).strftime("%Y-%m-%dT%H:%M"),
        "f.result": "nothing",
    }
    for _ in range(2):
        assert phone.visitor.client.post("/field/capture/", data).status_code == 302
    assert len(of_matters("visit_record")) == 1


def test_the_shell_and_what_keeps_it_hold_nobodys_data(served: Any) -> None:
    phone = Phone.of()
    phone.plan()
    shell = phone.visitor.client.get("/field/shell/").content.decode()
    for held in ("csrfmiddlewaretoken", "2号楼1单元", "南京南", phone.token()["holder"], 'id="sign-out"'):
        assert held not in shell
    worker = phone.visitor.client.get("/field/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "__VERSION__" not in worker.content.decode()
    card = phone.visitor.client.get("/field/card.webmanifest").json()
    assert card["scope"] == card["start_url"] == "/field/"


def test_on_paper_each_matter_has_a_code_and_room_to_write(served: Any) -> None:
    phone = Phone.of()
    phone.plan()
    page = phone.visitor.get("/field/print/")
    assert page.html.count("data:image/svg+xml") == 1
    assert page.html.count('class="by-hand"') == 1
    # What may be ticked by hand is what the form asks for later.
    for result in ("无事", "当场解决", "转成事项", "需要服务（居民同意）"):
        assert f"□ {result}" in page.html


def test_a_code_at_a_door_chooses_the_community(served: Any) -> None:
    phone = Phone.of()
    assert '<option value="210102001002" selected>' in phone.visitor.get("/field/capture/", place="210102001002").html


def test_scripts_of_the_field_are_loaded_by_the_worker() -> None:
    """The worker names the parts of the page's script; a part it does not know would be missing without signal."""
    import re
    from pathlib import Path

    import huiyin.ui

    folder = Path(huiyin.ui.__file__).parent / "static" / "ui"
    listed = re.search(r"for \(const part of \[([^\]]+)\]", (folder / "field-worker.js").read_text("utf-8"))
    assert listed is not None
    named = {f"field-{part}.js" for part in re.findall(r'"(\w+)"', listed[1])}
    imported = {one for path in folder.glob("field*.js") for one in re.findall(r'from "\./(field-\w+\.js)"', path.read_text("utf-8"))}
    assert named == imported


def test_words_of_the_scripts_stand_in_the_page() -> None:
    import re
    from pathlib import Path

    import huiyin.ui
    import huiyin.web

    folder = Path(huiyin.ui.__file__).parent / "static" / "ui"
    page = (Path(huiyin.web.__file__).parent / "templates/web/field/words.html").read_text("utf-8")
    there = set(re.findall(r'data-word="(\w+)"', page))
    source = "".join(path.read_text("utf-8") for path in folder.glob("field*.js"))
    asked = set(re.findall(r'say\("(\w+)"', source)) | set(re.findall(r'"(pin\w+|state\w+)"', source)) | {"step", "with", "by"}
    assert asked - {"pin-error"} <= there, asked - there
