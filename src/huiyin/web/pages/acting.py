"""One act as a form, for a party on its own page and for staff at their desk: asked, checked by the step, recorded once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.effects import Offer
from huiyin.core.following import LEADER
from huiyin.core.packs import Library
from huiyin.core.procedure import MENDING, Action, Field, FormEntry
from huiyin.core.standing import NAME
from huiyin.core.values import Refusal, Text
from huiyin.learning import place_names
from huiyin.matters import queries, services
from huiyin.matters.receipts import Receipt
from huiyin.matters.views import MatterView
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question
from huiyin.ui.language import language_of
from huiyin.web.pages import (
    answering,
    attached,
    begun,
    choices,
    elsewhere,
    foreseen,
    helping,
    kept,
    levels,
    mending,
    onrecord,
    own_code,
    panes,
    proposed,
    rarely,
    serving,
    suggested,
    together,
    wordings,
)
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.mediation import appointing, drafted, instalments, knowledge, offers, signing, veiled
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import KINDS_OF_EVIDENCE, Told, Wording

GONE = Refusal(
    "not_offered",
    Text(
        "这件事刚刚有了变化，原来那一步现在不能做了。请看现在的情况。",
        "The matter has just moved on and that step is not open now. See how it stands.",
    ),
)


@dataclass(slots=True)
class Act:
    """One act about to be taken: what it asks and where it is taken from."""

    standpoint: Standpoint
    view: MatterView
    action: Action
    library: Library
    words: Wording

    @property
    def place(self) -> str:
        """Where what was typed is kept."""
        return f"{self.standpoint.kept_at}/{self.action.name}"

    @property
    def entries(self) -> tuple[FormEntry, ...]:
        """The entries of the act's form; recorded for a party also the picture of what it gave on paper."""
        asked = () if self.action.form is None else self.view.procedure.forms[self.action.form].entries
        picture = self.action.picture if self.for_party else None
        return asked if picture is None else (*asked, *picture.entries)

    @property
    def by_staff(self) -> bool:
        """Tell whether a member of staff fills this in."""
        return self.standpoint.principal.kind == "staff"

    @property
    def for_party(self) -> bool:
        """Tell whether staff record a party's act."""
        return self.standpoint.principal.acting_for is not None

    @property
    def files(self) -> list[Field]:
        """The fields of the act's form that take files."""
        if self.action.serves is not None:
            return serving.files()
        fields = self.view.procedure.fields
        return [fields[entry.field] for entry in self.entries if fields[entry.field].type == "file"]

    @property
    def chooses(self) -> tuple[str, ...]:
        """The units of the procedure this act chooses: first who takes the matter, then any other, such as who checks."""
        fields, units = self.view.procedure.fields, self.view.procedure.units
        return tuple(entry.field for entry in self.entries if fields[entry.field].type == "unit" and entry.field in units)

    @property
    def party(self) -> str | None:
        """Id of the party whose act it is, also where staff record it; None for the acts of staff."""
        principal = self.standpoint.principal
        return principal.acting_for if self.by_staff else principal.id

    def whose(self) -> str | None:
        """Return the role whose own facts this form asks for, when staff must say of which party."""
        fields = self.view.procedure.fields
        role = next((fields[entry.field].of for entry in self.entries if fields[entry.field].of), None)
        return role if self.by_staff and not self.for_party and self.action.adds is None else None


def page(request: HttpRequest, standpoint: Standpoint, name: str) -> HttpResponse:
    """Show the form of an act, or take it."""
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if view is None:
        return not_found(request)
    offer = next((offer for offer in view.offers if offer.action.name == name), None)
    if offer is None:
        return _gone(request, standpoint, view, name)
    apart = elsewhere.act_address(view.procedure.name, name, view.home, view.matter) if standpoint.shell == "staff" else None
    if apart is not None:
        return HttpResponseRedirect(apart)
    if offer.action.signs or offer.action.seals:
        return signing.page(request, standpoint, view, offer)
    act = of(standpoint, view, offer)
    if request.method == "POST":
        return _take(request, act)
    context, refusal, questions = form(request, act, offer)
    if act.by_staff:
        # An answer is judged, and a paper written, with what is on record in sight.
        context["recorded"] = act.words.facts()
    return show(request, "web/act.html", context, refusal=refusal, questions=questions, frame=standpoint.shell)


def of(standpoint: Standpoint, view: MatterView, offer: Offer) -> Act:
    """Return an act that is offered, ready to be asked about."""
    return Act(standpoint, view, offer.action, city.library(), Wording(view, standpoint))


def _gone(request: HttpRequest, standpoint: Standpoint, view: MatterView, name: str) -> HttpResponse:
    """Say that an act is no longer open: what happened meanwhile, and what was typed, to be taken along."""
    action = _known(view, name)
    if action is None:
        return not_found(request)
    words = Wording(view, standpoint)
    act = Act(standpoint, view, action, city.library(), words)
    if request.method == "POST":
        kept.keep(request, act.place, kept.posted(request), GONE)
        return HttpResponseRedirect(standpoint.act(name))
    raw, _ = kept.kept(request, act.place)
    if raw is None:
        return HttpResponseRedirect(standpoint.address)
    labels = {f"f.{field.name}": field.label for field in view.procedure.fields.values()}
    context = {
        "act": action,
        "view": view,
        "topic": words.topic(),
        "back": standpoint.address,
        "gone": GONE.text,
        "since": since(words, raw),
        "typed": [(labels.get(".".join(key.split(".")[:2])), value) for key, value in raw.items() if _own_words(key, value)],
    }
    return show(request, "web/moved.html", context, frame=standpoint.shell, status=409)


def _own_words(key: str, value: str) -> bool:
    return key.startswith("f.") and len(value) > 1 and not key.endswith((".rows", ".division", ".searched"))


def since(words: Wording, raw: forms.Raw) -> tuple[Told, ...]:
    """Return what happened on a matter since the form of ``raw`` was opened."""
    seen = forms.number_of(raw.get("version", ""))
    return () if seen is None else tuple(one for one in words.history(newest_first=False) if one.seq > seen)


def _known(view: MatterView, name: str) -> Action | None:
    """Return the act of that name, wherever the procedure has it."""
    procedure = view.procedure
    every = (*procedure.always, *(action for state in procedure.states.values() for action in state.actions))
    return next((action for action in every if action.name == name), None)


def form(request: HttpRequest, act: Act, offer: Offer) -> tuple[dict[str, Any], Refusal | None, list[Question]]:
    """Return what the form of an act shows, why the last try was refused, and every question it asks."""
    raw, refusal = kept.kept(request, act.place)
    draft = drafted.begun(act) if request.GET.get("draft") == "1" else {}
    if raw is None or draft:
        raw = _started(act) | together.begun(act, request.GET.get("leader", "")) | mending.begun(act, request.GET.get("field", ""))
        raw, refusal = drafted.instead(raw, draft), None
    problems = forms.problems_of(refusal)
    named = appointing.of(act, choices.sources_of(act.view, act.words, act.library, act.action, party=None))
    asked = appointing.asked(act, named, _questions(act, raw, problems))
    replying = answering.field_of(act)
    points: tuple[answering.Point, ...] = ()
    if replying is not None:
        made = next(question for question in asked if question.name == f"f.{replying.name}")
        points = answering.points(act, replying, raw, made, problems)
        asked.remove(made)
    owner = proposed.owner(act)
    context: dict[str, Any] = {
        "act": act.action,
        "view": act.view,
        "topic": act.words.topic(),
        "for_party": act.words.name(act.standpoint.principal.acting_for) if act.standpoint.principal.acting_for else None,
        "back": act.standpoint.address,
        "send_to": kept.sent_to(act.standpoint.act(act.action.name)),
        "key": raw.get("key") or f"page:{uuid.uuid4()}",
        "blocked": offer.blocked,
        "late": offer.late,
        "points": points,
        "points_of": "" if replying is None else replying.name,
        "questions": [
            (
                question,
                wordings.offered(act, question.name.removeprefix("f.")) if act.by_staff else (),
                suggested.of(act, question),
                instalments.of(act, question, raw, problems),
                knowledge.clauses(act, question),
                veiled.of(act, question, raw),
            )
            for question in asked
        ],
        "extras": _extras(act, raw, problems),
        "appointing": named,
        "table": offers.answered(act.action.name, act.view, act.words),
        "to_answer": act.words.asked() if act.entries and act.action in act.view.procedure.states[act.view.state].actions else None,
        "reason": None if owner is None else proposed.said_of(act, owner),
        "explained": proposed.explained(act),
        "settled": owner is not None and owner.direct,
        # What nobody has said yet and the list turns on is added to the record; then the list is asked anew.
        "adds": None if owner is None or not _known(act.view, "correct") else proposed.adds(act, owner),
        # Nothing is left to be written: one press sends it.
        "ready": all(question.value or any(option.chosen for option in question.options) for question in asked if question.required),
        "moves_to": _next_step(act),
        "shown": None if act.action.serves is None else serving.shown(raw),
        "takes_files": bool(act.files),
        "may_preview": act.by_staff and bool(act.action.prints or act.action.warns),
        # A draft shows every paper the act prints, also those that stay within the office.
        "foreseen": foreseen.of(act, _made(act, dict(raw))) if act.by_staff and request.GET.get("preview") == "1" else None,
        "since": since(act.words, raw) if refusal is not None and refusal.code == "conflict" else (),
    }
    helpers = [spread.questions for _, _, _, spread, _, _ in context["questions"] if spread is not None]
    every = [
        *asked,
        *(one for each in helpers for one in each),
        *(question for point in points for question in point.questions),
        *context["extras"],
    ]
    return context, refusal, every


def _started(act: Act) -> dict[str, str]:
    """Return what a fresh form starts with.

    A paper written again starts with what stood in it, but for the reason of the act: one nobody has signed, or one that was made void.
    What follows a paper somebody signed, such as the minutes of another session, is new.
    A reply starts with its points; a dispatch with the unit the
    responsibility list names. Only where the list settles the matter does the reason stand there too: it is the list's
    own, and nobody's discretion.
    """
    if act.action.serves is not None:
        return serving.began(clock.now().astimezone(act.library.zone).date())
    raw: dict[str, str] = {}
    newest = {line.name: line for line in act.view.papers}
    again = [line for name, line in newest.items() if name in act.action.prints and (line.voided or not line.signatures)]
    if again and act.view.relation in ("handler", "own_party"):
        fields = act.view.procedure.fields
        seen = {
            name: value for name, value in act.view.facts.items() if fields[name].cls not in ("P3", "P4") and not wordings.is_reason(name)
        }
        raw = forms.raw_of(act.view.procedure, act.entries, seen, act.library.zone)
    raw |= forms.raw_of(act.view.procedure, act.entries, onrecord.of(act), act.library.zone)
    raw |= forms.raw_of(act.view.procedure, act.entries, begun.of(act), act.library.zone)
    replying = answering.field_of(act)
    if replying is not None:
        raw = {name: value for name, value in raw.items() if not name.startswith(f"f.{replying.name}.")}
        answering.begin(act, replying, raw)
    owner = proposed.owner(act)
    if owner is not None and owner.unit is not None:
        raw[f"f.{act.chooses[0]}"] = owner.unit
        raw |= {f"f.{name}": second.unit for name, second in proposed.beside(act, owner).items()}
        reason = next((entry.field for entry in act.entries if wordings.is_reason(entry.field)), None)
        if reason is not None:
            # What was written for the unit before does not hold for the next one.
            raw[f"f.{reason}"] = owner.reason.zh if owner.direct else ""
    raw |= levels.proposed(act) | helping.begun(act)
    if any(entry.field == proposed.DECIDER for entry in act.entries):
        raw[f"f.{proposed.DECIDER}"] = proposed.decider(act)
    return raw


def _take(request: HttpRequest, act: Act) -> HttpResponse:
    raw = kept.posted(request)
    pane = panes.Place.of(raw)
    here = HttpResponseRedirect(act.standpoint.act(act.action.name) if pane is None else pane.again(act.action.name))
    do = raw.pop("do", "")
    if wordings.said(act, do, raw, language_of(request)) or suggested.taken(act, do, raw):
        kept.keep(request, act.place, raw)
        return here
    if veiled.pressed(act, do, raw):
        kept.keep(request, act.place, raw)
        return HttpResponseRedirect(f"{here.url}{forms.after_press(raw, do)}")
    made_lines = instalments.pressed(act, do, raw) or knowledge.pressed(act, do, raw, request)
    if made_lines:
        kept.keep(request, act.place, raw, made_lines if isinstance(made_lines, Refusal) else None)
        return HttpResponseRedirect(f"{here.url}{forms.after_press(raw, do)}")
    if forms.pressed(raw, do):
        kept.keep(request, act.place, raw)
        return HttpResponseRedirect(f"{here.url}{forms.after_press(raw, do)}")
    if act.action.serves is not None and serving.turned(raw):
        kept.keep(request, act.place, raw)
        return HttpResponseRedirect(f"{here.url}#f-on")
    if not request.FILES:
        raw = kept.sent_before(request, act.place, raw)
    made = _unfit(act, raw) or attached.take_in(request, act.standpoint, act.files, raw) or _made(act, raw)
    if isinstance(made, Refusal):
        answer: Receipt | Refusal = made
    elif do == "preview":
        refused = foreseen.refused(made)
        if refused is None:
            kept.keep(request, act.place, raw)
            return HttpResponseRedirect(address_of(here, preview="1"))
        answer = refused
    else:
        answer = services.act(**made)
    if isinstance(answer, Refusal):
        kept.keep(request, act.place, raw, answer)
        return here
    if act.by_staff and isinstance(made, dict):
        place_names.corrected(act.standpoint.principal, act.view, made["data"])
    return _taken(request, act, raw, answer, pane)


def _taken(request: HttpRequest, act: Act, raw: dict[str, str], receipt: Receipt, pane: panes.Place | None) -> HttpResponse:
    """Return what is shown of an act that was recorded."""
    kept.drop(request, act.place)
    kept.accepted(request, act.place, raw)
    if receipt.code is not None:
        # Told in this answer and kept nowhere: sending the form again tells it again, opening the page does not.
        return show(request, "web/own_code.html", own_code.context(request, act, receipt), frame=act.standpoint.shell)
    kept.tell(
        request, Text(f"已登记：{act.action.label.zh}。{receipt.says.zh}", f"Recorded: {act.action.label.en}. {receipt.says.en}"), "good"
    )
    for warning in receipt.warnings:
        kept.tell(request, warning, "warn")
    if act.by_staff and pane is None:
        kept.did(request, str(act.view.matter), receipt.version)
    return HttpResponseRedirect(act.standpoint.address.partition("?")[0] if pane is None else pane.onwards())


def address_of(answer: HttpResponseRedirect, **more: str) -> str:
    """Return where an answer sends people, with more in its query."""
    return f"{answer.url}{'&' if '?' in answer.url else '?'}{urlencode(more)}"


def _unfit(act: Act, raw: dict[str, str]) -> Refusal | None:
    """Return what a page refuses before the record is asked: unanswered points, reasons that are none."""
    replying = answering.field_of(act)
    missing = None if replying is None else answering.unanswered(act, replying, raw)
    found = [one for one in (missing, wordings.unfit(act, raw), _borrowed_reason(act, raw)) if one is not None]
    details = tuple(detail for one in found for detail in (one.details or (one,)))
    return found[0] if len(details) < 2 and found else (Refusal(found[0].code, found[0].text, details=details) if found else None)


def _borrowed_reason(act: Act, raw: dict[str, str]) -> Refusal | None:
    """Return what is wrong when another unit is chosen than the list names, with the list's reason left standing: it would be untrue."""
    owner = proposed.owner(act) if act.by_staff else None
    if owner is None or not owner.direct or raw.get(f"f.{act.chooses[0]}") in (None, "", owner.unit):
        return None
    name = next((entry.field for entry in act.entries if wordings.is_reason(entry.field)), None)
    if name is None or raw.get(f"f.{name}", "").strip() != owner.reason.zh.strip():
        return None
    text = Text(
        "选的不是责任清单上的单位，原来的理由对不上了。请写明为什么由它办。",
        "The unit chosen is not the one the list names, so the list's reason does not fit. Write why this unit has it.",
    )
    return Refusal("borrowed_reason", text, name)


def _made(act: Act, raw: dict[str, str]) -> dict[str, Any] | Refusal:
    """Return what the record's door ``act`` takes, or what is missing before it is asked."""
    zone = act.library.zone
    happened = act.by_staff and act.action.name != "correct"
    at = rarely.moment_of(raw.get("at", ""), zone) if happened else None
    if isinstance(at, Refusal):
        return at
    seen = raw.get("version", "")
    same = onrecord.of(act)
    data = _data(act, raw)
    # What stood in the box already is not recorded a second time.
    data = {name: value for name, value in data.items() if name not in same or same[name] != value}
    replying = answering.field_of(act)
    if replying is not None and not answering.asked(act):
        data.pop(replying.name, None)
    if act.whose() and raw.get("party"):
        data["party"] = raw["party"]
    if act.action.adds is not None:
        data[NAME] = raw.get(NAME, "")
    if act.view.procedure.joins(act.action):
        leader = together.chosen(act, raw)
        if isinstance(leader, Refusal):
            return leader
        data[LEADER] = leader
    evidence: list[dict[str, Any]] = []
    routed = proposed.kept(act)
    if routed is not None:
        evidence.append(routed)
    if act.for_party and raw.get("evidence") in KINDS_OF_EVIDENCE:
        evidence = [{"kind": raw["evidence"], "note": raw.get("evidence_note", "").strip()}]
    return {
        "home": act.view.home,
        "matter": act.view.matter,
        "seen_version": forms.number_of(seen),
        "action": act.action.name,
        "data": data,
        "principal": act.standpoint.principal,
        "at": at,
        "evidence": evidence,
        "key": raw.get("key", ""),
    }


def _data(act: Act, raw: dict[str, str]) -> dict[str, Any]:
    if act.action.serves is not None:
        return serving.data_of(raw)
    if act.action.name in MENDING:
        return mending.data_of(act, raw)
    return levels.data_of(act, forms.typed(act.view.procedure, act.entries, levels.chosen(raw), act.library.zone))


# What is asked


def _questions(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    if act.action.name == "correct":
        return mending.correction(act, raw, problems)
    if act.action.name == "hand_over":
        return mending.handover(act, raw, problems)
    if act.action.name == "retype":
        return mending.retyping(act, raw, problems)
    if act.action.serves is not None:
        return serving.questions(act, raw, problems)
    sources = choices.sources_of(act.view, act.words, act.library, act.action, party=act.party)
    found = [forms.question(act.view.procedure, entry, raw, sources, problems) for entry in act.entries]
    # A form that asks one thing only is headed by it already.
    found = [replace(one, quiet=one.quiet or one.label.zh == act.action.label.zh) for one in proposed.told(act, found)]
    found = onrecord.told(act, helping.told(act, levels.told(act, found, raw)))
    if act.action.adds is not None:
        found.insert(0, Question(NAME, Text("姓名或者名称", "Name"), "line", error=problems.by_field.get(NAME), value=raw.get(NAME, "")))
    if act.whose():
        options = tuple(Option(key, label, key == raw.get("party")) for key, label in sources.parties)
        found.insert(
            0, Question("party", Text("是哪一方的", "Which party"), "radios", error=problems.by_field.get("party"), options=options)
        )
    return found


def _extras(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    extras: list[Question] = []
    if act.for_party:
        options = tuple(Option(key, label, key == raw.get("evidence")) for key, label in KINDS_OF_EVIDENCE.items())
        extras.append(
            Question("evidence", Text("凭什么登记", "How it is known"), "radios", error=problems.by_field.get("evidence"), options=options)
        )
        extras.append(
            Question(
                "evidence_note",
                Text("补充说明", "Note"),
                "line",
                hint=Text("例如：在电话里说的，由王芳记录。", "For example: said by telephone, noted by Wang Fang."),
                value=raw.get("evidence_note", ""),
                required=False,
            )
        )
    if act.by_staff:
        # A correction of a date asks for a time of its own, and a service for its day.
        dated = act.action.name == "correct" or act.action.serves is not None
        extras.extend(together.asked(act, raw, problems))
        extras.extend([] if dated else [rarely.happened_at(raw.get("at", ""), problems.by_field.get("at"))])
    return extras


def _next_step(act: Act) -> Text | None:
    from huiyin.core.diagram_common import state_label

    target = act.view.procedure.states.get(act.action.to or "")
    if act.action.serves is not None and not serving.last(act.view, act.action.serves):
        return None
    return None if target is None or target.name == act.view.state else state_label(target)
