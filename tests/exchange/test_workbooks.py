"""Workbooks both ways: what comes in as XLSX is read as CSV is, a try writes nothing, what goes out cannot run and keeps its digits."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from made import HEADER, row
from openpyxl import Workbook, load_workbook
from test_intake import matters

from huiyin.core.values import Text
from huiyin.exchange import intake, records, sheets
from huiyin.host.errors import HostError

OURS = ("编号", "时间", "标题", "内容", "区县", "事项类型")


def book(path: Path, rows: Sequence[Sequence[Any]], header: Sequence[str] = OURS) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for cells in (header, *rows):
        sheet.append(list(cells))
    made.save(path)
    return path


def read(path: Path) -> list[records.Record]:
    return list(records.read(records.inspect(path)))


def test_a_workbook_and_a_csv_of_the_same_rows_read_the_same(tmp_path: Path) -> None:
    from made import write

    rows = [row("M1"), row("M2", "井盖缺失，很危险。")]
    as_csv = [record.values for record in read(write(tmp_path / "a.csv", rows))]
    assert [record.values for record in read(book(tmp_path / "b.xlsx", rows, HEADER))] == as_csv


def test_dates_and_numbers_of_a_spreadsheet_are_read_as_their_reader_sees_them(tmp_path: Path) -> None:
    # A spreadsheet knows no zone.
    when = datetime(2026, 11, 1, 9, 30)  # noqa: DTZ001
    path = book(tmp_path / "a.xlsx", [(17.0, when, None, "路灯坏了。", "", "")])
    (record,) = read(path)
    assert record.values is not None
    assert record.values["message_no"] == "17"
    assert record.values["time"] == "2026-11-01 09:30:00"
    assert record.values["title"] == ""


def test_a_long_number_a_spreadsheet_has_cut_is_not_believed(tmp_path: Path) -> None:
    (record,) = read(book(tmp_path / "a.xlsx", [(210102199001011234, "2026-11-01 09:30", "", "路灯坏了。", "", "")]))
    assert record.problem is not None
    assert "文本" in record.problem.zh


def test_the_row_of_notes_and_empty_rows_are_no_messages(tmp_path: Path) -> None:
    rows = [("说明：每件一个编号", "时间", "", "", "", ""), (None,) * 6, ("A1", "2026-11-01 09:30", "", "路灯坏了。", "", "")]
    assert [record.line for record in read(book(tmp_path / "a.xlsx", rows))] == [4]


@pytest.mark.parametrize("content", [b"PK\x03\x04 not really", b""])
def test_what_only_looks_like_a_workbook_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(HostError):
        read(path)


def test_an_archive_that_swells_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.exchange import workbook

    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1000)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5000)
    with pytest.raises(HostError) as caught:
        read(path)
    assert "split" in caught.value.text.en


def test_a_row_no_sheet_can_have_is_not_read_towards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.exchange import workbook

    monkeypatch.setattr(workbook, "MOST_ROWS", 1000)
    whole, far = book(tmp_path / "a.xlsx", [("A1", "2026-11-01 09:30", "", "路灯坏了。", "", "")]), tmp_path / "b.xlsx"
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(far, "w") as made:
        for name in given.namelist():
            made.writestr(name, re.sub(rb'<row r="2"', b'<row r="2000000"', given.read(name)))
    with pytest.raises(HostError) as caught:
        read(far)
    assert "split" in caught.value.text.en


@pytest.mark.usefixtures("desk")
def test_a_try_says_what_would_happen_and_writes_nothing(tmp_path: Path) -> None:
    good = ("A1", "2026-11-01 09:30", "路灯", "门口路灯不亮。", "和平区", "路灯照明")
    rows = [good, good, ("A2", "never", "", "井盖丢了。", "", ""), ("A3", "2026-11-01 09:30", "", "树倒了。", "火星区", "")]
    path = book(tmp_path / "a.xlsx", rows)
    tally = intake.take_file(path, feeder="12345", write=False)
    assert (tally.read, tally.new, tally.known) == (4, 1, 1)
    assert [(one.cell, one.number) for one in tally.rejected] == [("B4", "A2"), ("E5", "A3")]
    assert matters() == []


@pytest.mark.usefixtures("desk")
def test_what_the_try_found_is_taken_in_once_with_the_senders_choice(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [("A1", "2026-11-01 09:30", "路灯", "门口不亮，请看。", "和平区", "路灯照明")])
    assert intake.take_file(path, feeder="12345").new == 1
    (matter,) = matters()
    assert (matter.topic, matter.division) == ("request.lighting", "210102000000")
    again = intake.take_file(path, feeder="12345")
    assert (again.new, again.known, again.rejected) == (0, 1, [])
    assert len(matters()) == 1


@pytest.mark.usefixtures("desk")
def test_the_empty_template_offers_what_it_takes_and_reads_back_as_nothing(tmp_path: Path) -> None:
    from huiyin.exchange import template

    path = tmp_path / "blank.xlsx"
    path.write_bytes(template.workbook())
    assert read(path) == []
    sheet = load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [*OURS, "在小区里，还是在公共地方"]
    assert sheet["A5"].number_format == "@"
    assert len(sheet.data_validations.dataValidation) == 3


@pytest.mark.usefixtures("desk")
def test_the_template_brings_what_the_list_turns_on_in_words_of_its_list(tmp_path: Path) -> None:
    from huiyin.exchange import intake, template

    path = tmp_path / "filled.xlsx"
    path.write_bytes(template.workbook())
    book = load_workbook(path)
    for line, said in ((3, "小区里"), (4, None), (5, "月球上")):
        for column, cell in zip(
            "ABCDEFG", (f"N-{line}", "2026-11-20 08:30", None, f"楼前路灯不亮{line}", None, "路灯照明", said), strict=True
        ):
            book.worksheets[0][f"{column}{line}"] = cell
    book.save(path)
    tally = intake.take_file(path, feeder="12345")
    assert (tally.new, [one.cell for one in tally.rejected]) == (2, ["G5"])
    assert sorted(str(one.body["facts"].get("premises")) for one in matters()) == ["None", "estate"]


COLUMNS = (sheets.Column(Text("编号", "No."), Text("文本", "text")), sheets.Column(Text("内容", "Text"), Text("原文", "as it is")))
RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("cell", RISKY)
def test_nothing_that_goes_out_runs(tmp_path: Path, cell: str) -> None:
    mark = Text("导出：某人，2026-11-22", "Exported by somebody")
    sheets.write_xlsx(tmp_path / "a.xlsx", COLUMNS, [("210102199001011234", cell)], title=Text("表", "T"), watermark=mark, language="zh")
    sheets.write_csv(tmp_path / "a.csv", COLUMNS, [("210102199001011234", cell)], watermark=mark, language="zh")
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet["B3"].data_type == "s"
    assert not str(sheet["B3"].value).startswith(("=", "+", "-", "@", "\t"))
    assert sheet["A3"].value == "210102199001011234"
    assert sheet["A3"].number_format == "@"
    assert sheet["A5"].value == mark.zh
    text = (tmp_path / "a.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert f"'{cell.strip()}"[:2] in text.decode("utf-8-sig") or "'\t" in text.decode("utf-8-sig")


def test_what_our_own_export_guarded_comes_back_as_it_was(tmp_path: Path) -> None:
    mark = Text("x", "x")
    sheets.write_xlsx(tmp_path / "a.xlsx", COLUMNS, [("=A", "b")], title=Text("表", "T"), watermark=mark, language="zh")
    from huiyin.exchange import workbook

    assert next(cells for number, cells in workbook.rows(tmp_path / "a.xlsx") if number == 3)[0] == "=A"


@pytest.mark.usefixtures("desk")
def test_an_exported_list_holds_the_readers_rows_and_no_words_of_residents(tmp_path: Path) -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "jobs"))
    from asking import staff

    from huiyin.city import queries as city
    from huiyin.core.values import SYSTEM
    from huiyin.jobs import files, queries, running, services
    from huiyin.jobs.models import Job
    from huiyin.matters.access import reading_as
    from huiyin.matters.models import AccessLog

    path = book(tmp_path / "a.xlsx", [(f"A{n}", "2026-11-01 09:30", "路灯", f"CANARY 第{n}盏灯。", "和平区", "路灯照明") for n in range(3)])
    intake.take_file(path, feeder="12345")
    me = staff("dispatcher", "governance_centre.210102")
    job = services.ask("export_list", {"scope": "mine", "format": "xlsx", "purpose": "meeting"}, principal=me)
    assert isinstance(job, UUID)
    running.drain()
    found = queries.file_of(me, job, files.RESULT)
    assert found is not None
    sheet = load_workbook(io.BytesIO(found[0].read_bytes())).worksheets[0]
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    said = str(cells)
    assert "CANARY" not in said
    with reading_as(SYSTEM):
        assert not AccessLog.objects.exists()
    assert {line[0] for line in cells[2:5]} == {" ".join((m.reference[:4], m.reference[4:8], m.reference[8:])) for m in matters()}
    assert "导出：" in said
    assert f"{city.account_name(me.id)}，" in said
    assert "，用途：开会研究。" in said
    # The row of the job is the log of what was taken out, by whom and what for.
    assert Job.objects.get(id=job).params["purpose"] == "meeting"
    other = staff("dispatcher", "governance_centre.210103")
    theirs = services.ask("export_list", {"scope": "all", "format": "csv", "purpose": "check"}, principal=other)
    assert isinstance(theirs, UUID)
    running.drain()
    found = queries.file_of(other, theirs, files.RESULT)
    assert found is not None
    assert not any(m.reference[8:] in found[0].read_text("utf-8-sig") for m in matters())


@pytest.mark.usefixtures("desk")
def test_a_list_that_is_too_long_or_has_no_purpose_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "jobs"))
    from asking import staff

    from huiyin.exchange import export
    from huiyin.jobs import files, queries, running, services

    path = book(tmp_path / "a.xlsx", [(f"A{n}", "2026-11-01 09:30", "路灯", f"第{n}盏灯。", "和平区", "路灯照明") for n in range(3)])
    intake.take_file(path, feeder="12345")
    me = staff("dispatcher", "governance_centre.210102")

    def came_of(most: int, **params: str) -> str:
        monkeypatch.setattr(export, "MOST_ROWS", most)
        job = services.ask("export_list", {"scope": "mine", "format": "xlsx", **params}, principal=me)
        assert isinstance(job, UUID)
        running.drain()
        seen = queries.get(me, job)
        assert seen is not None
        assert seen.message is not None
        assert (queries.file_of(me, job, files.RESULT) is None) == (seen.state == "failed")
        return seen.message.zh

    assert came_of(2, purpose="check") == export.TOO_LONG.text.zh
    assert came_of(3, purpose="check") == "导出3件事项。"
    assert came_of(3, purpose="any") == came_of(3) == "请选导出做什么用。"
