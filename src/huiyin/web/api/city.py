"""Places, bodies, topics and days of the city. Public reference data; nothing here hangs on a person or a matter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from huiyin import clock
from huiyin.city import places, points
from huiyin.city import queries as city
from huiyin.city.models import Division, Unit
from huiyin.core.packs import Library
from huiyin.core.packs_values import Topic
from huiyin.core.values import Refusal, Text
from huiyin.learning import queries as learning
from huiyin.web.api import paging
from huiyin.web.api.problems import Problem, not_found
from huiyin.web.api.schemas import DayList, PlaceList, PointOut, TopicList, UnitOut, UnitPage

router = Router(tags=["city"])
LONGEST_SPAN = timedelta(days=800)


@router.get("/places", response=PlaceList, operation_id="findPlaces", summary="Places that a text may mean")
def find_places(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=300, description="A name, part of one, an address or a code.", examples=["天山社区"])],
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> dict[str, Any]:
    """Find places of the division tree, likeliest first. A person confirms which is meant."""
    found = places.find_places(q, limit=limit)
    shown = _places([one.code for one in found])
    return {
        "items": [
            {
                **shown[one.code],
                "confidence": one.confidence,
                "unsure": one.unsure,
                "said": list(one.said),
                "notes": [note.to_plain() for note in one.notes],
            }
            for one in found
        ]
    }


@router.get("/places/at", response=PointOut, operation_id="findPlaceAt", summary="Places that a point may lie in")
def find_place_at(
    request: HttpRequest,
    lon: Annotated[str, Query(min_length=1, max_length=30, description="Longitude, in degrees.", examples=["123.43"])],
    lat: Annotated[str, Query(min_length=1, max_length=30, description="Latitude, in degrees.", examples=["41.80"])],
    frame: Annotated[str, Query(max_length=30, description="WGS84 (when left out), CGCS2000, GCJ-02 or BD-09.")] = "",
) -> dict[str, Any]:
    """Find the district a point lies in, and what lies near it. Near a border several come back, with the question to ask."""
    found = points.place_at(lon, lat, frame)
    if isinstance(found, Refusal):
        raise Problem(422, found.code, found.text, errors=[found])
    shown = _places([one.code for one in found.places])
    return {
        "point": [round(found.point[0], 6), round(found.point[1], 6)],
        "items": [{**shown[one.code], "how": one.how, "metres": one.metres, "unsure": one.unsure} for one in found.places],
        "question": None if found.question is None else found.question.to_plain(),
    }


def _places(codes: list[str]) -> dict[str, dict[str, Any]]:
    rows = Division.objects.in_bulk(codes)
    above = Division.objects.in_bulk({code for row in rows.values() for code in row.path})
    return {
        code: {
            "code": code,
            "name": row.title.to_plain(),
            "level": row.level,
            "path": [above[step].title.to_plain() for step in row.path],
            "home": row.home_id,
        }
        for code, row in rows.items()
    }


@router.get("/units", response=UnitPage, operation_id="listUnits", summary="Bodies that can hold a matter")
def list_units(
    request: HttpRequest,
    kind: Annotated[str | None, Query(max_length=40, description="Such as mediation_committee.")] = None,
    division: Annotated[str | None, Query(pattern=r"^\d{12}$", description="Only bodies of this very place.")] = None,
    after: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=paging.MOST)] = 50,
) -> dict[str, Any]:
    """List the bodies in being today, by their ids."""
    units = Unit.objects.filter(to_date=None)
    if kind is not None:
        units = units.filter(kind=kind)
    if division is not None:
        units = units.filter(division_id=division)
    if after is not None:
        units = units.filter(id__gt=paging.unpack(after, str)[0])
    rows = list(units.order_by("id")[: limit + 1])
    library = city.library()
    return {
        "items": [_unit(library, unit) for unit in rows[:limit]],
        "after": paging.pack(rows[limit - 1].id) if len(rows) > limit else None,
    }


@router.get("/units/{unit}", response=UnitOut, operation_id="getUnit", summary="One body")
def get_unit(request: HttpRequest, unit: str) -> dict[str, Any]:
    """Tell what a body is called and where it stands."""
    found = Unit.objects.filter(id=unit).first()
    if found is None:
        raise not_found()
    return _unit(city.library(), found)


@router.get("/topics", response=TopicList, operation_id="listTopics", summary="The topic tree, or topics that fit a text")
def list_topics(
    request: HttpRequest,
    line: Annotated[str | None, Query(max_length=40, description="Only one line of work: dispute, hazard, request or safety.")] = None,
    q: Annotated[
        str | None, Query(max_length=2000, description="Words of a message; proposes topics, best first, and decides nothing.")
    ] = None,
) -> dict[str, Any]:
    """List the topics a matter may have."""
    library = city.library()
    topics = [topic for topic in library.topics.values() if line is None or topic.line_of_work == line]
    if q is not None:
        allowed = {topic.key for topic in topics}
        topics = [library.topics[one.topic] for one in learning.suggest(q) if one.topic in allowed]
    return {"items": [_topic(topic) for topic in topics]}


@router.get("/calendar", response=DayList, operation_id="listDays", summary="Working days and rest days")
def list_days(
    request: HttpRequest,
    first: Annotated[date | None, Query(alias="from", description="First day; today when left out.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last day; 30 days later when left out.")] = None,
) -> dict[str, Any]:
    """Tell for each day whether it is a working day, by which notice, and whether that is provisional."""
    calendar = city.library().calendar
    start = first or calendar.local_date(clock.now())
    if start > date.max - LONGEST_SPAN:
        raise _bad_span()
    end = last or start + timedelta(days=30)
    if not start <= end <= start + LONGEST_SPAN:
        raise _bad_span()
    items = []
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        known = calendar.day(day)
        items.append(
            {
                "date": day,
                "working": calendar.is_working(day),
                "provisional": calendar.provisional(day),
                "name": None if known is None else known.name.to_plain(),
                "notice": None if known is None else known.notice,
            }
        )
    return {"version": calendar.version, "items": items}


def _bad_span() -> Problem:
    text = Text("日期范围应从早到晚，最多 800 天。", "The days run from earlier to later, 800 at most.")
    return Problem(422, "span", text, errors=[Refusal("span", text, field="to")])


def _unit(library: Library, unit: Unit) -> dict[str, Any]:
    kind = library.unit_kinds.get(unit.kind)
    return {
        "id": unit.id,
        "kind": unit.kind,
        "kind_name": (unit.title if kind is None else kind.label).to_plain(),
        "name": unit.title.to_plain(),
        "division": unit.division_id,
        "home": unit.home_id,
    }


def _topic(topic: Topic) -> dict[str, Any]:
    return {"key": topic.key, "line": topic.line_of_work, "label": topic.label.to_plain(), "urgent": topic.urgent}
