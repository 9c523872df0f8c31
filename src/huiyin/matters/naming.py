"""Names of units and persons that a matter is about to mention, so that its papers can print them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Snapshot
from huiyin.matters import directory


def mentioned(procedure: Procedure, known: Mapping[str, str], data: Mapping[str, Any]) -> dict[str, str]:
    """Return the names, not known yet, of the units and persons ``data`` brings in: by alias and by account id."""
    names: dict[str, str] = {}
    for name, value in data.items():
        field = procedure.fields.get(name)
        if not isinstance(value, str):
            continue
        if field is not None and field.type == "unit":
            names[name] = directory.unit_name(value)
        elif value not in known and (name == "to" or (field is not None and field.type == "member")):
            names[value] = directory.person_name(value)
    return {name: found for name, found in names.items() if found}


def with_mentioned(procedure: Procedure, snapshot: Snapshot, data: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot knowing those names too."""
    names = mentioned(procedure, snapshot.unit_names, data)
    return replace(snapshot, unit_names={**snapshot.unit_names, **names}) if names else snapshot
