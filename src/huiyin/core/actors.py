"""Who acts: does this principal hold a post, or is it a party, that the action names?"""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.core import standing
from huiyin.core.procedure import NOT_PEOPLE, Action, Procedure
from huiyin.core.rights import relation, sight
from huiyin.core.run import StoppedError
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Principal, Refusal, Text


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose act it is: a party (by its own hand or recorded for it by staff) or the holder of a post."""

    id: str
    role: str
    party: str | None


def who_acts(procedure: Procedure, snapshot: Snapshot, action: Action, principal: Principal, evidenced: bool) -> Actor:
    """Return the actor, or stop with a refusal that says who may do this.

    Args:
        evidenced: True when the act carries evidence; a party's act recorded by staff needs it.
    """
    allowed = procedure.actors(procedure.states[snapshot.state], action)
    if principal.kind == "party" or principal.acting_for is not None:
        return _party(procedure, snapshot, action, allowed, principal, evidenced)
    if principal.kind == "staff":
        for name in allowed:
            post = procedure.posts.get(name)
            if post is None or principal.post != post.post or principal.unit != snapshot.units.get(post.of):
                continue
            named = snapshot.named.get(name, ())
            if not post.named or principal.id in named:
                return Actor(principal.id, name, None)
    raise StoppedError(_not_yours(procedure, snapshot, allowed))


def _party(
    procedure: Procedure, snapshot: Snapshot, action: Action, allowed: tuple[str, ...], principal: Principal, evidenced: bool
) -> Actor:
    party_id = principal.acting_for or principal.id
    party = snapshot.party(party_id)
    if party is None or party.role not in allowed:
        raise StoppedError(_not_yours(procedure, snapshot, allowed))
    if party.left is not None:
        raise StoppedError(standing.gone())
    if principal.kind == "party" and principal.acting_for is None:
        return Actor(party.id, party.role, party.id)
    # A neighbouring system passes on what its own reporter says; row security lets it reach only what it brought in. Whoever is bound by
    # what they agree to and sign does that themselves.
    passes_on = principal.kind == "feeder" and not procedure.roles[party.role].bound and _says_nothing_sealed(procedure, action)
    if not passes_on and not _may_record(procedure, snapshot, action, principal):
        raise StoppedError(_not_yours(procedure, snapshot, allowed))
    if not evidenced:
        raise StoppedError(
            Refusal(
                "evidence",
                Text(
                    "代当事人登记，要写明凭据：当面、电话，还是纸质签名。",
                    "To record a party's act, say how it is known: in person, by telephone, or signed on paper.",
                ),
                field="evidence",
            )
        )
    return Actor(party.id, party.role, party.id)


def _may_record(procedure: Procedure, snapshot: Snapshot, action: Action, principal: Principal) -> bool:
    """Tell whether staff may record a party's act: a post of the host that handles the matter, and no words it may not read.

    Other units with a part are kept out: whoever answers or repairs does not say for the resident that it was done well.
    """
    if principal.unit != snapshot.units.get(procedure.host) or relation(principal, snapshot, procedure) != "handler":
        return False
    form = () if action.form is None else procedure.forms[action.form].entries
    fields = (procedure.fields[entry.field] for entry in form)
    return all(field.cls != "P4" or sight(field, "handler", principal, snapshot, procedure, None) == "see" for field in fields)


def _says_nothing_sealed(procedure: Procedure, action: Action) -> bool:
    form = () if action.form is None else procedure.forms[action.form].entries
    return not action.signs and not action.seals and all(procedure.fields[entry.field].cls != "P4" for entry in form)


def _not_yours(procedure: Procedure, snapshot: Snapshot, allowed: tuple[str, ...]) -> Refusal:
    names = [name for name in allowed if name not in NOT_PEOPLE]
    zh = "、".join(label(procedure, snapshot, name).zh for name in names) or "系统"
    en = ", ".join(label(procedure, snapshot, name).en for name in names) or "the system"
    return Refusal("not_yours", Text(f"这一步由{zh}来办。", f"This is for: {en}."))


def label(procedure: Procedure, snapshot: Snapshot, name: str) -> Text:
    """Return the words for a post, party role or unit alias of this matter."""
    role = procedure.roles.get(name)
    if role is not None:
        return role.label
    post = procedure.posts.get(name)
    alias = name if post is None else post.of
    unit = snapshot.unit_names.get(alias, "")
    return Text(unit or name, unit or name) if post is None else Text(f"{unit}{post.label.zh}", f"{post.label.en}, {unit}")
