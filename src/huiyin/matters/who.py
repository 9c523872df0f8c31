"""Who has a matter: as posts and tasks for the record, as words for people."""

from __future__ import annotations

from datetime import date
from typing import Any

from huiyin.core import actors
from huiyin.core.procedure import SYSTEM_ACTOR, Procedure
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Text
from huiyin.matters import directory

Plain = dict[str, Any]
ENDED = Text("已办结", "closed")
NOBODY = Text("系统", "the system")


def tasks(procedure: Procedure, snapshot: Snapshot) -> list[Plain]:
    """Return who has the matter now: (unit, post, person) for each post of ours, (party) for each party waited for.

    A task names the unit and the post, so that whoever holds the post has it; only a post held by persons named in
    this matter names them too.
    """
    found: list[Plain] = []
    state = procedure.states[snapshot.state]
    for name in () if state.end is not None else state.by:
        post = procedure.posts.get(name)
        if post is not None:
            people = snapshot.named.get(name, ()) if post.named else ()
            unit = snapshot.units.get(post.of, "")
            found.extend({"unit": unit, "post": post.post, "person": person, "party": ""} for person in people or ("",))
        elif name != SYSTEM_ACTOR:
            found.extend({"unit": "", "post": "", "person": "", "party": party.id} for party in snapshot.of_role(name))
    return found


def in_words(procedure: Procedure, snapshot: Snapshot) -> Text:
    """Return who has the matter without naming anybody: posts and party roles, for receipts and the public."""
    state = procedure.states[snapshot.state]
    if state.end is not None:
        return ENDED
    words = [actors.label(procedure, snapshot, name) for name in state.by if name != SYSTEM_ACTOR]
    return _joined(words)


def by_name(procedure: Procedure, snapshot: Snapshot, on: date) -> Text:
    """Return who has the matter, with the person where somebody is there today.

    A person on leave is never shown: the deputy stands there, else the post alone.
    """
    state = procedure.states[snapshot.state]
    if state.end is not None:
        return ENDED
    words: list[Text] = []
    for name in state.by:
        if name == SYSTEM_ACTOR:
            continue
        label = actors.label(procedure, snapshot, name)
        post = procedure.posts.get(name)
        if post is None:
            words.append(label)
            continue
        people = snapshot.named.get(name, ()) if post.named else ()
        wanted = {person: snapshot.unit_names.get(person, "") for person in people}
        acting = directory.acting(snapshot.units.get(post.of, ""), post.post, on, wanted)
        names = "、".join(acting)
        words.append(Text(f"{label.zh}（{names}）", f"{label.en} ({', '.join(acting)})") if acting else label)
    return _joined(words)


def _joined(words: list[Text]) -> Text:
    if not words:
        return NOBODY
    return Text("、".join(word.zh for word in words), ", ".join(word.en for word in words))
