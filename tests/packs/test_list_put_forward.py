"""A draft of the responsibility list becomes a proposal of its pack: reviewed by another, in force on its day, and back again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import little

Office = Any
WHY = "第3次联席会议：燃气应急归应急管理局"


def changed(office: Office) -> Any:
    """Put a draft forward in which emergency leads gas hazards, and return the proposal."""
    from dataclasses import replace

    from huiyin.city.pack_models import PackProposal
    from huiyin.routing import keeping

    keeper = office.keeper("proposer")
    row = next(one.row for one in keeping.rows_kept() if one.row.id == "hazard.gas")
    assert keeping.save_rows(principal=keeper, rows=[replace(row, lead="emergency", helpers=("gas",))]) is None
    made = keeping.put_forward(principal=keeper, reason=WHY)
    assert isinstance(made, UUID), made
    return PackProposal.objects.get(id=made)


def test_a_draft_is_put_forward_reviewed_takes_force_and_is_rolled_back(office: Office) -> None:
    from huiyin.city import pack_proposals
    from huiyin.city.pack_models import PackProposal
    from huiyin.city.queries import today
    from huiyin.routing import keeping
    from huiyin.routing.queries import decide_owner
    from huiyin.workers import packs

    before = decide_owner(topic="hazard.gas", division=little.STREET, on=today())
    proposal = changed(office)
    assert (proposal.pack, proposal.state) == (little.TOWN, "proving")
    packs.prove(proposal.id)
    proposal.refresh_from_db()
    assert proposal.state == "sound", proposal.problems
    assert decide_owner(topic="hazard.gas", division=little.STREET, on=today()).unit == before.unit
    own = pack_proposals.accept(
        principal=office.keeper("proposer"), proposal=proposal.id, content=proposal.content_id, reason="好的", on=today()
    )
    assert own is not None
    assert own.code == "four_eyes"
    reviewer = office.keeper("reviewer")
    assert (
        pack_proposals.accept(principal=reviewer, proposal=proposal.id, content=proposal.content_id, reason="与会议纪要一致", on=today())
        is None
    )
    assert packs.take_due() == 1
    after = decide_owner(topic="hazard.gas", division=little.STREET, on=today())
    assert after.decision is not None
    assert after.decision.lead_kind == "emergency"
    assert after.row_version != before.row_version
    mine = keeping.draft(office.keeper("proposer"))
    assert mine is not None
    assert mine.rows[0], "the list is whole"
    back = pack_proposals.roll_back(principal=reviewer, pack=little.TOWN, content=proposal.base, reason="试行不顺，先退回")
    assert isinstance(back, UUID)
    packs.prove(back)
    content = PackProposal.objects.get(id=back).content_id
    assert pack_proposals.accept(principal=office.keeper("third"), proposal=back, content=content, reason="同意退回", on=None) is None
    assert packs.take_due() == 1
    assert decide_owner(topic="hazard.gas", division=little.STREET, on=today()).unit == before.unit


def test_only_the_changed_row_moves_in_the_file(office: Office) -> None:
    from huiyin.city import pack_contents

    proposal = changed(office)
    old = pack_contents.files_of(proposal.base)["responsibility.yaml"].decode().splitlines()
    new = pack_contents.files_of(proposal.content_id)["responsibility.yaml"].decode().splitlines()
    assert len(old) == len(new)
    assert [line.split(",")[0].strip() for line in new if line not in old] == ["- {id: hazard.gas"]


def test_a_row_changed_by_somebody_else_meanwhile_is_not_overwritten(office: Office) -> None:
    from dataclasses import replace

    from huiyin.routing import keeping
    from huiyin.routing.models import ResponsibilityRule

    keeper = office.keeper("proposer")
    row = next(one.row for one in keeping.rows_kept() if one.row.id == "hazard.gas")
    keeping.save_rows(principal=keeper, rows=[replace(row, lead="emergency")])
    rules = ResponsibilityRule.objects.using("owner").filter(row="hazard.gas", ended=None)
    old = rules.get()
    rules.update(ended=date(2026, 1, 1))
    plain = {**old.plain, "helpers": ["fire"]}
    ResponsibilityRule.objects.using("owner").create(
        pack=old.pack, row=old.row, version="0123456789ab", position=old.position, topic=old.topic, place=old.place,
        from_date=old.from_date, to_date=None, plain=plain,
    )  # fmt: skip
    refused = keeping.put_forward(principal=keeper, reason=WHY)
    assert getattr(refused, "code", "") == "moved"


def test_an_empty_draft_and_one_of_nobody_are_refused(office: Office) -> None:
    from huiyin.core.values import Principal
    from huiyin.routing import keeping

    assert keeping.put_forward(principal=office.keeper("third"), reason=WHY) == keeping.NOTHING
    stranger = Principal("staff", str(office.people["third"]), "gas.2101", "head")
    assert keeping.put_forward(principal=stranger, reason=WHY) == keeping.NOT_YOURS
    assert keeping.draft(stranger) is None
