"""Looking a matter up with its reference and code: one answer for a reference nobody has and a wrong code."""

from __future__ import annotations

import unicodedata

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from huiyin.core import reference as references
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import queries
from huiyin.ui.forms import Question, problems_of
from huiyin.web import people
from huiyin.web.pages import kept, own
from huiyin.web.pages.show import show

PLACE = "track"
NO_MATCH = Refusal(
    "no_match",
    Text(
        "编号和查询码对不上。请对照收到的回执，核对编号，再输一次查询码。",
        "Reference and code do not belong together. Compare the reference with your receipt and type the code again.",
    ),
    field="reference",
)
# Said of the digits alone, before anything is looked up: it tells nothing of what is recorded.
MISTYPED = Refusal(
    "bad_value",
    Text(
        "编号里有数字打错了。请对照回执，一位一位核对，再输一次查询码。",
        "A digit of the reference is wrong. Compare it with your receipt digit by digit and type the code again.",
    ),
    field="reference",
)


REFERENCE_HINT = Text("例如：2611 2104 0873，空格可以不打。", "For example 2611 2104 0873; spaces may be left out.")
CODE_HINT = Text("在回执上，编号下面。", "On your receipt, below the reference.")


@csrf_exempt
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for reference and code, and go to the matter when they fit.

    A browser that sends our form back without any cookie keeps none: there is no session to be misused and none to go on in,
    so it is answered at once with what can be read.
    """
    if request.method == "POST" and not request.COOKIES and "csrfmiddlewaretoken" in request.POST:
        return _read_once(request)
    return _track(request)


@csrf_protect
def _track(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _look_up(request)
    return _form(request, *kept.kept(request, PLACE))


def _form(request: HttpRequest, raw: dict[str, str] | None, refusal: Refusal | None) -> HttpResponse:
    problems = problems_of(refusal)
    questions = [
        Question(
            "reference",
            Text("编号（12位数字）", "Reference (12 digits)"),
            "code",
            error=problems.by_field.get("reference"),
            hint=REFERENCE_HINT,
            value=(raw or {}).get("reference", "") or _from_slip(request),
        ),
        Question(
            "code",
            Text("查询码（6位数字）", "Code (6 digits)"),
            "code",
            hint=CODE_HINT,
            error=problems.by_field.get("code"),
            autocomplete="one-time-code",
        ),
    ]
    return show(request, "web/track.html", {"questions": questions}, frame="resident", refusal=refusal, questions=questions)


def _from_slip(request: HttpRequest) -> str:
    """Return the reference that the code on a slip brought; the code that opens it never stands in an address."""
    typed = request.GET.get("reference", "")[:60]
    digits = references.normalise(typed)
    return references.shown(digits) if digits is not None else ""


def _miscounted(typed: str) -> Refusal | None:
    """Return what is wrong with a reference that cannot be one, by its digits alone."""
    if references.is_valid(typed):
        return None
    digits = sum(one.isascii() and one.isdigit() for one in unicodedata.normalize("NFKC", typed))
    if digits == references.LENGTH:
        return MISTYPED
    return Refusal(
        "bad_value",
        Text(
            f"编号是{references.LENGTH}位数字，您填了{digits}位。请对照回执，再输一次查询码。",
            f"The reference has {references.LENGTH} digits; you gave {digits}. Compare it with your receipt and type the code again.",
        ),
        field="reference",
    )


def _read_once(request: HttpRequest) -> HttpResponse:
    typed = request.POST.get("reference", "")[:60]
    found = _found(request)
    if not isinstance(found, Principal):
        return _form(request, {"reference": typed}, found)
    return own.read(request, people.followed_once(references.normalise(typed) or "", found))


def _found(request: HttpRequest) -> Principal | Refusal:
    typed, code = request.POST.get("reference", "")[:60], request.POST.get("code", "")[:60]
    return _miscounted(typed) or queries.find_by_reference(typed, code) or NO_MATCH


def _look_up(request: HttpRequest) -> HttpResponse:
    typed = request.POST.get("reference", "")[:60]
    found = _found(request)
    if isinstance(found, Refusal):
        kept.keep(request, PLACE, {"reference": typed}, found)
        return HttpResponseRedirect(reverse("track"))
    kept.drop(request, PLACE)
    reference = references.normalise(typed) or ""
    people.remember_party(request, reference=reference, principal=found)
    return HttpResponseRedirect(reverse("mine", args=[reference]))
