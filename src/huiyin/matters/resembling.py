"""What is laid beside a matter that waits for its owner: open ones that may be the same thing, and where ended ones of its kind went.

Kind, place and words are compared, never who reported; a dispute is compared with nothing, and a topic kept from lists neither.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from huiyin import clock
from huiyin.city import places
from huiyin.core import rights, search
from huiyin.core.likeness import likeness
from huiyin.core.packs import Library
from huiyin.core.packs_values import under
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Principal
from huiyin.matters import counting, definitions, directory, lists
from huiyin.matters.access import reading_as
from huiyin.matters.views import MatterView, Row

# How far apart two matters may have come in to be taken for one thing.
WINDOW: Final = timedelta(days=30)
# How many matters are compared with the one that is open, the newest first, and how many of them are shown.
MOST_COMPARED: Final = 200
MOST_SHOWN: Final = 5
# How alike the words must be (`core.likeness`) where kind and place alone say little.
LEAST: Final = 0.25
# From how many ended matters of a kind, the newest first and no older than this, is told where they went.
MOST_COUNTED: Final = 200
OLDEST: Final = timedelta(days=365)
_STREET, _COMMUNITY = 3, 4

_CANDIDATES: Final = f"""
    SELECT m.id, m.procedure_version, m.division, m.topic, m.body - {lists._HEAVY}
      FROM matters_matter m
     WHERE m.home = %s AND m.division = ANY(%s) AND m.procedure = %s AND m.opened_at BETWEEN %s AND %s
       AND m.topic = ANY(%s) AND m.outcome = '' AND NOT m.state = ANY(%s) AND m.id <> %s
     ORDER BY m.opened_at DESC LIMIT %s"""  # noqa: S608 - the text put in is a constant
_SOURCE: Final = "(SELECT home, id AS matter, opened_at AS since FROM matters_matter WHERE home = %s AND id = ANY(%s))"
_DECIDED: Final = """
    SELECT m.body -> 'units', m.body -> 'facts' -> %s
      FROM matters_matter m
     WHERE m.home = %s AND m.topic = %s AND m.opened_at >= %s AND m.procedure = %s AND m.id <> %s
       AND (m.outcome NOT IN ('', 'withdrawn') OR m.outcome = '' AND m.state = ANY(%s))
       AND (%s = '' OR m.division IN (SELECT code FROM city_division WHERE path @> ARRAY[%s]::varchar[]))
     ORDER BY m.opened_at DESC LIMIT %s"""


def may_be_the_same(principal: Principal, view: MatterView) -> tuple[Row, ...]:
    """Return up to five open matters, as this principal sees them, that look like the same thing as ``view``, the likest first.

    They run the same procedure, stand in the same community (or the same street, where the community of one of the two is not known),
    came in within `WINDOW` of it, and their topic is equal to its topic or one of the two is the wider one. Where the topics
    differ, or say no more than the line of work, the words must be alike too.
    """
    topics, codes = _comparable(view), _near(view.division)
    if not topics or not codes:
        return ()
    together = view.procedure.together
    values: list[Any] = [
        view.home, codes, view.procedure.name, view.opened_at - WINDOW, view.opened_at + WINDOW, topics,
        [] if together is None else [together.waits], view.matter, MOST_COMPARED,
    ]  # fmt: skip
    with reading_as(principal) as connection, connection.cursor() as rows:
        rows.execute(_CANDIDATES, values)
        found = rows.fetchall()
    if not found:
        return ()
    own = _pieces(view.procedure, view.facts, {party.name for party in view.parties if party.name})
    ranked: list[tuple[float, bool, int, UUID]] = []
    for number, (matter, version, division, topic, body) in enumerate(found):
        definition, library = definitions.pinned(view.procedure.name, version)
        like = likeness(own, _visible(principal, definition, library, lists.light(body)))
        if like >= LEAST or (topic == view.topic and "." in topic):
            ranked.append((-like, division != view.division, number, matter))
    order = {matter: place for place, (*_, matter) in enumerate(sorted(ranked)[:MOST_SHOWN])}
    shown = lists._page(principal, lists._Source(_SOURCE, (view.home, list(order))), None, MOST_SHOWN, {}).rows if order else ()
    return tuple(sorted((row for row in shown if not row.sealed), key=lambda row: order[row.matter]))


def _comparable(view: MatterView) -> list[str]:
    """Return the topics of matters that may be the same as one; none when it is a dispute, a part of another, or kept from lists."""
    procedure = view.procedure
    if procedure.part or procedure.mediates or any(role.bound for role in procedure.roles.values()):
        return []
    sealed = set(lists.sealed_topics())
    if view.topic in sealed or not view.topic:
        return []
    return sorted({topic for topic in directory.library().topics if under(view.topic, topic) or under(topic, view.topic)} - sealed)


def _near(division: str) -> list[str]:
    """Return the places whose matters may be at the same spot; none where not even the street is known."""
    path = places.path_of(division) if division else ()
    if len(path) >= _COMMUNITY:
        return [division, path[_STREET - 1]]
    if len(path) == _STREET:
        return [division, *(part.code for part in places.parts(division))]
    return []


def _visible(principal: Principal, procedure: Procedure, library: Library, snapshot: Snapshot) -> AbstractSet[str]:
    """Return the pieces of what a matter was opened with, as far as this reader sees it whole."""
    relation = rights.relation(principal, snapshot, procedure)
    topic = library.topics.get(snapshot.topic)
    if not rights.may(relation, "read") or (topic is not None and topic.sealed):
        return frozenset()
    seen = {
        name: value
        for name, value in snapshot.facts.items()
        if rights.sight(procedure.fields[name], relation, principal, snapshot, procedure, None) == "see"
    }
    return _pieces(procedure, seen, {party.name for party in snapshot.parties if party.name})


def _pieces(procedure: Procedure, facts: Mapping[str, Any], names: AbstractSet[str]) -> AbstractSet[str]:
    """Return the pieces of the words a matter was opened with, without anybody's name."""
    found: set[str] = set()
    for field, text in search.opening_texts(procedure, facts):
        if field.cls == "P2" or field.type == "place":
            for name in names:
                text = text.replace(name, " ")
            found |= search.pieces(text)
    return found


@dataclass(frozen=True, slots=True)
class Went:
    """Where the decided matters of a kind went, as counts.

    Attributes:
        total: how many there are in all.
        units: (unit, number) of those that had one at the end, the most first.
        nobody: how many had none: answered at once, passed to another body, declined.
        sent_on: how many some unit said were not its own.
        first: (unit, number) of the units that said so first, the most first.
    """

    total: int
    units: tuple[tuple[str, int], ...]
    nobody: int
    sent_on: int
    first: tuple[tuple[str, int], ...]


def went(principal: Principal, view: MatterView) -> Went:
    """Return where the last decided matters of this topic in this district went, of those this principal may see.

    Decided are those that ended (save withdrawn ones) or were answered. A topic kept from lists is not counted.
    """
    procedure, topic = view.procedure, directory.library().topics.get(view.topic)
    if not view.topic or (topic is not None and topic.sealed):
        return Went(0, (), 0, 0, ())
    acts = (action for state in procedure.states.values() for action in state.actions)
    declined = next((action.declines for action in acts if action.declines is not None), "")
    path = places.path_of(view.division) if view.division else ()
    district = path[1] if len(path) > 1 else ""
    answered = [] if procedure.together is None else list(procedure.together.answered)
    values: list[Any] = [
        declined, view.home, view.topic, clock.now() - OLDEST, procedure.name, view.matter, answered, district, district, MOST_COUNTED,
    ]  # fmt: skip
    with reading_as(principal) as connection, connection.cursor() as rows:
        rows.execute(_DECIDED, values)
        found = [(_plain(units) or {}, _plain(said) or []) for units, said in rows.fetchall()]
    aliases = counting.assigned(procedure)
    had = [next((units[alias] for alias in aliases if units.get(alias)), "") for units, _ in found]
    firsts = [said[0] for _, said in found if said]
    ended = Counter(unit for unit in had if unit)
    return Went(len(found), tuple(ended.most_common()), had.count(""), len(firsts), tuple(Counter(firsts).most_common()))


def _plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
