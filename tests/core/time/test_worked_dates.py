"""Worked dates: our own table, and the larger one of the data folder when it is there."""

from __future__ import annotations

import csv
import os
from datetime import date, datetime
from pathlib import Path

import pytest
from timetools import china

from huiyin.core.counting import CODES, reckon
from huiyin.core.pauses import Pause

OWN = list(csv.DictReader((Path(__file__).parent / "worked_dates.csv").open(encoding="utf-8")))
ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("HUIYIN_TEST_DATA", ROOT / ".." / "shared" / "data"))
EXAMPLES = DATA / "law" / "clock_examples_open.csv"
OPEN = list(csv.DictReader(EXAMPLES.open(encoding="utf-8"))) if EXAMPLES.is_file() else []


def due_text(code: str, amount: int, trigger: datetime, pause: str, like: str) -> str:
    calendar = china()
    first, _, last = pause.partition("..")
    pauses = [Pause.of_days(date.fromisoformat(first), date.fromisoformat(last), calendar)] if pause else []
    local = calendar.local(reckon([(amount, code)], trigger, calendar, pauses).due)
    if "T" not in like:
        assert (local.hour, local.minute, local.second) == (23, 59, 59), "a day period ends with its last day"
        return local.date().isoformat()
    return local.isoformat(timespec="minutes")


@pytest.mark.parametrize("row", OWN, ids=lambda row: f"{row['rule']}-{row['amount']}-{row['trigger']}")
def test_own_worked_date(row: dict[str, str]) -> None:
    trigger = datetime.fromisoformat(row["trigger"]).replace(tzinfo=china().zone)
    got = due_text(row["rule"], int(row["amount"]), trigger, row["pause"], row["due"])
    assert got.removesuffix("+08:00") == row["due"], row["why"]


def test_own_table_exercises_every_code_but_the_rare_holiday_ones() -> None:
    assert set(CODES) - {row["rule"] for row in OWN} == {"MONTH_HOLIDAY", "YEAR_HOLIDAY"}


@pytest.mark.skipif(not OPEN, reason=f"no worked examples at {EXAMPLES}; set HUIYIN_TEST_DATA to the data folder")
@pytest.mark.parametrize("row", OPEN or [{"id": "absent"}], ids=lambda row: row["id"])
def test_worked_example_of_the_data_folder(row: dict[str, str]) -> None:
    code, _, pause = row["rule"].partition("|pause=")
    expected = row["expected_due_date"]
    got = due_text(code, int(row["duration"]), datetime.fromisoformat(row["trigger_iso"]), pause, expected)
    assert datetime.fromisoformat(got) == datetime.fromisoformat(expected), row["reason"]
