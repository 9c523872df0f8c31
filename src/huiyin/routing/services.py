"""Brings the responsibility list of the packs in use into force, and keeps what decisions teach about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.loading import writer
from huiyin.core.responsibility import ANY, Row
from huiyin.ids import uuid7
from huiyin.routing.models import DirectDispatch, ResponsibilityRule, RowProposal
from huiyin.routing.queries import Owner


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load of the list did: rows in force afterwards, rows new or changed, rows ended."""

    rows: int
    added: int
    ended: int


def load_rules() -> Loaded:
    """Take over the list stored with the packs in use; call it after ``city.loading.load_packs``.

    A row whose content changed becomes a new record and the old one is ended, so that a decision can always show the
    row it was taken on. Doing it twice changes nothing.
    """
    today = clock.now().astimezone(city.library().zone).date()
    wanted: dict[tuple[str, str, str], ResponsibilityRule] = {}
    for file in city.pack_files("responsibility"):
        for position, plain in enumerate(file.plain["rows"]):
            rule = _rule(file.pack, position, plain)
            wanted[rule.pack, rule.row, rule.version] = rule
    with transaction.atomic(using=writer()):
        rules = ResponsibilityRule.objects.using(writer())
        known = {(rule.pack, rule.row, rule.version): rule for rule in rules.select_for_update()}
        gone = [rule.id for key, rule in known.items() if key not in wanted and rule.ended is None]
        rules.filter(id__in=gone).update(ended=today)
        back = [rule.id for key, rule in known.items() if key in wanted and rule.ended is not None]
        rules.filter(id__in=back).update(ended=None)
        moved = [known[key] for key, rule in wanted.items() if key in known and known[key].position != rule.position]
        for rule in moved:
            rule.position = wanted[rule.pack, rule.row, rule.version].position
        rules.bulk_update(moved, ["position"])
        new = [rule for key, rule in wanted.items() if key not in known]
        rules.bulk_create(new)
    return Loaded(len(wanted), len(new) + len(back), len(gone))


def propose_row(
    *,
    topic: str,
    division: str,
    lead_kind: str,
    helpers: Sequence[str] = (),
    beat: str,
    reason: str,
    decided_by: str,
    matter: tuple[str, UUID],
    at: datetime,
) -> None:
    """Keep what a decision taught, for whoever keeps the list; told twice of one decision, it is kept once.

    Args:
        topic: topic of the matter, ``*`` when nobody has said.
        division: code of its place; empty when none is known.
        lead_kind: kind of unit that leads now.
        helpers: kinds of unit that assist.
        beat: one of `models.BEATS`.
        decided_by: account or unit that decided.
        matter: home and id.
    """
    home, key = matter
    RowProposal.objects.get_or_create(
        matter_home=home,
        matter=key,
        beat=beat,
        lead_kind=lead_kind,
        at=at,
        defaults={
            "id": uuid7(),
            "topic": topic or ANY,
            "division": division or "",
            "helpers": list(helpers),
            "reason": reason,
            "decided_by": decided_by,
        },
    )


def dispatched(*, home: str, matter: UUID, at: datetime, topic: str, division: str, owner: Owner) -> None:
    """Keep that a matter went to its unit by a row alone, for the daily sample; told twice, it is kept once."""
    if owner.decision is None or owner.unit is None:
        return
    DirectDispatch.objects.get_or_create(
        home=home,
        matter=matter,
        at=at,
        defaults={
            "day": at.astimezone(city.library().zone).date(),
            "topic": topic or ANY,
            "division": division or "",
            "row": owner.decision.row.id,
            "version": owner.row_version,
            "unit": owner.unit,
        },
    )


def _rule(pack: str, position: int, plain: Mapping[str, Any]) -> ResponsibilityRule:
    row = Row.from_plain(plain)
    content = json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()
    return ResponsibilityRule(
        pack=pack,
        row=row.id,
        version=hashlib.sha256(content).hexdigest()[:12],
        position=position,
        topic=row.topic,
        place=row.place,
        from_date=row.from_date,
        to_date=row.to_date,
        plain=dict(plain),
    )
