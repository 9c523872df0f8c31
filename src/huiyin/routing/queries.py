"""Who must answer: the list's decision, resolved to a unit of the city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Subquery

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.city.models import PackVersion, Unit
from huiyin.core.responsibility import Decision, Fact, NoRowError, Row, decide
from huiyin.core.suggestion import Suggester, Suggestion, TopicWords
from huiyin.core.values import Text
from huiyin.routing.models import ResponsibilityRule

# Answers kept for one version of the list: a city asks about few topics and places many times over.
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Owner:
    """The unit that must answer, and why.

    Attributes:
        decision: the row and the rows that lost; None when no row fits at all.
        unit: id of the lead unit; None when no such unit stands at or above the place: then a dispatcher decides.
        helpers: ids of the assisting units that exist for the place.
        direct: the matter may go straight there.
        reason: the decision's reason, and what is missing when there is no unit.
    """

    decision: Decision | None
    unit: str | None
    unit_name: Text | None
    helpers: tuple[str, ...]
    direct: bool
    reason: Text


@dataclass(frozen=True, slots=True)
class Second:
    """A unit proposed beside the lead, such as who checks its work, and in words which and why."""

    unit: str
    unit_name: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class _List:
    """The list of one version, and what it has answered: rows and units change only with a version."""

    version: tuple[Any, ...]
    rows: tuple[Row, ...]
    words: Mapping[str, Fact]
    topics: Mapping[str, Text]
    suggester: Suggester
    owners: dict[tuple[Any, ...], Owner] = field(default_factory=dict)


_held: _List | None = None


def rules(on: date | None = None) -> tuple[Row, ...]:
    """Return the list in the order it was written; ``on`` a day only the rows in force then."""
    rows = _current().rows
    return rows if on is None else tuple(row for row in rows if row.in_force(on))


def decide_owner(*, topic: str, division: str | None, on: date, facts: Mapping[str, object] | None = None) -> Owner:
    """Return who must answer for a matter about a topic at a place.

    Args:
        topic: dotted topic; ``*`` when nobody has said yet what it is about.
        division: code of the place; None when it is not known, then the city's own units answer.
        on: the day the decision is taken for.
        facts: what else is known; whether the place is town or countryside is added from the place itself.
    """
    listed = _current()
    asked = {name: str(value) for name, value in (facts or {}).items() if name in listed.words}
    key = (topic, division, on, tuple(sorted(asked.items())))
    owner = listed.owners.get(key)
    if owner is None:
        owner = _decide(listed, topic, division, on, asked)
        if len(listed.owners) >= REMEMBERED:
            listed.owners.clear()
        listed.owners[key] = owner
    return owner


def _decide(listed: _List, topic: str, division: str | None, on: date, facts: dict[str, str]) -> Owner:
    place = places.root() if division is None else places.division(division)
    path = [] if place is None else list(place.path)
    if division is not None and place is not None:
        facts = {"area": "rural" if places.is_rural(place) else "urban", **facts}
    try:
        decision = decide(listed.rows, topic=topic, path=path, on=on, facts=facts, words=listed.words, topics=listed.topics)
    except NoRowError:
        return Owner(
            None,
            None,
            None,
            (),
            direct=False,
            reason=Text("责任清单里没有对应的条目，由派单员决定。", "No row fits; a dispatcher decides."),
        )
    near = city.units_along(path, [decision.lead_kind, *decision.helpers], on=on)
    helpers = tuple(near[kind][0].id for kind in decision.helpers if kind in near)
    lead = _lead(decision, near.get(decision.lead_kind, []))
    if lead is None:
        wanted = city.library().unit_kinds.get(decision.lead_kind)
        label = Text(decision.lead_kind, decision.lead_kind) if wanted is None else wanted.label
        missing = Text(
            f"{decision.reason.zh}此地没有“{label.zh}”，由派单员决定。",
            f"{decision.reason.en} There is no {label.en} for this place; a dispatcher decides.",
        )
        return Owner(decision, None, None, helpers, direct=False, reason=missing)
    return Owner(decision, lead.id, lead.title, helpers, decision.direct, decision.reason)


def propose_beside(owner: Owner, kinds: Sequence[str], *, division: str | None, on: date) -> Second | None:
    """Return which unit of some kinds should stand beside the lead; never the lead itself.

    The list names units that assist: the first of these that is of a fitting kind. Where it names none, the nearest unit
    of a fitting kind, in the order in which the procedure gives them.
    """
    place = places.root() if division is None else places.division(division)
    path = [] if place is None else list(place.path)
    near = city.units_along(path, kinds, on=on)
    fitting = [unit for kind in kinds for unit in near.get(kind, []) if unit.id != owner.unit]
    if not fitting:
        return None
    by_id = {unit.id: unit for unit in fitting}
    named = next((by_id[helper] for helper in owner.helpers if helper in by_id), None)
    if named is not None:
        said = Text(f"建议{named.name_zh}：责任清单上的协办单位。", f"Proposed: {named.name_en}; the list names it as assisting.")
        return Second(named.id, named.title, said)
    nearest = max(fitting, key=lambda unit: path.index(str(unit.division_id)))
    said = Text(
        f"责任清单没有写。先填离得最近的{nearest.name_zh}，请看合不合适。",
        f"The list names none. The nearest is {nearest.name_en}; see whether it fits.",
    )
    return Second(nearest.id, nearest.title, said)


def suggest_topics(text: str, *, limit: int = 5) -> tuple[Suggestion, ...]:
    """Return topics the words of a message point to, best first; empty means unknown. A proposal to a person."""
    return _current().suggester.suggest(text, limit=limit)


def _lead(decision: Decision, near: Sequence[Unit]) -> Unit | None:
    """Return the unit at the row's level; a place without one (or above it) takes the nearest there is."""
    level = decision.row.level
    return next((one for one in near if level is not None and one.level == level), near[0] if near else None)


def _current() -> _List:
    global _held
    rules_now = ResponsibilityRule.objects.filter(ended=None)
    state = rules_now.order_by().values("ended").annotate(newest=Max("id"), rows=Count("id"))
    packs = PackVersion.objects.filter(in_use=True).order_by("pack")
    # One question for both: the packs in use, and the rows in force, which a load changes a moment later.
    version = tuple(packs.values_list("pack", "version", Subquery(state.values("newest")), Subquery(state.values("rows"))))
    held = _held
    if held is None or held.version != version:
        rows = tuple(Row.from_plain(plain) for plain in rules_now.order_by("pack", "position").values_list("plain", flat=True))
        words = {
            name: Fact.from_plain(name, plain)
            for file in city.pack_files("responsibility")
            for name, plain in file.plain["conditions"].items()
        }
        topics = {key: topic.label for key, topic in city.library().topics.items()}
        held = _held = _List(version, rows, words, topics, Suggester(_topic_words(rows)))
    return held


def _topic_words(rows: tuple[Row, ...]) -> list[TopicWords]:
    words = {key: list(topic.keywords) for key, topic in city.library().topics.items()}
    for row in rows:
        if row.topic in words:
            words[row.topic] += [word for word in row.keywords if word not in words[row.topic]]
    return [TopicWords(key, tuple(found)) for key, found in words.items()]
