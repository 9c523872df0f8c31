"""What a form begins with, so that nothing known is typed again: what is on record, what the kind of matter calls for, how it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act


def of(act: Act) -> dict[str, Any]:
    """Return the values a fresh form begins with, by field; each may be changed before it is sent."""
    found: dict[str, Any] = {}
    facts = act.view.facts
    for entry in act.entries:
        field = act.view.procedure.fields[entry.field]
        value = facts.get(field.name) if entry.begins or field.starts_from is not None else None
        value = value or facts.get(field.starts_from or "") or field.starts_as.get(act.view.opened_by)
        if not value and field.starts_with is not None:
            value = field.starts_with.lines(facts.get(field.starts_with.by))
        if value:
            found[field.name] = value
    return found
