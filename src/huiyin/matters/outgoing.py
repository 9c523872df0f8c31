"""What an act sets going outside its own matter: rows of the outbox, and who may read a sealed act."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from huiyin.core.effects import Effects
from huiyin.core.handing import listed_action
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.values import SYSTEM, Principal, Text
from huiyin.ids import uuid7
from huiyin.matters import directory, following
from huiyin.matters.access import effective_tokens, reading_as
from huiyin.matters.models import Event
from huiyin.matters.parts import RECALL

Plain = dict[str, Any]
NOTICE = "notice"
OPEN_CHILD = "open_child"
REPORT_CHILD = "report_child"
ROUTE = "route"
TEACH = "teach"
ANNOUNCE = "announce"
ERASED = "erased"
# Who takes an act, as its token begins.
TOKEN_OF = {"staff": "person", "party": "party"}


def rows(procedure: Procedure, effects: Effects, principal: Principal, now: datetime, erased: str | None = None) -> list[Plain]:
    """Return the outbox rows of an act.

    Args:
        erased: the party all of whose words go by it; rooms further down let go of theirs.

    One for everything to be told, one for each child, one for what this matter reports to the one that opened it; one where
    the responsibility list may act, one where it is to learn, and one for a notice to the households of a project. What an act tells
    or teaches that may be called back waits until that is over.
    """
    after = effects.after
    made: list[tuple[str, Plain]] = []
    entered = effects.before is None or after.entered == after.version
    state = procedure.states[after.state]
    notices = [*_notices(procedure, effects), *_news(effects)]
    if notices:
        made.append((NOTICE, {"notices": notices}))
    taking_part = _taking_part(effects, principal)
    for child in effects.opens:
        opening = {
            "data": {name: value for name, value in child.data.items() if value is not None},
            "topic": child.topic or after.topic,
            "division": after.division,
            "unit": child.unit,
            "parties": [
                *({"id": one.id, "role": one.role, "name": one.name, "facts": _unsealed(procedure, one)} for one in taking_part),
                *({"id": "", "role": "", "name": one["name"], "facts": dict(one)} for one in child.parties),
            ],
        }
        made.append((OPEN_CHILD, {"procedure": child.procedure, "key": child.key, "opening": opening}))
    if after.parent is not None and (effects.closed or any(one.field in procedure.reports for one in effects.content)):
        ended = {"outcome": after.outcome, "ended_at": after.entered_at.isoformat()} if effects.closed else {}
        made.append((REPORT_CHILD, {"parent": after.parent, **ended}))
    listed = listed_action(procedure, after.state)
    if entered and listed is not None and not after.done.get(listed.name):
        made.append((ROUTE, {"action": listed.name}))
    made.extend((RECALL, {"key": key}) for key in effects.recalls)
    made.extend(following.rows(effects))
    project = directory.library().projects.get(procedure.name)
    if project is not None and effects.action == project.notices.act:
        made.append((ANNOUNCE, {"entry": len(after.facts[project.notices.list]) - 1}))
    made.extend((TEACH, one) for one in _taught(effects, principal, now))
    made.extend((ERASED, {"party": party}) for party in (erased,) if party)
    waits = {NOTICE: state.waits, TEACH: state.recallable} if entered else {}
    return [_row(n, kind, payload, after.state, now, waits.get(kind, 0)) for n, (kind, payload) in enumerate(made)]


def _row(n: int, kind: str, payload: Plain, state: str, now: datetime, waits: int) -> Plain:
    """Return one outbox row; one that waits some minutes is dropped when the act that entered ``state`` is recalled meanwhile."""
    row: Plain = {"id": str(uuid7()), "n": n, "kind": kind, "payload": payload}
    if not waits:
        return row
    return {**row, "payload": {**payload, "may_be_recalled": state}, "due_at": (now + timedelta(minutes=waits)).isoformat()}


def _taught(effects: Effects, principal: Principal, now: datetime) -> list[Plain]:
    """Return what the responsibility list is to learn: who has the matter now, how that came about, who said so and why."""
    after = effects.after
    return [
        {
            "beat": teaches.beat,
            "topic": after.topic,
            "division": after.division,
            "unit": after.facts[teaches.owner],
            "reason": str(after.facts.get(teaches.reason) or ""),
            "decided_by": principal.id or principal.unit or principal.kind,
            "at": now.isoformat(),
        }
        for teaches in effects.taught
    ]


def _taking_part(effects: Effects, principal: Principal) -> list[Party]:
    """Return the parties of a matter an act opens: those who are in.

    What one of them opens once this matter has ended is between all, whoever asks first: also with whoever left, of whom no more goes
    along than the name.
    """
    before, after = effects.before, effects.after
    if before is None or before.outcome is None:
        return list(after.present)
    asker = effects.acting_for or (principal.id if principal.kind == "party" else "")
    named = (party if party.left is None else replace(party, facts={}) for party in after.parties)
    return sorted(named, key=lambda party: party.id != asker)


def _unsealed(procedure: Procedure, party: Party) -> Plain:
    """Return a party's facts without its sealed words, which stay in the matter they were said in."""
    return {name: value for name, value in party.facts.items() if name not in procedure.fields or procedure.fields[name].cls != "P4"}


def _notices(procedure: Procedure, effects: Effects) -> list[Plain]:
    found: dict[tuple[str, str, str], Plain] = {}
    for tell in effects.tells:
        for recipient, post in recipients(procedure, effects.after, tell.to):
            place = (recipient, post, tell.text.zh)
            found[place] = {
                "recipient": recipient,
                "post": post,
                "text": tell.text.to_plain(),
                "sealed": tell.sealed,
            }
    return list(found.values())


def _news(effects: Effects) -> list[Plain]:
    """Return what who took a sealed act hears of the matter it opened: what that reports of itself, in the words of its choices."""
    if effects.sealed_by is None or effects.before is None:
        return []
    before = {child.key: child.facts for child in effects.before.children}
    texts: list[Text] = []
    for child in effects.after.children:
        definition = directory.library().procedures.get(child.procedure)
        for field in () if definition is None else (definition.fields[name] for name in definition.reports):
            value = child.facts.get(field.name)
            if value != before[child.key].get(field.name) and definition is not None:
                texts.extend(
                    Text(f"{definition.title.zh}：{one.label.zh}", f"{definition.title.en}: {one.label.en}")
                    for one in field.values
                    if one.value == value
                )
    told = _act_of(effects.after, effects.sealed_by)
    if told is None or told.principal_kind not in TOKEN_OF:
        return []
    recipient = f"{TOKEN_OF[told.principal_kind]}:{told.principal}"
    return [{"recipient": recipient, "post": told.post, "text": text.to_plain(), "sealed": True} for text in texts]


def _act_of(snapshot: Snapshot, seq: int) -> Event | None:
    with reading_as(SYSTEM):
        return Event.objects.filter(home=snapshot.home, matter=UUID(snapshot.matter), seq=seq).first()


def recipients(procedure: Procedure, snapshot: Snapshot, to: str) -> list[tuple[str, str]]:
    """Return (access token, post or empty) of everybody a word of the procedure stands for.

    ``to`` is a party's id, a party role, a post, a unit's alias, a field of several units, or a kind of unit that serves the
    matter's place.
    """
    if snapshot.party(to) is not None:
        return [(f"party:{to}", "")]
    if to in procedure.roles:
        return [(f"party:{party.id}", "") for party in snapshot.of_role(to)]
    post = procedure.posts.get(to)
    if post is not None:
        people = snapshot.named.get(to, ()) if post.named else ()
        if people:
            return [(f"person:{person}", "") for person in people]
        return [(f"unit:{snapshot.units[post.of]}", post.post)] if post.of in snapshot.units else []
    several = procedure.fields.get(to)
    if several is not None and several.type == "units":
        return [(f"unit:{unit}", "") for unit in snapshot.facts.get(to) or ()]
    if to in snapshot.units:
        return [(f"unit:{snapshot.units[to]}", "")]
    unit = directory.unit_for(to, snapshot.division)
    # Nobody of that kind serves the place: the body that has the matter must hear that it could not be passed on.
    return [(f"unit:{unit or snapshot.units['host']}", "")]


def readers(procedure: Procedure, effects: Effects, principal: Principal) -> list[str]:
    """Return the tokens that may read a sealed act: who did it, for whom it was recorded, and the duty-holders who were told.

    News of what a sealed act opened has the readers of that act.
    """
    if effects.sealed_by is not None:
        act = _act_of(effects.after, effects.sealed_by)
        return [] if act is None else list(act.readers or ())
    own = [token for token in effective_tokens(principal) if not token.startswith("unit:")]
    told = [recipient for tell in effects.tells if tell.sealed for recipient, _ in recipients(procedure, effects.after, tell.to)]
    theirs = [] if effects.acting_for is None else [f"party:{effects.acting_for}"]
    return sorted({*own, *theirs, *told})
