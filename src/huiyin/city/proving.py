"""Proves packs before anything of them is used: one proof for those who check and for those who load. No database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from huiyin.city.city_pack import CityPack, read_city_pack
from huiyin.core.pack_reading import read_library
from huiyin.core.packs import Library
from huiyin.core.scenario_files import Tried, run_scenarios
from huiyin.core.source import PackError, Problem


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof of packs found.

    Attributes:
        library: what the packs say together; None when they could not be read or are not sound.
        cities: the cities among them; those with a problem are missing.
        scenarios: procedure -> how many scenarios ran.
        problems: everything that forbids a load.
        tried: procedure -> what its scenarios tried.
    """

    library: Library | None
    cities: tuple[CityPack, ...]
    scenarios: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    tried: Mapping[str, Tried] = field(default_factory=dict)


def prove_packs(folders: Sequence[Path], *, scenarios: bool = True, progress: Callable[[int, int], object] | None = None) -> Proof:
    """Read packs strictly and prove procedures, scenarios, places, units and responsibility lists.

    Args:
        folders: every pack that takes part, those needed by others too (`with_needed` finds them).
        scenarios: also run the scenarios (rule 10).
        progress: called with how many files of scenarios have run, of how many.
    """
    library, problems = read_library(list(folders))
    if library is None:
        return Proof(None, (), problems=tuple(problems))
    cities: list[CityPack] = []
    for folder in (folder for folder in folders if is_city(folder)):
        try:
            cities.append(read_city_pack(folder, library))
        except PackError as error:
            problems += error.problems
    if not scenarios:
        return Proof(library, tuple(cities), problems=tuple(problems))
    ran = run_scenarios(folders, library, progress)
    return Proof(library, tuple(cities), ran.counts, (*problems, *ran.problems), ran.tried)


def is_city(folder: Path) -> bool:
    """Whether the pack in ``folder`` describes a city."""
    return (folder / "divisions.csv").is_file()
