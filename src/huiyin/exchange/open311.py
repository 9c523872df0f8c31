"""Open311 GeoReport v2, as the city answers it: which services there are, and what may be told of the matters about them.

Only things of a place are told, to anybody alike: the kind, the community, where it stands. What somebody wrote, and the point on the
map, are given back to the neighbour it came from and to nobody else (docs/decisions/0018-feeders.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core import rights
from huiyin.core.effects import NOTE_EVIDENCE
from huiyin.core.packs import Library
from huiyin.core.packs_values import Topic
from huiyin.core.procedure import Field, Procedure
from huiyin.core.values import SYSTEM, Text
from huiyin.exchange import neighbours, opening, public_ids
from huiyin.exchange.models import Neighbour
from huiyin.matters import definitions, lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Clock, Content, Matter
from huiyin.routing import queries as routing

SPAN: Final = timedelta(days=90)
MOST: Final = 1000
# What a client of ours may say beyond the standard's own arguments.
OWN_NUMBER: Final = "external_id"
OPEN, CLOSED = "open", "closed"
_OUTCOMES: Final = {
    "resolved": Text("已办结", "Resolved"),
    "failed": Text("没有办成", "Not resolved"),
    "declined": Text("不予受理", "Declined"),
    "transferred": Text("已转有权单位", "Passed to another body"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}
_ENDED: Final = Text("已结束", "Ended")
_COLUMNS: Final = (
    "home", "id", "topic", "division", "state", "outcome", "procedure", "procedure_version", "opened_at", "entered_at", "closed_at",
    "feeder",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attribute:
    """One further question of a service."""

    code: str
    label: Text
    hint: Text | None
    required: bool
    values: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of thing that can be reported."""

    topic: Topic
    group: Text
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    status: frozenset[str] = frozenset({OPEN, CLOSED})
    page: int = 1
    page_size: int = MOST


@dataclass(frozen=True, slots=True)
class Request:
    """What is told of one matter.

    Attributes:
        expected: until when a unit that works on it has promised its step; None where nobody has.
        description, point, address: only for the neighbour it came from; else what holds for the whole community.
    """

    id: str
    status: str
    notes: Text
    topic: Topic
    description: str
    requested: datetime
    updated: datetime
    expected: datetime | None
    address: str
    address_id: str
    point: tuple[float, float] | None
    media: str


def services(library: Library, connected: Sequence[Neighbour]) -> dict[str, Service]:
    """Return the services offered today, by code: things of a place that a connected neighbour may open matters about."""
    found: dict[str, Service] = {}
    of_list = routing.words_of_list()
    turning = routing.turning_on(topic.key for neighbour in connected for topic in neighbours.topics(library, neighbour))
    for neighbour in connected:
        for topic in neighbours.topics(library, neighbour):
            definition = neighbours.procedure_for(library, neighbour, topic.key)
            if topic.facility and definition is not None and topic.key not in found:
                group = library.topics.get(topic.line_of_work)
                found[topic.key] = Service(
                    topic, topic.label if group is None else group.label, attributes_of(definition, of_list - turning[topic.key])
                )
    return dict(sorted(found.items()))


def attributes_of(definition: Procedure, idle: AbstractSet[str] = frozenset()) -> tuple[Attribute, ...]:
    """Return what a service asks beyond the standard's own arguments: the choices of the opening form, and the client's number.

    Args:
        idle: fields the responsibility list does not turn on here; one that may be left out is not asked for.
    """
    own = Attribute(
        OWN_NUMBER,
        Text("您系统里的编号", "Your own number for this request"),
        Text("同一个编号只收一次；再发一次，得到同一个回答。", "One number is taken once; sent again, it gets the same answer."),
        False,
        (),
    )
    fields = [(entry, definition.fields[entry.field]) for entry in definition.forms[definition.opening_form].entries]
    choices = tuple(
        _choice(field, entry.required) for entry, field in fields if field.type == "choice" and (entry.required or field.name not in idle)
    )
    return (*choices, own)


def _choice(field: Field, required: bool) -> Attribute:
    return Attribute(field.name, field.label, field.hint, required, tuple((one.value, one.label) for one in field.values))


def requests(library: Library, wanted: Wanted, connected: Sequence[Neighbour], asker: Neighbour | None) -> list[Request]:
    """Return what is told of the requests asked for, the latest first.

    Args:
        asker: the neighbour who proved itself; it gets back what it wrote.
    """
    offered = services(library, connected)
    # Whoever asks has no part in any matter: the question is the system's, and what is answered is made below.
    with reading_as(SYSTEM):
        rows = Matter.objects.filter(topic__in=list(offered), parent=None)
        if wanted.ids:
            rows = rows.filter(id__in=[one for one in map(public_ids.matter_of, wanted.ids) if one is not None])
        else:
            rows = rows.filter(opened_at__gte=wanted.start, opened_at__lte=wanted.end)
            if wanted.codes:
                rows = rows.filter(topic__in=[code for code in wanted.codes if code in offered])
            if wanted.status == {OPEN}:
                rows = rows.filter(outcome="")
            elif wanted.status == {CLOSED}:
                rows = rows.exclude(outcome="")
        first = (wanted.page - 1) * wanted.page_size
        found = list(rows.order_by("-opened_at", "-id").only(*_COLUMNS)[first : first + wanted.page_size])
        running = _running([row.id for row in found if not row.outcome])
        own = {} if asker is None else _own([row.id for row in found if row.feeder == asker.name])
    names: dict[str, str] = {}
    return [_request(row, offered[row.topic], running.get(row.id, []), own.get(row.id), names) for row in found]


def default_span(wanted_start: datetime | None, wanted_end: datetime | None) -> tuple[datetime, datetime] | None:
    """Return the span of time to look in: ninety days, ending or beginning where asked; None when more is asked for."""
    now = clock.now()
    end = wanted_end or (now if wanted_start is None else min(now, wanted_start + SPAN))
    start = wanted_start or end - SPAN
    return None if end - start > SPAN else (start, end)


def _running(matters: Sequence[UUID]) -> dict[UUID, list[Clock]]:
    found: dict[UUID, list[Clock]] = {}
    for row in Clock.objects.filter(matter__in=matters, status="running", due__isnull=False).exclude(kind="minimum").order_by("due"):
        found.setdefault(row.matter, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class _Own:
    """What a neighbour wrote of one matter, as far as it is not erased."""

    text: str
    address: str
    point: tuple[float, float] | None
    media: str


def _own(matters: Sequence[UUID]) -> dict[UUID, _Own]:
    bodies = dict(Matter.objects.filter(id__in=matters).values_list("id", "body"))
    pieces: dict[UUID, dict[str, Any]] = {}
    for matter, value in Content.objects.filter(matter__in=matters, seq=1, field=NOTE_EVIDENCE).values_list("matter", "value"):
        pieces.setdefault(matter, {}).update(value or {})
    made = {}
    for matter, body in bodies.items():
        snapshot, piece = lists.light(body), pieces.get(matter, {})
        definition, _ = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
        text, place = opening.text_field(definition), opening.place_field(definition)
        where = snapshot.facts.get(place or "") or {}
        point = piece.get("point")
        made[matter] = _Own(
            str(snapshot.facts.get(text or "") or ""),
            str(where.get("detail", "")) if isinstance(where, dict) else "",
            (float(point[0]), float(point[1])) if isinstance(point, list) and len(point) == 2 else None,
            str(piece.get("media_url") or ""),
        )
    return made


def _request(row: Matter, service: Service, running: list[Clock], own: _Own | None, names: dict[str, str]) -> Request:
    definition, _ = definitions.pinned(row.procedure, row.procedure_version)
    if row.division not in names:
        names[row.division] = places.full_name(row.division)
    promised = next((one for one in running if one.name in definition.clocks), None)
    due = None if promised is None else promised.due
    return Request(
        id=public_ids.public_id(row.id),
        status=CLOSED if row.outcome else OPEN,
        notes=_notes(row, definition, promised),
        topic=service.topic,
        description="" if own is None else own.text,
        requested=row.opened_at,
        updated=row.closed_at or row.entered_at,
        expected=due if due is not None and _works_on_it(row, definition) else None,
        address=f"{names[row.division]}{'' if own is None or not own.address else ' ' + own.address}",
        address_id=row.division,
        point=None if own is None else own.point,
        media="" if own is None else own.media,
    )


def _notes(row: Matter, definition: Procedure, promised: Clock | None) -> Text:
    """Return where it stands, and what is promised by when. The sentences of the procedure may quote people: they are not told."""
    state = definition.states[row.state]
    stands = state.label or (_OUTCOMES.get(row.outcome, _ENDED) if row.outcome else definition.title)
    if promised is None or promised.due is None or row.outcome:
        return stands
    label = definition.clocks[promised.name].label
    day = promised.due.astimezone(city.library().zone).date()
    return Text(f"{stands.zh}。{label.zh}：{day}", f"{stands.en}. {label.en}: {day}")


def _works_on_it(row: Matter, definition: Procedure) -> bool:
    """Tell whether the step is one of a unit that works on it: the desk's promise to send it on is none of having it done."""
    posts = [definition.posts[name] for name in definition.states[row.state].by if name in definition.posts]
    return bool(posts) and all(post.of != definition.host for post in posts)


def may_open(neighbour: Neighbour, service: Service, library: Library) -> Procedure | None:
    """Return the procedure a neighbour may open a request of a service under, or None."""
    if service.topic.key not in {topic.key for topic in neighbours.topics(library, neighbour)}:
        return None
    definition = neighbours.procedure_for(library, neighbour, service.topic.key)
    allowed = definition is not None and rights.may_open(definition, neighbours.principal_of(neighbour), neighbours.OPENED_BY, {})
    return definition if allowed else None
