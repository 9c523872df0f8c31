"""Erasing what was said: an act like any other, whose event stays and names what is gone.

Value and salt of each erased row are cleared, so that nothing, not even a guess, can be checked against the commitment
that stays in the chain. Printed texts that show an erased value go with it, and so do sentences made from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.core.effects import NOTE_ERASURE, NOTES, Effects, Move
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import definitions, doors, fold, services, write
from huiyin.matters.access import reading_as
from huiyin.matters.models import Content, Matter, Paper
from huiyin.matters.receipts import Receipt

HELD = Refusal(
    "held",
    Text("这件事正在依法保全，现在什么都不能删。", "The matter is under a legal hold: nothing of it is erased while that lasts."),
)
# Shorter values (a yes, a number of two digits) stand in any text and prove nothing by standing there.
SHORTEST = 2


def erase(
    *,
    home: str,
    matter: UUID,
    principal: Principal,
    basis: str,
    party: str | None = None,
    fields: Sequence[str] = (),
    key: str,
) -> Receipt | Refusal:
    """Erase what a matter holds about one party, or the values of some fields (of that party when both are given).

    With all of a party goes what it said, showed and wrote in the rooms of the matter. A legal hold keeps everything.

    Args:
        basis: the law and article, or the decision, it rests on; kept.

    Returns:
        the receipt, or why nothing was erased. Only the system erases: a person's decision comes to it through the
        rights desk or the operator's command.
    """
    if principal.kind != "system":
        return Refusal("not_yours", Text("删除由系统按规定执行。", "Erasing is carried out by the system, on a recorded basis."))
    if party is None and not fields:
        return Refusal("nothing", Text("请写明删除谁的或者哪些内容。", "Say whose content, or which fields, are to be erased."))
    seen = doors.snapshot(home, matter, principal, key)
    if seen is None:
        return services.MISSING
    asked = {"door": "erase", "matter": str(matter), "party": party, "fields": list(fields), "basis": basis, "key": key}
    body_hash = services.body_hash(asked, principal, None, (), {})
    if seen["known"] is not None:
        return services.known_answer(seen["known"], body_hash)
    with reading_as(principal):
        if Matter.objects.filter(home=home, id=matter, held=True).exists():
            return HELD
    before, marks = fold.without_erased(from_plain(seen["body"]))
    if any(child.matter is None for child in before.children):
        # What it was handed would outlive the erasure, or the child would never open.
        return Refusal(
            "child_waits",
            Text(
                "由这件事另开的事项还没有开出来，请稍后再试。",
                "A matter opened from this one is still on its way; try again in a moment.",
            ),
        )
    chosen = _chosen(home, matter, principal, party, fields)
    if not chosen:
        return Refusal("nothing", Text("没有可删除的内容。", "There is nothing of that to erase."))
    erases = {
        "content": [row.id for row in chosen],
        "papers": _papers_showing(home, matter, principal, {text for row in chosen for text in _texts(row.value)}),
    }
    now = clock.now()
    after, gone = _without(replace(before, version=before.version + 1), chosen)
    effects = Effects(before, after, "erase", (Move("erase", before.state, before.state),))
    definition, library = definitions.pinned(before.procedure, before.procedure_version)
    recorded = write.Act(
        definition,
        library,
        effects,
        principal,
        now,
        now,
        key,
        body_hash,
        bytes.fromhex(seen["head"]),
        marks=marks | gone,
        erases=erases,
        basis=basis,
        erased=None if fields else party,
    )
    return services.commit(home, recorded, seen["version"], principal)


def _chosen(home: str, matter: UUID, principal: Principal, party: str | None, fields: Sequence[str]) -> list[Content]:
    with reading_as(principal):
        rows = Content.objects.filter(home=home, matter=matter, erased_at=None).exclude(field=NOTE_ERASURE)
        if party is not None:
            rows = rows.filter(party=party)
        if fields:
            rows = rows.filter(field__in=list(fields))
        return list(rows.order_by("seq", "n"))


def _papers_showing(home: str, matter: UUID, principal: Principal, texts: set[str]) -> list[UUID]:
    with reading_as(principal):
        papers = list(Paper.objects.filter(home=home, matter=matter, erased_at=None))
    return [paper.id for paper in papers if texts & _shown(paper, texts)]


def _shown(paper: Paper, texts: set[str]) -> set[str]:
    printed = list(_texts([paper.title, paper.blocks]))
    return {text for text in texts if any(text in line for line in printed)}


def _texts(value: Any) -> Iterator[str]:
    """Yield every piece of text in a value; amounts also as they are printed."""
    if isinstance(value, str):
        if len(value.strip()) >= SHORTEST:
            yield value.strip()
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        if abs(value) >= 10**SHORTEST:
            yield str(value)
            yield f"{value / 100:,.2f}"
            yield f"{value / 100:.2f}"
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _without(snapshot: Snapshot, chosen: Sequence[Content]) -> tuple[Snapshot, fold.Marks]:
    """Return the snapshot without the chosen values, and the marks that stay in their place."""
    named = {row.party for row in chosen if row.field == fold.PARTY_NAME}
    gone = {(row.party, row.field) for row in chosen if row.field not in NOTES and row.field != fold.PARTY_NAME}
    facts = {name: value for name, value in snapshot.facts.items() if ("", name) not in gone}
    parties = tuple(
        replace(
            party,
            name="" if party.id in named else party.name,
            facts={name: value for name, value in party.facts.items() if (party.id, name) not in gone},
        )
        for party in snapshot.parties
    )
    return replace(snapshot, facts=facts, parties=parties), frozenset(gone)
