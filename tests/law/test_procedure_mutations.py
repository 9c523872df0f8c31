"""Whoever changes one length in a procedure hears of it: a scenario, counted by hand, no longer ends on its day.

Lengths of the law stand in ``packs/cn/clocks`` (``test_law_mutations.py``); that a procedure is tied to the right one of them is
tried here too, by giving its clock another length. ``bench/mutate.py`` changes everything else a procedure says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from test_scenarios import Case, library, tables

from huiyin.core import scenario
from huiyin.core.durations import Term
from huiyin.core.procedure import ClockDef, Procedure
from huiyin.core.source import Line


def other_lengths(clock: ClockDef) -> Iterator[Term]:
    """One more, one less; of a length that only the procedure knows, the same number of the other kind of days too."""
    term = clock.term
    if term is None or clock.name.endswith("_announced"):  # how long a public notice runs is no procedure's to say
        return
    yield replace(term, amount=term.amount + 1)
    if term.amount > 1:
        yield replace(term, amount=term.amount - 1)
    if clock.law is None and term.unit in ("days", "working days"):
        yield replace(term, unit="working days" if term.unit == "days" else "days")


def changed(procedure: Procedure, clock: ClockDef, term: Term) -> Procedure:
    other = replace(clock, term=term, by_law=tuple(replace(one, term=term) for one in clock.by_law))
    return replace(procedure, clocks={**procedure.clocks, clock.name: other})


def felt(procedure: Procedure, cases: list[Case]) -> bool:
    return any(not scenario.run(procedure, library(), case).passed for case in cases)


def unfelt(name: str, clock: ClockDef) -> set[str]:
    """Return the other lengths of a clock that no scenario of a procedure sees."""
    procedure = library().procedures[name]
    # Those that write down the day of the clock see it first.
    cases = sorted(tables()[name], key=lambda case: clock.name not in case.get("then", {}).get("due", {}))
    return {f"{clock.name}: {term}" for term in other_lengths(clock) if not felt(changed(procedure, clock, term), cases)}


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_clock_of_another_length_fails_a_scenario(name: str) -> None:
    own = [clock for clock in library().procedures[name].clocks.values() if not isinstance(clock.line, Line)]
    assert not {told for clock in own for told in unfelt(name, clock)}


def test_a_clock_of_a_piece_of_another_length_fails_a_scenario_of_a_procedure_that_takes_it() -> None:
    takers: dict[tuple[str, str], list[tuple[str, ClockDef]]] = {}
    for name, procedure in library().procedures.items():
        for clock in procedure.clocks.values():
            if isinstance(clock.line, Line):
                takers.setdefault((clock.line.file, clock.name), []).append((name, clock))
    assert takers
    assert [place for place, with_it in takers.items() if set.intersection(*(unfelt(name, clock) for name, clock in with_it))] == []
