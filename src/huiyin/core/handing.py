"""What hands a matter, or a question about it, to other units: children opened, an alias held anew, who said "not ours"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from huiyin.core.effects import NOTE_REPORTED, ChildOpening, Content
from huiyin.core.expressions import Record, evaluate, parse, plain_value
from huiyin.core.procedure import Action, Opens, Procedure
from huiyin.core.snapshot import Child, Snapshot
from huiyin.core.values import Refusal, Text

if TYPE_CHECKING:
    from datetime import datetime

    from huiyin.core.run import Run


def open_children(run: Run, opens: Opens) -> None:
    """Open a child, or one for each entry of a list: with the unit named there, else where its own procedure says."""
    scope = run.scope()
    several = opens.each is not None
    entries = (scope.value(opens.each) or ()) if opens.each is not None else (None,)
    for entry in entries:
        known = scope.with_(each=entry) if several else scope
        data = {name: plain_value(evaluate(parse(source), known)) for name, source in opens.hands.items()}
        unit = _unit_in(entry) if several else run.snapshot.units.get(opens.unit or "")
        key = f"{run.seq}:{len(run.opens)}"
        named = run.snapshot.facts.get(opens.parties or "") or ()
        run.opens.append(ChildOpening(opens.procedure, key, data, unit, tuple(named), opens.topic))
        child = Child(procedure=opens.procedure, key=key, unit=unit or "")
        run.snapshot = replace(run.snapshot, children=(*run.snapshot.children, child))


def role_there(child: Procedure, role: str, facts: Mapping[str, Any]) -> str | None:
    """Return in which role of a child a party takes part: of the same name, else one it said it is, else the one bound role, else None."""
    if role in child.roles:
        return role
    said = next((value for value in facts.values() if isinstance(value, str) and value in child.roles), None)
    bound = [one.name for one in child.roles.values() if one.bound]
    return said or (bound[0] if len(bound) == 1 else None)


def _unit_in(entry: Any) -> str | None:
    """Return the unit an entry of a list names: the entry itself, or the first part of it that is one."""
    if not isinstance(entry, Record):
        return None
    parts = (entry, *(part for part in entry.members.values() if isinstance(part, Record)))
    return next((part.key for part in parts if part.kind == "unit"), None)


def become(run: Run, action: Action) -> None:
    """Let another unit hold an alias from now on; whoever held it keeps its sight of the matter, and no part in it."""
    held = run.snapshot
    for alias, name in action.becomes.items():
        unit = held.facts.get(name) if name in run.procedure.fields else held.units.get(name)
        before = held.units.get(alias, "")
        if unit is None or unit == before:
            continue
        names = {**run.snapshot.unit_names, alias: held.unit_names.get(name, "")}
        run.snapshot = replace(run.snapshot, units={**run.snapshot.units, alias: str(unit)}, unit_names=names)
        run.became.append((alias, before, str(unit)))


def decline(run: Run, action: Action, post: str) -> None:
    """Keep that the acting unit said the matter is not its own."""
    if action.declines is None:
        return
    alias = run.procedure.posts[post].of
    unit = run.snapshot.units.get(alias, "")
    known = run.snapshot.facts.get(action.declines) or []
    names = {**run.snapshot.unit_names, unit: run.snapshot.unit_names.get(alias, "")}
    run.snapshot = replace(run.snapshot, unit_names=names)
    if unit and unit not in known:
        run.put(action.declines, [*known, unit])


def teach(run: Run, action: Action) -> None:
    """Note what the responsibility list is to hear of an act."""
    teaches = action.teaches
    if teaches is None or run.snapshot.facts.get(teaches.owner) is None:
        return
    if all(run.holds(run.procedure.conditions[name]) for name in teaches.needs):
        run.taught.append(teaches)


def report(run: Run, child: Child, facts: Any, version: int) -> Child:
    """Keep what a child tells: only what its procedure reports, never what was said in it. An older word changes nothing."""
    told = {str(name): value for name, value in facts.items()} if isinstance(facts, dict) else {}
    if version < child.version:
        return child
    if told and told != child.facts:
        run.content.append(Content(NOTE_REPORTED, "P1", "set", {"key": child.key, "facts": told}))
        child = replace(child, facts=told)
    return replace(child, version=version)


def keep_apart(run: Run) -> None:
    """Mark what this act, a sealed one, opened and printed."""
    held = run.snapshot
    children = tuple(replace(child, apart=child.apart or child.opened_by == run.seq) for child in held.children)
    papers = {
        name: tuple(replace(issue, apart=issue.apart or issue.seq == run.seq) for issue in issues) for name, issues in held.papers.items()
    }
    run.snapshot = replace(held, children=children, papers=papers)


def open_until(snapshot: Snapshot, action: Action) -> datetime | None:
    """Return until when an action is open that is open only shortly after its state was entered."""
    return None if action.within is None else snapshot.entered_at + timedelta(minutes=action.within)


def too_late(snapshot: Snapshot, action: Action, now: datetime) -> Refusal | None:
    """Return why an action that is open only for minutes is not open any more. The time it is recorded counts, not what is written."""
    until = open_until(snapshot, action)
    if until is None or now <= until:
        return None
    return Refusal(
        "too_late",
        Text(
            f"过了{action.within}分钟，通知已经发出，不能再撤回。请改用现在能做的办法。",
            f"{action.within} minutes have passed and word has gone out; it cannot be called back. Use what is open now.",
        ),
    )


def listed_action(procedure: Procedure, state: str) -> Action | None:
    """Return the action of a state that the responsibility list takes, or None."""
    return next((action for action in procedure.states[state].actions if action.by_nobody and "list" in action.by), None)


def listed_unit(procedure: Procedure) -> str | None:
    """Return the field of the unit the responsibility list gives a matter to, None where the list never acts."""
    listed = next((found for state in procedure.states if (found := listed_action(procedure, state)) is not None), None)
    form = procedure.forms[listed.form] if listed is not None and listed.form is not None else None
    return None if form is None else next((one.field for one in form.entries if procedure.fields[one.field].type == "unit"), None)
