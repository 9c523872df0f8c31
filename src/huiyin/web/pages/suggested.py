"""Points a message asks, proposed to whoever fills in a list of them: taken over one by one or at once, never recorded by silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from huiyin.core.asking import Asked, asked_in
from huiyin.core.procedure import Field
from huiyin.ui import forms
from huiyin.ui.forms import Question

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

VERB: Final = "take"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One point found in the words of the matter.

    Attributes:
        sentence: what it was found in; empty where that says no more.
        press: what the button sends that takes it over.
        taken: it stands in the list.
    """

    ask: str
    sentence: str
    press: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """The points found for one list; ``press`` takes over all that do not stand in it yet, empty where one or none is left."""

    points: tuple[Proposed, ...]
    press: str


def of(act: Act, question: Question) -> Proposal | None:
    """Return what is proposed for a list, None for a question that is none or where nothing was found."""
    field = act.view.procedure.fields.get(question.name.removeprefix("f."))
    found = () if field is None or question.kind != "rows" else _found(act, field)
    if field is None or not found:
        return None
    own = _input(field, 0).rpartition(".")[2] if field.record else ""
    stands = {one.value.strip() for row in question.rows for one in row if not own or one.name.endswith(f".{own}")}
    points = tuple(
        Proposed(one.ask, one.sentence if _adds(one) else "", f"{VERB}:{field.name}:{number}", one.ask in stands)
        for number, one in enumerate(found)
    )
    return Proposal(points, f"{VERB}:{field.name}:all" if sum(not one.taken for one in points) > 1 else "")


def taken(act: Act, do: str, raw: dict[str, str]) -> bool:
    """Put proposed points into the empty lines of their list, else after them.

    Args:
        do: what was pressed: ``take:LIST:N`` takes the point of that number from 0, ``take:LIST:all`` every one.
    """
    verb, _, rest = do.partition(":")
    name, _, which = rest.partition(":")
    field = act.view.procedure.fields.get(name)
    if verb != VERB or field is None or all(entry.field != name for entry in act.entries):
        return False
    found = _found(act, field)
    number = forms.number_of(which)
    chosen = found if which == "all" else found[number : number + 1] if number is not None else ()
    lines = [raw.get(_input(field, line), "").strip() for line in range(forms.rows_of(raw, name))]
    for ask in (one.ask for one in chosen if one.ask not in lines):
        line = next((place for place, said in enumerate(lines) if not said and not _begun(field, place, raw)), len(lines))
        if line >= forms.MOST_ROWS:
            break
        lines[line : line + 1] = [ask]
        raw[_input(field, line)] = ask
    raw[f"f.{name}.rows"] = str(len(lines))
    return True


def _found(act: Act, field: Field) -> tuple[Asked, ...]:
    """Return the points of a matter for one list: to whoever handles it, while the list has nothing on record."""
    if not act.by_staff or act.for_party or act.view.relation != "handler" or act.view.facts.get(field.name):
        return ()
    return asked_in(str(act.view.facts[name]) for name in field.asked_in if act.view.facts.get(name))


def _input(field: Field, line: int) -> str:
    """Return the name of the input that says what is asked in one line of a list."""
    part = field.asked_part
    return f"f.{field.name}.{line}" if part is None else f"f.{field.name}.{line}.{part.name}"


def _begun(field: Field, line: int, raw: forms.Raw) -> bool:
    """Tell whether something else of a line is filled in already."""
    return any(value.strip() for key, value in raw.items() if key.startswith(f"f.{field.name}.{line}."))


def _adds(one: Asked) -> bool:
    """Tell whether the sentence says more than the point found in it."""
    return one.sentence.strip(" 。，,.！!？?；;") != one.ask.strip(" 。，,.！!？?；;")
