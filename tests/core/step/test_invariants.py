"""Whatever people try, in whatever order: a matter stays a path through its procedure and nothing of it is lost."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from step_cases import MEDIATOR, Walk, party, procedure, staff

from huiyin.core.effects import NOTES, Effects
from huiyin.core.following import JOINED, LEADER, LEFT, REPORTED
from huiyin.core.parts import RECALLED
from huiyin.core.procedure import Field, Procedure
from huiyin.core.snapshot import Snapshot, from_plain, to_plain
from huiyin.core.values import SYSTEM, Principal

PROCEDURES = ("people_mediation", "plain_request", "hazard_repair")
ODD: tuple[object, ...] = (None, "", "x", -1, 10**12, [], {}, [{}], True, "2026-02-30", "2027-03-01", "\u0000")


def someone(source: random.Random, definition: Procedure, snapshot: Snapshot, action: str) -> Principal:
    """A person: mostly one whom the action is for, else anybody."""
    found = definition.state_action(snapshot.state, action)
    if found is not None and source.random() < 0.8:
        name = source.choice(definition.actors(definition.states[snapshot.state], found))
        post = definition.posts.get(name)
        if post is not None:
            return staff(post.post, unit=snapshot.units.get(post.of, "u-none"), person="m-1")
        if snapshot.of_role(name):
            return party(source.choice(snapshot.of_role(name)).id)
    people = [party(one.id) for one in snapshot.parties] + [MEDIATOR, SYSTEM, staff("clerk", unit="u-elsewhere")]
    people += [staff(post.post, unit=snapshot.units.get(post.of, "u-none"), person="m-1") for post in definition.posts.values()]
    return source.choice(people)


def choice(source: random.Random, definition: Procedure, snapshot: Snapshot) -> str | None:
    """An action of the present state; one that ends the matter or its part in it comes seldom, or no walk would go far."""
    actions = definition.states[snapshot.state].actions
    if not actions:
        return None
    ends = [action.leaves or (action.to is not None and definition.states[action.to].end is not None) for action in actions]
    return source.choices(actions, [0.02 if end else 1 for end in ends])[0].name


def value(source: random.Random, definition: Procedure, snapshot: Snapshot, field: Field, walk: Walk) -> Any:
    """A value that fits the field four times in five."""
    if source.random() < 0.03:
        return source.choice(ODD)
    day = (walk.now + timedelta(days=source.randrange(1, 30))).date().isoformat()
    plain: dict[str, Any] = {
        "text": "文字",
        "flag": source.random() < 0.9,
        "number": source.randrange(3),
        "money": 12_345,
        "date": day,
        "datetime": walk.now.isoformat(),
        "place": {"division": "", "detail": "门前"},
        "topic": snapshot.topic,
        "member": "m-1",
        "members": [source.choice(["m-1", "m-2"])],
        "unit": source.choice(["u-1", "u-2", "u-3"]),
        "units": source.sample(["u-1", "u-2", "u-3"], source.randrange(1, 4)),
        "file": ["f"],
        "item": 0,
    }
    if field.type == "choice":
        return source.choice(field.values).value
    if field.type == "party":
        return source.choice(snapshot.parties).id if snapshot.parties else None
    if field.type == "list":
        entry = {part.name: value(source, definition, snapshot, part, walk) for part in field.record if part.name != "state"}
        return [entry if field.record else "文字"]
    return plain[field.type]


def data_for(source: random.Random, definition: Procedure, walk: Walk, action: str) -> dict[str, Any]:
    snapshot = walk.snapshot
    found = definition.state_action(snapshot.state, action)
    data: dict[str, Any] = {}
    if found is None:
        return {"clock": source.choice(list(snapshot.clocks) or ["none"])} if action == "clock_due" else data
    paper = found.signs or found.seals
    issue = None if paper is None else snapshot.paper(paper)
    if issue is not None:
        data |= {"hash": issue.hash, "method": "wet"}
    form = None if found.form is None else definition.forms[found.form]
    for entry in form.entries if form is not None else ():
        made = value(source, definition, snapshot, definition.fields[entry.field], walk)
        data[entry.field] = made[0] if entry.add and isinstance(made, list) and made else made
    if definition.joins(found):
        data[LEADER] = source.choice(["h/other", f"{snapshot.home}/{snapshot.matter}", ""])
    if action == "correct":
        data = {"event": source.randrange(snapshot.version + 2), "at": walk.now.isoformat(), "reason": "记错"}
    if action == "retype":
        data = {"topic": source.choice([snapshot.topic, "request.power", "hazard.gas"]), "reason": "看过"}
    if action == "hand_over":
        data = {"post": "mediator", "to": source.choice(["m-1", "m-2"]), "reason": "移交"}
    return data


def check(definition: Procedure, before: Snapshot, effects: Effects) -> None:
    after = effects.after
    assert after.version == before.version + 1
    assert effects.before is before
    state = before.state
    for move in effects.moves:
        assert move.source == state
        declared = definition.state_action(move.source, move.action)
        assert declared is not None
        assert move.target == (declared.to or move.source)
        state = move.target
    assert state == after.state
    end = definition.states[after.state].end
    assert after.outcome == end
    if end is not None:
        assert not [name for name, life in after.clocks.items() if life.status in ("running", "paused")]
    for name, life in before.clocks.items():
        assert after.clocks[name].events[: len(life.events)] == life.events
    for name, issues in before.papers.items():
        assert [issue.hash for issue in after.papers[name]][: len(issues)] == [issue.hash for issue in issues]
    for issues in after.papers.values():
        for issue in issues:
            marks = [*issue.signatures, *([issue.sealed] if issue.sealed else [])]
            assert all(mark.hash == issue.hash for mark in marks)
            assert len({mark.by for mark in issue.signatures}) == len(issue.signatures)
    assert from_plain(to_plain(after)) == after
    assert [party.id for party in after.parties] == [party.id for party in before.parties]
    assert folded(before, effects) == (after.facts, {party.id: party.facts for party in after.parties})


def folded(before: Snapshot, effects: Effects) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The facts as what was recorded says they are."""
    facts = dict(before.facts)
    parties = {party.id: dict(party.facts) for party in before.parties}
    for content in effects.content:
        if content.field in NOTES:
            continue
        target = facts if content.party is None else parties[content.party]
        if content.op == "set":
            target[content.field] = content.value
        elif content.op == "add":
            target[content.field] = [*(target.get(content.field) or []), content.value]
        else:
            entries = [dict(entry) for entry in target[content.field]]
            entries[content.value["index"]]["state"] = content.value["state"]
            target[content.field] = entries
    return facts, parties


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PROCEDURES), st.integers(0, 2**32))
def test_any_sequence_of_acts_leaves_a_sound_matter(name: str, seed: int) -> None:
    source = random.Random(seed)
    definition = procedure(name)
    walk = Walk(name)
    names = [action.name for state in definition.states.values() for action in state.actions] + [a.name for a in definition.always]
    for _ in range(60):
        near = choice(source, definition, walk.snapshot)
        far = source.choice([*names, "clock_due", "child_reported", JOINED, LEFT, REPORTED, RECALLED, "nonsense"])
        action = near if near is not None and source.random() < 0.8 else far
        data = data_for(source, definition, walk, action)
        if action == "child_reported":
            data = {"key": source.choice([child.key for child in walk.snapshot.children] or ["none"]), "outcome": "resolved"}
            data |= {"ended_at": walk.now.isoformat()}
        if action in (JOINED, LEFT):
            data = {"matter": source.choice(["h/one", "h/two"]), "key": source.randrange(3)}
        if action == REPORTED:
            leader = walk.snapshot.leader
            data = {"key": 0 if leader is None else leader.seq, "verb": source.choice(["answered", "ended", "refused"])}
            data["facts"] = {"reply_text": "办好了", "check_note": "平整"}
        if source.random() < 0.2:
            walk.now += timedelta(days=source.randrange(40))
        before = walk.snapshot
        result = walk.tries(someone(source, definition, before, action), action, data)
        if isinstance(result, Effects):
            check(definition, before, result)
        else:
            assert walk.snapshot is before
            assert result.text.zh
            assert result.text.en


def test_the_walk_above_goes_far_enough_to_mean_something() -> None:
    reached: set[str] = set()
    for seed in range(40):
        source = random.Random(seed)
        definition = procedure("people_mediation")
        walk = Walk("people_mediation")
        for _ in range(150):
            action = choice(source, definition, walk.snapshot)
            if action is None:
                break
            found = definition.state_action(walk.snapshot.state, action)
            target = None if found is None or found.to is None else definition.states[found.to]
            # Ways out and back come ten times as rarely here, or the walk hardly sees a signed agreement.
            if found is not None and ((target is not None and target.end) or found.voids) and source.random() < 0.9:
                continue
            walk.tries(someone(source, definition, walk.snapshot, action), action, data_for(source, definition, walk, action))
            reached.add(walk.snapshot.state)
    assert {"mediating", "signing", "reopened", "performing", "performing_oral", "ended_without"} <= reached
