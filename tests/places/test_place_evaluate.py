"""`place evaluate`: what it prints, what it says of bad files, and how well the open addresses are read."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("HUIYIN_TEST_DATA", ROOT / ".." / "shared" / "data"))
ADDRESSES = DATA / "open" / "ncap_address_codes.jsonl"
COUNTRY = DATA / "reference" / "china_divisions_2022.csv.gz"
HEAD = "code,name,level,parent_code,kind"
TABLE = (
    "900100000000,石鼓市,city,,",
    "900102000000,东篱区,district,900100000000,",
    "900102001000,望月街道,street,900102000000,街道",
    "900102001001,柳荫社区,community,900102001000,社区",
)


def run(*words: str) -> tuple[int, dict[str, Any]]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-m", "huiyin.cli", *words, "--json"], capture_output=True, text=True, env=env, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rows = [
        {"text": "石鼓市东篱区望月街道柳荫社区1号", "code": "900102001001", "level": "community"},
        {"text": "东篱区望月街道", "code": "900102001000"},
        {"text": "某处", "code": "900102000000", "level": "district"},
        {"text": "东篱区", "code": "900199000000", "level": "district"},
    ]
    addresses, divisions = tmp_path / "addresses.jsonl", tmp_path / "divisions.csv.gz"
    addresses.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with gzip.open(divisions, "wt", encoding="utf-8") as out:
        out.write("\n".join((HEAD, *TABLE)))
    return addresses, divisions


def test_shares_count_what_is_unsure_as_wrong_and_show_it_apart(files: tuple[Path, Path]) -> None:
    status, told = run("place", "evaluate", str(files[0]), "--divisions", str(files[1]))
    assert status == 0
    assert (told["district"], told["street"], told["community"], told["unsure"]) == (0.5, 1.0, 1.0, 0.25)
    assert told["wrong"]["district"] == 0.25
    assert told["counts"]["street"] == {"rows": 2, "right": 2, "wrong": 0}
    assert (told["rows"], told["divisions"]) == (4, 4)
    assert told["ms_each"] >= 0


@pytest.mark.parametrize(
    ("broken", "where"),
    [("not json", "line 2"), ('{"text": "x"}', "line 2"), ('{"text": "x", "code": "9"}', "line 2")],
)
def test_a_bad_line_is_named(files: tuple[Path, Path], broken: str, where: str) -> None:
    files[0].write_text('{"text": "东篱区", "code": "900102000000"}\n' + broken, encoding="utf-8")
    status, told = run("place", "evaluate", str(files[0]), "--divisions", str(files[1]))
    assert status == 1
    assert told["error"]["code"] == "bad_file"
    assert where in told["error"]["en"]


def test_a_table_without_its_columns_says_which_it_takes(files: tuple[Path, Path], tmp_path: Path) -> None:
    table = tmp_path / "plain.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    status, told = run("place", "evaluate", str(files[0]), "--divisions", str(table))
    assert status == 1
    assert "parent_code" in told["error"]["en"]


@pytest.mark.skipif(not ADDRESSES.is_file(), reason=f"no open addresses at {ADDRESSES}; set HUIYIN_TEST_DATA to the data folder")
def test_the_open_addresses_are_read_well_beyond_longest_match() -> None:
    status, told = run("place", "evaluate", str(ADDRESSES), "--divisions", str(COUNTRY))
    assert status == 0
    assert told["district"] >= 0.975
    assert told["street"] >= 0.965
    assert told["community"] >= 0.93
    assert max(told["wrong"].values()) <= 0.01, "what is not known is left open, not said wrong"
