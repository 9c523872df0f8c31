"""Matters not sorted yet: taken in as they came, and nobody has said since what they are (出门一把抓，回来再分家).

One of them still stands where its procedure begins, nobody has corrected its class, and it is either of no kind but the line of work, or
its kind or place was only read out of its words.
"""

from __future__ import annotations

import json
from typing import Any, Final

from huiyin.core.effects import NOTE_EVIDENCE
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Procedure

# How topic and place of an opening were come by, as its evidence says.
EVIDENCE: Final = "routing"
BY_SENDER, BY_WORDS = "sender", "words"

_CONDITION: Final = """%s::jsonb ->> m.procedure = m.state
    AND NOT EXISTS (SELECT FROM matters_event e WHERE e.home = m.home AND e.matter = m.id AND e.action = 'retype')
    AND (m.topic = ANY(%s) OR EXISTS (
        SELECT FROM matters_content c WHERE c.home = m.home AND c.matter = m.id AND c.seq = 1 AND c.field = %s
           AND c.value ->> 'kind' = %s AND (coalesce(c.value ->> 'topic_by', %s) <> %s OR c.value ->> 'place_by' = %s)))"""


def unsorted(library: Library) -> tuple[str, list[Any]]:
    """Return the condition on ``m`` (a matter) that it is not sorted yet, and its values."""
    starts = {name: procedure.start for name, procedure in library.procedures.items() if not procedure.part}
    widest = ["", *sorted(topic.key for topic in library.topics.values() if topic.key == topic.line_of_work)]
    return f"({_CONDITION})", [json.dumps(starts), widest, NOTE_EVIDENCE, EVIDENCE, BY_SENDER, BY_SENDER, BY_WORDS]


def names_owner(procedure: Procedure, action: Action) -> bool:
    """Tell whether whoever takes an action says which unit has the matter from then on, as the first thing."""
    form = procedure.forms.get(action.form or "")
    first = None if form is None or not form.entries else procedure.fields[form.entries[0].field]
    return action.to is not None and not action.by_nobody and first is not None and first.type == "unit" and first.name in procedure.units


def sorts(procedure: Procedure, action: Action) -> bool:
    """Tell whether an action sorts a matter: gives it its owner or its kind, parts it, or lets it follow another."""
    parts = action.opens is not None and action.opens.each is not None and action.opens.procedure == procedure.name
    return parts or action.name == "retype" or procedure.joins(action) or names_owner(procedure, action)
