"""What is shown to whoever names somebody to a post: whom the parties would choose, and what the record has under each candidate's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from huiyin.core import ties
from huiyin.core.expressions import names_in, parse
from huiyin.core.scope_types import TIES
from huiyin.core.values import Text
from huiyin.ui.forms import Question, Sources

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

NAMING = ("member", "members")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be named: which parties would choose them, and where the record has their name."""

    name: Text
    wished_by: tuple[Text, ...]
    found: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Appointing:
    """Every candidate, those the record or a party names first; ``unknown`` says what was not looked at."""

    candidates: tuple[Candidate, ...]
    unknown: Text = ties.UNKNOWN

    @property
    def clear(self) -> int:
        """How many candidates the record has nothing of."""
        return sum(not one.found for one in self.candidates)


def of(act: Act, sources: Sources) -> Appointing | None:
    """Return what is known of those who may be named by this act; None where nobody is, or the procedure compares no names."""
    fields = act.view.procedure.fields
    naming = [fields[entry.field] for entry in act.entries if fields[entry.field].type in NAMING and fields[entry.field].of is None]
    if not act.by_staff or not naming or not any(field.people_in for field in fields.values()):
        return None
    people = dict(one for field in naming for one in sources.members(field.post or ""))
    wishes = [name for name, field in fields.items() if field.of is not None and field.type in NAMING]
    made = [_candidate(act, account, name, wishes) for account, name in people.items()]
    return Appointing(tuple(sorted(made, key=lambda one: not (one.found or one.wished_by))))


def asked(act: Act, appointing: Appointing | None, questions: Sequence[Question]) -> list[Question]:
    """Return the questions without those that explain a tie, where the record has none with anybody who could be named."""
    if appointing is None or appointing.clear < len(appointing.candidates):
        return list(questions)
    tests = [names_in(parse(act.view.procedure.conditions[name].test)) for name in act.action.needs]
    explaining = {f"f.{name}" for names in tests if TIES in names for name in names}
    return [one for one in questions if one.required or one.name not in explaining]


def _candidate(act: Act, account: str, name: Text, wishes: Sequence[str]) -> Candidate:
    view = act.view
    return Candidate(
        name,
        tuple(
            act.words.name(party.id) or Text(party.id, party.id)
            for party in view.present
            if any(party.facts.get(wish) == account for wish in wishes)
        ),
        tuple(tie.what for tie in ties.of(view.procedure, view.parties, view.facts, name.zh)),
    )
