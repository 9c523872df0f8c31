"""Who may be in the rooms of a matter: one for all, and in a mediation one for each party with the mediator. Pure.

A place in a room follows from the matter as it stands: a mediator who is replaced, or a party who no longer agrees, has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Literal

from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Principal

if TYPE_CHECKING:
    from huiyin.core.procedure import Procedure

Kind = Literal["joint", "private"]


@dataclass(frozen=True, slots=True)
class Rooms:
    """Who talks with whom in rooms of their own.

    Attributes:
        of: role of the parties.
        hosts: the named posts that are in every room.
        field: of each party; only whose value is ``agreed`` is let in.
        kept_days: how many days after the end of the matter the words are destroyed.
        private: each party has a room alone with the hosts besides.
        apart: field -> value; while one of them stands, of the matter or of any party, nobody is in the joint room.
    """

    of: str
    hosts: tuple[str, ...]
    field: str
    agreed: object
    kept_days: int
    private: bool = True
    line: int = 0
    apart: Mapping[str, object] = dataclass_field(default_factory=dict)


def token_of(principal: Principal) -> str:
    """Return under which access token a principal stands in a room."""
    return f"{'party' if principal.kind == 'party' else 'person'}:{principal.id}"


def parties(rooms: Rooms, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the ids of the parties who may be in rooms, in the order they were named."""
    return tuple(party.id for party in snapshot.of_role(rooms.of) if party.facts.get(rooms.field) == rooms.agreed)


def apart(rooms: Rooms, snapshot: Snapshot) -> bool:
    """Tell whether the sides are to talk apart now. For whose sake is nobody's to learn from the rooms."""
    held = (snapshot.facts, *(party.facts for party in snapshot.of_role(rooms.of)))
    return any(facts.get(name) == value for facts in held for name, value in rooms.apart.items())


def places(rooms: Rooms, snapshot: Snapshot, party: str) -> frozenset[str]:
    """Return the access tokens that have a place in a room.

    Args:
        party: whose private room it is; empty for the joint one.
    """
    if not rooms.private if party else apart(rooms, snapshot):
        return frozenset()
    agreed = parties(rooms, snapshot)
    let_in = agreed if not party else tuple(one for one in agreed if one == party)
    hosts = (one for host in rooms.hosts for one in snapshot.named.get(host, ())) if let_in else ()
    return frozenset((*(f"party:{one}" for one in let_in), *(f"person:{one}" for one in hosts)))


def host_of(rooms: Rooms, snapshot: Snapshot, person: str) -> str:
    """Return as which post somebody is, or was, in the rooms of a matter."""
    return next((host for host in rooms.hosts if person in snapshot.ever_named.get(host, ())), rooms.hosts[0])


def kept_out(procedure: Procedure, snapshot: Snapshot, principal: Principal) -> bool:
    """Tell whether a principal would be in the joint room, were the sides not to talk apart."""
    rooms = procedure.rooms
    if rooms is None or not apart(rooms, snapshot):
        return False
    own = (principal.id,) if principal.kind == "party" else parties(rooms, snapshot)
    return any(has_place(procedure, snapshot, principal, party) for party in own)


def has_place(procedure: Procedure, snapshot: Snapshot, principal: Principal, party: str) -> bool:
    """Tell whether a principal may be in a room: a party for itself, or whoever is named to a post and acts in it."""
    rooms = procedure.rooms
    if rooms is None or principal.acting_for is not None or token_of(principal) not in places(rooms, snapshot, party):
        return False
    if principal.kind == "staff":
        return any(
            (principal.post, principal.unit) == (procedure.posts[host].post, snapshot.units.get(procedure.posts[host].of))
            for host in rooms.hosts
            if principal.id in snapshot.named.get(host, ())
        )
    return principal.kind == "party"
