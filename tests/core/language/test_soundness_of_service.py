"""Rule 7 on service: what must be served is served, on people who exist, after it was printed; what runs from it runs after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from huiyin.core.pack_assembly import completed
from huiyin.core.pack_reading import read_packs
from huiyin.core.packs import Library
from huiyin.core.reader import procedure_from_plain
from huiyin.core.soundness import check_procedure
from huiyin.core.source import PackError, read_yaml

PACK = Path(__file__).parents[3] / "packs" / "cn"


@lru_cache
def packs() -> Library:
    library, problems = read_packs([PACK])
    assert library is not None, problems
    return library


def plain() -> dict[str, Any]:
    """Return the petition procedure as data of its own, to be broken."""
    import copy

    return copy.deepcopy(dict(read_yaml(PACK / "procedures" / "petition.yaml").data))


def problems(data: Mapping[str, Any], **papers: Any) -> list[str]:
    library = packs()
    changed = {name: replace(library.papers[name], **change) for name, change in papers.items()}
    known = {name: paper for name, paper in {**library.papers, **changed}.items() if paper.title.zh}
    made, wrong = completed(procedure_from_plain("p.yaml", data), library.posts, known, library.statutory, library.counting)
    assert not wrong
    library = replace(library, papers=known, procedures={**library.procedures, made.name: made})
    return [one.text.en for one in check_procedure(made, library) if one.rule == "7"]


def test_the_procedure_that_serves_is_sound() -> None:
    assert problems(plain()) == []


def test_a_paper_that_must_be_served_has_an_act_that_serves_it() -> None:
    data = plain()
    act = data["states"]["serving_opinion"]["actions"]["record_service"]
    del act["serves"]
    found = problems(data)
    assert any("“petition_opinion” must be served, but procedure “petition” has no action" in one for one in found)
    assert any("“reexamination_window” runs from the service of petition_opinion" in one for one in found)


def test_a_served_paper_says_on_whom_and_they_exist() -> None:
    assert any("does not say on whom" in one for one in problems(plain(), petition_opinion={"served_on": ()}))
    assert any("served on juror, unknown" in one for one in problems(plain(), petition_opinion={"served_on": ("juror",)}))


def test_what_is_served_was_printed_on_every_way() -> None:
    data = plain()
    del data["states"]["handling"]["actions"]["give_opinion"]["prints"]
    assert any("“record_service” serves “petition_opinion”, which may not be printed yet" in one for one in problems(data))


def test_a_clock_that_runs_from_service_does_not_start_before_it() -> None:
    data = plain()
    data["states"]["handling"]["actions"]["give_opinion"]["clocks"]["reexamination_window"] = "start"
    assert any("may not have happened yet at “give_opinion”" in one for one in problems(data))


@pytest.mark.parametrize("key", ["form", "signs", "marks", "jointly"])
def test_an_act_that_serves_does_nothing_else(key: str) -> None:
    data = plain()
    data["states"]["serving_opinion"]["actions"]["record_service"][key] = {"form": "reason", "signs": "petition_opinion"}.get(key, True)
    with pytest.raises(PackError, match=f"an action that serves has no “{key}”"):
        procedure_from_plain("p.yaml", data)


def test_only_an_act_that_signs_says_when_it_may_be_on_the_screen() -> None:
    data = plain()
    data["states"]["handling"]["actions"]["give_opinion"]["on_screen"] = "x"
    with pytest.raises(PackError, match="only an action that signs has “on_screen”"):
        procedure_from_plain("p.yaml", data)
