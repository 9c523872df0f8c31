"""clock check: a table of worked dates is counted again, with a status a script may lean on."""

from __future__ import annotations

import json
from pathlib import Path

from .test_cli import REPOSITORY, run

HEAD = "id,law,article,rule,trigger_iso,duration,unit,expected_due_date,reason\n"
RIGHT = "A1,民诉法,205,CAL_ROLL,2024-03-08T10:00:00+08:00,30,calendar_day,2024-04-07,x\n"
PAUSED = "A2,信访工作条例(2022),36,CAL_PAUSE|pause=2026-06-10..2026-06-19,2026-06-01T09:00:00+08:00,30,calendar_day,2026-07-11,x\n"
HOURS = "A3,法律援助法,39,HOUR,2026-10-03T15:20:00+08:00,24,hour,2026-10-04T15:20:00+08:00,x\n"
WRONG_RULE = "A4,信访工作条例(2022),34,CAL_ROLL,2026-08-03T09:00:00+08:00,60,calendar_day,2026-10-02,x\n"
UNKNOWN = "A5,某某办法,3,CAL_ROLL,2026-08-03T09:00:00+08:00,60,calendar_day,2026-10-08,x\n"


def table(folder: Path, text: str, encoding: str = "utf-8") -> str:
    file = folder / "dates.csv"
    file.write_bytes(text.encode(encoding))
    return str(file)


def test_all_agree_and_the_status_is_zero(tmp_path: Path) -> None:
    for option in ((), ("--choose",)):
        done = run("clock", "check", table(tmp_path, HEAD + RIGHT + PAUSED + HOURS), *option, home=tmp_path)
        assert (done.returncode, done.stdout) == (0, "3 of 3 agree\n"), done.stderr


def test_each_row_that_differs_is_shown_and_the_status_is_one(tmp_path: Path) -> None:
    file = table(tmp_path, HEAD + RIGHT + WRONG_RULE + UNKNOWN)
    done = run("clock", "check", file, home=tmp_path)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[-1] == "2 of 3 agree"
    assert any(line.startswith("3: A4") for line in lines)
    assert "expected 2026-10-02, counted 2026-10-08" in done.stdout
    chosen = run("clock", "check", file, "--choose", home=tmp_path)
    assert chosen.returncode == 1
    assert chosen.stdout.splitlines()[-1] == "2 of 3 agree"
    assert "某某办法" in chosen.stdout
    assert "The packs hold no clocks of" in chosen.stdout


def test_json_tells_every_row(tmp_path: Path) -> None:
    done = run("clock", "check", table(tmp_path, HEAD + RIGHT + UNKNOWN), "--choose", "--json", home=tmp_path)
    told = json.loads(done.stdout)
    assert (done.returncode, told["agree"], told["of"], told["error"]["code"]) == (1, 1, 2, "dates_differ")
    assert told["rows"][0]["clock"] == "confirmation_apply"
    assert told["rows"][0]["rule"] == "CAL_ROLL"
    assert told["rows"][1]["counted"] is None
    assert told["rows"][1]["why"]["zh"]


def test_choosing_needs_no_rule_column_and_takes_pauses_as_facts(tmp_path: Path) -> None:
    text = (
        "law,article,trigger_iso,duration,unit,expected_due_date,pause\n"
        "公证法,30,2026-03-02,15,working_day,2026-03-25,2026-03-09..2026-03-10\n"
    )
    done = run("clock", "check", table(tmp_path, text), "--choose", home=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1 of 1 agree\n"), done.stdout


def test_tables_of_spreadsheets_are_read_and_bad_cells_told(tmp_path: Path) -> None:
    done = run("clock", "check", table(tmp_path, HEAD + RIGHT, "gb18030"), home=tmp_path)
    assert done.returncode == 0
    done = run("clock", "check", table(tmp_path, "\ufeff" + HEAD + RIGHT), home=tmp_path)
    assert done.returncode == 0
    bad = RIGHT.replace("30,cal", "many,cal") + RIGHT.replace("CAL_ROLL", "CAL_ROL") + RIGHT.replace("2024-03-08T10:00:00+08:00", "then")
    done = run("clock", "check", table(tmp_path, HEAD + bad), home=tmp_path)
    assert done.returncode == 1
    for word in ("0 of 3 agree", "'many' is no length", "no rule 'CAL_ROL'", "'then' is no instant"):
        assert word in done.stdout


def test_a_table_without_rows_or_columns_is_no_agreement(tmp_path: Path) -> None:
    for text, code in ((HEAD, "no_rows"), ("law,article\n民诉法,205\n", "columns"), ("", "columns")):
        done = run("clock", "check", table(tmp_path, text), "--json", home=tmp_path)
        assert done.returncode != 0
        assert json.loads(done.stdout)["error"]["code"] == code


def test_the_kept_dates_agree_both_ways(tmp_path: Path) -> None:
    kept = str(REPOSITORY / "tests" / "law" / "law_dates.csv")
    for option in ((), ("--choose",)):
        done = run("clock", "check", kept, *option, home=tmp_path)
        assert done.returncode == 0, done.stdout
