"""Signing in and out, and choosing in which post to act."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from urllib.parse import quote

from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.city.models import Account
from huiyin.core.values import Refusal, Text
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.ui.language import LANGUAGE_COOKIE, YEAR
from huiyin.web import people
from huiyin.web.client import address_of
from huiyin.web.pages import errors, kept
from huiyin.web.pages.show import show

PLACE, POST_PLACE = "sign-in", "choose-post"
TRIES = 10
TRIES_WITHIN = timedelta(minutes=15)
WRONG = Refusal(
    "wrong_sign_in",
    Text("用户名或者密码不对。", "The user name or the password is wrong."),
    field="username",
)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


def _tries_key(request: HttpRequest, username: str) -> str:
    who = f"{address_of(request)}/{username}"
    return f"sign-in:{hashlib.sha256(who.encode()).hexdigest()}"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a member of staff in; the same answer for an unknown name and a wrong password."""
    if request.method == "POST":
        return _sign_in(request)
    raw, refusal = kept.kept(request, PLACE)
    problems = problems_of(refusal)
    questions = [
        Question(
            "username",
            Text("用户名", "User name"),
            "line",
            error=problems.by_field.get("username"),
            value=(raw or {}).get("username", ""),
            autocomplete="username",
        ),
        Question("password", Text("密码", "Password"), "password", autocomplete="current-password"),
    ]
    return show(
        request,
        "web/sign_in.html",
        {"questions": questions, "next": _next(request)},
        frame="resident",
        refusal=refusal,
        questions=questions,
    )


def _sign_in(request: HttpRequest) -> HttpResponse:
    username = request.POST.get("username", "").replace("\x00", "").strip()[:80]
    key = _tries_key(request, username)
    if cache.get(key, 0) >= TRIES:
        return errors.too_many(request, int(TRIES_WITHIN.total_seconds()))
    account = authenticate(request, username=username, password=request.POST.get("password", ""))
    if not isinstance(account, Account):
        cache.add(key, 0, TRIES_WITHIN.total_seconds())
        cache.incr(key)
        kept.keep(request, PLACE, {"username": username}, WRONG)
        wanted = _next(request)
        return HttpResponseRedirect(reverse("sign-in") + (f"?next={quote(wanted)}" if wanted else ""))
    cache.delete(key)
    login(request, account)
    kept.drop(request, PLACE)
    seats = people.seats_of(account)
    if len(seats) == 1:
        request.session[people.POST_KEY] = seats[0].id
        response = HttpResponseRedirect(_next(request) or reverse("inbox"))
    else:
        wanted = _next(request)
        response = HttpResponseRedirect(reverse("choose-post") + (f"?next={quote(wanted)}" if wanted else ""))
    if LANGUAGE_COOKIE not in request.COOKIES:
        response.set_cookie(LANGUAGE_COOKIE, account.language, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out and forget everything of this session."""
    logout(request)
    return HttpResponseRedirect(reverse("home"))


@require_http_methods(["GET", "HEAD", "POST"])
def choose_post(request: HttpRequest) -> HttpResponse:
    """Let a person with several posts say in which one they act now."""
    if not isinstance(request.user, Account):
        return HttpResponseRedirect(reverse("sign-in"))
    seats = people.seats_of(request.user)
    if request.method == "POST":
        chosen = request.POST.get("seat", "")
        if chosen in {seat.id for seat in seats}:
            request.session[people.POST_KEY] = chosen
            kept.drop(request, POST_PLACE)
            return HttpResponseRedirect(_next(request) or reverse("inbox"))
        kept.keep(request, POST_PLACE, {}, Refusal("required", Text("请选一个岗位。", "Choose a post."), field="seat"))
        return HttpResponseRedirect(reverse("choose-post"))
    _, refusal = kept.kept(request, POST_PLACE)
    current = request.session.get(people.POST_KEY)
    options = tuple(
        Option(
            seat.id,
            Text(f"{seat.unit_name.zh} {seat.post_name.zh}", f"{seat.post_name.en}, {seat.unit_name.en}"),
            seat.id == current,
            Text(f"代{seat.stands_in_for}", f"standing in for {seat.stands_in_for}") if seat.stands_in_for else None,
        )
        for seat in seats
    )
    questions = (
        [Question("seat", Text("岗位", "Post"), "radios", error=problems_of(refusal).by_field.get("seat"), options=options)]
        if options
        else []
    )
    return show(
        request,
        "web/choose_post.html",
        {"questions": questions, "next": _next(request)},
        frame="resident",
        refusal=refusal,
        questions=questions,
    )
