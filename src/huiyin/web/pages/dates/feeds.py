"""Making and taking back the secret address of one's dates, and the calendar itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.city.models import Account
from huiyin.core.values import Principal, Text
from huiyin.ui.language import language_of
from huiyin.web import feeds, people
from huiyin.web.calendar_file import MEDIA_TYPE
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

NEW = "feed"


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Send the calendar behind a secret address; a false one, one that ran out and one taken back are all not there."""
    found = feeds.read(token)
    if found is None:
        return not_found(request)
    response = HttpResponse(found, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def of_desk(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Make or take back the address of the dates of one's post."""
    seat, account = people.seat_of(request), request.user
    if seat is None or not isinstance(account, Account):
        return not_found(request)
    owner = feeds.of_staff(account, seat.id)
    if request.method == "POST":
        made = feeds.make_for_staff(account, seat.id, language_of(request)) if request.POST.get("do") == "make" else None
        return _done(request, owner, made, reverse("desk-feed"))
    return _page(request, owner, "staff", reverse("inbox"))


@require_http_methods(["GET", "HEAD", "POST"])
def of_party(request: HttpRequest, reference: str) -> HttpResponse:
    """Make or take back the address of the dates of one's own matter."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(f"{reverse('track')}?reference={reference}")
    owner = feeds.of_party(followed.principal)
    here = reverse("mine-feed", args=[reference])
    if request.method == "POST":
        made = feeds.make_for_party(followed.principal, language_of(request)) if request.POST.get("do") == "make" else None
        return _done(request, owner, made, here)
    return _page(request, owner, "resident", reverse("mine", args=[reference]))


def _done(request: HttpRequest, owner: str, made: str | None, here: str) -> HttpResponse:
    if made is not None:
        # Shown once on the next page and then nowhere kept but as a hash.
        request.session[NEW] = made
    elif feeds.take_back(owner):
        kept.tell(request, Text("地址已经收回，原来的不能再用。", "The address was taken back and no longer works."))
    return HttpResponseRedirect(here)


def _page(request: HttpRequest, owner: str, frame: str, back: str) -> HttpResponse:
    token = request.session.pop(NEW, None) if request.session.get(NEW) else None
    context = {
        "told": kept.told(request),
        "kept": feeds.kept(owner),
        "new": None if token is None else request.build_absolute_uri(reverse("feed", args=[token])),
        "back": back,
        "staff": frame == "staff",
        "here": "inbox",
    }
    return show(request, "web/dates/feed.html", context, frame=frame)
