"""A pack that is wrong is refused with file, line and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from whole_city import CITY

CASES = {
    "a code used twice": ("divisions.csv", "210102002000,新华街道", "210102001000,新华街道", "210102001000"),
    "a missing parent": ("divisions.csv", "水源地社区,community,210102001000", "水源地社区,community,210199001000", "210199001000"),
    "an unknown level": ("divisions.csv", ",浑河湾街道,street,", ",浑河湾街道,quarter,", "divisions.csv:16"),
    "another header": ("divisions.csv", "code,name", "name,code", "divisions.csv:1"),
    "an unknown kind of unit": ("units.yaml", "kind: procuratorate", "kind: procuratorat", "procuratorate"),
    "a kind at the wrong level": ("units.yaml", "    - {kind: telecom,", "    - {kind: judicial_office,", "judicial_office"),
    "an unknown post": ("units.yaml", "- {court: [judge]}", "- {court: [juror]}", "juror"),
    "an unknown lead": ("responsibility.yaml", "lead: street_lighting", "lead: lamplighter", "lamplighter"),
    "an unknown topic": ("responsibility.yaml", "topic: request.telecom", "topic: request.telegraph", "request.telegraph"),
    "a condition nobody asks for": (
        "responsibility.yaml",
        "topic: dispute.family, lead",
        "topic: dispute.family, when: {premises: estate}, lead",
        "premises",
    ),
    "two equal rows": (
        "responsibility.yaml",
        "{id: request.pets.2026, topic: request.pets",
        "{id: request.pets.2026, topic: request.telecom",
        None,
    ),
    "an unreadable date": ("responsibility.yaml", "from: 2026-07-01", "from: 2026-07-32", "2026-07-32"),
    "a mistyped key": ("responsibility.yaml", "direct: true, basis: 法律援助法", "direkt: true, basis: 法律援助法", "direkt"),
    "a key written twice": ("units.yaml", "from: 2024-01-01\n", "from: 2024-01-01\nfrom: 2024-01-02\n", "twice"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_pack_is_refused(case: str, tmp_path: Path, packs_read: Any) -> None:
    from huiyin.city.city_pack import read_city_pack
    from huiyin.core.source import PackError

    name, good, bad, said = CASES[case]
    folder = tmp_path / CITY.name
    shutil.copytree(CITY, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert good in text
    (folder / name).write_text(text.replace(good, bad, 1), encoding="utf-8")
    if case == "two equal rows":
        rows = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(
            rows.replace("terms: {answer: 3 working days}, from: 2026-07-01}", "from: 2024-01-01}"), encoding="utf-8"
        )
    with pytest.raises(PackError) as refused:
        read_city_pack(folder, packs_read[0])
    assert all(problem.file.endswith(name) for problem in refused.value.problems)
    assert all(problem.text.zh and problem.text.en and problem.mend.zh and problem.mend.en for problem in refused.value.problems)
    if said is not None:
        assert said in str(refused.value)


def test_the_name_of_the_place_is_taken_from_the_name_of_its_committee() -> None:
    from huiyin.city.city_pack import said_name, stem_of

    assert said_name("巨流河村委会") == "巨流河村"
    assert said_name("下河湾村村民委员会") == "下河湾村"
    assert said_name("团山寺社区村民委员会") == "团山寺社区"
    assert said_name("新喜社区") == "新喜社区"
    assert stem_of("新喜社区") == "新喜"
    assert stem_of("前村") == ""
