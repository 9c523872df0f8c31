"""The door for courts: they commission mediations under their case numbers, read the result, and may take a commission back."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Status

from huiyin.core.values import Refusal, Text
from huiyin.exchange import commissions, neighbours
from huiyin.exchange.commissions import Standing
from huiyin.exchange.models import Neighbour
from huiyin.web.api.neighbours import NeighbourKey, asker
from huiyin.web.api.problems import Problem, not_found, of_refusal
from huiyin.web.api.schemas_courts import CommissionOut, CourtCommission, RecallIn, published

router = Router(tags=["courts"], auth=NeighbourKey())
CaseNumber = Annotated[str, Path(max_length=300, description="The court's case number, percent-encoded.")]
EXAMPLE = {
    "format": commissions.COMMISSION,
    "case_number": "（2026）辽0102诉前调1234号",
    "stage": "before",
    "cause": "相邻关系纠纷",
    "topic": "dispute.neighbour.water_leak",
    "division": "210102001005",
    "runs_until": "2027-01-15",
    "claim": "修好卫生间，赔偿天花板损失。",
    "claim_sum": 1200000,
    "facts": "楼上卫生间漏水三个月，泡坏天花板。",
    "parties": [
        {"name": "张三", "side": "applicant", "phone": "13800000001", "address": "晨光小区2号楼101"},
        {"name": "李四", "side": "respondent", "address": "晨光小区2号楼201"},
    ],
    "attachments": [{"name": "起诉状.pdf", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}],
}


def _body(example: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"example": example}}}}


@router.post(
    "/neighbour/commissions",
    response={201: CommissionOut, 200: CommissionOut},
    operation_id="commission",
    summary="Commission a mediation under the court's case number",
    openapi_extra=_body(EXAMPLE),
)
def commission(request: HttpRequest, body: CourtCommission) -> Status[dict[str, Any]]:
    """Open the matter of a commission with everything it says. The same case number with the same document: 200; with another: 409."""
    court = _court(request)
    answer = commissions.take(court, body.model_dump(mode="json", exclude_none=True))
    if isinstance(answer, Refusal):
        if answer.code == commissions.OTHER_WORDS.code:
            raise Problem(409, answer.code, answer.text, errors=[answer])
        raise of_refusal(answer)
    return Status(200 if answer.known else 201, {**_shown(court, body.case_number), "known": answer.known})


@router.get("/neighbour/commissions/{number}", response=CommissionOut, operation_id="getCommission", summary="Where a commission stands")
def get_commission(request: HttpRequest, number: CaseNumber) -> dict[str, Any]:
    """Say where the commission of a case number stands, with its result once there is one."""
    return _shown(_court(request), number)


@router.post(
    "/neighbour/commissions/{number}/recall",
    response=CommissionOut,
    operation_id="recallCommission",
    summary="Take a commission back",
    openapi_extra=_body({"reason": "原告撤回起诉。"}),
)
def recall(request: HttpRequest, number: CaseNumber, body: RecallIn) -> dict[str, Any]:
    """End the mediation, as the court goes on itself; 409 once there is a result. Done twice is done once."""
    court = _court(request)
    answer = commissions.recall(court, number, body.reason)
    if isinstance(answer, Refusal):
        raise of_refusal(answer)
    return _standing(court, answer)


@router.get("/schemas/{name}", auth=None, response=dict[str, Any], operation_id="getSchema", summary="The JSON Schema of a document")
def get_schema(request: HttpRequest, name: str) -> dict[str, Any]:
    """Give the schema of a document that is exchanged with courts."""
    found = published().get(name)
    if found is None:
        raise not_found()
    return found


def _court(request: HttpRequest) -> Neighbour:
    found = asker(request)
    if found.kind != neighbours.COURT:
        raise Problem(403, "not_yours", Text("只有法院可以委派调解。", "Only a court commissions mediations."))
    return found


def _shown(court: Neighbour, number: str) -> dict[str, Any]:
    found = commissions.standing(court, number)
    if found is None:
        raise not_found()
    return _standing(court, found)


def _standing(court: Neighbour, found: Standing) -> dict[str, Any]:
    row, snapshot = found.theirs.row, found.theirs.snapshot
    waiting = "received" if found.accepted_at is None else "under_way"
    return {
        "case_number": row.feeder_number,
        "reference": row.reference,
        "status": waiting if found.told is None else found.told.status,
        "committee": snapshot.unit_names.get(found.theirs.definition.host, ""),
        "procedure": found.theirs.definition.name,
        "received_at": row.opened_at,
        "accepted_at": found.accepted_at,
        "runs_until": snapshot.facts[commissions.FIELDS["runs_until"]],
        "result": commissions.result(court, found) if court.direction == neighbours.BOTH else None,
    }
