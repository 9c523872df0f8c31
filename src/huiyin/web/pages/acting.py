"""One act as a form, for a party on its own page and for staff at their desk: asked, checked by the step, recorded once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from huiyin import clock
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, FormEntry
from huiyin.core.values import Refusal, Text
from huiyin.matters import queries, services
from huiyin.matters.views import MatterView, PaperLine
from huiyin.routing import queries as routing
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question, Sources
from huiyin.web.pages import kept, rarely, sheets
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show
from huiyin.web.pages.story import KINDS_OF_EVIDENCE, Wording

BUILT_IN = frozenset({"correct", "hand_over"})
MOST_UNITS_LISTED = 60
METHODS: tuple[tuple[str, Text], ...] = (
    ("screen", Text("在这里签", "Sign here on the screen")),
    ("paper", Text("已在纸上签好", "Signed on paper")),
)
GONE = Refusal(
    "not_offered",
    Text("这件事刚刚有了变化，原来那一步现在不能做了。请看现在的情况。", "The matter has just moved on and that step is not open now. See how it stands."),
)
UNREAD = Refusal("unread", Text("请先读完上面的文字，再确认。", "Read the text above first, then confirm."), field="read")


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
    }
    every = [*questions, *context["extras"]]
    return show(request, "web/act.html", context, refusal=refusal, questions=every, shell=act.standpoint.shell)


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
    made = _made(act, raw)
    answer = made if isinstance(made, Refusal) else services.act(**made)
    if isinstance(answer, Refusal):
        kept.keep(request, act.place, raw, answer)
        return here
    kept.drop(request, act.place)
    kept.tell(request, Text(f"已登记：{act.action.label.zh}。{answer.says.zh}", f"Recorded: {act.action.label.en}. {answer.says.en}"), "good")
    for warning in answer.warnings:
        kept.tell(request, warning, "warn")
    return HttpResponseRedirect(act.standpoint.address.partition("?")[0])


def _made(act: Act, raw: dict[str, str]) -> dict[str, Any] | Refusal:
    """Return what the record's door ``act`` takes, or what is missing before it is asked."""
    zone = act.library.zone
    happened = act.by_staff and act.action.name != "correct"
    at = rarely.moment_of(raw.get("at", ""), zone) if happened else None
    if isinstance(at, Refusal):
        return at
    seen = raw.get("version", "")
    data = _built_in(act, raw) if act.action.name in BUILT_IN else forms.typed(act.view.procedure, act.entries, raw, zone)
    if act.whose() and raw.get("party"):
        data["party"] = raw["party"]
    if act.action.signs or act.action.seals:
        if raw.get("read") != "yes":
            return UNREAD
        data |= {"hash": raw.get("hash", ""), "method": raw.get("method") or ("paper" if act.for_party else "screen")}
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
        return _correction(act, raw, problems)
    if act.action.name == "hand_over":
        return _handover(act, raw, problems)
    sources = sources_of(act.view, act.words, act.library)
    found = [forms.question(act.view.procedure, entry, raw, sources, problems) for entry in act.entries]
    if act.whose():
        options = tuple(Option(key, label, key == raw.get("party")) for key, label in sources.parties)
        found.insert(0, Question("party", Text("是哪一方的", "Which party"), "radios", error=problems.by_field.get("party"), options=options))
    return found


def _extras(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    extras: list[Question] = []
    if act.for_party:
        options = tuple(Option(key, label, key == raw.get("evidence")) for key, label in KINDS_OF_EVIDENCE.items())
        extras.append(Question("evidence", Text("凭什么登记", "How it is known"), "radios", error=problems.by_field.get("evidence"), options=options))
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
    if (act.action.signs or act.action.seals) and act.by_staff and not act.for_party:
        options = tuple(Option(key, label, key == raw.get("method", "screen")) for key, label in METHODS)
        extras.append(Question("method", Text("怎么签的", "How it is signed"), "radios", options=options))
    if act.by_staff:
        # A correction of a date asks for a time of its own.
        extras.extend([] if act.action.name == "correct" else [rarely.happened_at(raw.get("at", ""), problems.by_field.get("at"))])
    return extras


def sources_of(view: MatterView, words: Wording, library: Library) -> Sources:
    """Return where the choosing questions of a matter's forms take their answers from."""
    from huiyin.web.pages import places

    today = clock.now().astimezone(library.zone).date()

    def members(post: str) -> Sequence[tuple[str, Text]]:
        use = view.procedure.posts.get(post)
        unit = None if use is None else view.units.get(use.of)
        if use is None or unit is None:
            return ()
        return [(str(one.account), _acting(one.name, one.instead_of)) for one in city.holders(unit, use.post, today)]

    def units(name: str) -> Sequence[tuple[str, Text]]:
        use = view.procedure.units.get(name)
        kind = view.procedure.fields[name].kind
        kinds = use.kinds if use is not None else ((kind,) if kind else ())
        near = city.units_along(tree.path_of(view.division), kinds, on=today)
        found = {unit.id: unit.title for kind_ in kinds for unit in near.get(kind_, [])}
        if len(kinds) == 1:
            every = city.units_of_kind(kinds[0], on=today)
            found |= {unit.id: unit.title for unit in every[:MOST_UNITS_LISTED]}
        return list(found.items())

    def items(name: str) -> Sequence[tuple[str, Text]]:
        definition = view.procedure.fields[name]
        fact = words.fact(definition, view.facts.get(name) or [])
        return [(str(number), _line(number, row)) for number, row in enumerate(fact.rows)]

    return Sources(
        parties=[(party.id, words.name(party.id) or Text(party.id, party.id)) for party in view.parties],
        members=members,
        units=units,
        items=items,
        topics=[(topic.key, topic.label) for topic in library.topics.values()],
        places=places.found,
    )


def _acting(name: str, instead_of: str | None) -> Text:
    return Text(name, name) if instead_of is None else Text(f"{name}（代{instead_of}）", f"{name} (standing in for {instead_of})")


def _line(number: int, row: Sequence[Text | str]) -> Text:
    cells = [cell if isinstance(cell, Text) else Text(cell, cell) for cell in row]
    shown = [cell for cell in cells if cell.zh not in ("（未填）", "")]
    return Text(f"{number + 1}. " + "，".join(cell.zh for cell in shown), f"{number + 1}. " + ", ".join(cell.en for cell in shown))


def _why_this_unit(act: Act) -> Text | None:
    """Return what the responsibility list says, when this act chooses who takes the matter."""
    chooses = any(act.view.procedure.fields[entry.field].type == "unit" and entry.field in act.view.procedure.units for entry in act.entries)
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


# Correcting and handing over, whose forms are built in


def _correction(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    told = act.words.history(newest_first=False)
    zone = act.library.zone
    events = tuple(
        Option(str(one.seq), Text(f"{one.at.astimezone(zone):%Y-%m-%d %H:%M} {one.label.zh}", f"{one.at.astimezone(zone):%Y-%m-%d %H:%M} {one.label.en}"), str(one.seq) == raw.get("event"))
        for one in told
    )
    fields = act.view.procedure.fields
    open_ = tuple(
        Option(name, definition.label, name == raw.get("field"))
        for name, definition in fields.items()
        if name in act.view.facts and definition.type in ("text", "date", "number", "choice", "datetime") and definition.of is None
    )
    error = problems.by_field.get
    return [
        Question("event", Text("更正哪一步的时间", "Correct the time of which step"), "select", error=error("event"), options=events, required=False),
        Question("at", Text("这一步实际发生的时间", "When that step really happened"), "moment", error=error("at"), value=raw.get("at", ""), required=False),
        Question("field", Text("或者更正哪一项内容", "Or correct what was recorded as"), "select", error=error("field"), options=open_, required=False),
        Question("value", Text("正确的内容", "What it should say"), "long", error=error("value"), value=raw.get("value", ""), required=False),
        Question(
            "reason",
            Text("更正的理由", "Why it is corrected"),
            "long",
            hint=Text("原来的记录会保留，更正另记一笔。", "The original stays; the correction is recorded beside it."),
            error=error("reason"),
            value=raw.get("reason", ""),
        ),
    ]


def _handover(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    sources = sources_of(act.view, act.words, act.library)
    named = [(name, post) for name, post in act.view.procedure.posts.items() if post.named]
    people: dict[str, Text] = {}
    for name, _ in named:
        people |= dict(sources.members(name))
    post = raw.get("post") or (named[0][0] if len(named) == 1 else "")
    error = problems.by_field.get
    return [
        Question("post", Text("哪个岗位", "Which post"), "radios", error=error("post"), options=tuple(Option(name, use.label, name == post) for name, use in named)),
        Question("to", Text("移交给谁", "To whom"), "radios" if len(people) < 8 else "select", error=error("to"), options=tuple(Option(key, label, key == raw.get("to")) for key, label in people.items())),
        Question("reason", Text("移交的理由", "Why it is handed over"), "long", error=error("reason"), value=raw.get("reason", "")),
    ]


def _built_in(act: Act, raw: forms.Raw) -> dict[str, Any]:
    if act.action.name == "hand_over":
        return {"post": raw.get("post", ""), "to": raw.get("to", ""), "reason": raw.get("reason", "")}
    reason = raw.get("reason", "")
    if raw.get("field"):
        definition = act.view.procedure.fields.get(raw["field"])
        value = raw.get("value", "")
        if definition is not None and definition.type == "datetime":
            value = forms.instant(value, act.library.zone)
        return {"field": raw["field"], "value": value, "reason": reason}
    at = forms.instant(raw.get("at", ""), act.library.zone)
    return {"event": raw.get("event", ""), "at": at, "reason": reason}

