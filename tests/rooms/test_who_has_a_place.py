"""Which procedures may have rooms: rule 11, on the example procedure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huiyin.core.pack_reading import read_packs
from huiyin.core.soundness import check_procedure

CN = Path(__file__).resolve().parents[2] / "packs" / "cn"
GOOD = "rooms: {of: disputant, with: mediator, agreed: {consent: agreed}, apart: {safety: unsafe, talks: apart}, kept_days: 30}"


@pytest.mark.parametrize(
    ("rooms", "says"),
    [
        ("rooms: {of: nobody, with: mediator, agreed: {consent: agreed}, kept_days: 30}", "no bound party"),
        ("rooms: {of: disputant, with: [mediator, clerk], agreed: {consent: agreed}, kept_days: 30}", "“clerk” is no named post"),
        ("rooms: {of: disputant, with: clerk, agreed: {consent: agreed}, kept_days: 30}", "no named post"),
        ("rooms: {of: disputant, with: mediator, agreed: {consent: perhaps}, kept_days: 30}", "no choice"),
        ("rooms: {of: disputant, with: mediator, agreed: {claim: agreed}, kept_days: 30}", "no choice"),
        ("rooms: {of: disputant, with: mediator, agreed: {}, kept_days: 30}", "one field and its value"),
        (GOOD.replace("talks: apart", "talks: perhaps"), "no such value"),
        (GOOD.replace("talks: apart", "session_way: apart"), "no choice kept to named readers"),
        ("rooms: {of: disputant, with: mediator, agreed: {consent: agreed}, kept_days: 0}", "not below 1"),
        ("rooms: {of: disputant, with: mediator, agreed: {consent: agreed}}", "kept_days"),
    ],
)
def test_a_room_with_an_open_door_does_not_load(tmp_path: Path, rooms: str, says: str) -> None:
    shutil.copytree(CN, tmp_path / "cn")
    file = tmp_path / "cn" / "procedures" / "people_mediation.yaml"
    text = file.read_text("utf-8")
    assert GOOD in text
    file.write_text(text.replace(GOOD, rooms), "utf-8")
    library, problems = read_packs([tmp_path / "cn"])
    if library is not None:
        problems = check_procedure(library.procedures["people_mediation"], library)
    found = [problem.in_("en") for problem in problems]
    assert any(says in one for one in found), found
