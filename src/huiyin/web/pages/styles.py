"""The one style sheet of every page, under an address that changes with what is in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from huiyin.ui import styles

YEAR = 365 * 24 * 3600


@require_safe
def sheet(request: HttpRequest, mark: str) -> HttpResponse:
    """Send the sheet. A page opened before an upgrade still asks for the old one: it gets today's, and keeps it under no wrong name."""
    today = styles.sheet()
    answer = HttpResponse(today.text, content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={YEAR}, immutable" if mark == today.mark else "no-cache"
    return answer
