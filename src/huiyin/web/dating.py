"""One explanation of a date for the pages and the API: of a clock of a matter, or of a period somebody asks about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import why as reasons
from huiyin.core.clock_words import KIND_MEANINGS, KIND_WORDS
from huiyin.core.clocks import Counting
from huiyin.core.counting_rows import CountingRow
from huiyin.core.packs import Library
from huiyin.core.procedure import ClockDef, LawTerm, Procedure
from huiyin.core.statutory import VERIFIED_TEXTS, StatutoryClock
from huiyin.core.values import Text
from huiyin.core.why import Happened, Reading, Why
from huiyin.matters.views import ClockView, MatterView

Json = dict[str, Any]
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OF_PAPER = {
    "effective_at": Text("生效", "took effect"),
    "served_at": Text("送达", "was served"),
    "printed_at": Text("出具", "was issued"),
    "sealed_at": Text("盖章", "was sealed"),
}


@dataclass(frozen=True, slots=True)
class LawShown:
    """What a law says of a period, as far as it may be told.

    Attributes:
        cited: law and article; of a row from memory the law alone, since its article may not be quoted.
        verified: who compared it with what.
        stops: what is not counted.
        place: article, paragraph and item for programs; empty where it may not be quoted.
    """

    name: str
    title: Text
    cited: Text
    law: str
    place: str
    does: Text
    who: Text | None
    longer: Text | None
    then: Text | None
    note: Text | None
    stops: tuple[Text, ...]
    verified: str
    verified_text: Text
    first: date
    last: date | None
    start_checked: bool
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Started:
    """What a period runs from, and how that is known.

    Attributes:
        says: what starts it, by the law or the procedure.
        proof: what the law's table names as proof.
        act: the act on record that started it, by which post or role.
        entered: when that was recorded, where it was later than it happened.
        papers: papers of that act, with their addresses.
    """

    at: datetime
    whole_day: bool
    says: Text | None
    proof: Text | None = None
    act: Text | None = None
    by: Text | None = None
    entered: datetime | None = None
    papers: tuple[tuple[Text, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """A date with everything needed to check it by hand.

    Attributes:
        due: what it is held to; the strict reading.
        latest: the latest lawful end; equal to ``due`` where the law leaves one reading.
        decides: which of the two decides lateness.
        why: days, readings and settings; None where a paper set the date, or the rules of today give another than was stored.
        stale: the stored date came from an older calendar or rule and today's give another; the stored reasons stand.
        steps: the reasons kept with the date.
    """

    name: str
    label: Text
    kind: str
    kind_word: Text
    kind_means: Text
    status: str
    due: datetime | None
    latest: datetime | None
    act_by: datetime | None
    decides: datetime | None
    provisional: bool
    started: Started
    term: Text | None
    why: Why | None
    stale: bool
    steps: tuple[Text, ...]
    law: LawShown | None
    basis: tuple[Text, ...]
    row: CountingRow | None
    calendar: str
    rule: str
    history: tuple[Happened, ...] = ()
    overdue: bool = False

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The reading that decides first, then the other where it ends on another day."""
        if self.why is None:
            return ()
        strict, latest = self.why.strict, self.why.latest
        both = [strict] if latest is None or latest.due == strict.due else [strict, latest]
        return tuple(sorted(both, key=lambda one: one.due != self.decides))

    @property
    def ended(self) -> bool:
        """Whether the clock no longer runs."""
        return self.status in ("met", "stopped")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader knows of the act that started a clock, by its number."""

    seq: int
    label: Text
    by: Text
    recorded: datetime | None
    papers: tuple[tuple[Text, str], ...]


def of_clock(view: MatterView, one: ClockView, history: Sequence[Seen] = ()) -> Explained:
    """Return the explanation of a clock of a matter, as far as its reader may know it.

    Args:
        view: the matter as the reader sees it.
        one: the clock.
        history: the acts this reader may see.
    """
    library = city.library()
    definition = view.procedure.clocks[one.name]
    life, due = one.life, one.life.due
    why = reasons.of_life(life, Counting(library.counting, library.calendar))
    row = statutory_of(library, definition, library.calendar.local_date(life.trigger))
    began = max((n for n, event in enumerate(life.events) if event.trigger is not None), default=0)
    act = next((seen for seen in history if seen.seq == life.events[began].seq), None)
    law = None if row is None else law_shown(library, row)
    trigger = None if row is None or row.trigger is None else library.statutory.triggers[row.trigger]
    started = Started(
        at=life.trigger,
        whole_day=life.term is None or "hour" not in life.term,
        says=trigger_words(view.procedure, library, definition) or (None if trigger is None else trigger.says),
        proof=None if trigger is None else trigger.proof,
        act=None if act is None else act.label,
        by=None if act is None else act.by,
        entered=None if act is None else act.recorded,
        papers=() if act is None else act.papers,
    )
    return Explained(
        name=one.name,
        label=one.label,
        kind=one.kind,
        kind_word=KIND_WORDS[one.kind],
        kind_means=KIND_MEANINGS[one.kind],
        status=one.status,
        due=None if due is None else due.strict,
        latest=None if due is None else due.latest,
        act_by=None if due is None else due.act_by,
        decides=one.due,
        provisional=one.provisional,
        started=started,
        term=None if why is None else why.term.text(),
        why=why,
        stale=why is None and life.term is not None and due is not None,
        steps=() if due is None else due.steps,
        law=law,
        basis=tuple(library.cited(basis) for basis in definition.basis if law is None or law.place),
        row=None if why is None else why.row,
        calendar="" if due is None else due.calendar,
        rule="" if due is None else due.rule,
        history=reasons.history(life),
        overdue=one.overdue,
    )


def statutory_of(library: Library, definition: ClockDef, on: date) -> StatutoryClock | None:
    """Return the row of the law a clock runs by, in the version in force on its trigger date."""
    version = definition.on(on)
    name = version.row if isinstance(version, LawTerm) else definition.law
    return next((row for row in library.statutory.clocks if row.name == name), None)


def law_shown(library: Library, row: StatutoryClock) -> LawShown:
    """Return a row of the law as it may be told to anybody."""
    quoted = row.verified != "M"
    title = row.law.title
    return LawShown(
        name=row.name,
        title=row.title,
        cited=row.cited() if quoted else Text(f"《{title.zh}》", title.en),
        law=row.law.id,
        place=str(row.place) if quoted else "",
        does=row.does,
        who=library.statutory.doers.get(row.who),
        longer=row.longer,
        then=row.then,
        note=row.note,
        stops=tuple(library.statutory.pauses[name] for name in row.stops),
        verified=row.verified,
        verified_text=VERIFIED_TEXTS[row.verified],
        first=row.law.first,
        last=row.law.last,
        start_checked=row.law.start_checked,
        elsewhere=row.law.elsewhere,
    )


def trigger_words(procedure: Procedure, library: Library, definition: ClockDef) -> Text | None:
    """Return what a procedure says a clock runs from; None where it is the act that starts it."""
    said = definition.trigger
    if said is None:
        return None
    found: list[Text] = []
    names = _NAME.findall(said)
    for place, name in enumerate(names):
        if name in procedure.fields:
            found.append(procedure.fields[name].label)
        elif name in procedure.clocks:
            label = procedure.clocks[name].label
            found.append(Text(f"“{label.zh}”到期", f"the end of “{label.en}”"))
        elif name in library.papers:
            paper, did = library.papers[name].title, _OF_PAPER.get(names[place + 1] if place + 1 < len(names) else "")
            done = Text("", "") if did is None else did
            found.append(Text(f"《{paper.zh}》{done.zh}", f"{paper.en} {done.en}".strip()))
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    # `given(a, b)` takes the first of them that is known.
    return Text("、".join(one.zh for one in found) + "（以先有的为准）", "; ".join(one.en for one in found) + " (the first that is known)")


def plain(one: Explained) -> Json:
    """Return an explanation as data."""
    calendar = city.library().calendar

    def day(at: datetime | None) -> date | None:
        return None if at is None else calendar.local_date(at)

    return {
        "name": one.name,
        "label": one.label.to_plain(),
        "kind": one.kind,
        "kind_means": one.kind_means.to_plain(),
        "status": one.status,
        "due": day(one.decides),
        "due_strict": one.due,
        "due_lawful_latest": one.latest,
        "act_by": one.act_by,
        "provisional": one.provisional,
        "overdue": one.overdue,
        "trigger": {
            "at": one.started.at,
            "says": _maybe(one.started.says),
            "proof": _maybe(one.started.proof),
            "act": _maybe(one.started.act),
            "by": _maybe(one.started.by),
        },
        "term": _maybe(one.term),
        "extensions": [] if one.why is None else [term.text().to_plain() for term in one.why.extensions],
        "pauses": []
        if one.why is None
        else [{"first": first, "last": last} for first, last in (pause.days(calendar) for pause in one.why.pauses) if first <= last],
        "readings": [_reading(reading) for reading in one.readings],
        "settings": []
        if one.why is None
        else [
            {
                "name": setting.name,
                "asks": setting.asks.to_plain(),
                "chosen": setting.chosen.to_plain(),
                "reason": setting.reason.to_plain(),
                "others": [{"says": other.says.to_plain(), "code": other.code or None, "due": other.due} for other in setting.others],
            }
            for setting in one.why.settings
        ],
        "law": None if one.law is None else _law(one.law),
        "basis": [text.to_plain() for text in one.basis],
        "counted_by": None
        if one.row is None
        else {"name": one.row.name, "says": one.row.basis().to_plain(), "note": one.row.note.to_plain()},
        "calendar": one.calendar,
        "rule": one.rule,
        "unknown_years": [] if one.why is None else list(one.why.unknown),
        "steps": [step.to_plain() for step in one.steps],
        "recounted_differs": one.stale,
        "history": [
            {
                "kind": happened.kind,
                "says": happened.says.to_plain(),
                "at": happened.at,
                "recorded": happened.now,
                "event": happened.seq,
                "reason": happened.reason,
                "due_strict": None if happened.due is None else happened.due.strict,
                "due_lawful_latest": None if happened.due is None else happened.due.latest,
                "rule": None if happened.due is None else happened.due.rule,
                "calendar": None if happened.due is None else happened.due.calendar,
                "superseded": happened.superseded,
            }
            for happened in one.history
        ],
    }


def law_plain(one: LawShown) -> Json:
    """Return a row of the law as data."""
    return _law(one)


def _law(one: LawShown) -> Json:
    return {
        "name": one.name,
        "title": one.title.to_plain(),
        "cited": one.cited.to_plain(),
        "law": one.law,
        "place": one.place or None,
        "does": one.does.to_plain(),
        "who": _maybe(one.who),
        "longer": _maybe(one.longer),
        "then": _maybe(one.then),
        "note": _maybe(one.note),
        "stops": [text.to_plain() for text in one.stops],
        "verified": one.verified,
        "verified_means": one.verified_text.to_plain(),
        "in_force_from": one.first,
        "in_force_to": one.last,
        "elsewhere": one.elsewhere,
    }


def _reading(one: Reading) -> Json:
    return {
        "code": one.code,
        "says": one.says.to_plain(),
        "due": one.due,
        "passed": [
            {
                "first": stretch.first,
                "last": stretch.last,
                "kind": stretch.kind,
                "says": stretch.says.to_plain(),
                "notice": stretch.notice or None,
            }
            for stretch in one.passed
        ],
    }


def _maybe(text: Text | None) -> Json | None:
    return None if text is None else text.to_plain()


def today() -> date:
    """Return the city's date."""
    return city.library().calendar.local_date(clock.now())
