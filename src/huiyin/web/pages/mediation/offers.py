"""What is on the table: the present offer beside the one before, how it stands, and what the reader may do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from huiyin.core.amounts import MOST_CENTS, in_capitals
from huiyin.core.procedure import Field, Procedure
from huiyin.core.terms_change import Kind, Line, compare
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import MatterView
from huiyin.ui import shown
from huiyin.web.pages.mediation.obligations import day_of
from huiyin.web.pages.story import Deed, Wording

STANDS: Final = "terms_stand"
NOTE: Final = "terms_note"
TONES: Final = {"open": "wait", "proposed": "wait", "accepted": "good", "missed": "warn"}
# What is done about an offer, the likeliest first.
ACTS: Final = ("answer_proposal", "accept_offer", "give_figure", "make_offer", "propose", "begin_blind", "tell_range")
RESULT: Final = "blind_result"
ROUND: Final = "blind_round"
CHANGED: Final[dict[Kind, tuple[Text, str]]] = {
    "new": (Text("新加", "new"), "warn"),
    "changed": (Text("有改动", "changed"), "warn"),
    "gone": (Text("去掉了", "taken out"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One line of an offer in words.

    Attributes:
        before: what stood before in each part that changed, as (name of the part, words).
        by: of a draft, who wrote on this line last.
    """

    who: str
    what: str
    amount: str
    in_words: str
    due: date | None
    proof: str
    kind: Kind
    before: tuple[tuple[Text, Text], ...]
    by: Text | None = None

    @property
    def mark(self) -> tuple[Text, str] | None:
        """How the line differs from the offer before, and its tone."""
        return CHANGED.get(self.kind)


@dataclass(frozen=True, slots=True)
class Made:
    """One offer: who made it and when, its lines beside those of the offer before."""

    number: int
    by: Text
    at: datetime
    note: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What is on the table.

    Attributes:
        stands: how the present offer stands, and its tone.
        earlier: the offers before it, the latest first.
        round: how the blind figures stand; ``met`` the sum they met at.
    """

    present: Made | None
    stands: tuple[Text, str] | None
    earlier: tuple[Made, ...]
    deeds: tuple[Deed, ...]
    round: Text | None
    met: str


def list_of(procedure: Procedure) -> Field | None:
    """Return the field that holds the lines of an offer: what the agreement's own list starts from."""
    for field in procedure.fields.values():
        source = procedure.fields.get(field.starts_from or "")
        if source is not None and source.talk:
            return source
    return None


# Acts that answer what is on the table: whoever takes one reads it on the same page.
ANSWERS: Final = frozenset({"answer_proposal", "accept_offer"})


def answered(action: str, view: MatterView, words: Wording) -> Table | None:
    """Return what an act answers, None for acts that answer nothing."""
    table = of(view, words) if action in ANSWERS else None
    return None if table is None else replace(table, deeds=())


def of(view: MatterView, words: Wording) -> Table | None:
    """Return what is on the table as this reader may see it, None for who can do nothing about it now."""
    field = list_of(view.procedure)
    if field is None or view.outcome:
        return None
    made = _made(view, words, field)
    every = {deed.name: deed for part in words.deeds() for deed in part}
    deeds = tuple(every[name] for name in ACTS if name in every and every[name].why_not is None)
    if not deeds:
        return None
    return Table(
        present=made[-1] if made else None,
        stands=_stands(view) if made else None,
        earlier=tuple(reversed(made[:-1])),
        deeds=deeds,
        round=_label(view, ROUND),
        met=shown.money(view.facts[RESULT]) if isinstance(view.facts.get(RESULT), int) else "",
    )


def _stands(view: MatterView) -> tuple[Text, str] | None:
    said = _label(view, STANDS)
    return None if said is None else (said, TONES.get(str(view.facts.get(STANDS)), "plain"))


def _label(view: MatterView, name: str) -> Text | None:
    field = view.procedure.fields.get(name)
    value = view.facts.get(name)
    return None if field is None else next((choice.label for choice in field.values if choice.value == value), None)


def _made(view: MatterView, words: Wording, field: Field) -> list[Made]:
    """Return every offer of the matter's history, the oldest first."""
    made: list[Made] = []
    before: Sequence[Mapping[str, Any]] = ()
    parts = [part.name for part in field.record]
    for entry in queries.timeline(words.standpoint.principal, view.home, view.matter):
        said = {one.field: one.value for one in entry.said if not one.erased}
        lines = said.get(field.name)
        if not isinstance(lines, list):
            continue
        terms = tuple(term(line, field, words) for line in compare(before, lines, parts))
        note = said.get(NOTE)
        by = (words.name(entry.party) if entry.party else None) or entry.by
        made.append(Made(len(made) + 1, by, entry.at, note if isinstance(note, str) else "", terms))
        before = lines
    # The first offer has none before it: nothing in it is news beside something else.
    if made:
        plain = tuple(_as_it_is(term) for term in made[0].terms)
        made[0] = Made(1, made[0].by, made[0].at, made[0].note, plain)
    return made


def _as_it_is(term: Term) -> Term:
    return Term(term.who, term.what, term.amount, term.in_words, term.due, term.proof, "same", ())


def term(line: Line, field: Field, words: Wording) -> Term:
    """Return one line of an offer in words."""
    entry = line.entry
    name = words.name(str(entry.get("who") or ""))
    cents, due = entry.get("amount"), entry.get("due")
    counted = isinstance(cents, int) and 0 <= cents <= MOST_CENTS
    labels = {part.name: part for part in field.record}
    return Term(
        who="" if name is None else name.zh,
        what=str(entry.get("what") or ""),
        amount=shown.money(cents) if isinstance(cents, int) else str(cents or ""),
        in_words=in_capitals(cents) if isinstance(cents, int) and counted else "",
        due=day_of(due),
        proof=str(entry.get("proof") or ""),
        kind=line.kind,
        before=tuple((labels[part].label, _said(labels[part], value, words)) for part, value in line.before.items()),
    )


def _said(part: Field, value: Any, words: Wording) -> Text:
    if value is None:
        return Text("没有写", "nothing")
    if part.type == "money" and isinstance(value, int):
        return Text(shown.money(value), shown.money(value))
    if part.type == "date" and (day := day_of(value)) is not None:
        return Text(shown.day(day, "zh"), shown.day(day, "en"))
    if part.type == "party":
        return words.name(str(value)) or Text("", "")
    return Text(str(value), str(value))
