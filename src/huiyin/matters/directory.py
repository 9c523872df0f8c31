"""What the record asks the city: units and their names, who acts in a post, homes and their numbers, the packs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huiyin.city import queries as city
from huiyin.city.models import Absence, Account, Unit
from huiyin.city.services import number_for
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure

LIBRARY_SECONDS = 1.0

_library: tuple[float, Library] | None = None


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as the record needs it."""

    id: str
    kind: str
    name: str
    home: str


def library() -> Library:
    """Return what the packs in use say.

    Whether packs were loaded meanwhile is asked at most once a second: an act does not pay a round trip for what
    happens some times a year.
    """
    global _library
    held = _library
    if held is None or time.monotonic() >= held[0]:
        _library = held = (time.monotonic() + LIBRARY_SECONDS, city.library())
    return held[1]


def forget() -> None:
    """Drop what this process remembers of the packs (after loading them here)."""
    global _library
    _library = None


def procedure(name: str, version: str) -> Procedure:
    """Return a procedure as it was in one version.

    Raises:
        LookupError: it was never loaded here.
    """
    return city.procedure(name, version)


def unit_name(unit: str) -> str:
    """Return a unit's name, or an empty text."""
    found = city.unit(unit)
    return "" if found is None else found.name_zh


def person_name(account: str) -> str:
    """Return the name of the person with that account id, or an empty text."""
    name = Account.objects.filter(id=account).values_list("name", flat=True).first() if _is_uuid(account) else None
    return name or ""


def unit_for(kind: str, division: str) -> str | None:
    """Return the id of the unit of a kind that serves a place, or None."""
    if not division:
        return None
    found = city.unit_for(kind, division)
    return None if found is None else str(found.id)


def placed(definition: Procedure, division: str, host: str | None) -> dict[str, KnownUnit]:
    """Return alias -> unit at a matter's opening.

    The host is the one given or the one that serves the place. Other units are found by kind and place, unless a field
    names them later or an act makes one of them hold the part.
    """
    found: dict[str, KnownUnit] = {}
    later = definition.become_later | definition.kinds_only
    for alias, use in definition.units.items():
        if alias in later:
            continue
        field = definition.fields.get(alias)
        unit: Unit | None = None
        if alias == definition.host and host is not None:
            unit = city.unit(host)
        elif division and (field is None or field.type != "unit"):
            unit = next((one for kind in use.kinds if (one := city.unit_for(kind, division))), None)
        if (placed_unit := known(unit)) is not None:
            found[alias] = placed_unit
    return found


def known(unit: Unit | None) -> KnownUnit | None:
    """Return what the record needs of a unit of the city."""
    return None if unit is None else KnownUnit(unit.id, unit.kind, unit.name_zh, unit.home_id)


def present_unit(id_: str) -> KnownUnit | None:
    """Return the unit of that id, or None when there is none or it has ended."""
    unit = city.unit(id_)
    return known(unit) if unit is not None and unit.to_date is None else None


def holds(account: str, unit: str, post: str, on: date) -> bool:
    """Tell whether an account, named by its id as text, is appointed to a post of a unit on a day."""
    return _is_uuid(account) and bool(unit) and city.holds(UUID(account), unit, post, on)


def acting(unit: str, post: str, on: date, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of who acts in a post on a day: present holders, deputies for those on leave.

    Args:
        wanted: account id -> name of the persons named for the post in a matter; empty means every holder.
    """
    chosen = [
        one.name
        for one in city.holders(unit, post, on)
        if not wanted or str(one.account) in wanted or (one.instead_of is not None and one.instead_of in wanted.values())
    ]
    return tuple(dict.fromkeys(chosen))


def stands_in_for(account: str, on: date) -> list[str]:
    """Return the account ids of those on leave that day whom this account stands in for."""
    if not _is_uuid(account):
        return []
    away = Absence.objects.filter(city.on_day(on), deputy_id=UUID(account))
    return [str(absent) for absent in away.values_list("account_id", flat=True)]


def home_numbers(home: str, year: int) -> list[int]:
    """Return the numbers a home's references of a year begin with; the first matter of a year gets it one.

    Raises:
        LookupError: there is no such home.
    """
    return city.numbers_of(home, year) or [another_number(home, year)]


def another_number(home: str, year: int) -> int:
    """Allot a home one more number for a year."""
    return number_for(home=home, year=year)


def home_of_reference(digits: str) -> str | None:
    """Return the home a reference was given in, or None."""
    return city.home_numbered(int(digits[:2]), int(digits[2:6]))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
