"""check tells whatever load would refuse, and counts what it tried."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from huiyin.cli import reading
from huiyin.cli.output import Console
from huiyin.cli.verbs import pack_folders
from huiyin.host.errors import HostError

from .a_city import PACKS, our_city


class Listening(Console):
    """A console that keeps the answer."""

    def __init__(self) -> None:
        super().__init__(as_json=False)
        self.answers: list[dict[str, Any]] = []

    def answer(self, values: Any) -> None:
        self.answers.append(dict(values))


def checked(*packs: Path) -> dict[str, Any]:
    """Return the object a check gives, whether it ends well or not."""
    console = Listening()
    try:
        return dict(reading.check(argparse.Namespace(pack=[str(pack) for pack in packs], law=None), console))
    except reading.UnsoundError:
        return console.answers[0]


@pytest.fixture
def country(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "cn", tmp_path / "cn"))


def test_a_city_alone_is_proved_with_the_scenarios_of_what_it_needs(tmp_path: Path) -> None:
    told = checked(our_city(tmp_path))
    assert told["sound"]
    assert told["packs"] == ["our-city", "cn"]
    assert told["scenarios"] == sum(told["scenarios_of"].values()) > 40
    assert set(told["scenarios_of"]) == set(told["procedures"])
    assert told["responsibility_rows"]["our-city"] > 100


def test_a_list_that_load_would_refuse_is_told(tmp_path: Path) -> None:
    city = our_city(tmp_path)
    rows = city / "responsibility.yaml"
    rows.write_text(rows.read_text("utf-8").replace("lead: street_lighting", "lead: lamplighter", 1), "utf-8")
    told = checked(city)
    assert not told["sound"]
    (problem,) = told["problems"]
    assert problem["file"] == "our-city/responsibility.yaml"
    assert "lamplighter" in rows.read_text("utf-8").splitlines()[problem["line"] - 1]
    assert problem["mend"]["en"]
    assert told["scenarios"] > 40


PLANTED = """
  - {id: planted.overlap, topic: request.heating, lead: gas, direct: true, basis: agreed list}
  - {id: planted.dead, topic: request.heating, place: "210102001003", when: {area: rural}, lead: gas, direct: true, basis: agreed list}
  - {id: planted.gone, topic: request.gas, place: "210102000000", lead: gas, unit: gas.9999, direct: true, basis: agreed list}
"""


def test_a_gap_an_overlap_a_dead_row_and_a_vanished_unit_are_each_named(tmp_path: Path) -> None:
    city = our_city(tmp_path)
    file = city / "responsibility.yaml"
    text = file.read_text("utf-8")
    for row in ("{id: hazard,", "{id: anything,"):
        assert row in text
        text = text.replace(row, f'{row} place: "210102000000",')
    file.write_text(text + PLANTED, "utf-8")
    told = [one["text"]["en"] for one in checked(city)["problems"]]
    named = {one.split("”")[0].replace("“", "") for one in told}
    assert named == {"gap, hazard", "overlap, planted.overlap", "dead row, planted.dead", "unit gone, planted.gone"}
    (gap,) = [one for one in told if one.startswith("gap")]
    assert "a place nobody knows" in gap


def test_a_procedure_nobody_tried_fails_rule_ten(country: Path) -> None:
    (country / "procedures" / "plain_request.scenario.yaml").unlink()
    told = checked(country)
    (problem,) = told["problems"]
    assert (problem["file"], problem["rule"]) == ("cn/procedures/plain_request.yaml", "10")
    assert (country / "procedures" / "plain_request.yaml").read_text("utf-8").splitlines()[problem["line"] - 1].startswith("procedure:")
    assert "plain_request.scenario.yaml" in problem["mend"]["en"]
    assert told["scenarios_of"]["plain_request"] == 0


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("plain_request", "[]\n", "10"),
        ("plain_request", "- {name: 缺了经过, covers: ordinary}\n", "scenario"),
        ("plain_reqest", "[]\n", "reference"),
    ],
    ids=["empty", "half a case", "of no procedure"],
)
def test_a_scenario_file_that_is_not_one_is_told_with_its_place(name: str, text: str, rule: str, country: Path) -> None:
    file = country / "procedures" / f"{name}.scenario.yaml"
    file.write_text(text, "utf-8")
    problems = [one for one in checked(country)["problems"] if one["file"] == f"cn/procedures/{name}.scenario.yaml"]
    assert [(one["rule"], one["line"]) for one in problems] == [(rule, 1)]


def test_a_needed_pack_is_named_or_beside_or_ours(tmp_path: Path, country: Path) -> None:
    city = our_city(tmp_path / "far" / "away")
    assert pack_folders([str(city)]) == [city, PACKS / "cn"]
    assert pack_folders([str(country), str(city)]) == [country, city]
    beside = our_city(tmp_path)
    assert pack_folders([str(beside)]) == [beside, country]
    assert pack_folders(["cn", str(beside)]) == [PACKS / "cn", beside]


def test_a_needed_pack_that_is_nowhere_is_told(tmp_path: Path) -> None:
    city = our_city(tmp_path)
    manifest = city / "pack.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("needs: [cn]", "needs: [cn, no-such]"), "utf-8")
    told = checked(city)
    assert [(one["file"], one["rule"]) for one in told["problems"]] == [("our-city/pack.yaml", "reference")]
    assert "no-such" in told["problems"][0]["text"]["en"]
    assert "not run" in told["error"]["en"]


def test_a_receipt_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps({"head": "ab" * 32, "reference": "261100010048", "code": "123456"}), "utf-8")
    assert reading._asked(str(file)) == reading.Asked("ab" * 32, "261100010048")
    assert reading._asked("2611 0001 0048") == reading.Asked(reference="2611 0001 0048")
    for text in ("no json", "[1]", '{"code": "1"}'):
        file.write_text(text, "utf-8")
        with pytest.raises(HostError) as told:
            reading._asked(str(file))
        assert told.value.code == "no_receipt"


def test_a_receipt_whose_reference_is_another_matters_is_not_proved() -> None:
    proof = {"reference": "261100010048", "ok": True}
    same = reading._compared(proof, reading.Asked("ab" * 32, "2611 0001 0048"))
    other = reading._compared(proof, reading.Asked("ab" * 32, "261100010055"))
    assert same is not None
    assert other is not None
    assert (same["ok"], other["ok"], other["reference_ok"]) == (True, False, False)
    assert reading._compared(None, reading.Asked("ab" * 32)) is None
