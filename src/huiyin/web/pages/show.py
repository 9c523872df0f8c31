"""One way to answer with a page, so that every page has the same shell, language, size of type and help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huiyin import __version__
from huiyin.city.models import Account
from huiyin.core.values import Principal, Refusal
from huiyin.ui.forms import Question, linked, problems_of
from huiyin.ui.language import HTML_LANG, address_with, big_type, language_of
from huiyin.web import people
from huiyin.web.pages import navigation, session


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    frame: str = "",
    status: int = 200,
    refusal: Refusal | None = None,
    questions: Sequence[Question] = (),
) -> HttpResponse:
    """Return the page.

    Args:
        frame: ``resident`` or ``staff``; staff who chose a post see their own shell on shared pages.
        refusal: what stopped the last attempt; it heads the page, each part linked to its question.
    """
    seat = people.seat_of(request) if hasattr(request, "session") else None
    shell = frame or ("staff" if seat is not None else "resident")
    language, big = language_of(request), big_type(request)
    problems = problems_of(refusal)
    account = getattr(request, "user", None)
    # What is being typed is lost with the session: pages of staff and of drafts say so before it ends.
    typing = shell == "staff" or "draft" in (context or {})
    common = {
        "session_ends": session.seconds_left(request) if typing and hasattr(request, "session") else None,
        "shell": shell,
        "shell_template": f"ui/{shell}.html",
        "language": language,
        "html_lang": HTML_LANG[language],
        "big": big,
        "other_language": address_with(request, lang="zh" if language == "en" else "en"),
        "other_size": address_with(request, big="0" if big else "1"),
        "help_phone": settings.HUIYIN_HELP_PHONE,
        "seat": seat,
        "other_posts": seat is not None and people.has_other_posts(request),
        "person": account.name if isinstance(account, Account) else "",
        "navigation": navigation.entries(seat, request),
        "version": __version__,
        "problems": problems,
        "problem_links": linked(problems, questions),
    }
    return render(request, template, {**common, **(context or {})}, status=status)


def signed_in(request: HttpRequest) -> Principal | None:
    """Return the member of staff in the post chosen, or None."""
    return people.staff_of(request)
