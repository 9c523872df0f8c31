"""An estate where heating failed: the project, its list, and the households in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from living import CENTRE, COMMITTEE, COMMUNITY, did, opened, post

from huiyin.core.values import Principal
from huiyin.exchange import fillable, households
from huiyin.matters.receipts import Receipt
from huiyin.projects import queries
from huiyin.projects.queries import Project
from huiyin.projects.services import Line

FIRM = "晨光热力有限公司"
CLAIM, FACTS = "按标准供热，退还不达标天数的热费", "11月1日供热以来，多户室温低于18度"


def desk() -> Principal:
    return post(CENTRE, "clerk")


def committee(name: str = "clerk") -> Principal:
    return post(COMMITTEE, name)


def project_matter(when: str = "11-16 09:00", *, given: bool = True, **more: Any) -> Receipt:
    """Set up the project at the governance centre and give it to the committee."""
    data = {
        "name": "晨光小区供热不达标",
        "claim": CLAIM,
        "facts": FACTS,
        "place": {"division": COMMUNITY, "detail": "晨光小区"},
        "other_side": [{"name": FIRM, "phone": "024-00000000", "address": "晨光路1号"}],
        **more,
    }
    made = opened(
        when, "household_project", principal=desk(), opened_by="own_initiative", topic="dispute.property_service",
        parties=[], opener=None, unit=CENTRE, data=data,
    )  # fmt: skip
    if given:
        did(made, when, "give_to", desk(), {"committee": COMMITTEE})
    return made


def project(made: Receipt, who: Principal | None = None) -> Project:
    found = queries.project(who or desk(), made.home, made.matter)
    assert found is not None
    return found


def line(building: int = 1, door: str = "1单元101", name: str = "住户甲", **more: Any) -> Line:
    return Line(f"{building}号楼", door, (name,), **more)


def written(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write a list as the template has it."""
    names = list(households.COLUMNS)
    told = [dict(zip(names, (*row, *[""] * len(names)), strict=False)) for row in rows]
    path.write_bytes(fillable.write(households.SHEET.zh, households.COLUMNS, told, choices={}, empty=3, freeze="A3"))
    return path
