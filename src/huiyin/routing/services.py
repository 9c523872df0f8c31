"""Brings the responsibility list of the packs in use into force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.loading import writer
from huiyin.core.responsibility import Row
from huiyin.routing.models import ResponsibilityRule


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
