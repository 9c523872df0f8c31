"""A version taken home: one file of it, or all in one archive with the office's signature."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from huiyin.city import pack_contents, pack_queries
from huiyin.core.values import Principal
from huiyin.jobs.kinds import ZIP
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found


@require_GET
@staff_only
def whole(request: HttpRequest, principal: Principal, content: str) -> HttpResponse:
    """Send a version as one archive, to edit or to give to another office."""
    made = pack_queries.whole(principal, content)
    return not_found(request) if made is None else _sent(made[1], made[0], ZIP)


@require_GET
@staff_only
def file(request: HttpRequest, principal: Principal, content: str) -> HttpResponse:
    """Send one file of a version, to edit and hand in again."""
    path = request.GET.get("path", "")
    known = path in dict(pack_queries.files(principal, content))
    data = pack_contents.file_of(content, path) if known else None
    return not_found(request) if data is None else _sent(data, path.rpartition("/")[2], "text/plain; charset=utf-8")


def _sent(data: bytes, name: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer
