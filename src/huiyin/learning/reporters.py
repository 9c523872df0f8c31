"""How many different people stand behind some matters. Persons are told apart while it counts and never joined across matters.

Who is one is told by marks of name and number under a key of the caller's, forgotten with it; where that cannot tell, fewer are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from uuid import UUID

from huiyin.core.handing import listed_unit
from huiyin.core.procedure import Procedure
from huiyin.learning.decided import spoken
from huiyin.parties.models import Party

People = Sequence[tuple[str, str]]


def asked_by_anybody(procedure: Procedure) -> bool:
    """Tell whether matters of a procedure are what anybody asks of the city, never a dispute or what names its parties."""
    closed = procedure.part or procedure.mediates or any(role.bound for role in procedure.roles.values())
    return not closed and listed_unit(procedure) is not None and bool(spoken(procedure))


def people_of(matters: Iterable[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """Return matter -> name and number of each of its parties; read inside ``reading_as``."""
    found: dict[UUID, list[tuple[str, str]]] = {}
    for matter, name, phone in Party.objects.filter(matter__in=list(matters)).values_list("matter", "name", "phone"):
        found.setdefault(matter, []).append((name, phone))
    return found


def marks(people: People, key: bytes) -> tuple[str, ...]:
    """Return marks two matters share when the same person may stand behind both; all who gave no name and number share one."""
    said = {"".join(name.split()) for name, _ in people} | {"".join(filter(str.isdigit, phone)) for _, phone in people}
    return tuple(sorted(blake2b(one.encode(), key=key, digest_size=16).hexdigest() for one in said - {""})) or ("nobody",)
