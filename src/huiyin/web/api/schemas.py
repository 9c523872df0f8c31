"""What the API answers with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field


class TextOut(Schema):
    """A sentence or label in both languages."""

    zh: str
    en: str


class ReceiptOut(Schema):
    """What a client keeps of an act. The same Idempotency-Key gives it again."""

    home: str = Field(description="Where the matter is kept; part of its address.", examples=["210102"])
    matter: UUID
    reference: str = Field(description="Twelve digits, the last a check digit.", examples=["261100010048"])
    reference_shown: str = Field(examples=["2611 0001 0048"])
    code: str | None = Field(None, description="With the reference it opens the matter; only the receipt of an opening carries it.")
    version: int = Field(description="Number of the event written.")
    state: str
    head: str = Field(description="Hash of that event; GET /record/{reference}/{head} proves where it is sealed.")
    recorded_at: datetime
    who: TextOut = Field(description="Who has the matter now, by post.")
    due: date | None = Field(None, description="Local date of the earliest running clock.")
    due_provisional: bool = Field(description="True while the holiday notice of that year is not out.")
    says: TextOut = Field(description="Where the matter stands, in a sentence.")
    warnings: list[TextOut] = Field(default_factory=list)
    known: bool = Field(description="True when this key had been answered before and nothing new was written.")


class ClockOut(Schema):
    """A clock of a matter and why it ends when it does."""

    name: str
    label: TextOut
    kind: str = Field(description="duty, right, minimum, ordered or target (a promise, not law).")
    status: str
    due: date | None = None
    due_at: datetime | None = None
    latest_at: datetime | None = Field(None, description="The lawful latest, where rest days move it.")
    provisional: bool
    overdue: bool = False
    basis: list[str] = Field(default_factory=list)
    why: list[TextOut] = Field(default_factory=list)


class PartyOut(Schema):
    """A party as this reader may see it."""

    id: str
    role: str
    name: str
    facts: dict[str, Any] = Field(default_factory=dict)


class MatterUnit(Schema):
    """A body with a part in a matter."""

    id: str
    name: str


class ChildOut(Schema):
    """A matter that this one opened; ``matter`` is ``home/id``."""

    procedure: str
    matter: str | None = None
    outcome: str | None = None


class MatterLine(Schema):
    """A matter in a list.

    Of a sealed one a reader who does not handle it gets who has it and by when; the rest is empty.
    """

    home: str
    matter: UUID
    reference: str
    procedure: str
    title: TextOut
    topic: str
    division: str
    line: str
    state: str
    outcome: str | None = None
    who: TextOut
    due: date | None = None
    due_provisional: bool = False
    overdue: bool = False
    opened_at: datetime | None = None
    version: int
    sealed: bool = False


class MatterPage(Schema):
    """A page of matters; ``after`` asks for the next one and is null on the last."""

    items: list[MatterLine]
    after: str | None = None


class MatterOut(Schema):
    """A matter as this reader may see it; what may not be known is absent or masked."""

    home: str
    matter: UUID
    reference: str
    procedure: str
    procedure_version: str
    title: TextOut
    topic: str
    division: str
    state: str
    outcome: str | None = None
    version: int
    head: str
    opened_at: datetime
    entered_at: datetime
    says: TextOut
    who: TextOut
    due: date | None = None
    due_provisional: bool = False
    overdue: bool = False
    facts: dict[str, Any] = Field(default_factory=dict)
    parties: list[PartyOut] = Field(default_factory=list)
    hidden: list[str] = Field(default_factory=list, description="Names of fields that hold something this reader may not see.")
    erased: list[str] = Field(default_factory=list, description="Names of fields whose content was lawfully erased.")
    units: dict[str, MatterUnit] = Field(default_factory=dict)
    children: list[ChildOut] = Field(default_factory=list)
    parent: str | None = None
    clocks: list[ClockOut] = Field(default_factory=list)
    relation: str = Field(description="How the reader stands to the matter; the rights follow from it.")


class SaidOut(Schema):
    """One value an act recorded, as this reader may see it; null when erased or hidden."""

    field: str
    label: TextOut
    value: Any = None
    erased: bool = False
    party: str | None = None


class EventOut(Schema):
    """One act of a matter's history."""

    seq: int
    action: str
    label: TextOut
    at: datetime = Field(description="When it happened.")
    now: datetime = Field(description="When it was recorded.")
    who: TextOut
    state: str
    head: str
    sealed: bool = False
    said: list[SaidOut] = Field(default_factory=list)


class EventPage(Schema):
    """A matter's history, oldest first."""

    items: list[EventOut]


class SignatureOut(Schema):
    """A signature or seal on one text."""

    role: str
    at: datetime
    method: str
    hash: str
    scan: list[str] = Field(default_factory=list)
    scan_sha256: list[str] = Field(default_factory=list)


class PaperLine(Schema):
    """One issue of a paper."""

    name: str
    number: int
    title: TextOut
    hash: str
    printed_at: datetime
    signatures: list[SignatureOut] = Field(default_factory=list)
    sealed: bool = False
    voided: bool = False
    effective_at: datetime | None = None


class PaperList(Schema):
    """Every issue of every paper of a matter that this reader may read."""

    items: list[PaperLine]


class PaperOut(PaperLine):
    """A paper with its text, in blocks of both languages; null when it was lawfully erased."""

    blocks: list[dict[str, Any]] | None = None
    erased_at: datetime | None = None


class OfferOut(Schema):
    """An act this reader may take now."""

    action: str
    label: TextOut
    schema_ref: str = Field(description="The schema of its body in this API's OpenAPI document.")
    data: dict[str, Any] = Field(description="The same schema of its data, as JSON Schema.")
    signs: str | None = None
    seals: str | None = None
    blocked: TextOut | None = Field(None, description="Why not yet.")


class OfferList(Schema):
    """What may be done now, and with which version of the matter."""

    version: int
    items: list[OfferOut]


class TrackIn(Schema):
    """A reference and its code."""

    reference: str = Field(min_length=1, max_length=40, examples=["2611 0001 0048"])
    code: str = Field(min_length=1, max_length=20, examples=["482913"])


class TokenOut(Schema):
    """A bearer token."""

    token: str
    ends: datetime


class TrackOut(TokenOut):
    """A token that follows one matter."""

    home: str
    matter: UUID
    reference: str


class SignInIn(Schema):
    """A name and password, and the post to act in."""

    username: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=200)
    post: str | None = Field(None, max_length=200, description="Id of the post; needed when the account holds several.")


class PostOut(Schema):
    """A post somebody may act in today."""

    id: str
    unit: str
    unit_name: TextOut
    post: str
    post_name: TextOut
    stands_in_for: str = ""


class StaffTokenOut(TokenOut):
    """A token of one account in one post."""

    post: PostOut


class MeOut(Schema):
    """Who the API takes the caller to be."""

    kind: str
    name: str = ""
    post: PostOut | None = None
    posts: list[PostOut] = Field(default_factory=list)
    home: str | None = None
    matter: UUID | None = None
    reference: str | None = None


class PlaceOut(Schema):
    """A place of the division tree."""

    code: str
    name: TextOut
    level: str
    path: list[TextOut]
    home: str


class FoundPlaceOut(PlaceOut):
    """A place a text may mean.

    Attributes:
        confidence: how likely the place meant is this one or lies in it, from 0 to 1.
        unsure: a possibility only; a person says whether it is meant.
        said: the words that point to it.
        notes: what to know of how it was found, such as an old name with the day it changed.
    """

    confidence: float
    unsure: bool
    said: list[str]
    notes: list[TextOut]


class PlaceList(Schema):
    """Places that fit, best first."""

    items: list[FoundPlaceOut]


class PointPlaceOut(PlaceOut):
    """A place a point may lie in.

    Attributes:
        how: ``outline`` (it lies inside), ``border`` (inside a neighbour whose border is near) or ``nearest`` (near a known point of it).
        metres: to the border, or to the known point.
        unsure: a person says whether it is this one.
    """

    how: str
    metres: int
    unsure: bool


class PointOut(Schema):
    """Where a point lies; ``point`` is [longitude, latitude] in WGS 84 (RFC 7946), ``question`` what to ask a person."""

    point: list[float]
    items: list[PointPlaceOut]
    question: TextOut | None = None


class UnitOut(Schema):
    """A body that can hold a matter."""

    id: str
    kind: str
    kind_name: TextOut
    name: TextOut
    division: str
    home: str


class UnitPage(Schema):
    """A page of units."""

    items: list[UnitOut]
    after: str | None = None


class TopicOut(Schema):
    """A topic people come with."""

    key: str
    line: str
    label: TextOut
    urgent: bool = False


class TopicList(Schema):
    """The topic tree, or the topics that fit a text, best first."""

    items: list[TopicOut]


class ProcedureLine(Schema):
    """A procedure in the list."""

    name: str
    version: str
    title: TextOut
    line: str
    basis: list[str]


class ProcedureList(Schema):
    """The procedures in force."""

    items: list[ProcedureLine]


class StateOut(Schema):
    """A step of a procedure."""

    name: str
    says: TextOut
    by: list[TextOut]
    end: str | None = None
    actions: list[str] = Field(default_factory=list)


class GuideClock(Schema):
    """A clock of a procedure, as law or promise."""

    name: str
    label: TextOut
    kind: str
    term: str | None = None
    basis: list[str]


class ProcedureOut(ProcedureLine):
    """The public guide of one procedure: its steps, clocks, and the form of every act."""

    opened_by: list[str]
    start: str
    states: list[StateOut]
    clocks: list[GuideClock]
    open_schema: dict[str, Any]
    act_schemas: dict[str, dict[str, Any]]


class DayOut(Schema):
    """What one day is."""

    date: date
    working: bool
    provisional: bool
    name: TextOut | None = None
    notice: str | None = None


class DayList(Schema):
    """Days of the city's calendar, and the version that dates lean on."""

    version: str
    items: list[DayOut]


class HeadOut(Schema):
    """One sealed head of the record."""

    home: str
    number: int
    size: int = Field(description="How many events this root covers.")
    tree_root: str
    previous: str
    head: str
    sealed_at: datetime


class HeadPage(Schema):
    """Sealed heads, newest first."""

    items: list[HeadOut]
    after: str | None = None


class ProofOut(Schema):
    """How an event stands in the record. Everything in it can be computed again; `ok` says that it was."""

    ok: bool
    home: str
    seq: int
    events: int
    event_hash: str
    previous: str
    recorded_at: datetime
    chain_ok: bool
    broken_at: int | None = None
    root: HeadOut | None = Field(None, description="Null while the event waits for the next sealing, minutes at most.")
    position: int | None = None
    proof: list[str] = Field(default_factory=list, description="Hashes on the way from the event up to the root (RFC 9162).")
    included: bool | None = None
    head_ok: bool | None = None
    published: bool | None = None


class NoticeOut(Schema):
    """Something the reader was told."""

    id: UUID
    home: str
    matter: UUID
    text: TextOut | None = Field(None, description="Null when its content was lawfully erased.")
    created: datetime
    read_at: datetime | None = None


class NoticeList(Schema):
    """Notices, newest first."""

    items: list[NoticeOut]


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str
    code: str
    zh: str
    en: str


class ProblemOut(Schema):
    """A problem (RFC 9457) with a stable code and both languages."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    zh: str
    en: str
    errors: list[FieldProblem] = Field(default_factory=list)
