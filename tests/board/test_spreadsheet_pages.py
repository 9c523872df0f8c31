"""Files in: what a try found stands on the page, and leads on."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from looking import CENTRE, Page, Visitor, staff

pytestmark = pytest.mark.usefixtures("served")


def tried(visitor: Visitor, rows: str) -> Page:
    """Hand a file in, let the worker read it, and return the page of the job."""
    from huiyin.jobs import running

    given = SimpleUploadedFile("来件.csv", f"编号,时间,标题,内容\n{rows}".encode())
    visitor.post("/import/", feeder="12345", file=given)
    running.drain()
    return visitor.get(visitor.address)


def test_rows_that_did_not_go_in_stand_on_the_page_with_their_place_and_their_reason() -> None:
    visitor = staff(CENTRE, "dispatcher")
    page = tried(visitor, "A1,2026-11-01 09:30,路灯,门口路灯不亮\nA2,昨天,井盖,井盖丢了\nA3,2026-11-01 09:30,树,\n")
    table = page.html.partition('id="wrong-title"')[2]
    rows = re.findall(r'<th scope="row" class="number"[^>]*>(\d+)</th><td[^>]*>([A-Z]*)</td><td[^>]*>(\w+)</td><td>([^<]+)</td>', table)
    assert [(row, column, number) for row, column, number, _ in rows] == [("3", "B", "A2"), ("4", "D", "A3")]
    assert all(reason for *_, reason in rows)
    assert "下载要改的行" in page.words
    assert "再传一张表" in page.words


def test_more_wrong_rows_than_the_page_lists_are_counted() -> None:
    visitor = staff(CENTRE, "dispatcher")
    page = tried(visitor, "".join(f"A{n},昨天,井盖,井盖丢了\n" for n in range(14)))
    assert len(re.findall(r'<th scope="row" class="number"', page.html.partition('id="wrong-title"')[2])) == 10
    assert "先列出前 10 行，共 14 行" in re.sub(r"\s+", " ", page.words)


def test_what_was_taken_in_is_one_link_away() -> None:
    from huiyin.jobs import running

    visitor = staff(CENTRE, "dispatcher")
    page = tried(visitor, "A1,2026-11-01 09:30,路灯,门口路灯不亮\n")
    assert "没有收的行" not in page.words
    check = re.search(r'name="check" value="([^"]+)"', page.html)
    assert check is not None
    visitor.post("/import/confirm/", check=check[1])
    running.drain()
    done = visitor.get(visitor.address)
    assert ("到待办看新件", "/desk/?scope=unit") in done.links


def test_the_list_behind_a_number_is_exported_as_it_stands() -> None:
    import csv
    import io
    from datetime import timedelta

    from huiyin import clock
    from huiyin.jobs import running

    for n in range(2):
        Visitor().report(said=f"楼前第{n}盏路灯不亮，老人夜里出门看不见。")
    with clock.set_to(clock.now() + timedelta(days=20)):
        visitor = staff(CENTRE, "supervision_officer")
        behind = visitor.get("/board/list/", cause="late", by="unit", key=CENTRE)
        shown = {text.replace(" ", "") for text, href in behind.links if href.startswith("/desk/2") and "/dates/" not in href}
        assert len(shown) == 2
        export = next(href for text, href in behind.links if text == "导出这张清单")
        form = visitor.get(export)
        assert "督办台：已超期" in form.words
        kept = {one["name"]: one.get("value", "") for one in form.inputs if one.get("type") == "hidden" and "name" in one}
        assert (kept["scope"], kept["cause"], kept["by"], kept["key"]) == ("board", "late", "unit", CENTRE)
        visitor.post("/export/", **kept, purpose="meeting", format="csv")
        running.drain()
        data = b"".join(visitor.client.get(f"{visitor.address}file/"))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert {row[0].replace(" ", "").strip("'") for row in rows if row and row[0].replace(" ", "").strip("'").isdigit()} == shown
