"""What an agreement asks of each side: who does what, how much, by when; read from the list of obligations of the matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from huiyin import clock
from huiyin.core.amounts import MOST_CENTS, in_capitals
from huiyin.core.papers import PaperDef, fields_in
from huiyin.core.procedure import Field, Procedure
from huiyin.core.values import Text
from huiyin.matters.views import MatterView
from huiyin.ui import shown
from huiyin.web.pages.story import Wording


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation as its reader sees it.

    Attributes:
        number: its place in the agreement, from 1.
        who: name of the party it binds; empty when the row names nobody.
        mine: it binds the reader.
        state: ``reported``, ``confirmed`` or empty.
        over: the day has passed and it is not said to be done.
    """

    number: int
    who: str
    mine: bool
    what: str
    amount: str
    in_words: str
    due: date | None
    proof: str
    state: str
    over: bool = False

    @property
    def word(self) -> tuple[Text, str]:
        """How far it is, and the tone of its tag."""
        return _OVER if self.over else _STATES.get(self.state, _OPEN)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an agreement in force asks: of the reader, and of the others."""

    mine: tuple[Duty, ...]
    theirs: tuple[Duty, ...]

    @property
    def next(self) -> date | None:
        """The day of the reader's next obligation that is not said to be done."""
        return min((duty.due for duty in self.mine if duty.due is not None and not duty.state), default=None)


_OPEN = (Text("还没办", "to be done"), "info")
_OVER = (Text("过了约定的日子", "past the agreed day"), "late")
_STATES = {
    "reported": (Text("说已办完，等确认", "said to be done, to be confirmed"), "warn"),
    "confirmed": (Text("确认办完了", "confirmed as done"), "good"),
}


def list_of(procedure: Procedure) -> Field | None:
    """Return the field that lists who owes what: a list whose entries name a party, a date and words, and no mere offer.

    Where several do (who came along to a session, and from when), it is the one of which entries are done one by one.
    """
    found = [
        field
        for field in procedure.fields.values()
        if field.type == "list" and not field.talk and {"party", "date"} <= {part.type for part in field.record}
    ]
    done = {field.items_of for field in procedure.fields.values()}
    return next((field for field in found if field.name in done), found[0] if found else None)


def binds(procedure: Procedure, paper: PaperDef | None) -> bool:
    """Tell whether signing a paper takes on what the matter lists as owed."""
    field = list_of(procedure)
    return field is not None and paper is not None and field.name in fields_in(paper)


def duties(view: MatterView, words: Wording, reader: str | None) -> tuple[Duty, ...]:
    """Return the obligations in the order of the agreement.

    Args:
        reader: id of the party who reads, None for staff.
    """
    field = list_of(view.procedure)
    rows = None if field is None else view.facts.get(field.name)
    if field is None or not isinstance(rows, list):
        return ()
    parts = {part.type: part.name for part in reversed(field.record)}
    # The first text says what is done, the second what shows that it is.
    texts = [part.name for part in field.record if part.type == "text"]
    names = {"who": parts["party"], "due": parts["date"], "amount": parts.get("money", ""), "state": parts.get("choice", "")}
    return tuple(_duty(number, row, names, texts, words, reader) for number, row in enumerate(rows, 1) if isinstance(row, dict))


def _duty(number: int, row: Mapping[str, Any], names: Mapping[str, str], texts: list[str], words: Wording, reader: str | None) -> Duty:
    who = str(row.get(names["who"]) or "")
    name = words.name(who) if who else None
    cents = row.get(names["amount"])
    counted = isinstance(cents, int) and 0 <= cents <= MOST_CENTS
    said = [str(row.get(text) or "") for text in texts] + ["", ""]
    return Duty(
        number=number,
        who="" if name is None else name.zh,
        mine=bool(reader) and who == reader,
        what=said[0],
        amount=shown.money(cents) if isinstance(cents, int) else "",
        in_words=in_capitals(cents) if isinstance(cents, int) and counted else "",
        due=day_of(row.get(names["due"])),
        proof=said[1],
        state=str(row.get(names["state"]) or ""),
    )


def day_of(value: Any) -> date | None:
    """Return the day a line names; None where it names none, or something that is no day."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def agreed(view: MatterView, words: Wording, reader: str) -> Agreed | None:
    """Return what is to be performed under a text in force while the matter runs, for one of its parties; None where there is none."""
    in_force = [line for line in view.papers if line.effective_at is not None and not line.voided]
    if view.outcome or view.left or not any(binds(view.procedure, words.library.papers.get(line.name)) for line in in_force):
        return None
    today = words.library.calendar.local_date(clock.now())
    owed = [replace(duty, over=not duty.state and duty.due is not None and duty.due < today) for duty in duties(view, words, reader)]
    return Agreed(tuple(duty for duty in owed if duty.mine), tuple(duty for duty in owed if not duty.mine))


def total(found: tuple[Duty, ...], view: MatterView, *, mine: bool) -> Text | None:
    """Return the sum of money one side owes or gets, when more than one obligation carries an amount."""
    field = list_of(view.procedure)
    money = None if field is None else next((part.name for part in field.record if part.type == "money"), None)
    if field is None or money is None:
        return None
    rows = view.facts.get(field.name) or []
    amounts = [rows[duty.number - 1].get(money) for duty in found if duty.mine is mine]
    cents = [amount for amount in amounts if isinstance(amount, int)]
    if len(cents) < 2:
        return None
    return Text(f"合计{shown.money(sum(cents))}", f"{shown.money(sum(cents))} in all")
