"""What neighbouring systems send and are answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from huiyin.core.forms import MAX_TEXT
from huiyin.exchange.messages import MAX_NUMBER, MAX_PERSON, MAX_TITLE
from huiyin.web.api.schemas import TextOut
from huiyin.web.api.schemas_courts import CourtResult

_NUMBER = r"^[^\s\x00-\x1f](?:[^\x00-\x1f]*[^\s\x00-\x1f])?$"


class BroughtIn(Schema):
    """One message of a neighbour."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=MAX_NUMBER, pattern=_NUMBER, description="The neighbour's own number; opened once.")
    written_at: datetime = Field(description="When it was written or said, with its offset.")
    detail: str = Field(min_length=1, max_length=MAX_TEXT, description="The words themselves.")
    title: str = Field("", max_length=MAX_TITLE)
    topic: str = Field("", max_length=80, description="A key of /topics; left out: proposed from the words, for a dispatcher.")
    division: str = Field("", pattern=r"^(\d{12})?$", description="A code of /places; left out: read from the words, where they name one.")
    name: str = Field("", max_length=MAX_PERSON, description="Of the person, only where the matter needs it.")
    phone: str = Field("", max_length=MAX_PERSON)
    answers: dict[str, str] = Field(
        default_factory=dict,
        max_length=20,
        description="What settles whose it is, such as `premises`: a choice of the opening form that the responsibility list turns on, "
        "and its value. Left out, the list sends nothing by itself.",
    )


class BroughtOut(Schema):
    """What a message became."""

    number: str
    reference: str
    reference_shown: str
    state: str
    due: date | None
    says: TextOut
    who: TextOut
    known: bool = Field(description="True when it had come before and nothing new was written.")


class PassedIn(Schema):
    """What the reporter said later."""

    model_config = ConfigDict(extra="forbid")

    own_number: str = Field(
        min_length=1, max_length=MAX_NUMBER, pattern=_NUMBER, description="The neighbour's number of this very message."
    )
    action: str = Field(max_length=80, description="One of `acts` of GET /neighbour/messages/{number}.")
    data: dict[str, Any] = Field(default_factory=dict)


class FieldOut(Schema):
    """A field of an act."""

    name: str
    label: TextOut
    type: str
    required: bool
    values: list[str]


class PassableOut(Schema):
    """An act that may be passed on now."""

    action: str
    label: TextOut
    fields: list[FieldOut]


class TheirsOut(Schema):
    """Where a message stands."""

    number: str
    reference: str
    reference_shown: str
    state: str
    stands: TextOut
    outcome: str | None
    opened_at: datetime
    due: date | None
    acts: list[PassableOut]


class SaidOut(Schema):
    """A value the reporter is told."""

    field: str
    label: TextOut
    value: Any


class NewsOut(Schema):
    """One piece of news."""

    mark: int
    number: str
    reference: str
    what: Literal[
        "received",
        "accepted",
        "replied",
        "asked",
        "not_ours",
        "declined",
        "closed",
        "withdrawn",
        "reopened",
        "rated",
        "said",
        "moved",
        "result",
    ]
    what_said: TextOut
    at: datetime
    action: TextOut
    state: str
    stands: TextOut
    outcome: str | None
    said: list[SaidOut]
    due: date | None = Field(description="The next promised date of the matter as it stands now.")
    result: CourtResult | None = Field(None, description="With `result`: what came of a court's commission.")


class NewsPage(Schema):
    """News in order."""

    items: list[NewsOut]
    upto: int = Field(description="The mark to acknowledge, or to read on from.")
    more: bool


class AcknowledgedIn(Schema):
    """What arrived."""

    model_config = ConfigDict(extra="forbid")

    upto: int = Field(ge=0, lt=2**53)


class AcknowledgedOut(Schema):
    """What is noted as received."""

    upto: int
