"""Who must answer: the list's decision, resolved to a unit of the city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Subquery

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.city.models import Division, PackVersion, Unit
from huiyin.core import responsibility_words as sentences
from huiyin.core.procedure import Procedure
from huiyin.core.responsibility import ANY, Decision, Fact, NoRowError, Row, RowList
from huiyin.core.responsibility_facts import answered
from huiyin.core.suggestion import Suggester, Suggestion, TopicWords
from huiyin.core.values import Text
from huiyin.routing.models import CONFIRMED, ResponsibilityRule, RowVoice

# Answers kept for one version of the list: a city asks about few topics and places many times over.
REMEMBERED = 20_000
NO_WORDS = Text("", "")
ANOTHER_ROW = Text("清单上另一条", "another row of the list")
LEVELS = {
    "city": Text("市级", "city"),
    "district": Text("区县级", "district"),
    "street": Text("街道乡镇", "street or township"),
    "community": Text("社区和村", "community or village"),
}


@dataclass(frozen=True, slots=True)
class Owner:
    """The unit that must answer, and why.

    Attributes:
        decision: the row and the rows that lost; None when no row fits at all.
        unit: id of the lead unit; None when no such unit stands at or above the place: then a dispatcher decides.
        helpers: ids of the assisting units that exist for the place.
        direct: the matter may go straight there: the row says so, and the unit stands by it.
        reason: the decision's reason, and what is missing when there is no unit.
        row_version: the content of the row that decided; empty when none did.
        list_version: the version of the list asked.
        unit_why: why this unit of its kind, or why none.
        answers: what people answered of the facts that rows of this topic ask for.
        open: facts nobody has said yet that could bring in another row; while there are any nothing goes by itself.
    """

    decision: Decision | None
    unit: str | None
    unit_name: Text | None
    helpers: tuple[str, ...]
    direct: bool
    reason: Text
    row_version: str = ""
    list_version: str = ""
    unit_why: Text = NO_WORDS
    answers: Mapping[str, str] = field(default_factory=dict)
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Second:
    """A unit proposed beside the lead, such as who checks its work, and in words which and why."""

    unit: str
    unit_name: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class _List:
    """The list of one version, and what it has answered: rows and units change only with a version.

    Attributes:
        label: what the version is called in an explanation.
        versions: row -> the pack it stands in, and the version of its content.
        voices: row and unit -> whether the unit confirmed the row as it is now, or objects.
    """

    version: tuple[Any, ...]
    label: str
    listed: RowList
    versions: Mapping[str, tuple[str, str]]
    voices: Mapping[tuple[str, str], bool]
    words: Mapping[str, Fact]
    suggester: Suggester
    owners: dict[tuple[Any, ...], Owner] = field(default_factory=dict)


_held: _List | None = None


def rules(on: date | None = None) -> tuple[Row, ...]:
    """Return the list in the order it was written; ``on`` a day only the rows in force then."""
    rows = _current().listed.rows
    return rows if on is None else tuple(row for row in rows if row.in_force(on))


def decide_owner(*, topic: str, division: str | None, on: date, facts: Mapping[str, object] | None = None) -> Owner:
    """Return who must answer for a matter about a topic at a place.

    Args:
        topic: dotted topic; ``*`` when nobody has said yet what it is about.
        division: code of the place; None when it is not known, then the city's own units answer.
        on: the day the decision is taken for.
        facts: what else is known, as `facts_of` has it of a matter; whether the place is town or countryside is added from the place.
    """
    return _owner(_current(), topic, division, on, facts or {})


def _owner(listed: _List, topic: str, division: str | None, on: date, facts: Mapping[str, object]) -> Owner:
    asked = {name: str(value) for name, value in facts.items() if name in listed.words}
    key = (topic, division, on, tuple(sorted(asked.items())))
    owner = listed.owners.get(key)
    if owner is None:
        owner = _decide(listed, topic, division, on, asked)
        if len(listed.owners) >= REMEMBERED:
            listed.owners.clear()
        listed.owners[key] = owner
    return owner


def facts_of(procedure: Procedure, topic: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the answers of a matter the list may ask for: given by people, and fit to stand in a reason."""
    known = city.library().topics.get(topic)
    return answered(procedure, facts, _current().words, sealed=known is not None and known.sealed)


def words_of_list() -> frozenset[str]:
    """Return the names of what rows may ask for."""
    return frozenset(_current().words)


def turning(topic: str) -> frozenset[str]:
    """Return what whoever reports a matter of a topic is asked because rows in force today turn on it; of a sealed topic nothing."""
    return turning_on((topic,))[topic]


def turning_on(topics: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return for each topic what `turning` says of it."""
    library, today, held = city.library(), city.today(), _current()
    found: dict[str, frozenset[str]] = {}
    for topic in topics:
        known = library.topics.get(topic)
        # Nothing is known yet: what could bring in another row, and what rows for one place ask for where it may turn out to lie.
        local = {name for row in held.listed.speaking(topic) if row.place != ANY and row.in_force(today) for name in row.when}
        sealed = known is not None and known.sealed
        found[topic] = frozenset() if sealed else frozenset(local).union(_owner(held, topic, None, today, {}).open)
    return found


@dataclass(frozen=True, slots=True)
class Led:
    """What a list says of one matter, before it is asked whether the unit stands by the row."""

    decision: Decision | None
    lead: Unit | None
    helpers: tuple[str, ...]

    @property
    def unit(self) -> str | None:
        """The id of the unit that leads."""
        return None if self.lead is None else self.lead.id

    @property
    def direct(self) -> bool:
        """Whether the row sends it straight there."""
        return self.decision is not None and self.lead is not None and self.decision.direct


def unit_by(listed: RowList, topic: str, division: str | None, on: date, facts: Mapping[str, str]) -> Led:
    """Return which unit a list names, be it in force or a draft."""
    place = places.root() if not division else places.division(division)
    path = [] if place is None else list(place.path)
    if division and place is not None:
        facts = {"area": "rural" if places.is_rural(place) else "urban", **facts}
    try:
        decision = listed.decide(topic=topic, path=path, on=on, facts=facts)
    except NoRowError:
        return Led(None, None, ())
    near = city.units_along(path, [decision.lead_kind, *decision.helpers], on=on)
    helpers = tuple(near[kind][0].id for kind in decision.helpers if kind in near)
    return Led(decision, _lead(decision, near.get(decision.lead_kind, []), on), helpers)


def _still_open(decision: Decision, words: Mapping[str, Fact]) -> Text:
    """Return what is still to be asked, and where it would go by each answer."""
    kinds = city.library().unit_kinds
    told = []
    for one in decision.open:
        lead = ANOTHER_ROW if one.row.lead == decision.lead_kind else kinds[one.row.lead].label
        told.append(sentences.would_go(one.row, one.unknown, lead, words))
    asked = sentences.asking((name for one in decision.open for name in one.unknown), words)
    return Text(
        f"还没有人说明{asked.zh}：{'；'.join(one.zh for one in told)}。先问清，再由派单员定。",
        f"Nobody has said yet {asked.en} ({'; '.join(one.en for one in told)}). A dispatcher asks first, then decides.",
    )


def _decide(listed: _List, topic: str, division: str | None, on: date, facts: dict[str, str]) -> Owner:
    led = unit_by(listed.listed, topic, division, on, facts)
    decision, lead, helpers = led.decision, led.lead, led.helpers
    if decision is None:
        return Owner(
            None,
            None,
            None,
            (),
            direct=False,
            reason=Text("责任清单里没有对应的条目，由派单员决定。", "No row fits; a dispatcher decides."),
            list_version=listed.label,
        )
    speaking = {name for one in listed.listed.speaking(topic) for name in one.when}
    said = {name: value for name, value in facts.items() if name in speaking}
    by, reason = sentences.by_answers(said, listed.words), decision.reason
    if said:
        reason = Text(f"{reason.zh}{by.zh}", f"{reason.en} {by.en}")
    if decision.open:
        still = _still_open(decision, listed.words)
        reason = Text(f"{reason.zh}{still.zh}", f"{reason.en} {still.en}")
    unsaid = tuple(dict.fromkeys(name for one in decision.open for name in one.unknown))
    row, row_version = decision.row, listed.versions[decision.row.id][1]
    if lead is None:
        wanted = city.library().unit_kinds.get(decision.lead_kind)
        label = Text(decision.lead_kind, decision.lead_kind) if wanted is None else wanted.label
        missing = Text(
            f"{reason.zh}此地没有“{label.zh}”，由派单员决定。",
            f"{reason.en} There is no {label.en} for this place; a dispatcher decides.",
        )
        return Owner(decision, None, None, helpers, False, missing, row_version, listed.label, missing, said, unsaid)
    direct = decision.direct
    if direct and not stands_by(row, listed.voices.get((row.id, lead.id))):
        direct = False
        reason = Text(
            f"{reason.zh}{lead.name_zh}还没有认下这一条，由派单员决定。",
            f"{reason.en} {lead.name_en} does not stand by this row; a dispatcher decides.",
        )
    return Owner(decision, lead.id, lead.title, helpers, direct, reason, row_version, listed.label, _unit_why(row, lead), said, unsaid)


def stands_by(row: Row, voice: bool | None) -> bool:
    """Tell whether a unit stands by a row that names it: it said so, or others agreed on the row for it and it does not object.

    Args:
        voice: what the unit said of the row as it is now; None when it said nothing.
    """
    return bool(row.agreed_by.zh) if voice is None else voice


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


def _unit_why(row: Row, lead: Unit) -> Text:
    if row.unit is not None:
        return Text("这一条写明由这个单位牵头。", "The row names this very unit.")
    if row.level is None:
        return Text("同类单位里，它离这个地方最近。", "Of its kind it is the nearest to the place.")
    level = LEVELS.get(row.level, Text(row.level, row.level))
    if lead.level == row.level:
        return Text(f"这一条由{level.zh}的单位牵头，这个地方归它管。", f"The row is for the {level.en} unit; the place is in its area.")
    return Text(
        f"这个地方没有{level.zh}的，由离得最近的同类单位牵头。", f"There is no {level.en} unit here; the nearest of its kind leads."
    )


def place_names(codes: Iterable[str]) -> dict[str, Text]:
    """Return what the places are called, by their codes."""
    found = Division.objects.filter(code__in=set(codes) - {ANY}).values_list("code", "short", "name_en")
    return {code: Text(short, name_en or short) for code, short, name_en in found}


def _lead(decision: Decision, near: Sequence[Unit], on: date) -> Unit | None:
    """Return the unit the row names, or the one at its level; a place without one (or above it) takes the nearest there is."""
    row = decision.row
    if row.unit is not None:
        named = city.unit(row.unit)
        there = named is not None and named.from_date <= on and (named.to_date is None or on <= named.to_date)
        return named if there else None
    return next((one for one in near if row.level is not None and one.level == row.level), near[0] if near else None)


def _current() -> _List:
    global _held
    rules_now = ResponsibilityRule.objects.filter(ended=None)
    state = rules_now.order_by().values("ended").annotate(newest=Max("id"), rows=Count("id"))
    packs = PackVersion.objects.filter(in_use=True).order_by("pack")
    said = RowVoice.objects.order_by("-id").values("id")[:1]
    # One question for all: the packs in use, the rows in force, which a load changes a moment later, and what units said of them.
    version = tuple(packs.values_list("pack", "version", Subquery(state.values("newest")), Subquery(state.values("rows")), Subquery(said)))
    held = _held
    if held is None or held.version != version:
        kept = list(rules_now.order_by("pack", "position").values_list("pack", "version", "plain"))
        rows = tuple(Row.from_plain(plain) for _, _, plain in kept)
        words = known_facts()
        topics = {key: topic.label for key, topic in city.library().topics.items()}
        listed = RowList(rows, words=words, topics=topics, places=place_names(row.place for row in rows))
        versions = {row.id: (pack, content) for row, (pack, content, _) in zip(rows, kept, strict=True)}
        packed = {pack for pack, _ in versions.values()}
        label = " ".join(f"{entry[0]}@{entry[1][:12]}" for entry in version if entry[0] in packed)
        held = _held = _List(version, label, listed, versions, _voices(versions), words, Suggester(_topic_words(rows)))
    return held


def known_facts() -> dict[str, Fact]:
    """Return the facts rows may ask for, with their labels."""
    files = city.pack_files("responsibility")
    return {name: Fact.from_plain(name, plain) for file in files for name, plain in file.plain["conditions"].items()}


def _voices(versions: Mapping[str, tuple[str, str]]) -> dict[tuple[str, str], bool]:
    """Return the last word of each unit on each row as it is now."""
    said = RowVoice.objects.order_by("id").values_list("pack", "row", "version", "unit_id", "said")
    return {(row, unit): word == CONFIRMED for pack, row, version, unit, word in said if versions.get(row) == (pack, version)}


def _topic_words(rows: tuple[Row, ...]) -> list[TopicWords]:
    words = {key: list(topic.keywords) for key, topic in city.library().topics.items()}
    for row in rows:
        if row.topic in words:
            words[row.topic] += [word for word in row.keywords if word not in words[row.topic]]
    return [TopicWords(key, tuple(found)) for key, found in words.items()]
