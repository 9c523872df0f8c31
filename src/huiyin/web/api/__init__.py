"""The API: everything a person can do on the pages, typed, for programs. Mounted under ``api/v1/``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from huiyin.web.api import city, courts, dates, files, matters, neighbours, notices, procedures, record, sign_in, tracking
from huiyin.web.api.auth import Bearer
from huiyin.web.api.base import HuiyinAPI
from huiyin.web.api.problems import answer, not_found

__all__ = ["api"]

api = HuiyinAPI(
    title="Huiyin",
    version="1",
    description=(
        "回音：一座城市受理纠纷、隐患和诉求的前门。One front door for a city's disputes, hazards and needs.\n\n"
        "A matter is opened by `POST /matters` and moved by `POST /matters/{home}/{matter}/acts`; both take an "
        "`Idempotency-Key`, so that sending twice is doing once. Errors are problem details (RFC 9457) with a stable `code` "
        "and texts in Chinese and English. What a caller may not see answers 404. Instants are UTC, dates are local to the city."
    ),
    urls_namespace="api",
    docs_url=None,
    auth=Bearer(),
)
elsewhere = Router()


@elsewhere.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False, url_name="nowhere")
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer for every address that is none: as for a matter one may not see."""
    return answer(request, not_found())


for room in (matters, dates, files, tracking, sign_in, city, procedures, record, notices, neighbours, courts):
    api.add_router("", room.router)
# Last: an address is looked for in the order the rooms stand.
api.add_router("", elsewhere)
