"""The door for neighbouring systems: they bring messages under their own numbers, and read what became of those and of no others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core import reference
from huiyin.core.procedure import Procedure
from huiyin.core.values import Refusal, Text
from huiyin.exchange import intake, mapping, neighbours, news, opening, passed_on
from huiyin.exchange.messages import FIRST_YEAR, Message
from huiyin.exchange.models import Neighbour
from huiyin.exchange.owners import Proposer
from huiyin.matters.receipts import Receipt
from huiyin.web.api import shown
from huiyin.web.api.auth import token_of
from huiyin.web.api.problems import Problem, not_found, of_refusal, sign_in, slow_down
from huiyin.web.api.reading import check_address
from huiyin.web.api.schemas_neighbours import AcknowledgedIn, AcknowledgedOut, BroughtIn, BroughtOut, NewsPage, PassedIn, TheirsOut
from huiyin.web.pages import tries

WRONG_KEYS = 10


def _example(body: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"example": body}}}}


_BRING = _example(
    {
        "number": "SY-2026-118203",
        "written_at": "2026-11-20T08:30:00+08:00",
        "detail": "楼前三盏路灯不亮，老人夜里出门看不见。",
        "topic": "request.lighting",
        "division": "210102001002",
        "answers": {"premises": "public"},
    }
)
_PASS_ON = _example({"own_number": "HF-2026-3310", "action": "dispute_closure", "data": {"dispute_reason": "灯还是不亮。"}})


class NeighbourKey:
    """Authentication by a neighbour's key."""

    openapi_security_schema: dict[str, Any] = {  # noqa: RUF012 - read by the framework as a class attribute
        "type": "http",
        "scheme": "bearer",
        "description": "The key the city's administrator gave to a neighbouring system.",
    }

    def __call__(self, request: HttpRequest) -> Neighbour:
        """Return the neighbour whose key came with the request.

        Raises:
            Problem: 401 without a good key; 429 after too many that were not.
        """
        check_address(request)
        text = token_of(request)
        if text is None:
            raise sign_in()
        if tries.used_up(request, "neighbour-key", WRONG_KEYS):
            raise slow_down(int(tries.WITHIN.total_seconds()))
        found = neighbours.by_key(text)
        if found is None or found.way != neighbours.API:
            tries.missed(request, "neighbour-key")
            raise sign_in()
        return found


router = Router(tags=["neighbours"], auth=NeighbourKey())
Number = Annotated[str, Path(max_length=100)]


@router.post(
    "/neighbour/messages",
    response={201: BroughtOut, 200: BroughtOut},
    operation_id="bringMessage",
    summary="Bring a message under the neighbour's own number",
    openapi_extra=_BRING,
)
def bring(request: HttpRequest, body: BroughtIn) -> Status[dict[str, Any]]:
    """Open a matter for one message. The same number with the same content: 200 and the first answer; with other content: 409."""
    neighbour = asker(request)
    library = city.library()
    if body.written_at.tzinfo is None or body.written_at.year < FIRST_YEAR or body.written_at > clock.now():
        raise _wrong("written_at", Text("要写明时区，不能晚于现在。", "It needs its offset and may not be later than now."))
    allowed = {topic.key for topic in neighbours.topics(library, neighbour)}
    if body.topic and body.topic not in allowed:
        raise _wrong("topic", Text("没有这个事项类型，或者不由贵方送。", "There is no such topic among those this neighbour may bring."))
    if body.division and places.division(body.division) is None:
        raise _wrong("division", Text("没有这个区划代码。", "There is no such division."))
    definitions = neighbours.openable(library, neighbour.procedures)
    if not definitions:
        raise _wrong(
            "number", Text("贵方没有可以送的来件，只能委派调解。", "This neighbour brings no messages; it commissions mediations.")
        )
    definition = (neighbours.procedure_for(library, neighbour, body.topic) if body.topic else None) or definitions[0]
    _check_answers(definition, body.answers)
    message = Message(
        0, body.number, body.written_at, body.title, body.detail, body.topic, body.division, body.name, body.phone, answers=body.answers
    )
    said, _ = intake.said_of(message, Proposer(library, definition.units[definition.host].kinds))
    answer = opening.open_one(definition, said, principal=neighbours.principal_of(neighbour), content_hash=message.content_hash())
    if isinstance(answer, Refusal):
        if answer.code == "feeder_number":
            raise Problem(409, "number_known", intake.SAME_NUMBER, errors=[Refusal("number_known", intake.SAME_NUMBER, field="number")])
        raise of_refusal(answer)
    return Status(200 if answer.known else 201, _receipt(body.number, answer))


def _check_answers(definition: Procedure, said: Mapping[str, str]) -> None:
    """Refuse an answer to what is not asked, or one that is none of those offered."""
    asked = {one.name: one for found in mapping.answers([definition]).values() for one in found}
    for name, value in said.items():
        if name not in asked:
            known = ", ".join(asked)
            raise _wrong(
                f"answers.{name[:60]}", Text(f"这里不问这一项，可以写的有：{known}。", f"This is not asked; what may be answered: {known}.")
            )
        values = [one.value for one in asked[name].values]
        if value not in values:
            offered = ", ".join(values)
            raise _wrong(f"answers.{name}", Text(f"只能是：{offered}。", f"It must be one of: {offered}."))


@router.get("/neighbour/messages/{number}", response=TheirsOut, operation_id="getTheirs", summary="Where a message of its own stands")
def get_theirs(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Say where the matter of a number stands, and what the neighbour may pass on about it now."""
    neighbour = asker(request)
    theirs = passed_on.find(neighbour, number)
    if theirs is None:
        raise not_found()
    row = theirs.row
    state = theirs.definition.states[row.state]
    return {
        "number": row.feeder_number,
        "reference": row.reference,
        "reference_shown": reference.shown(row.reference),
        "state": row.state,
        "stands": (state.label or theirs.definition.title).to_plain(),
        "outcome": row.outcome or None,
        "opened_at": row.opened_at,
        "due": None if row.outcome or row.next_due is None else row.next_due.astimezone(theirs.library.zone).date(),
        "acts": [
            {"action": one.name, "label": one.label.to_plain(), "fields": _fields(theirs, one.form)}
            for one in passed_on.may_pass_on(theirs, neighbour)
        ],
    }


@router.post(
    "/neighbour/messages/{number}/acts",
    response={201: BroughtOut, 200: BroughtOut},
    operation_id="passOn",
    summary="Pass on what the reporter said later",
    openapi_extra=_PASS_ON,
)
def pass_on(request: HttpRequest, number: Number, body: PassedIn) -> Status[dict[str, Any]]:
    """Record an act of the reporter (more words, a withdrawal, a rating) on the same matter; `own_number` is done once."""
    neighbour = asker(request)
    answer = passed_on.pass_on(neighbour, number, body.action, body.data, own_number=body.own_number)
    if isinstance(answer, Refusal):
        raise of_refusal(answer)
    return Status(200 if answer.known else 201, _receipt(number, answer))


@router.get("/neighbour/news", response=NewsPage, operation_id="readNews", summary="What became of its messages since a mark")
def read_news(
    request: HttpRequest,
    after: Annotated[int | None, Query(ge=0, lt=2**53, description="A mark; what was acknowledged last when left out.")] = None,
    limit: Annotated[int, Query(ge=1, le=news.MOST)] = 100,
) -> dict[str, Any]:
    """List news in order, each with its mark. Reading changes nothing: the same mark gives the same news again."""
    neighbour = asker(request)
    _both_ways(neighbour)
    last = news.count(neighbour)
    since = news.mark(neighbour) if after is None else after
    found = news.read(neighbour, since, limit=limit)
    upto = found[-1].number if found else max(since, last)
    return {"items": [_item(one) for one in found], "upto": upto, "more": upto < last}


@router.post(
    "/neighbour/news/acknowledged",
    response=AcknowledgedOut,
    operation_id="acknowledgeNews",
    summary="Say what was received",
    openapi_extra=_example({"upto": 118}),
)
def acknowledge(request: HttpRequest, body: AcknowledgedIn) -> dict[str, Any]:
    """Note that everything up to a mark arrived; the next reading without a mark begins behind it."""
    neighbour = asker(request)
    _both_ways(neighbour)
    known = news.mark(neighbour)
    if body.upto > known:
        made = news.deliver(
            principal=neighbours.principal_of(neighbour), neighbour=neighbour, way=neighbours.API, after=known, upto=body.upto
        )
        if isinstance(made, Refusal):
            raise _wrong("upto", made.text)
    return {"upto": max(known, body.upto)}


def asker(request: HttpRequest) -> Neighbour:
    """Return the neighbour whose key came with a request."""
    found = getattr(request, "auth", None)
    if not isinstance(found, Neighbour):
        raise sign_in()
    return found


def _both_ways(neighbour: Neighbour) -> None:
    if neighbour.direction != neighbours.BOTH:
        raise not_found()


def _wrong(name: str, text: Text) -> Problem:
    return Problem(422, "invalid", text, errors=[Refusal("invalid", text, field=name)])


def _receipt(number: str, receipt: Receipt) -> dict[str, Any]:
    plain = shown.receipt(receipt)
    return {"number": number, **{name: plain[name] for name in ("reference", "reference_shown", "state", "due", "says", "who", "known")}}


def _fields(theirs: passed_on.Theirs, form: str | None) -> list[dict[str, Any]]:
    entries = theirs.definition.forms[form].entries if form is not None else ()
    fields = theirs.definition.fields
    return [
        {
            "name": one.field,
            "label": fields[one.field].label.to_plain(),
            "type": fields[one.field].type,
            "required": one.required,
            "values": [choice.value for choice in fields[one.field].values],
        }
        for one in entries
    ]


def _item(one: news.Item) -> dict[str, Any]:
    zone = city.library().zone
    due: datetime | None = one.due
    return {
        "mark": one.number,
        "number": one.theirs,
        "reference": one.reference,
        "what": one.what,
        "what_said": news.WHAT[one.what].to_plain(),
        "at": one.at,
        "action": one.label.to_plain(),
        "state": one.state,
        "stands": one.stands.to_plain(),
        "outcome": one.outcome or None,
        "said": [{"field": name, "label": label.to_plain(), "value": value} for name, label, value in one.said],
        "due": None if due is None else due.astimezone(zone).date(),
        "result": one.result,
    }
