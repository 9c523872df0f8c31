"""What makes the page stay on a phone: its worker, its card for the home screen, and a shell of it that holds nobody's data."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

from huiyin import __version__, clock
from huiyin.ui.forms import Problems
from huiyin.ui.language import HTML_LANG, language_of
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.field import today, visits
from huiyin.web.pages.field.asked import questions, settling
from huiyin.web.pages.show import show

# Of the tokens' light theme; a card for the home screen cannot read a stylesheet.
PAPER, BRAND = "#f7f7f4", "#0d5457"


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Send the page's worker from the folder it serves, so that its reach is this room and nothing else."""
    path = finders.find("ui/field-worker.js")
    if not isinstance(path, str):
        return not_found(request)
    with open(path, encoding="utf-8") as source:
        text = source.read()
    response = HttpResponse(text.replace("__VERSION__", __version__), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """Send the card a phone makes an icon of."""
    english = language_of(request) == "en"
    return JsonResponse(
        {
            "id": reverse("today"),
            "name": "Huiyin field work" if english else "回音走访巡查",
            "short_name": "Field" if english else "走访",
            "lang": HTML_LANG[language_of(request)],
            "start_url": reverse("today"),
            "scope": reverse("today"),
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": BRAND,
            "icons": [{"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )


@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """Send the page without a person, a matter or a place in it: what the phone opens where there is no signal."""
    asked = questions({}, Problems())
    context = {
        "view": "today",
        "live": False,
        "day": today.Day((), (), 0, False),
        "now": clock.now(),
        "holder": "",
        "asked": asked,
        "settling": settling(asked),
        "places": [],
        "division": "",
        "files_hint": visits.photographs_hint(),
        "key": "",
        "week": None,
        "told": [],
        "seat": None,
        "person": "",
        "session_ends": None,
    }
    return show(request, "web/field/page.html", context, frame="staff")
