"""How each kind of matter is resolved: the public guide, the form of every act, and diagrams."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from huiyin.city import queries as city
from huiyin.core import diagram
from huiyin.core.procedure import SYSTEM_ACTOR, Procedure, State
from huiyin.core.values import Text
from huiyin.web.api import shapes
from huiyin.web.api.problems import language_of, not_found
from huiyin.web.api.schemas import ProcedureList, ProcedureOut

router = Router(tags=["procedures"])
_MERMAID = {"responses": {"200": {"description": "Mermaid text", "content": {"text/plain": {"schema": {"type": "string"}}}}}}
_BPMN = {"responses": {"200": {"description": "BPMN 2.0", "content": {"application/xml": {"schema": {"type": "string"}}}}}}


@router.get("/procedures", response=ProcedureList, operation_id="listProcedures", summary="The procedures in force")
def list_procedures(request: HttpRequest) -> dict[str, Any]:
    """List every procedure a matter can be opened under, with its legal basis."""
    return {"items": [_line(procedure) for _, procedure in sorted(city.library().procedures.items())]}


@router.get("/procedures/{name}", response=ProcedureOut, operation_id="getProcedure", summary="The public guide of one procedure")
def get_procedure(request: HttpRequest, name: str) -> dict[str, Any]:
    """Tell every step, who has it, which clocks run, and the JSON Schema of every act's body."""
    procedure = _procedure(name)
    return {
        **_line(procedure),
        "opened_by": list(procedure.opened_by),
        "start": procedure.start,
        "states": [_state(procedure, state) for state in procedure.states.values()],
        "clocks": [
            {
                "name": clock.name,
                "label": clock.label.to_plain(),
                "kind": clock.kind,
                "term": None if clock.term is None else str(clock.term),
                "basis": [str(basis) for basis in clock.basis],
            }
            for clock in procedure.clocks.values()
        ],
        "open_schema": shapes.open_schema(procedure),
        "act_schemas": {one: shapes.act_schema(procedure, action) for one, action in shapes.actions_of(procedure).items()},
    }


@router.get(
    "/procedures/{name}/mermaid",
    response={200: None},
    operation_id="drawProcedure",
    summary="A diagram as Mermaid text",
    openapi_extra=_MERMAID,
)
def mermaid(request: HttpRequest, name: str) -> HttpResponse:
    """Draw the procedure in the reader's language."""
    text = diagram.mermaid(_procedure(name), language_of(request))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@router.get(
    "/procedures/{name}/bpmn",
    response={200: None},
    operation_id="exportProcedure",
    summary="The procedure as BPMN 2.0",
    openapi_extra=_BPMN,
)
def bpmn(request: HttpRequest, name: str) -> HttpResponse:
    """Export the procedure with its layout, for any BPMN viewer."""
    text = diagram.bpmn(_procedure(name), language_of(request))
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _procedure(name: str) -> Procedure:
    procedure = city.library().procedures.get(name)
    if procedure is None:
        raise not_found()
    return procedure


def _line(procedure: Procedure) -> dict[str, Any]:
    return {
        "name": procedure.name,
        "version": procedure.version,
        "title": procedure.title.to_plain(),
        "line": procedure.line_of_work,
        "basis": [str(basis) for basis in procedure.basis],
    }


def _state(procedure: Procedure, state: State) -> dict[str, Any]:
    return {
        "name": state.name,
        "says": state.says.to_plain(),
        "by": [_label(procedure, name).to_plain() for name in state.by if name != SYSTEM_ACTOR],
        "end": state.end,
        "actions": [action.name for action in state.actions],
    }


def _label(procedure: Procedure, name: str) -> Text:
    role, post = procedure.roles.get(name), procedure.posts.get(name)
    return role.label if role is not None else post.label if post is not None else Text(name, name)
