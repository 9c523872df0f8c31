"""The city's units and people, read once: invented lives ask for them far more often than a day's work does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from huiyin.city.models import Appointment, Division, Unit
from huiyin.city.queries import on_day
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Snapshot


class Town:
    """Who serves which place, and who holds which post, on one day."""

    def __init__(self, on: date) -> None:
        """Read the units and appointments of that day."""
        there = on_day(on)
        self.paths = dict(Division.objects.filter(ended=None).values_list("code", "path"))
        self.parents = dict(Division.objects.filter(ended=None, level="community").values_list("code", "parent_id"))
        self.homes: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._serving: dict[tuple[str, str], str] = {}
        self._stands: dict[str, tuple[str, str]] = {}
        self._holders: dict[tuple[str, str], list[str]] = {}
        for id_, kind, division, home, name in Unit.objects.filter(there).values_list("id", "kind", "division_id", "home_id", "name_zh"):
            self._serving[kind, division] = id_
            self._stands[id_] = kind, division
            self.homes[id_], self.names[id_] = home, name
        rows = Appointment.objects.filter(there, account__is_active=True).order_by("unit_id", "account__username")
        for unit, post, account, name in rows.values_list("unit_id", "post", "account_id", "account__name"):
            self._holders.setdefault((unit, post), []).append(str(account))
            self.names[str(account)] = name

    def unit_for(self, kind: str, division: str) -> str | None:
        """Return the unit of a kind that serves a place: its own or the nearest above."""
        found = (self._serving.get((kind, code)) for code in reversed(self.paths.get(division, ())))
        return next((unit for unit in found if unit is not None), None)

    def above(self, unit: str) -> str | None:
        """Return the unit of the same kind at the next higher level that has one."""
        kind, division = self._stands[unit]
        wider = [code for code in self.paths.get(division, ()) if code != division]
        return next((found for code in reversed(wider) if (found := self._serving.get((kind, code))) is not None), None)

    def holders(self, unit: str, post: str) -> list[str]:
        """Return the account ids that hold a post."""
        return self._holders.get((unit, post), [])

    def placed(self, procedure: Procedure, division: str, host: str | None = None) -> dict[str, str]:
        """Return alias -> unit id of those a matter of that place begins with; ``host`` is the kind of body it begins at."""
        found: dict[str, str] = {}
        for alias, use in procedure.units.items():
            if alias in procedure.kinds_only:
                continue
            field = procedure.fields.get(alias)
            if field is None or field.type != "unit":
                kinds = (host,) if host is not None and alias == procedure.host else use.kinds
                unit = next((unit for kind in kinds if (unit := self.unit_for(kind, division)) is not None), None)
                if unit is not None:
                    found[alias] = unit
        return found

    def mention(self, procedure: Procedure, snapshot: Snapshot, data: Mapping[str, Any]) -> Snapshot:
        """Return the snapshot knowing the names of the units and persons an act brings in."""
        names = dict(snapshot.unit_names)
        for name, value in data.items():
            field = procedure.fields.get(name)
            for one in value if field is not None and field.type in ("members", "units") and isinstance(value, list) else ():
                names[str(one)] = self.names.get(str(one), "")
            if field is not None and field.type in ("unit", "member") and value in self.names:
                names[name if field.type == "unit" else str(value)] = self.names[value]
        return snapshot if names == snapshot.unit_names else replace(snapshot, unit_names=names)
