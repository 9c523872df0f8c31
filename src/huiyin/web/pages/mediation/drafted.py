"""What the form of an offer begins with when the draft written together is put on the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from huiyin.core.drafting import Draft
from huiyin.core.procedure import Field
from huiyin.mediation import queries
from huiyin.web.pages.mediation.offers import NOTE, list_of

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act


def begun(act: Act) -> dict[str, str]:
    """Return what an offer's form begins with when the draft is put on the table; nothing for another form, or outside the room."""
    view, field = act.view, list_of(act.view.procedure)
    if field is None or field.name not in [entry.field for entry in act.entries]:
        return {}
    found = queries.draft(act.standpoint.principal, view.home, view.matter)
    return {} if found is None or not found.now.number else typed(found.now, field)


def instead(raw: Mapping[str, str], drafted: Mapping[str, str]) -> dict[str, str]:
    """Return the beginning of a form with the lines of the draft in place of its own."""
    lists = tuple(name.removesuffix("rows") for name in drafted if name.endswith(".rows"))
    return {name: value for name, value in raw.items() if not name.startswith(lists or ("\0",))} | dict(drafted)


def typed(draft: Draft, field: Field) -> dict[str, str]:
    """Return a draft as if it had just been typed into a form."""
    raw = {f"f.{field.name}.{number}.{part}": words for number, line in enumerate(draft.lines) for part, words in line.words.items()}
    return raw | {f"f.{field.name}.rows": str(max(len(draft.lines), 1)), f"f.{NOTE}": draft.note.words}
