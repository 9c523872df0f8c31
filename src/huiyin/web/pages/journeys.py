"""The questions of a report, a request for mediation or an application, one page each, drawn from the procedure that will run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from huiyin.core.forms import Known, read_form
from huiyin.core.packs import Library
from huiyin.core.pathway import Application
from huiyin.core.procedure import Field, Form, FormEntry, Procedure
from huiyin.core.values import Refusal, Text
from huiyin.learning import queries as learning
from huiyin.learning.urgency import Dangers
from huiyin.routing import queries as routing
from huiyin.ui import forms
from huiyin.web.pages import places
from huiyin.web.pages.drafts import Draft

DISPUTE_LINE, OPEN_LINE = "dispute", "request"
CANNOT_TELL_TOPIC = OPEN_LINE
SUGGESTED = 4
# What a code at a door or the guided path brings along in the address, and what of it is kept in a draft.
BROUGHT = ("place", "topic", "wants")
CARRIED, MOST_CARRIED = "carried", 400
# Ticked when the asker lives where it happens, which an earlier page has asked: nobody writes an address twice.
ADDRESS, SAME_ADDRESS = "f.address", "f.address.same"
OPENED_BY = "party"
REPORT, DISPUTE = "report", "dispute"
PAGES = frozenset({"what", "kind", "safety", "dates", "who", "where", "unit", "you", "check"})
# What an application asks on a page of its own, and what it asks together as dates and sums.
DATES_AND_SUMS = frozenset({"date", "datetime", "money", "number"})
# What people are asked about the thing itself; questions about people wait until somebody needs the answer.
ASKED_AT_ONCE = frozenset({"P0", "P1"})

_SAID = Field(
    "said",
    "text",
    "P2",
    Text("请说说是什么事", "What is it about?"),
    hint=Text(
        "想到什么说什么：在发生什么、多久了、您希望怎么办。不用写名字和证件号码。不方便打字，可以点键盘上的话筒，用嘴说。",
        "In your own words: what is happening, since when, and what you hope for. No names or identity numbers are needed. "
        "Instead of typing you may speak, with the microphone of your keyboard.",
    ),
)
_MY_NAME = Field(
    "my_name", "text", "P3", Text("您的姓名", "Your name"), hint=Text("单位申请的写单位名称。", "A firm gives the firm's name.")
)
_OTHERS = Field(
    "others",
    "list",
    "P2",
    Text("对方是谁", "Who is the other side?"),
    hint=Text(
        "可以是人，也可以是单位；不知道姓名的写住处，例如：502室住户。对方会知道是您申请的调解。",
        "A person or a body; where you do not know the name, say where they live, for example: flat 502. "
        "The other side will be told that you ask for mediation.",
    ),
    record=(
        Field("name", "text", "P2", Text("姓名或者单位名称", "Name of the person or body")),
        Field("phone", "text", "P3", Text("对方电话", "Their telephone"), required=False),
        Field("address", "text", "P3", Text("对方住址", "Their address"), required=False),
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of questions."""

    name: str
    title: Text
    entries: tuple[FormEntry, ...] = ()


def bringing(query: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of an address that bring something into a report, to be put into the next address."""
    found = {name: query[name][:MOST_CARRIED] for name in BROUGHT if query.get(name)}
    return {**found, "lang": query["lang"]} if query.get("lang") in ("zh", "en") else found


def brought(library: Library, kind: str, query: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that an address brings: the place of the code at a door, the topic and wish of the guided path."""
    raw: dict[str, str] = {}
    place, topic, wants = query.get("place", ""), query.get("topic", ""), query.get("wants", "")[:MOST_CARRIED]
    if places.is_place(place):
        raw["f.place.division"] = place
    if topic in library.topics and fits(library, kind, topic):
        raw |= {"topic": topic, "topic_carried": "1"}
    if wants:
        raw[CARRIED] = wants
        if kind == "dispute":
            raw["f.claim"] = wants
    return raw


def procedure_for(library: Library, line: str) -> Procedure:
    """Return the procedure a resident's matter of that line runs: the one with the widest door.

    Lines nobody has a procedure for run the plain one.
    """
    open_to_all = [procedure for procedure in library.procedures.values() if OPENED_BY in procedure.opened_by]
    fitting = [procedure for procedure in open_to_all if procedure.line_of_work == line]
    fitting = fitting or [procedure for procedure in open_to_all if procedure.line_of_work == OPEN_LINE]
    return max(fitting, key=lambda procedure: (len(procedure.opened_by), procedure.name))


def of_draft(library: Library, draft: Draft) -> Procedure:
    """Return the procedure a draft will run, as far as its answers tell."""
    if draft.kind in library.procedures:
        return library.procedures[draft.kind]
    line = DISPUTE_LINE if draft.kind == "dispute" else library.topics[topic_of(library, draft)].line_of_work
    return procedure_for(library, line)


def application_of(library: Library, kind: str) -> Application | None:
    """Return how what is applied for by that name is asked for here; None for a report and a dispute."""
    known = None if library.pathway is None else library.pathway.application(kind)
    procedure = None if known is None else library.procedures.get(known.procedure)
    return known if procedure is not None and OPENED_BY in procedure.opened_by else None


def is_kind(library: Library, kind: str) -> bool:
    """Tell whether a draft can be of that kind."""
    return kind in (REPORT, DISPUTE) or application_of(library, kind) is not None


def title_of(library: Library, kind: str) -> Text | None:
    """Return what an application is called; None for a report and a dispute, which have words of their own."""
    return library.procedures[kind].title if application_of(library, kind) is not None else None


def fits(library: Library, kind: str, topic: str) -> bool:
    """Tell whether a draft of that kind may be about that topic."""
    application = application_of(library, kind)
    if application is not None:
        return application.fits(topic)
    return kind != DISPUTE or library.topics[topic].line_of_work == DISPUTE_LINE


def topic_of(library: Library, draft: Draft) -> str:
    """Return the topic chosen, or the widest one of the draft's line."""
    chosen = draft.raw.get("topic", "")
    if chosen == "other":
        chosen = draft.raw.get("topic_other", "")
    application = application_of(library, draft.kind)
    if application is not None:
        return chosen if chosen in library.topics and application.fits(chosen) else application.topics[0]
    if chosen in library.topics:
        return chosen
    return DISPUTE_LINE if draft.kind == "dispute" else CANNOT_TELL_TOPIC


def said(library: Library, draft: Draft) -> str:
    """Return what the person wrote about it, for proposing a kind."""
    leads = lead_entries(of_draft(library, draft)) if draft.kind != REPORT else ()
    return " ".join(draft.raw.get(f"f.{entry.field}", "") for entry in leads) or draft.raw.get("f.said", "")


def suggestions(library: Library, text: str, kind: str) -> tuple[str, ...]:
    """Return the topics the words of a message point to, best first; of disputes only for a request for mediation."""
    found = [one.topic for one in learning.suggest(text, limit=4 * SUGGESTED) if one.topic in library.topics]
    found = [topic for topic in found if fits(library, kind, topic)]
    return tuple(found[:SUGGESTED])


def role_of(procedure: Procedure) -> str:
    """Return the party role of whoever asks."""
    return next(iter(procedure.roles))


def asked_in(library: Library, draft: Draft) -> Procedure:
    """Return the procedure a draft will run, with the questions of its journey among its fields."""
    application = application_of(library, draft.kind)
    return asking(of_draft(library, draft), () if application is None else application.asks)


def asking(procedure: Procedure, asks: Sequence[str] = ()) -> Procedure:
    """Return the procedure with the questions of the journey among its fields; contact facts stand for the asker.

    Args:
        asks: what an application asks about those in it, the other side among them.
    """
    own = {name: replace(procedure.fields[name], of=None) for name in _contact(procedure, procedure.fields)}
    return replace(procedure, fields={**procedure.fields, **own, "said": _SAID, "my_name": _MY_NAME, "others": _others(procedure, asks)})


def _others(procedure: Procedure, asks: Sequence[str]) -> Field:
    """Return the question about the other side: of one with a role of its own only what the procedure keeps of it."""
    role = other_role(procedure)
    if role in (None, role_of(procedure)):
        return _OTHERS
    kept = {name: field for name, field in procedure.fields.items() if field.of == role and field.type == "text"}
    hint = Text("单位写全称。对方会知道是您申请的。", "A firm's full name. The other side will be told that you applied.")
    usual = tuple(part for part in _OTHERS.record if part.name == "name" or part.name in kept)
    own = tuple(replace(kept[name], of=None, required=False) for name in asks if name in kept and name not in [part.name for part in usual])
    return replace(_OTHERS, hint=hint, record=(*usual, *own))


def _contact(procedure: Procedure, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the names that are plain words about whoever asks."""
    fields = procedure.fields
    return tuple(name for name in names if name in fields and fields[name].of == role_of(procedure) and fields[name].type == "text")


def other_role(procedure: Procedure) -> str | None:
    """Return the role of the other side where an application must name one; both sides may have the same."""
    first, *rest = procedure.roles.values()
    return next((role.name for role in rest if role.least), first.name if first.least > 1 else None)


def lead_entries(procedure: Procedure) -> tuple[FormEntry, ...]:
    """Return the required texts of the opening form: what it is about."""
    return tuple(entry for entry in _opening(procedure) if entry.required and procedure.fields[entry.field].type == "text")


def sums_asked(procedure: Procedure) -> tuple[FormEntry, ...]:
    """Return the sums of the opening form; of a dispute they stand on the receipt beside what is asked for."""
    return tuple(entry for entry in _opening(procedure) if procedure.fields[entry.field].type == "money")


def place_field(procedure: Procedure) -> str | None:
    """Return the opening form's place."""
    return next((entry.field for entry in _opening(procedure) if procedure.fields[entry.field].type == "place"), None)


def _opening(procedure: Procedure) -> tuple[FormEntry, ...]:
    form = procedure.forms.get(procedure.opening_form)
    return () if form is None else form.entries


def _more(procedure: Procedure) -> tuple[FormEntry, ...]:
    of_list = routing.words_of_list()
    return tuple(entry for entry in _asked_at_once(procedure) if entry.required or entry.field not in of_list)


def _asked_at_once(procedure: Procedure) -> tuple[FormEntry, ...]:
    return tuple(
        entry
        for entry in _opening(procedure)
        if procedure.fields[entry.field].type in ("choice", "flag")
        and (entry.required or procedure.fields[entry.field].cls in ASKED_AT_ONCE)
    )


def _turning(library: Library, procedure: Procedure, draft: Draft) -> tuple[FormEntry, ...]:
    """Return the questions whose answers settle whose a matter of the chosen topic is; they stand beside the place.

    Where every page is one no topic may be chosen yet: then those any topic turns on.
    """
    chosen = (topic_of(library, draft),) if "topic" in draft.raw else tuple(library.topics)
    asked = frozenset[str]().union(*routing.turning_on(topic for topic in chosen if fits(library, draft.kind, topic)).values())
    return tuple(entry for entry in _asked_at_once(procedure) if not entry.required and entry.field in asked)


def turning_on(library: Library, draft: Draft, field: str) -> tuple[str, ...]:
    """Return the topics a question matters to while none is chosen, the wider ones alone; none once one is."""
    if "topic" in draft.raw:
        return ()
    turning = routing.turning_on(topic for topic in library.topics if fits(library, draft.kind, topic))
    found = [topic for topic, asked in turning.items() if field in asked]
    return tuple(topic for topic in found if not any(topic.startswith(f"{wider}.") for wider in found))


def steps(library: Library, draft: Draft) -> tuple[Step, ...]:
    """Return the pages of a draft in order, as its answers so far make them."""
    application = application_of(library, draft.kind)
    if application is not None:
        return _application_steps(library, draft, application)
    procedure = of_draft(library, draft)
    own = asking(procedure).fields
    who: tuple[Step, ...] = ()
    contact = tuple(FormEntry(name, required=False) for name in ("phone", "address") if own.get(name) and own[name].of is None)
    if draft.kind == "dispute":
        # What happened comes first, as people tell it and as the application form has it; then what is asked for.
        words = (*reversed(lead_entries(procedure)), *sums_asked(procedure))
        what = Step("what", Text("是什么纠纷", "What the dispute is"), words)
        you = Step("you", Text("怎么联系您", "How to reach you"), contact)
        who = (Step("who", Text("双方是谁", "Who the two sides are"), (FormEntry("my_name"), FormEntry("others"))),)
    else:
        what = Step("what", _SAID.label, (FormEntry("said"),))
        # A name is asked only where the procedure has a use for an address too: a hazard is repaired for nobody in particular.
        name = (FormEntry("my_name", required=False),) if any(entry.field == "address" for entry in contact) else ()
        you = Step("you", Text("怎么联系您", "How to reach you"), name + contact[:1])
    kind = Step("kind", Text("这是哪一类事", "What kind of matter it is"))
    urgent = "topic" in draft.raw and (
        library.topics[topic_of(library, draft)].urgent or bool(Dangers.of(library).found(said(library, draft)))
    )
    safety = (Step("safety", Text("先顾安全", "Safety first")),) if urgent else ()
    where = Step("where", Text("在哪里", "Where is it?"), _turning(library, procedure, draft))
    more = (
        tuple(Step(_page_of(entry.field), procedure.fields[entry.field].label, (entry,)) for entry in _more(procedure))
        if "topic" in draft.raw
        else ()
    )
    return (what, kind, *safety, *who, where, *more, you, Step("check", Text("核对一下再提交", "Check before you send")))


def _page_of(field: str) -> str:
    """Return the name of the page of a question of its own; what a field is called is the procedure's affair and may be a page's name."""
    return f"{field}-" if field in PAGES else field


def _application_steps(library: Library, draft: Draft, application: Application) -> tuple[Step, ...]:
    procedure = library.procedures[application.procedure]
    fields, every = procedure.fields, _opening(procedure)
    sides = other_role(procedure)
    words = tuple(entry for entry in every if fields[entry.field].type == "text")
    counted = tuple(entry for entry in every if fields[entry.field].type in DATES_AND_SUMS)
    choices = tuple(entry for entry in every if fields[entry.field].type in ("choice", "flag") and entry.field not in application.sets)
    asks = tuple(FormEntry(name, required=False) for name in _contact(procedure, application.asks))
    several = sum(application.fits(topic) for topic in library.topics) > 1
    who = Step("who", Text("双方是谁", "Who the two sides are"), (FormEntry("my_name"), FormEntry("others")))
    name = () if sides is not None else (FormEntry("my_name"),)
    return (
        Step("what", procedure.title, words),
        *((Step("kind", Text("这是哪一类事", "What kind of matter it is")),) if several else ()),
        *((Step("dates", Text("时间和金额", "Dates and sums"), counted),) if counted else ()),
        *(Step(_page_of(entry.field), fields[entry.field].label, (entry,)) for entry in choices),
        *((who,) if sides is not None else ()),
        Step("where", Text("在哪里", "Where is it?")),
        *((Step("unit", Text("向哪个单位提出", "Which body it goes to")),) if len(procedure.units[procedure.host].kinds) > 1 else ()),
        Step("you", Text("您是谁，怎么联系您", "Who you are, and how to reach you"), name + asks),
        Step("check", Text("核对一下再提交", "Check before you send")),
    )


def check(procedure: Procedure, entries: Sequence[FormEntry], data: dict[str, Any], library: Library) -> Refusal | None:
    """Return what is wrong with the answers of one page, or None."""
    known = Known(frozenset(library.topics), frozenset(), {})
    read = read_form(procedure, Form("step", tuple(entries)), data, known)
    return read if isinstance(read, Refusal) else None


def with_address(raw: Mapping[str, str], division: str) -> dict[str, str]:
    """Return what was typed, with the place's words for the asker's address when they ticked that it is the same; a typed one holds."""
    same = raw.get(SAME_ADDRESS) == "yes" and not raw.get(ADDRESS, "").strip()
    return {**raw, ADDRESS: places.written(division, raw.get("f.place.detail", ""))} if same else dict(raw)


def opening_of(library: Library, draft: Draft, *, division: str) -> dict[str, Any]:
    """Return what the record's door ``open`` takes for a finished draft."""
    procedure = of_draft(library, draft)
    application = application_of(library, draft.kind)
    if application is not None:
        return _application_of(library, draft, application, division)
    asked, raw = asking(procedure), with_address(draft.raw, division)
    leads = lead_entries(procedure)
    if draft.kind != "dispute" and leads:
        raw[f"f.{leads[0].field}"] = raw.get("f.said", "")
        leads = leads[:1]
    sums = sums_asked(procedure) if draft.kind == "dispute" else ()
    data = forms.typed(asked, (*leads, *sums, *_turning(library, procedure, draft), *_more(procedure)), raw, library.zone)
    place = place_field(procedure)
    if place is not None:
        data[place] = {"division": division, "detail": raw.get("f.place.detail", "").strip()}
    about = tuple(FormEntry(name, required=False) for name in ("my_name", "phone", "address", "others") if name in asked.fields)
    mine = forms.typed(asked, about, raw, library.zone)
    facts = {name: mine[name] for name in ("phone", "address") if name in mine and asked.fields[name].of is None}
    role = role_of(procedure)
    parties: list[dict[str, Any]] = [{"role": role, "name": mine.get("my_name", ""), "facts": facts}]
    if draft.kind == "dispute":
        for other in mine.get("others", []):
            told = {name: other[name] for name in ("phone", "address") if other.get(name) and name in procedure.fields}
            parties.append({"role": role, "name": other.get("name", ""), "facts": told})
    return {
        "procedure": procedure.name,
        "data": data,
        "topic": topic_of(library, draft),
        "division": division,
        "opened_by": OPENED_BY,
        "parties": parties,
        "key": draft.key,
    }


def _application_of(library: Library, draft: Draft, application: Application, division: str) -> dict[str, Any]:
    procedure = library.procedures[application.procedure]
    asked, raw = asking(procedure, application.asks), with_address(draft.raw, division)
    entries = tuple(entry for step in _application_steps(library, draft, application) for entry in step.entries)
    given = forms.typed(asked, entries, raw, library.zone)
    opening = {entry.field for entry in _opening(procedure)}
    facts = {name: given[name] for name in _contact(procedure, application.asks) if name in given}
    parties: list[dict[str, Any]] = [{"role": role_of(procedure), "name": given.get("my_name", ""), "facts": facts}]
    for other in given.get("others", []):
        told = {name: value for name, value in other.items() if name != "name" and value}
        parties.append({"role": other_role(procedure), "name": other.get("name", ""), "facts": told})
    return {
        "procedure": procedure.name,
        "data": {**application.sets, **{name: value for name, value in given.items() if name in opening}},
        "topic": topic_of(library, draft),
        "division": division,
        "opened_by": OPENED_BY,
        "parties": parties,
        "key": draft.key,
        **({"unit": draft.raw["unit"]} if draft.raw.get("unit") else {}),
    }


def place_like(procedure: Procedure) -> Field:
    """Return the opening form's place, under the label people are asked by."""
    name = place_field(procedure)
    label = Text("在哪里", "Where")
    return Field("place", "place", "P1", label) if name is None else replace(procedure.fields[name], label=label)
