"""Completes the OpenAPI document: schemas of the loaded procedures, error answers of every operation, examples."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from huiyin.city import queries as city
from huiyin.web.api import shapes
from huiyin.web.api.problems import MEDIA_TYPE
from huiyin.web.api.schemas import ProblemOut

Json = dict[str, Any]

_SAYS: Mapping[str, str] = {
    "400": "A header is missing or the body is not well-formed JSON.",
    "401": "Nobody is named, or the token is not or no longer valid.",
    "403": "Within one's scope, but not for this post or party.",
    "404": "Not there, or not within what the caller may see; the two look alike.",
    "409": "The key was used for something else, somebody acted first, or the matter's state does not allow it.",
    "413": "The body is larger than 1 MiB.",
    "415": "The body is not application/json.",
    "422": "A value is not what its field takes; `errors` names each field.",
    "429": "Too many wrong tries; Retry-After says when to try again.",
    "503": "The database cannot be reached; nothing was written. Retry-After says when to try again.",
}
_BODY = ("400", "413", "415", "422")
# Beyond the answers that the shape of a request gives by itself.
_MORE: Mapping[str, tuple[str, ...]] = {
    "openMatter": ("403", "409"),
    "act": ("401", "403", "404", "409"),
    "track": ("404", "429"),
    "signIn": ("401", "403", "429"),
    "signOut": ("401",),
    "listMatters": ("401",),
    "getMatter": ("401",),
    "listEvents": ("401", "403"),
    "listPapers": ("401", "403"),
    "getPaper": ("401", "403"),
    "listOffers": ("401",),
    "listNotices": ("401",),
    "readNotice": ("401", "404"),
    "bringMessage": ("409", "429"),
    "getTheirs": ("429",),
    "passOn": ("403", "409", "429"),
    "readNews": ("404", "429"),
    "acknowledgeNews": ("404", "429"),
    "commission": ("403", "409", "429"),
    "getCommission": ("429",),
    "recallCommission": ("409", "429"),
    "getSchema": ("404",),
}


def complete(document: dict[str, Any]) -> None:
    """Add to a document what the framework does not know."""
    library = city.library()
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(_components(library.version))
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    components["responses"] = {f"Problem{status}": _response(says) for status, says in _SAYS.items()}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _errors(path, operation)
    document["tags"] = [
        {"name": "matters", "description": "The two doors, open and act, and every read of a matter."},
        {"name": "tracking", "description": "A party follows one matter with its reference and code."},
        {"name": "sign-in", "description": "Staff act in one post at a time."},
        {"name": "city", "description": "Places, bodies, topics and days. Public."},
        {"name": "procedures", "description": "How each kind of matter is resolved. Public."},
        {"name": "record", "description": "That nothing was altered. Public."},
        {"name": "notices", "description": "What the caller was told."},
        {"name": "neighbours", "description": "Neighbouring systems bring messages under their own numbers and read what became of them."},
    ]


@lru_cache(maxsize=4)
def _components(version: str) -> Mapping[str, Json]:
    return shapes.components(city.library())


def _response(says: str) -> Json:
    return {"description": says, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _errors(path: str, operation: Json) -> None:
    responses = operation["responses"]
    wanted = {"503", *_MORE.get(operation["operationId"], ())}
    if "requestBody" in operation:
        wanted.update(_BODY)
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    if "path" in places or "{" in path:
        wanted.add("404")
    if "query" in places:
        wanted.add("422")
    wanted.add("400")
    # A token that is over is refused everywhere, also where none is needed.
    wanted.add("401")
    for status in sorted(wanted):
        responses.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    operation["responses"] = {str(status): responses[status] for status in sorted(responses, key=str)}
