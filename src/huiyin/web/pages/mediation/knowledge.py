"""What the packs know of a kind of dispute, beside the work: what to ask, ready pieces of an agreement, limits of the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from huiyin.core.mediating import Clause, Mediating, nearest
from huiyin.core.packs import Library
from huiyin.core.procedure import Field
from huiyin.core.values import Text
from huiyin.matters.views import MatterView
from huiyin.projects import queries as projects
from huiyin.ui import forms
from huiyin.ui.forms import Question
from huiyin.ui.language import language_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from huiyin.web.pages.acting import Act

VERB: Final = "clause"
FROM_PROJECT: Final = Text("这是项目的样板，请照这一户的情况改。", "A piece of the project; change it to fit this household.")


@dataclass(frozen=True, slots=True)
class Known:
    """What is offered for the matter's kind of dispute.

    Attributes:
        careful: each limit with its articles as people write them.
    """

    about: Mediating
    careful: tuple[tuple[Text, tuple[Text, ...]], ...]


def of(view: MatterView, library: Library) -> Known | None:
    """Return what is offered to whoever mediates the matter, None for other matters and kinds nothing is known of."""
    found = nearest(library.mediating, view.topic) if view.procedure.mediates else None
    if found is None:
        return None
    return Known(found, tuple((care.says, tuple(library.cited(basis) for basis in care.basis)) for care in found.careful))


def clauses(act: Act, question: Question) -> tuple[tuple[Clause, str], ...]:
    """Return the ready pieces for a list of an agreement or an offer, each with what its button sends."""
    field = act.view.procedure.fields.get(question.name.removeprefix("f."))
    if field is None or question.kind != "rows" or _parts(field) is None:
        return ()
    return tuple((clause, f"{VERB}:{field.name}:{clause.key}") for clause in _offered(act))


def pressed(act: Act, do: str, raw: dict[str, str], request: HttpRequest) -> bool:
    """Put the piece chosen into the list, in the language of the page; it is changed there like any other line."""
    verb, _, rest = do.partition(":")
    name, _, key = rest.partition(":")
    field = act.view.procedure.fields.get(name)
    parts = None if field is None or verb != VERB or all(entry.field != name for entry in act.entries) else _parts(field)
    clause = next((one for one in _offered(act) if one.key == key), None)
    if parts is None or clause is None:
        return False
    what, proof = parts
    language = language_of(request)
    line = {what: clause.what.in_(language)} | ({proof: clause.proof.in_(language)} if proof else {})
    return forms.append(raw, name, [line])


def _offered(act: Act) -> tuple[Clause, ...]:
    """Return the pieces of the project a household's matter belongs to, with its own name and sum in them, and those of its kind."""
    found = nearest(act.library.mediating, act.view.topic)
    return (*_of_the_project(act.view), *(() if found is None else found.clauses))


def _of_the_project(view: MatterView) -> tuple[Clause, ...]:
    own = view.parties[0].name if view.parties else ""
    cents = view.facts.get("claim_sum")
    known = {"{姓名}": own, "{金额}": f"{cents / 100:.2f}" if isinstance(cents, int) else ""}
    made = []
    for number, texts in enumerate(projects.pieces(view.parent)):
        what, proof = (_filled(text, known) for text in texts)
        made.append(Clause(f"project{number}", "either", Text(what, what), False, Text(proof, proof), FROM_PROJECT))
    return tuple(made)


def _filled(text: str, known: Mapping[str, str]) -> str:
    for mark, words in known.items():
        text = text.replace(mark, words or mark)
    return text


def _parts(field: Field) -> tuple[str, str] | None:
    """Return the parts of a line that say what is done and what shows it, None for a list that binds nobody."""
    texts = [part.name for part in field.record if part.type == "text" and not part.names_people]
    binds = {"party", "date"} <= {part.type for part in field.record}
    return (texts[0], texts[1] if len(texts) > 1 else "") if binds and texts else None
