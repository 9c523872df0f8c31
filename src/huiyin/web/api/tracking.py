"""A party follows one matter with the reference and the code on its receipt, without an account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from huiyin.core import reference
from huiyin.core.values import Refusal, Text
from huiyin.matters import queries
from huiyin.web import tokens
from huiyin.web.api.problems import Problem, slow_down
from huiyin.web.api.schemas import TrackIn, TrackOut

router = Router(tags=["tracking"])
WRONG = Text("编号和查询码对不上，请照回执再输一遍。", "The reference and the code do not fit; type them again from the receipt.")
_EXAMPLE = {"requestBody": {"content": {"application/json": {"example": {"reference": "2611 0001 0048", "code": "482913"}}}}}


@router.post("/track", response={201: TrackOut}, operation_id="track", summary="Follow one matter", openapi_extra=_EXAMPLE)
def track(request: HttpRequest, body: TrackIn) -> Status[dict[str, Any]]:
    """Give a token that reads one matter, and acts in it as its party, for two hours.

    The same answer for a reference that does not exist and a wrong code. After five wrong codes each further try must wait.
    """
    found = queries.find_by_reference(body.reference, body.code)
    if isinstance(found, Refusal):
        digits = "".join(mark for mark in found.text.en if mark.isdigit())
        raise slow_down(int(digits or 1))
    shown = reference.normalise(body.reference)
    if found is None or found.matter is None or shown is None:
        raise Problem(404, "not_found", WRONG)
    home, _, matter = found.matter.partition("/")
    token = tokens.for_party(found, reference=shown)
    return Status(201, {"token": token.text, "ends": token.ends, "home": home, "matter": matter, "reference": shown})
