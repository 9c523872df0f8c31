"""Files of messages as they come, and the command that measures on them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import invented
import pytest

from huiyin.host.errors import HostError
from huiyin.learning.messages import labelled, messages

ROOT = Path(__file__).resolve().parents[2]


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _raw(count: int, seed: int) -> list[dict[str, str]]:
    return [
        {"message_no": f"{seed}{number:05}", "seg_id": "", "user_code": "U1", "title": text[:8], "detail": text, "label": topic}
        for number, (text, topic) in enumerate(invented.texts(count, seed))
    ]


def _segmented(count: int, seed: int) -> list[dict[str, str]]:
    return [
        {"id": f"s-{seed}-{number}", "group": f"s-{seed}-{number}", "message_no": "", "label": topic, "text_segmented": " ".join(text)}
        for number, (text, topic) in enumerate(invented.texts(count, seed))
    ]


def _run(*words: str) -> tuple[int, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "huiyin.cli", "suggest", *words, "--json"],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def test_either_kind_of_file_trains_and_is_measured(tmp_path: Path) -> None:
    raw = _write(tmp_path / "raw.csv", _raw(200, 1))
    cut = _write(tmp_path / "cut.csv", _segmented(200, 2))
    for train, test in ((raw, cut), (cut, raw)):
        status, told = _run("evaluate", "--train", str(train), "--test", str(test))
        assert status == 0
        for figure in ("accuracy", "macro_f1", "ece", "coverage_at_95"):
            value = told[figure]
            assert isinstance(value, float)
            assert 0 <= value <= 1
        assert isinstance(told["accuracy"], float)
        assert told["accuracy"] > 0.85, "cut into characters or not, it is the same text"


def test_a_table_of_both_kinds_is_read_row_by_row(tmp_path: Path) -> None:
    columns = ("message_no", "id", "title", "detail", "text_segmented", "label")
    rows = [{name: one.get(name, "") for name in columns} for one in (*_raw(3, 1), *_segmented(3, 2))]
    found = labelled(_write(tmp_path / "both.csv", rows))
    assert len(found) == 6
    assert all(len(one.text.strip()) > 8 for one in found)


def test_an_unknown_number_makes_no_two_messages_the_same(tmp_path: Path) -> None:
    rows = [{**row, "message_no": "nan" if number % 2 else "0"} for number, row in enumerate(_raw(6, 1))]
    found = labelled(_write(tmp_path / "raw.csv", rows))
    assert all(len(one.same) == 1 for one in found)


def test_folds_are_measured_from_one_file(tmp_path: Path) -> None:
    status, told = _run("evaluate", "--folds", "3", str(_write(tmp_path / "raw.csv", _raw(150, 1))))
    assert status == 0
    assert told["folds"] == 3
    assert told["rows"] == 150


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"title": "a", "detail": "b"}], "no_column"),
        ([{"label": "a", "words": "b"}], "no_column"),
        ([{"label": "", "detail": "b"}], "no_label"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, rows: list[dict[str, str]], code: str) -> None:
    with pytest.raises(HostError) as told:
        labelled(_write(tmp_path / "bad.csv", rows))
    assert told.value.code == code


def test_times_are_read_as_people_write_them(tmp_path: Path) -> None:
    written = ("2019/2/28 11:25:05", "2019-12-21 15:11", "2019年3月1日", "yesterday", "2019/13/40 1:00:00")
    rows = [{"message_no": str(n), "time": said, "title": "t", "detail": "d"} for n, said in enumerate(written)]
    found, unread = messages(_write(tmp_path / "hot.csv", rows))
    assert [one.at.isoformat() for one in found] == ["2019-02-28T11:25:05", "2019-12-21T15:11:00", "2019-03-01T00:00:00"]
    assert unread == 2
    assert all(isinstance(one.at, datetime) for one in found)


def test_hot_issues_say_nothing_of_who_wrote(tmp_path: Path) -> None:
    rows = [
        {
            "message_no": one.number, "user_code": f"A{one.number}WHO", "time": one.at.isoformat(" "), "title": one.title,
            "detail": one.detail, "likes": "0", "dislikes": "0",
        }
        for one in invented.messages(40)
    ]  # fmt: skip
    status, told = _run("hot", str(_write(tmp_path / "hot.csv", rows)))
    assert status == 0
    assert told["messages"] == 40
    assert "WHO" not in json.dumps(told)
