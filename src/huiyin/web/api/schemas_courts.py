"""The documents a court and a mediation body exchange, and their JSON Schemas."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from huiyin.core.forms import MAX_TEXT
from huiyin.core.opening import MAX_NAME
from huiyin.exchange.commissions import COMMISSION, RESULT
from huiyin.exchange.messages import MAX_NUMBER

_NUMBER = r"^[^\s/\x00-\x1f](?:[^/\x00-\x1f]*[^\s/\x00-\x1f])?$"
_WORDS = r"^[^\x00]*\S[^\x00]*$"
SHORT: Final = 200
JSON_SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"


class CourtParty(Schema):
    """One party to the case."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=MAX_NAME, pattern=_WORDS, description="Of a firm, its full name.")
    side: Literal["applicant", "respondent", "third"] = Field(description="Who sues, who is sued, or a third party.")
    address: str | None = Field(None, max_length=SHORT, pattern=_WORDS)
    phone: str | None = Field(None, max_length=SHORT, pattern=_WORDS)
    id_kind: Literal["resident_id", "passport", "licence", "other"] | None = None
    id_number: str | None = Field(None, max_length=SHORT, pattern=_WORDS)
    capacity: Literal["full", "needs_guardian", "limited"] | None = Field(None, description="Whether it can take part alone.")
    representative: str | None = Field(None, max_length=SHORT, pattern=_WORDS)
    representative_phone: str | None = Field(None, max_length=SHORT, pattern=_WORDS)
    mandate: Literal["guardian", "mandate"] | None = Field(None, description="What the representative acts on.")
    mandate_scope: Literal["take_part", "settle", "settle_receive"] | None = Field(None, description="General, or special authorisation.")
    mandate_from: date | None = None
    mandate_until: date | None = None


class Attachment(Schema):
    """A paper the court sends along by its own way; here it is named by its hash."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=SHORT, pattern=_WORDS)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of its bytes, in hex.")


class CourtCommission(Schema):
    """A mediation a court commissions."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["huiyin.court-commission/1"] = Field(description="Name and version of this document.")
    case_number: str = Field(min_length=1, max_length=MAX_NUMBER, pattern=_NUMBER, description="The court's own; one number is one matter.")
    stage: Literal["before", "after"] | None = Field(None, description="Before the case is filed, or after.")
    cause: str | None = Field(None, max_length=SHORT, pattern=_WORDS, description="Cause of action.")
    topic: str | None = Field(None, max_length=80, description="A key of /topics; decides which committee's procedure it is.")
    division: str = Field(pattern=r"^\d{12}$", description="A code of /places: whose committee is to mediate.")
    committee: str | None = Field(None, max_length=80, description="A unit of /units, where the parties or the court chose one.")
    place: str | None = Field(None, max_length=SHORT, pattern=_WORDS, description="Where it happened, in words.")
    runs_until: date = Field(description="The last day of the commission.")
    claim: str = Field(min_length=1, max_length=MAX_TEXT, pattern=_WORDS)
    claim_sum: int | None = Field(None, ge=0, lt=2**53, description="In whole cents.")
    facts: str = Field(min_length=1, max_length=MAX_TEXT, pattern=_WORDS)
    parties: list[CourtParty] = Field(min_length=2, max_length=20)
    attachments: list[Attachment] | None = Field(None, min_length=1, max_length=100)


class AgreementTold(Schema):
    """The agreement that settled it."""

    title: str
    number: int = Field(description="Which issue of that paper.")
    hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="The hash that stands on the paper and that its signatures bind.")
    oral: bool = Field(description="Agreed by word of mouth and noted; nobody signed.")
    effective_at: datetime
    between: list[str] = Field(description="The parties it binds.")


class CourtResult(Schema):
    """What came of a commission. Nothing said in the mediation is in it."""

    format: Literal["huiyin.court-result/1"]
    case_number: str
    court: str
    reference: str = Field(pattern=r"^\d{12}$", description="The number here.")
    committee: str
    procedure: str
    status: Literal["settled", "partly", "failed", "withdrawn", "declined"] = Field(
        description="`partly`: some of the parties left and the others settled. `withdrawn`: the court took it back."
    )
    commissioned_at: datetime
    accepted_at: datetime | None = Field(description="When the committee took it; null where it did not.")
    concluded_at: datetime = Field(description="When the agreement took effect, or the mediation ended.")
    agreement: AgreementTold | None
    undisputed_facts: str | None = Field(description="Facts every side signed as undisputed; they need not be proved again.")
    reason: str | None = Field(description="Why the committee does not take it; null for every other status.")


class CommissionOut(Schema):
    """The receipt of a commission, and where it stands."""

    case_number: str
    reference: str
    status: Literal["received", "under_way", "settled", "partly", "failed", "withdrawn", "declined"]
    committee: str
    procedure: str
    received_at: datetime
    accepted_at: datetime | None
    runs_until: date
    known: bool = Field(False, description="True when it had come before and nothing new was written.")
    result: CourtResult | None = None


class RecallIn(Schema):
    """Why a court takes its commission back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=SHORT, pattern=_WORDS, description="Kept with the act; shown to nobody else.")


def _published(model: type[Schema], name: str, title: str) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/$defs/{model}")
    return {"$schema": JSON_SCHEMA, **schema, "title": f"{name}: {title}"}


def published() -> dict[str, dict[str, Any]]:
    """Return the schemas by file name: those under docs/schemas, and those served, are these."""
    return {
        "court-commission-1.json": _published(CourtCommission, COMMISSION, "a mediation a court commissions"),
        "court-result-1.json": _published(CourtResult, RESULT, "what came of it"),
    }
