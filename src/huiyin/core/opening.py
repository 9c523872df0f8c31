"""Whether a matter may be opened so: the way, the topic, who it is about, and that the procedure is in force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from huiyin.core.effects import Opening
from huiyin.core.forms import FIRST_YEAR, bad_characters
from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Form, FormEntry, Procedure
from huiyin.core.snapshot import Party
from huiyin.core.values import Refusal, Text

MAX_NAME = 200


def future() -> Refusal:
    """Return the refusal of a time that lies ahead."""
    return Refusal(
        "future",
        Text("时间不能晚于现在。请填实际发生的时间。", "The time is later than now. Give the time it really happened."),
        field="at",
    )


def _not_in_force(procedure: Procedure, on: date) -> Refusal | None:
    if on >= procedure.in_force_from and (procedure.in_force_to is None or on <= procedure.in_force_to):
        return None
    since, to = procedure.in_force_from, procedure.in_force_to
    until = Text("", "") if to is None else Text(f"，到{to}为止", f" to {to}")
    return Refusal(
        "not_in_force",
        Text(
            f"“{procedure.title.zh}”自{since}起施行{until.zh}，{on}不能按它办。请核对时间。",
            f"“{procedure.title.en}” is in force from {since}{until.en}, not on {on}. Check the time.",
        ),
        field="at",
    )


def opening_refusal(procedure: Procedure, library: Library, opening: Opening, at: datetime, now: datetime) -> Refusal | None:
    """Return why a matter cannot be opened so, or None."""
    if at.tzinfo is None:
        raise ValueError("`at` needs a time zone")
    if at > now:
        return future()
    refusal = _not_in_force(procedure, library.calendar.local_date(at) if at.year > FIRST_YEAR else at.date())
    if refusal is not None:
        return refusal
    if opening.opened_by not in procedure.opened_by:
        ways = "、".join(procedure.opened_by)
        return Refusal(
            "opened_by",
            Text(f"立项方式只能是：{ways}。", f"A matter here is opened by one of: {ways}."),
            field="opened_by",
        )
    topic = library.topics.get(opening.topic)
    if topic is None:
        return Refusal(
            "topic",
            Text("请选事项类型；说不清可以选“其他”。", "Choose what it is about; “other” will do if you cannot tell."),
            field="topic",
        )
    if "host" not in opening.units:
        return Refusal(
            "no_host",
            Text("没有找到能接这件事的单位，请写清地点。", "No body was found to take this; give the place."),
            field="division",
        )
    for party in opening.parties:
        if party.role not in procedure.roles:
            return Refusal(
                "role",
                Text(f"没有“{party.role}”这种当事人。", f"There is no party role “{party.role}” here."),
                field="parties",
            )
        if len(party.name) > MAX_NAME or bad_characters(party.name):
            return Refusal("name", Text(f"姓名最多{MAX_NAME}字。", f"A name has at most {MAX_NAME} characters."), field="parties")
    for role in procedure.roles.values():
        count = sum(party.role == role.name for party in opening.parties)
        if count < role.least or (role.most is not None and count > role.most):
            most = "" if role.most is None else f"～{role.most}"
            return Refusal(
                "parties",
                Text(
                    f"“{role.label.zh}”要有{role.least}{most}位，现在有{count}位。",
                    f"“{role.label.en}”: {role.least}{most} needed, {count} given.",
                ),
                field="parties",
            )
    return None


def party_form(procedure: Procedure, role: str, *, own: bool, carried: bool = False) -> Form:
    """Return what may be said of a party when a matter is opened: of another only plain words, no choice made for them.

    Args:
        carried: whether who it is and who acts for it comes from where it was proved: a court, or the matter this one is linked to.
    """

    def may_be_said(name: str, field: Field) -> bool:
        return (field.type == "text" and (own or field.cls != "P4")) or (carried and field.carried) or name == procedure.roles[role].sides

    own_fields = {name: field for name, field in procedure.fields.items() if field.of == role}
    entries = tuple(FormEntry(name, required=False) for name, field in own_fields.items() if may_be_said(name, field))
    return Form(f"facts of {role}", entries)


def facts_at_opening(procedure: Procedure, opening: Opening, party: Party) -> dict[str, Any]:
    """Return what is said of a party at the opening; sealed words do not follow from one matter into the next."""
    fields = procedure.fields
    sealed = opening.parent is not None
    facts = {name: value for name, value in party.facts.items() if not sealed or name not in fields or fields[name].cls != "P4"}
    return _side(procedure, opening, party) | facts


def _side(procedure: Procedure, opening: Opening, party: Party) -> dict[str, Any]:
    """Return on which side a party stands, where there are but two: the one that asks, and the other."""
    sides = procedure.roles[party.role].sides
    two = sum(one.role == party.role for one in opening.parties) == 2 and opening.opener is not None
    if sides is None or not two:
        return {}
    return {sides: procedure.fields[sides].values[0 if party.id == opening.opener else 1].value}
