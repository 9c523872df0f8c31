"""A matter of the sound pack as it stands, made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sound_pack import sound

from huiyin.core import clocks
from huiyin.core.clocks import ClockLife
from huiyin.core.snapshot import Child, PaperIssue, Party, Signature, Snapshot

NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
OPENED = datetime(2026, 9, 7, 1, tzinfo=UTC)


def matter(**changes: Any) -> Snapshot:
    """Return a matter in ``talks`` with two neighbours, changed as asked."""
    made = Snapshot(
        home="s",
        matter="m",
        reference="202609070001",
        procedure="borrowed_tool",
        procedure_version="1",
        version=3,
        state="talks",
        entered=3,
        entered_at=OPENED,
        opened_at=OPENED,
        opened_by="party",
        topic="dispute.tool",
        division="100000000001",
        facts={
            "thing": "梯子",
            "worth": 23_000,
            "helper": "acc-1",
            "returns": [
                {"who": "p1", "due": "2026-09-20", "state": None},
                {"who": "p2", "due": "2026-10-01", "state": "done"},
            ],
            "which": 1,
        },
        parties=(
            Party("p1", "neighbour", "张三", {"answer": "yes", "address": "一号楼"}),
            Party("p2", "neighbour", "李四", {"answer": "no"}),
        ),
        units={"host": "u-1"},
        unit_names={"host": "街角办公室", "acc-1": "王五"},
        named={"go_between": ("acc-1",)},
    )
    return replace(made, **changes)


def running(name: str, *, overdue: bool = False) -> ClockLife:
    """Return a clock of the sample procedure started when the matter was opened."""
    definition = sound().procedures["borrowed_tool"].clocks[name]
    life = clocks.start(
        None,
        name=name,
        kind=definition.kind,
        term=definition.term,
        count=definition.count,
        trigger=OPENED.replace(month=1, day=5) if overdue else OPENED,
        until=None,
        at=OPENED,
        now=OPENED,
        seq=1,
        counting=sound().counting_for(),
    )
    assert isinstance(life, ClockLife), life
    return life


def note(*signers: tuple[str, str], sealed: bool = False, voided: bool = False, number: int = 1) -> PaperIssue:
    """Return an issue of the note of terms signed by (id, role) each."""
    marks = tuple(Signature(by, role, NOW, "h", "screen", 4) for by, role in signers)
    seal = Signature("acc-2", "seal_keeper", NOW, "h", "screen", 5) if sealed else None
    return PaperIssue("note_of_terms", number, NOW, 4, "h", marks, seal, voided, NOW if sealed else None)


def child(outcome: str | None) -> Child:
    return Child("second_look", "k", "m2", outcome, None)
