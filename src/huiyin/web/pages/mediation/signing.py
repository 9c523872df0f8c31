"""Reading and signing. The text comes first, then what it asks of the reader, then a pause, and only then the signature.

A party reads, pauses and signs on three pages; nothing is recorded before the last. Staff who sign, seal, or record what was
signed on paper see the same text and do it on one page. What is signed is the text whose fingerprint was read: when it
changed meanwhile it is read again, and the differences are shown.
"""

from __future__ import annotations

import difflib
import uuid
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.effects import Offer
from huiyin.core.papers import PaperDef
from huiyin.core.values import Refusal, Text
from huiyin.matters import queries, services
from huiyin.matters.views import MatterView, PaperLine, PaperView
from huiyin.ui import forms
from huiyin.ui.forms import Question
from huiyin.web.pages import kept, rarely, sheets
from huiyin.web.pages.documents import outside, signed
from huiyin.web.pages.mediation import naming, obligations, one_sheet, turns
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Wording

UNREAD = Refusal("unread", Text("请先读完文书的文字，再勾选确认。", "Read the text of the paper first, then tick the box."), field="read")
UNWILLING = Refusal("unread", Text("要签的，请先勾选“我自愿签”。", "To sign, first tick “I sign of my own free will”."), field="read")
CHANGED = Text(
    "文字在您读过以后改了，还没有签。请把改过的地方再读一遍。",
    "The text was changed after you read it, and nothing was signed. Please read again what changed.",
)
READ = Text("我读完了上面的文字", "I have read the text above")
READ_BY_PARTY = Text("纸上签的就是这份文字，一个字没有改", "What was signed on paper is exactly this text")
WILLING = Text("我读完了，我自愿签", "I have read it and sign of my own free will")
THOUGHT = Text(
    "没有签，什么都没有登记。想好了，随时可以回来签；不想签，也可以不签。",
    "Nothing was signed and nothing recorded. Come back to sign whenever you have thought it over; you need not sign at all.",
)
THINK_ON = Question(
    "think_on",
    Text("打算哪天再定", "When you mean to decide"),
    "date",
    hint=Text(
        "只记在这台设备上，提醒您自己，别人看不到。",
        "Only this device keeps it, as a reminder to yourself.",
    ),
    required=False,
)
# Where a browser's session keeps until when somebody thinks about what.
THINKING = "thinking"
READ_PAGE, PAUSE_PAGE, SIGN_PAGE = "read", "pause", "sign"
# What this page itself notes between its steps.
STEPS = ("read_hash", "paused", "changed", "service_to", "service_session")
# What a procedure calls its clock for signatures.
SIGNING_CLOCK = "signing"


@dataclass(frozen=True, slots=True)
class Signing:
    """One paper about to be signed or sealed by one person."""

    standpoint: Standpoint
    view: MatterView
    offer: Offer
    words: Wording
    line: PaperLine

    @property
    def place(self) -> str:
        """Where what was typed and read is kept."""
        return f"{self.standpoint.kept_at}/{self.offer.action.name}"

    @property
    def here(self) -> str:
        """The address of the act."""
        return self.standpoint.act(self.offer.action.name)

    @property
    def seals(self) -> bool:
        """Tell whether it is the unit's seal."""
        return self.offer.action.seals is not None

    @property
    def by_party(self) -> bool:
        """Tell whether a party signs on its own page."""
        return self.standpoint.principal.kind == "party"

    @property
    def recorded(self) -> bool:
        """Tell whether staff record what a party signed on paper."""
        return self.standpoint.principal.acting_for is not None

    @property
    def signer(self) -> str | None:
        """Id of the party whose signature it is."""
        return self.standpoint.principal.id if self.by_party else self.standpoint.principal.acting_for

    @property
    def shown(self) -> tuple[str, ...]:
        """Ids of the scans on which this signature may be seen too; a seal gets a scan of its own."""
        return () if self.seals else one_sheet.shown(self.line)

    @property
    def binds(self) -> bool:
        """Tell whether the paper takes on obligations."""
        return obligations.binds(self.view.procedure, self.definition)

    @property
    def definition(self) -> PaperDef | None:
        """The kind of paper, while the packs still know it."""
        return self.words.library.papers.get(self.line.name)

    def page(self, name: str) -> str:
        """The address of one page of reading and signing."""
        return f"{self.here}{'&' if '?' in self.here else '?'}{urlencode({'page': name})}"

    def paper(self, line: PaperLine) -> PaperView | None:
        """One issue with its text."""
        return queries.paper(self.standpoint.principal, self.view.home, self.view.matter, line.name, line.number)


def page(request: HttpRequest, standpoint: Standpoint, view: MatterView, offer: Offer) -> HttpResponse:
    """Show a page of reading and signing, or take what was sent from it."""
    name = offer.action.signs or offer.action.seals
    issues = [line for line in view.papers if line.name == name and not line.voided]
    if not issues:
        return show(
            request,
            "web/mediation/nothing_to_sign.html",
            {"act": offer.action, "view": view, "back": standpoint.address},
            frame=standpoint.shell,
        )
    signing = Signing(standpoint, view, offer, Wording(view, standpoint), issues[-1])
    if request.method == "POST":
        return _take(request, signing)
    return _show(request, signing)


def _show(request: HttpRequest, signing: Signing) -> HttpResponse:
    raw, refusal = kept.kept(request, signing.place)
    raw = raw or {}
    here = _page_of(request, signing, raw)
    problems = forms.problems_of(refusal)
    paper = signing.paper(signing.line)
    owed = obligations.duties(signing.view, signing.words, signing.signer) if signing.binds else ()
    questions = [] if here in (READ_PAGE, PAUSE_PAGE) else _questions(signing, raw, problems)
    context: dict[str, Any] = {
        "told": kept.told(request),
        "act": signing.offer.action,
        "view": signing.view,
        "title": signing.line.title,
        "topic": signing.words.topic(),
        "line": signing.line,
        "page": here,
        "steps": (READ_PAGE, PAUSE_PAGE, SIGN_PAGE),
        "sheet": None if paper is None else sheets.of_paper(paper, signing.words),
        "blocked": signing.offer.blocked,
        "late": signing.offer.late,
        "paper_only": signing.offer.paper_only,
        "seals": signing.seals,
        "binds": signing.binds,
        "by_party": signing.by_party,
        "for_party": signing.words.name(signing.signer) if signing.recorded and signing.signer else None,
        "must": tuple(duty for duty in owed if duty.mine),
        "gets": tuple(duty for duty in owed if not duty.mine),
        "must_total": obligations.total(owed, signing.view, mine=True),
        "gets_total": obligations.total(owed, signing.view, mine=False),
        "duties": owed,
        "differences": _differences(signing, raw),
        "odd": () if signing.by_party else naming.of_matter(signing.standpoint.principal, signing.view),
        "changed": raw.get("changed") == "yes",
        "signers": (signers := () if paper is None else turns.of_paper(paper, signing.words, signing.definition)),
        "ordered": bool(signing.definition and signing.definition.order),
        "unsigned": any(one.line.given is None and not one.line.seal for one in signers),
        "after": None
        if signing.by_party or signing.seals
        else one_sheet.following(signing.standpoint, signing.words, signing.view, signing.line),
        "until": _until(signing.view),
        "thinking": _thinking(request, signing),
        "think": [replace(THINK_ON, value=str(_thinking(request, signing) or ""))],
        "ways": _other_ways(signing),
        "paper_address": signing.standpoint.paper(signing.line.name, signing.line.number),
        "read_address": signing.page(READ_PAGE),
        "pause_address": signing.page(PAUSE_PAGE),
        "sign_address": signing.page(SIGN_PAGE),
        "back": signing.standpoint.address,
        "send_to": kept.sent_to(signing.here),
        **(outside.context(signing, dict(raw)) if here == SIGN_PAGE else {}),
        "key": raw.get("key") or f"page:{uuid.uuid4()}",
        "questions": questions,
        "now": clock.now(),
    }
    template = "web/mediation/sign.html" if signing.by_party else "web/mediation/sign_staff.html"
    return show(request, template, context, refusal=refusal, questions=questions, frame=signing.standpoint.shell)


def _page_of(request: HttpRequest, signing: Signing, raw: forms.Raw) -> str:
    """Return which page this is: nobody gets to the pause or the signature past a text not yet read."""
    if not signing.by_party:
        return SIGN_PAGE
    asked = request.GET.get("page", READ_PAGE)
    read = raw.get("read_hash") == signing.line.hash
    if asked == SIGN_PAGE and read and (raw.get("paused") == "yes" or not signing.binds):
        return SIGN_PAGE
    return PAUSE_PAGE if asked in (PAUSE_PAGE, SIGN_PAGE) and read and signing.binds else READ_PAGE


def _take(request: HttpRequest, signing: Signing) -> HttpResponse:
    before = kept.kept(request, signing.place)[0] or {}
    # How far somebody has read is known here and not told by the form.
    sent = {name: value for name, value in kept.posted(request).items() if name not in STEPS}
    raw = {**before, **sent}
    do = raw.pop("do", "")
    for tick in ("read", "same"):
        if tick not in sent:
            raw.pop(tick, None)
    if signing.by_party and do in (READ_PAGE, PAUSE_PAGE, "think"):
        return _go_on(request, signing, raw, do)
    if signing.by_party and not _thought_over(signing, before, raw):
        if any(mark.by == signing.signer for mark in signing.line.signatures):
            # The same press again: it is signed.
            return HttpResponseRedirect(signing.standpoint.address.partition("?")[0])
        # The page leads to where the reading stopped.
        return HttpResponseRedirect(signing.page(SIGN_PAGE))
    refusal = outside.begin(request, signing, raw) if do == "service" and signing.by_party else _sign(request, signing, raw)
    if do == "service" and refusal is None:
        kept.keep(request, signing.place, raw)
        return HttpResponseRedirect(signing.page(SIGN_PAGE))
    if isinstance(refusal, Refusal):
        if refusal.code == "text_changed":
            kept.keep(request, signing.place, {"changed": "yes", "read_hash": raw.get("hash", "")})
            kept.tell(request, CHANGED, "warn")
            return HttpResponseRedirect(signing.page(READ_PAGE) if signing.by_party else signing.here)
        kept.keep(request, signing.place, raw, refusal)
        return HttpResponseRedirect(signing.page(SIGN_PAGE) if signing.by_party else signing.here)
    kept.drop(request, signing.place)
    after = None
    if not (signing.by_party or signing.seals) and raw.get("method", "screen") != "screen":
        after = one_sheet.go_on(request, signing.standpoint, signing.words, signing.view, signing.line)
    return HttpResponseRedirect(after or signing.standpoint.address.partition("?")[0])


def _thought_over(signing: Signing, before: forms.Raw, raw: forms.Raw) -> bool:
    """Tell whether the pages before the signature were gone through, for the text that is to be signed."""
    read = bool(before.get("read_hash")) and before.get("read_hash") == raw.get("hash")
    return read and (before.get("paused") == "yes" or not signing.binds)


def _go_on(request: HttpRequest, signing: Signing, raw: dict[str, str], do: str) -> HttpResponse:
    """Take one of the steps before the signature. Nothing of it is recorded in the matter."""
    if do == "think":
        kept.drop(request, signing.place)
        _think(request, signing, raw.get("think_on", ""))
        kept.tell(request, THOUGHT, "good")
        return HttpResponseRedirect(signing.standpoint.address)
    if do == READ_PAGE:
        raw = {"read_hash": raw.get("hash", "")}
        after = PAUSE_PAGE if signing.binds else SIGN_PAGE
    elif raw.get("read_hash") != signing.line.hash:
        return HttpResponseRedirect(signing.page(READ_PAGE))
    else:
        raw["paused"] = "yes"
        after = SIGN_PAGE
    kept.keep(request, signing.place, raw)
    return HttpResponseRedirect(signing.page(after))


def _think(request: HttpRequest, signing: Signing, typed: str) -> None:
    """Keep until when somebody thinks it over: in their own session, and only a day that is still to come."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return
    if day >= city.today():
        request.session[THINKING] = {**request.session.get(THINKING, {}), signing.place: day.isoformat()}


def _thinking(request: HttpRequest, signing: Signing) -> date | None:
    """Return until when this person meant to think it over, while that day has not passed."""
    day = date.fromisoformat(request.session.get(THINKING, {}).get(signing.place, "2000-01-01"))
    return day if signing.by_party and day >= city.today() else None


def _sign(request: HttpRequest, signing: Signing, raw: dict[str, str]) -> Refusal | None:
    """Record the signature; return why it could not be."""
    refused = signed.take_in(request, signing.standpoint, raw) if not signing.by_party else None
    if refused is not None:
        return refused
    at = None if signing.by_party else rarely.moment_of(raw.get("at", ""), signing.words.library.zone)
    if isinstance(at, Refusal):
        return at
    if raw.get("read") != "yes":
        return UNWILLING if signing.by_party else UNREAD
    answer = services.act(
        home=signing.view.home,
        matter=signing.view.matter,
        action=signing.offer.action.name,
        # The fingerprint binds: that others signed meanwhile does not change the text.
        seen_version=None,
        data={"hash": raw.get("hash", ""), **signed.data_of(signing.standpoint, raw, shown=signing.shown)},
        principal=signing.standpoint.principal,
        at=at,
        # What staff record here was signed on paper; how is the way of signing.
        evidence=[{"kind": "paper"}] if signing.recorded else (),
        key=raw.get("key", ""),
    )
    if isinstance(answer, Refusal):
        return answer
    label = signing.offer.action.label
    kept.tell(request, Text(f"已登记：{label.zh}。{answer.says.zh}", f"Recorded: {label.en}. {answer.says.en}"), "good")
    for warning in answer.warnings:
        kept.tell(request, warning, "warn")
    if not signing.by_party:
        kept.did(request, str(signing.view.matter), answer.version)
    return None


def _questions(signing: Signing, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    label = WILLING if signing.by_party else READ_BY_PARTY if signing.recorded else READ
    found = [Question("read", label, "tick", error=problems.by_field.get("read"), value=raw.get("read", ""))]
    found += signed.questions(
        signing.standpoint, raw, problems, seal=signing.seals, shown=signing.shown, on_screen=signing.offer.paper_only is None
    )
    if not signing.by_party:
        found.append(rarely.happened_at(raw.get("at", ""), problems.by_field.get("at")))
    return found


# What changed since it was read


def _differences(signing: Signing, raw: forms.Raw) -> tuple[tuple[str, str], ...]:
    """Return ("gone" or "new", line) for what differs from the text this person read or signed before; nothing when it is the first."""
    before = next((line for line in signing.view.papers if line.name == signing.line.name and line.hash == raw.get("read_hash")), None)
    if before is None or before.hash == signing.line.hash:
        older = [line for line in signing.view.papers if line.name == signing.line.name and line.number < signing.line.number]
        mine = [line for line in older if any(mark.by == signing.signer for mark in line.signatures)]
        before = mine[-1] if mine else None
    if before is None:
        return ()
    old, new = signing.paper(before), signing.paper(signing.line)
    if old is None or new is None or old.blocks is None or new.blocks is None:
        return ()
    marks = {"- ": "gone", "+ ": "new"}
    lines = difflib.ndiff(_lines(old), _lines(new))
    return tuple((marks[line[:2]], line[2:]) for line in lines if line[:2] in marks)


def _lines(paper: PaperView) -> list[str]:
    """Return the Chinese text, the one that counts, line by line."""
    found: list[str] = []
    for block in paper.blocks or ():
        match block["kind"]:
            case "heading" | "text":
                found.extend(block["zh"].splitlines())
            case "list":
                found.extend(item["zh"] for item in block["items"])
            case "table":
                found.extend("，".join(cell["zh"] for cell in row) for row in block["rows"])
            case _:
                continue
    return found


# What stands beside it


def _until(view: MatterView) -> Any:
    """Return until when signing is hoped for, or None: no other clock that runs beside says anything of signing."""
    return next((one.due for one in view.clocks if one.name == SIGNING_CLOCK and one.status == "running"), None)


def _other_ways(signing: Signing) -> tuple[tuple[Text, str], ...]:
    """Return the acts open beside signing: to refuse and talk on, to ask the mediator, to stop."""
    state = {action.name for action in signing.view.procedure.states[signing.view.state].actions}
    return tuple(
        (offer.action.label, signing.standpoint.act(offer.action.name))
        for offer in signing.view.offers
        if offer.blocked is None
        and not (offer.action.signs or offer.action.seals)
        and (signing.line.name in offer.action.voids or (offer.action.name not in state and _private(signing.view, offer)))
    )


def _private(view: MatterView, offer: Offer) -> bool:
    """Tell whether an act says something to the mediator alone."""
    form = view.procedure.forms.get(offer.action.form or "")
    return form is not None and any(view.procedure.fields[entry.field].cls == "P4" for entry in form.entries)
