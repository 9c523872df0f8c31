"""Units and persons that a matter is about to name: do they exist and fit, and what are they called on its papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Procedure
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Refusal, Text
from huiyin.matters import directory


def mentioned(procedure: Procedure, known: Mapping[str, str], data: Mapping[str, Any]) -> dict[str, str]:
    """Return the names, not known yet, of the units and persons ``data`` brings in: by alias and by account id."""
    names: dict[str, str] = {}
    for name, value in data.items():
        field = procedure.fields.get(name)
        if field is not None:
            names |= {unit: directory.unit_name(unit) for _, unit in _listed(field, value) if unit not in known}
            names |= {person: directory.person_name(person) for person in _people(field, value) if person not in known}
        if not isinstance(value, str):
            continue
        if field is not None and field.type == "unit":
            names[name] = directory.unit_name(value)
        elif value not in known and name == "to":
            names[value] = directory.person_name(value)
    return {name: found for name, found in names.items() if found}


def _people(field: Field, value: Any) -> list[str]:
    """Return the account ids a field of one person or of several names."""
    given = value if field.type == "members" and isinstance(value, list) else [value] if field.type == "member" else []
    return [one for one in given if isinstance(one, str) and one]


def _listed(field: Field, value: Any) -> list[tuple[Field, str]]:
    """Return the units a field of several names, or the entries of a list, each with the field that says which kinds may stand there."""
    entries = value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []
    if field.type == "units":
        return [(field, unit) for unit in entries if isinstance(unit, str) and unit]
    parts = [part for part in field.record if part.type == "unit"]
    return [
        (part, unit)
        for entry in entries
        if isinstance(entry, Mapping)
        for part in parts
        if isinstance(unit := entry.get(part.name), str) and unit
    ]


def unfit(procedure: Procedure, library: Library, units: Mapping[str, str], data: Mapping[str, Any], on: date) -> Refusal | None:
    """Return why a unit or person in ``data`` cannot take the part it is named for, or None.

    Whoever is named gets to read the matter, so a name is not taken on trust.

    Args:
        units: alias -> unit id of the matter as it stands.
    """
    for name, value in data.items():
        field = procedure.fields.get(name)
        if field is None:
            continue
        named = [(field, value)] if field.type == "unit" and isinstance(value, str) and value else _listed(field, value)
        for naming, unit in named:
            found = directory.present_unit(unit)
            if found is None or found.kind not in procedure.kinds_of(naming):
                return _no_such(naming.label, Text("单位", "unit"), name)
        for person in _people(field, value) if field.post is not None else ():
            post = procedure.posts[field.post or ""]
            if not directory.holds(person, str(data.get(post.of) or units.get(post.of, "")), post.post, on):
                return _no_such(field.label, library.post_label(post.post), name)
    return None


def unfit_successor(procedure: Procedure, library: Library, units: Mapping[str, str], data: Mapping[str, Any], on: date) -> Refusal | None:
    """Return why a named post cannot be handed over to the person in ``data``, or None."""
    post = procedure.posts.get(str(data.get("post") or ""))
    to = data.get("to")
    if post is None or not isinstance(to, str) or directory.holds(to, units.get(post.of, ""), post.post, on):
        return None
    return _no_such(Text("移交给谁", "Handed over to"), library.post_label(post.post), "to")


def _no_such(label: Text, what: Text, field: str) -> Refusal:
    return Refusal(
        "not_there",
        Text(
            f"“{label.zh}”里填的不是能担任这一角色的{what.zh}，请从列表里选。",
            f"“{label.en}” names no {what.en} that can take this part; choose from the list.",
        ),
        field=field,
    )


def with_mentioned(procedure: Procedure, snapshot: Snapshot, data: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot knowing those names too."""
    names = mentioned(procedure, snapshot.unit_names, data)
    return replace(snapshot, unit_names={**snapshot.unit_names, **names}) if names else snapshot
