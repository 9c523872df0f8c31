"""The city's tree and gazetteer as an index in memory: built when packs, names or the day change, shared by all readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock

from huiyin.city import gazetteer
from huiyin.city import queries as city
from huiyin.city.models import Division
from huiyin.core.address_index import DivisionIndex

Key = tuple[tuple[str, ...], int, date]


@dataclass(frozen=True, slots=True)
class CityIndex:
    """Every place of today, by its names.

    Attributes:
        shorts: code -> what people call it.
    """

    key: Key
    index: DivisionIndex
    shorts: Mapping[str, str]

    def full_name(self, place: int) -> str:
        """Return what people call a place and those around it, from the city down."""
        return "".join(self.shorts[self.index.codes[one]] for one in self.index.path(place))


_lock = Lock()
_held: CityIndex | None = None


def current() -> CityIndex:
    """Return the index of today."""
    global _held
    versions = city.versions()
    on = city.today() if versions else date.min
    key = (versions, gazetteer.last_step(), on)
    held = _held
    if held is None or held.key != key:
        rows = list(Division.objects.filter(ended=None).values_list("code", "name", "short", "level", "parent_id", "path"))
        rows.sort(key=lambda row: (len(row[5]), row[0]))
        index = DivisionIndex(((code, name, level, parent or "") for code, name, _, level, parent, _ in rows), gazetteer.entries(on))
        held = CityIndex(key, index, {row[0]: row[2] for row in rows})
        with _lock:
            _held = held
    return held
