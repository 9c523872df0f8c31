"""Which language and which size of type a page has: the reader's own choice, kept in two cookies, never guessed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from huiyin.core.values import Language

LANGUAGE_COOKIE = "lang"
BIG_COOKIE = "big"
YEAR = 365 * 24 * 3600
_DJANGO: dict[Language, str] = {"zh": "zh-hans", "en": "en"}
HTML_LANG: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}


def language_of(request: HttpRequest) -> Language:
    """Return the language asked for in the address, else the one chosen before, else Chinese."""
    asked = request.GET.get("lang") or request.COOKIES.get(LANGUAGE_COOKIE)
    return "en" if asked == "en" else "zh"


def big_type(request: HttpRequest) -> bool:
    """Tell whether the reader chose large type."""
    return (request.GET.get("big") or request.COOKIES.get(BIG_COOKIE)) == "1"


def address_with(request: HttpRequest, **change: str) -> str:
    """Return the address of this same page with ``lang`` or ``big`` set; other parts of the query stay."""
    query = request.GET.copy()
    for name in ("lang", "big"):
        query.pop(name, None)
    for name, value in change.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


class ReadersChoice:
    """Keep what a reader chose by ``?lang=`` and ``?big=`` for the pages that follow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer ``request`` in the reader's language."""
        language = language_of(request)
        with translation.override(_DJANGO[language]):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", HTML_LANG[language])
        # What everyone gets alike, such as the styles, a browser keeps whatever its cookies say.
        if "public" not in response.headers.get("Cache-Control", ""):
            patch_vary_headers(response, ("Cookie",))
        if request.GET.get("lang") in ("zh", "en"):
            _keep(response, LANGUAGE_COOKIE, language, request.is_secure())
        if request.GET.get("big") in ("0", "1"):
            _keep(response, BIG_COOKIE, request.GET["big"], request.is_secure())
        return response


def _keep(response: HttpResponse, name: str, value: str, secure: bool) -> None:
    response.set_cookie(name, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
