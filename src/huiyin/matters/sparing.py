"""Whom a text without names must not name: the people of the matter it is written in, and of the one that matter came of."""

from __future__ import annotations

from uuid import UUID

from huiyin.core import nameless
from huiyin.core.nameless import Word
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import definitions, doors, fold


def of_opener(procedure: Procedure, snapshot: Snapshot, principal: Principal) -> tuple[Word, ...]:
    """Return what the matter that opened this one knows of its people, for whoever writes in the unit that holds that one.

    Nobody else is refused by it: whoever is asked could try names and see from the refusal that one of them is right.
    """
    if snapshot.parent is None or principal.unit is None or not nameless.spares(procedure):
        return ()
    home, _, matter = snapshot.parent.partition("/")
    opener = _read(home, UUID(matter))
    if opener is None or principal.unit != opener[1].units.get(opener[0].host):
        return ()
    return nameless.known(*opener)


def of(principal: Principal, home: str, matter: UUID) -> tuple[Word, ...]:
    """Return whom a text may not name that this principal writes in a matter; nothing where it is not there for them."""
    found = _read(home, matter, principal)
    return () if found is None else (*nameless.known(*found), *of_opener(*found, principal))


def _read(home: str, matter: UUID, principal: Principal = SYSTEM) -> tuple[Procedure, Snapshot] | None:
    seen = doors.snapshot(home, matter, principal)
    if seen is None:
        return None
    snapshot, _ = fold.without_erased(from_plain(seen["body"]))
    return definitions.pinned(snapshot.procedure, snapshot.procedure_version)[0], snapshot
