"""One act as a form, for a party on its own page and for staff at their desk: asked, checked by the step, recorded once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Field, FormEntry
from huiyin.core.values import Refusal, Text
from huiyin.matters import queries, services
from huiyin.matters.views import MatterView, PaperLine
from huiyin.routing import queries as routing
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question
from huiyin.web.pages import attached, choices, kept, mending, rarely, sheets
from huiyin.web.pages.documents import signed
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import KINDS_OF_EVIDENCE, Wording

BUILT_IN = frozenset({"correct", "hand_over"})
GONE = Refusal(
    "not_offered",
    Text(
        "这件事刚刚有了变化，原来那一步现在不能做了。请看现在的情况。",
        "The matter has just moved on and that step is not open now. See how it stands.",
    ),
)
UNREAD = Refusal("unread", Text("请先读完文书的文字，再勾选确认。", "Read the text of the paper first, then tick the box."), field="read")
READ = Text("我读完了上面的文字", "I have read the text above")
READ_BY_PARTY = Text("当事人读过这份文字，并且这样签的", "The party has read this text and signed it so")


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
        """The entries of the act's form."""
        return () if self.action.form is None else self.view.procedure.forms[self.action.form].entries

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
        fields = self.view.procedure.fields
        return [fields[entry.field] for entry in self.entries if fields[entry.field].type == "file"]

    def whose(self) -> str | None:
        """Return the role whose own facts this form asks for, when staff must say of which party."""
        fields = self.view.procedure.fields
        role = next((fields[entry.field].of for entry in self.entries if fields[entry.field].of), None)
        return role if self.by_staff and not self.for_party else None

    def paper(self) -> PaperLine | None:
        """Return the present issue of the paper this act signs or seals."""
        name = self.action.signs or self.action.seals
        issues = [line for line in self.view.papers if line.name == name and not line.voided]
        return issues[-1] if issues else None


def page(request: HttpRequest, standpoint: Standpoint, name: str) -> HttpResponse:
    """Show the form of an act, or take it."""
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if view is None:
        return not_found(request)
    offer = next((offer for offer in view.offers if offer.action.name == name), None)
    if offer is None:
        if request.method == "POST":
            kept.tell(request, GONE.text, "warn")
        return HttpResponseRedirect(standpoint.address) if _known(view, name) else not_found(request)
    act = Act(standpoint, view, offer.action, city.library(), Wording(view, standpoint))
    if request.method == "POST":
        return _take(request, act)
    return _show(request, act, offer.blocked)


def _known(view: MatterView, name: str) -> bool:
    """Tell whether the procedure has an act of that name at all."""
    procedure = view.procedure
    return any(action.name == name for action in procedure.always) or any(
        action.name == name for state in procedure.states.values() for action in state.actions
    )


def _show(request: HttpRequest, act: Act, blocked: Refusal | None) -> HttpResponse:
    raw, refusal = kept.kept(request, act.place)
    if raw is None:
        raw = _started(act)
    problems = forms.problems_of(refusal)
    questions = _questions(act, raw, problems)
    line = act.paper()
    paper = None if line is None else queries.paper(act.standpoint.principal, act.view.home, act.view.matter, line.name, line.number)
    context: dict[str, Any] = {
        "act": act.action,
        "view": act.view,
        "topic": act.words.topic(),
        "for_party": act.words.name(act.standpoint.principal.acting_for) if act.standpoint.principal.acting_for else None,
        "back": act.standpoint.address,
        "key": raw.get("key") or f"page:{uuid.uuid4()}",
        "blocked": blocked,
        "questions": questions,
        "extras": _extras(act, raw, problems),
        "sheet": None if paper is None else sheets.of_paper(paper, act.words),
        "signs": act.action.signs is not None or act.action.seals is not None,
        "seals": act.action.seals is not None,
        "reason": _why_this_unit(act),
        "moves_to": _next_step(act),
        "takes_files": bool(act.files) or (act.by_staff and act.paper() is not None),
    }
    every = [*questions, *context["extras"]]
    return show(request, "web/act.html", context, refusal=refusal, questions=every, frame=act.standpoint.shell)


def _started(act: Act) -> dict[str, str]:
    """Return what a fresh form starts with: nothing, unless a paper is being written again, then what stood in it."""
    again = set(act.action.prints) & {line.name for line in act.view.papers}
    if not again or act.view.relation not in ("handler", "own_party"):
        return {}
    fields = act.view.procedure.fields
    seen = {name: value for name, value in act.view.facts.items() if fields[name].cls not in ("P3", "P4")}
    return forms.raw_of(act.view.procedure, act.entries, seen, act.library.zone)


def _take(request: HttpRequest, act: Act) -> HttpResponse:
    raw = kept.posted(request)
    here = HttpResponseRedirect(act.standpoint.act(act.action.name))
    if forms.pressed(raw, raw.pop("do", "")):
        kept.keep(request, act.place, raw)
        return here
    made = attached.take_in(request, act.standpoint, act.files, raw) or _signed(request, act, raw) or _made(act, raw)
    answer = made if isinstance(made, Refusal) else services.act(**made)
    if isinstance(answer, Refusal):
        kept.keep(request, act.place, raw, answer)
        return here
    kept.drop(request, act.place)
    kept.tell(
        request, Text(f"已登记：{act.action.label.zh}。{answer.says.zh}", f"Recorded: {act.action.label.en}. {answer.says.en}"), "good"
    )
    for warning in answer.warnings:
        kept.tell(request, warning, "warn")
    return HttpResponseRedirect(act.standpoint.address.partition("?")[0])


def _signed(request: HttpRequest, act: Act, raw: dict[str, str]) -> Refusal | None:
    """Take in the scans of a sheet signed on paper."""
    return signed.take_in(request, act.standpoint, raw) if act.by_staff and (act.action.signs or act.action.seals) else None


def _made(act: Act, raw: dict[str, str]) -> dict[str, Any] | Refusal:
    """Return what the record's door ``act`` takes, or what is missing before it is asked."""
    zone = act.library.zone
    happened = act.by_staff and act.action.name != "correct"
    at = rarely.moment_of(raw.get("at", ""), zone) if happened else None
    if isinstance(at, Refusal):
        return at
    seen = raw.get("version", "")
    data = mending.data_of(act, raw) if act.action.name in BUILT_IN else forms.typed(act.view.procedure, act.entries, raw, zone)
    if act.whose() and raw.get("party"):
        data["party"] = raw["party"]
    if act.action.signs or act.action.seals:
        if raw.get("read") != "yes":
            return UNREAD
        data |= {"hash": raw.get("hash", ""), **signed.data_of(act.standpoint, raw)}
    evidence: list[dict[str, str]] = []
    if act.for_party and raw.get("evidence") in KINDS_OF_EVIDENCE:
        evidence = [{"kind": raw["evidence"], "note": raw.get("evidence_note", "").strip()}]
    return {
        "home": act.view.home,
        "matter": act.view.matter,
        "seen_version": int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
        "action": act.action.name,
        "data": data,
        "principal": act.standpoint.principal,
        "at": at,
        "evidence": evidence,
        "key": raw.get("key", ""),
    }


# What is asked


def _questions(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    if act.action.name == "correct":
        return mending.correction(act, raw, problems)
    if act.action.name == "hand_over":
        return mending.handover(act, raw, problems)
    sources = choices.sources_of(act.view, act.words, act.library)
    found = [forms.question(act.view.procedure, entry, raw, sources, problems) for entry in act.entries]
    if act.whose():
        options = tuple(Option(key, label, key == raw.get("party")) for key, label in sources.parties)
        found.insert(
            0, Question("party", Text("是哪一方的", "Which party"), "radios", error=problems.by_field.get("party"), options=options)
        )
    return found


def _extras(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    extras: list[Question] = []
    if act.paper() is not None:
        label = READ_BY_PARTY if act.for_party else READ
        extras.append(Question("read", label, "tick", error=problems.by_field.get("read"), value=raw.get("read", "")))
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
                hint=Text("例如：在电话里同意，由王芳记录。", "For example: agreed by telephone."),
                value=raw.get("evidence_note", ""),
                required=False,
            )
        )
    if act.action.signs or act.action.seals:
        extras.extend(signed.questions(act.standpoint, raw, problems, seal=act.action.seals is not None))
    if act.by_staff:
        # A correction of a date asks for a time of its own.
        extras.extend([] if act.action.name == "correct" else [rarely.happened_at(raw.get("at", ""), problems.by_field.get("at"))])
    return extras


def _why_this_unit(act: Act) -> Text | None:
    """Return what the responsibility list says, when this act chooses who takes the matter."""
    chooses = any(
        act.view.procedure.fields[entry.field].type == "unit" and entry.field in act.view.procedure.units for entry in act.entries
    )
    if not chooses or act.view.procedure.line_of_work == "dispute":
        return None
    today = clock.now().astimezone(act.library.zone).date()
    owner = routing.decide_owner(topic=act.view.topic or "*", division=act.view.division or None, on=today)
    if owner.unit_name is None:
        return owner.reason
    return Text(f"{owner.unit_name.zh}。{owner.reason.zh}", f"{owner.unit_name.en}. {owner.reason.en}")


def _next_step(act: Act) -> Text | None:
    from huiyin.core.diagram_common import state_label

    target = act.view.procedure.states.get(act.action.to or "")
    return None if target is None or target.name == act.view.state else Text(state_label(target, "zh"), state_label(target, "en"))
