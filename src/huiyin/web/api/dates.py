"""Why a date is what it is: the clocks of a matter, and any period of the law or of one's own, counted and explained."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from huiyin.city import queries as city
from huiyin.core.durations import UNIT_TEXTS
from huiyin.core.statutory import StatutoryClock
from huiyin.core.values import Refusal, Text
from huiyin.matters import queries
from huiyin.matters.views import Entry
from huiyin.web import dating, reckoner
from huiyin.web.api import shown
from huiyin.web.api.matters import asker_of
from huiyin.web.api.problems import Problem, not_found
from huiyin.web.api.schemas_dates import DateOut, MatterDates, PeriodPage

router = Router(tags=["dates"])
_BAD = Text("有内容不符合要求，见下面各项。", "Something sent is not as it should be; see each below.")
_UNITS = ", ".join(unit.replace(" ", "_") for unit in UNIT_TEXTS)


@router.get(
    "/matters/{home}/{uuid:matter}/clocks", response=MatterDates, operation_id="listClocks", summary="Its dates, and why each is what it is"
)
def list_clocks(request: HttpRequest, response: HttpResponse, home: str, matter: UUID) -> dict[str, Any]:
    """Explain every clock of a matter: trigger and act, days passed over and why, readings, settings, law, every computation."""
    principal = asker_of(request, home, matter, "read")
    view = queries.get(principal, home, matter)
    if view is None:
        raise not_found()
    seen = [_seen(entry) for entry in queries.timeline(principal, home, matter)]
    response["ETag"] = shown.etag(view.version)
    return {"version": view.version, "items": [dating.plain(dating.of_clock(view, one, seen)) for one in view.clocks]}


@router.get("/dates/periods", response=PeriodPage, operation_id="findPeriods", summary="Periods of the law by words or by law")
def find_periods(
    request: HttpRequest,
    q: Annotated[
        str, Query(max_length=60, description="Words in the law's title, the article or what is due; all must fit.", examples=["信访"])
    ] = "",
    law: Annotated[str, Query(max_length=60, description="Identifier of a law, as the answer gives it.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """List periods the packs hold, in our own words, each with how far it was checked; where the law sets no length, none is given."""
    found = reckoner.find(city.library(), q, law)
    return {"items": [_period(one) for one in found[:limit]], "total": len(found)}


@router.get("/dates", response=DateOut, operation_id="countDate", summary="Count a period, and say why it ends when it does")
def count_date(
    request: HttpRequest,
    on: Annotated[date, Query(description="The day it runs from.", examples=["2026-09-11"])],
    clock: Annotated[
        str, Query(max_length=60, description="Name of a period of the law; or give amount and unit.", examples=["petition_settle"])
    ] = "",
    term: Annotated[str, Query(max_length=60, description="One of the period's lengths where it has several.")] = "",
    amount: Annotated[int | None, Query(ge=1, le=reckoner.MOST_AMOUNT)] = None,
    unit: Annotated[str, Query(max_length=20, description=f"One of {_UNITS}.")] = "",
    way: Annotated[str, Query(pattern="^(forward|full|backward)?$", description="forward, full (run out in full) or backward.")] = "",
    count: Annotated[str, Query(max_length=60, description="Name of a rule for counting; empty for the bare length.")] = "",
    at: Annotated[str, Query(pattern=r"^(\d\d:\d\d)?$", description="Time of day, for a period in hours.")] = "",
    pause: Annotated[
        list[str],
        Query(
            max_length=reckoner.MOST_PAUSES,
            description="First and last day that do not count, as 2026-03-05..2026-03-07.",
        ),
    ] = [],  # noqa: B006 - the library reads the default and never changes it
    more: Annotated[int | None, Query(ge=1, le=reckoner.MOST_AMOUNT, description="How much it was extended by.")] = None,
    more_unit: Annotated[str, Query(max_length=20, description="Unit of the extension, like unit.")] = "",
) -> dict[str, Any]:
    """Count as the public calculator does. It is our computation, not advice, and nothing of it is kept."""
    raw = {
        "clock": clock,
        "term": term,
        "amount": "" if amount is None else str(amount),
        "unit": unit or "days",
        "way": way,
        "count": count,
        "on": on.isoformat(),
        "at": at,
        "more": "" if more is None else str(more),
        "more_unit": more_unit or "days",
    }
    for number, span in enumerate(pause, start=1):
        first, _, last = span.partition("..")
        raw |= {f"from{number}": first, f"to{number}": last or first}
    found = reckoner.answer(raw)
    if isinstance(found, Refusal):
        raise Problem(422, found.code, found.text if not found.details else _BAD, errors=found.details or (found,))
    return dating.plain(found)


def _seen(entry: Entry) -> dating.Seen:
    return dating.Seen(entry.seq, entry.label, entry.by, entry.now if entry.now > entry.at else None, ())


def _period(one: StatutoryClock) -> dict[str, Any]:
    told = dating.law_shown(city.library(), one)
    return {
        **dating.law_plain(told),
        "kind": one.kind,
        "terms": [str(term) for term in one.terms],
        "terms_text": [term.text().to_plain() for term in one.terms],
    }
