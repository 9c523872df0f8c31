"""The commands that work with folders find a pack as it is in use, also one that was changed here."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import little


def test_a_pack_changed_here_is_written_out_for_commands_that_need_a_folder(office: Any, database: Any) -> None:
    from huiyin.city import pack_proposals
    from huiyin.city.loading import load_packs
    from huiyin.city.pack_contents import read_folder
    from huiyin.city.pack_models import PackProposal
    from huiyin.city.queries import today
    from huiyin.cli import stage
    from huiyin.workers import packs

    stage.keep_state(database.home, stage.PACK_FOLDERS, json.dumps({name: str(office.shelf / name) for name in (little.LAND, little.TOWN)}))
    assert stage.packs_in_use(database.home) == [office.shelf / little.LAND, office.shelf / little.TOWN]
    files = office.with_a_holiday
    made = pack_proposals.propose(principal=office.keeper("proposer"), pack=little.LAND, files=files, reason="加一天假")
    assert isinstance(made, UUID)
    assert packs.prove(made) == 0
    content = PackProposal.objects.get(id=made).content_id
    assert pack_proposals.accept(principal=office.keeper("reviewer"), proposal=made, content=content, reason="核对过了", on=today()) is None
    assert packs.take_due() == 1
    land, town = stage.packs_in_use(database.home)
    assert (land.name, town) == (little.LAND, office.shelf / little.TOWN)
    assert land.is_relative_to(database.home.path)
    assert read_folder(land) == files
    # Loading what is in use, as an upgrade does, changes nothing and takes no step.
    before = office.steps()
    load_packs([land, town], staff=False)
    assert (office.steps(), office.in_use()) == (before, content)
    # Whoever edits what was written out edits nothing that is in use.
    (land / "topics.yaml").write_text("lines: {}\n", "utf-8")
    again, _town = stage.packs_in_use(database.home)
    assert read_folder(again) == files
