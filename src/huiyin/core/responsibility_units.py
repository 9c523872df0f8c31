"""Whether the units a responsibility list names are there, where and when it names them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from huiyin.core.responsibility import ANY, Row
from huiyin.core.responsibility_problems import Ground, ListProblem, Standing, problem

ONE_DAY = timedelta(days=1)
# How many places a sentence names before it says how many more there are.
NAMED = 3


def missing_units(rows: Sequence[Row], units: Sequence[Standing], ground: Ground, start: date) -> list[ListProblem]:
    """Return rows whose unit is not there: nowhere in the row's place, on no day to come, not in some districts, or soon no more."""
    known = _Units(units, ground)
    found: list[ListProblem] = []
    for row in rows:
        if row.to_date is not None and row.to_date < start:
            continue
        day = max(start, row.from_date)
        found += _named_unit(row, known, day) if row.unit is not None else _kind_of_unit(row, known, day)
        for kind in row.helpers:
            if not known.served(kind, row.place, day):
                zh, en = (
                    f"{ground.name(row.place).zh}没有“{kind}”，协办落空。",
                    f"No {kind!r} stands in {ground.name(row.place).en} to help.",
                )
                found.append(problem("helper_gone", row, zh, en, "改协办单位。", "Change the helpers."))
    return found


class _Units:
    """Units by kind, and what is asked about them many times over."""

    def __init__(self, units: Sequence[Standing], ground: Ground) -> None:
        self.ground = ground
        self.by_id = {unit.id: unit for unit in units}
        self.of_kind: dict[str, list[Standing]] = {}
        for unit in units:
            self.of_kind.setdefault(unit.kind, []).append(unit)
        self._on: dict[tuple[str, date], tuple[set[str], set[str]]] = {}
        self._below: dict[str, list[str]] = {}

    def served(self, kind: str, place: str, day: date) -> bool:
        """Tell whether a unit of a kind stands on a day at a place, above it, or anywhere within it."""
        at, above = self._places(kind, day)
        return bool(at) if place == ANY else place in above or not at.isdisjoint(self.ground.paths.get(place, ()))

    def ends(self, kind: str, day: date) -> list[date]:
        """Return the last days of units of a kind that end on or after a day."""
        return sorted({unit.last for unit in self.of_kind.get(kind, ()) if unit.last is not None and unit.last >= day})

    def below(self, place: str) -> list[str]:
        """Return the places one step below a place; below the whole city, its districts."""
        if not self._below:
            for code, path in self.ground.paths.items():
                if len(path) > 1:
                    self._below.setdefault(path[-2], []).append(code)
                    if len(path) == 2:
                        self._below.setdefault(ANY, []).append(code)
        return self._below.get(place, [])

    def _places(self, kind: str, day: date) -> tuple[set[str], set[str]]:
        """Return where units of a kind stand on a day, and every place that has one within it."""
        found = self._on.get((kind, day))
        if found is None:
            at = {unit.place for unit in self.of_kind.get(kind, ()) if unit.there(day)}
            found = self._on[kind, day] = (at, {step for place in at for step in self.ground.paths.get(place, ())})
        return found


def _named_unit(row: Row, known: _Units, day: date) -> list[ListProblem]:
    unit = known.by_id.get(row.unit or "")
    if unit is None:
        zh, en = f"没有编号为“{row.unit}”的单位。", f"There is no unit {row.unit!r}."
        return [problem("unit_gone", row, zh, en, "改成现有的单位。", "Name a unit there is.")]
    if unit.kind != row.lead:
        zh, en = f"“{unit.id}”不是“{row.lead}”这种单位。", f"{unit.id!r} is no {row.lead!r}."
        return [problem("unknown_unit", row, zh, en, "把 lead 改成它的种类。", "Write its kind as the lead.")]
    if not unit.there(day):
        zh, en = f"“{unit.id}”{day}不在了。", f"{unit.id!r} is not there on {day}."
        return [problem("unit_gone", row, zh, en, "改成接手的单位。", "Name the unit that took over.")]
    if unit.last is not None and (row.to_date is None or row.to_date > unit.last):
        return [_ends(row, unit.last)]
    return []


def _kind_of_unit(row: Row, known: _Units, day: date) -> list[ListProblem]:
    ground = known.ground
    if not known.served(row.lead, row.place, day):
        where = ground.name(row.place)
        zh, en = (
            f"{day}，{where.zh}没有一个“{row.lead}”，没有单位接这一条。",
            f"On {day} no {row.lead!r} stands in {where.en}: nobody would answer.",
        )
        return [
            problem("unit_gone", row, zh, en, "改成现有的单位，或者给这一条写结束日。", "Name a unit there is, or give the row a last day.")
        ]
    for last in known.ends(row.lead, day):
        if row.to_date is not None and row.to_date <= last:
            break
        if not known.served(row.lead, row.place, last + ONE_DAY):
            return [_ends(row, last)]
    lacking = [ground.name(code) for code in known.below(row.place) if not known.served(row.lead, code, day)]
    if not lacking:
        return []
    more = len(lacking) - NAMED
    zh = "、".join(name.zh for name in lacking[:NAMED]) + (f"等{len(lacking)}处" if more > 0 else "")
    en = ", ".join(name.en for name in lacking[:NAMED]) + (f" and {more} more" if more > 0 else "")
    said = f"{zh}没有“{row.lead}”，那里的事由派单员决定。", f"There is no {row.lead!r} in {en}; a dispatcher decides there."
    return [problem("unit_partly", row, *said, "给这些地方另写一条。", "Write another row for these places.")]


def _ends(row: Row, last: date) -> ListProblem:
    zh, en = f"牵头单位{last}之后就没有了，这一条还在执行。", f"Its unit ends after {last}, and the row goes on."
    return problem("unit_ends", row, zh, en, "从第二天起换成接手的单位。", "From the next day on name the unit that takes over.")
