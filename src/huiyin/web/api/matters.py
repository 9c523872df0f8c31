"""The two doors and every read of a matter. What a caller may not see is not there: the answer is 404."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from huiyin.city import queries as city
from huiyin.core import rights
from huiyin.core.rights import Verb
from huiyin.core.signing import ON_SCREEN
from huiyin.core.snapshot import from_plain
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import definitions, doors, prove, queries, services
from huiyin.papers import queries as files
from huiyin.web.api import envelopes, paging, shapes, shown
from huiyin.web.api.auth import asker, known_asker
from huiyin.web.api.problems import Problem, no_scope, not_found, of_refusal
from huiyin.web.api.schemas import EventPage, MatterOut, MatterPage, OfferList, PaperList, PaperOut, ProofOut, ReceiptOut

router = Router(tags=["matters"])
FILTERS = frozenset({"scope", "line", "state", "overdue", "after", "limit", "lang"})
_HOME = re.compile(r"\d{6}")
_KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 16, "maxLength": 150, "pattern": r"^[\x21\x23-\x7e]{16,150}$"},
    "description": "Made by the client, such as a UUID. The same key with the same body gives the first answer again; with another, 409.",
    "example": "6f1f2f0c-9a54-4b63-9f2e-0d3f3f1f8b11",
}
_MATCH_HEADER = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"v?\d{1,9}")$'},
    "description": "ETag of the version that was read. When somebody acted since: 409 with who did what.",
    "example": '"v3"',
}
_OPEN_EXAMPLE = {
    "procedure": "plain_request",
    "opened_by": "party",
    "topic": "request.lighting",
    "division": "210102000000",
    "parties": [{"role": "reporter", "name": "王芳", "facts": {"phone": "13800000000"}}],
    "data": {"title": "路灯坏了", "detail": "楼前三盏路灯不亮，老人夜里出门看不见。"},
}
_ACT_EXAMPLE = {"procedure": "plain_request", "action": "ask_more", "seen_version": 1, "data": {"question": "是哪栋楼前？"}}


def _body(name: str, example: dict[str, Any]) -> dict[str, Any]:
    schema = {"$ref": f"{shapes.REF}{name}"}
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


@router.post(
    "/matters",
    response={201: ReceiptOut, 200: ReceiptOut},
    operation_id="openMatter",
    summary="Open a matter",
    openapi_extra={"parameters": [_KEY_HEADER], "requestBody": _body("Open", _OPEN_EXAMPLE)},
)
def open_matter(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """Open a matter under a procedure; anyone may ask for something of their own, without an account.

    201 with the receipt; 200 with the same receipt when this key was answered before. The first party is the one the code
    speaks for; who gives no name may leave `parties` out.
    """
    principal = asker(request)
    key = envelopes.key_of(request, principal)
    envelope = envelopes.read(request, envelopes.OPEN_KEYS, principal)
    definition = city.library().procedures.get(envelope.text("procedure"))
    opened_by = envelope.text("opened_by") or ("" if definition is None else definition.opened_by[0])
    if definition is not None and opened_by not in definition.opened_by:
        ways = Text(
            f"立项方式只能是：{'、'.join(definition.opened_by)}。", f"A matter here is opened by one of: {', '.join(definition.opened_by)}."
        )
        raise Problem(422, "opened_by", ways, errors=[Refusal("opened_by", ways, field="opened_by")])
    parties = envelope.parties
    if not parties and definition is not None and opened_by in rights.OPEN_TO_ALL:
        # Whoever gives no name still gets a reference and a code to follow the matter with.
        parties = tuple({"role": role} for role in list(definition.roles)[:1])
    answer = services.open(
        procedure=envelope.text("procedure"),
        data=envelope.data,
        principal=principal,
        at=envelope.at,
        evidence=envelope.evidence,
        key=key,
        topic=envelope.text("topic"),
        division=envelope.text("division"),
        opened_by=opened_by,
        parties=parties,
        opener=0 if parties and opened_by in rights.OPEN_TO_ALL else None,
        unit=_host(envelope.text("unit"), envelope.text("procedure")),
    )
    if isinstance(answer, Refusal):
        raise of_refusal(answer)
    receipt = shown.receipt(answer)
    response["Location"] = f"{request.path.rstrip('/')}/{answer.home}/{answer.matter}"
    response["ETag"] = shown.etag(answer.version)
    return Status(200 if answer.known else 201, receipt)


@router.get("/matters", response=MatterPage, operation_id="listMatters", summary="Matters the caller has, or may see")
def list_matters(
    request: HttpRequest,
    scope: Annotated[str, Query(pattern="^(mine|all)$", description="`mine`: what waits for me; `all`: all I may see.")] = "mine",
    line: Annotated[str | None, Query(max_length=40, description="Line of work, such as dispute.")] = None,
    state: Annotated[str | None, Query(max_length=80)] = None,
    overdue: Annotated[bool | None, Query()] = None,
    after: Annotated[str | None, Query(max_length=400, description="From the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=paging.MOST)] = 50,
) -> dict[str, Any]:
    """List matters, the earliest due first. Filters are those named here and no others."""
    principal = known_asker(request)
    unknown = sorted(set(request.GET) - FILTERS)
    if unknown:
        text = Text(f"没有“{'、'.join(unknown)}”这种筛选。", f"There is no filter {', '.join(unknown)}.")
        raise Problem(422, "unknown_filter", text, errors=[Refusal("unknown_filter", text, field=name) for name in unknown])
    read = queries.inbox if scope == "mine" else queries.matters
    page = read(principal, after=_cursor(after), limit=limit, state=state, line=line, overdue=overdue, bare=True)
    return {"items": [shown.row(row) for row in page.rows], "after": page.after}


@router.get("/matters/{home}/{uuid:matter}", response=MatterOut, operation_id="getMatter", summary="One matter")
def get_matter(request: HttpRequest, response: HttpResponse, home: str, matter: UUID) -> dict[str, Any]:
    """Show a matter as the caller may see it; staff who see personal content leave a row in its access log."""
    principal = asker_of(request, home, matter, "read")
    view = queries.get(principal, home, matter)
    if view is None:
        raise not_found()
    response["ETag"] = shown.etag(view.version)
    return shown.matter(view)


@router.get("/matters/{home}/{uuid:matter}/events", response=EventPage, operation_id="listEvents", summary="Its history")
def list_events(request: HttpRequest, home: str, matter: UUID) -> dict[str, Any]:
    """List every act, when it happened and when it was recorded, and by which post or party role."""
    principal = asker_of(request, home, matter, "history")
    return {"items": [shown.event(entry) for entry in queries.timeline(principal, home, matter)]}


@router.get("/matters/{home}/{uuid:matter}/papers", response=PaperList, operation_id="listPapers", summary="Its papers")
def list_papers(request: HttpRequest, home: str, matter: UUID) -> dict[str, Any]:
    """List every issue of every paper, with its signatures and seal."""
    principal = asker_of(request, home, matter, "papers")
    return {"items": [shown.paper(line) for line in queries.papers(principal, home, matter)]}


@router.get(
    "/matters/{home}/{uuid:matter}/papers/{name}/{int:number}", response=PaperOut, operation_id="getPaper", summary="One issue of a paper"
)
def get_paper(request: HttpRequest, home: str, matter: UUID, name: str, number: int) -> dict[str, Any]:
    """Show the text whose hash a signature binds."""
    principal = asker_of(request, home, matter, "papers")
    found = queries.paper(principal, home, matter, name, number) if number < 2**31 else None
    if found is None:
        raise not_found()
    blocks = None if found.blocks is None else [dict(block) for block in found.blocks]
    return {**shown.paper(found.line), "blocks": blocks, "erased_at": found.erased_at}


@router.get("/matters/{home}/{uuid:matter}/offers", response=OfferList, operation_id="listOffers", summary="What the caller may do now")
def list_offers(request: HttpRequest, response: HttpResponse, home: str, matter: UUID) -> dict[str, Any]:
    """List the acts open to the caller, each with the JSON Schema of its data; a blocked one says why not yet."""
    principal = asker_of(request, home, matter, "read")
    view = queries.get(principal, home, matter)
    if view is None:
        raise not_found()
    response["ETag"] = shown.etag(view.version)
    return {"version": view.version, "items": [shown.offer(view.procedure, offer) for offer in view.offers]}


@router.get("/matters/{home}/{uuid:matter}/proof", response=ProofOut, operation_id="proveMatter", summary="That nothing was altered")
def prove_matter(request: HttpRequest, home: str, matter: UUID) -> dict[str, Any]:
    """Compute the matter's chain again and show where its last event is sealed."""
    principal = asker_of(request, home, matter, "verify")
    seen = doors.snapshot(home, matter, principal)
    found = None if seen is None else prove.prove(seen["head"])
    if found is None:
        raise not_found()
    return found


@router.post(
    "/matters/{home}/{uuid:matter}/acts",
    response={201: ReceiptOut, 200: ReceiptOut},
    operation_id="act",
    summary="Take one action",
    openapi_extra={"parameters": [_KEY_HEADER, _MATCH_HEADER], "requestBody": _body("Act", _ACT_EXAMPLE)},
)
def act(request: HttpRequest, response: HttpResponse, home: str, matter: UUID) -> Status[dict[str, Any]]:
    """Take an action that is offered. Staff record a party's act with `acting_for` and evidence of how it is known.

    201 with the receipt; 200 with the same receipt when this key was answered before.
    """
    principal = known_asker(request)
    key = envelopes.key_of(request, principal)
    envelope = envelopes.read(request, envelopes.ACT_KEYS, principal)
    seen = envelopes.seen_version(request, envelope)
    snapshot = doors.snapshot(home, matter, principal) if _HOME.fullmatch(home) else None
    if snapshot is None:
        raise not_found()
    if snapshot["body"]["procedure"] != envelope.text("procedure"):
        text = Text(f"这件事的流程是 {snapshot['body']['procedure']}。", f"This matter runs {snapshot['body']['procedure']}.")
        raise Problem(409, "other_procedure", text, errors=[Refusal("other_procedure", text, field="procedure")])
    answer = services.act(
        home=home,
        matter=matter,
        seen_version=seen,
        action=envelope.text("action"),
        data=_with_scan(_as_signed(envelope.data, principal), principal, home, matter),
        principal=envelopes.on_behalf(envelope, principal),
        at=envelope.at,
        evidence=envelope.evidence,
        key=key,
    )
    if isinstance(answer, Refusal):
        raise of_refusal(answer, **(_changed(principal, home, matter, seen) if answer.code == "conflict" else {}))
    response["ETag"] = shown.etag(answer.version)
    return Status(200 if answer.known else 201, shown.receipt(answer))


def _as_signed(data: dict[str, Any], principal: Principal) -> dict[str, Any]:
    """Return the data with how a party signs by itself: on the screen. What it signed on paper is recorded by staff."""
    return {**data, "method": ON_SCREEN} if principal.kind == "party" and "hash" in data else data


def _with_scan(data: dict[str, Any], principal: Principal, home: str, matter: UUID) -> dict[str, Any]:
    """Return the data with the scans of signed sheets looked up: a signature binds bytes that are there, not a name."""
    named = data.get("scan")
    if "hash" not in data or not isinstance(named, list):
        return data
    return {**data, "scan": files.scans(principal, home=home, matter=matter, files=[str(one) for one in named])}


def asker_of(request: HttpRequest, home: str, matter: UUID, verb: Verb) -> Principal:
    """Return who asks about a matter.

    Raises:
        Problem: 401 nobody is named; 404 it is not there for them; 403 it is, and this is not theirs to read.
    """
    principal = known_asker(request)
    seen = doors.snapshot(home, matter, principal) if _HOME.fullmatch(home) else None
    if seen is None:
        raise not_found()
    snapshot = from_plain(seen["body"])
    procedure, _ = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    relation = rights.relation(principal, snapshot, procedure)
    if relation == "stranger":
        raise not_found()
    if not rights.may(relation, verb):
        raise no_scope()
    return principal


def _changed(principal: Principal, home: str, matter: UUID, seen: int | None) -> dict[str, Any]:
    """Return who did what since the version that was seen."""
    events = [entry for entry in queries.timeline(principal, home, matter) if seen is not None and entry.seq > seen]
    return {
        "version": events[-1].seq if events else seen,
        "changed": [
            {"seq": one.seq, "action": one.action, "label": one.label.to_plain(), "who": one.by.to_plain(), "now": one.now}
            for one in events
        ],
    }


def _host(unit: str, procedure: str) -> str | None:
    """Return the unit asked to take a matter.

    Raises:
        Problem: 422 when there is none of that id, or it is of a kind that does not take such matters.
    """
    definition = city.library().procedures.get(procedure)
    if not unit or definition is None:
        return unit or None
    found = city.unit(unit)
    if found is None or found.to_date is not None or found.kind not in definition.units[definition.host].kinds:
        text = Text("这个单位不能接这类事。", "That body does not take such matters.")
        raise Problem(422, "unit", text, errors=[Refusal("unit", text, field="unit")])
    return unit


def _cursor(after: str | None) -> str | None:
    """Return the cursor, proved to be one the list made."""
    if after is None:
        return None
    try:
        due, matter = json.loads(base64.urlsafe_b64decode(after))
        UUID(matter)
        if due != "infinity":
            datetime.fromisoformat(due)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise paging.bad_cursor() from None
    return after
