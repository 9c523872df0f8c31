"""A draft of an offer that those in the joint room write together. It is no act: what binds is the offer made of it, on its own form.

What somebody types here is kept in no session: a version that was not taken is shown again in the answer itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.core.drafting import Draft, DraftLine
from huiyin.core.forms import cents_of
from huiyin.core.procedure import Field
from huiyin.core.terms_change import compare
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import queries as matters
from huiyin.matters.views import MatterView
from huiyin.mediation import queries, services
from huiyin.mediation.queries import DraftView, Somebody
from huiyin.ui import forms
from huiyin.web import people
from huiyin.web.pages import kept, seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.mediation import drafted, offers, rooms
from huiyin.web.pages.mediation.offers import Made
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Wording

MOST_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where somebody writes, and what of the procedure they write on."""

    standpoint: Standpoint
    view: MatterView
    words: Wording
    field: Field
    note: Field

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts of a line."""
        return tuple(part.name for part in forms.typed_parts(self.field))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """The draft, for the mediator."""
    return _page(request, seats.of_staff(principal, home, matter))


@require_http_methods(["GET", "HEAD", "POST"])
def of_party(request: HttpRequest, reference: str, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """The draft, for a party in the joint room."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(f"{reverse('track')}?reference={reference}")
    return _page(request, seats.of_party(followed, home, matter))


def _page(request: HttpRequest, standpoint: Standpoint) -> HttpResponse:
    view = matters.get(standpoint.principal, standpoint.home, standpoint.matter)
    found = queries.draft(standpoint.principal, standpoint.home, standpoint.matter)
    field = None if view is None else offers.list_of(view.procedure)
    if view is None or field is None:
        return not_found(request)
    if found is None or found.room is None:
        # The room itself says that one has to come in first, or that the sides talk apart now.
        known = found is not None or queries.apart(standpoint.principal, standpoint.home, standpoint.matter) is not None
        return HttpResponseRedirect(rooms.address(standpoint)) if known else not_found(request)
    sheet = Sheet(standpoint, view, Wording(view, standpoint), field, view.procedure.fields[offers.NOTE])
    if request.method == "POST":
        return _take(request, sheet, found)
    return _show(request, sheet, found, drafted.typed(found.now, field))


def _take(request: HttpRequest, sheet: Sheet, found: DraftView) -> HttpResponse:
    raw = kept.posted(request)
    do = raw.pop("do", "")
    seen = forms.number_of(raw.get("seen", "")) or 0
    if forms.pressed(raw, do):
        return _show(request, sheet, found, raw, seen=seen)
    name = sheet.field.name
    lines = [{part: raw.get(f"f.{name}.{number}.{part}", "").strip() for part in sheet.parts} for number in range(forms.rows_of(raw, name))]
    answer = services.draft(
        home=sheet.view.home,
        matter=sheet.view.matter,
        principal=sheet.standpoint.principal,
        seen=seen,
        lines=[{part: words for part, words in line.items() if words} for line in lines],
        note=raw.get(f"f.{sheet.note.name}", "").replace("\r\n", "\n").strip(),
        names=sheet.parts,
        key=raw.get("key", ""),
    )
    if not isinstance(answer, Refusal):
        kept.tell(request, Text("存好了，房间里的人都看得到。", "Saved; everybody in the room sees it."), "good")
        return HttpResponseRedirect(rooms.draft_address(sheet.standpoint))
    now = queries.draft(sheet.standpoint.principal, sheet.view.home, sheet.view.matter)
    if now is None or now.room is None:
        return HttpResponseRedirect(rooms.address(sheet.standpoint))
    # What was seen stays what it was, but where both are shown: from there on both were seen.
    clash = answer.code == services.CLASH.code
    return _show(request, sheet, now, raw, seen=now.now.number if clash else seen, since=seen if clash else None, refusal=answer)


def _show(
    request: HttpRequest,
    sheet: Sheet,
    found: DraftView,
    raw: Mapping[str, str],
    *,
    seen: int | None = None,
    since: int | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """Show the draft.

    Args:
        seen: the version the form was begun from; None for the present one.
        since: after a clash, the version from which both writers began.
        refusal: why what was typed was not taken.
    """
    standpoint, view = sheet.standpoint, sheet.view
    told = [_made(sheet, found, place) for place in range(len(found.states))]
    now = told[-1] if told else None
    if now is not None and since is not None and (before := found.at(since)) is not None:
        now = replace(now, terms=_terms(sheet, before, found.now, found))
    parties = [(party.id, sheet.words.name(party.id) or Text(party.id, party.id)) for party in view.present]
    sources = forms.Sources(parties=parties, own=standpoint.shell != "staff")
    questions = [forms.question_of(one, raw, sources, required=False, error=None) for one in (sheet.field, sheet.note)]
    live = rooms.stream(request, standpoint, found.room) if not found.door.ended else ""
    context = {
        "told": kept.told(request),
        "reference": view.reference,
        "topic": sheet.words.topic(),
        "back": rooms.address(standpoint),
        "audience": rooms.audience(found.door, standpoint.principal),
        "kept_days": found.door.rooms.kept_days,
        "now": now,
        "earlier": tuple(reversed(told[-MOST_TOLD - 1 : -1])),
        "count": len(told),
        "ended": found.door.ended,
        "send_to": f"{kept.sent_to(rooms.draft_address(standpoint))}#draft",
        "here_address": rooms.draft_address(standpoint),
        "key": raw.get("key") if refusal is None and raw.get("key") else str(uuid4()),
        "seen": found.now.number if seen is None else seen,
        "questions": questions,
        "put": _put(sheet) if found.now.lines else None,
        "clash": since is not None,
        "live": live,
        "after": found.now.number,
        "here": "mediations",
    }
    status = 200 if refusal is None else 409 if since is not None else 422
    response = show(
        request, "web/mediation/draft.html", context, frame=standpoint.shell, refusal=refusal, questions=questions, status=status
    )
    return rooms.connecting(response, live)


def _put(sheet: Sheet) -> tuple[Text, str] | None:
    """Return the act that makes an offer of the draft, for this reader now, and its address."""
    for offer in sheet.view.offers:
        form = sheet.view.procedure.forms.get(offer.action.form or "")
        if offer.blocked is None and form is not None and sheet.field.name in [entry.field for entry in form.entries]:
            address = sheet.standpoint.act(offer.action.name)
            if offer.action.name in offers.ACTS:
                return offer.action.label, f"{address}{'&' if '?' in address else '?'}draft=1"
    return None


def _made(sheet: Sheet, found: DraftView, place: int) -> Made:
    """Return one version beside the one before, in words."""
    state, said = found.states[place], found.versions[place]
    before = found.states[place - 1] if place else Draft()
    terms = (
        _terms(sheet, before, state, found) if place else tuple(replace(one, kind="same") for one in _terms(sheet, before, state, found))
    )
    return Made(place + 1, _who(said.by), said.at, state.note.words, terms)


def _terms(sheet: Sheet, before: Draft, now: Draft, found: DraftView) -> tuple[offers.Term, ...]:
    lines = compare(_entries(sheet, before), _entries(sheet, now), sheet.parts)
    said = {one.seq: one for one in found.versions}
    numbers = {one.seq: place for place, one in enumerate(found.versions, 1)}

    def by(line: DraftLine) -> Text:
        one = said[line.last.number]
        who, number = _who(one.by), numbers[one.seq]
        return Text(f"{who.zh}写的，第{number}版", f"by {who.en}, version {number}")

    made = [offers.term(line, sheet.field, sheet.words) for line in lines]
    return tuple(replace(term, by=by(now.lines[place])) if place < len(now.lines) else term for place, term in enumerate(made))


def _entries(sheet: Sheet, draft: Draft) -> list[dict[str, Any]]:
    """Return the lines as an offer would hold them; what cannot be read yet stays as it was typed."""
    money = {part.name for part in sheet.field.record if part.type == "money"}
    return [{name: (cents_of(said) if name in money else None) or said for name, said in line.words.items()} for line in draft.lines]


def _who(somebody: Somebody) -> Text:
    return Text(somebody.name, somebody.name) if somebody.name else somebody.role
