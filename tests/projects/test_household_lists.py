"""A list of households as a file: broken in every way, twice, at once, killed in the middle; nothing lost and nothing double."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asking import row as job_row
from asking import staff
from estate import committee, desk, project, project_matter, written
from living import CENTRE, FAR
from openpyxl import Workbook, load_workbook
from test_long_work import later

from huiyin.core.values import Refusal
from huiyin.exchange import households
from huiyin.exchange.jobs import KNOWN, NEW, READ, WRONG
from huiyin.host.errors import HostError
from huiyin.jobs import running, services
from huiyin.matters.receipts import Receipt
from huiyin.projects import queries as projects

pytestmark = pytest.mark.usefixtures("served")


def told(job: UUID) -> dict[str, int]:
    return {line["en"]: line["count"] for line in job_row(job).told}


def tried(made: Receipt, path: Path, who: Any = None) -> UUID:
    asked = services.ask(
        "households_check", {"home": made.home, "project": str(made.matter)}, principal=who or staff("clerk", CENTRE),
        given=(path.name, [path.read_bytes()]),
    )  # fmt: skip
    assert isinstance(asked, UUID), asked
    return asked


def brought(made: Receipt, check: UUID) -> UUID:
    params = {"home": made.home, "project": str(made.matter), "check": str(check)}
    asked = services.ask("households_run", params, principal=staff("clerk", CENTRE))
    assert isinstance(asked, UUID), asked
    return asked


def there(made: Receipt) -> int:
    return len(projects.households(desk(), project(made)))


def faults(made: Receipt, path: Path) -> dict[str, str]:
    reading = households.Reading(desk(), project(made), path, write=False)
    list(reading.batches())
    return {one.cell: one.reason.zh for one in reading.rejected}


GOOD = ("1号楼", "1单元101", "赵一", "13800000001", "86.5平方米", "1280.50", "")


def test_the_template_is_read_back_as_it_was_filled_in_and_its_notes_are_no_household(tmp_path: Path) -> None:
    made = project_matter()
    assert [cell.value for cell in load_workbook(io.BytesIO(households.template())).worksheets[0][1]] == [
        label for label, _, _ in households.COLUMNS.values()
    ]
    check = tried(made, written(tmp_path / "a.xlsx", [GOOD, ("1号楼", "1单元102", "钱二、孙三")]))
    running.drain()
    assert (told(check)[READ.en], told(check)[NEW.en], there(made)) == (2, 2, 0)
    running_job = brought(made, check)
    running.drain()
    assert (told(running_job)[NEW.en], there(made)) == (2, 2)
    again = brought(made, check)
    running.drain()
    assert (told(again)[NEW.en], told(again)[KNOWN.en], there(made)) == (0, 2, 2)


BAD = (
    (0, "", "要填"),
    (2, "", "要填"),
    (0, "楼" * 41, "最多40字"),
    (2, "、".join(f"某{number}" for number in range(11)), "1～10位"),
    (2, "赵一、赵一", "写了两次"),
    (2, "赵" * 201, "1～10位"),
    (3, "不知道", "电话写数字"),
    (3, "13800000001、13800000002", "不要比姓名多"),
    (5, "很多", "不是金额"),
    (5, "-5", "大于零"),
    (5, "0", "大于零"),
    (5, "1.005", "两位小数"),
    (5, "1e400", "两位小数"),
    (5, "NaN", "两位小数"),
    (6, "备" * 501, "最多500字"),
)


def test_every_bad_cell_is_named_and_the_good_row_beside_it_goes_in(tmp_path: Path) -> None:
    made = project_matter()
    bad = [[*GOOD[:column], cell, *GOOD[column + 1 :]] for column, cell, _ in BAD]
    path = written(tmp_path / "a.xlsx", [("1号楼", "1单元102", "钱二"), *bad])
    wrong = faults(made, path)
    assert set(wrong) == {f"{'ABCDEFG'[column]}{number}" for number, (column, _, _) in enumerate(BAD, 4)}
    assert all(says in wrong[f"{'ABCDEFG'[column]}{number}"] for number, (column, _, says) in enumerate(BAD, 4))
    check = tried(made, path)
    running.drain()
    assert (told(check)[NEW.en], told(check)[WRONG.en]) == (1, len(BAD))
    assert job_row(check).error_name
    assert isinstance(households.line_of({"building": "1号楼", "names": "赵一", "remark": "\x00"}), list)


def test_files_no_list_can_be_read_from_are_refused_whole_and_say_why(tmp_path: Path) -> None:
    made = project_matter()

    def refused(name: str, data: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(HostError) as error:
            list(households.Reading(desk(), project(made), path, write=True).batches())
        return error.value.text.zh

    assert "缺了这些列" in refused("empty.csv", b"")
    assert "缺了这些列：姓名" in refused("no-name.csv", "楼栋或者班组,电话\n1号楼,1\n".encode())
    assert "打不开" in refused("torn.xlsx", households.template()[:2000])
    assert "缺了这些列" in refused("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert there(made) == 0


def test_a_csv_in_either_encoding_with_quotes_and_short_rows_loses_no_row(tmp_path: Path) -> None:
    made = project_matter()
    out = io.StringIO()
    csv.writer(out).writerows(
        [[label for label, _, _ in households.COLUMNS.values()], GOOD, ("2号楼", "201", "钱，二", "", "", "2,000", "")]
    )
    for encoding in ("utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(out.getvalue().encode(encoding))
        assert faults(made, path) == {}
    torn = tmp_path / "torn.csv"
    torn.write_bytes((out.getvalue() + '3号楼,"301,孙三\r\n4号楼,401,李四,,,,\r\n5号楼,501\r\n').encode("gb18030"))
    reading = households.Reading(desk(), project(made), torn, write=False)
    list(reading.batches())
    assert (reading.read, reading.new, len(reading.rejected)) == (5, 3, 2)


def test_a_number_a_spreadsheet_cut_is_not_believed(tmp_path: Path) -> None:
    made = project_matter()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([label for label, _, _ in households.COLUMNS.values()])
    sheet.append(["1号楼", "101", "赵一", 138000000011380000, None, None, None])
    book.save(tmp_path / "a.xlsx")
    assert any("文本" in said for said in faults(made, tmp_path / "a.xlsx").values())


def test_the_same_household_twice_in_a_file_is_known_or_named(tmp_path: Path) -> None:
    made = project_matter()
    path = written(tmp_path / "a.xlsx", [GOOD, GOOD, ("1号楼", "1单元101", "李四")])
    check = tried(made, path)
    running.drain()
    assert (told(check)[NEW.en], told(check)[KNOWN.en], told(check)[WRONG.en]) == (1, 1, 1)


def test_only_the_project_s_own_desks_may_bring_a_list(tmp_path: Path) -> None:
    made = project_matter()
    path = written(tmp_path / "a.xlsx", [GOOD])
    far = tried(made, path, staff("clerk", FAR))
    dispatcher = services.ask("households_check", {}, principal=staff("dispatcher", CENTRE), given=("a.xlsx", [b""]))
    running.drain()
    assert isinstance(dispatcher, Refusal)
    assert job_row(far).state == "failed"
    own = tried(made, path, staff("clerk", committee().unit or ""))
    running.drain()
    assert told(own)[NEW.en] == 1


KILLED = """
import django
django.setup()
from huiyin.jobs import running
running.drain()
"""


def test_killed_in_the_middle_of_five_hundred_it_is_continued_and_none_is_lost_or_double(served: Any, tmp_path: Path) -> None:
    made = project_matter()
    rows = [(f"{number // 50 + 1}号楼", f"{number % 50 + 101}", f"住户{number}", "", "", f"{100 + number}") for number in range(500)]
    check = tried(made, written(tmp_path / "a.xlsx", rows))
    running.drain()
    assert told(check)[NEW.en] == 500
    job = brought(made, check)
    environ = {**served.environ, "DJANGO_SETTINGS_MODULE": "huiyin.web.settings"}
    worker = subprocess.Popen([sys.executable, "-c", KILLED], env=environ)
    try:
        for _ in range(600):
            if there(made) >= 100:
                break
            time.sleep(0.1)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert 100 <= there(made) < 500
    assert job_row(job).state == "running"
    later(seconds=running.LEASE.total_seconds() + 1)
    assert running.drain() == 1
    assert job_row(job).state == "finished"
    assert told(job)[READ.en] == told(job)[NEW.en] + told(job)[KNOWN.en] == 500
    found = projects.households(desk(), project(made))
    assert len({one.place for one in found}) == len(found) == 500
