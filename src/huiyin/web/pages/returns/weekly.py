"""The weekly report as pages: this week's figures, words and reasons, what is missing, sending, and what was sent before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.diagram_common import state_label
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import queries as record
from huiyin.matters import services
from huiyin.returns import periods, weekly
from huiyin.returns.periods import Period
from huiyin.returns.weekly import Report
from huiyin.ui.forms import Question
from huiyin.web.pages import kept, seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Wording

SHOWN_BEFORE = 12
SAVED = Text("已存下，还没有提交。", "Saved, not sent yet.")
SENT = Text("周报已经提交。", "The report has been sent.")
DRAWN = Text("数字已经重新从记录里取出。", "The figures were taken from the record anew.")
CORRECTED = Text("数字已经更正，周报另印了一份。", "The figures were corrected and the report printed anew.")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the report of a week of one's workroom, or for a centre which workrooms have sent theirs."""
    chosen = _week(request)
    unit = city.unit(principal.unit or "")
    if unit is None or not _has_use(unit.kind):
        return not_found(request)
    if chosen is None:
        return not_found(request)
    if not _host(unit.kind):
        return _gathered(request, principal, chosen)
    found = weekly.reports(principal, chosen)
    present = weekly.present_of(found, unit.id)
    if request.method == "POST" and weekly.writes(principal):
        if present is not None:
            # Somebody of the same room began it in the meantime; their draft is the one that goes on.
            return _post(request, principal, present)
        begun = weekly.begin(principal, chosen, _key(request))
        if isinstance(begun, Refusal):
            kept.keep(request, request.path, kept.posted(request), begun)
            return HttpResponseRedirect(f"{request.path}?week={chosen.slug}")
        present = weekly.report(principal, begun.home, begun.matter)
        if present is None:
            return not_found(request)
        return _post(request, principal, present)
    return _page(request, principal, chosen, present)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Show one report, and take what is done with it."""
    report = weekly.report(principal, home, matter)
    if report is None or report.week is None:
        return not_found(request)
    if request.method == "POST":
        return _post(request, principal, report)
    return _page(request, principal, report.week, report)


def _post(request: HttpRequest, principal: Principal, report: Report) -> HttpResponse:
    """Take one press: save the words, send, draw the figures again, or correct them."""
    do, raw, key = request.POST.get("do", "save"), kept.posted(request), _key(request)
    here = reverse("weekly-one", args=[report.home, report.matter])
    refusal: Refusal | None = None
    told = SAVED
    if do == "draw":
        refusal, told = _refused(weekly.draw_again(principal, report, key)), DRAWN
    elif do == "correct":
        refusal, told = _refused(weekly.correct(principal, report, raw.get("reason", ""), key)), CORRECTED
    else:
        words = {name: raw.get(name, "").strip() for name in weekly.WORDS}
        if report.state == "drafting" and any(words[name] != (report.facts.get(name) or "") for name in words):
            data = {name: value for name, value in words.items() if value}
            refusal = _refused(_act(principal, report, "write_words", data, f"{key}:words"))
        if do == "send" and refusal is None:
            refusal, told = _refused(_act(principal, report, "send", {}, f"{key}:send")), SENT
    if refusal is not None:
        kept.keep(request, here, raw, refusal)
    else:
        kept.drop(request, here)
        kept.tell(request, told)
    return HttpResponseRedirect(here)


def _act(principal: Principal, report: Report, action: str, data: Mapping[str, Any], key: str) -> object:
    return services.act(home=report.home, matter=report.matter, action=action, data=data, principal=principal, key=key)


def _refused(answer: object) -> Refusal | None:
    if not isinstance(answer, Refusal):
        return None
    # A reason that is missing belongs beside its own question.
    return Refusal(answer.code, answer.text, field="fewer_reason") if answer.code == "visits_or_reason" else answer


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:60] or str(uuid4())


def _page(request: HttpRequest, principal: Principal, chosen: Period, report: Report | None) -> HttpResponse:
    here = request.path if report is None else reverse("weekly-one", args=[report.home, report.matter])
    typed, refusal = kept.kept(request, here)
    unit = (principal.unit or "") if report is None else report.unit
    writes = weekly.writes(principal) and unit == principal.unit
    now = clock.now()
    facts: Mapping[str, Any] = {} if report is None else report.facts
    fresh = weekly.drawn(unit, chosen, now) if report is None else None
    rows = facts.get("figures") or [] if fresh is None else fresh["figures"]
    visits = int(facts.get("visits") or 0) if fresh is None else int(fresh["visits"])
    drafting = report is None or report.state == "drafting"
    values = {name: (typed or {}).get(name, facts.get(name) or "") for name in weekly.WORDS}
    questions = _questions(values, refusal) if writes and drafting else ()
    procedure = city.library().procedures[weekly.PROCEDURE]
    returned = city.library().returns[weekly.RETURN]
    changed = weekly.since(report) if report is not None and report.state != "dropped" else ()
    view = None if report is None else record.get(principal, report.home, report.matter)
    state = None if report is None else procedure.states[report.state]
    standpoint = None if report is None else seats.of_staff(principal, report.home, report.matter)
    words = None if view is None or standpoint is None else Wording(view, standpoint)
    context = {
        "week": chosen,
        "report": report,
        "view": view,
        # A question the centre waits to have answered stands first, with what answers it.
        "asked": None if words is None else words.asked(),
        "answers": [] if words is None or words.asked() is None else [deed for deed in words.deeds()[0] if deed.why_not is None],
        "unit": city.unit(unit),
        "writes": writes,
        "writers": [city.library().post_label(post) for post in sorted(weekly.WRITERS)],
        # Others see the numbers; the matters behind them they list under their own rights.
        "linked": unit == principal.unit,
        "drafting": drafting,
        "dropped": report is not None and report.state == "dropped",
        "rows": rows,
        "means": {count.label.zh: count for count in returned.counts.values()},
        "labels": _labels(),
        "nothing": not any(row["value"] for row in rows),
        "taken_at": facts.get("taken_at") if fresh is None else fresh["taken_at"],
        "plan": returned.plan,
        "visits": visits,
        "own": weekly.own_visits(principal, chosen) if writes or _goes_out(principal) else None,
        "missing": weekly.missing({**facts, **values}, visits) if writes and drafting else (),
        "needed": returned.plan is not None and visits < returned.plan.least,
        "changed": changed,
        "checked": None if report is None or drafting else weekly.as_sent(report),
        "words": [(procedure.fields[name].label, facts.get(name)) for name in weekly.WORDS if facts.get(name)],
        "asked_back": [
            (procedure.fields[name].label, facts[name])
            for name in ("question", "answer_text", "receipt_note")
            if facts.get(name) and not (name == "question" and words is not None and words.asked())
        ],
        "state": None if state is None else state_label(state),
        "papers": [] if view is None else [line for line in view.papers if line.name == weekly.PROCEDURE],
        "questions": questions,
        "reason": Question(
            "reason",
            Text("更正的理由", "Why it is corrected"),
            "long",
            value=(typed or {}).get("reason", ""),
            error=_error(refusal, "reason"),
        ),
        "can_correct": writes and not drafting and bool(changed) and report is not None and report.state != "dropped",
        "key": uuid4(),
        "action": here if report is not None else f"{here}?week={chosen.slug}",
        "before_week": f"{reverse('weekly')}?week={chosen.before().slug}",
        "after_week": f"{reverse('weekly')}?week={chosen.after().slug}" if chosen.after().start <= city.today() else None,
        "earlier": [one for one in weekly.reports(principal) if one.unit == unit and one.week is not None][:SHOWN_BEFORE],
        "states": {name: state_label(one) for name, one in procedure.states.items()},
        "told": kept.told(request),
        "now": now,
        "here": "weekly",
    }
    shown = questions or (() if refusal is None else (context["reason"],))
    return show(request, "web/returns/weekly.html", context, frame="staff", refusal=refusal, questions=shown)  # type: ignore[arg-type]


def _labels() -> dict[str, Text]:
    """Return the label of each figure in both languages, by the Chinese one the report keeps."""
    return {count.label.zh: count.label for count in city.library().returns[weekly.RETURN].counts.values()}


def _questions(values: Mapping[str, str], refusal: Refusal | None) -> tuple[Question, ...]:
    fields = city.library().procedures[weekly.PROCEDURE].fields
    return tuple(
        Question(name, fields[name].label, "long", hint=fields[name].hint, value=values[name], required=False, error=_error(refusal, name))
        for name in weekly.WORDS
    )


def _error(refusal: Refusal | None, name: str) -> Text | None:
    each = () if refusal is None else refusal.details or (refusal,)
    return next((one.text for one in each if one.field == name), None)


def _gathered(request: HttpRequest, principal: Principal, chosen: Period) -> HttpResponse:
    """Show a centre which workrooms of its place have sent the report of a week; units only."""
    found = [one for one in weekly.reports(principal, chosen) if one.state not in ("drafting", "dropped")]
    unit = city.unit(principal.unit or "")
    rooms = [] if unit is None else weekly.rooms_of(unit)
    sent = {one.unit: one for one in found}
    context = {
        "week": chosen,
        "unit": unit,
        "rooms": [(room.title, sent.get(room.id)) for room in rooms],
        "sent": sum(room.id in sent for room in rooms),
        "states": {name: state_label(one) for name, one in city.library().procedures[weekly.PROCEDURE].states.items()},
        "before_week": f"{reverse('weekly')}?week={chosen.before().slug}",
        "after_week": f"{reverse('weekly')}?week={chosen.after().slug}" if chosen.after().start <= city.today() else None,
        "now": clock.now(),
        "told": kept.told(request),
        "here": "weekly",
    }
    return show(request, "web/returns/gathered.html", context, frame="staff")


def _week(request: HttpRequest) -> Period | None:
    slug = request.GET.get("week", "")
    if not slug:
        return weekly.this_week(city.today())
    found = periods.parse(slug)
    return found if found is not None and found.kind == "week" and found.start <= city.today() else None


def _host(kind: str) -> bool:
    return kind in city.library().procedures[weekly.PROCEDURE].units["host"].kinds


def _has_use(kind: str) -> bool:
    procedure = city.library().procedures.get(weekly.PROCEDURE)
    return procedure is not None and any(kind in use.kinds for use in procedure.units.values())


def _goes_out(principal: Principal) -> bool:
    return _host(weekly.kind_of(principal.unit or ""))
