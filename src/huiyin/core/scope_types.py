"""What the names in a procedure's expressions stand for: the types the check knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from huiyin.core.expressions_types import (
    DATE,
    FLAG,
    INSTANT,
    MONEY,
    NUMBER,
    TEXT,
    Type,
    TypeEnv,
    choice_of,
    list_of,
)
from huiyin.core.procedure import ClockDef, Field, Procedure
from huiyin.core.service_form import METHODS, RELATIONS, RESULTS
from huiyin.core.service_parts import SLIP, papers_served

if TYPE_CHECKING:
    from huiyin.core.papers import PaperDef

CONTACTS = ("phone", "address", "id_number")
OUTCOMES = ("resolved", "declined", "failed", "withdrawn", "transferred", "unperformed", "deemed")
DONE = "done"
BUILT_IN = (
    "now",
    "today",
    "opened_at",
    "opened_by",
    "topic",
    "line",
    "state",
    "reference",
    "actor",
    "those_who_left",
    "children",
    "followed",
    "followers",
    DONE,
)
REMEDIES = "remedies"
# What the record has under the name of somebody who is named to a post.
TIES = "ties"
# For whom, besides themselves, who says yes says it.
MEMBER = "member"
# The parties who left. The plural of a role is of those who are in.
THOSE_WHO_LEFT = "those_who_left"
THIS_SERVICE = "this_service"
# The entry of a list a child is opened for, where its facts are handed down.
EACH = "each"
_SIMPLE: dict[str, Type] = {
    "text": TEXT,
    "flag": FLAG,
    "number": NUMBER,
    "money": MONEY,
    "date": DATE,
    "datetime": INSTANT,
    "topic": TEXT,
    "member": TEXT,
    "file": list_of(TEXT),
    "place": Type("record", name="place", members={"division": TEXT, "detail": TEXT}),
    "unit": Type("record", name="unit", members={"id": TEXT, "name": TEXT}, keyed=True),
}
_SIMPLE["units"] = list_of(_SIMPLE["unit"])
_SIMPLE["members"] = list_of(TEXT)
_SIGNATURE = Type("record", name="signature", members={"by": TEXT, "role": TEXT, "name": TEXT, "at": INSTANT})
_TIES = list_of(Type("record", name="tie", members={"who": TEXT, "side": FLAG, "what": TEXT}))
_FOLLOWED = Type("record", name="followed", members={"answered": FLAG, "gone": FLAG})
_FOLLOWERS = Type("record", name="followers", members={"count": NUMBER})
REMEDY_LIST = list_of(
    Type(
        "record",
        name="remedy",
        members={"name": TEXT, "unit": TEXT, "term": TEXT, "says": TEXT, "basis": TEXT},
    )
)


def plural(role: str) -> str:
    """Return the name under which all parties of a role, or everybody ever named to a post, stand in expressions."""
    return f"{role}s"


def papers_used(procedure: Procedure) -> tuple[str, ...]:
    """Return every paper a procedure prints, signs, seals, voids or gives effect, in file order."""
    found = dict.fromkeys(procedure.opening_prints)
    for action in (*procedure.always, *(one for state in procedure.states.values() for one in state.actions)):
        found.update(dict.fromkeys((*action.prints, *action.voids, *action.effective)))
        found.update(dict.fromkeys(paper for paper in (action.signs, action.seals, action.serves) if paper is not None))
        if action.serves is not None:
            found[SLIP] = None
    found.update(dict.fromkeys(use.notice for use in procedure.remedies.values()))
    return tuple(found)


def actions_named(procedure: Procedure) -> tuple[str, ...]:
    """Return the names of the acts a procedure declares, each once."""
    actions = (*procedure.always, *(one for state in procedure.states.values() for one in state.actions))
    return tuple(dict.fromkeys(action.name for action in actions))


def procedures_opened(procedure: Procedure) -> tuple[str, ...]:
    """Return the procedures whose matters this one may open."""
    actions = (*procedure.always, *(one for state in procedure.states.values() for one in state.actions))
    return tuple(dict.fromkeys(action.opens.procedure for action in actions if action.opens is not None))


def scope_types(procedure: Procedure, papers: Mapping[str, PaperDef], others: Mapping[str, Procedure] | None = None) -> TypeEnv:
    """Return the names conditions and sentences of ``procedure`` may use.

    Those ``papers`` of the library the procedure uses are names too; of its children, what ``others`` report of theirs.
    """
    party = party_type(procedure)
    names: dict[str, Type] = {
        "now": INSTANT,
        "today": DATE,
        "opened_at": INSTANT,
        "opened_by": choice_of(procedure.opened_by),
        "topic": TEXT,
        "line": TEXT,
        "state": choice_of(procedure.states),
        "reference": TEXT,
        "actor": party,
        THOSE_WHO_LEFT: list_of(party),
        "children": Type(
            "record",
            name="children",
            members={name: _children((others or {}).get(name)) for name in procedures_opened(procedure)},
        ),
    }
    names[DONE] = Type("record", name="done", members=dict.fromkeys(actions_named(procedure), NUMBER))
    if procedure.together is not None:
        names |= {"followed": _FOLLOWED, "followers": _FOLLOWERS}
    named = [name for name, post in procedure.posts.items() if post.named]
    if any(action.also_for for action in (*procedure.always, *(one for state in procedure.states.values() for one in state.actions))):
        names[MEMBER] = party
    if any(field.people_in for field in procedure.fields.values()):
        names[TIES] = _TIES
    names.update(dict.fromkeys(named, list_of(TEXT)))
    names.update(dict.fromkeys(procedure.units, _SIMPLE["unit"]))
    names.update({plural(role): list_of(party_type(procedure, role)) for role in procedure.roles})
    names.update({plural(name): list_of(TEXT) for name in named})
    names.update({clock.name: clock_type(clock) for clock in procedure.clocks.values()})
    if papers_served(procedure):
        names[THIS_SERVICE] = _service()
    signers = (*procedure.roles, *procedure.posts)
    names.update({name: paper_type(signers) for name in papers_used(procedure) if name in papers})
    names.update({field.name: field_type(procedure, field) for field in procedure.fields.values() if field.of is None})
    return TypeEnv(names)


def with_remedies(types: TypeEnv) -> TypeEnv:
    """Return ``types`` with the name ``remedies``, which ends and papers may use."""
    return types.with_(**{REMEDIES: REMEDY_LIST})


def party_type(procedure: Procedure, role: str | None = None) -> Type:
    """Return the type of a party of ``role``, or of a party of any role."""
    members: dict[str, Type] = {"id": TEXT, "name": TEXT, "role": choice_of(procedure.roles)}
    members.update(dict.fromkeys(CONTACTS, TEXT))
    for field in procedure.fields.values():
        if field.of is not None and role in {None, field.of}:
            members[field.name] = field_type(procedure, field)
    return Type("record", name="party", members=members, keyed=True)


def clock_type(clock: ClockDef) -> Type:
    """Return the type of a clock; its due is a date and time when the term is in hours."""
    due = INSTANT if in_hours(clock) else DATE
    members = {
        "due": due,
        "latest": due,
        "running": FLAG,
        "overdue": FLAG,
        "status": choice_of(("running", "paused", "met", "stopped")),
    }
    return Type("record", name="clock", members=members)


def in_hours(clock: ClockDef) -> bool:
    """Return whether a clock's due is shown to the minute."""
    return clock.term is not None and clock.term.unit in {"hours", "working hours"}


def paper_type(signers: tuple[str, ...]) -> Type:
    """Return the type of a paper; ``signers`` are the roles and posts that may be asked after."""
    members = {
        "printed": FLAG,
        "printed_at": INSTANT,
        "number": NUMBER,
        "sealed": FLAG,
        "sealed_at": INSTANT,
        "voided": FLAG,
        "effective_at": INSTANT,
        "signatures": list_of(_SIGNATURE),
        "missing": list_of(TEXT),
        "served": FLAG,
        "served_at": DATE,
        "unserved": list_of(TEXT),
    }
    methods = {
        "signed_by": choice_of(signers),
        "ever_signed_by": choice_of(signers),
        "signed_by_all": list_of(Type("record", name="party")),
    }
    return Type("record", name="paper", members=members, methods=methods)


def _service() -> Type:
    """Return the type of the service a slip is about."""
    members = dict.fromkeys(("to", "address", "place", "signer", "item", "through", "reason", "witnesses", "paper", "by", "unit"), TEXT)
    chosen = {"method": METHODS, "result": RESULTS, "relation": RELATIONS}
    members |= {name: choice_of(values) for name, values in chosen.items()}
    members |= {"number": NUMBER, "on": DATE, "counts": DATE, "recorded": FLAG}
    return Type("record", name="service", members=members)


def field_type(procedure: Procedure, field: Field) -> Type:
    """Return the type of a field's value."""
    match field.type:
        case "choice":
            return choice_of(choice.value for choice in field.values)
        case "party":
            # The facts of parties are reached through the role plurals: a record of parties of parties would never end.
            members = dict.fromkeys(("id", "name", "role", *CONTACTS), TEXT)
            return Type("record", name="party", members=members, keyed=True)
        case "list":
            return list_of(entry_type(procedure, field)) if field.record else list_of(TEXT)
        case "item":
            pointed = procedure.fields.get(field.items_of or "")
            if pointed is not None and pointed.type == "list" and pointed.record:
                return entry_type(procedure, pointed)
            return Type("record", name="entry", members={"number": NUMBER, "text": TEXT})
        case _:
            return _SIMPLE[field.type]


def entry_type(procedure: Procedure, field: Field) -> Type:
    """Return the type of one entry of a list field."""
    members = {part.name: field_type(procedure, part) for part in field.record}
    return Type("record", name=f"entry of {field.name}", members={"number": NUMBER, **members})


def _children(child: Procedure | None) -> Type:
    members = {"count": NUMBER, "open": NUMBER, "ended": NUMBER, "outcome": choice_of(OUTCOMES)}
    one: dict[str, Type] = {"unit": _SIMPLE["unit"], "open": FLAG, "outcome": choice_of(OUTCOMES), "ended_at": INSTANT}
    if child is not None:
        one |= {name: field_type(child, child.fields[name]) for name in child.reports if name in child.fields}
    return Type("record", name="children", members=members, item=Type("record", name="child", members=one))
