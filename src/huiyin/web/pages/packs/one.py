"""One proposal: what it changes, what the proof found, who decided what, and the decision."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiyin.city import pack_proposals, pack_queries
from huiyin.city import queries as city
from huiyin.core.values import Principal, Refusal, Text
from huiyin.jobs import queries as jobs
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.packs.listing import REASON_HINT
from huiyin.web.pages.show import show

MOST_PROBLEMS = 100
IN_USE_NOW = Text("现在在用", "in use now")
OLD_FILES = Text("旧文件和指纹对不上，比不出来。", "The old files are not what their fingerprint says; they cannot be compared.")


@require_safe
@staff_only
def proposal(request: HttpRequest, principal: Principal, proposal: UUID) -> HttpResponse:
    """Show a proposal."""
    found = pack_queries.get(principal, proposal)
    if found is None:
        return not_found(request)
    raw, refusal = kept.kept(request, _place(proposal))
    compared = pack_queries.comparison(principal, found)
    reviews, stops = _may_review(found), _may_stop(found)
    questions = _questions(found, raw or {}, refusal, reviews=reviews) if reviews or stops else []
    context = {
        "one": found,
        "unsound": found.problems[:MOST_PROBLEMS],
        "more_unsound": max(0, len(found.problems) - MOST_PROBLEMS),
        "compared": compared,
        "in_use_now": IN_USE_NOW,
        "old_files": OLD_FILES,
        "job": None if found.job is None or found.state != "proving" else jobs.get(principal, found.job),
        "steps": pack_queries.steps(principal, proposal=proposal),
        "reviews": reviews,
        "stops": stops,
        "questions": questions,
        "orders": reverse("orders") if found.state == "in_force" and compared is not None and compared.moves_dates else "",
        "told": kept.told(request),
        "here": "packs",
    }
    return show(request, "web/packs/proposal.html", context, frame="staff", refusal=refusal, questions=questions)


@require_POST
@staff_only
def decide(request: HttpRequest, principal: Principal, proposal: UUID) -> HttpResponse:
    """Accept, send back, take back or stop a proposal."""
    found = pack_queries.get(principal, proposal)
    if found is None:
        return not_found(request)
    raw = kept.posted(request)
    refused = _decided(principal, found, raw)
    if refused is not None:
        kept.keep(request, _place(proposal), raw, refused)
    else:
        kept.drop(request, _place(proposal))
    return HttpResponseRedirect(reverse("pack-proposal", args=[proposal]))


def _decided(principal: Principal, found: pack_queries.Proposal, raw: dict[str, str]) -> Refusal | None:
    what, reason, content = raw.get("what", ""), raw.get("reason", ""), raw.get("content", "")
    if what == "withdraw":
        return pack_proposals.withdraw(principal=principal, proposal=found.id, reason=reason)
    if what == "send_back":
        return pack_proposals.send_back(principal=principal, proposal=found.id, content=content, reason=reason)
    if what != "accept":
        return Refusal("what", Text("请选接受还是退回。", "Choose whether to accept it or send it back."), field="what")
    try:
        on = date.fromisoformat(raw["on"]) if raw.get("on") else None
    except ValueError:
        return Refusal("on", Text("请写一个日期，例如2027-01-01。", "Give a date, such as 2027-01-01."), field="on")
    return pack_proposals.accept(principal=principal, proposal=found.id, content=content, reason=reason, on=on)


def _may_review(found: pack_queries.Proposal) -> bool:
    return not found.own and found.state in ("sound", "unsound")


def _may_stop(found: pack_queries.Proposal) -> bool:
    return found.state in ("accepted", "stuck") or (found.own and found.state in ("proving", "sound", "unsound"))


def _place(proposal: UUID) -> str:
    return f"pack-decide:{proposal}"


def _questions(found: pack_queries.Proposal, raw: dict[str, str], refusal: Refusal | None, *, reviews: bool) -> list[Question]:
    errors = problems_of(refusal).by_field
    asked: list[Question] = []
    if reviews and found.state == "sound":
        at_once = Text("接受，马上生效", "Accept; it takes force at once")
        accept = at_once if found.back else Text("接受，签名，到下面那天零点生效", "Accept and sign; it takes force on the day below")
        options = (
            Option("accept", accept, raw.get("what") == "accept"),
            Option("send_back", Text("退回", "Send it back"), raw.get("what") == "send_back"),
        )
        asked.append(Question("what", Text("怎么决定", "Your decision"), "radios", error=errors.get("what"), options=options))
        if not found.back:
            tomorrow = str(city.today() + timedelta(days=1))
            asked.append(
                Question(
                    "on",
                    Text("哪天生效", "Takes force on"),
                    "date",
                    hint=Text("退回的不用写。", "Not needed to send it back."),
                    error=errors.get("on"),
                    value=raw.get("on", tomorrow),
                    required=False,
                )
            )
    asked.append(Question("reason", Text("理由", "Why"), "long", hint=REASON_HINT, error=errors.get("reason"), value=raw.get("reason", "")))
    return asked
