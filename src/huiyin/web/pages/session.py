"""How long a session still lasts, and keeping it alive: a page that is worked on must not end without a word."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from huiyin import clock

ENDS = "ends"
# The session is written at most this often, not on every page.
RENEWED_AFTER = 10 * 60


def seconds_left(request: HttpRequest, *, renew: bool = True) -> int:
    """Return how long the session lasts; opening a page counts as being there and puts its end off."""
    now = int(clock.now().timestamp())
    lasts = settings.SESSION_COOKIE_AGE
    ends = request.session.get(ENDS)
    if not isinstance(ends, int) or ends <= now:
        ends = None
    if ends is None or (renew and ends - now < lasts - RENEWED_AFTER):
        ends = now + lasts
        # Writing anything sets the end of the stored session anew as well.
        request.session[ENDS] = ends
    return ends - now


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """Answer how many seconds are left; a POST (somebody pressed 继续) begins them anew. Without a session there is nothing to keep."""
    if request.session.is_empty():
        return JsonResponse({"ends": 0})
    if request.method == "POST":
        request.session.pop(ENDS, None)
    return JsonResponse({"ends": seconds_left(request, renew=False)})
