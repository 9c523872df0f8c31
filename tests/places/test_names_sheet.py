"""The gazetteer by file, both ways: what a file would change is seen first, and with one bad cell nothing of it counts."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from test_gazetteer import ROW, keeper
from test_names_page import at_desk

from huiyin.city import gazetteer
from huiyin.city.gazetteer_models import GazetteerName, GazetteerStep
from huiyin.core.values import Refusal, Text
from huiyin.exchange import fillable, names_sheet

PLACE = "210102019000"
HEAD = [label for label, _, _ in names_sheet.COLUMNS.values()]


def names(principal: Any) -> list[gazetteer.Name]:
    return gazetteer.names(principal, limit=100_000)[0]


def line(**said: str) -> list[str]:
    usual = {"name": "望月花园", "kind": "小区", "place": PLACE, "source": "走访"}
    return [{**usual, **said}.get(name, "") for name in names_sheet.COLUMNS]


def book(tmp_path: Path, *rows: list[Any], name: str = "names.xlsx") -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append([note for _, note, _ in names_sheet.COLUMNS.values()])
    for row in rows:
        sheet.append(row)
    path = tmp_path / name
    made.save(path)
    return path


def told(came: names_sheet.Came) -> list[tuple[str, str]]:
    return [(one.cell, one.text.zh) for one in came.wrong]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_was_taken_home_comes_back_as_it_stands(city: Any, tmp_path: Path, kind: str) -> None:
    mine = keeper()
    gazetteer.add(mine, {**ROW, "since": "2014-06-17", "lon": "123.4", "lat": "41.8", "frame": "GCJ-02"})
    gazetteer.propose(keeper("clerk"), {**ROW, "name": "听雨苑"}, reason="改过地点")
    there = names(mine)
    path = tmp_path / f"names.{kind}"
    path.write_bytes(names_sheet.write(there) if kind == "xlsx" else names_sheet.write_csv(there))
    came = names_sheet.read(path, mine)
    assert (came.new, came.ended, came.wrong, came.missing) == ((), (), (), 0)
    assert came.same == len(there)


def test_the_workbook_has_notes_text_cells_and_nothing_that_runs(city: Any) -> None:
    mine = keeper()
    gazetteer.add(mine, {**ROW, "source": "=1+1 走访"})
    one = next(one for one in names(mine) if one.entry.name == "望月花园")
    sheet = load_workbook(io.BytesIO(names_sheet.write([one]))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEAD
    assert "不要动" in str(sheet["A2"].value)
    cells = dict(zip(names_sheet.COLUMNS, sheet[3], strict=True))
    assert (cells["place"].value, cells["place"].number_format) == (PLACE, "@")
    assert str(cells["source"].value).startswith("'=")
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert names_sheet.write_csv([one]).startswith(b"\xef\xbb\xbf")


def test_names_are_added_and_ended_with_a_step_each(city: Any, tmp_path: Path) -> None:
    mine = keeper()
    old = gazetteer.add(mine, {**ROW, "name": "老名字"})
    assert isinstance(old, GazetteerName)
    there = next(one for one in names(mine) if one.entry.key == str(old.id))
    ended = [{**names_sheet._cells(there), "end": "是"}[name] for name in names_sheet.COLUMNS]
    came = names_sheet.read(book(tmp_path, ended, line(), line(name="东大俗称", kind="nickname", since="2014/6/17")), mine)
    assert not came.wrong, told(came)
    assert [one["name"] for one in came.new] == ["望月花园", "东大俗称"]
    assert came.new[1]["since"] == "2014-06-17"
    assert [one.entry.name for one in came.ended] == ["老名字"]
    assert not GazetteerName.objects.filter(name="望月花园").exists()
    assert gazetteer.take(mine, came.new, [old.id], reason="按普查表") is None
    old.refresh_from_db()
    assert old.state == "ended"
    assert {(one.kind, one.reason) for one in GazetteerStep.objects.filter(entry__name="望月花园")} == {("added", "按普查表")}


@pytest.mark.parametrize(
    ("change", "cell", "said"),
    [
        ({"name": "x"}, "B3", "名称要2到16个字"),
        ({"kind": "城堡"}, "C3", "没有类别“城堡”"),
        ({"place": "210199000000"}, "D3", "没有代码是"),
        ({"place": "210104000000"}, "D3", "不在您单位的范围"),
        ({"since": "去年"}, "F3", "写成 2027-01-01"),
        ({"since": "2024-02-01", "until": "2024-01-01"}, "G3", "结束的日子早于"),
        ({"lon": "41.8", "lat": "123.4"}, "H3", "经度"),
        ({"source": ""}, "K3", "请写明来源"),
        ({"key": "没有这个"}, "A3", "没有这个编号"),
        ({"end": "对"}, "M3", "写“是”"),
        ({"end": "是"}, "M3", "不能同时停用"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column_with_what_to_do(
    city: Any, tmp_path: Path, change: dict[str, str], cell: str, said: str
) -> None:
    came = names_sheet.read(book(tmp_path, line(**change)), keeper())
    assert [one for one in told(came) if one[0] == cell], told(came)
    assert said in dict(told(came))[cell]


def test_a_name_is_not_rewritten_and_no_row_counts_twice(city: Any, tmp_path: Path) -> None:
    mine = keeper()
    made = gazetteer.add(mine, ROW)
    assert isinstance(made, GazetteerName)
    pack = next(one for one in names(mine) if one.state == gazetteer.PACK)
    cells = names_sheet._cells(next(one for one in names(mine) if one.entry.key == str(made.id)))
    changed = [{**cells, "source": "改写"}[name] for name in names_sheet.COLUMNS]
    again = [cells[name] for name in names_sheet.COLUMNS]
    gone = [{**names_sheet._cells(pack), "end": "是"}[name] for name in names_sheet.COLUMNS]
    came = names_sheet.read(book(tmp_path, changed, again, line(), line(name="听雨苑"), line(name="听雨苑"), gone), mine)
    assert [cell for cell, _ in told(came)] == ["K3", "A4", "B5", "B7", "M8"]
    assert "另写一行新的" in told(came)[0][1]


def test_what_is_refused_at_the_end_takes_everything_back(city: Any) -> None:
    mine = keeper()
    good = {**ROW, "name": "听雨苑"}
    refused = gazetteer.take(mine, [good, {**ROW, "place": "210104000000"}], [], reason="")
    assert isinstance(refused, Refusal)
    assert not GazetteerName.objects.filter(name="听雨苑").exists()
    assert gazetteer.take(keeper("clerk"), [good], [], reason="") is gazetteer.NOT_KEEPER


def test_a_file_is_seen_then_taken_and_one_bad_row_takes_none(city: Any, tmp_path: Path) -> None:
    client = at_desk()

    def bring(*rows: list[Any]) -> str:
        with book(tmp_path, *rows).open("rb") as file:
            return client.post("/names/sheet/", {"file": file}, HTTP_ACCEPT_LANGUAGE="zh").content.decode()

    shown = bring(line(), line(name="x"))
    assert "B4" in shown
    assert "添加1个" not in shown
    client.post("/names/sheet/", {"do": "take"})
    assert not GazetteerName.objects.filter(name="望月花园").exists()
    shown = bring(line())
    assert "收下：添加1个<" in shown
    assert "和平区南湖街道" in shown
    assert not GazetteerName.objects.filter(name="望月花园").exists()
    assert "添加了1个" in client.post("/names/sheet/", {"do": "take"}, follow=True, HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    made = GazetteerName.objects.get(name="望月花园")
    there = next(one for one in names(keeper()) if one.entry.key == str(made.id))
    ended = [{**names_sheet._cells(there), "end": "是"}[name] for name in names_sheet.COLUMNS]
    assert "收下：停用1个<" in bring(ended)
    asked = client.post("/names/sheet/", {"do": "take"}, follow=True, HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    assert "请写明理由" in asked
    assert "望月花园" in asked
    client.post("/names/sheet/", {"do": "take", "reason": "拆了"})
    made.refresh_from_db()
    assert made.state == "ended"


def test_names_changed_meanwhile_are_looked_at_again(city: Any, tmp_path: Path) -> None:
    client = at_desk()
    with book(tmp_path, line()).open("rb") as file:
        client.post("/names/sheet/", {"file": file})
    gazetteer.add(keeper(), {**ROW, "name": "听雨苑"})
    shown = client.post("/names/sheet/", {"do": "take"}, follow=True, HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    assert "请再传一次" in shown
    assert not GazetteerName.objects.filter(name="望月花园").exists()


def test_no_file_and_other_posts(city: Any) -> None:
    client = at_desk()
    assert "请选一个文件" in client.post("/names/sheet/", HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    other = at_desk("clerk")
    assert [other.get(f"/names/{one}").status_code for one in ("sheet/", "names.xlsx", "names.csv")] == [404] * 3
    assert [client.get(f"/names/{one}").status_code for one in ("sheet/", "names.xlsx", "names.csv")] == [200] * 3


@pytest.mark.parametrize("word", ["2014-06-17", "2014/6/17", "2014年6月17日", "2014-06-17 00:00:00"])
def test_a_day_is_read_as_people_and_spreadsheets_write_it(word: str) -> None:
    assert fillable.day(word) == "2014-06-17"
    assert isinstance(fillable.day("2014-13-40"), Text)
