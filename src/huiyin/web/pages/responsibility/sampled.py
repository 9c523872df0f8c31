"""The daily sample of what rows sent by themselves: drawn by chance, looked at by a checker, found right or wrong."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.core.rights import may_check_dispatch
from huiyin.core.values import Principal, Refusal, Text
from huiyin.routing import sampling
from huiyin.routing.explain import Words
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.responsibility.listing import kinds
from huiyin.web.pages.show import show


@require_safe
@staff_only
def days(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the days that have a sample, and what was found."""
    if not may_check_dispatch(principal):
        return not_found(request)
    found = [(day, sent, min(sent, sampling.SIZE), looked, wrong) for day, sent, looked, wrong in sampling.days_with_samples(principal)]
    context = {"days": found, "told": kept.told(request), "here": "responsibility"}
    return show(request, "web/responsibility/samples.html", context, frame="staff")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def day(request: HttpRequest, principal: Principal, day: str) -> HttpResponse:
    """Show one day's sample; keep what is found of one of its matters."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return not_found(request)
    drawn = sampling.sample(principal, on)
    if drawn is None:
        return not_found(request)
    place = f"sample:{day}"
    if request.method == "POST":
        raw = kept.posted(request)
        refused = _checked(principal, raw)
        if refused is None:
            kept.drop(request, place)
            kept.tell(request, Text("已经记下。", "It was written down."))
        else:
            kept.keep(request, place, raw, refused)
        return HttpResponseRedirect(request.get_full_path())
    raw_kept, refusal = kept.kept(request, place)
    words = Words([])
    open_now = next((one for one in drawn.drawn if one.checked is None), None)
    named = (raw_kept or {}).get("dispatch", "")
    chosen = next((one for one in drawn.drawn if str(one.dispatch.id) == named and one.checked is None), open_now)
    questions = [] if chosen is None else _questions(raw_kept or {}, refusal)
    context = {
        "sample": drawn,
        "rows": [
            (one, words.topic(one.dispatch.topic), None if one.checked is None else sampling.CAUSES.get(one.checked.cause))
            for one in drawn.drawn
        ],
        "chosen": chosen,
        "questions": questions,
        "told": kept.told(request),
        "here": "responsibility",
    }
    return show(request, "web/responsibility/sample.html", context, frame="staff", refusal=refusal, questions=questions)


def _checked(principal: Principal, raw: dict[str, str]) -> Refusal | None:
    if raw.get("found") not in ("right", "wrong") or not raw.get("dispatch", "").isdigit():
        return Refusal("found", Text("请选对还是错。", "Choose right or wrong."), field="found")
    return sampling.checked(
        principal=principal,
        dispatch=int(raw["dispatch"]),
        right=raw["found"] == "right",
        cause=raw.get("cause", ""),
        should=raw.get("should", ""),
        reason=raw.get("reason", ""),
    )


def _questions(raw: dict[str, str], refusal: Refusal | None) -> list[Question]:
    errors = problems_of(refusal).by_field
    found = (
        Option("right", Text("派对了", "It went right"), raw.get("found") == "right"),
        Option("wrong", Text("派错了", "It went wrong"), raw.get("found") == "wrong"),
    )
    causes = tuple(Option(name, label, raw.get("cause") == name) for name, label in sampling.CAUSES.items())
    blank = Text("没有错就不选", "Only where it went wrong")
    return [
        Question("found", Text("派得对不对", "Right or wrong"), "radios", error=errors.get("found"), options=found),
        Question(
            "cause", Text("错在哪里", "What went wrong"), "select", error=errors.get("cause"), options=causes, required=False, blank=blank
        ),
        Question(
            "should",
            Text("应当归谁", "Whose it should be"),
            "select",
            error=errors.get("should"),
            options=kinds(raw.get("should", "")),
            required=False,
            blank=blank,
        ),
        Question("reason", Text("理由", "Why"), "long", error=errors.get("reason"), value=raw.get("reason", ""), required=False),
    ]
