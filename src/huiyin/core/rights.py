"""Who may see and do what: one reviewed table and one evaluator. Both doors and every query ask it.

A right follows from the relation someone has to one matter, never from a rank. Outside every relation a matter does
not exist (the edges answer 404).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from huiyin.core import masking, own_code
from huiyin.core.procedure import Action, Field, FieldClass, Procedure
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.values import Principal, Text

Relation = Literal["handler", "colleague", "supervisor", "auditor", "own_party", "system", "stranger"]
Verb = Literal["read", "act", "history", "papers", "name_people", "verify"]
Sight = Literal["see", "masked", "none"]

PURPOSES: Mapping[str, Text] = {
    "handle": Text("办理", "to handle the matter"),
    "supervise": Text("督办", "to supervise its handling"),
    "audit": Text("审计", "to audit the record"),
    "own": Text("查看自己的事", "to see one's own matter"),
    "ask": Text("反映情况", "to report something"),
    "intake": Text("转入", "to pass matters in"),
    "run": Text("系统运行", "to run the system"),
}

RELATIONS: Mapping[Relation, Text] = {
    "handler": Text("经办岗位", "a post that handles the matter"),
    "colleague": Text("经办单位的其他岗位", "another post of a unit with a part in it"),
    "supervisor": Text("督办岗位", "a post that supervises the unit"),
    "auditor": Text("审计管理员", "the audit administrator"),
    "own_party": Text("当事人或报事人本人", "a party or the reporter, on their own matter"),
    "system": Text("系统", "the system"),
    "stranger": Text("无关的人", "anyone else"),
}

# What each relation may do. A verb that is not listed is not allowed.
VERBS: Mapping[Relation, frozenset[Verb]] = {
    "handler": frozenset({"read", "act", "history", "papers", "name_people", "verify"}),
    "colleague": frozenset({"read", "act", "history", "verify"}),
    "supervisor": frozenset({"read", "act", "history", "verify"}),
    "auditor": frozenset({"history", "verify"}),
    "own_party": frozenset({"read", "act", "history", "papers", "verify"}),
    "system": frozenset({"read", "act", "history", "papers", "name_people", "verify"}),
    "stranger": frozenset(),
}

# How each relation sees values of each class (reliability.md C1). P4 is seen only by those its field names.
SIGHT: Mapping[Relation, Mapping[FieldClass, Sight]] = {
    "handler": {"P0": "see", "P1": "see", "P2": "see", "P3": "masked", "P4": "none"},
    "colleague": {"P0": "see", "P1": "see", "P2": "masked", "P3": "none", "P4": "none"},
    "supervisor": {"P0": "see", "P1": "see", "P2": "masked", "P3": "none", "P4": "none"},
    "auditor": {"P0": "see", "P1": "masked", "P2": "none", "P3": "none", "P4": "none"},
    "own_party": {"P0": "see", "P1": "see", "P2": "see", "P3": "masked", "P4": "none"},
    "system": {"P0": "see", "P1": "see", "P2": "see", "P3": "see", "P4": "none"},
    "stranger": {"P0": "none", "P1": "none", "P2": "none", "P3": "none", "P4": "none"},
}

# Who may have the running clocks of every matter counted again by one order: those who keep the rules the clocks are counted with. It
# gives no sight of any matter beyond its number, its unit, and the names and dates of its clocks. Whoever prepared an order does not
# decide it: two of them do it together.
ORDER_POSTS = frozenset({"pack_keeper"})

# What one party sees of another: the name, and what was said to everyone. Contact facts stay with the body.
OTHER_PARTY_FACTS: Mapping[FieldClass, Sight] = {"P0": "see", "P1": "see", "P2": "none", "P3": "none", "P4": "none"}


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party as one reader may see it; ``left`` is since when it is no longer in."""

    id: str
    role: str
    name: str
    facts: Mapping[str, Any]
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A matter's facts as one reader may see them; what may not be known is absent.

    Attributes:
        hidden: fields that hold something kept from this reader. Sealed ones (P4) are not even named.
    """

    facts: Mapping[str, Any]
    parties: tuple[PartyView, ...]
    hidden: tuple[str, ...]


def relation(principal: Principal, snapshot: Snapshot, procedure: Procedure) -> Relation:
    """Return how a principal stands to one matter."""
    if principal.kind == "system":
        return "system"
    if principal.kind == "party":
        return "own_party" if snapshot.party(principal.id) is not None else "stranger"
    if principal.kind != "staff" or principal.unit is None:
        return "stranger"
    if principal.post == "audit_admin":
        return "auditor"
    if principal.unit in snapshot.units.values():
        return "handler" if _handles(principal, snapshot, procedure) else "colleague"
    if set(principal.supervises) & set(snapshot.units.values()):
        return "supervisor"
    return "stranger"


def _handles(principal: Principal, snapshot: Snapshot, procedure: Procedure) -> bool:
    return any(
        principal.post == post.post
        and principal.unit == snapshot.units.get(post.of)
        and (not post.named or not snapshot.named.get(name) or principal.id in snapshot.named[name])
        for name, post in procedure.posts.items()
    )


def may(relation_: Relation, verb: Verb) -> bool:
    """Tell whether a relation carries a right."""
    return verb in VERBS[relation_]


def may_order(principal: Principal) -> bool:
    """Tell whether a principal may prepare, look through and decide orders that move the dates of many matters."""
    return principal.kind == "system" or (principal.kind == "staff" and principal.unit is not None and principal.post in ORDER_POSTS)


# Who puts forward and reviews what the packs say. It is a post of its own: whoever keeps the machine does not thereby decide what
# is lawful, and two of them are needed for every change.
KEEPS_PACKS = "pack_keeper"


def may_keep_packs(principal: Principal) -> bool:
    """Tell whether a principal may see, put forward and review changes of packs; that two do it is for the service to see to."""
    return principal.kind == "staff" and principal.post == KEEPS_PACKS and bool(principal.id)


# Who keeps the records of neighbouring systems and hands out their keys: whoever keeps the machine, and no message is shown to them.
# Who reads what neighbours bring and hands them what goes back are the posts that take messages in, of the unit a record names.
KEEPS_NEIGHBOURS = "system_admin"
EXCHANGES = frozenset({"intake_clerk", "dispatcher"})


def may_keep_neighbours(principal: Principal) -> bool:
    """Tell whether a principal may make and change the records of neighbouring systems, and their keys."""
    return principal.kind == "system" or (principal.kind == "staff" and principal.post == KEEPS_NEIGHBOURS and bool(principal.id))


def may_exchange(principal: Principal, unit: str) -> bool:
    """Tell whether a principal may map, take in and hand over the files of a neighbour that ``unit`` exchanges with."""
    return principal.kind == "system" or (principal.kind == "staff" and principal.post in EXCHANGES and principal.unit == unit)


# Who keeps a unit's duty log and hands the shift over; the unit's head reads it. It gives no sight of any matter.
SHIFT_POSTS = frozenset({"dispatcher", "duty_officer", "intake_clerk", "arbiter", "supervision_officer"})


def may_keep_shift(principal: Principal) -> bool:
    """Tell whether a principal writes in the duty log of its unit, hands over and takes over."""
    return principal.kind == "staff" and bool(principal.id) and bool(principal.unit) and principal.post in SHIFT_POSTS


def may_read_shift(principal: Principal) -> bool:
    """Tell whether a principal reads the duty log of its unit."""
    return may_keep_shift(principal) or (principal.kind == "staff" and bool(principal.unit) and principal.post == "head")


# Posts that say for their unit whether a row of the responsibility list naming it holds.
SPEAK_FOR_UNIT = frozenset({"head", "handler"})
# Posts that look at the day's sample of what went out by a row alone: those who decide whose a matter is, and who oversee; never
# those who sent it.
CHECK_DISPATCH = frozenset({"arbiter", "supervision_officer"})


def may_speak_for_unit(principal: Principal) -> bool:
    """Tell whether a principal may confirm or object to rows that name its unit."""
    return principal.kind == "staff" and principal.unit is not None and principal.post in SPEAK_FOR_UNIT and bool(principal.id)


def may_check_dispatch(principal: Principal) -> bool:
    """Tell whether a principal may say of a matter sent by a row alone that it went right or wrong."""
    return principal.kind == "staff" and principal.post in CHECK_DISPATCH and bool(principal.id)


# Posts that see to it that work is done. They read the board, each within its own rights, and the hot issues of the whole city: counts
# and words several people used, which lead to no matter.
OVERSEES = frozenset({"supervision_officer", "head", "dispatcher", "arbiter", "duty_officer"})


def may_oversee(principal: Principal) -> bool:
    """Tell whether a principal reads the board and the hot issues."""
    return principal.kind == "staff" and bool(principal.id) and bool(principal.unit) and principal.post in OVERSEES


def may_read_list(principal: Principal) -> bool:
    """Tell whether a principal may read the responsibility list and try a matter on it: everybody who works here."""
    return principal.kind == "staff" and bool(principal.id)


# Ways of opening that need no post: what somebody asks for, also through a neighbouring system.
OPEN_TO_ALL = frozenset({"party", "anonymous"})
# Ways in which a neighbouring system brings a matter: a message under its number, a court's commission.
FEEDER_WAYS = frozenset({"feeder", "court_commission"})


def may_open(procedure: Procedure, principal: Principal, opened_by: str, units: Mapping[str, str]) -> bool:
    """Tell whether a principal may open a matter of this procedure in that way.

    Anyone may ask for something of their own. What a body opens by itself or for another body needs a post, and
    where the procedure names the posts (``opening.by``), one of those.
    """
    if principal.kind == "system":
        return True
    if procedure.opening_by:
        posts = (procedure.posts[name] for name in procedure.opening_by)
        return principal.kind == "staff" and any((principal.post, principal.unit) == (post.post, units.get(post.of)) for post in posts)
    if opened_by in OPEN_TO_ALL:
        return True
    if principal.kind == "feeder":
        return opened_by in FEEDER_WAYS
    return opened_by != "feeder" and principal.kind == "staff" and principal.unit is not None


def sight(
    field: Field,
    relation_: Relation,
    principal: Principal,
    snapshot: Snapshot,
    procedure: Procedure,
    owner: Party | None,
) -> Sight:
    """Return how a reader sees one field (of one party, when ``owner`` is given)."""
    if relation_ == "stranger":
        return "none"
    if field.seen_by:
        return "see" if _named_reader(field, principal, snapshot, procedure, owner) else "none"
    if relation_ == "own_party" and owner is not None:
        return SIGHT["own_party"][field.cls] if owner.id == principal.id else OTHER_PARTY_FACTS[field.cls]
    return SIGHT[relation_][field.cls]


def may_know_of(action: Action, owner: Party | None, principal: Principal, snapshot: Snapshot, procedure: Procedure) -> bool:
    """Tell whether a reader may know that an act was done.

    That sealed words were said is itself sealed; that a party got a code is its own affair.

    Args:
        owner: the party whose act it was; None for the acts of others.
    """
    how = relation(principal, snapshot, procedure)
    if action.name == own_code.NAME and how == "own_party":
        return owner is not None and owner.id == principal.id
    fields = [procedure.fields[entry.field] for entry in procedure.forms[action.form].entries] if action.form else []
    return (
        not fields
        or how in ("auditor", "system")
        or any(field.cls != "P4" or sight(field, how, principal, snapshot, procedure, owner) != "none" for field in fields)
    )


def _named_reader(field: Field, principal: Principal, snapshot: Snapshot, procedure: Procedure, owner: Party | None) -> bool:
    for name in field.seen_by:
        post = procedure.posts.get(name)
        if post is not None:
            named = snapshot.named.get(name, ())
            holds = principal.kind == "staff" and principal.post == post.post and principal.unit == snapshot.units.get(post.of)
            if holds and (not post.named or principal.id in named):
                return True
        elif name == "its_party":
            if owner is not None and principal.kind == "party" and principal.id == owner.id:
                return True
        elif principal.kind == "party":
            party = snapshot.party(principal.id)
            if party is not None and party.role == name:
                return True
    return False


def view(procedure: Procedure, snapshot: Snapshot, principal: Principal) -> View:
    """Return the facts and parties of a matter as ``principal`` may see them: absent, masked or plain."""
    how = relation(principal, snapshot, procedure)
    if how == "stranger":
        return View({}, (), ())
    hidden: list[str] = []
    facts = {}
    for name, value in snapshot.facts.items():
        shown = _shown(procedure, name, value, sight(procedure.fields[name], how, principal, snapshot, procedure, None))
        if shown is None and value is not None:
            hidden.append(name)
        else:
            facts[name] = shown
    parties = tuple(_party(procedure, snapshot, principal, how, party, hidden) for party in snapshot.parties)
    # That sealed words were said is itself sealed.
    return View(facts, parties, tuple(sorted(name for name in set(hidden) if procedure.fields[name].cls != "P4")))


def _party(procedure: Procedure, snapshot: Snapshot, principal: Principal, how: Relation, party: Party, hidden: list[str]) -> PartyView:
    facts = {}
    for name, value in party.facts.items():
        shown = _shown(procedure, name, value, sight(procedure.fields[name], how, principal, snapshot, procedure, party))
        if shown is None and value is not None:
            hidden.append(name)
        else:
            facts[name] = shown
    plain = how in ("handler", "own_party", "system")
    known = party.name if plain else ("" if how == "auditor" else masking.name(party.name))
    return PartyView(party.id, party.role, known, facts, None if party.left is None else party.left.at)


def _shown(procedure: Procedure, name: str, value: Any, how: Sight) -> Any:
    if how == "see":
        return value
    return masking.field(name, value) if how == "masked" else None


# Who keeps the names that lead to places: dispatchers, who see where addresses go astray, and whoever keeps the packs. Each for the
# place of their own unit and what lies in it, which is for the service to see to.
GAZETTEER_POSTS = frozenset({"dispatcher", "pack_keeper"})


def may_keep_names(principal: Principal) -> bool:
    """Tell whether a principal may add, end, accept and decline names of the gazetteer."""
    return principal.kind == "staff" and principal.post in GAZETTEER_POSTS and bool(principal.id) and principal.unit is not None
