"""Writing down a visit: one form, sent straight away as a page, or kept on the phone by the same page until there is signal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin import clock, ids
from huiyin.city import queries as city
from huiyin.core.values import Principal, Refusal, Text
from huiyin.papers.kinds import MAX_BYTES
from huiyin.ui import forms
from huiyin.web.pages import kept, places
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.field import today, visits
from huiyin.web.pages.field.asked import asked_of
from huiyin.web.pages.field.visits import MOST_PHOTOS, Outcome, Photo
from huiyin.web.pages.show import show

PLACE, PLAN_PLACE = "field-capture", "field-plan"


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def capture(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Ask what was done where, or record it."""
    if not visits.may_record(principal):
        return not_found(request)
    if request.method == "POST":
        return _record(request, principal)
    raw, refusal = kept.kept(request, PLACE)
    return today.page(request, principal, "capture", {"raw": raw or _fresh(request), "refusal": refusal})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Put a visit on the list for later, or ask for what that takes."""
    if not visits.may_record(principal):
        return not_found(request)
    if request.method == "POST":
        raw = kept.posted(request)
        answer = visits.plan(principal, _local(raw), raw.get("key", ""))
        if isinstance(answer, Refusal):
            kept.keep(request, PLAN_PLACE, raw, answer)
            return HttpResponseRedirect(reverse("field-plan"))
        kept.drop(request, PLAN_PLACE)
        kept.tell(request, Text("已经排进要去的地方。", "It is on the list."))
        return HttpResponseRedirect(reverse("today"))
    raw_kept, refusal = kept.kept(request, PLAN_PLACE)
    problems = forms.problems_of(refusal)
    asked = asked_of("plan", raw_kept or {}, problems)
    context = {
        "asked": asked,
        "places": today.near(principal),
        "division": (raw_kept or {}).get("f.place.division", ""),
        "key": str(ids.uuid7()),
        "here": "today",
    }
    return show(request, "web/field/plan.html", context, frame="staff", refusal=refusal, questions=list(asked.values()))


@staff_only
@require_http_methods(["GET", "HEAD"])
def on_phone(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show what this phone keeps; the page itself does that, the server knows nothing of it."""
    return today.page(request, principal, "kept", {})


def _fresh(request: HttpRequest) -> dict[str, str]:
    """Return what an empty form starts with: now, and the place whose code was scanned."""
    now = clock.now().astimezone(city.library().zone)
    raw = {"f.starts_at": now.strftime("%Y-%m-%dT%H:%M")}
    code = request.GET.get("place", "")[:12]
    return {**raw, "f.place.division": code} if places.is_place(code) else raw


def _local(raw: dict[str, str]) -> dict[str, str]:
    """Return what was typed with the moment as the page gives it, in the city's own time."""
    return {**raw, "f.starts_at": forms.instant(raw.get("f.starts_at", ""), city.library().zone)}


def _record(request: HttpRequest, principal: Principal) -> HttpResponse:
    raw = kept.posted(request)
    photos = _photos(request)
    made = Outcome(photos) if isinstance(photos, Refusal) else visits.record(principal, _local(raw), raw.get("key", ""), photos)
    if isinstance(made.answer, Refusal):
        refusal = made.answer
        if refusal.field == "at":
            refusal = Refusal(refusal.code, refusal.text, "starts_at")
        kept.keep(request, PLACE, raw, refusal)
        return HttpResponseRedirect(reverse("field-capture"))
    kept.drop(request, PLACE)
    said = made.answer.says
    kept.tell(request, Text(f"已经记下。{said.zh}", f"Recorded. {said.en}"))
    for warning in made.warnings:
        kept.tell(request, warning, "warn")
    return HttpResponseRedirect(reverse("today"))


def _photos(request: HttpRequest) -> list[Photo] | Refusal:
    sent = request.FILES.getlist("photos")
    if len(sent) > MOST_PHOTOS:
        return Refusal("file", Text(f"一次最多{MOST_PHOTOS}张照片。", f"At most {MOST_PHOTOS} photographs at a time."), "photos")
    if any((one.size or 0) > MAX_BYTES for one in sent):
        return Refusal("file", Text("照片太大，没有收下。", "A photograph is too large and was not taken."), "photos")
    return [Photo(one.name or "photo.jpg", one.read()) for one in sent]
